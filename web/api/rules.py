"""The rules of the office: how many looks an hour, who confirms, when records are due, what purposes are offered."""

from __future__ import annotations

from typing import Annotated, Any, Final

from pydantic import Field

from registry.people.access import require
from registry.trust import rules
from registry.trust.rule import BOUNDS, PURPOSE_LIMIT, PURPOSES_LIMIT
from web.api.conditions import require_state, tag_of
from web.api.route import Call, NoQuestion, Reply, Route
from web.api.values import Given, Told, Words

LEAST, MOST = 0, 1


class RulesGiven(Given):
    """All rules; a change gives them whole."""

    looks_per_hour: Annotated[
        int, Field(ge=BOUNDS["looks_per_hour"][LEAST], le=BOUNDS["looks_per_hour"][MOST])
    ]
    two_declarers: bool
    records_review_days: Annotated[
        int, Field(ge=BOUNDS["records_review_days"][LEAST], le=BOUNDS["records_review_days"][MOST])
    ]
    purposes: Annotated[
        tuple[Annotated[Words, Field(min_length=4, max_length=PURPOSE_LIMIT)], ...],
        Field(min_length=1, max_length=PURPOSES_LIMIT),
    ]


class RulesTold(Told):
    """All rules as they are in use."""

    looks_per_hour: int
    two_declarers: bool
    records_review_days: int
    purposes: tuple[str, ...]


def read(call: Call[Any, NoQuestion]) -> Reply:
    """Return the rules with the tag of their state."""
    return _read(call, held=False)


def _read(call: Call[Any, NoQuestion], *, held: bool) -> Reply:
    require(call.principal, "rules.set")
    told = RulesTold(**vars(rules.in_use(call.session, held=held)))
    return Reply(value=told, etag=tag_of(told))


def change(call: Call[RulesGiven, NoQuestion]) -> Reply:
    """Return the rules as they were changed; each that differs is one event of the audit."""
    present = _read(call, held=True)
    require_state(call.condition, present.etag or "")
    for name in rules.RULES:
        value = getattr(call.body, name)
        if value != getattr(present.value, name):
            rules.change(call.session, call.principal, name, value)
    return read(call)


ROUTES: Final = (
    Route(
        method="GET",
        path="/rules",
        action="rules.set",
        does=read,
        summary="Read the rules of the office",
        gives=RulesTold,
        tagged=True,
    ),
    Route(
        method="PUT",
        path="/rules",
        action="rules.set",
        does=change,
        summary="Change the rules of the office; they hold from then on",
        about="`looks_per_hour` is how many contacts one person may look at within an hour.",
        takes=RulesGiven,
        gives=RulesTold,
        refuses=(409,),
        conditional=True,
    ),
)
