"""Who may knock where: the class of every route and of every callback, without which the server does not start.

A class is `OPEN` (at most six), `SIGNED_IN`, or an action of `registry.people.access.TABLE`. It stands as a
marker on the view or the callback (`@open_to_all`, `@signed_in`, `@for_action("incident.read")`); for views that are
not ours, such as Dash's, `assign` says it by endpoint.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypeVar

from registry.people.access import ACCESS
from web.errors import WebError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from flask import Flask

    Marked = TypeVar("Marked", bound=Callable[..., Any])

OPEN: Final = "open to all"
SIGNED_IN: Final = "signed in"
BY_CALLBACK: Final = "as the callback it names"
"""The class of the one route behind which every callback stands."""

MOST_OPEN: Final = 6
"""Routes, each with one method, that may be open to all."""

MARK: Final = "merr_class"
ASSIGNED: Final = "merr.assigned"
CLASSES: Final = "merr.classes"


@dataclass(frozen=True)
class Classes:
    """The class of each endpoint, and of each callback by its output as the browser names it."""

    endpoints: Mapping[str, str]
    callbacks: Mapping[str, str]


def open_to_all(view: Marked) -> Marked:
    """Return the view, marked as one that anybody may ask."""
    return _marked(view, OPEN)


def signed_in(view: Marked) -> Marked:
    """Return the view or callback, marked as one for every account."""
    return _marked(view, SIGNED_IN)


def for_action(action: str) -> Callable[[Marked], Marked]:
    """Return the marker of a view or callback for those who may do `action` somewhere; the place is checked below.

    Raises
    ------
    KeyError
        No line of the table of access names the action.
    """
    if action not in ACCESS:
        raise KeyError(action)
    return lambda view: _marked(view, action)


def assign(app: Flask, classes: Mapping[str, str]) -> None:
    """Say the classes of endpoints whose views are not ours to mark."""
    app.extensions.setdefault(ASSIGNED, {}).update(classes)


def classify(app: Flask, callbacks: Mapping[str, Mapping[str, Any]]) -> Classes:
    """Return the class of every endpoint of `app` and of every callback, and let the gate use them.

    `callbacks` is Dash's own map; those without a function run in the browser and are never asked of the server.

    Raises
    ------
    WebError
        A route or callback has no class or an unknown one, or more than six routes are open to all.
    """
    assigned = app.extensions.get(ASSIGNED, {})
    endpoints = {
        rule.endpoint: assigned.get(rule.endpoint, getattr(app.view_functions.get(rule.endpoint), MARK, None))
        for rule in app.url_map.iter_rules()
    }
    served = {output: known["callback"] for output, known in callbacks.items() if "callback" in known}
    actions = {output: getattr(function, MARK, None) for output, function in served.items()}
    _refuse_unclassified({**endpoints, **{f"the callback {name}": found for name, found in actions.items()}})
    opened = sorted(
        f"{method} {rule.rule}"
        for rule in app.url_map.iter_rules()
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
        if endpoints[rule.endpoint] == OPEN
    )
    if len(opened) > MOST_OPEN:
        raise WebError(
            "More is open to all than may be",
            given=", ".join(opened),
            wanted=f"at most {MOST_OPEN} routes by one method each",
            todo="mark one of them as for those who are signed in, or for an action",
        )
    found = Classes(_known(endpoints), _known(actions))
    app.extensions[CLASSES] = found
    return found


def _refuse_unclassified(classes: Mapping[str, str | None]) -> None:
    known = {OPEN, SIGNED_IN, BY_CALLBACK, *ACCESS}
    missing = [name for name, given in classes.items() if given not in known]
    if missing:
        raise WebError(
            "The server does not start: nobody said who may use a part of it",
            given=", ".join(missing),
            wanted="a class for each route and callback",
            todo="mark it with @open_to_all, @signed_in or @for_action of web.wall.classes",
        )


def _known(classes: Mapping[str, str | None]) -> dict[str, str]:
    return {name: given for name, given in classes.items() if given is not None}


def _marked(view: Marked, given: str) -> Marked:
    setattr(view, MARK, given)
    return view
