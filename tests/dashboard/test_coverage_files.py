"""What is taken away from the page of coverage: files, a region's sheet, and figures kept to compare with."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from urllib.parse import parse_qsl, urlsplit

import pytest
from weasyprint import HTML

from cli.application import assemble
from dashboard.pages.coverage.choice import Choice
from dashboard.pages.coverage.figures import Figures
from dashboard.pages.coverage.grid import grid_card
from dashboard.pages.coverage.printed import region_sheet
from dashboard.pages.coverage.thin import gaps_card
from dashboard.statemap import state_map
from geo.counties import read_counties
from matching.atlas import atlas
from matching.coverage.asking import asked_classes, asked_parameters
from matching.coverage.export import as_file
from matching.coverage.loading import coverage
from matching.measures import MINUTE_MS
from registry.db.engine import session_scope
from registry.directory.showing import SHOWN
from registry.people.scopes import Scope
from registry.people.standing import standing
from registry.settings import settings
from registry.trust import events
from registry.wording import CENTRAL, day_words
from tests.dashboard.coverage_made import SECTORS, made_figures, made_result
from tests.dashboard.reading import answered, call, found, links, nodes, opened, tree, words


@pytest.fixture(scope="module")
def counties():
    return read_counties(settings().data_dir / "counties" / "counties.parquet")


def test_a_regions_sheet_is_one_page_and_says_where_it_is_thin(counties):
    figures = made_figures(counties, region="D")
    sheet = region_sheet(figures, state_map(counties))
    assert "Jasper county" in sheet
    assert "122,761" in sheet
    assert "No company is named on this page" in sheet
    assert len(HTML(string=sheet).render().pages) == 1


def cells(sheet):
    """Return the cells of each row of a sheet's tables, as words."""
    rows = (re.findall(r"<td[^>]*>(.*?)</td>", row) for row in re.findall(r"<tr[^>]*>(.*?)</tr>", sheet))
    return [[re.sub("<[^>]*>", "", cell) for cell in row] for row in rows if row]


def test_every_figure_of_a_regions_sheet_is_the_one_of_the_page(counties):
    before = made_result(counties, energy_in_jasper=(130, 400, 410, 420, None))
    figures = Figures(Choice(sector="energy", region="D"), before, SECTORS, counties)
    sheet = cells(region_sheet(figures, state_map(counties)))
    grid = grid_card(Figures(Choice(sector="energy"), before, SECTORS, counties))
    said = [node["props"].get("aria-label", "") for node in nodes(tree(grid))]
    over = [words(row).split()[-1] for row in nodes(tree(grid_card(figures))) if row["type"] == "Tr"][1:]
    sectors = [row for row in sheet if len(row) == 3]
    assert len(sectors) == len(SECTORS)
    for (name, time, count), last in zip(sectors, over, strict=True):
        assert [each for each in said if each.startswith(f"{name}, region D: {time}")], name
        assert count == last
    page = [words(row) for row in nodes(tree(gaps_card(figures))) if row["type"] == "Tr"][1:]
    told = [row for row in sheet if len(row) == 5]
    assert len(told) == len(page) > 0
    for (county, sector, time, people, why), row in zip(told, page, strict=True):
        assert row == f"{county.removesuffix(' county')}  D {sector} {time} {people} {why}"


@pytest.fixture(scope="module")
def app_and_url(clone, demo_template):
    with clone(demo_template) as url:
        yield assemble(settings(), url), url


@pytest.fixture
def coordinator(app_and_url, signed_in):
    app, url = app_and_url
    return signed_in(url, "coordinator", Scope(region="D")).client(app)


@pytest.fixture
def as_asked_elsewhere(app_and_url, signed_in):
    """Return a function that gives the bytes of a file as `merr coverage` and REST make them without options."""
    account = signed_in(app_and_url[1], "planner").account_id
    limit_ms = 120 * MINUTE_MS
    with session_scope(app_and_url[1]) as session:
        known, somebody = atlas(session), standing(session, account)
        parameters = asked_parameters(datetime.now(UTC), 2, limit_ms, 180)
        result = coverage(session, somebody, asked_classes(session, [], []), parameters, known=known)
    return lambda ending: as_file(ending, result, known.counties, k=2, threshold_ms=limit_ms)


def test_a_coordinator_takes_the_files_of_every_door_and_the_page_of_the_own_region(
    coordinator, as_asked_elsewhere
):
    page = opened(coordinator, "/coverage")
    ways = [address for address in links(page) if address.startswith("/coverage/")]
    assert "/coverage/regions/D.pdf?sector=energy" in ways
    kinds, made = {}, as_asked_elsewhere
    for way in ways:
        taken = coordinator.get(way)
        assert taken.status_code == 200, taken.text
        kinds[taken.mimetype] = taken.headers["Content-Disposition"]
        ending = urlsplit(way).path.rpartition(".")[2]
        assert ending == "pdf" or taken.data == made(ending), ending
    assert set(kinds) == {
        "application/pdf",
        "text/csv",
        "application/geo+json",
        "application/geopackage+sqlite3",
    }
    assert "merr-coverage-region-D-" in kinds["application/pdf"]
    assert coordinator.get("/coverage/regions/Z.pdf").status_code == 404
    assert coordinator.get("/coverage/files/coverage.exe").status_code == 404


def test_who_does_not_plan_takes_nothing(app_and_url, signed_in):
    app, url = app_and_url
    auditor = signed_in(url, "auditor").client(app)
    assert auditor.get("/coverage/regions/D.pdf").status_code == 403
    assert auditor.get("/coverage/files/coverage.csv").status_code == 403


def test_figures_are_kept_and_compared_with(coordinator, app_and_url):
    kept = answered(
        call(coordinator, "coverage-refused.children", {"url.search": ""}, "coverage-keep"),
        "coverage-go",
        "href",
    )
    assert "versus=" in (kept or "")
    search = "?" + kept.partition("?")[2]
    page = opened(coordinator, "/coverage", search)
    data = found(page, "coverage-versus")["data"]
    assert len(data) == 2
    asked = {"coverage-asked": {"search": kept}}
    shown = found(page, "coverage-asked")["data"] and answered(
        call(coordinator, "coverage-body.children", asked), "coverage-body", "children"
    )
    assert "No gap opened, no gap closed." in words(shown or page)
    assert "no change" in words(shown or page)
    run = dict(parse_qsl(urlsplit(kept).query))["versus"]
    two = words(opened(coordinator, "/coverage", f"?kept={run}&versus={run}"))
    assert "No gap opened, no gap closed." in two
    assert two.count(f"merr run replay {run}") == 2
    assert "helps most" not in two
    lost = opened(coordinator, "/coverage", "?versus=0190a7c4-0000-4000-8000-000000000001")
    assert "There is no such run" in words(lost)
    assert "Gaps by people affected" in words(lost)
    with session_scope(app_and_url[1]) as session:
        events.record(session, SHOWN)
    meanwhile = opened(coordinator, "/coverage", "?sector=energy")
    assert found(meanwhile, "coverage-asked")["data"] == {"search": "/coverage?sector=energy"}
    assert (
        f"Figures of {day_words(datetime.now(UTC).astimezone(CENTRAL))}. New ones are being worked out"
        in words(meanwhile)
    )
    assert "Gaps by people affected" in words(meanwhile)
    other = words(opened(coordinator, "/coverage", "?sector=energy&listings=all"))
    assert "Working out the time" in other
