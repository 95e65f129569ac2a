"""The page of coverage: its address, its figures, the map and the grid, why a time is what it is, and who sees it."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import replace
from datetime import UTC, datetime
from types import SimpleNamespace
from urllib.parse import parse_qsl, urlsplit

import numpy as np
import pytest

from cli.application import assemble
from dashboard.computed import worked_block
from dashboard.pages.coverage.choice import Choice, read_choice
from dashboard.pages.coverage.deeper import hanging_words, recruit_list
from dashboard.pages.coverage.figures import Cell, Figures, change_words, class_of
from dashboard.pages.coverage.grid import grid_card
from dashboard.pages.coverage.map import map_card
from dashboard.pages.coverage.measures import range_words, ranges, shown
from dashboard.pages.coverage.thin import gaps_card, turned_cards
from dashboard.pages.coverage.why import why_card
from dashboard.statemap import HEIGHT, WIDTH, state_map
from geo.counties import read_counties
from geo.gazetteer import read_gazetteer
from geo.profiles import read_profiles
from matching.atlas import atlas
from matching.coverage.asking import asked_parameters, of_region, weighed_towns
from matching.coverage.classes import sector_classes
from matching.coverage.computing import summed_up
from matching.coverage.export import as_file
from matching.coverage.gaps import gaps
from matching.coverage.hanging import Hang, Hanging
from matching.coverage.layer import read_points
from matching.coverage.loading import arrivals, coverage
from matching.coverage.recruit import Recruits
from matching.coverage.recruit_recipe import told_by
from matching.coverage.result import NONE
from matching.measures import MINUTE_MS
from registry.db.engine import session_scope
from registry.people.scopes import Scope
from registry.people.standing import standing
from registry.settings import settings
from tests.dashboard.coverage_made import (
    GREENE,
    JASPER,
    SECTORS,
    made_figures,
    made_result,
    made_worked,
    minutes,
)
from tests.dashboard.reading import answered, call, found, links, nodes, opened, tree, words
from tests.dashboard.test_jobs import RUN

LIMIT = 120 * MINUTE_MS


@pytest.fixture(scope="module")
def counties():
    return read_counties(settings().data_dir / "counties" / "counties.parquet")


@pytest.fixture(scope="module")
def drawn(counties):
    return state_map(counties)


@pytest.fixture
def regions(counties):
    return dict(zip(counties.fips, counties.region, strict=True))


def said(component):
    """Return what each link of a component is called when it is read out, by its address."""
    return {
        node["props"]["href"]: node["props"].get("aria-label", "")
        for node in nodes(tree(component))
        if node["props"].get("href")
    }


def test_the_address_of_a_view_shows_the_same_view_again(regions):
    view = Choice(240, 3, "all", "water", "D", JASPER, "0190a7c4-0000-4000-8000-000000000001")
    kept = dict(parse_qsl(urlsplit(view.address()).query))
    assert read_choice(kept, SECTORS, regions) == view
    assert Choice().address() == "/coverage"


def test_what_an_address_asks_for_in_vain_counts_for_nothing(regions):
    foreign = {
        "limit": "7",
        "counted": "99",
        "listings": "old",
        "sector": "<b>",
        "region": "Z",
        "county": "06001",
        "versus": "1",
    }
    assert read_choice(foreign, SECTORS, regions) == Choice(sector="energy")


@pytest.mark.parametrize(
    ("ms", "number"),
    [(None, 0), (0, 1), (60, 1), (61, 2), (120, 2), (121, 3), (180, 3), (181, 4), (240, 4), (241, 5)],
)
def test_classes_stand_around_the_limit(ms, number):
    assert class_of(ms if ms is None else ms * MINUTE_MS, LIMIT) == number
    assert class_of(NONE, LIMIT) == 5
    assert Cell(0, number).over is (number > 2)


def test_times_are_short_in_cells_and_rounded_up():
    assert [Cell(ms, 3).short for ms in (*minutes(141, 59, None), 141 * MINUTE_MS + 1)] == [
        "2:21",
        "0:59",
        "none",
        "2:22",
    ]
    assert (Cell(NONE, 0).short, Cell(NONE, 0).words, Cell(NONE, 5).words) == ("n/m", "not measured", "never")


def test_changes_say_their_direction():
    assert [change_words(ms) for ms in (*(m * MINUTE_MS for m in (23, -6, 0)), None)] == [
        "+23 min",
        "\N{MINUS SIGN}6 min",
        "no change",
        "",
    ]


def test_the_drawing_holds_every_county_within_its_frame_and_small(counties, drawn):
    assert set(drawn.counties) == set(counties.fips)
    assert sorted(drawn.letters) == list("ABCDEFGHI")
    assert all(0 < x < WIDTH and 0 < y < HEIGHT for x, y in drawn.middles.values())
    assert sum(map(len, drawn.counties.values())) < 40_000


def test_every_county_of_the_map_says_its_time_and_leads_to_its_reasons(counties, drawn):
    card = map_card(made_figures(counties), drawn)
    named = said(card)
    assert len(named) == 115
    jasper = named[f"/coverage?sector=energy&county={JASPER}"]
    assert jasper == "Jasper county, region D: 2 h 21 min, over the limit"
    assert named[f"/coverage?sector=energy&county={GREENE}"] == "Greene county, region D: 1 h 10 min"
    assert "1 of 115 counties is over 2 h. 122,761 people there wait longer." in words(card)


def test_one_county_is_reached_by_tab_and_the_others_by_arrows(counties, drawn):
    stops = [
        node["props"]["tabIndex"]
        for node in nodes(tree(map_card(made_figures(counties), drawn)))
        if "tabIndex" in node["props"]
    ]
    assert sorted(stops) == [-1] * 114 + [0]


@pytest.mark.parametrize(
    ("limit", "said"),
    [
        (120, ["up to 1 h", "1 to 2 h", "2 to 3 h", "3 to 4 h", "over 4 h"]),
        (30, ["up to 15 min", "to 30 min", "to 45 min", "to 1 h", "over 1 h"]),
    ],
)
def test_the_legend_follows_the_limit(limit, said):
    assert range_words(limit * MINUTE_MS) == said


def test_a_cell_of_the_grid_opens_the_counties_of_its_region(counties):
    card = grid_card(made_figures(counties))
    named = said(card)
    assert named["/coverage?sector=energy&region=D"] == "Energy, region D: 2 h 27 min, over the limit"
    assert named["/coverage?sector=chemical&region=A"] == "Chemical, region A: not measured"
    inside = said(grid_card(made_figures(counties, region="D")))
    own = [fips for fips, region in zip(counties.fips, counties.region, strict=True) if region == "D"]
    cells = [address for address in inside if "county=" in address]
    assert len(cells) == len(own) * len(SECTORS)
    assert inside[f"/coverage?sector=energy&region=D&county={JASPER}"].endswith("2 h 21 min, over the limit")
    assert "/coverage?sector=energy" in links(grid_card(made_figures(counties, region="D")))


def test_only_what_is_over_the_limit_has_a_corner_mark(counties):
    marks = [
        node
        for node in nodes(tree(grid_card(made_figures(counties))))
        if node["props"].get("className") == "mk"
    ]
    assert len(marks) == 1
    assert not [
        node
        for node in nodes(tree(grid_card(made_figures(counties, limit=240))))
        if node["props"].get("className") == "mk"
    ]


def test_the_map_shows_what_is_there_within_the_limit_and_how_many_have_it(counties, drawn):
    card = map_card(made_figures(counties, shows="units"), drawn)
    told = " ".join(words(card).split())
    assert "Energy: listings within 2 h, by county" in told
    assert "1 of 115 counties" not in told
    assert (
        said(card)[f"/coverage?sector=energy&county={JASPER}&shows=units"]
        == "Jasper county, region D: 1 listing"
    )
    assert (
        said(card)[f"/coverage?sector=energy&county={GREENE}&shows=units"]
        == "Greene county, region D: 5 listings"
    )


def test_providers_are_counted_against_those_wanted_and_who_carries_a_county_is_counted(counties, drawn):
    card = map_card(made_figures(counties, shows="companies"), drawn)
    told = " ".join(words(card).split())
    assert "1 of 115 counties have fewer than two within 2 h. One company alone carries 1." in told
    assert "4 or more 2 to 3 1 none" in told
    figures = made_figures(counties, shows="companies")
    assert ranges(figures) == [("1", "4 or more"), ("2", "2 to 3"), ("3", "1"), ("5", "none")]
    assert (shown(figures, GREENE, "energy").number, shown(figures, JASPER, "energy").number) == (1, 3)
    named = said(card)
    jasper = f"/coverage?sector=energy&county={JASPER}&shows=companies"
    assert named[jasper] == "Jasper county, region D: 1 provider, fewer than two"
    grid = said(grid_card(made_figures(counties, shows="companies", region="D")))
    assert grid[f"/coverage?sector=energy&region=D&county={JASPER}&shows=companies"].endswith(
        "fewer than two"
    )


def test_the_score_is_told_for_100_000_people_in_quarters_of_the_counties(counties, drawn):
    result = made_result(counties)
    at = np.arange(len(result.targets)) * 100
    score = np.repeat(at[:, None], 3, axis=1)
    figures = Figures(Choice(sector="energy", shows="score"), replace(result, score=score), SECTORS, counties)
    told = " ".join(words(map_card(figures, drawn)).split())
    assert "Energy: listings for 100,000 people, by county" in told
    positive = np.tile(at[1:115], 3)
    assert figures.ends == [round(end / 100) * 100 for end in np.quantile(positive, (0.25, 0.5, 0.75))]
    assert f"none up to {figures.ends[0] / 1000:.1f} to {figures.ends[1] / 1000:.1f}" in told


def test_a_county_tells_what_is_there_by_each_of_the_usual_times(counties):
    why = " ".join(words(why_card(made_figures(counties, county=JASPER), made_worked(counties))).split())
    assert "Within Providers Listings People with two 1 h 0 0 0 2 h 1 1 0 4 h 4 4 122,761" in why
    assert "12 h 4 4 122,761" in why
    assert "0.0 listings for 100,000 people" in why


def test_gaps_stand_by_people_and_lead_to_their_reasons(counties):
    card = gaps_card(made_figures(counties))
    assert "Jasper" in words(card)
    assert "122,761 Stale listing" in words(card)
    assert f"/coverage?sector=energy&county={JASPER}" in links(card)
    assert "No county is over the limit" in words(gaps_card(made_figures(counties, limit=480, counted=1)))


def test_the_change_since_a_stored_run_is_said(counties):
    before = made_result(counties, energy_in_jasper=(60, 118, 143, 170, None))
    figures = made_figures(counties, before, county=JASPER)
    assert "+23 min" in words(gaps_card(figures))
    assert "+23 min since 3 Aug 2026" in words(why_card(figures, made_worked(counties)))


def test_gaps_that_opened_and_closed_are_told_listed_and_marked_on_the_map(counties, drawn):
    before = made_result(counties, energy_in_jasper=(60, 118, 143, 170, None))
    figures = made_figures(counties, before)
    told = " ".join(words(turned_cards(figures)).split())
    assert "From 3 Aug 2026 to now 1 gap opened, no gap closed." in told
    assert "Opened Jasper county , Energy: 2 h 21 min (+23 min)" in told
    jasper = f"/coverage?sector=energy&county={JASPER}"
    assert said(map_card(figures, drawn))[jasper].endswith("over the limit, gap opened since 3 Aug 2026")
    back = Figures(figures.choice, before, SECTORS, counties, figures.result, "22 Nov 2026", "3 Aug 2026")
    assert "No gap opened, 1 gap closed" in words(turned_cards(back))
    assert said(map_card(back, drawn))[jasper].endswith("gap closed since 22 Nov 2026")
    marks = [
        node
        for node in nodes(tree(map_card(back, drawn)))
        if "turn" in str(node["props"].get("className")).split()
    ]
    assert [node["props"]["className"] for node in marks] == ["turn closed"]
    assert turned_cards(made_figures(counties)) == []


def test_kept_figures_are_shown_without_a_provider(counties):
    before = made_result(counties)
    figures = Figures(
        Choice(sector="energy", county=JASPER), before, SECTORS, counties, shown_on="3 Aug 2026"
    )
    why = " ".join(words(why_card(figures, made_worked(counties))).split())
    assert "Kept figures, of 3 Aug 2026: they name no provider." in why
    assert "Without one company, the first provider is 2 h 21 min away" in why
    assert "Demo Greene Fuel" not in why


def test_stale_listings_that_would_not_close_a_gap_are_said_so_beside_too_few(counties):
    result = made_result(counties)
    jasper = result.targets.index(JASPER)
    result.stale_ms[jasper, 1] = minutes(22, 130, 141, 143, 170)
    figures = Figures(Choice(sector="energy", county=JASPER), result, SECTORS, counties)
    why = " ".join(words(why_card(figures, made_worked(counties, result))).split())
    assert "Listings went stale. Confirmed, they leave the second provider 2 h 10 min away." in why
    assert "One provider is within 2 h of nine in ten people; the second is not." in why
    assert "closes the gap" not in why


def test_a_red_county_is_explained(counties):
    why = " ".join(words(why_card(made_figures(counties, county=JASPER), made_worked(counties))).split())
    assert "Energy in Jasper county is over the limit 2 h 21 min to the second provider" in why
    assert "Demo Greene Fuel Springfield; confirmed 41 d ago 1 h 29 min limit 2 h" in why
    assert (
        "One company carries it. Without one company, Demo Greene Fuel, the first provider is 2 h 21 min away"
        in why
    )
    assert "they bring the second provider within 1 h 29 min: that closes the gap" in why


def test_a_closed_provider_is_neither_named_nor_placed_and_its_time_is_rounded_up(counties):
    card = why_card(made_figures(counties, county=JASPER), made_worked(counties))
    why = " ".join(words(card).split())
    assert "A provider in Cass county confirmed 41 d ago 2 h 25 min" in why
    assert "Demo Gasconade Lines ZIP 65711; confirmed 41 d ago 2 h 25 min" in why
    assert "rounded up to 5 min" in why
    assert "Name closed" not in why
    assert not {"a0", "a1", "a2", "p0", "p1", "p2"} & set(str(tree(card)).replace("'", " ").split())


def test_without_a_county_the_region_or_the_state_is_explained(counties):
    worked = made_worked(counties)
    assert "Energy in region D is over the limit 2 h 27 min" in words(
        why_card(made_figures(counties, region="D"), worked)
    )
    state = words(why_card(made_figures(counties), worked))
    assert "Energy in Missouri is within the limit" in state
    assert "Jasper county 122,761 people 2 h 21 min" in state
    nothing = words(why_card(made_figures(counties, sector="chemical", county=JASPER), worked))
    assert "Nobody is listed for this sector" in nothing


@pytest.fixture(scope="module")
def app_and_url(clone, demo_template):
    with clone(demo_template) as url:
        yield assemble(settings(), url), url


def test_a_coordinator_sees_it_worked_out_and_held_for_the_next(app_and_url, signed_in):
    app, url = app_and_url
    client = signed_in(url, "coordinator", Scope(region="D")).client(app)
    first = opened(client, "/coverage", "?sector=energy&region=D")
    wanted = found(first, "coverage-asked")["data"]
    assert wanted == {"search": "/coverage?sector=energy&region=D"}
    assert "Working out the time" in words(first)
    shown = answered(
        call(client, "coverage-body.children", {"coverage-asked": wanted}), "coverage-body", "children"
    )
    assert "Sector by county of region D" in words(shown)
    assert "How was this computed?" in words(shown)
    assert "those confirmed in 180 days" in words(shown)
    more = {"coverage-more": found(shown, "coverage-more")["data"]}
    recruits = answered(call(client, "coverage-recruit.children", more), "coverage-recruit", "children")
    assert "people" in words(recruits)
    one = {"coverage-more": {"search": f"/coverage?sector=energy&county={JASPER}"}}
    hangs = answered(call(client, "coverage-hanging.children", one), "coverage-hanging", "children")
    assert "matters" in words(hangs) or "No single bridge or road" in words(hangs)
    again = opened(client, "/coverage", "?sector=energy&region=D")
    assert found(again, "coverage-asked")["data"] is None
    assert words(found(again, "coverage-body")["children"]) == words(shown)


def test_a_capability_is_looked_at_beside_the_sectors(app_and_url, signed_in):
    app, url = app_and_url
    client = signed_in(url, "planner").client(app)
    given = {"coverage-need.value": "generator:3,kw>=100", "url.search": "?limit=60"}
    gone = answered(
        call(client, "coverage-need-refused.children", given, "coverage-need-show"), "coverage-go", "href"
    )
    assert dict(parse_qsl(urlsplit(gone).query)) == {"limit": "60", "sector": "need:generator,kw>=100"}
    refused = call(
        client,
        "coverage-need-refused.children",
        {**given, "coverage-need.value": "unicorn"},
        "coverage-need-show",
    )
    assert "unicorn" in words(answered(refused, "coverage-need-refused", "children"))
    asked = {"coverage-asked": {"search": gone}}
    shown = " ".join(
        words(answered(call(client, "coverage-body.children", asked), "coverage-body", "children")).split()
    )
    assert "Generator, kw>=100: time to the second provider, by county" in shown
    assert "Units" in shown
    assert (
        "n/m"
        not in shown.partition("Sector by region")[2]
        .partition("Chemical")[0]
        .partition("n/m: not measured.")[2]
    )
    page = opened(client, "/coverage", "?" + gone.partition("?")[2])
    assert found(page, "coverage-asked")["data"] is None


def test_points_of_a_file_stand_in_place_of_counties_as_the_command_tells_them(app_and_url, signed_in):
    app, url = app_and_url
    planner = signed_in(url, "planner")
    client = planner.client(app)
    text = "name,lon,lat,weight\nMercy,-94.51,37.05,200\nOzarks,-91.85,36.73,100\n"
    given = {
        "coverage-file.contents": f"data:text/csv;base64,{b64encode(text.encode()).decode()}",
        "coverage-file.filename": "hospitals.csv",
    }
    kept = answered(call(client, "coverage-points-refused.children", given), "coverage-points", "data")
    assert kept == {"name": "hospitals.csv", "text": text}
    refused = call(
        client, "coverage-points-refused.children", {**given, "coverage-file.contents": "data:,eA=="}
    )
    assert "This layer cannot be used" in words(answered(refused, "coverage-points-refused", "children"))
    large = {**given, "coverage-oversize": {"name": "all.csv", "bytes": 9_000_000}}
    told = call(client, "coverage-points-refused.children", large, "coverage-oversize.data")
    assert "'all.csv' of 8.6 MB" in words(answered(told, "coverage-points-refused", "children"))
    held = {"coverage-points.data": kept, "url.search": "?sector=energy"}
    shown = answered(call(client, "coverage-layer.children", held), "coverage-layer", "children")
    told = " ".join(words(shown).split())
    assert "Energy at the points of hospitals.csv: time to the second provider" in told
    assert "1 of 2 points are over 2 h." in told
    points = read_points(text.encode())
    with session_scope(url) as session:
        known, asks = atlas(session), standing(session, planner.account_id)
        parameters = asked_parameters(datetime.now(UTC), 2, LIMIT, 180)
        result = coverage(session, asks, sector_classes(["energy"]), parameters, known=known, targets=points)
    late = [points.names[gap.target] for gap in gaps(result, 2, LIMIT)]
    assert [name for name in points.names if f"{name} " in told.partition("Why")[2]] == late
    press = {"coverage-points.data": kept, "url.search": "?sector=energy"}
    table = answered(
        call(client, "coverage-points-file.data", press, "coverage-points-save"),
        "coverage-points-file",
        "data",
    )
    assert table["content"].encode() == as_file(
        "csv", result, known.counties, k=2, threshold_ms=LIMIT, layer=points
    )


def test_what_takes_a_moment_longer_is_worked_out_once_for_a_state_of_the_registry(counties):
    worked, asked = made_worked(counties), []

    def work(answer):
        asked.append(answer)
        return answer

    assert [worked.once("one", lambda: work(1)), worked.once("one", lambda: work(2))] == [1, 1]
    assert worked.once("two", lambda: work(3)) == 3
    assert asked == [1, 3]


def test_figures_say_what_they_were_worked_out_from(counties):
    worked = made_worked(counties)
    told = words(worked_block(worked.of(180), worked.made_at, RUN))
    assert "13 Oct 2026, 10:00, from the directory as it stood" in told
    assert f"{len(counties.fips)} counties by where people live, {len(SECTORS)} sectors" in told
    assert "How were the figures of before computed?" in told
    assert f"merr run replay {RUN.id}" in told
    assert "merr run replay" not in words(worked_block(worked.of(180), worked.made_at, None))


def test_a_switch_leads_to_another_address_and_a_county_stays_in_its_region(app_and_url, signed_in):
    app, url = app_and_url
    client = signed_in(url, "planner").client(app)
    values = {
        "coverage-limit": "120",
        "coverage-counted": "2",
        "coverage-listings": "fresh",
        "coverage-sector": "energy",
        "coverage-shows": "time",
        "coverage-kept": "every",
        "coverage-region": "every",
        "url.search": f"?county={JASPER}",
    }

    def go(**changed):
        given = values | {f"coverage-{name}": value for name, value in changed.items()}
        return answered(call(client, "coverage-go.href", given), "coverage-go", "href")

    assert go() is None
    assert go(limit="240") == f"/coverage?limit=240&sector=energy&county={JASPER}"
    assert go(shows="score") == f"/coverage?sector=energy&county={JASPER}&shows=score"
    assert go(region="B") == "/coverage?sector=energy&region=B"
    run = "0190a7c4-0000-4000-8000-000000000001"
    assert go(versus=run) == f"/coverage?sector=energy&county={JASPER}&versus={run}"
    assert go(kept=run) == f"/coverage?sector=energy&county={JASPER}&kept={run}"
    assert go(versus=run, listings="all") == f"/coverage?listings=all&sector=energy&county={JASPER}"


@pytest.mark.parametrize("role", ["auditor", "fusion"])
def test_who_does_not_plan_sees_no_coverage(app_and_url, signed_in, role):
    app, url = app_and_url
    client = signed_in(url, role).client(app)
    assert "Your role does not allow this" in words(opened(client, "/coverage"))
    asked = {name: {"search": "/coverage"} for name in ("coverage-asked", "coverage-more")}
    for output in ("coverage-body", "coverage-recruit", "coverage-hanging"):
        assert call(client, f"{output}.children", asked).status_code == 403, output


def test_a_town_says_whom_one_more_provider_there_brings_under_the_limit(counties):
    towns = read_gazetteer(settings().data_dir / "gazetteer").places
    known = SimpleNamespace(
        counties=counties, profiles=read_profiles(settings().data_dir / "reference" / "profiles.csv")
    )
    weighed = SimpleNamespace(vehicle="truck", ready_ms=45 * MINUTE_MS)

    def listed(best):
        return words(recruit_list(told_by(best, weighed, towns, counties.fips), known))

    told = " ".join(listed(Recruits((1, 0), 900, 900, (700, 200), (tuple(range(7)), ()))).split())
    assert f"{towns[1].name} , " in told
    assert "and 2 more" in told
    assert ", ".join(counties.name[:7]) in told
    assert "7 counties 700 people" in told
    assert "closes no county by itself 0 counties 200 people" in told
    assert "with a truck, ready in 45 min" in told
    assert "No town brings anybody" in listed(Recruits((), 0, 0, (), ()))


def test_the_towns_of_the_page_are_those_of_rest_and_the_command(app_and_url, signed_in):
    app, url = app_and_url
    coordinator = signed_in(url, "coordinator", Scope(region="D"))
    search = {"coverage-more": {"search": "/coverage?sector=energy&region=D"}}
    shown = answered(
        call(coordinator.client(app), "coverage-recruit.children", search), "coverage-recruit", "children"
    )
    parameters = asked_parameters(datetime.now(UTC), 2, LIMIT, 180)
    with session_scope(url) as session:
        known, asks = atlas(session), standing(session, coordinator.account_id)
        found = arrivals(session, asks, sector_classes(["energy"]), parameters, known=known)
        some = of_region(summed_up(found, "n"), known.counties, "D")
        towns = known.gazetteer.places
        weighed = weighed_towns(towns, found, some, k=2, threshold_ms=LIMIT)
    best = weighed.best(4)
    told = [words(node) for node in nodes(shown) if node["type"] == "Li"]
    assert [
        (towns[at].name in line, f"{people:,} people" in line)
        for at, people, line in zip(best.towns, best.in_turn, told, strict=True)
    ] == [(True, True)] * len(told)
    assert len(told) > 1


def test_the_one_bridge_and_road_that_matter_are_named(bridged):
    bridge, road = Hang((0,), 150 * MINUTE_MS), Hang((0,), NONE)
    told = words(hanging_words(Hanging(bridge, road, 0), 120 * MINUTE_MS, bridged))
    assert "With crossing at Hermann closed, the first provider takes 30 min longer." in told
    assert "One road matters." in told
    assert "closed, nobody has a way here." in told
    none = "No single bridge or road delays the first provider."
    assert words(hanging_words(Hanging(None, None, 0), 0, bridged)) == none
    left = words(hanging_words(Hanging(None, None, 1_204), 0, bridged))
    assert "of those tried delays" in left
    assert "1,204 more lie on the ways: too many to try." in left
