"""A page as its reader has it: its words in order, its links, what it holds; and its callbacks as the browser calls them."""

from __future__ import annotations

import json

from plotly.utils import PlotlyJSONEncoder

UPDATE = "/_dash-update-component"


def tree(component):
    """Return a component as the browser gets it."""
    return json.loads(json.dumps(component, cls=PlotlyJSONEncoder))


def nodes(component):
    """Yield every component of a page, depth first."""
    if isinstance(component, list | tuple):
        for each in component:
            yield from nodes(each)
    elif isinstance(component, dict) and "props" in component:
        yield component
        yield from nodes(component["props"].get("children"))
    elif component is not None and not isinstance(component, dict | str | int | float | bool):
        yield from nodes(tree(component))


def words(component):
    """Return all words of a page, with one blank between two components; labels of fields are among them."""
    if isinstance(component, str | int | float):
        return str(component)
    if isinstance(component, list | tuple):
        return " ".join(filter(None, map(words, component)))
    if component is None or isinstance(component, bool):
        return ""
    props = (component if isinstance(component, dict) else tree(component)).get("props", {})
    return " ".join(filter(None, (words(props.get(name)) for name in ("label", "description", "children"))))


def links(component):
    """Return the addresses that a page leads to."""
    return [node["props"]["href"] for node in nodes(tree(component)) if node["props"].get("href")]


def found(component, name):
    """Return the properties of the component with that id, or those whose id is of that type."""
    several = [node["props"] for node in nodes(tree(component)) if _named(node["props"].get("id"), name)]
    return several[0] if several else None


def _named(given, name):
    return given.get("type") == name if isinstance(given, dict) else given == name


def call(client, output, values, pressed=None):
    """Return the answer of the callback with that output, called with values by component or `component.property`.

    `pressed` is the id of what was clicked, or the `component.property` that changed; of a component with a pattern the value is a list of ids and values.
    """
    known = next(
        each
        for each in client.get("/_dash-dependencies").json
        if output in each["output"].strip(".").split("...") and not each["clientside_function"]
    )
    body = {
        "output": known["output"],
        "outputs": _outputs(known["output"]),
        "inputs": [_given(each, values, pressed) for each in known["inputs"]],
        "state": [_given(each, values, pressed) for each in known["state"]],
        "changedPropIds": [_changed(pressed)] if pressed else [],
    }
    return client.post(UPDATE, json=body)


def answered(response, name, prop):
    """Return what a callback's answer puts into one property; None when it leaves it as it was."""
    assert response.status_code in (200, 204), response.text
    if response.status_code == 204:
        return None
    return response.json["response"].get(name, {}).get(prop)


def opened(client, path, search=""):
    """Return the page at an address, as the frame is given it."""
    answer = call(client, "page-slot.children", {"url.pathname": path, "url.search": search})
    return answered(answer, "page-slot", "children")


def _key(identity):
    return (
        json.dumps(identity, sort_keys=True, separators=(",", ":"))
        if isinstance(identity, dict)
        else identity
    )


def _changed(pressed):
    return pressed if isinstance(pressed, str) and "." in pressed else f"{_key(pressed)}.n_clicks"


def _outputs(output):
    if not output.startswith(".."):
        name, _, prop = output.rpartition(".")
        return {"id": name, "property": prop}
    rows = [name.rpartition(".") for name in output.strip(".").split("...")]
    return [{"id": name, "property": prop} for name, _, prop in rows]


def _given(known, values, pressed):
    name, prop = known["id"], known["property"]
    if not name.startswith("{"):
        if name == pressed and prop == "n_clicks":
            return {"id": name, "property": prop, "value": 1}
        value = values.get(f"{name}.{prop}", values.get(name))
        return {"id": name, "property": prop, "value": value}
    kind = json.loads(name)["type"]
    if isinstance(pressed, dict) and pressed["type"] == kind and kind not in values:
        return [{"id": pressed, "property": prop, "value": 1}]
    return [{"id": identity, "property": prop, "value": value} for identity, value in values.get(kind, [])]
