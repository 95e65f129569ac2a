"""Places and ZIP codes of Missouri by name: where an address lies, and how far off that may be.

`accuracy_m` is the distance within which nine of ten real sites lie. Both rules were fitted to 183 Missouri hospitals
whose address and point are known (HIFLD, 2022):

- a **place** is a disc of 60 · people^0.25 people a km² (the same law as the population points); its accuracy is twice
  the radius of that disc, since sites stand at the edge of town as often as in its middle: 92 % of 178 lie within;
- a **ZIP code**'s accuracy is the distance from its point to the next ZIP code's point: 90 % of 181 lie within. Half
  that distance would hold only 56 %.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import defaultdict
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np

from geo.errors import GeoError
from geo.tables import as_numbers, read_columns

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

EARTH_RADIUS_M = 6_371_008.8
DEFAULT_PLACE_ACCURACY_M = 3_000.0
"""Accuracy of a place whose number of people is not known: that of a town of about 1,000."""
ACCURACY_BOUNDS_M = (1_000.0, 20_000.0)
"""No point is closer than a kilometre to "somewhere in town", and none that is worth using is off by more than 20."""
AGREE_M = 30_000.0
"""How far a place and a ZIP code of one address may lie apart. Of 520 Missouri ZIP codes with the Postal Service's
place names the farthest is 28.8 km (Kansas City, 64163)."""
MISSOURI_ZIPS = range(630, 659)
"""The first three digits of a Missouri ZIP code."""

_ZIP = re.compile(r"\s*([0-9]{5})(?:[-\s]?[0-9]{4})?\s*")
_SHORT = {
    "saint": "st",
    "sainte": "ste",
    "mount": "mt",
    "mountain": "mtn",
    "fort": "ft",
    "n": "north",
    "s": "south",
    "e": "east",
    "w": "west",
}
_COMMAND = "merr build gazetteer"


@dataclass(frozen=True)
class Place:
    """A point that stands for a place or a ZIP code.

    Parameters
    ----------
    name
        The place's name, or the ZIP code when no place is known.
    county_fips
        Five-digit code of the county that holds the point.
    lon, lat
        EPSG:4326.
    accuracy_m
        The distance in metres within which nine of ten sites with this address lie.
    source
        Where the point comes from.
    kind
        What was found by: `place`, `zip`, or `zip+place` when both were given and agree.
    """

    name: str
    county_fips: str
    lon: float
    lat: float
    accuracy_m: float
    source: str
    kind: str


@dataclass(frozen=True, eq=False)
class Gazetteer:
    """The named places and ZIP codes of Missouri.

    Parameters
    ----------
    places
        Named places, largest first among those of one name.
    zips
        ZIP codes, each as a `Place` whose name is the code.
    """

    places: tuple[Place, ...]
    zips: tuple[Place, ...]

    @cached_property
    def _by_name(self) -> dict[str, list[Place]]:
        found: defaultdict[str, list[Place]] = defaultdict(list)
        for place in self.places:
            found[name_key(place.name)].append(place)
        return dict(found)

    @cached_property
    def _by_zip(self) -> dict[str, Place]:
        return {place.name: place for place in self.zips}

    @cached_property
    def _points(self) -> NDArray[np.float64]:
        return _on_sphere([place.lon for place in self.places], [place.lat for place in self.places])

    def locate(
        self, *, city: str | None, zip_code: str | None, county_fips: str | None = None
    ) -> Place | None:
        """Return where an address of this city and ZIP code lies, None when that cannot be told.

        With both, they must agree (lie within 30 km of each other); the point is then that of the two that is known
        more closely. A city that is not in the gazetteer leaves the ZIP code, a ZIP code that is not (a post box)
        leaves the city. A city name of several counties needs the county. Nothing is guessed: a city and a ZIP code
        that contradict each other, and a ZIP code of another state, give None.

        Parameters
        ----------
        city
            The city as written: case, punctuation, `Saint` for `St.`, and a trailing `, MO` do not matter.
        zip_code
            Five digits, with or without the four of ZIP+4.
        county_fips
            Five-digit code that narrows places of one name.
        """
        code = _zip_digits(zip_code)
        if code is not None and int(code[:3]) not in MISSOURI_ZIPS:
            return None
        by_zip = self._by_zip.get(code) if code else None
        named = self._by_name.get(name_key(city), []) if city else []
        if county_fips is not None and len(named) > 1:
            named = [place for place in named if place.county_fips == county_fips]
        if by_zip is None:
            return named[0] if len(named) == 1 else None
        if not named:
            return by_zip
        near = min(named, key=lambda place: distance_m(place, by_zip))
        if distance_m(near, by_zip) > AGREE_M:
            return None
        closer = min(near, by_zip, key=lambda each: each.accuracy_m)
        return replace(closer, name=near.name, kind="zip+place")

    def nearest(self, lon: float, lat: float) -> Place:
        """Return the named place nearest to a point; of equal ones the first.

        Parameters
        ----------
        lon, lat
            EPSG:4326.
        """
        return self.places[int(_apart2(self._points, _on_sphere([lon], [lat])[0]).argmin())]


def name_key(name: str) -> str:
    """Return what two spellings of a place's name have in common: `stlouis` for `Saint Louis, MO`.

    Case, accents, punctuation and blanks go; Saint, Mount, Fort and the quarters of the compass take one spelling.
    """
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9]+", " ", plain.replace("'", "")).split()
    if len(words) > 1 and words[-1] in {"mo", "missouri"}:
        words.pop()
    return "".join(_SHORT.get(word, word) for word in words)


def distance_m(one: Place, other: Place) -> float:
    """Return the metres between two places as the crow flies, on a sphere."""
    a, b = _on_sphere([one.lon, other.lon], [one.lat, other.lat])
    return EARTH_RADIUS_M * 2.0 * math.asin(min(1.0, float(np.linalg.norm(a - b)) / 2.0))


NOWHERE: Final = Gazetteer((), ())
"""The gazetteer of a place without names."""


def read_gazetteer(folder: Path) -> Gazetteer:
    """Return the gazetteer of a folder, in degrees (EPSG:4326).

    Parameters
    ----------
    folder
        What `merr build gazetteer` writes: `data/gazetteer`, with `places.csv` and `zips.csv`.

    Raises
    ------
    GeoError
        When a file is missing or damaged.
    """
    return Gazetteer(places=_read_places(folder / "places.csv"), zips=_read_zips(folder / "zips.csv"))


def _read_places(path: Path) -> tuple[Place, ...]:
    table = read_columns(path, ("name", "county_fips", "lon", "lat", "population", "source"), _COMMAND)
    lon, lat = (as_numbers(path, name, table[name], _COMMAND).tolist() for name in ("lon", "lat"))
    people = as_numbers(path, "population", [word or "0" for word in table["population"]], _COMMAND).tolist()
    rows = zip(people, table["name"], table["county_fips"], lon, lat, table["source"], strict=True)
    return tuple(
        Place(name, fips, at_lon, at_lat, place_accuracy_m(count), source, "place")
        for count, name, fips, at_lon, at_lat, source in sorted(rows, key=lambda row: (-row[0], *row[1:]))
    )


def _read_zips(path: Path) -> tuple[Place, ...]:
    table = read_columns(path, ("zip", "lon", "lat", "county_fips"), _COMMAND)
    lon, lat = (as_numbers(path, name, table[name], _COMMAND) for name in ("lon", "lat"))
    if len(lon) < 2:  # noqa: PLR2004 - a distance needs two
        raise GeoError(
            "A file of the shipped data cannot be read",
            given=f"{path}: one ZIP code",
            wanted="All ZIP codes of Missouri",
            todo=f"Run `{_COMMAND}`, or restore the file from the repository",
        )
    on_sphere = _on_sphere(lon.tolist(), lat.tolist())
    # The nearest of all is the point itself.
    apart2 = np.array([np.partition(_apart2(on_sphere, point), 1)[1] for point in on_sphere])
    apart_m = np.sqrt(apart2) * EARTH_RADIUS_M
    rows = zip(table["zip"], table["county_fips"], lon.tolist(), lat.tolist(), apart_m.tolist(), strict=True)
    return tuple(
        Place(code, fips, at_lon, at_lat, _bounded(next_m), "Census ZIP code tabulation areas", "zip")
        for code, fips, at_lon, at_lat, next_m in rows
    )


def place_accuracy_m(people: float) -> float:
    """Return the distance in metres within which nine of ten sites of a place of so many people lie."""
    if people <= 0:
        return DEFAULT_PLACE_ACCURACY_M
    density_per_km2 = 60.0 * people**0.25
    return _bounded(2.0 * 1000.0 * math.sqrt(people / density_per_km2 / math.pi))


def _bounded(distance: float) -> float:
    least, most = ACCURACY_BOUNDS_M
    return float(round(min(max(distance, least), most)))


def _zip_digits(zip_code: str | None) -> str | None:
    found = _ZIP.fullmatch(zip_code) if zip_code else None
    return found[1] if found else None


def _apart2(points: NDArray[np.float64], point: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the square of the straight way from a point to each of some, float64 (n,).

    All are looked at: that takes 30 µs, and a tree of SciPy's 20 MB in every process.
    """
    along = points - point
    squares: NDArray[np.float64] = along[:, 0] ** 2 + along[:, 1] ** 2 + along[:, 2] ** 2
    return squares


def _on_sphere(lon: Sequence[float], lat: Sequence[float]) -> NDArray[np.float64]:
    """Return the points as unit vectors, float64 (n, 3)."""
    east, north = np.radians(lon), np.radians(lat)
    return np.column_stack([np.cos(north) * np.cos(east), np.cos(north) * np.sin(east), np.sin(north)])
