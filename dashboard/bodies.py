"""What a browser posts to a callback, checked before Dash reads it: a body made by hand is refused, not a fault of ours."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from flask import request

from web.wall.calls import foreign_call, read_call

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
"""What each store of a page holds at least; what is inside is read, and refused, where it is used."""


def refuse_foreign_bodies(server: Flask, app: Dash) -> None:
    """Refuse every body posted to a callback that the page's own script cannot have sent."""

    def check() -> None:
        if request.path == PATH and request.method == "POST":
            check_body(request.get_json(silent=True), app.callback_map)

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
    if _outputs_named(call.get("outputs")) != output:
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
            if not isinstance(one.get("id"), dict) if pattern else one.get("id") != known["id"]:
                raise foreign_call(f"{part} of another component")
            if one["property"] == "data" and not pattern:
                _check_store(one["id"], one.get("value"))


def _check_store(name: str, value: object) -> None:
    """Refuse a store that holds something else than its page keeps there."""
    stores = STORES if name == "shown" else {name: STORES[name]} if name in STORES else {}
    if not stores or (name == "shown" and value is None):
        return
    held = value if name == "shown" else {name: value}
    for store, fields in stores.items():
        content = held.get(store) if isinstance(held, dict) else None
        if not isinstance(content, dict):
            raise foreign_call(f"a store {store!r} that is no object")
        for field, kinds in fields.items():
            if not isinstance(content.get(field), kinds):
                raise foreign_call(f"{field!r} of the store {store!r}")


def _outputs_named(outputs: object) -> str | None:
    """Return the name that Dash gives to some outputs; None for what are none."""
    rows = outputs if isinstance(outputs, list) else [outputs]
    names = []
    for row in rows:
        if not isinstance(row, dict):
            return None
        names.append(f"{row.get('id')}.{row.get('property')}")
    return f"..{'...'.join(names)}.." if isinstance(outputs, list) else names[0]
