"""What a browser posts to a callback, checked before Dash reads it: a body made by hand is refused, not a fault of ours."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from flask import request

from web.wall.calls import foreign_call, posted_json, read_call

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dash import Dash
    from flask import Flask

PATH: Final = "/_dash-update-component"

TEXT: Final = (str, type(None))
STORES: Final[Mapping[str, Mapping[str, type | tuple[type, ...]]]] = {
    "area": {"shape": (dict, type(None)), "origin": str, "label": str},
    "closures": {"items": list},
    "needs": {"items": list, "shown": int},
    "when": {"asked_at": TEXT, "by_at": TEXT, "include_inside": bool},
    "travel": {"asked": dict},
}
"""What each store of a question holds at least; what is inside is read, and refused, where it is used."""

OTHERS: Final[Mapping[str, Mapping[str, type | tuple[type, ...]]]] = {
    "saved": {"id": str, "key": str},
    "about": {"incident": TEXT, "same": bool, "counties": list},
    "told": {"words": str, "key": str},
    "coverage-asked": {"search": str},
}
"""What the page's other stores hold where they hold anything."""


def refuse_foreign_bodies(server: Flask, app: Dash) -> None:
    """Refuse every body posted to a callback that the page's own script cannot have sent."""

    def check() -> None:
        if request.path == PATH and request.method == "POST":
            check_body(posted_json(), app.callback_map)

    server.before_request(check)


def check_body(body: object, callbacks: Mapping[str, Mapping[str, Any]]) -> None:
    """Refuse a body that is no call of one of `callbacks` with the inputs it was registered with.

    Raises
    ------
    WebError
        The body is of another shape.
    """
    call, output = read_call(body, callbacks)
    known = callbacks[output]
    for part in ("inputs", "state"):
        _check_values(call.get(part, []), known[part], part)
    if not _is_output(call.get("outputs"), output):
        raise foreign_call("outputs that are not the callback's own")
    changed = call.get("changedPropIds", [])
    if not isinstance(changed, list) or not all(isinstance(name, str) for name in changed):
        raise foreign_call("changes without names")


def _check_values(given: object, wanted: list[dict[str, Any]], part: str) -> None:
    if not isinstance(given, list) or len(given) != len(wanted):
        raise foreign_call(f"{part} that are not the callback's own")
    for row, known in zip(given, wanted, strict=True):
        pattern = known["id"].startswith("{")
        rows = row if pattern and isinstance(row, list) else [row]
        for one in rows:
            if not isinstance(one, dict) or one.get("property") != known["property"]:
                raise foreign_call(f"{part} that are not the callback's own")
            if not (_fits(one.get("id"), known["id"]) if pattern else one.get("id") == known["id"]):
                raise foreign_call(f"{part} of another component")
            if one["property"] == "data" and not pattern:
                _check_store(one["id"], one.get("value"))


def _check_store(name: str, value: object) -> None:
    """Refuse a store that holds something else than its page keeps there."""
    if name == "shown":
        if value is not None:
            for store, fields in STORES.items():
                _check_fields(store, value.get(store) if isinstance(value, dict) else None, fields)
    elif name in STORES:
        _check_fields(name, value, STORES[name])
    elif name in OTHERS and value is not None:
        _check_fields(name, value, OTHERS[name])


def _check_fields(store: str, content: object, fields: Mapping[str, type | tuple[type, ...]]) -> None:
    if not isinstance(content, dict):
        raise foreign_call(f"a store {store!r} that is no object")
    for field, kinds in fields.items():
        if not isinstance(content.get(field), kinds):
            raise foreign_call(f"{field!r} of the store {store!r}")


def _is_output(outputs: object, named: str) -> bool:
    """Return whether some outputs are those that a callback names; a pattern's name the parts that it matches."""
    if named.startswith("{"):
        pattern, _, of = named.rpartition(".")
        return (
            isinstance(outputs, dict) and outputs.get("property") == of and _fits(outputs.get("id"), pattern)
        )
    return _outputs_named(outputs) == named


def _fits(given: object, pattern: str) -> bool:
    """Return whether an id is one of those that a pattern stands for: its own words, and a word or number for the rest."""
    known = json.loads(pattern)
    return (
        isinstance(given, dict)
        and set(given) == set(known)
        and all(
            isinstance(part, str | int | float) if isinstance(known[name], list) else part == known[name]
            for name, part in given.items()
        )
    )


def _outputs_named(outputs: object) -> str | None:
    """Return the name that Dash gives to some outputs; None for what are none."""
    rows = outputs if isinstance(outputs, list) else [outputs]
    names = []
    for row in rows:
        if not isinstance(row, dict):
            return None
        names.append(f"{row.get('id')}.{row.get('property')}")
    return f"..{'...'.join(names)}.." if isinstance(outputs, list) else names[0]
