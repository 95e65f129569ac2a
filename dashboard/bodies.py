"""What a browser posts to a callback, checked before Dash reads it: a body made by hand is refused, not a fault of ours."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from flask import request

from dashboard.values import kind_of, part_fits
from web.wall.calls import foreign_call, posted_json, read_call

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dash import Dash
    from flask import Flask

PATH: Final = "/_dash-update-component"


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
    _check_changes(call.get("changedPropIds", []), known)


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
            kind = kind_of(known["id"], known["property"])
            if kind is None or not kind(one.get("value")):
                raise foreign_call(f"what {json.dumps(one['id'])[:60]} holds as its {known['property']}")


def _check_changes(changed: object, callback: Mapping[str, Any]) -> None:
    """Refuse changes of anything but the callback's own inputs."""
    if not isinstance(changed, list) or not all(isinstance(name, str) for name in changed):
        raise foreign_call("changes without names")
    for name in changed:
        given, _, of = name.rpartition(".")
        if not any(of == row["property"] and _is_named(given, row["id"]) for row in callback["inputs"]):
            raise foreign_call(f"a change of {name[:60]!r}, which the callback does not wait for")


def _is_named(given: str, known: str) -> bool:
    """Return whether a component's id, as the browser writes it out, is a callback's own or one that its pattern means."""
    if not known.startswith("{"):
        return given == known
    try:
        return _fits(json.loads(given), known)
    except (ValueError, RecursionError):
        return False


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
            part_fits(known.get("type"), name, part) if isinstance(known[name], list) else part == known[name]
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
