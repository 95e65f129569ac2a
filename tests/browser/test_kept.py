"""What the page keeps in the browser: a question that is not saved, and light or dark."""

from __future__ import annotations

import pytest

from tests.browser.conftest import COLUMBIA_WKT
from tests.browser.steps import ask_for, comes_true, empty, order, paste_area, ranked, until


def test_what_is_not_saved_is_offered_after_a_reload_and_taken_up_whole(open_page):
    page = open_page()
    empty(page)
    assert page.locator("#draft").is_hidden()
    paste_area(page, COLUMBIA_WKT)
    ask_for(page, "Generator, any", 40, hours=6)
    ranked(page)
    page.locator(".ask.closures").press("Enter")
    page.locator("#pop-closures").get_by_role("tab", name="Paste").click()
    page.get_by_label("GeoJSON of one or more closures").fill(
        '{"type":"LineString","coordinates":[[-92.75,38.6],[-92.75,39.3]]}'
    )
    page.get_by_role("button", name="Add these closures").click()
    until(page, "() => document.querySelector('.ask.closures').innerText.includes('1 closure')")
    until(page, "() => !document.querySelector('#panel[data-dash-is-loading]')")
    before = order(page)

    page.reload()
    empty(page)
    offer = page.locator("#draft")
    offer.wait_for()
    assert "Pasted area: Generator, 40 units by" in offer.inner_text()
    assert order(page) == []
    offer.get_by_role("button", name="Take it up again").press("Enter")
    ranked(page)
    until(page, "() => document.querySelector('.ask.closures').innerText.includes('1 closure')")
    until(page, "() => document.querySelector('.ask.when').innerText.includes('40 units by')")
    until(page, "ids => dash_ag_grid.getApi('ranked').getDisplayedRowCount() >= ids.length", before)
    comes_true(page, lambda: sorted(order(page)) == sorted(before))
    assert offer.is_hidden()


@pytest.mark.proof
def test_a_forgotten_draft_and_a_saved_incident_are_offered_no_more(open_page):
    page = open_page()
    empty(page)
    paste_area(page, COLUMBIA_WKT)
    until(page, "() => document.querySelector('.ask.area').innerText.includes('Pasted area')")
    page.reload()
    page.locator("#draft").get_by_role("button", name="Forget it").press("Enter")
    page.reload()
    empty(page)
    assert page.locator("#draft").is_hidden()

    paste_area(page, COLUMBIA_WKT)
    ask_for(page, "Generator, any", 40)
    ranked(page)
    page.locator("#open-save").click()
    page.get_by_role("button", name="Save", exact=True).last.click()
    page.wait_for_url("**/incidents/*")
    page.reload()
    ranked(page)
    assert page.locator("#draft").is_hidden()


def test_light_or_dark_follows_the_device_until_it_is_chosen_and_then_over_a_reload(open_page):
    scheme = "document.documentElement.dataset.mantineColorScheme"
    is_now = f"words => {scheme} === words"
    page = open_page(dark=True)
    empty(page)
    until(page, is_now, "dark")
    page.get_by_role("button", name="Light or dark").press("Enter")
    page.get_by_role("button", name="As the device", pressed=True).wait_for()
    page.get_by_role("button", name="Light", exact=True).press("Enter")
    until(page, is_now, "light")
    page.reload()
    empty(page)
    until(page, is_now, "light")
    page.emulate_media(color_scheme="light")
    page.emulate_media(color_scheme="dark")
    page.wait_for_timeout(200)
    assert page.evaluate(scheme) == "light"
    page.get_by_role("button", name="Light or dark").press("Enter")
    page.get_by_role("button", name="As the device").press("Enter")
    until(page, is_now, "dark")
    page.emulate_media(color_scheme="light")
    until(page, is_now, "light")
