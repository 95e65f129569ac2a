"""The review of what companies submitted, and the export of a records request, by the web application's login."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text

from registry.db.engine import session_scope
from registry.directory import showing
from registry.directory.writing import upsert_providers
from registry.errors import RegistryError
from registry.people.access import AccessError
from registry.people.proof import StepUpNeeded
from registry.trust import public_records, rules
from registry.trust.event_tables import DETAIL_BYTES
from registry.trust.public_records import EXPORTED_AT_ONCE, Shown
from registry.trust.records_classes import FIELDS
from registry.trust.records_export import COLUMNS, as_csv, as_json
from tests.registry.trust.acts import CHIEF, PLANNER, act, now, somebody
from tests.registry.trust.desk import CANARY, COMPANIES, DRY, LENDER


def _queue(desk):
    return {each.provider_id: each for each in act(desk.web, CHIEF, public_records.queue)}


def _decide(desk, key, decision, reason="The owner operates lifelines", seen=None):
    seen = seen or act(desk.web, CHIEF, public_records.submitted_at, desk.companies[key])
    act(desk.web, CHIEF, public_records.decide, desk.companies[key], decision, reason, seen=seen)


def test_a_decision_is_about_what_the_reviewer_saw_and_not_about_what_came_in_between(desk):
    lender = desk.companies[LENDER]
    seen = _queue(desk)[lender].submitted_at
    assert seen == act(desk.web, CHIEF, public_records.submitted_at, lender)
    desk.sql("UPDATE registry.providers SET updated_at = clock_timestamp() WHERE id = :id", id=lender)
    with pytest.raises(RegistryError, match="submitted something since you looked"):
        _decide(desk, LENDER, "open", seen=seen)
    assert lender in _queue(desk)
    assert not _given(_export(desk, LENDER), "name")
    _decide(desk, LENDER, "open")
    assert _given(_export(desk, LENDER), "name") == ["Company lender"]


def test_what_waited_for_another_submission_is_dated_after_it_and_is_reviewed_anew(desk):
    lender = desk.companies[LENDER]
    changed = [replace(each, sites=(replace(each.sites[0], town="Elsewhere"),)) for each in COMPANIES[:1]]
    who = somebody(desk.url, "company", provider_id=lender)
    with ThreadPoolExecutor(1) as pool, session_scope(desk.url) as late:
        late.execute(text("SELECT now()"))  # it began first
        act(desk.web, who, showing.show, lender, name=True, place="zip")
        seen = _queue(desk)[lender].submitted_at
        upsert_providers(late, changed)
        # What is set meanwhile waits, so that it is dated after what is written here.
        shown = pool.submit(act, desk.web, who, showing.show, lender, name=False, place="no")
        wait = "SELECT count(*) FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY (pg_blocking_pids(pid))"
        while not shown.done() and not late.scalar(text(wait)):
            time.sleep(0.01)
        (first,) = late.execute(text("SELECT max(updated_at) FROM registry.sites")).one()
    shown.result()
    with pytest.raises(RegistryError, match="submitted something since you looked"):
        _decide(desk, LENDER, "open", seen=seen)
    assert first > seen
    assert _queue(desk)[lender].submitted_at > first


def _made(desk, *keys, who=CHIEF):
    return act(desk.web, who, public_records.export, [desk.companies[key] for key in keys], as_csv)


def _export(desk, *keys, who=CHIEF):
    return _made(desk, *keys, who=who).rows


def test_every_company_waits_from_its_submission_for_ninety_days_or_what_the_rule_says(desk):
    waiting = _queue(desk)
    assert set(waiting) == set(desk.companies.values())
    one = waiting[desk.companies[LENDER]]
    assert one.due_at - one.submitted_at == timedelta(days=90)
    assert not one.overdue
    act(desk.web, CHIEF, rules.change, "records_review_days", 1)
    desk.sql("UPDATE registry.providers SET updated_at = now() - interval '2 days'")
    desk.sql("UPDATE registry.sites SET updated_at = now() - interval '2 days'")
    desk.sql("UPDATE registry.assets SET updated_at = now() - interval '2 days'")
    assert all(each.overdue for each in _queue(desk).values())


def test_what_was_decided_leaves_the_queue_until_something_new_is_submitted(desk):
    lender = desk.companies[LENDER]
    submitted = _queue(desk)[lender].submitted_at
    _decide(desk, LENDER, "open", "Of no use to anybody who would do harm")
    assert lender not in _queue(desk)
    assert len(_queue(desk)) == len(desk.companies) - 1
    (decided,) = act(desk.web, CHIEF, public_records.decisions, lender)
    assert (decided.decision, decided.reason, decided.by) == (
        "open", "Of no use to anybody who would do harm", "Chief",
    )  # fmt: skip
    assert abs(decided.at - now()) < timedelta(minutes=5)
    ((action, told),) = desk.sql("SELECT action, detail FROM trust.events WHERE action LIKE 'records%'")
    assert action == "records.reviewed"
    assert (told["decision"], told["reason"]) == ("open", "Of no use to anybody who would do harm")
    assert told["submitted"] == f"{submitted:%Y-%m-%dT%H:%M:%S.%fZ}"
    desk.sql(
        "UPDATE registry.assets SET updated_at = now() FROM registry.sites"
        " WHERE sites.id = site_id AND provider_id = :id",
        id=lender,
    )
    assert lender in _queue(desk)
    assert not _given(_export(desk, LENDER), "name"), "what is new was not reviewed"


def _given(rows, field):
    return [row.value for row in rows if row.given and row.field == field and row.record == "provider"]


def test_an_export_withholds_what_no_review_opened_and_what_is_protected_always(desk):
    for step, names in (("closed", []), ("open", ["Company lender"]), ("closed", [])):
        _decide(desk, LENDER, step)
        rows = _export(desk, LENDER)
        assert _given(rows, "name") == names
        shut = {row.field: row for row in rows if row.record in ("contact", "confidence")}
        assert set(shut) == {"person", "phone", "email", "price_basis", "conditions", "notes"}
        assert all(row.value is None and not row.given for row in shut.values())
        assert shut["phone"].provision == "RSMo 610.021(19)"
        assert shut["notes"].provision.startswith("RSMo 610.021(14)")
        assert CANARY not in as_csv(rows) + as_json(rows)
        assert all(row.given == (row.value is not None) == (row.provision == "") for row in rows)
    assert desk.companies[DRY] not in as_csv(rows)


def test_an_export_is_one_event_that_names_the_companies_what_was_withheld_as_what_and_the_file(desk):
    _decide(desk, LENDER, "open")
    made = _made(desk, LENDER, DRY)
    ((told,),) = desk.sql("SELECT detail FROM trust.events WHERE action = 'records.exported'")
    assert told["companies"] == 2
    assert told["provider_ids"] == sorted(desk.companies[key] for key in (LENDER, DRY))
    assert (told["fields"], told["withheld"]) == (len(made.rows), made.withheld)
    assert told["sha256"] == hashlib.sha256(as_csv(made.rows).encode()).hexdigest()
    withheld = told["withheld_of"]
    assert set(withheld) == {"submitted", "contact", "confidence"}
    assert withheld["contact"] == {"contact.email": 2, "contact.person": 2, "contact.phone": 2}
    assert withheld["submitted"]["provider.name"] == 1, "the other company's was opened"
    assert sum(count for fields in withheld.values() for count in fields.values()) == made.withheld


def test_the_event_of_an_export_holds_no_value_of_a_field(desk):
    made = _made(desk, LENDER)
    ((said,),) = desk.sql("SELECT detail::text FROM trust.events WHERE action = 'records.exported'")
    values = {row.value for row in made.rows if row.given and len(row.value) > 5} - {desk.companies[LENDER]}
    assert values
    assert not [each for each in (*values, "Company lender", CANARY) if each in said]


def test_an_event_has_room_for_every_company_that_one_export_may_name():
    rows = tuple(
        Shown(
            provider_id="p", record=table, record_id="", field=field, given=False,
            value=None, records_class=of, provision="x",
        )
        for table in ("providers", "sites", "assets") for field, of in FIELDS[f"registry.{table}"].items()
    )  # fmt: skip
    made = public_records.Exported(rows=rows * EXPORTED_AT_ONCE, file="", sha256="0" * 64)
    told = public_records._told([uuid.uuid4() for _ in range(EXPORTED_AT_ONCE)], made)
    assert len(json.dumps(told)) < DETAIL_BYTES


def test_files_hold_every_field_and_no_formula():
    row = Shown(
        provider_id="p", record="provider", record_id="r", field="name", given=True,
        value="=1+1", records_class="submitted", provision="",
    )  # fmt: skip
    head, line = csv.reader(io.StringIO(as_csv([row])))
    assert tuple(head) == COLUMNS
    assert line[4:6] == ["yes", "'=1+1"]
    (told,) = json.loads(as_json([row]))
    assert told["value"] == "=1+1"


@pytest.mark.parametrize("value", ["\n=1+1", "\uff1dcmd"])
def test_a_formula_led_by_a_new_line_or_a_wide_sign_is_none_either(value):
    row = Shown(
        provider_id="p", record="provider", record_id="r", field="name", given=True,
        value=value, records_class="submitted", provision="",
    )  # fmt: skip
    _, line = csv.reader(io.StringIO(as_csv([row]), newline=""))
    assert line[5] == f"'{value}"


def test_only_an_administrator_reviews_and_an_auditor_may_export(desk):
    lender = desk.companies[LENDER]
    auditor = somebody(desk.url, "auditor")
    assert _export(desk, LENDER, who=auditor)
    for who in (PLANNER, auditor):
        with pytest.raises(AccessError):
            act(desk.web, who, public_records.queue)
        with pytest.raises(AccessError):
            act(desk.web, who, public_records.submitted_at, lender)
        with pytest.raises(AccessError):
            act(desk.web, who, public_records.decide, lender, "open", "A reason", seen=now())
    with pytest.raises(AccessError):
        _export(desk, LENDER, who=PLANNER)


def test_an_export_asks_for_a_fresh_second_factor(desk):
    desk.sql("UPDATE people.sessions SET proved_at = now() - interval '1 hour'")
    with pytest.raises(StepUpNeeded):
        _export(desk, LENDER)


@pytest.mark.parametrize(
    ("company", "decision", "reason"),
    [
        ("x", "open", "A reason"),
        ("00000000-0000-4000-8000-000000000000", "open", "A reason"),
        (LENDER, "perhaps", "A reason"),
        (LENDER, "open", " "),
    ],
)
def test_an_unknown_company_or_decision_or_an_empty_reason_is_refused(desk, company, decision, reason):
    with pytest.raises(RegistryError, match=r"no such company|one of two things|is empty"):
        act(
            desk.web, CHIEF, public_records.decide, desk.companies.get(company, company), decision, reason,
            seen=now(),
        )  # fmt: skip


def test_an_export_names_at_least_one_company(desk):
    with pytest.raises(RegistryError, match="cannot be taken at once"):
        _export(desk)
