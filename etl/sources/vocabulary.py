"""Words of a provider list read against the registry's own: kinds, sectors, units, attributes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from etl.sources.cells import (
    Cell,
    CellError,
    read_choice,
    read_count,
    read_number,
    read_text,
    read_yes_no,
    shown,
)
from registry.directory.kinds import TEXT_LIMIT
from registry.errors import RegistryError

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from geo.counties import Counties
    from registry.directory.kinds import Attribute, Kind, Taxonomy

_DELIVERY = {"delivers": "delivers", "delivered": "delivers", "delivery": "delivers", "yes": "delivers"}
_DELIVERY |= {"pickup": "pickup", "pick-up": "pickup", "pick up": "pickup", "no": "pickup"}
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


def read_attribute(cell: Cell, attribute: Attribute) -> float | str | bool:
    """Return the value of an attribute, typed.

    Raises
    ------
    CellError
        When it is of another type; numbers below zero only suit temperatures.
    """
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


def read_kind(cell: Cell, taxonomy: Taxonomy) -> Kind:
    """Return the one kind a cell names; a family is turned away, since a listing says which of its kinds it is."""
    word = read_text(cell)
    if word.casefold() in taxonomy.kinds:
        return taxonomy.kinds[word.casefold()]
    try:
        kinds = taxonomy.resolve(word)
    except RegistryError as fault:
        raise CellError(f"{shown(cell)} is no kind; wanted: {fault.wanted}") from fault
    if len(kinds) > 1:
        raise CellError(
            f"{shown(cell)} may be {' or '.join(sorted(kind.code for kind in kinds))}; write which"
        )
    return kinds[0]


def read_days(cell: Cell) -> int:
    """Return a number of days from 1 to 365.

    Raises
    ------
    CellError
        For anything else.
    """
    return read_count(cell, least=1, most=365)


def read_unit(cell: Cell, kind: Kind) -> str:
    """Return the unit when it is the kind's own; nothing is converted.

    Raises
    ------
    CellError
        When it is another one.
    """
    unit = read_text(cell).casefold()
    wanted = kind.unit.casefold()
    if unit.removesuffix("s") != wanted.removesuffix("s"):
        raise CellError(f"{shown(cell)} is not the unit of {kind.code}; count it in {kind.unit}")
    return unit


def read_delivery(cell: Cell) -> str:
    """Return 'delivers' or 'pickup'.

    Raises
    ------
    CellError
        For any other word.
    """
    word = read_text(cell).casefold()
    if word not in _DELIVERY:
        raise CellError(f"{shown(cell)} is neither delivers nor pickup")
    return _DELIVERY[word]


def read_zip(cell: Cell) -> str:
    """Return the five digits of a ZIP code.

    Raises
    ------
    CellError
        When it is none.
    """
    match = _ZIP.fullmatch(read_text(cell))
    if match is None:
        raise CellError(f"{shown(cell)} is no ZIP code; write five digits, such as 64801")
    return match[1]


def read_state(cell: Cell) -> str:
    """Return 'MO' when the cell names Missouri.

    Raises
    ------
    CellError
        When it names another state: the registry lists sites in Missouri.
    """
    if read_text(cell).casefold() not in _MISSOURI:
        raise CellError(f"{shown(cell)} is not Missouri; the registry lists sites in Missouri only")
    return "MO"


def read_pairs(cell: Cell) -> dict[str, Cell]:
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


def read_sector(cell: Cell, sectors: Mapping[str, str]) -> str:
    """Return the code of the sector that a cell names by code or name.

    Raises
    ------
    CellError
        When it names none.
    """
    word = read_text(cell).casefold()
    for code, name in sectors.items():
        if word in {code, name.casefold()}:
            return code
    raise CellError(f"{shown(cell)} is no sector; write one of {', '.join(sectors)}")
