"""What a vehicle may do on the roads: its profile, read from a small table that anyone can add to."""

from __future__ import annotations

import csv
import math
import re
from dataclasses import dataclass, field
from itertools import groupby
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple, NoReturn

from geo.errors import GeoError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

KMH_PER_MPH = 1.609344
COLUMNS = ("profile", "name", "roads", "at_most_mph", "source")
BRIDGES = "bridges"
"""In place of a road class: the limit holds on every bridge."""

MIN_MPH, MAX_MPH = 1.0, 150.0
"""The limits a table may set, besides 0; slower than a walk, and no time on a long road would fit."""

CODE = re.compile(r"[a-z][a-z0-9_]{0,39}")


@dataclass(frozen=True)
class Profile:
    """What a vehicle may do on the roads: limits on the car, which drives as the roads say.

    Parameters
    ----------
    code, name
        `relief_load`, and what people call it: `Relief load`.
    at_most_kmh
        The most it drives on roads of a class, km/h; 0 where it may not go at all. A class not named has no limit.
    bridge_kmh
        The most it drives on bridges, km/h; None for no limit.
    about
        What it is, and where its limits come from.
    """

    code: str
    name: str
    at_most_kmh: Mapping[str, float] = field(hash=False)
    bridge_kmh: float | None = None
    about: str = ""

    @property
    def words(self) -> str:
        """Return it inside a sentence: `a relief load`, `an EMS truck`."""
        first, *_ = self.name.split(maxsplit=1) or [""]
        name = self.name if len(first) > 1 and first.isupper() else f"{self.name[:1].lower()}{self.name[1:]}"
        return f"{'an' if name[:1] in 'aeiouAEIOU' else 'a'} {name}"


CAR = Profile("car", "Car", MappingProxyType({}), None, "As fast as the roads say")


class _Row(NamedTuple):
    """A line of the table."""

    line: int
    profile: str
    name: str
    roads: tuple[str, ...]
    mph: float | None
    source: str


def read_profiles(path: Path) -> dict[str, Profile]:
    """Return the profiles of a table by code, in its order.

    A CSV with the columns `profile`, `name`, `roads`, `at_most_mph` and `source`. The lines of a profile stand one
    below the other. One of them may leave `roads` and `at_most_mph` empty and says what the vehicle is; each other
    one limits the road classes in `roads` (with semicolons between; `bridges` for every bridge) to so many miles an
    hour, 0 where the vehicle may not go. The table holds the `car`, which has no limits.

    Raises
    ------
    GeoError
        The file cannot be read, a column or the car is missing or unknown, a profile or a class in it stands twice,
        or a speed cannot be; the sentence names the line.
    """
    rows = _rows(path)
    profiles: dict[str, Profile] = {}
    for code, lines in groupby(rows, key=lambda row: row.profile):
        own = list(lines)
        if code in profiles:
            _refuse(
                path, f"line {own[0].line}: profile {code!r} once more", "the lines of a profile together"
            )
        profiles[code] = _profile(path, own)
    names = [profile.name for profile in profiles.values()]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        _refuse(path, f"two profiles named {twice[0]!r}", "a name of its own for each profile")
    car = profiles.get(CAR.code)
    if car is None or car.at_most_kmh or car.bridge_kmh is not None:
        given = "no car" if car is None else "a car with limits"
        _refuse(path, given, "a line for the profile 'car', with roads and at_most_mph empty")
    return profiles


def _rows(path: Path) -> list[_Row]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            table = list(csv.reader(file, strict=True))
    except (OSError, UnicodeDecodeError, csv.Error) as fault:
        raise GeoError(
            "The table of vehicles cannot be read",
            given=f"{path}: {fault}",
            wanted=f"CSV in UTF-8 with {', '.join(COLUMNS)}",
            todo="check the path and the file, or restore data/reference/profiles.csv",
        ) from fault
    header = table[0] if table else []
    if sorted(header) != sorted(COLUMNS):
        _refuse(path, f"the columns {', '.join(header) or 'none'}", f"the columns {', '.join(COLUMNS)}")
    rows = []
    for line, cells in enumerate(table[1:], start=2):
        if len(cells) != len(header):
            _refuse(path, f"line {line}: {len(cells)} cells", f"{len(header)} cells, as the first line has")
        rows.append(_row(path, line, dict(zip(header, (cell.strip() for cell in cells), strict=True))))
    return rows


def _row(path: Path, line: int, cells: Mapping[str, str]) -> _Row:
    if not CODE.fullmatch(cells["profile"]):
        _refuse(path, f"line {line}: profile {cells['profile']!r}", "a code of small letters, digits and _")
    if not cells["name"] or not cells["source"]:
        _refuse(
            path, f"line {line}: an empty name or source", "what it is called, and where the limit comes from"
        )
    roads = tuple(word.strip() for word in cells["roads"].split(";") if word.strip())
    if bool(roads) != bool(cells["at_most_mph"]):
        _refuse(path, f"line {line}: roads without a speed, or a speed without roads", "both, or neither")
    return _Row(
        line, cells["profile"], cells["name"], roads, _mph(path, line, cells["at_most_mph"]), cells["source"]
    )


def _mph(path: Path, line: int, cell: str) -> float | None:
    if not cell:
        return None
    try:
        mph = float(cell)
    except ValueError:
        mph = math.nan
    if mph != 0.0 and not MIN_MPH <= mph <= MAX_MPH:
        wanted = f"0 (may not go there), or a speed from {MIN_MPH:g} to {MAX_MPH:g} mph"
        _refuse(path, f"line {line}: {cell!r} mph", wanted)
    return mph


def _profile(path: Path, rows: Sequence[_Row]) -> Profile:
    """Return the profile that these lines describe."""
    first = rows[0]
    at_most: dict[str, float] = {}
    about = [row.source for row in rows if not row.roads]
    for row in rows:
        if row.name != first.name:
            _refuse(path, f"line {row.line}: {row.name!r} for {first.name!r}", "one name a profile")
        for word in row.roads:
            if word in at_most:
                _refuse(path, f"line {row.line}: {word!r} once more", "each class once in a profile")
            at_most[word] = float(row.mph or 0.0) * KMH_PER_MPH
    if len(about) > 1:
        _refuse(path, f"profile {first.profile!r} with {len(about)} lines without roads", "at most one")
    bridge_kmh = at_most.pop(BRIDGES, None)
    if bridge_kmh == 0.0:
        _refuse(path, f"profile {first.profile!r} with 0 mph on bridges", "a speed above 0 on bridges")
    return Profile(
        first.profile, first.name, MappingProxyType(at_most), bridge_kmh, about[0] if about else first.source
    )


def _refuse(path: Path, given: str, wanted: str) -> NoReturn:
    raise GeoError(
        "The table of vehicles cannot be used",
        given=f"{path.name}, {given}",
        wanted=wanted,
        todo="correct the table; data/reference/profiles.csv shows how it looks",
    )
