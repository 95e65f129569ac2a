"""Pages on large roads, in the browser: a job fills them, is followed and cancelled, and nobody waits within a request."""

from __future__ import annotations

import pytest

from tests.browser.conftest import serving, watch
from tests.browser.steps import PATIENCE_S
from tests.browser.test_exercise import press

pytestmark = pytest.mark.proof

LARGE = """
from matching.coverage import pace
from matching.robustness import desk
pace.NODES_AT_ONCE = desk.EDGES_AT_ONCE = 0
"""
JASPER = "/coverage?sector=energy&county=29097"


@pytest.fixture(scope="module")
def large(registry_url, sealed, tmp_path_factory):
    """Yield the address of a dashboard that takes the shipped roads for large."""
    with serving(registry_url, sealed, tmp_path_factory.mktemp("large") / "log", before=LARGE) as address:
        yield address


@pytest.fixture
def at(chromium, large, registry_url, signed_in, seen):
    """Return a function that opens an address of it as somebody of a role."""
    contexts = []

    def opened(role, path, *, width=1440):
        context = chromium.new_context(viewport={"width": width, "height": 900}, reduced_motion="reduce")
        contexts.append(context)
        context.add_cookies([signed_in(registry_url, role).cookie(large)])
        context.set_default_timeout(PATIENCE_S * 1000)
        page = context.new_page()
        watch(page, large, seen)
        page.goto(f"{large}{path}")
        return page

    yield opened
    for context in contexts:
        context.close()


def test_a_job_fills_the_page_of_coverage_and_its_parts(at, seen):
    page = at("planner", JASPER)
    page.get_by_role("heading", name="Energy in Jasper county").wait_for()
    assert page.locator("#coverage-line").inner_text() == ""
    press(page, "Weigh every town")
    press(page, "Try each bridge and road")
    page.locator("#coverage-recruit").get_by_text("Each comes as most of them do").wait_for()
    page.locator("#coverage-hanging").get_by_text("matters.").or_(
        page.locator("#coverage-hanging").get_by_text("No single bridge or road")
    ).first.wait_for()
    page.reload()
    page.locator("#coverage-recruit").get_by_text("Each comes as most of them do").wait_for()
    assert page.get_by_role("button", name="Weigh every town").count() == 0
    # Who may begin no job is told the same, and of what nobody had worked out yet, who may.
    other = at("administrator", JASPER)
    other.get_by_role("heading", name="Energy in Jasper county").wait_for()
    other.locator("#coverage-recruit").get_by_text("Each comes as most of them do").wait_for()
    other.goto(f"{other.url}&listings=all")
    other.get_by_text("These figures are not worked out yet").first.wait_for()
    assert other.get_by_role("button", name="Cancel").count() == 0
    assert seen == []


def test_an_exercise_is_compared_by_a_job(at, seen):
    page = at("designer", "/exercises")
    page.get_by_label("Name").fill("Ice on large roads")
    page.get_by_label("What is made up").fill("Everything slows")
    press(page, "Make it")
    page.get_by_text("The list is empty").wait_for()
    page.get_by_role("link", name="Compare", exact=True).click()
    press(page, "Work it out")
    page.get_by_text("B changes no county").wait_for()
    assert seen == []
