"""Coverage on large roads: a job works out what the page shows, the same as at once, and only for the registry as it is."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from cli.application import assemble
from matching.coverage import pace
from matching.runs.working import perform
from registry.db.engine import session_scope
from registry.people.scopes import Scope
from registry.settings import settings
from tests.dashboard.coverage_made import JASPER
from tests.dashboard.reading import answered, call, found, opened, words

VIEW = "?sector=energy&region=D"
ONE = f"?sector=energy&county={JASPER}"


@pytest.fixture(scope="module")
def url(clone, demo_template):
    with clone(demo_template) as made:
        yield made


@pytest.fixture
def client(url, signed_in):
    """Return what makes a client of an application that holds nothing yet."""
    scopes = {"coordinator": [Scope(region="D")]}

    def made(role="coordinator"):
        return signed_in(url, role, *scopes.get(role, [])).client(assemble(settings(), url))

    return made


@pytest.fixture
def large(monkeypatch):
    """Take the roads for large from now on."""
    return lambda: monkeypatch.setattr(pace, "NODES_AT_ONCE", 0)


def change(url):
    """Change the directory."""
    with session_scope(url) as session:
        session.execute(text("UPDATE registry.assets SET quantity = quantity + 1 WHERE quantity > 0"))


def begun_by(client, given, output, values):
    """Return the answer of the callback with that output that only one property begins."""
    known = next(
        each["output"].strip(".").split("...")[0]
        for each in client.get("/_dash-dependencies").json
        if [f"{one['id']}.{one['property']}" for one in each["inputs"]] == [given]
        and output in each["output"]
    )
    return call(client, known, values)


def worked(client, search):
    """Return what the page is filled with, and the job that it begins in place of that."""
    told = call(client, "coverage-body.children", {"coverage-asked": {"search": f"/coverage{search}"}})
    return answered(told, "coverage-body", "children"), answered(told, "coverage-job", "data")


def filled(client, part, search):
    """Return what a part of the page that comes later is filled with."""
    told = call(client, f"coverage-{part}.children", {"coverage-more": {"search": f"/coverage{search}"}})
    return answered(told, f"coverage-{part}", "children")


def left_by(client, url, name, job, search):
    """Return what the page is filled with once a worker has done its job."""
    perform(url, job, lambda: False)
    run = answered(call(client, f"{name}-run.data", {f"{name}-job": job}), f"{name}-run", "data")
    output = "coverage-body" if name == "coverage" else f"coverage-{name}"
    told = begun_by(client, f"{name}-run.data", output, {f"{name}-run": run, "url.search": search})
    return answered(told, output, "children")


def figures(body):
    """Return the words of a page's figures, without when and how they were computed."""
    return words([part for part in body if "worked" not in (part["props"].get("className") or "")])


@pytest.mark.parametrize("search", [VIEW, "?sector=need:generator:3,kw>=100&listings=all"])
def test_a_job_fills_the_page_with_the_same(client, url, large, search):
    at_once, nothing = worked(client(), search)
    assert nothing is None
    large()
    planner = client()
    assert words(opened(planner, "/coverage", search)).count("Cancel") == 1
    waits, job = worked(planner, search)
    assert "a job works the figures out" in words(waits)
    assert job
    assert worked(planner, search)[1] == job  # asked again, it is not begun again
    shown = left_by(planner, url, "coverage", job, search)
    assert figures(shown) == figures(at_once)
    assert "merr run replay" in words(shown)
    held = opened(planner, "/coverage", search)
    assert found(held, "coverage-asked")["data"] is None
    assert words(found(held, "coverage-body")["children"]) == words(shown)
    # Another process, and another account, have it from the run.
    assert figures(worked(client("planner"), search)[0]) == figures(at_once)


@pytest.mark.parametrize(("part", "search"), [("recruit", VIEW), ("hanging", ONE)])
def test_towns_and_roads_are_weighed_by_a_job_when_asked(client, url, large, part, search):
    at_once = filled(client(), part, search)
    large()
    planner = client()
    button = filled(planner, part, search)
    assert found(button, f"{part}-begin")
    assert found(button, f"{part}-job")["data"] is None
    told = call(planner, f"{part}-job.data", {"url.search": search}, pressed=f"{part}-begin")
    job = answered(told, f"{part}-job", "data")
    assert found(filled(planner, part, search), f"{part}-job")["data"] == job  # found again after a reload
    assert words(left_by(planner, url, part, job, search)) == words(at_once)
    assert words(filled(client("planner"), part, search)) == words(at_once)


def test_nothing_is_shown_of_another_day_of_the_registry(client, url, large):
    large()
    change(url)
    planner = client()
    search = "?sector=water&listings=all"
    _, job = worked(planner, search)
    change(url)
    said = words(left_by(planner, url, "coverage", job, search))
    assert "These figures are not worked out yet" in said
    again = worked(planner, search)[1]
    assert again not in (None, job)
    assert "Sector by region" in words(left_by(planner, url, "coverage", again, search))


def test_files_and_kept_figures_wait_for_the_job_and_are_then_the_same(client, url, large):
    address = f"/coverage/files/coverage.csv{VIEW}&listings=all"
    change(url)
    at_once = client().get(address).data
    large()
    planner = client()
    early = planner.get(address)
    assert early.status_code in (409, 422)
    assert b"not worked out yet" in early.data
    values = {"url.search": "?listings=all&sector=energy"}
    refused = answered(
        call(planner, "coverage-refused.children", values, "coverage-keep"), "coverage-refused", "children"
    )
    assert "not worked out yet" in words(refused)
    _, job = worked(planner, f"{VIEW}&listings=all")
    left_by(planner, url, "coverage", job, f"{VIEW}&listings=all")
    assert planner.get(address).data == at_once
    kept = call(planner, "coverage-refused.children", values, "coverage-keep")
    run = answered(kept, "coverage-go", "href").rpartition("versus=")[2]
    with session_scope(url) as session:
        assert str(session.scalar(text("SELECT id FROM runs.runs WHERE job_id = :job"), {"job": job})) == run


def test_who_may_begin_no_job_is_told_what_others_had_worked_out(client, url, large):
    change(url)
    at_once, towns = (
        worked(client("administrator"), VIEW)[0],
        filled(client("administrator"), "recruit", VIEW),
    )
    large()
    refused, job = worked(client("administrator"), VIEW)
    assert job is None
    assert "sema planner or regional coordinator or" in words(refused).casefold()
    weighed = filled(client("administrator"), "recruit", VIEW)
    assert "not worked out yet" in words(weighed)
    assert found(weighed, "recruit-begin") is None
    planner = client()
    left_by(planner, url, "coverage", worked(planner, VIEW)[1], VIEW)
    told = call(planner, "recruit-job.data", {"url.search": VIEW}, pressed="recruit-begin")
    left_by(planner, url, "recruit", answered(told, "recruit-job", "data"), VIEW)
    shown, job = worked(client("administrator"), VIEW)
    assert (figures(shown), job) == (figures(at_once), None)
    assert words(filled(client("administrator"), "recruit", VIEW)) == words(towns)
    # When and from what, but neither the run nor who asked for it.
    assert "as a run, which your role does not read" in words(shown)
    assert "merr run replay" not in words(shown)
    assert "merr run replay" in words(worked(client("planner"), VIEW)[0])
