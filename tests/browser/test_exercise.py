"""An exercise in two browsers: a designer builds it and runs the clock, a player sees what is released alone."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import text

from registry.db.engine import session_scope
from tests.browser.steps import until
from tests.browser.test_page import serious


def press(page, name):
    page.get_by_role("button", name=name, exact=True).click()


def add(page, time, title):
    page.get_by_label("Exercise time").fill(time)
    page.get_by_label("Title").fill(title)
    page.get_by_label("What happens").fill(f"It happens: {title}")
    page.get_by_label("Expected action").fill("Ask the next three companies")
    press(page, "Add it")
    page.locator(".rows-of").get_by_text(title).first.wait_for()


def marked(page):
    """Whether a page says EXERCISE at its top and at its bottom, within what is seen."""
    bands = page.locator(".exb")
    return bands.count() == 2 and all("EXERCISE" in words for words in bands.all_inner_texts())


def account_name(url, somebody):
    with session_scope(url) as session:
        found = text("SELECT name FROM people.accounts WHERE id = CAST(:id AS uuid)")
        return session.scalar(found, {"id": somebody.account_id})


def test_a_designer_builds_and_runs_an_exercise_and_a_player_sees_the_released_inject_alone(
    opened, registry_url, signed_in, seen
):
    designer, player = signed_in(registry_url, "designer"), signed_in(registry_url, "planner")
    page = opened(designer, "/exercises")
    page.get_by_label("Name").fill("River flood")
    page.get_by_label("What is made up").fill("Nine crossings close over four hours")
    press(page, "Make it")
    page.wait_for_url(re.compile(r"/exercises/[0-9a-f-]{36}/msel"))
    page.get_by_text("The list is empty").wait_for()
    add(page, "0:00", "Incident opens")
    add(page, "2:00", "Provider lost in Jefferson City")
    page.get_by_role("link", name="People and objectives").click()
    page.get_by_label("Account").fill(account_name(registry_url, player))
    press(page, "Name them")
    page.get_by_text("The exercise is in their list from now on").wait_for()

    theirs = opened(player, "/exercises")
    theirs.get_by_role("link", name="River flood").click()
    theirs.get_by_text("Nothing is released yet").wait_for()
    page.get_by_role("link", name="Clock and injects").click()
    press(page, "Run the clock")
    page.get_by_role("button", name="Pause the clock").wait_for()
    line = "[...document.querySelectorAll('.exline li')].map(each => each.className).join()"
    until(page, f"{line} === 'out,next'")

    theirs.locator(".told").get_by_text(
        "Incident opens", exact=True
    ).wait_for()  # by itself: nobody touches it
    assert theirs.locator(".told li").count() == 1
    held = theirs.content()
    assert "Provider lost" not in held
    assert "three companies" not in held
    theirs.locator(".exclock", has_text=re.compile(r"^\+0:\d\d:\d[1-9]$")).wait_for()  # it goes on by itself
    theirs.get_by_label("What you do or decide").fill("Called the district")
    press(theirs, "Write it down")
    page.get_by_text("Planner Tester: Called the district").wait_for()

    press(page, "Release next now")
    theirs.locator(".told").get_by_text("Provider lost in Jefferson City", exact=True).wait_for()
    press(page, "Pause the clock")
    page.get_by_role("button", name="Run the clock").wait_for()
    with page.expect_download() as taken:
        press(page, "List of injects (CSV)")
    assert taken.value.suggested_filename == "EXERCISE-river-flood-msel.csv"
    assert page.get_by_role("heading", name="Move the clock").is_visible()
    page.get_by_text("End the exercise (ENDEX)").click()
    press(page, "End River flood for good")
    page.get_by_text("exercise clock, ended").wait_for()
    assert not page.get_by_role("heading", name="Move the clock").is_visible()
    theirs.get_by_text("ended", exact=True).wait_for()
    assert marked(page)
    assert marked(theirs)
    assert seen == []


@pytest.mark.proof
@pytest.mark.parametrize("width", [1440, 390])
def test_no_page_of_exercises_has_a_serious_finding_of_axe_and_each_says_exercise(
    opened, registry_url, signed_in, seen, width
):
    designer = signed_in(registry_url, "designer")
    page = opened(designer, "/exercises", width=width)
    page.get_by_label("Name").fill("River flood")
    press(page, "Make it")
    page.wait_for_url(re.compile(r"/exercises/[0-9a-f-]{36}/msel"))
    page.get_by_text("The list is empty").wait_for()
    add(page, "0:30", "US 54 closes at Jefferson City")
    path = re.search(r"/exercises/[0-9a-f-]{36}", page.url)[0]
    for each in (
        "/exercises",
        path,
        f"{path}/player",
        f"{path}/msel",
        f"{path}/people",
        f"{path}/compare",
        "/exercises/none",
    ):
        page.goto(f"{page.url.split('/exercises')[0]}{each}")
        page.locator("main h1").wait_for()
        assert serious(page) == [], each
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), each
        assert marked(page), each
    assert seen == []
