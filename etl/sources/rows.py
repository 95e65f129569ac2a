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
    read_date,
    read_degrees,
    read_duration_s,
    read_email,
    read_phone,
    read_quantity,
    read_text,
    read_yes_no,
)
from etl.sources.geocoding import Address, Point, county_named, given_point
from etl.sources.vocabulary import (
    read_attribute,
    read_days,
    read_delivery,
    read_kind,
    read_pairs,
    read_sector,
    read_state,
    read_unit,
    read_zip,
)
from registry.directory.listing import PLACES_SHOWN, STATUSES
from registry.directory.records import PRICE_BASES, AssetRecord, ProprietaryRecord

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import TypeVar

    from etl.sources.vocabulary import Vocabulary
    from registry.directory.kinds import Kind

    T = TypeVar("T")

PEOPLE = frozenset({"services", "volunteers"})
"""Classes whose assets are people, with a licence, a team size and hours."""
PROTECTED_COLUMNS = frozenset(
    {"contact_name", "contact_phone", "contact_email", "price_basis", "conditions", "notes"}
)
"""What a message, a report or the review list never repeats."""
_MOBILISATION = {"mobilisation": None, "mobilisation_h": "h", "mobilisation_min": "m"}


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
    provider: Mapping[str, object] = field(repr=False)
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
            max_consecutive_days=self.take("max_consecutive_days", read_days),
            shows_name=self.take("shows_name", read_yes_no),
            shows_place=self.take("shows_place", lambda cell: read_choice(cell, PLACES_SHOWN)),
        )

    def sector(self, kind: Kind | None) -> str | None:
        sector = self.take("sector", lambda cell: read_sector(cell, self.words.sectors))
        if "sector" not in self.cells and (kind is None or kind.sector is None):
            self.fault("sector", "is blank, and a row without a kind needs it")
        return sector

    def site(self) -> dict[str, object]:
        fips = self.take("county", lambda cell: county_named(read_text(cell), self.words.counties))
        self.take("state", read_state)
        return _filled(
            name=self.take("site", read_text),
            key=self.take("site_key", read_text),
            street=self.take("address", read_text),
            city=self.take("city", read_text),
            zip_code=self.take("zip", read_zip),
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
        return self.take("kind", lambda cell: read_kind(cell, self.words.taxonomy))

    def asset(self, kind: Kind) -> AssetRecord | None:
        quantity = self.take("quantity", read_quantity)
        if "quantity" not in self.cells:
            self.fault("quantity", f"is blank; write how many, in {kind.unit}")
        self.take("unit", lambda cell: read_unit(cell, kind))
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
            delivery=self.take("delivery", read_delivery) or "delivers",
            operator=self.take("operator", read_yes_no) or False,
            max_days=self.take("max_days", read_days),
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
        for code, text in (self.take("attributes", read_pairs) or {}).items():
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
                values[code] = read_attribute(cell, known[code])
            except CellError as fault:
                unit = f" in {known[code].unit}" if known[code].unit else ""
                self.fault(code, f"{fault}{unit}" if known[code].type == "number" else str(fault))
        return dict(sorted(values.items()))


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
