"""A planner at work on the real server and database: by mouse, by keyboard, and across a reload."""

from __future__ import annotations

import csv
import io
import json

from tests.browser.conftest import COLUMBIA_WKT
from tests.browser.steps import (
    arrivals,
    ask_for,
    at,
    choose,
    comes_true,
    draw,
    empty,
    one,
    order,
    paste_area,
    ranked,
    until,
)

COLUMBIA = [(-92.6, 38.8), (-92.1, 38.8), (-92.1, 39.1), (-92.6, 39.1)]
CROSSED = (
    '{"type":"Polygon","coordinates":[[[-94.6,37.0],[-94.2,37.2],[-94.2,37.0],[-94.6,37.2],[-94.6,37.0]]]}'
)


def test_an_outline_drawn_with_the_mouse_is_ranked_and_a_closure_changes_the_order(open_page):
    page = open_page()
    empty(page)
    page.locator(".state-slot").get_by_role("button", name="Draw the area").click()
    draw(page, COLUMBIA)
    ask_for(page, "Generator, any", 40)
    ranked(page)
    comes_true(page, lambda: page.locator(".need .big").inner_text().endswith("of 40"))
    before, arrived = order(page), arrivals(page)
    one(page, ".leaflet-marker-icon[data-rank='1']")

    page.locator(".tools [data-pop=closures]").click()
    page.get_by_role("tab", name="Draw").last.click()
    page.get_by_role("button", name="Draw along a road").click()
    for lon, lat in ((-92.75, 38.6), (-92.75, 39.3)):
        page.mouse.click(*at(page, lon, lat))
        page.wait_for_timeout(60)
    page.get_by_role("button", name="Finish").click()
    comes_true(page, lambda: order(page) != before)
    assert arrivals(page) != arrived
    until(page, "() => document.querySelector('.ask.closures').innerText.includes('1 closure')")
    one(page, "path.m-blocked")

    page.locator(".tools [data-pop=closures]").click()
    page.get_by_role("button", name="Remove:").click()
    until(page, "() => document.querySelector('.ask.closures').innerText.includes('No closures')")
    comes_true(page, lambda: order(page) == before)


def test_without_a_pointer_counties_a_crossing_and_a_pasted_area_do_the_same(open_page):
    page = open_page()
    empty(page)
    page.locator(".ask.area").focus()
    page.keyboard.press("Enter")
    page.get_by_role("tab", name="Counties").press("Enter")
    choose(page, "Counties", "Gasconade")
    page.get_by_role("button", name="Use these counties").press("Enter")
    page.locator("#pop-area").wait_for(state="hidden")
    ask_for(page, "Light tower", 10, hours=6)
    ranked(page)
    assert "Gasconade county" in page.locator(".ask.area").inner_text()
    assert "about" in page.locator(".need").inner_text()
    before = arrivals(page)

    page.locator(".ask.closures").focus()
    page.keyboard.press("Enter")
    choose(page, "Bridge or river crossing", "Hermann")
    page.get_by_role("button", name="Close this bridge").press("Enter")
    until(page, "() => document.querySelector('.ask.closures').innerText.includes('1 blocked')")
    comes_true(page, lambda: arrivals(page) != before)

    paste_area(page, COLUMBIA_WKT)
    until(page, "() => document.querySelector('.ask.area').innerText.includes('Pasted area')")
    comes_true(page, lambda: "Boone county" in page.locator(".need").inner_text())


