"""Why a look was refused, and what would open the door, in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, get_args

from registry.errors import RegistryError
from registry.wording import moment_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from registry.trust.declaration import Declaration

Reason = Literal[
    "signed_out",
    "token",
    "role",
    "incident",
    "jurisdiction",
    "purpose",
    "closed",
    "declaration",
    "ranked",
    "asset",
    "limit",
]
"""Why `trust.disclose` refused, in the order in which it looks."""

REASONS: Final[tuple[Reason, ...]] = get_args(Reason)

PURPOSE_LIMIT: Final = 400
"""Longest purpose of a look, in characters."""


class DisclosureRefused(RegistryError):  # noqa: N818 - an answer to the user, not a fault of the program
    """A look that was refused; `event` is the seq of the audit's event that says so."""

    def __init__(
        self,
        title: str,
        *,
        given: str,
        wanted: str,
        todo: str,
        reason: Reason = "declaration",
        event: int = 0,
    ) -> None:
        super().__init__(title, given=given, wanted=wanted, todo=todo)
        self.reason = reason
        self.event = event


@dataclass(frozen=True, kw_only=True)
class Circumstances:
    """What surrounds a refused look: the incident's counties by name, declarations that name one, the hourly limit."""

    counties: Sequence[str] = ()
    nearby: Sequence[Declaration] = ()
    looks_per_hour: int = 0


def refusal(reason: Reason, event: int, around: Circumstances) -> DisclosureRefused:
    """Return the refusal of a look for `reason`, saying what would open the door."""
    if reason == "declaration":
        title, given, wanted, todo = _closed(around)
    elif reason == "limit":
        title, given, wanted, todo = _too_many(around.looks_per_hour)
    else:
        title, given, wanted, todo = _WORDS[reason]
    return DisclosureRefused(title, given=given, wanted=wanted, todo=todo, reason=reason, event=event)


_WORDS: Final[dict[Reason, tuple[str, str, str, str]]] = {
    "signed_out": (
        "You are signed out",
        "a session that has ended",
        "a session that holds, of an enabled account",
        "sign in again",
    ),
    "token": (
        "This token opens no contacts",
        "a token made for other actions",
        "a token made for looking at contacts",
        "sign in by `merr login`, or make a token that may",
    ),
    "role": (
        "Your role opens no contacts",
        "an account that is no planner, regional coordinator or local emergency manager",
        "SEMA planner, or Regional coordinator or Local emergency manager for the incident's counties",
        "ask somebody who holds such a role",
    ),
    "incident": (
        "There is no such incident",
        "an incident that is not saved",
        "the id of a saved incident",
        "save the incident, then look again",
    ),
    "jurisdiction": (
        "This incident lies outside your jurisdiction",
        "an incident whose area touches none of your counties",
        "an incident in a county of your own",
        "ask a SEMA planner",
    ),
    "purpose": (
        "A look needs a purpose",
        "no purpose, or one that says nothing",
        f"why you look, in a few words, at most {PURPOSE_LIMIT} characters",
        "say what the company is to be asked, such as: generators for the hospital",
    ),
    "closed": (
        "This incident is closed",
        "an incident that somebody closed",
        "an open incident: a closed one opens no contacts, as an ended declaration does not",
        "reopen the incident, then look again",
    ),
    "ranked": (
        "This company was not ranked for the incident",
        "a company in no ranking of the incident's needs",
        "a company that a ranking of this incident lists",
        "rank the incident's need anew, and choose a company from the list",
    ),
    "asset": (
        "This company has nothing available that the incident needs",
        "a company without an available asset of a kind needed",
        "an available asset of a kind that one of the incident's needs asks for",
        "rank again: the company or the need has changed meanwhile",
    ),
}


def _closed(around: Circumstances) -> tuple[str, str, str, str]:
    """Return the words for contacts that no declaration opens, naming the nearest that could."""
    if not around.counties:
        return (
            "Contacts are closed",
            "an incident without an area",
            "an area that reaches into a county under a declaration",
            "draw the incident's area and save it",
        )
    where = _listed(around.counties)
    for state, todo in (
        ("waiting", "ask a declarer other than the one who recorded {title} to confirm it"),
        ("not_yet", "look again when {title} is in force: from {start}, Central time"),
    ):
        for act in around.nearby:
            if act.state == state:
                told = todo.format(title=act.title, start=moment_words(act.starts_at))
                return "Contacts are closed", _standing(act, where), _WANTED, told
    past = [act for act in around.nearby if act.state in {"over", "ended"}]
    given = _standing(past[0], where) if past else f"no declaration for {where}"
    return (
        "Contacts are closed",
        given,
        _WANTED,
        "ask a declarer to record the declaration, and another to confirm it",
    )


_WANTED: Final = "a declaration in force, confirmed by a second person, for a county of the incident's area"


def _standing(act: Declaration, where: str) -> str:
    """Return how a declaration stands that does not open the contacts of `where`."""
    words = {
        "waiting": "waits for confirmation",
        "not_yet": "is not yet in force",
        "over": f"was over at {moment_words(act.ends_at)}, Central time" if act.ends_at else "is over",
        "ended": f"was ended at {moment_words(act.ended_at)}, Central time" if act.ended_at else "was ended",
    }
    return f"{act.title}, which names {where}, {words[act.state]}"


def _too_many(looks_per_hour: int) -> tuple[str, str, str, str]:
    return (
        "You have looked at as many contacts as one person may within an hour",
        f"{looks_per_hour} looks within the last hour",
        f"at most {looks_per_hour} an hour",
        "wait until the first of them is an hour ago, or ask a colleague or an administrator",
    )


def _listed(names: Sequence[str]) -> str:
    """Return counties in a sentence, at most three by name."""
    shown, more = list(names[:3]), len(names) - 3
    if more > 0:
        return f"{', '.join(shown)} and {more} more"
    return f"{', '.join(shown[:-1])} and {shown[-1]}" if len(shown) > 1 else shown[0]
