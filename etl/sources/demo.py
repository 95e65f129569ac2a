"""The demo registry: companies that do not exist, in towns that do, the same every time for the same seed.

It lets somebody try the whole journey before a single company has agreed to anything. So it must look like the
real thing (towns by their people, five classes, sixteen sectors, stale and fresh listings) and can never be taken
for it: every name begins with "Demo", every record is marked synthetic, every address, person, telephone number
(555-0100 to 555-0199) and e-mail domain (example.org, RFC 2606) is reserved for invention.
"""

from __future__ import annotations

import csv
import datetime as dt
import math
import random
from bisect import bisect_right
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from etl.errors import EtlError
from etl.sources.demo_trades import (
    FAMILY_NAMES,
    FIRST_WORDS,
    GIVEN_NAMES,
    LEAVES_AFTER_MIN,
    SECOND_WORDS,
    SIZES,
    STREETS,
    TRADES,
    Trade,
)
from geo.gazetteer import place_accuracy_m
from registry.directory.records import (
    AssetRecord,
    ContactRecord,
    ProprietaryRecord,
    ProviderRecord,
    SiteRecord,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from geo.counties import Counties
    from registry.directory.kinds import Kind, Taxonomy

T = TypeVar("T")

SOURCE = "demo"
"""The source of every invented company: what `merr load demo` writes and nothing else does."""
SEED = 2011
COMPANIES = 1_500
AS_OF = dt.date(2026, 11, 1)
"""The day that the ages of listings count back from; fixed, so that every machine has the same registry."""
ASSETS_OF_A_COMPANY = (0.15, 0.29, 0.30, 0.16, 0.10)
"""Shares of companies with one to five assets: 2.7 on average, so about 4,000 in all."""
SECOND_SITE = 0.08
"""Share of companies with a second place in another town."""
AT_THE_TOWN = 0.12
"""Share of sites known by their town alone, as a list without street addresses would leave them."""
PEOPLE_PER_KM2 = 600.0
"""Rough density inside Missouri's towns: from it follows how far from its middle a site may stand."""
GIVEN_ACCURACY_M = 30.0
SHOWS_NAME = 0.20
"""Share of companies that let their name be seen before a declaration; the others keep the default, no."""
SHOWS_ZIP, SHOWS_POINT = 0.15, 0.05
"""Shares that let the ZIP of their places be seen, and their exact point."""
_AREA_CODES = {
    "A": "816",
    "B": "660",
    "C": "314",
    "D": "417",
    "E": "573",
    "F": "573",
    "G": "417",
    "H": "660",
    "I": "573",
}
_STATUSES = (("available", 0.90), ("committed", 0.05), ("paused", 0.03), ("closed", 0.02))
_CONDITIONS = ("Fuel is charged at cost.", "Returned clean and full.", "A deposit is agreed by telephone.")


@dataclass(frozen=True)
class Town:
    """A real place with its people; EPSG:4326, the radius of its built-up area in metres."""

    name: str
    county_fips: str
    lon: float
    lat: float
    people: int
    radius_m: float
    zip_code: str = ""


def read_towns(data_dir: Path) -> tuple[Town, ...]:
    """Return the places of data/gazetteer/places.csv in the order of the file, each with a ZIP of its county near it.

    Raises
    ------
    EtlError
        When the gazetteer has not been built.
    """
    path = data_dir / "gazetteer" / "places.csv"
    try:
        with path.open(encoding="utf-8", newline="") as lines:
            towns = tuple(_town(row) for row in csv.DictReader(lines))
        with path.with_name("zips.csv").open(encoding="utf-8", newline="") as lines:
            return _with_zips(towns, list(csv.DictReader(lines)))
    except FileNotFoundError as fault:
        raise EtlError(
            "The demo registry needs the towns of the gazetteer",
            given=f"no file {fault.filename}",
            wanted="data/gazetteer/places.csv and zips.csv, which are part of a clone",
            todo="restore data/ from git, or run `merr build gazetteer`",
        ) from fault


def demo_registry(
    towns: Sequence[Town],
    counties: Counties,
    taxonomy: Taxonomy,
    *,
    seed: int = SEED,
    as_of: dt.date = AS_OF,
    companies: int = COMPANIES,
) -> list[ProviderRecord]:
    """Return invented companies with about 2.7 assets each, in the order of their keys.

    Parameters
    ----------
    towns
        Where companies stand: a town draws them by its people to the power 0.8, so that small towns, which lend
        more farm and earth-moving machines per head, are not empty.
    counties
        Missouri's; a site never leaves its town's county.
    taxonomy
        The kinds and their attributes; a kind that it lacks is left out.
    seed
        The same seed gives the same records on every machine.
    as_of
        The day that confirmations count back from.
    companies
        How many.
    """
    invent = _Inventor(towns, counties, taxonomy, seed, as_of)
    return [invent.company(number) for number in range(1, companies + 1)]


class _Inventor:
    """Draws companies; only `random()` is used, whose sequence Python promises for a seed."""

    def __init__(
        self, towns: Sequence[Town], counties: Counties, taxonomy: Taxonomy, seed: int, as_of: dt.date
    ) -> None:
        self.towns = towns
        self.town_weights = _running([max(town.people, 50) ** 0.8 for town in towns])
        self.trade_weights = _running([trade.share for trade in TRADES])
        self.counties = counties
        self.taxonomy = taxonomy
        self.as_of = as_of
        self.seed = seed
        self.random = random.Random(seed)  # noqa: S311 - inventing, not encrypting
        self.names: set[str] = set()

    def company(self, number: int) -> ProviderRecord:
        trade = TRADES[self.draw(self.trade_weights)]
        town = self.towns[self.draw(self.town_weights)]
        name = self.name(trade)
        kinds = self.kinds(trade)
        if len(kinds) > 1 and self.random.random() < SECOND_SITE:
            other = self.towns[self.draw(self.town_weights)]
            sites: tuple[SiteRecord, ...] = (
                self.site("main", name, town, trade, kinds[:-1]),
                self.site("branch", f"{name}, branch", other, trade, kinds[-1:]),
            )
        else:
            sites = (self.site("main", name, town, trade, kinds),)
        volunteers = any(
            asset.kind in {"cert", "volunteers_spontaneous"} for site in sites for asset in site.assets
        )
        shows_name, shows_place = self.showing(number)
        return ProviderRecord(
            source=SOURCE,
            external_key=f"demo-{number:04d}",
            name=name,
            sector=trade.sector,
            sites=sites,
            synthetic=True,
            max_consecutive_days=5 if volunteers else None,
            contact=self.contact(number, town),
            shows_name=shows_name,
            shows_place=shows_place,
        )

    def showing(self, number: int) -> tuple[bool, str]:
        """Return what a company lets be seen before a declaration, drawn apart so that all else stays as it was."""
        luck = random.Random(f"{self.seed} shows {number}")  # noqa: S311 - inventing, not encrypting
        shows_name, place = luck.random() < SHOWS_NAME, luck.random()
        if place < SHOWS_POINT:
            return shows_name, "exact"
        return shows_name, "zip" if place < SHOWS_POINT + SHOWS_ZIP else "no"

    def name(self, trade: Trade) -> str:
        """Return a name that no other company of this registry has."""
        while True:
            words = (self.pick(FIRST_WORDS), self.pick(SECOND_WORDS), self.pick(trade.nouns))
            name = " ".join(("Demo", *filter(None, words)))
            if name not in self.names:
                self.names.add(name)
                return name

    def kinds(self, trade: Trade) -> list[Kind]:
        """Return the kinds a company lists, without repeats, likelier ones more often."""
        left = {code: offer[0] for code, offer in trade.offers.items() if code in self.taxonomy.kinds}
        wanted = 1 + self.draw(_running(ASSETS_OF_A_COMPANY))
        chosen: list[Kind] = []
        while left and len(chosen) < wanted:
            code = list(left)[self.draw(_running(list(left.values())))]
            del left[code]
            chosen.append(self.taxonomy.kinds[code])
        return chosen

    def site(self, key: str, name: str, town: Town, trade: Trade, kinds: Sequence[Kind]) -> SiteRecord:
        exact = self.random.random() >= AT_THE_TOWN
        lon, lat = self.point_in(town) if exact else (town.lon, town.lat)
        street = f"{100 + 2 * int(self.random.random() * 1_900)} {self.pick(STREETS)}"
        return SiteRecord(
            external_key=key,
            name=name,
            lon=lon,
            lat=lat,
            county_fips=town.county_fips,
            geocode_quality="given" if exact else "place",
            geocode_source="invented for the demo",
            geocode_accuracy_m=GIVEN_ACCURACY_M if exact else place_accuracy_m(town.people),
            address=street if exact else "",
            town=town.name,
            zip_code=town.zip_code,
            assets=tuple(self.asset(kind, *trade.offers[kind.code][1:]) for kind in kinds),
        )

    def asset(self, kind: Kind, least: int, most: int) -> AssetRecord:
        attributes = {code: self.size(kind, code) for code in kind.attributes}
        people = kind.asset_class in {"services", "volunteers"}
        minutes = LEAVES_AFTER_MIN.get(kind.code, LEAVES_AFTER_MIN[kind.asset_class])
        still = kind.asset_class == "facility"
        return AssetRecord(
            external_key=kind.code,
            kind=kind.code,
            name=_asset_name(kind, attributes),
            quantity=self.quantity(least, most),
            attributes=attributes,
            mobilisation_s=60 * self.pick(minutes),
            status=self.status(),
            confirmed_on=self.confirmed_on(),
            delivery="pickup" if still or self.random.random() < 0.3 else "delivers",  # noqa: PLR2004
            operator=kind.asset_class == "equipment" and self.random.random() < 0.4,  # noqa: PLR2004
            max_days=5 if kind.asset_class == "volunteers" else None,
            licence=str(attributes["licence"]) if people and "licence" in attributes else None,
            team_size=round(float(attributes["persons"])) if people and "persons" in attributes else None,
            hours=self.pick(("24/7", "weekdays 7-18", "daily 6-22")) if people else None,
            proprietary=self.terms(kind),
        )

    def size(self, kind: Kind, code: str) -> float | str | bool:
        if code == "licence":
            return f"Demo licence {1_000 + int(self.random.random() * 9_000)}"
        values = SIZES.get(f"{kind.code}.{code}", SIZES.get(code))
        return self.pick(values) if values is not None else self.random.random() < 0.5  # noqa: PLR2004

    def quantity(self, least: int, most: int) -> int:
        """Return how many, small numbers likelier than large ones, large ones rounded as people count them."""
        count = least + int((most - least + 1) * self.random.random() ** 1.6)
        step: int = 10 ** max(0, len(str(count)) - 2)
        return max(least, count // step * step)

    def status(self) -> str:
        return _STATUSES[self.draw(_running([share for _, share in _STATUSES]))][0]

    def confirmed_on(self) -> dt.date | None:
        """Return the last confirmation: three in four within 180 days, some older, a few never."""
        luck = self.random.random()
        if luck < 0.03:  # noqa: PLR2004
            return None
        longest = 90 if luck < 0.62 else 180 if luck < 0.82 else 420  # noqa: PLR2004
        return self.as_of - dt.timedelta(days=int(longest * self.random.random()))

    def terms(self, kind: Kind) -> ProprietaryRecord:
        basis = "donate" if kind.asset_class == "volunteers" else self.pick(("cost", "contract", "donate"))
        return ProprietaryRecord(price_basis=basis, conditions=self.pick(_CONDITIONS))

    def contact(self, number: int, town: Town) -> ContactRecord:
        code = _AREA_CODES[self.counties.region[self.counties.index(town.county_fips)]]
        return ContactRecord(
            person=f"{self.pick(GIVEN_NAMES)} {self.pick(FAMILY_NAMES)}",
            phone=f"{code}-555-01{int(self.random.random() * 100):02d}",
            email=f"demo-{number:04d}@example.org",
        )

    def point_in(self, town: Town) -> tuple[float, float]:
        """Return a point inside the town and its county (EPSG:4326); the town's own when chance finds none."""
        for _ in range(20):
            away_m = town.radius_m * math.sqrt(self.random.random())
            turn = 2.0 * math.pi * self.random.random()
            lat = town.lat + away_m * math.sin(turn) / 111_320.0
            lon = town.lon + away_m * math.cos(turn) / (111_320.0 * math.cos(math.radians(town.lat)))
            lon, lat = round(lon, 5), round(lat, 5)
            held = int(self.counties.at(np.array([lon]), np.array([lat]))[0])
            if held >= 0 and self.counties.fips[held] == town.county_fips:
                return lon, lat
        return town.lon, town.lat

    def draw(self, running: Sequence[float]) -> int:
        """Return an index by its weight, from running totals."""
        luck = self.random.random() * running[-1]
        return min(bisect_right(running, luck), len(running) - 1)

    def pick(self, values: Sequence[T]) -> T:
        return values[int(self.random.random() * len(values))]


def _asset_name(kind: Kind, attributes: Mapping[str, float | str | bool]) -> str:
    """Return the kind with the size that people name it by: 'Generator, 125 kW'."""
    if kind.family == "generator":
        return f"Generator, {attributes['kw']:g} kW"
    return kind.name


def _with_zips(towns: Sequence[Town], rows: Sequence[Mapping[str, str]]) -> tuple[Town, ...]:
    """Return towns with the ZIP of their county whose point is nearest; none where the county has none."""
    of_county: dict[str, list[Mapping[str, str]]] = {}
    for row in rows:
        of_county.setdefault(row["county_fips"], []).append(row)

    def nearest(town: Town) -> str:
        squeeze = math.cos(math.radians(town.lat))
        ways = [
            (math.hypot((float(row["lon"]) - town.lon) * squeeze, float(row["lat"]) - town.lat), row["zip"])
            for row in of_county.get(town.county_fips, [])
        ]
        return min(ways)[1] if ways else ""

    return tuple(replace(town, zip_code=nearest(town)) for town in towns)


def _running(weights: Sequence[float]) -> list[float]:
    totals: list[float] = []
    for weight in weights:
        totals.append((totals[-1] if totals else 0.0) + weight)
    return totals


def _town(row: Mapping[str, str]) -> Town:
    people = int(row["population"])
    radius_m = math.sqrt(people / (math.pi * PEOPLE_PER_KM2)) * 1_000.0
    return Town(
        name=row["name"],
        county_fips=row["county_fips"],
        lon=float(row["lon"]),
        lat=float(row["lat"]),
        people=people,
        radius_m=min(max(radius_m, 300.0), 9_000.0),
    )
