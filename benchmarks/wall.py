"""`spatial_search`, `county_search`: what the two walls cost a search of 300,000 sites, against the owner's own query in the same run."""

from __future__ import annotations

import statistics
from contextlib import contextmanager
from functools import partial
from time import perf_counter
from typing import TYPE_CHECKING, Final

from sqlalchemy import make_url, text

from benchmarks.measure import row, taken_ms
from geo.areas import area_from_circle
from registry.db.engine import engine, session_scope, upgrade
from registry.db.localdb import cluster
from registry.directory.reference import counties
from registry.directory.store import sites_inside
from registry.errors import RegistryError
from registry.people.principal import Principal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from benchmarks.measure import Row
    from geo.areas import IncidentArea

DATABASE: Final = "merr_bench_wall"
SITES: Final = 300_000
RUNS: Final = 200
AREAS_KM: Final = {"joplin": (-94.5133, 37.0842, 10.0), "springfield": (-93.2923, 37.2090, 25.0)}
ASKER: Final = Principal(account_id="bench", session_id="bench", name="Bench", request_id="bench")

FILL: Final = (
    """
    INSERT INTO registry.providers (source, external_key, name, sector, shows_place)
    SELECT 'bench', n::text, 'Company ' || n, code, CASE WHEN n % 10 = 0 THEN 'exact' ELSE 'no' END
    FROM generate_series(1, :sites / 10) AS n
    JOIN (SELECT code, row_number() OVER (ORDER BY code) - 1 AS place, count(*) OVER () AS all_of FROM registry.sectors)
      AS sector ON sector.place = n % sector.all_of
    """,
    # Around the county seats, as places are; the county is that of the seat.
    """
    INSERT INTO registry.sites (provider_id, external_key, name, county_fips, lon, lat,
                                geocode_quality, geocode_source, geocode_accuracy_m)
    SELECT provider.id, k::text, 'Site', county.fips,
           county.seat_lon + 0.25 * (random() - 0.5), county.seat_lat + 0.2 * (random() - 0.5), 'zip+place', 'bench', 0
    FROM (SELECT id, row_number() OVER (ORDER BY external_key) AS n FROM registry.providers) AS provider
    CROSS JOIN generate_series(1, 10) AS k
    JOIN (SELECT fips, seat_lon, seat_lat, row_number() OVER (ORDER BY fips) - 1 AS place FROM registry.counties)
      AS county ON county.place = (provider.n * 7 + k * 31) % 115
    """,
)


def figures(fill_facts: Callable[[str], object]) -> Iterator[Row | str]:
    """Yield two rows an area, or a sentence where the private cluster cannot run.

    Parameters
    ----------
    fill_facts
        Puts the counties and sectors into the database at a URL.
    """
    try:
        with database(DATABASE) as url:
            fill_facts(url)
            with session_scope(url) as session:
                for statement in FILL:
                    session.execute(text(statement), {"sites": SITES} if ":sites" in statement else {})
            with engine(url).connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                connection.execute(text("VACUUM ANALYZE registry.sites, registry.providers"))
            for name, circle in AREAS_KM.items():
                yield from _of_area(url, name, area_from_circle(*circle))
    except RegistryError as refusal:
        yield f"spatial_search: the private cluster does not run here ({refusal.title})."


def _of_area(url: str, name: str, area: IncidentArea) -> Iterator[Row]:
    """Yield the same query by the web login, and the application's own (by county until a declaration)."""
    drawn = area.as_geojson()
    with session_scope(url) as session:
        known = counties(session)
    struck = tuple(known.fips[place] for place in known.touching(area.geometry))
    owner = partial(_asked, by_login(url, "merr_owner"), None, drawn, None)
    web = by_login(url, "merr_web")
    asked = {
        "spatial_search": (None, "the same query"),
        "county_search": (
            struck,
            "what the page asks before a declaration: more sites, for it counts by county",
        ),
    }
    for figure, (by_county, what) in asked.items():
        ours = partial(_asked, web, ASKER, drawn, by_county)
        ours_ms, owner_ms = _p95s(ours, owner)
        note = f"{what}; {sum(ours().values()):,} sites found; p95 of {RUNS} interleaved runs, wall time"
        yield row(
            figure, f"sites_300k, {name}", ours_ms=ours_ms, peer="the owner", peer_ms=owner_ms, note=note
        )


def _asked(
    url: str, who: Principal | None, drawn: dict[str, object], struck: tuple[str, ...] | None
) -> dict[str, int]:
    with session_scope(url, principal=who) as session:
        return sites_inside(session, drawn, struck)


def _p95s(ours: Callable[[], object], owner: Callable[[], object]) -> tuple[float, float]:
    """Return the 95th percentiles of interleaved runs, in milliseconds; the database does the work, so wall time."""
    times: tuple[list[float], list[float]] = ([], [])
    for call in (ours, owner):
        call()
    for _ in range(RUNS):
        for taken, call in zip(times, (ours, owner), strict=True):
            taken.append(taken_ms(call, perf_counter))
    ours_ms, owner_ms = (statistics.quantiles(taken, n=20)[-1] for taken in times)
    return ours_ms, owner_ms


def by_login(url: str, login: str) -> str:
    """Return the URL of the same database by another login."""
    return make_url(url).set(username=login).render_as_string(hide_password=False)


@contextmanager
def database(name: str) -> Iterator[str]:
    """Yield the URL of a migrated database on the private cluster, which is as it was afterwards.

    Raises
    ------
    RegistryError
        The private cluster cannot run here.
    """
    server = cluster()
    ran = server.status().running
    server.up()
    server.drop_database(name)
    url = server.create_database(name)
    try:
        upgrade(url)
        yield url
    finally:
        for login in ("merr", "merr_owner", "merr_web"):
            engine(by_login(url, login)).dispose()
        engine(url).dispose()
        server.drop_database(name)
        if not ran:
            server.down()
