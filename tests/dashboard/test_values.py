"""What inputs of callbacks may hold: every one has a kind, and what is of another kind is refused before it is read."""

from __future__ import annotations

import json

import pytest

from cli.application import assemble
from dashboard.values import kind_of, refuse_untyped
from registry.settings import settings as known
from web.errors import WebError

PATH = "/_dash-update-component"
RUBBISH = (7, 0.5, True, "x", [], ["x"], [7], {}, {"a": 1}, [[{}]], "\0", "\ud800", 10**400)
QUESTION = {
    "area": {"shape": None, "origin": "", "label": ""},
    "closures": {"items": []},
    "needs": {"items": [], "shown": 0},
    "when": {"asked_at": None, "by_at": None, "include_inside": False},
    "travel": {"asked": {}},
}
HELD = {
    **QUESTION,
    "about": {"incident": None, "same": True, "counties": []},
    "declaration-counties": [],
    "county-measure": [],
}


@pytest.fixture(scope="module")
def served(worker_demo_url, signed_in):
    """Return a client of the whole application, and its callbacks as the browser knows them."""
    client = signed_in(worker_demo_url, "planner").client(assemble(known(), worker_demo_url))
    rows = client.get("/_dash-dependencies").json
    return client, [row for row in rows if not row["clientside_function"]]


def a_body(row):
    """Return the call of a callback as a page of ours could send it, with nothing typed into any field."""

    def one(known):
        pattern = known["id"].startswith("{")
        parts = json.loads(known["id"]) if pattern else {}
        own = {name: "1" if isinstance(part, list) else part for name, part in parts.items()}
        held = {"id": own, "data": HELD.get(known["id"])}.get(known["property"])
        given = {"id": own if pattern else known["id"], "property": known["property"], "value": held}
        return [given] if '["ALL"]' in known["id"] else given

    name = row["output"]
    if name.startswith("{"):
        pattern, _, of = name.rpartition(".")
        own = {key: "1" if isinstance(part, list) else part for key, part in json.loads(pattern).items()}
        outputs = {"id": own, "property": of}
    else:
        pairs = [part.rsplit(".", 1) for part in name.removeprefix("..").removesuffix("..").split("...")]
        outputs = [{"id": of, "property": prop} for of, prop in pairs]
        outputs = outputs if name.startswith("..") else outputs[0]
    return {"output": name, "outputs": outputs, "changedPropIds": [],
            "inputs": [one(known) for known in row["inputs"]], "state": [one(known) for known in row["state"]]}  # fmt: skip


def test_an_input_of_another_kind_is_refused_and_never_a_fault_of_ours(served):
    client, rows = served
    tried = refused = 0
    for row in rows:
        for part in ("inputs", "state"):
            for place, known_input in enumerate(row[part]):
                kind = kind_of(known_input["id"], known_input["property"])
                for rubbish in RUBBISH:
                    if kind(rubbish):
                        continue
                    body = a_body(row)
                    cell = body[part][place]
                    (cell[0] if isinstance(cell, list) else cell)["value"] = rubbish
                    answer = client.post(PATH, data=json.dumps(body), content_type="application/json")
                    tried += 1
                    refused += answer.status_code == 400
                    assert answer.status_code in {400, 403}, (
                        row["output"],
                        known_input,
                        rubbish,
                        answer.text,
                    )
    assert tried > 1000
    assert refused > 500


def test_a_call_as_the_page_sends_it_is_answered(served):
    client, rows = served
    answered = 0
    for row in rows:
        answer = client.post(PATH, json=a_body(row))
        assert answer.status_code in {200, 204, 403}, (row["output"], answer.text)
        assert "our side failed" not in answer.text, row["output"]
        answered += answer.status_code != 403
    assert answered > 20


def test_a_change_that_a_callback_does_not_wait_for_is_refused(served):
    client, rows = served
    row = next(row for row in rows if "use-counties" in json.dumps(row["inputs"]))
    for name, status in (
        ("use-counties.n_clicks", 200),
        ("save-incident.n_clicks", 400),
        ("x", 400),
        ("{", 400),
    ):
        assert client.post(PATH, json={**a_body(row), "changedPropIds": [name]}).status_code == status, name


def test_a_button_whose_id_says_no_number_where_one_is_meant_is_refused(served):
    client, rows = served
    for of, name in (("within", "hours"), ("inject-remove", "number"), ("matter-add", "edge")):
        row = next(
            row
            for row in rows
            if f'"type":"{of}"' in json.dumps(row["inputs"]).replace("\\", "").replace(" ", "")
        )
        for said in ("x", "", "-1", "9" * 30, True, 0.5):
            body = a_body(row)
            (own,) = [
                cell for cell in body["inputs"] if isinstance(cell, list) and cell[0]["id"]["type"] == of
            ]
            own[0]["id"][name] = said
            answer = client.post(PATH, json=body)  # exercises are not this planner's
            assert answer.status_code in ({400} if of == "within" else {400, 403}), (of, said)


def test_a_server_with_an_input_of_no_kind_does_not_start():
    row = {"inputs": [{"id": "new-field", "property": "value"}], "state": [], "callback": print}
    with pytest.raises(WebError, match=r"new-field\.value"):
        refuse_untyped({"x.children": row})
    del row["callback"]
    refuse_untyped({"x.children": row})
