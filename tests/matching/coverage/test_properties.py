"""What must hold of any coverage: more never hurts, less never helps, and every figure follows from its definition."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geo.closures import Closure
from geo.coverage_kernels import FAR
from geo.profiles import CAR, Profile
from matching.coverage.arrivals import members_of, point_arrivals, ways_of
from matching.coverage.classes import sector_classes
from matching.coverage.computing import compute, summed_up
from matching.coverage.result import NONE
from matching.coverage.soonest import kth_by_company, kth_ms
from matching.roster import roster

NOW = datetime(2026, 11, 22, tzinfo=UTC)
SECTORS = ("energy", "water")
ONCE = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])

listings = st.lists(
    st.tuples(
        st.integers(0, 5),  # company
        st.sampled_from("ABCDE"),
        st.integers(0, 60),  # minutes to get ready
        st.sampled_from([10, 400]),  # days since it was confirmed
        st.sampled_from(SECTORS),
        st.integers(1, 5),  # units
        st.sampled_from(["available", "available", "paused"]),
    ),
    max_size=9,
)
closures = st.lists(
    st.tuples(
        st.floats(-94.5, -94.2), st.sampled_from([37.0, 37.05]), st.sampled_from(["blocked", "slowed"])
    ),
    max_size=3,
)


def rows_of(provider, drawn):
    return [
        provider(
            f"c{company}",
            place,
            ready,
            days=days,
            sector=sector,
            quantity=units,
            status=status,
            asset=f"a{at}",
            site_id=f"s{at}",
        )
        for at, (company, place, ready, days, sector, units, status) in enumerate(drawn)
    ]


def closed(drawn):
    return [
        Closure(str(at), effect, shapely.MultiPolygon([shapely.Point(lon, lat).buffer(0.01)]), factor=3.0)
        if effect == "slowed"
        else Closure(str(at), effect, shapely.MultiPolygon([shapely.Point(lon, lat).buffer(0.01)]))
        for at, (lon, lat, effect) in enumerate(drawn)
    ]


def late(ms):
    return np.where(ms == NONE, FAR, ms)


def no_better(less, more):
    """Assert that one coverage is nowhere better than another."""
    assert (late(less.time_ms) >= late(more.time_ms)).all()
    assert (late(less.without_ms) >= late(more.without_ms)).all()
    assert (less.reached <= more.reached).all()
    assert (less.companies <= more.companies).all()
    assert (less.units <= more.units).all()


@ONCE
@given(drawn=listings, extra=listings)
def test_more_providers_never_hurt(peopled, whom, provider, asked, drawn, extra):
    classes = sector_classes(SECTORS)
    some = compute(peopled, roster(rows_of(provider, drawn)), whom, classes, asked())
    more = compute(peopled, roster(rows_of(provider, [*drawn, *extra])), whom, classes, asked())
    no_better(some, more)


@ONCE
@given(drawn=listings, shut=closures)
def test_closing_roads_never_helps(peopled, whom, provider, asked, drawn, shut):
    classes, rows = sector_classes(SECTORS), roster(rows_of(provider, drawn))
    open_all = compute(peopled, rows, whom, classes, asked())
    some = compute(peopled, rows, whom, classes, asked(), closures=closed(shut), at=NOW)
    no_better(some, open_all)


@ONCE
@given(drawn=listings, shut=closures, k=st.integers(1, 3))
def test_the_kth_company_alone_is_that_of_the_whole_coverage(peopled, whom, provider, asked, drawn, shut, k):
    known = replace(
        peopled, profiles={"car": CAR, "truck": Profile("truck", "Truck", {"highway": 30.0}, None, "us")}
    )
    rows = rows_of(provider, drawn)
    rows[::3] = [replace(row, kind="generator_mobile_large", profile="truck") for row in rows[::3]]
    given_ = known, roster(rows), whom, sector_classes([*SECTORS, "dams"]), asked(k=k)
    whole = compute(*given_, closures=closed(shut), at=NOW).time_ms[:, :, k - 1]
    alone = kth_ms(*given_, closures=closed(shut), at=NOW)
    assert (alone.dtype, alone.tolist()) == (whole.dtype, whole.tolist())
    # However few companies there are, the search from each point finds the same as the matrix.
    members = members_of(given_[1], given_[3], given_[4])
    reached = ways_of(*given_[:2], members, whom, closures=closed(shut), at=NOW)
    matrix = point_arrivals(*given_[:3], given_[3], given_[4], closures=closed(shut), at=NOW).fresh_ms
    by_company = kth_by_company(members, reached, len(whom.lon), k)
    for group in range(len(given_[3])):
        pairs = np.sort(matrix[:, members.class_pair[group] : members.class_pair[group + 1]], axis=1)
        wanted = pairs[:, k - 1] if pairs.shape[1] >= k else np.full(len(whom.lon), FAR)
        assert by_company[:, group].tolist() == wanted.tolist()


@ONCE
@given(drawn=listings)
def test_longer_thresholds_and_more_days_never_take_anything_away(peopled, whom, provider, asked, drawn):
    classes, rows = sector_classes(SECTORS), roster(rows_of(provider, drawn))
    found = compute(peopled, rows, whom, classes, asked(20, 30, 45, 60, 90))
    assert (np.diff(found.reached, axis=-1) >= 0).all()
    assert (np.diff(found.companies, axis=-1) >= 0).all()
    assert (np.diff(found.units, axis=-1) >= 0).all()
    assert (np.diff(late(found.time_ms), axis=-1) >= 0).all()
    everyone = compute(peopled, rows, whom, classes, asked(20, 30, 45, 60, 90, fresh_days=None))
    no_better(found, everyone)
    assert (found.stale_ms == everyone.time_ms).all()


@ONCE
@given(drawn=listings)
def test_every_figure_follows_from_its_definition(peopled, whom, provider, asked, drawn):
    found = point_arrivals(
        peopled, roster(rows_of(provider, drawn)), whom, sector_classes(SECTORS), asked(20, 40, 60)
    )
    result, people = summed_up(found, "hash"), whom.people
    arrival = np.minimum(found.way_ms[:, found.way] + found.members.ready_ms, FAR)
    for group in range(len(SECTORS)):
        own = [
            at
            for at in range(int(found.members.class_start[group]), int(found.members.class_start[group + 1]))
            if found.members.fresh[at]
        ]
        company = [int(found.members.company[found.members.pair[at]]) for at in own]
        best = [
            sorted(
                min(arrival[p, at] for at, who in zip(own, company, strict=True) if who == one)
                for one in set(company)
            )
            for p in range(len(people))
        ]
        for rank in range(found.parameters.k):
            kth = np.array([times[rank] if rank < len(times) else FAR for times in best])
            least = next((ms for ms in sorted(kth) if 10 * people[kth <= ms].sum() >= 9 * people.sum()), FAR)
            assert result.time_ms[0, group, rank] == (NONE if least == FAR else least)
        for at, limit in enumerate(found.parameters.thresholds_ms):
            held = np.array([sum(ms <= limit for ms in times) for times in best])
            assert result.companies[0, group, at] == max(
                n for n in range(len(own) + 1) if 10 * people[held >= n].sum() >= 9 * people.sum()
            )


@ONCE
@given(drawn=listings)
def test_all_that_is_in_reach_is_shared_out_and_no_more(peopled, whom, provider, asked, drawn):
    rows = rows_of(provider, drawn)
    found = compute(
        peopled, roster(rows), whom, sector_classes(SECTORS), asked(bands_ms=(10**8,), weights=(1000,))
    )
    for group in range(len(SECTORS)):
        shared = found.score[0, group] / 1000 / 100_000 * found.people[0]
        assert abs(shared - found.counted[group]) < 1e-5 * (1 + found.counted[group])


@ONCE
@given(drawn=listings, order=st.randoms(use_true_random=False))
def test_the_same_listings_give_the_same_bytes_in_whatever_order(
    peopled, whom, provider, asked, drawn, order
):
    rows = rows_of(provider, drawn)
    one = compute(peopled, roster(rows), whom, sector_classes(SECTORS), asked())
    assert compute(peopled, roster(rows), whom, sector_classes(SECTORS), asked()).to_bytes() == one.to_bytes()
    order.shuffle(rows)
    again = compute(
        peopled, roster(sorted(rows, key=lambda row: row.asset_id)), whom, sector_classes(SECTORS), asked()
    )
    assert again.to_bytes() == one.to_bytes()
    assert (
        compute(replace(peopled), roster(rows), whom, sector_classes(SECTORS), asked()).time_ms.tolist()
        == one.time_ms.tolist()
    )
