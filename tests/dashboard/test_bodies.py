"""Bodies posted to the callbacks by hand."""

from __future__ import annotations

import copy
import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cli.application import assemble
from registry.settings import settings as known

PATH = "/_dash-update-component"
SMALL = st.none() | st.booleans() | st.integers(-5, 5) | st.text(max_size=5)
JSON = st.recursive(
    SMALL, lambda part: st.lists(part, max_size=3) | st.dictionaries(st.text(max_size=8), part, max_size=3)
)
WHEN = {"asked_at": None, "by_at": None, "include_inside": False}


def _value(name, value):
    return {"id": name, "property": "data", "value": value}


@pytest.fixture(scope="module")
def client(worker_demo_url, signed_in):
    client = signed_in(worker_demo_url, "planner").client(assemble(known(), worker_demo_url))
    client.get("/_dash-dependencies")
    return client


@pytest.fixture(scope="module")
def call(client):
    """Return a body as the page sends it: what the popovers refuse, of four empty stores."""
    rows = client.get("/_dash-dependencies").json
    row = next(row for row in rows if "area-refused.children" in row["output"])
    names = row["output"].strip(".").split("...")
    outputs = [dict(zip(("id", "property"), name.split("."), strict=True)) for name in names]
    stores = {
        "area": {"shape": None, "origin": "", "label": ""},
        "closures": {"items": []},
        "needs": {"items": [], "shown": 0},
        "when": WHEN,
        "travel": {"asked": {}},
    }
    values = [_value(one["id"], stores.get(one["id"])) for one in row["inputs"]]
    return {"output": row["output"], "outputs": outputs, "inputs": values, "changedPropIds": ["area.data"]}


def test_what_the_page_sends_is_answered(client, call):
    assert client.post(PATH, json=call).status_code == 200


@pytest.mark.parametrize(
    "body", ["[]", "null", "7", '"x"', "{}", "{", "", '{"output":"gone.children"}', "[" * 100_000]
)
def test_a_body_that_is_no_call_is_refused_in_words(client, body):
    answer = client.post(PATH, data=body, content_type="application/json")
    assert answer.status_code == 400
    assert answer.json["todo"] == "load the page again"


@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
@pytest.mark.asvs("2.2.2")
def test_a_call_with_one_part_made_by_hand_is_never_a_fault_of_ours(client, call, data):
    body = copy.deepcopy(call)
    place = data.draw(st.sampled_from(["whole", *body, "row", "field"]))
    rubbish = data.draw(JSON)
    if place == "whole":
        body = rubbish
    elif place in body:
        body[place] = rubbish
    else:
        row = data.draw(st.sampled_from(body["inputs"]))
        row[data.draw(st.sampled_from(["id", "property", "value"]))] = rubbish
    answer = client.post(PATH, data=json.dumps(body), content_type="application/json")
    assert answer.status_code < 500, body


@pytest.mark.parametrize(
    ("name", "field", "value"), [("area", "shape", 7), ("needs", "items", 5), ("when", "by_at", [])]
)
@pytest.mark.asvs("2.2.1")
def test_a_store_of_another_shape_is_refused(client, call, name, field, value):
    body = copy.deepcopy(call)
    row = next(row for row in body["inputs"] if row["id"] == name)
    row["value"][field] = value
    answer = client.post(PATH, json=body)
    assert answer.status_code == 400
    assert name in answer.json["given"]


def _look(*, asked=None, named=None):
    """Return the call of a look at a contact, with other ids than the page has."""
    own = {"type": "contact", "provider": "x"}
    return {
        "output": '{"provider":["MATCH"],"type":"contact"}.children',
        "outputs": {"id": named or own, "property": "children"},
        "inputs": [{"id": asked or {**own, "type": "look"}, "property": "n_clicks", "value": None}],
        "state": [
            {"id": {**own, "type": "purpose"}, "property": "value", "value": None},
            {"id": {**own, "type": "purpose-own"}, "property": "value", "value": None},
            _value("saved", None),
        ],
        "changedPropIds": [],
    }


@pytest.mark.parametrize(
    "other",
    [
        {"type": "card", "provider": "x"},
        {"type": "contact"},
        {"type": "contact", "provider": ["x"]},
        {"a": 1},
    ],
)
def test_an_id_that_its_callbacks_pattern_does_not_stand_for_is_refused(client, other):
    assert client.post(PATH, json=_look()).status_code == 200
    assert client.post(PATH, json=_look(named=other)).status_code == 400
    assert client.post(PATH, json=_look(asked=other)).status_code == 400


@pytest.mark.parametrize("name", ["nobody/a.js", "dash/a.js", "dash/..%2f..%2fx.js"])
def test_a_script_that_no_library_has_is_not_there(client, name):
    assert client.get(f"/_dash-component-suites/{name}").status_code == 404
