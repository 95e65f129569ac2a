"""Which column of a file means what: our names, other names for them, and a mapping file for foreign lists."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from etl.errors import EtlError
from etl.sources.cells import Cell, is_blank
from registry.directory.reviews import without_contact

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from etl.sources.tables import Table

MAPPINGS = Path(__file__).parent / "mappings"
"""Mappings that ship: `--columns hifld_hospitals` names one of them."""

OTHER_NAMES: dict[str, tuple[str, ...]] = {
    "provider": ("company", "company_name", "provider_name", "business", "organization", "organisation"),
    "provider_key": ("provider_id", "company_id", "external_key"),
    "sector": ("sector_code", "industry"),
    "contact_name": ("contact", "contact_person"),
    "contact_phone": ("phone", "telephone"),
    "contact_email": ("email", "e_mail"),
    "max_consecutive_days": (),
    "shows_name": ("show_name", "name_shown"),
    "shows_place": ("show_place", "place_shown"),
    "site": ("site_name", "location", "location_name", "branch"),
    "site_key": ("site_id",),
    "address": ("street", "street_address", "address_1"),
    "city": ("town", "place"),
    "state": ("state_code",),
    "zip": ("zip_code", "zipcode", "postal_code"),
    "county": ("county_name", "county_fips", "fips"),
    "lat": ("latitude", "y"),
    "lon": ("longitude", "long", "lng", "x"),
    "asset": ("asset_name", "item"),
    "asset_key": ("asset_id", "item_id"),
    "kind": ("kind_code", "resource", "resource_kind", "capability"),
    "quantity": ("qty", "count", "number"),
    "unit": ("units",),
    "mobilisation": ("mobilization", "lead_time", "mobilisation_time", "mobilization_time"),
    "mobilisation_h": ("mobilization_h", "lead_time_h", "mobilisation_hours", "mobilization_hours"),
    "mobilisation_min": ("mobilization_min", "lead_time_min", "mobilisation_minutes", "mobilization_minutes"),
    "status": ("availability",),
    "confirmed_on": ("last_confirmed", "confirmed", "date_confirmed"),
    "delivery": ("delivers", "delivery_or_pickup"),
    "operator": ("operator_included", "with_operator"),
    "max_days": ("most_days",),
    "available_hours": ("hours_available", "times"),
    "price_basis": ("price", "terms"),
    "conditions": ("condition",),
    "notes": ("note", "remarks"),
    "attributes": ("capabilities",),
}
"""Our column names, each with the other names it is known by; `kw`, `persons` and the like follow the taxonomy."""

_SMALL = frozenset({"of", "and", "the", "at", "for", "in", "on"})
_ATTRIBUTE_NAMES = {"license": "licence", "team_size": "persons"}


@dataclass(frozen=True)
class ColumnMap:
    """How a foreign list is read as ours; only the columns it names are read.

    Parameters
    ----------
    columns
        Our column -> the list's column.
    constant
        Our column -> the cell that every row has.
    when
        Our column -> the cells that a row has when that column is filled: a hospital without a number of beds
        is listed as a company, and no number is made up for it.
    values
        Our column -> the list's word -> our word.
    titled
        Our columns that the list writes in capitals, to be set in title case.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    constant: Mapping[str, str] = field(default_factory=dict)
    when: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    titled: tuple[str, ...] = ()


@dataclass(frozen=True)
class Layout:
    """Where each of our columns stands in one table.

    Parameters
    ----------
    position
        Our column (or an attribute's code) -> index of the table's column.
    unused
        The table's columns that nothing reads.
    column_map
        What the user said about a foreign list.
    """

    position: Mapping[str, int]
    unused: tuple[str, ...]
    column_map: ColumnMap

    def cells(self, cells: Sequence[Cell]) -> dict[str, Cell]:
        """Return the filled cells of a row by our column names."""
        found = {ours: cells[at] for ours, at in self.position.items() if not is_blank(cells[at])}
        for ours, words in self.column_map.values.items():
            given = found.get(ours)
            if isinstance(given, str):
                found[ours] = words.get(given.strip(), given)
        for ours in self.column_map.titled:
            given = found.get(ours)
            if isinstance(given, str):
                found[ours] = titled(given)
        for ours, extra in self.column_map.when.items():
            if ours in found:
                found |= extra
        return {**found, **self.column_map.constant}


def layout(table: Table, attributes: Collection[str], column_map: ColumnMap | None = None) -> Layout:
    """Return where our columns stand in `table`.

    Parameters
    ----------
    table
        The table.
    attributes
        Codes of the attributes of the taxonomy; each may have a column of its own.
    column_map
        For a foreign list; without it the header's own names are taken, in any case and with spaces or hyphens.

    Raises
    ------
    EtlError
        When a column that every list needs is missing, named all at once.
    """
    chosen = column_map or ColumnMap()
    position = _mapped(table, column_map) if column_map is not None else _named(table, attributes)
    _check_needed(table, position, chosen)
    used = set(position.values())
    unused = tuple(name for at, name in enumerate(table.columns) if at not in used and name)
    return Layout(position, unused, chosen)


def read_column_map(name: str, attributes: Collection[str]) -> ColumnMap:
    """Return the mapping in a TOML file, or the shipped one of that name.

    Raises
    ------
    EtlError
        When there is no such mapping, or it names columns that we do not have.
    """
    path = MAPPINGS / f"{name}.toml" if re.fullmatch(r"[a-z0-9_]+", name) else Path(name)
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as fault:
        shipped = ", ".join(sorted(file.stem for file in MAPPINGS.glob("*.toml")))
        raise EtlError(
            f"There is no column mapping {name!r}",
            given=f"{path} ({fault.strerror})",
            wanted=f"a TOML file, or a shipped mapping: {shipped}",
            todo="write one as docs/providers.md shows",
        ) from fault
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
        raise _bad_map(path, str(fault), "a TOML file") from fault
    _check_map(path, told, attributes)
    return ColumnMap(
        columns=told.get("columns", {}),
        constant=told.get("constant", {}),
        when=told.get("when", {}),
        values=told.get("values", {}),
        titled=tuple(told.get("titled", ())),
    )