def test_hover_focus_and_selection_act_on_list_and_map(open_page):
    page = open_page()
    empty(page)
    paste_area(page, COLUMBIA_WKT)
    ask_for(page, "Generator, any")
    ranked(page)
    second = order(page)[1]
    page.locator(f".ag-row[row-id='{second}']").hover()
    one(page, f".leaflet-marker-icon.pointed[data-assets~='{second}']")

    page.locator(f".ag-row[row-id='{second}'] .ag-cell").first.focus()
    page.keyboard.press("Enter")
    page.locator(".card.picked").wait_for()
    page.locator("path.m-route, path.m-access").first.wait_for(state="attached")
    one(page, f".leaflet-marker-icon.picked[data-assets~='{second}']")
    assert "Main roads only" in page.locator(".card.picked").inner_text()

    first = page.locator(".leaflet-marker-icon[data-rank='1']")
    first.focus()
    page.keyboard.press("Enter")
    until(page, "() => document.querySelector('.card.picked .mark').innerText === '1'")
    chosen = page.evaluate("dash_ag_grid.getApi('ranked').getSelectedRows().map(row => row.rank)")
    assert chosen == [1]
    page.get_by_role("button", name="Show what lies inside").click()
    page.get_by_role("heading", name="Inside the area").wait_for()


def test_a_self_crossing_area_is_refused_with_its_place_and_the_need_is_kept(open_page):
    page = open_page()
    empty(page)
    paste_area(page, COLUMBIA_WKT)
    ask_for(page, "Generator, any", 40)
    ranked(page)
    page.locator(".ask.area").click()
    page.get_by_role("tab", name="Paste").first.click()
    page.get_by_label("GeoJSON, WKT or USNG").fill(CROSSED)
    page.get_by_role("button", name="Use this area").click()
    page.locator(".state-slot .errb").wait_for()
    words = page.locator(".state-slot .errb").inner_text()
    for label in ("Given", "Wanted", "To do", "circled on the map", "kept"):
        assert label in words
    one(page, ".fault")
    one(page, "path.m-refused")
    assert "40 units" in page.locator(".ask.when").inner_text()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="show it, marked as old").click()
    ranked(page)
    assert "Old list" in page.locator(".oldnote").inner_text()


def test_a_saved_incident_survives_a_reload_and_is_closed_and_reopened(open_page):
    page = open_page()
    empty(page)
    paste_area(page, COLUMBIA_WKT)
    ask_for(page, "Generator, any", 40, hours=6)
    ranked(page)
    before = order(page)
    page.locator("#open-save").click()
    page.get_by_label("Name", exact=True).fill("Flood at Columbia")
    page.get_by_role("button", name="Save", exact=True).last.click()
    page.wait_for_url("**/incidents/*")
    page.reload()
    ranked(page)
    assert order(page) == before
    until(page, "() => document.querySelector('#run').innerText.includes('Saved')")

    page.goto(page.url.rsplit("/", 1)[0])
    row = page.locator("tr", has_text="Flood at Columbia")
    row.wait_for()
    assert "40 units" in row.inner_text()
    row.get_by_role("button", name="Close: Flood at Columbia").click()
    row.get_by_role("button", name="Reopen: Flood at Columbia").click()
    row.get_by_role("button", name="Close: Flood at Columbia").wait_for()
    row.get_by_role("link").click()
    ranked(page)
    assert order(page) == before


def test_the_answer_downloads_in_the_order_of_the_list(open_page):
    page = open_page()
    empty(page)
    paste_area(page, COLUMBIA_WKT)
    page.locator("#pop-area").wait_for(state="hidden")
    ask_for(page, "Light tower", 10)
    ranked(page)
    ids, texts = order(page), {}
    for kind in ("CSV", "GeoJSON"):
        page.get_by_role("button", name="Download").click()
        with page.expect_download() as waiting:
            page.get_by_role("button", name=kind, exact=True).click()
        texts[kind] = waiting.value.path().read_text(encoding="utf-8")
        page.keyboard.press("Escape")
        assert "555-01" not in texts[kind]
        assert "example.org" not in texts[kind]
    rows = [row for row in csv.DictReader(io.StringIO(texts["CSV"])) if row["rank"]]
    assert [int(row["rank"]) for row in rows] == list(range(1, len(ids) + 1))
    features = json.loads(texts["GeoJSON"])["features"]
    assert [row["properties"]["asset_id"] for row in features if row["properties"]["part"] == "ranked"] == ids
