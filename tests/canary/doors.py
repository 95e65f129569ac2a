"""The doors through which a contact may be asked for, each used as its own client uses it."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

from typer.testing import CliRunner

from cli.main import commands
from cli.token_file import keep
from tests.dashboard.reading import UPDATE

PURPOSE = "Ask for what this incident needs"


def callbacks(client):
    """Return every callback that the server answers, as the browser is told of them."""
    return [each for each in client.get("/_dash-dependencies").json if not each["clientside_function"]]


def look_on_page(client, known, incident, provider):
    """Return the answer to the button of a card on the page of a saved incident."""
    (look,) = (each for each in known if '"type":"contact"' in each["output"])
    values = {"saved": {"id": incident, "key": ""}, "purpose": PURPOSE}
    asked = body(look, values, {"type": "look", "provider": provider}, {"provider": provider})
    return client.post(UPDATE, json=asked)


def look_by_rest(client, incident, provider):
    """Return the answer to a look asked for over REST, by the session that the client holds."""
    asked = {"incident_id": incident, "provider_id": provider, "purpose": PURPOSE}
    return client.post("/api/v1/looks", json=asked)


def command(secret, *words):
    """Return what a command prints and raises for whoever holds the token."""
    keep(secret or "nobody")
    done = CliRunner().invoke(commands, list(words))
    return f"{done.output}\n{done.exception or ''}"


def command_with_files(secret, line, ids):
    """Return what a command prints and raises, and what is in the files that it wrote."""
    with tempfile.TemporaryDirectory() as folder:
        places = {"file": f"{folder}/made", "folder": folder, **ids}
        said = command(secret, *(word.format(**places) for word in line.split()))
        files = sorted(each for each in Path(folder).rglob("*") if each.is_file())
        return said, *(each.read_bytes().decode("utf-8", "replace") for each in files)


def button_of(known, at, ids, other):
    """Return what is pressed so that a callback is called: a button with ids in its places, or an input's name."""
    if not known["inputs"]:
        return None
    buttons = [json.loads(each["id"]) for each in known["inputs"] if each["id"].startswith("{")]
    if buttons:
        return {name: ids.get(name, other) for name in buttons[0]} | {"type": buttons[0]["type"]}
    return known["inputs"][at % len(known["inputs"])]["id"]


def body(known, values, pressed=None, matched=None):
    """Return a callback's body: what is pressed was pressed once, and a place left open is what `matched` says."""
    matched = matched or {}
    outputs = [
        {"id": _filled(name, matched), "property": prop}
        for name, _, prop in (each.rpartition(".") for each in known["output"].strip(".").split("..."))
    ]
    key = json.dumps(pressed, sort_keys=True, separators=(",", ":")) if isinstance(pressed, dict) else pressed
    return {
        "output": known["output"],
        "outputs": outputs if known["output"].startswith("..") else outputs[0],
        "inputs": [_told(each, values, pressed, matched) for each in known["inputs"]],
        "state": [_told(each, values, pressed, matched) for each in known["state"]],
        "changedPropIds": [f"{key}.n_clicks"] if pressed else [],
    }


def _filled(name, matched):
    """Return a component's id; each place that a pattern leaves open is what `matched` says."""
    if not name.startswith("{"):
        return name
    places = json.loads(name).items()
    return {place: matched.get(place, "x") if isinstance(each, list) else each for place, each in places}


def _told(known, values, pressed, matched):
    """Return one input of a callback with its value."""
    name, prop = known["id"], known["property"]
    if not name.startswith("{"):
        clicked = name == pressed and prop == "n_clicks"
        value = 1 if clicked else values.get(f"{name}.{prop}", values.get(name))
        return {"id": name, "property": prop, "value": value}
    left_open = json.loads(name)
    if isinstance(pressed, dict) and pressed["type"] == left_open["type"]:
        one = {"id": pressed, "property": prop, "value": 1}
    else:
        one = {"id": _filled(name, matched), "property": prop, "value": values.get(left_open["type"])}
    return [one] if ["ALL"] in left_open.values() else one
