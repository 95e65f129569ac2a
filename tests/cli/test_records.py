"""`merr records` as people type it, each under a name, by the login of the web application."""

from __future__ import annotations

import hashlib
import json

import pytest

from registry.errors import RegistryError
from registry.people.access import AccessError
from tests.cli.test_declare import desk, run  # noqa: F401 - a fixture
from tests.registry.trust.acts import CHIEF, PLANNER
from tests.registry.trust.desk import CANARY, LENDER


def test_a_company_waits_is_decided_and_is_exported(desk, tmp_path):  # noqa: F811 - the fixture
    lender = desk.companies[LENDER]
    said = next(line for line in run(CHIEF, "records", "queue").splitlines() if lender in line)
    assert f"{lender}  due " in said
    decide = ("records", "decide", lender, "open", "--reason", "Nothing in it is secret", "--submitted")
    for moment, title in (("2026-05-22T23:29:01Z", "since you looked"), ("yesterday", "no moment")):
        with pytest.raises(RegistryError, match=title):
            run(CHIEF, *decide, moment)
    assert "is open" in run(CHIEF, *decide, said.split("submitted ")[1].split()[0])
    assert lender not in run(CHIEF, "records", "queue")
    rows = json.loads(run(CHIEF, "records", "export", lender, "--format", "json"))
    assert [row["given"] for row in rows if row["record"] == "provider" and row["field"] == "name"] == [True]
    file = tmp_path / "request.csv"
    said = run(CHIEF, "records", "export", lender, "--file", file)
    assert f"{len(rows)} fields" in said
    ((kept,),) = desk.sql("SELECT detail->>'sha256' FROM trust.events ORDER BY seq DESC LIMIT 1")
    assert hashlib.sha256(file.read_bytes()).hexdigest() == kept
    assert kept in said
    assert CANARY not in file.read_text(encoding="utf-8") + json.dumps(rows)
    with pytest.raises(AccessError):
        run(PLANNER, "records", "queue")
