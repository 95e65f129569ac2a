"""docs/api.md and the OpenAPI document say what the routes are."""

from __future__ import annotations

import runpy
from pathlib import Path

from registry.people.access import ACCESS
from web.api.openapi import document
from web.api.route import PREFIX
from web.api.table import ROUTES

ROOT = Path(__file__).resolve().parents[3]


def test_the_page_tells_the_routes_as_the_code_has_them():
    script = runpy.run_path(str(ROOT / "scripts" / "api_page.py"))
    page = script["PAGE"].read_text(encoding="utf-8")
    assert page == script["with_table"](page), "run .venv/bin/python scripts/api_page.py"


def test_the_document_has_every_route_with_its_action_and_its_refusals():
    told = document(ROUTES)
    assert told["openapi"].startswith("3.1")
    for route in ROUTES:
        operation = told["paths"][PREFIX + route.path][route.method.lower()]
        assert route.action in ACCESS
        assert f"`{route.action}`" in operation["description"]
        assert set(operation["responses"]) >= {str(status) for status in (route.status, *route.refusals)}


def test_no_answer_that_opens_something_is_kept_for_a_repeat():
    kept = {route.action for route in ROUTES if route.once}
    assert not kept & {"match.ask", "match.export", "contact.look"}
