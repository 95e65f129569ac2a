"""Coverage is told from stands: whoever lends may move within theirs, and no byte of it changes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from geo.snapping import snap
from matching.coverage.arrivals import point_arrivals
from matching.coverage.classes import sector_classes
from matching.coverage.computing import compute, summed_up
from matching.coverage.loading import coverage, told_roster
from registry.people.access import AccessError
from registry.people.principal import Appointment, Principal

ENERGY = sector_classes(["energy"])


def moved(peopled, row, metres):
    """Return a listing so many metres north of the place it stood at."""
    lat = row.lat + metres / 111_320.0
    found = snap(peopled.network, [row.lon], [lat])
    return replace(
        row,
        lat=lat,
        edge=int(found.edge[0]),
        offset_m=float(found.offset_m[0]),
        access_m=float(found.access_m[0]),
    )


def test_a_closed_place_may_lie_anywhere_about_its_stand(peopled, whom, provider, asked):
    def told(metres, **said):
        rows = [moved(peopled, provider("one", "A", 10, **said), metres)]
        return compute(peopled, told_roster(peopled, rows), whom, ENERGY, asked()).to_bytes()

    assert told(500) == told(900)
    # 500 and 900 m lie within one step of five minutes; 5 km do not.
    assert told(500) != told(5_000)
    assert told(500, shows_place="exact") != told(900, shows_place="exact")


def test_arrivals_found_once_tell_every_listing_as_well_as_the_fresh_ones(peopled, whom, provider, asked):
    rows = [provider("new", "A", 10), provider("old", "B", 40, days=400)]
    assets = told_roster(peopled, rows)

    found = point_arrivals(peopled, assets, whom, ENERGY, asked())
    every = asked(fresh_days=None)
    once = summed_up(found.of_all(), peopled.network.content_hash).to_bytes()
    assert once == compute(peopled, assets, whom, ENERGY, every).to_bytes()
    assert once != compute(peopled, assets, whom, ENERGY, asked()).to_bytes()


@pytest.mark.parametrize("role", ["auditor", "fusion"])
def test_who_may_not_read_coverage_is_told_nothing(peopled, asked, role):
    who = Principal(account_id="a", session_id="s", name="A", appointments=(Appointment(role=role),))
    with pytest.raises(AccessError, match="role does not allow"):
        coverage(None, who, ENERGY, asked(), known=peopled)


def test_a_listing_counts_on_its_last_day_and_not_when_it_was_never_confirmed(peopled, whom, provider, asked):
    never = replace(provider("never", "C", 10), confirmed_on=None)
    rows = [provider("last", "A", 10, days=180), provider("late", "B", 10, days=181), never]
    found = compute(peopled, told_roster(peopled, rows), whom, ENERGY, asked())
    assert (found.listed.tolist(), found.counted.tolist()) == ([3], [1])
    assert {found.assets[at] for at in found.near_asset[0, 0].tolist() if at >= 0} == {"a-last"}
