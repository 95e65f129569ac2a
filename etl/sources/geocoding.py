"""Where a site lies: given coordinates checked against state and county, else its address looked up.

Every point keeps how it was found and how exactly, since an arrival from the middle of a ZIP area may be off by
ten minutes and the planner has to see that. What cannot be placed gets a reason instead of a point: a site at
0,0 or at the middle of the State would be ranked, and wrongly.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

from etl.sources.cells import CellError
from geo.gazetteer import MISSOURI_ZIPS, distance_m, name_key

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from etl.sources.census import CensusGeocoder
    from geo.counties import Counties
    from geo.gazetteer import Gazetteer, Place

COUNTY_REACH_DEG = 0.005
"""A point this near (about 500 m) to its stated county counts as inside: the 1:500,000 boundaries of rivers and
county lines are that coarse."""
METRES_PER_MILE = 1_609.344
METRES_PER_DEGREE = 111_320.0
_CODE = re.compile(r"[0-9]+")
LEAST_ACCURACY_M = 10.0
"""Nobody's coordinates are believed to be better than this, however many decimals they carry."""


@dataclass(frozen=True)
class Address:
    """What a row says about a place; each part may be empty."""

    street: str = ""
    city: str = ""
    zip_code: str = ""
    county_fips: str | None = None

    @property
    def line(self) -> str:
        """The address in one line, as messages show it."""
        return ", ".join(part for part in (self.street, self.city, self.zip_code) if part)


@dataclass(frozen=True)
class Point:
    """A place on the earth (EPSG:4326), the county that holds it, and how well it is known.

    `quality` is one of `registry.directory.listing.GEOCODE_QUALITIES`; `accuracy_m` is in metres.
    """

    lon: float
    lat: float
    county_fips: str
    quality: str
    source: str
    accuracy_m: float
    town: str = ""


@dataclass(frozen=True)
class Unplaced:
    """Why an address has no point, in one sentence without a full stop."""

    reason: str


def county_named(text: str, counties: Counties) -> str:
    """Return the FIPS code of the county that a cell names: '29097', 'Jasper', 'Jasper County'.

    Raises
    ------
    CellError
        When Missouri has no such county, or 'St. Louis' leaves open which of the two is meant.
    """
    if _CODE.fullmatch(text):
        code = f"29{text:>03}" if len(text) <= 3 else text  # noqa: PLR2004 - a county's own three digits
        if code in counties.fips:
            return code
        raise CellError(
            f"county {text!r} is not in Missouri; use a name or a five-digit FIPS code such as 29097"
        )
    word = _folded(text)
    exact = [fips for at, fips in enumerate(counties.fips) if word == _folded(counties.label(at)) and word]
    if not exact:
        bare = _solid(word.removesuffix(" county"))
        exact = [
            fips
            for at, fips in enumerate(counties.fips)
            if bare == _solid(_folded(counties.name[at]).removesuffix(" city"))
        ]
    if len(exact) == 1:
        return exact[0]
    if exact:
        raise CellError(
            f"county {text!r} may be the county or the city; write 'St. Louis County' or 'St. Louis city'"
        )
    raise CellError(f"county {text!r} is not in Missouri; use a name or a five-digit FIPS code such as 29097")


def given_point(
    lon: float, lat: float, *, precision_deg: float, counties: Counties, county_fips: str | None
) -> Point:
    """Return the point that a row gives, with the county that holds it.

    Parameters
    ----------
    lon, lat
        EPSG:4326 degrees.
    precision_deg
        Half of the last digit given: two decimals say where a site is to 560 m, and are not believed further.
    counties
        Missouri's.
    county_fips
        The county that the row states, if it does.

    Raises
    ------
    CellError
        For a point outside Missouri or outside the stated county, saying so when the two numbers look swapped
        or a minus sign is missing.
    """
    if not (abs(lat) <= 90.0 and abs(lon) <= 180.0) or (lon == 0.0 and lat == 0.0):  # noqa: PLR2004
        raise CellError(
            f"latitude {lat:g}, longitude {lon:g} is no place in Missouri{_hint(lon, lat, counties)}"
        )
    held = _county_at(lon, lat, counties, prefer=county_fips)
    if held is None:
        raise CellError(
            f"latitude {lat:g}, longitude {lon:g} lies outside Missouri{_hint(lon, lat, counties)}"
        )
    if county_fips is not None and held != county_fips:
        wanted, found = (counties.label(counties.index(fips)) for fips in (county_fips, held))
        raise CellError(
            f"latitude {lat:g}, longitude {lon:g} lies in {found}, the row says {wanted}; mend one of them"
        )
    accuracy_m = max(LEAST_ACCURACY_M, round(precision_deg * METRES_PER_DEGREE, 1))
    return Point(lon, lat, held, "given", "coordinates in the file", accuracy_m)


