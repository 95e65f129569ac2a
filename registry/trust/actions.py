"""What an event of the audit can say was done: one table, code to sentence, that all screens use.

A sentence goes on after a name: `A. Reyes` `opened a company's contact`. Whoever records something new adds its line.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

LOOK: Final = "look"
"""One disclosure of one provider: the action that a company sees on its page, and that limits count."""

LOOK_REFUSED: Final = "look.refused"

ACTIONS: Final[Mapping[str, str]] = {
    "sign_in": "signed in",
    "sign_in.refused": "was refused at sign-in",
    "sign_out": "signed out",
    "step_up": "proved a second factor anew",
    "step_up.refused": "was refused when proving a second factor",
    "session.ended": "had a session ended",
    "token.made": "made a token for the command line or a program",
    "token.revoked": "revoked a token",
    "authenticator.added": "added a way to prove who they are",
    "authenticator.removed": "removed a way to prove who they are",
    "password.changed": "changed a password",
    "account.made": "made an account",
    "account.changed": "changed an account",
    "account.disabled": "disabled an account",
    "account.enabled": "enabled an account",
    "appointment.made": "appointed an account to a role",
    "appointment.ended": "took a role from an account",
    "declaration.recorded": "recorded a declaration",
    "declaration.confirmed": "confirmed a declaration",
    "declaration.extended": "extended a declaration",
    "declaration.ended": "ended a declaration",
    "waiver.recorded": "recorded a motor-carrier waiver",
    "incident.saved": "saved an incident",
    "incident.changed": "changed an incident",
    "incident.closed": "closed an incident",
    "incident.reopened": "reopened an incident",
    LOOK: "opened a company's contact",
    LOOK_REFUSED: "asked for a company's contact and was refused",
    "names.opened": "saw the names and places of an answer",
    "answer.exported": "exported an answer",
    "provider.shown": "changed what is shown of a company before a declaration",
    "audit.verified": "verified the audit's chain",
    "rules.set": "changed a rule",
    "records.reviewed": "reviewed a record",
    "records.exported": "exported what a records request would get",
}
"""Action code to sentence."""


def sentence(action: str) -> str:
    """Return what was done, in words; the code itself for one that a later release recorded."""
    return ACTIONS.get(action, action)
