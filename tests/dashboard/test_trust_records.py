"""Records on their pages: the queue, a decision, and what a records request would get."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import text

from cli.application import assemble
from dashboard.pages.trust.records import exported_table, listed
from registry.db.engine import session_scope
from registry.settings import settings
from registry.trust.public_records import Shown, Waiting
from tests.dashboard.reading import answered, call, found, opened, words

AT = datetime(2026, 5, 22, 23, 29, tzinfo=UTC)


def waiting(name, *, overdue):
    return Waiting(provider_id="p", provider_name=name, submitted_at=AT, due_at=AT, overdue=overdue)


def test_the_queue_says_how_many_wait_and_which_are_overdue():
    said = words(listed((waiting("Demo One", overdue=True), waiting("Demo Two", overdue=False))))
    assert "2 companies wait for review, 1 of them overdue." in said
    assert "Demo One" in said
    assert "Nothing waits for review." in words(listed(()))
    assert "An administrator reviews records" in words(listed(None))


def test_an_export_shows_a_field_or_why_it_is_withheld_and_never_both():
    facts = {"provider_id": "p", "record": "contact", "record_id": "c", "provision": "RSMo 610.021"}
    rows = (
        Shown(**facts, field="name", given=True, value="Demo One", records_class="open"),
        Shown(**facts, field="phone", given=False, value=None, records_class="protected"),
    )
    said = words(exported_table(rows))
    assert "1 fields given, 1 withheld." in said
    assert "Demo One" in said
    assert "Withheld" in said
    assert "RSMo 610.021" in said


@pytest.fixture(scope="module")
def app_and_url(clone, demo_template):
    with clone(demo_template) as url:
        yield assemble(settings(), url), url


@pytest.fixture
def company(app_and_url):
    with session_scope(app_and_url[1]) as session:
        return session.scalar(text("SELECT id::text FROM registry.providers ORDER BY name LIMIT 1"))


def test_a_record_is_decided_with_a_reason_and_leaves_the_queue(app_and_url, signed_in, company):
    app, url = app_and_url
    chief = signed_in(url, "administrator").client(app)
    before = words(opened(chief, "/records"))
    seen = found(opened(chief, f"/records/{company}"), "records-do")["id"]["seen"]
    press = {"type": "records-do", "company": company, "seen": seen, "what": "closed"}
    late = call(
        chief, "records-go.href", {"records-reason": "Late"}, {**press, "seen": "2026-01-01T00:00:00Z"}
    )
    assert "submitted something since you looked" in words(answered(late, "records-refused", "children"))
    silent = call(chief, "records-go.href", {"records-reason": ""}, press)
    assert "The reason is empty" in words(answered(silent, "records-refused", "children"))
    went = answered(
        call(chief, "records-go.href", {"records-reason": "Asked to"}, press), "records-go", "href"
    )
    path, _, search = went.partition("?")
    page = words(opened(chief, path, f"?{search}"))
    assert "The decision is recorded." in page
    assert "Kept closed Asked to" in page
    count = int(before.split(" companies wait")[0].rsplit(" ", 1)[1])
    assert f"{count - 1} companies wait" in words(opened(chief, "/records"))


def test_an_auditor_exports_and_does_not_review(app_and_url, signed_in, company):
    app, url = app_and_url
    auditor = signed_in(url, "auditor").client(app)
    page = opened(auditor, f"/records/{company}")
    assert found(page, "records-do") is None
    answer = call(auditor, "records-shown.children", {}, {"type": "records-show", "company": company})
    assert "withheld." in words(answered(answer, "records-shown", "children"))
    assert answered(answer, "records-file", "data")["filename"] == "records-request.csv"
    review = {"type": "records-do", "company": company, "seen": "2026-01-01T00:00:00Z", "what": "open"}
    assert call(auditor, "records-go.href", {"records-reason": "x"}, review).status_code == 403


def test_a_planner_opens_no_records(app_and_url, signed_in, company):
    app, url = app_and_url
    planner = signed_in(url, "planner").client(app)
    assert "Your role does not allow this" in words(opened(planner, "/records"))
    assert (
        call(planner, "records-shown.children", {}, {"type": "records-show", "company": company}).status_code
        == 403
    )
