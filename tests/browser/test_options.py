"""The options and the limits of closures, by keyboard and on the map."""

from __future__ import annotations

import re

import pytest

from tests.browser.conftest import COLUMBIA_WKT
from tests.browser.steps import arrivals, ask_for, at, choose, comes_true, empty, paste_area, ranked, until


def _options(page):
    page.locator(".ask.options").focus()
    page.keyboard.press("Enter")
    page.locator("#pop-options").wait_for()


def _use(page):
    page.get_by_role("button", name="Use these options").press("Enter")
    page.locator("#pop-options").wait_for(state="hidden")
    ranked(page)


def _button_says(page, words):
    until(
        page,
        "words => document.querySelector('.ask.options').innerText.replace(/\\s+/g,' ') === words",
        words,
    )


@pytest.mark.proof
def test_another_vehicle_and_measure_are_chosen_by_keyboard_said_and_saved(open_page):
    page = open_page()
    empty(page)
    paste_area(page, COLUMBIA_WKT)
    ask_for(page, "Generator, any", 40)
    ranked(page)
    _button_says(page, "First road in the area Each by its own vehicle")
    assert "truck" in page.locator(".ag-row[row-index='0']").inner_text()
    before = arrivals(page)

    _options(page)
    page.keyboard.press("ArrowDown")
    until(page, "() => document.querySelector('#pop-options input[value=reach_p50]').checked")
    page.get_by_role("radio", name="Its people").press(" ")
    choose(page, "Vehicle", "Car")
    _use(page)
    _button_says(page, "Half of its people reached All by car")
    until(page, "() => document.querySelector('.need').innerText.includes('half of the area')")
    comes_true(page, lambda: arrivals(page) != before)
    # The vehicle chosen for all is said once, not in every row.
    until(page, "() => /by [^]* min road/.test(document.querySelector(\".ag-row[row-index='0']\").innerText)")
    until(page, "() => document.querySelector('.ag-header').innerText.includes('Half reached')")
    chosen = arrivals(page)

    page.locator("#open-save").press("Enter")
    page.get_by_role("button", name="Save", exact=True).last.press("Enter")
    page.wait_for_url("**/incidents/*")
    page.reload()
    ranked(page)
    _button_says(page, "Half of its people reached All by car")
    assert arrivals(page) == chosen
    _options(page)
    assert page.get_by_role("radio", name="Half of it reached").is_checked()
    page.get_by_role("button", name="As usual").press("Enter")
    _button_says(page, "First road in the area Each by its own vehicle")
    until(page, "() => document.querySelector('.ag-header').innerText.includes('Arrives')")
    until(page, "() => document.querySelector('#run').innerText.includes('Changed since saved')")


def test_a_staging_point_is_typed_or_clicked_and_stands_on_the_map(page):
    _options(page)
    page.get_by_role("radio", name="At a staging point").press(" ")
    page.get_by_role("button", name="Use these options").press("Enter")
    page.locator("#options-refused .errb").wait_for()
    page.get_by_label("Where it is").fill("Jefferson City")
    _use(page)
    _button_says(page, "At Jefferson City Each by its own vehicle")
    until(page, "() => document.querySelector('.need').innerText.includes('can be at Jefferson City')")
    page.locator(".staging-name").wait_for()

    _options(page)
    page.get_by_label("Staging point, by name").fill("Depot 3")
    page.get_by_role("button", name="Click it on the map").click()
    page.mouse.click(*at(page, -92.75, 38.75))
    _button_says(page, "At Depot 3 Each by its own vehicle")
    until(page, "() => document.querySelector('.staging-name').innerText === 'Depot 3'")


def test_an_area_kept_clear_is_reached_at_its_edge_only(page):
    _options(page)
    page.get_by_role("checkbox", name="Nobody may drive inside the area").press(" ")
    _use(page)
    _button_says(page, "Edge of the area Each by its own vehicle, area kept clear")
    until(page, "() => document.querySelector('.need').innerText.includes('can be at the area')")
    _options(page)
    page.get_by_role("radio", name="Half of it reached").press(" ")
    page.get_by_role("button", name="Use these options").press("Enter")
    page.locator("#options-refused .errb").wait_for()
    assert "kept clear" in page.locator("#options-refused").inner_text()


def test_a_relief_load_says_what_the_roads_do_not_know_and_a_bridge_is_closed_for_trucks_only(page):
    _options(page)
    choose(page, "Vehicle", "Relief load")
    _use(page)
    _button_says(page, "First road in the area All by relief load")
    until(
        page,
        "() => /do not tell which of them are interstates/.test(document.querySelector('.need').innerText)",
    )

    page.locator(".ask.closures").focus()
    page.keyboard.press("Enter")
    page.get_by_text("Only some roads or some vehicles").press("Enter")
    page.locator("#closure-profiles").press("ArrowDown")
    page.get_by_role("option", name="Truck").click()
    page.keyboard.press("Tab")
    choose(page, "Bridge or river crossing", "Hermann")
    page.get_by_role("button", name="Close this bridge").press("Enter")
    until(page, "() => document.querySelector('.ask.closures').innerText.includes('1 blocked')")
    page.locator(".ask.closures").press("Enter")
    page.locator("#closure-list", has_text=re.compile("Crossing.*for trucks", re.DOTALL)).wait_for()
