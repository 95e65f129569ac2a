"""One row of a provider list as typed facts, or every reason why it cannot be taken."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from etl.sources.cells import (
    Cell,
    CellError,
    Formula,
    read_choice,
    read_count,
    read_date,
    read_degrees,
    read_duration_s,
    read_email,
    read_number,
    read_phone,
    read_quantity,
    read_text,
    read_yes_no,
    shown,
)
from etl.sources.geocoding import Address, Point, county_named, given_point
from registry.directory.kinds import TEXT_LIMIT
from registry.directory.listing import STATUSES
from registry.directory.records import PRICE_BASES, AssetRecord, ProprietaryRecord
from registry.errors import RegistryError

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Mapping
    from typing import TypeVar

    from geo.counties import Counties
    from registry.directory.kinds import Attribute, Kind, Taxonomy

    T = TypeVar("T")

PEOPLE = frozenset({"services", "volunteers"})
"""Classes whose assets are people, with a licence, a team size and hours."""
PROTECTED_COLUMNS = frozenset(
    {"contact_name", "contact_phone", "contact_email", "price_basis", "conditions", "notes"}
)
"""What a message, a report or the review list never repeats."""
_DELIVERY = {"delivers": "delivers", "delivered": "delivers", "delivery": "delivers", "yes": "delivers"}
_DELIVERY |= {"pickup": "pickup", "pick-up": "pickup", "pick up": "pickup", "no": "pickup"}
_MOBILISATION = {"mobilisation": None, "mobilisation_h": "h", "mobilisation_min": "m"}
_ZIP = re.compile(r"(\d{5})(-\d{4})?", re.ASCII)
_MISSOURI = frozenset({"mo", "missouri", "29"})


@dataclass(frozen=True)
class Vocabulary:
    """What cells are read against.

    Parameters
    ----------
    taxonomy
        Kinds and their attributes.
    sectors
        Code and name of each sector.
    counties
        Missouri's.
    today
        The day of the load: no confirmation lies after it.
    """

    taxonomy: Taxonomy
    sectors: Mapping[str, str]
    counties: Counties
    today: dt.date


@dataclass(frozen=True)
class RowFacts:
    """What one row says, by whom it is about; a fact that the row leaves blank is missing from its mapping.

    Parameters
    ----------
    number
        The row as a spreadsheet shows it.
    provider_key, site_key
        What rows share that belong together.
    provider, site
        Facts of the company and of the place, to be compared with those of other rows.
    asset
        What is listed; None for a row about a company alone.
    raw
        The cells as written, without what is protected: what the review list keeps.
    """

    number: int
    provider_key: str
    site_key: str
    provider: Mapping[str, object]
    site: Mapping[str, object]
    asset: AssetRecord | None
    raw: Mapping[str, str] = field(repr=False)


def row_facts(number: int, cells: Mapping[str, Cell], words: Vocabulary) -> RowFacts | tuple[str, ...]:
    """Return what a row says, or one sentence for each fault in it.

    All faults of a row are told at once, so that a list is mended in one go.
    """
    reader = _Reader(cells, words)
    provider = reader.provider()
    site = reader.site()
    kind = reader.kind()
    asset = reader.asset(kind) if kind is not None else None
    sector = reader.sector(kind)
    if reader.faults:
        return tuple(reader.faults)
    if sector is not None:
        provider["sector"] = sector
    raw = {name: _plain(cell) for name, cell in cells.items() if name not in PROTECTED_COLUMNS}
    provider_key = str(provider.pop("key", "")) or slug(str(provider["name"]))
    return RowFacts(number, provider_key, _site_key(site), provider, site, asset, raw)


def slug(text: str) -> str:
    """Return a text as a key: lower case, words in hyphens, so that spelling of spaces and case does not matter."""
    return re.sub(r"[\W_]+", "-", text.casefold()).strip("-")[:200]


class _Reader:
    """Reads the cells of one row and gathers the faults."""

    def __init__(self, cells: Mapping[str, Cell], words: Vocabulary) -> None:
        self.cells = cells
        self.words = words
        self.faults: list[str] = []

    def take(self, column: str, read: Callable[[Cell], T]) -> T | None:
        """Return the cell of a column as `read` reads it; None when blank or faulty."""
        cell = self.cells.get(column)
        if cell is None:
            return None
        try:
            return read(cell)
        except CellError as fault:
            # A contact must not reach a terminal or a report, not even in a refusal.
            self.fault(column, "cannot be read" if column in PROTECTED_COLUMNS else str(fault))
            return None

    def fault(self, column: str, words: str) -> None:
        self.faults.append(f"{column}: {words}")

    def provider(self) -> dict[str, object]:
        name = self.take("provider", read_text)
        if name is None and "provider" not in self.cells:
            self.fault("provider", "is blank; write the company's name")
        return _filled(
            name=name,
            key=self.take("provider_key", read_text),
            person=self.take("contact_name", read_text),
            phone=self.take("contact_phone", read_phone),
            email=self.take("contact_email", read_email),
            max_consecutive_days=self.take("max_consecutive_days", _read_days),
        )

    def sector(self, kind: Kind | None) -> str | None:
        def read(cell: Cell) -> str:
            word = read_text(cell).casefold()
            for code, name in self.words.sectors.items():
                if word in {code, name.casefold()}:
                    return code
            raise CellError(f"{shown(cell)} is no sector; write one of {', '.join(self.words.sectors)}")

        sector = self.take("sector", read)
        if "sector" not in self.cells and (kind is None or kind.sector is None):
            self.fault("sector", "is blank, and a row without a kind needs it")
        return sector

    def site(self) -> dict[str, object]:
        fips = self.take("county", lambda cell: county_named(read_text(cell), self.words.counties))
        self.take("state", _in_missouri)
        return _filled(
            name=self.take("site", read_text),
            key=self.take("site_key", read_text),
            street=self.take("address", read_text),
            city=self.take("city", read_text),
            zip_code=self.take("zip", _read_zip),
            county_fips=fips,
            point=self.point(fips),
        )

    def point(self, fips: str | None) -> Point | None:
        if "lat" not in self.cells and "lon" not in self.cells:
            return None
        for one, other in (("lat", "lon"), ("lon", "lat")):
            if one not in self.cells:
                self.fault(one, f"is blank, and {other} is given; write both or neither")
                return None
        lat = self.take("lat", read_degrees)
        lon = self.take("lon", read_degrees)
        if lat is None or lon is None:
            return None
        try:
            return given_point(
                lon[0],
                lat[0],
                precision_deg=max(lat[1], lon[1]),
                counties=self.words.counties,
                county_fips=fips,
            )
        except CellError as fault:
            self.faults.append(str(fault))
            return None

    def kind(self) -> Kind | None:
        if "kind" not in self.cells:
            for column in ("quantity", "unit", "asset", "asset_key"):
                if column in self.cells:
                    self.fault("kind", f"is blank, and {column} is given; write what is listed")
                    break
            return None
        return self.take("kind", lambda cell: _read_kind(cell, self.words.taxonomy))

    def asset(self, kind: Kind) -> AssetRecord | None:
        quantity = self.take("quantity", read_quantity)
        if "quantity" not in self.cells:
            self.fault("quantity", f"is blank; write how many, in {kind.unit}")
        self.take("unit", lambda cell: _read_unit(cell, kind))
        attributes = self.attributes(kind)
        proprietary = ProprietaryRecord(
            price_basis=self.take("price_basis", lambda cell: read_choice(cell, PRICE_BASES)),
            conditions=self.take("conditions", read_text) or "",
            notes=self.take("notes", read_text) or "",
        )
        name = self.take("asset", read_text)
        key = self.take("asset_key", read_text) or _asset_key(kind, name, attributes)
        of_people = kind.asset_class in PEOPLE
        hours = self.take("available_hours", read_text)
        if hours is not None and not of_people:
            self.fault("available_hours", f"belongs to services and volunteers, not to {kind.code}")
        licence, persons = attributes.get("licence"), attributes.get("persons")
        return AssetRecord(
            external_key=key,
            kind=kind.code,
            name=name or kind.name,
            quantity=quantity or 0,
            attributes=attributes,
            mobilisation_s=self.mobilisation_s(kind),
            status=self.take("status", lambda cell: read_choice(cell, STATUSES)) or "available",
            confirmed_on=self.take("confirmed_on", lambda cell: read_date(cell, today=self.words.today)),
            delivery=self.take("delivery", _read_delivery) or "delivers",
            operator=self.take("operator", read_yes_no) or False,
            max_days=self.take("max_days", _read_days),
            licence=str(licence) if of_people and licence is not None else None,
            team_size=round(float(persons)) if of_people and persons is not None else None,
            hours=hours if of_people else None,
            proprietary=proprietary if proprietary != ProprietaryRecord() else None,
        )

    def mobilisation_s(self, kind: Kind) -> int:
        """Return the seconds before the asset leaves; a facility goes nowhere and needs none."""
        given = [column for column in _MOBILISATION if column in self.cells]
        if len(given) > 1:
            self.fault(given[1], f"is given beside {given[0]}; fill one of them")
        if given:
            unit = _MOBILISATION[given[0]]
            return self.take(given[0], lambda cell: read_duration_s(cell, unit=unit)) or 0
        if kind.asset_class != "facility":
            self.fault("mobilisation", "is blank; write how long until it leaves, such as 90 min")
        return 0

    def attributes(self, kind: Kind) -> dict[str, float | str | bool]:
        known = self.words.taxonomy.attributes
        cells = {code: cell for code, cell in self.cells.items() if code in known}
        for code, text in (self.take("attributes", _read_pairs) or {}).items():
            if code in cells:
                self.fault("attributes", f"{code} is given twice in the row")
            cells[code] = text
        values: dict[str, float | str | bool] = {}
        for code, cell in cells.items():
            if code not in kind.attributes:
                has = ", ".join(kind.attributes) or "none"
                self.fault(code, f"{kind.code} has no attribute {code!r}; it has: {has}")
                continue
            try:
                values[code] = _read_attribute(cell, known[code])
            except CellError as fault:
                self.fault(code, f"{fault}; wanted: {known[code].wanted}")
        return dict(sorted(values.items()))


def _read_attribute(cell: Cell, attribute: Attribute) -> float | str | bool:
    if attribute.type == "number":
        number = read_number(cell)
        if number < 0 and attribute.code != "min_temp_f":
            raise CellError(f"{shown(cell)} is negative")
        return number
    if attribute.type == "yes_no":
        return read_yes_no(cell)
    if attribute.type == "choice":
        return read_choice(cell, attribute.choices)
    text = read_text(cell)
    if len(text) > TEXT_LIMIT:
        raise CellError(f"the text has {len(text):,} characters")
    return text


def _read_kind(cell: Cell, taxonomy: Taxonomy) -> Kind:
    """Return the one kind a cell names; a family is turned away, since a listing says which of its kinds it is."""
    word = read_text(cell)
    if word.casefold() in taxonomy.kinds:
        return taxonomy.kinds[word.casefold()]
    try:
        kinds = taxonomy.resolve(word)
    except RegistryError as fault:
        raise CellError(f"{shown(cell)} is no kind; wanted: {fault.wanted}") from fault
    if len(kinds) > 1:
        raise CellError(f"{shown(cell)} may be {' or '.join(kind.code for kind in kinds)}; write which")
    return kinds[0]


def _read_days(cell: Cell) -> int:
    return read_count(cell, least=1, most=365)


def _read_unit(cell: Cell, kind: Kind) -> str:
    unit = read_text(cell).casefold()
    wanted = kind.unit.casefold()
    if unit.removesuffix("s") != wanted.removesuffix("s"):
        raise CellError(f"{shown(cell)} is not the unit of {kind.code}; count it in {kind.unit}")
    return unit


def _read_delivery(cell: Cell) -> str:
    word = read_text(cell).casefold()
    if word not in _DELIVERY:
        raise CellError(f"{shown(cell)} is neither delivers nor pickup")
    return _DELIVERY[word]


def _read_zip(cell: Cell) -> str:
    match = _ZIP.fullmatch(read_text(cell))
    if match is None:
        raise CellError(f"{shown(cell)} is no ZIP code; write five digits, such as 64801")
    return match[1]


def _in_missouri(cell: Cell) -> str:
    if read_text(cell).casefold() not in _MISSOURI:
        raise CellError(f"{shown(cell)} is not Missouri; the registry lists sites in Missouri only")
    return "MO"


def _read_pairs(cell: Cell) -> dict[str, Cell]:
    """Return 'kw=150; voltage=480' as cells by attribute."""
    pairs: dict[str, Cell] = {}
    for part in filter(None, (part.strip() for part in read_text(cell).split(";"))):
        code, equals, value = (word.strip() for word in part.partition("="))
        if not equals or not code or not value:
            raise CellError(
                f"{shown(part)} is no attribute with its value; write such as kw=150; voltage=480"
            )
        pairs[code.casefold()] = value
    return pairs


def _asset_key(kind: Kind, name: str | None, attributes: Mapping[str, float | str | bool]) -> str:
    if name:
        return f"{kind.code}/{slug(name)}"
    said = "/".join(
        f"{code}={value:g}" if isinstance(value, float) else f"{code}={value}"
        for code, value in attributes.items()
    )
    return f"{kind.code}/{said}" if said else kind.code


def _site_key(site: dict[str, object]) -> str:
    """Return what rows about the same place share: its key, else its name, else its address, else its point."""
    key = site.pop("key", None)
    if key:
        return str(key)
    if site.get("name"):
        return slug(str(site["name"]))
    parts = [slug(str(site[part])) for part in ("street", "zip_code", "city") if part in site]
    point = site.get("point")
    if not parts and isinstance(point, Point):
        return f"{point.lat:.5f},{point.lon:.5f}"
    return "/".join(parts) or "only"


def address_of(site: Mapping[str, object]) -> Address:
    """Return the address among the facts of a place."""
    fips = site.get("county_fips")
    return Address(
        street=str(site.get("street", "")),
        city=str(site.get("city", "")),
        zip_code=str(site.get("zip_code", "")),
        county_fips=str(fips) if fips else None,
    )


def _filled(**facts: object) -> dict[str, object]:
    return {name: fact for name, fact in facts.items() if fact is not None}


def _plain(cell: Cell) -> str:
    return cell.text if isinstance(cell, Formula) else str(cell)
