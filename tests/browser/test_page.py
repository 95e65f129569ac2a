"""What every page keeps to: nobody is locked out, nothing is asked elsewhere, no script of a stranger runs."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.conftest import COLUMBIA_WKT
from tests.browser.steps import empty, paste_area, ranked, until

SERIOUS = ("serious", "critical")
RULES = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]},
    "resultTypes": ["violations"],
}
WIDTHS = (1440, 768, 390)
AT_WIDTHS = (
    1440,
    pytest.param(768, marks=pytest.mark.proof),
    pytest.param(390, marks=pytest.mark.proof),
)
"""One width in `make test`, all three in `make proof`."""


def serious(page, part=None):
    """Return the serious findings of axe-core on the page or one part of it, each with the nodes it names."""
    found = Axe().run(page, context=part, options=RULES).response["violations"]
    return [
        (row["id"], row["impact"], [node["target"] for node in row["nodes"]][:5])
        for row in found
        if row["impact"] in SERIOUS
    ]


@pytest.mark.parametrize("width", AT_WIDTHS)
def test_the_answer_has_no_serious_finding_of_axe(open_page, columbia, width):
    page = open_page(columbia, width=width)
    ranked(page)
    assert serious(page) == []


@pytest.mark.proof
def test_the_empty_page_has_no_serious_finding_of_axe(open_page):
    page = open_page()
    empty(page)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        assert serious(page) == [], width
        assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.proof
def test_no_popover_has_a_serious_finding_of_axe(open_page, columbia):
    page = open_page(columbia)
    ranked(page)
    for name in (
        "area",
        "what",
        "when",
        "closures",
        "options",
        "appearance",
        "account",
        "layers",
        "save",
        "download",
    ):
        page.keyboard.press("Escape")
        page.locator(f"[data-pop={name}]:visible").first.click()
        page.locator(f"#pop-{name}").wait_for()
        assert serious(page, f"#pop-{name}") == [], name


@pytest.mark.proof
@pytest.mark.parametrize("width", WIDTHS)
def test_the_options_with_every_field_have_no_serious_finding_of_axe(open_page, columbia, width):
    page = open_page(columbia, width=width)
    ranked(page)
    if page.locator(".askm").is_visible():
        page.get_by_role("button", name="Change").first.click()
    page.locator("[data-pop=options]:visible").first.click()
    for measure, field in (("At a staging point", ".of-site"), ("Half of it reached", ".of-share")):
        page.get_by_role("radio", name=measure).check()
        page.locator(field).wait_for()
        assert serious(page, "#pop-options") == [], measure


@pytest.mark.proof
def test_the_offer_of_what_was_not_saved_has_no_serious_finding_of_axe(open_page):
    page = open_page()
    empty(page)
    paste_area(page, COLUMBIA_WKT)
    page.wait_for_function("() => sessionStorage.length > 0")
    page.reload()
    page.locator("#draft").wait_for()
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        assert serious(page, "#draft") == [], width


@pytest.mark.proof
def test_the_dark_page_and_the_list_of_incidents_have_no_serious_finding_of_axe(open_page, columbia):
    page = open_page(columbia, dark=True)
    ranked(page)
    assert serious(page) == []
    page = open_page("/incidents", dark=True)
    page.locator(".incidents").wait_for()
    assert serious(page) == []


@pytest.mark.proof
def test_a_refused_area_and_a_picked_provider_have_no_serious_finding_of_axe(open_page, columbia):
    page = open_page(columbia)
    ranked(page)
    page.locator(".ag-row[row-index='1']").click()
    page.locator(".card.picked").wait_for()
    assert serious(page) == []
    paste_area(page, "LINESTRING(-94 37,-93 38)")
    page.locator(".state-slot .errb").wait_for()
    assert serious(page) == []


def test_a_ranked_page_is_worked_by_keyboard_and_mouse_and_nothing_is_asked_elsewhere_or_faulted(
    open_page, columbia, seen
):
    page = open_page(columbia)
    ranked(page)
    _reaches_the_list_by_the_skip_link(page)
    page.locator(".ag-row[row-index='1']").click()
    page.locator(".card.picked").wait_for()
    page.locator(".tools [data-pop=layers]").click()
    _colours_counties_in_classes_with_a_legend(page)
    page.get_by_role("button", name="All", exact=True).click()
    page.locator(".cluster").first.wait_for()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Zoom in").click()
    page.get_by_role("tab", name="Left out").click()
    page.locator("#left-slot details").first.wait_for()
    open_page("/incidents").locator(".incidents").wait_for()
    assert seen == []


def _reaches_the_list_by_the_skip_link(page):
    """Go from the top of the page to its list, and see one heading."""
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the list"
    page.keyboard.press("Enter")
    until(page, "document.activeElement.id === 'list'")
    assert page.locator("h1").count() == 1
    assert page.title().startswith("Columbia")


def _colours_counties_in_classes_with_a_legend(page):
    """Colour counties by people, where the layers are chosen."""
    page.get_by_role("textbox", name="Colour counties by").fill("Population")
    page.locator("[role=option]:visible", has_text="Population").click()
    page.locator("#county-legend .entry").first.wait_for()
    until(page, "[1, 2, 3, 4, 5].every(i => document.querySelector(`path.m-county[fill='var(--ch-${i})']`))")


def test_an_unknown_address_and_an_unknown_incident_say_so(open_page):
    page = open_page("/nowhere")
    page.get_by_role("heading", name="Nothing is here").wait_for()
    page = open_page("/incidents/00000000-0000-0000-0000-000000000000")
    page.get_by_role("heading", name="This cannot be shown").wait_for()
    assert "To do" in page.locator(".errb").inner_text()
