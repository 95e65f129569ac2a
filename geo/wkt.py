"""A small reader of well-known text: POLYGON and MULTIPOLYGON, nothing else.

It exists because a stranger's text must not reach the parser of a C library. It never calls itself more than three
deep and stops at the first corner too many, so no text can exhaust the stack or the memory.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeVar

from geo.errors import AreaError
from geo.reading import (
    MAX_VERTICES,
    Position,
    Rings,
    empty_area,
    finite_pair,
    not_an_area,
    shown,
    too_many_vertices,
    wrong_reference_system,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Item = TypeVar("Item")

_TOKEN = re.compile(
    r"\s*+(?:(?P<number>[-+]?+(?:[0-9]++(?:\.[0-9]*+)?+|\.[0-9]++)(?:[eE][-+]?+[0-9]++)?+)"
    r"|(?P<word>[A-Za-z]++)|(?P<sign>[(),;=])|(?P<other>\S))"
)
_DIMENSIONS = {"Z", "M", "ZM"}
_MOST_ORDINATES = 4  # longitude, latitude, height, measure


def wkt_polygons(text: str) -> list[Rings]:
    """Return the polygons of a WKT text as rings in degrees; heights and measures are dropped.

    Parameters
    ----------
    text
        Well-known text in EPSG:4326, longitude first, with or without `SRID=4326;`, Z, M or ZM.

    Raises
    ------
    AreaError
        When it is no polygon, is not complete, or has more than `MAX_VERTICES` corners.
    """
    tokens = _Tokens(text)
    _reference_system(tokens)
    if tokens.kind != "word":
        raise tokens.fault("POLYGON or MULTIPOLYGON")
    word = tokens.move().upper()
    name = re.sub(r"(?<=POLYGON)(?:ZM?|M)$", "", word)
    if name not in {"POLYGON", "MULTIPOLYGON"}:
        raise not_an_area(f"{shown(word)} in WKT")
    if tokens.token.upper() in _DIMENSIONS:
        tokens.move()
    if tokens.token.upper() == "EMPTY":
        raise empty_area(f"{name} EMPTY")
    found = _list(tokens, _polygon) if name == "MULTIPOLYGON" else [_polygon(tokens)]
    if tokens.kind != "end":
        raise tokens.fault("Nothing after the last bracket")
    return found


class _Tokens:
    """One pass over the text, one token at a time."""

    def __init__(self, text: str) -> None:
        self._rest: Iterator[re.Match[str]] = _TOKEN.finditer(text)
        self.corners = 0
        self.kind, self.token, self.at = "end", "", 0
        self.move()

    def move(self) -> str:
        """Step to the next token and return the one left behind."""
        passed = self.token
        found = next(self._rest, None)
        if found is None:
            self.kind, self.token, self.at = "end", "", 0
        else:
            self.kind = found.lastgroup or "other"
            self.token, self.at = found[self.kind], found.start(self.kind) + 1
        return passed

    def take(self, signs: str) -> str:
        """Step over one of the signs and return it."""
        if self.kind != "sign" or self.token not in signs:
            raise self.fault(" or ".join(f"'{sign}'" for sign in signs))
        return self.move()

    def fault(self, wanted: str) -> AreaError:
        """Return the refusal of what stands here."""
        given = (
            "A text that ends too early"
            if self.kind == "end"
            else f"{shown(self.token)} at character {self.at:,}"
        )
        return AreaError(
            "The WKT cannot be read",
            given=given,
            wanted=f"{wanted}, as in POLYGON ((-94.5 37.1, -94.4 37.1, -94.4 37.0, -94.5 37.1))",
            todo="Copy the whole text again, or export the area as GeoJSON",
        )


def _reference_system(tokens: _Tokens) -> None:
    """Step over a leading `SRID=4326;`."""
    if tokens.token.upper() != "SRID":
        return
    tokens.move()
    tokens.take("=")
    if tokens.move() != "4326":
        raise wrong_reference_system("An SRID other than 4326")
    tokens.take(";")


def _list(tokens: _Tokens, read: Callable[[_Tokens], Item]) -> list[Item]:
    """Items between brackets, separated by commas."""
    tokens.take("(")
    items = [read(tokens)]
    while tokens.take(",)") == ",":
        items.append(read(tokens))
    return items


def _polygon(tokens: _Tokens) -> Rings:
    if tokens.token.upper() == "EMPTY":
        raise empty_area("A part that is EMPTY")
    return _list(tokens, _ring)


def _ring(tokens: _Tokens) -> list[Position]:
    return _list(tokens, _corner)


def _corner(tokens: _Tokens) -> Position:
    tokens.corners += 1
    if tokens.corners > MAX_VERTICES:
        raise too_many_vertices(f"More than {MAX_VERTICES:,} corners")
    numbers: list[float] = []
    while tokens.kind == "number" and len(numbers) < _MOST_ORDINATES:
        numbers.append(float(tokens.move()))
    if len(numbers) < 2:  # noqa: PLR2004 - longitude and latitude
        raise tokens.fault("Each corner as longitude, a space, latitude")
    return finite_pair(numbers[0], numbers[1])
