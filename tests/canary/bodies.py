"""Bodies for the REST door, made up from the schemas of its own routes: most can be read, some cannot."""

from __future__ import annotations

import functools

from hypothesis import strategies as st

from tests.canary.house import CLAY, JASPER
from web.api.table import ROUTES

ID = "?"
"""Before the name of a place that an id belongs in; whoever asks puts one there."""

PLAIN = ("Ask for what this incident needs", "generator:10", "car", "auditor", "Canary", "", "\x1b[31m")
BY_NAME = {route.name: route for route in ROUTES}
AT = ("2026-11-22T18:00:00Z", "2031-01-01T00:00:00Z")


@functools.cache
def body_of(name):
    """Return the strategy of what a route may be sent: what it takes, less or more than that, or no JSON at all."""
    route = BY_NAME[name]
    if route.takes is None:
        return st.none()
    schema = route.takes.model_json_schema()
    fits = _fits(schema, schema.get("$defs", {}))
    torn = st.builds(lambda body, name: {**body, name: None}, fits, st.sampled_from(PLAIN))
    return st.one_of(fits, fits, fits, torn, st.sampled_from(["{", [], 7]))


def filled(body, ids):
    """Return a body with an id in each of its places, by the name of the place."""
    if isinstance(body, dict):
        return {name: filled(each, ids) for name, each in body.items()}
    if isinstance(body, list):
        return [filled(each, ids) for each in body]
    return ids(body.removeprefix(ID)) if isinstance(body, str) and body.startswith(ID) else body


def _fits(schema, named, name=""):
    """Return the strategy of what a schema takes; a place called by a pattern of ids gets the mark of one."""
    if "$ref" in schema:
        return _fits(named[schema["$ref"].rpartition("/")[2]], named, name)
    several = schema.get("anyOf") or schema.get("oneOf")
    if several:
        return st.one_of(*(_fits(each, named, name) for each in several))
    if "const" in schema or "enum" in schema:
        return st.sampled_from(schema.get("enum") or [schema["const"]])
    if "type" not in schema:
        return st.sampled_from(PLAIN)
    made = {
        "object": _object,
        "array": _array,
        "string": _string,
        "boolean": lambda *_: st.booleans(),
        "integer": lambda *_: st.integers(0, 60),
        "number": lambda *_: st.sampled_from([37.15, -94.4, 5.0]),
        "null": lambda *_: st.none(),
    }
    return made[schema["type"]](schema, named, name)


def _object(schema, named, _name):
    """Return the strategy of an object; what need not be there at times is not."""
    needed = set(schema.get("required", ()))
    parts = {key: _fits(each, named, key) for key, each in schema.get("properties", {}).items()}
    return st.fixed_dictionaries(
        {key: each for key, each in parts.items() if key in needed},
        optional={key: each for key, each in parts.items() if key not in needed},
    )


def _array(schema, named, name):
    """Return the strategy of a list of at most two."""
    least = schema.get("minItems", 0)
    return st.lists(_fits(schema.get("items", {"type": "string"}), named, name), min_size=least, max_size=2)


def _string(schema, _named, name):
    """Return the strategy of words, of counties, of times and of places for an id."""
    pattern = schema.get("pattern", "")
    if pattern.startswith("^29"):
        return st.sampled_from([JASPER, CLAY])
    if pattern or name.endswith("_id"):
        return st.just(f"{ID}{name}")
    return st.sampled_from(AT if schema.get("format") == "date-time" else PLAIN)
