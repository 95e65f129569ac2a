"""A designer builds two scenarios, runs both, compares them, and releases an inject of an exercise."""

from __future__ import annotations

import re

import pytest

from tests.browser.test_exercise import add, press
from tests.browser.test_page import serious

PAGE = re.compile(r"/scenarios/[0-9a-f-]{36}$")


def build(page, title, begins, weather):
    page.get_by_label("Title").fill(title)
    page.get_by_label("Reason").fill("Fall exercise")
    pick(page, "Begins from", begins)
    page.get_by_label("All roads: times as long").fill(weather)
    press(page, "Keep this scenario")


def pick(page, label, words):
    page.get_by_role("textbox", name=label, exact=True).click()
    page.get_by_role("option", name=words).first.click()


def draw(page):
    """Draw a triangle on the form's map."""
    ground = page.locator("#sc-map")
    ground.locator("path.m-state-in").first.wait_for(state="attached")
    page.get_by_role("button", name="Draw an outline").click()
    ground.scroll_into_view_if_needed()
    box = ground.bounding_box()
    for x, y in ((0.4, 0.4), (0.55, 0.4), (0.5, 0.6)):
        page.mouse.click(box["x"] + box["width"] * x, box["y"] + box["height"] * y)
        page.wait_for_timeout(300)  # a second click at once would be a double click, which ends the outline
    page.get_by_role("button", name="Finish").click()
    page.locator("#sc-drawn-words").get_by_text("3 corners").wait_for()


def run(page):
    press(page, "Run it")
    page.locator("#sr-kept").get_by_text("Kept: ").wait_for()


@pytest.mark.proof
def test_a_designer_builds_two_scenarios_compares_them_and_releases_an_inject(
    opened, registry_url, signed_in, seen
):
    designer = signed_in(registry_url, "designer")
    page = opened(designer, "/scenarios")
    build(page, "Flood", "Starter: Missouri River flood", "0.5")
    page.locator("#sc-refused-weather").get_by_text("0.5").first.wait_for()
    assert page.get_by_label("Title").input_value() == "Flood"  # nothing is lost
    draw(page)
    pick(page, "Companies in it are", "Lost")
    build(page, "Flood", "Starter: Missouri River flood", "1.1")
    page.wait_for_url(PAGE)
    page.get_by_text("all roads take 1.1 times as long").wait_for()
    page.get_by_text("every sector, the drawn area").wait_for()
    page.get_by_label("Needs").fill("generator:40")
    page.get_by_role("textbox", name="Or counties").fill("Cole")
    page.get_by_role("option", name="Cole county").click()
    page.keyboard.press("Escape")
    run(page)

    page.get_by_role("link", name="Make another from it").click()
    page.locator("#sc-title").wait_for()
    build(page, "Flood and ice", "Flood", "3")
    page.wait_for_url(PAGE)
    page.get_by_text("all roads take 3 times as long").wait_for()
    pick(page, "The same question as", re.compile("^Flood:"))
    run(page)
    page.get_by_role("link", name="Compare it").click()
    page.get_by_text("Choose two runs of one question").wait_for()
    pick(page, "A", re.compile("^Flood:"))
    press(page, "Compare")
    page.locator(".exsum").get_by_text("puts").wait_for()
    assert page.locator("svg.mm").count() == 2
    assert serious(page) == []

    page.goto(page.url.split("/scenarios")[0] + "/exercises")
    page.get_by_label("Name").fill("River flood")
    press(page, "Make it")
    page.get_by_text("The list is empty").wait_for()
    add(page, "0:00", "Crossings close")
    page.get_by_role("link", name="Clock and injects").click()
    press(page, "Release next now")
    page.locator(".exline li.out").get_by_text("Crossings close").wait_for()
    assert seen == []