def titled(text: str) -> str:
    """Return capitals as a title: 'SAINT LUKE'S HOSPITAL OF SSM' as 'Saint Luke's Hospital of SSM'."""
    words = [_titled_word(word, first=at == 0) for at, word in enumerate(text.split())]
    return " ".join(words)


def _titled_word(word: str, *, first: bool) -> str:
    bare = word.strip(".,()-").casefold()
    if bare in _SMALL and not first:
        return word.lower()
    if len(bare) > 2 and not set(bare) & set("aeiouy") and bare.isalpha():  # noqa: PLR2004 - 'SSM', but 'St.'
        return word
    return "-".join(part[:1].upper() + part[1:].lower() for part in word.split("-"))


def _named(table: Table, attributes: Collection[str]) -> dict[str, int]:
    ours_of = {other: ours for ours, others in OTHER_NAMES.items() for other in (ours, *others)}
    ours_of |= {code: code for code in attributes} | _ATTRIBUTE_NAMES
    position: dict[str, int] = {}
    for at, written in enumerate(table.columns):
        ours = ours_of.get(_folded(written))
        if ours is None:
            continue
        if ours in position:
            raise EtlError(
                f"Two columns of {table.name!r} mean {ours!r}",
                given=f"{table.columns[position[ours]]!r} and {written!r}",
                wanted="one column for each meaning",
                todo="remove or rename one of them",
            )
        position[ours] = at
    return position


def _mapped(table: Table, column_map: ColumnMap) -> dict[str, int]:
    folded = {_folded(written): at for at, written in enumerate(table.columns)}
    missing = [theirs for theirs in column_map.columns.values() if _folded(theirs) not in folded]
    if missing:
        raise EtlError(
            f"{table.name!r} lacks columns that the mapping names",
            given=f"the columns {_listed(table.columns)}",
            wanted=f"the columns {_listed(missing)} too",
            todo="check that the mapping belongs to this list",
        )
    return {ours: folded[_folded(theirs)] for ours, theirs in column_map.columns.items()}


def _check_needed(table: Table, position: Mapping[str, int], column_map: ColumnMap) -> None:
    have = set(position) | set(column_map.constant)
    have |= {ours for extra in column_map.when.values() for ours in extra}
    missing = []
    if "provider" not in have:
        missing.append("'provider'")
    if not ({"lat", "lon"} <= have or have & {"zip", "city"}):
        missing.append("a place ('lat' and 'lon', or 'zip', or 'city')")
    if not have & {"kind", "sector"}:
        missing.append("'kind' (for assets) or 'sector' (for companies)")
    if "kind" in have and "quantity" not in have:
        missing.append("'quantity'")
    if missing:
        raise EtlError(
            f"{table.name!r} lacks columns that every list needs: {', '.join(missing)}",
            given=f"the columns {_listed(table.columns)}",
            wanted="provider, a place, and for assets kind and quantity",
            todo="add or rename the columns as docs/providers.md shows, or describe the list with --columns",
        )


def _check_map(path: Path, told: Mapping[str, object], attributes: Collection[str]) -> None:
    parts = {"about", "columns", "constant", "when", "values", "titled"}
    if unknown := sorted(set(told) - parts):
        raise _bad_map(path, f"the part {', '.join(unknown)}", f"the parts {', '.join(sorted(parts))}")
    known = set(OTHER_NAMES) | set(attributes)
    for part in sorted(parts - {"about", "titled"}):
        table = told.get(part, {})
        if not isinstance(table, dict):
            raise _bad_map(path, f"{part} = {table!r}", f"a table [{part}]")
        if unknown := sorted(set(table) - known):
            raise _bad_map(path, f"[{part}] {', '.join(unknown)}", "column names of docs/providers.md")
        inner = list(table.values())
        if part in {"when", "values"}:
            if not all(isinstance(words, dict) for words in inner):
                raise _bad_map(path, f"[{part}]", f"a table for each column, such as [{part}.status]")
            inner = [word for words in inner for word in words.values()]
        if not all(isinstance(word, str) for word in inner):
            raise _bad_map(path, f"[{part}] with a value that is no text", 'text in "quotes"')
    names = told.get("titled", [])
    if not isinstance(names, list) or not all(name in known for name in names):
        raise _bad_map(path, f"titled = {names!r}", "a list of our column names")
    extra = {ours for words in _tables(told.get("when")) for ours in words}
    if unknown := sorted(extra - known):
        raise _bad_map(path, f"[when] {', '.join(unknown)}", "column names of docs/providers.md")


def _tables(value: object) -> list[dict[str, object]]:
    return [inner for inner in value.values() if isinstance(inner, dict)] if isinstance(value, dict) else []


def _bad_map(path: Path, given: str, wanted: str) -> EtlError:
    return EtlError(
        f"The column mapping {path.name!r} cannot be read",
        given=given,
        wanted=wanted,
        todo="mend it as docs/providers.md shows",
    )


def _folded(name: str) -> str:
    return re.sub(r"[\s\-.]+", "_", name.strip().casefold())


def _listed(names: Sequence[str]) -> str:
    # A list without a header has a company's contacts where the names of columns are looked for.
    shown = [repr(without_contact(name[:40])) for name in names[:30]]
    return ", ".join(shown) + (f" and {len(names) - 30} more" if len(names) > 30 else "")  # noqa: PLR2004