def place_offline(address: Address, gazetteer: Gazetteer, counties: Counties) -> Point | Unplaced:
    """Return the point of an address by ZIP and town alone, or why there is none."""
    if not address.city and not address.zip_code:
        return Unplaced("the row gives no coordinates, no ZIP and no town")
    place = gazetteer.locate(
        city=address.city or None, zip_code=address.zip_code or None, county_fips=address.county_fips
    )
    if place is None:
        return Unplaced(_why_unknown(address, gazetteer))
    held = _county_at(place.lon, place.lat, counties, prefer=address.county_fips)
    if held is None:
        return Unplaced(f"{address.line!r} is found outside Missouri")
    if address.county_fips is not None and held != address.county_fips:
        wanted, found = (counties.label(counties.index(fips)) for fips in (address.county_fips, held))
        if not _within_reach(place, counties, address.county_fips):
            return Unplaced(f"{address.line!r} is found in {found}, the row says {wanted}")
    return Point(place.lon, place.lat, held, place.kind, place.source, place.accuracy_m, town=place.name)


def place_all(
    addresses: Sequence[Address],
    gazetteer: Gazetteer,
    counties: Counties,
    census: CensusGeocoder | None = None,
    progress: Callable[[str], None] | None = None,
) -> tuple[list[Point | Unplaced], tuple[str, ...]]:
    """Return a point or a reason for each address, and notes about what the online service did not do.

    With `census` the street addresses are asked for online first; whatever it does not know, or does not
    answer in time, falls back to ZIP and town. The order of the answers is the order of the addresses.
    """
    found: list[Point | Unplaced] = [place_offline(address, gazetteer, counties) for address in addresses]
    if census is None:
        return found, ()
    asked = [at for at, address in enumerate(addresses) if address.street]
    answer = census.locate([addresses[at] for at in asked], progress)
    notes = list(answer.notes)
    elsewhere = 0
    for at, hit in zip(asked, answer.hits, strict=True):
        if hit is None:
            continue
        held = _county_at(hit.lon, hit.lat, counties, prefer=addresses[at].county_fips)
        stated = addresses[at].county_fips
        if held is None or (stated is not None and held != stated):
            elsewhere += 1
            continue
        town = addresses[at].city
        found[at] = Point(hit.lon, hit.lat, held, "address", census.source, hit.accuracy_m, town=town)
    if elsewhere:
        notes.append(
            f"The Census geocoder put {elsewhere:,} of {len(asked):,} outside the stated county; "
            "ZIP and town were used instead"
        )
    return found, tuple(notes)


def _county_at(lon: float, lat: float, counties: Counties, *, prefer: str | None) -> str | None:
    """Return the county holding a point, the stated one when the point is within its boundary's error."""
    point = shapely.Point(lon, lat)
    if prefer is not None:
        stated = counties.geometry[counties.index(prefer)]
        if shapely.distance(stated, point) <= COUNTY_REACH_DEG:
            return prefer
    held = int(counties.at(np.array([lon]), np.array([lat]))[0])
    if held >= 0:
        return counties.fips[held]
    away = shapely.distance(counties.geometry, point)
    nearest = int(np.argmin(away))
    return counties.fips[nearest] if away[nearest] <= COUNTY_REACH_DEG else None


def _within_reach(place: Place, counties: Counties, fips: str) -> bool:
    """Return whether the stated county lies within the found point's own accuracy: a ZIP spans county lines."""
    away_deg = shapely.distance(counties.geometry[counties.index(fips)], shapely.Point(place.lon, place.lat))
    return bool(away_deg * METRES_PER_DEGREE <= place.accuracy_m)


def _why_unknown(address: Address, gazetteer: Gazetteer) -> str:
    """Return the reason why the gazetteer has no point for an address."""
    area = gazetteer.locate(city=None, zip_code=address.zip_code) if address.zip_code else None
    key = name_key(address.city) if address.city else ""
    named = [place for place in gazetteer.places if key and name_key(place.name) == key]
    if area is not None and named:
        apart_m = min(distance_m(place, area) for place in named)
        return f"ZIP {address.zip_code} and {address.city} lie {apart_m / METRES_PER_MILE:,.0f} mi apart"
    if address.zip_code and int(address.zip_code[:3]) not in MISSOURI_ZIPS:
        return f"ZIP {address.zip_code} is not in Missouri"
    if len(named) > 1:
        return f"Missouri has {len(named)} places called {address.city}; a county or a ZIP would tell which"
    if named and address.county_fips:
        return f"no place called {address.city} lies in the stated county"
    return f"neither a ZIP nor a town of {address.line!r} is known in Missouri"


def _hint(lon: float, lat: float, counties: Counties) -> str:
    if _county_or_none(lat, lon, counties):
        return "; latitude and longitude look swapped"
    if _county_or_none(-lon, lat, counties):
        return "; the minus sign of the longitude looks missing"
    return "; write decimal degrees, such as latitude 37.0842 and longitude -94.5133"


def _county_or_none(lon: float, lat: float, counties: Counties) -> str | None:
    if not (abs(lat) <= 90.0 and abs(lon) <= 180.0):  # noqa: PLR2004
        return None
    return _county_at(lon, lat, counties, prefer=None)


def _solid(words: str) -> str:
    """Return the words without blanks: lists write De Kalb and Mc Donald, the State DeKalb and McDonald."""
    return words.replace(" ", "")


def _folded(text: str) -> str:
    words = re.sub(r"[^a-z ]", "", text.casefold().replace(".", " ").replace("-", " ")).split()
    return " ".join({"saint": "st", "sainte": "ste"}.get(word, word) for word in words)
