"""The page of coverage in a real browser: a coordinator reads a red cell to its cause and prints the region's page."""

from __future__ import annotations

import re
from functools import partial

import pytest

from registry.people.scopes import Scope
from tests.browser.conftest import LOOKS
from tests.browser.steps import until
from tests.browser.test_page import serious


@pytest.fixture
def coordinator(opened, registry_url, signed_in):
    """Return a function that opens an address as the coordinator of region D."""
    somebody = signed_in(registry_url, "coordinator", Scope(region="D"))
    return partial(opened, somebody, ready=".mm")


def test_a_coordinator_reads_a_red_cell_to_its_cause_and_prints_the_regions_page(coordinator, seen):
    page = coordinator("/coverage?sector=energy&limit=60")
    page.get_by_role("link", name=re.compile(r"^Dams, region D: .*over the limit$")).click()
    page.wait_for_url("**/coverage?limit=60&sector=dams&region=D")
    cell = page.get_by_role("link", name=re.compile(r"^Dams, Jasper county: .*over the limit$"))
    cell.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**county=29097")
    why = page.locator("#why")
    why.get_by_text("Dams in Jasper county is over the limit").wait_for()
    why.get_by_role("heading", name="Why").wait_for()
    assert why.get_by_text(
        re.compile("None is near|Too few are near|One company carries it|went stale")
    ).count()
    page.reload()
    why.get_by_text("Dams in Jasper county is over the limit").wait_for()
    with page.expect_download() as taken:
        page.get_by_role("link", name="Page for region D").click()
    assert re.fullmatch(r"merr-coverage-region-D-[\d-]+\.pdf", taken.value.suggested_filename)
    assert taken.value.path().read_bytes().startswith(b"%PDF-")
    page.keyboard.press("Escape")
    page.wait_for_url(lambda address: "county" not in address)
    assert seen == []


def test_arrow_keys_move_in_the_grid_and_on_the_map(coordinator, seen):
    page = coordinator("/coverage?sector=energy")
    page.get_by_role("link", name=re.compile("^Energy, region A")).focus()
    page.keyboard.press("ArrowRight")
    focused = "document.activeElement.getAttribute('aria-label')"
    until(page, f"() => {focused}.startsWith('Energy, region B')")
    page.locator(".mm a[tabindex='0']").focus()
    first = page.evaluate(focused)
    page.keyboard.press("ArrowDown")
    until(page, f"first => {focused} !== first", first)
    assert seen == []


@pytest.mark.proof
@pytest.mark.parametrize(("width", "dark"), LOOKS)
def test_the_page_of_coverage_has_no_serious_finding_of_axe(coordinator, seen, width, dark):
    for path in ("/coverage?sector=energy", "/coverage?sector=dams&region=D&county=29097"):
        page = coordinator(path, width=width, dark=dark)
        assert serious(page) == [], path
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
        page.close()
    assert seen == []


@pytest.mark.proof
def test_a_file_of_points_that_is_too_large_is_refused_unread(coordinator, seen):
    page = coordinator("/coverage")
    page.get_by_role("button", name="More", exact=True).click()
    page.locator("#coverage-file input[type=file]").set_input_files(
        {"name": "all.csv", "mimeType": "text/csv", "buffer": b"name,lon,lat\n" * 500_000}
    )
    page.locator("#coverage-points-refused").get_by_text("'all.csv' of 6.2 MB").wait_for()
    assert seen == []
