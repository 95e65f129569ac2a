"""What a planner does on the page, in the words of the page."""

from __future__ import annotations

import re
import time

PATIENCE_S = 90
"""A slow day doubles every time, and waiting costs nothing where the page is there."""

READY = ".result.is-answer .ag-row[row-index='0']"


def until(page, script, argument=None):
    """Wait until a script of the page is true; the page's own policy forbids the polling that Playwright injects."""
    end = time.monotonic() + PATIENCE_S
    while not page.evaluate(script, argument):
        assert time.monotonic() < end, f"not within {PATIENCE_S} s: {script}"
        page.wait_for_timeout(50)


def comes_true(page, what):
    """Wait until a function of the test is true."""
    end = time.monotonic() + PATIENCE_S
    while not what():
        assert time.monotonic() < end, f"not within {PATIENCE_S} s"
        page.wait_for_timeout(50)


def ranked(page):
    """Wait until a list stands on the page."""
    page.locator(READY).first.wait_for()
    until(page, "!document.querySelector('#panel[data-dash-is-loading]')")


def empty(page):
    """Wait until the page asks its three questions."""
    page.get_by_role("heading", name="Three answers, then the list").wait_for()
    until(page, "window.merr && merr.map && merr.map._loaded && window.L.Draw")


def ask_for(page, kind, quantity=None, hours=None):
    """Answer questions 2 and 3 by keyboard."""
    page.locator(".ask.what").focus()
    page.keyboard.press("Enter")
    choose(page, "Kind", kind)
    page.locator("#need-fields .field").first.wait_for()
    page.get_by_role("button", name="Use this need").focus()
    page.keyboard.press("Enter")
    page.locator("#pop-what").wait_for(state="hidden")
    if quantity is None:
        return
    page.locator(".ask.when").focus()
    page.keyboard.press("Enter")
    page.get_by_label("How many", exact=True).fill(str(quantity))
    if hours is not None:
        page.get_by_role("button", name=f"{hours} h", exact=True).press("Enter")
        until(page, "document.getElementById('by-at').innerText.trim() !== ''")
    page.get_by_role("button", name="Use this", exact=True).press("Enter")
    page.locator("#pop-when").wait_for(state="hidden")


def choose(page, label, words):
    """Choose from a list that is searched by typing, without a pointer."""
    field = page.locator("input:visible").and_(page.get_by_label(label, exact=True)).first
    field.focus()
    field.fill(words)
    page.locator(
        "[role=option]:visible", has_text=re.compile(re.escape(words), re.IGNORECASE)
    ).first.wait_for()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")


def paste_area(page, text):
    """Answer question 1 by pasting, without a pointer."""
    page.locator(".ask.area").focus()
    page.keyboard.press("Enter")
    page.get_by_role("tab", name="Paste").first.press("Enter")
    page.get_by_label("GeoJSON, WKT or USNG").fill(text)
    page.get_by_role("button", name="Use this area").press("Enter")


def one(page, selector):
    """Wait until exactly one thing on the page, or on its map, is what the selector says."""
    until(page, "selector => document.querySelectorAll(selector).length === 1", selector)


def order(page):
    """Return the ids of the ranked assets, in the order of the list."""
    return page.evaluate(
        "() => { const ids = []; dash_ag_grid.getApi('ranked').forEachNode(n => { if (n.data.rank) ids.push(n.data.id) }); return ids }"
    )


def arrivals(page):
    """Return each ranked asset's arrival in words, by its id."""
    return page.evaluate(
        "() => { const all = {}; dash_ag_grid.getApi('ranked').forEachNode(n => { if (n.data.rank) all[n.data.id] = n.data.arrival }); return all }"
    )


def at(page, lon, lat):
    """Return the pixel of a point on the map."""
    spot = page.evaluate(
        "([lon, lat]) => { const p = merr.map.latLngToContainerPoint([lat, lon]); const box = merr.map.getContainer().getBoundingClientRect(); return [box.left + p.x, box.top + p.y] }",
        [lon, lat],
    )
    return spot[0], spot[1]


def draw(page, corners):
    """Click the corners of an outline and close it on the first one."""
    for lon, lat in [*corners, corners[0]]:
        page.mouse.click(*at(page, lon, lat))
        page.wait_for_timeout(60)
