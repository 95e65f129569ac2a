"""Tokens for programs and the command line: made by their owner for some actions and some days, and revoked."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from registry.errors import RegistryError
from registry.people.access import ACCESS, Target, may_somewhere, require
from registry.people.acts import note
from registry.people.holding import held_enabled
from registry.people.proof import require_fresh
from registry.people.sessions import OpenSession, begin, end, open_sessions
from registry.wording import storable

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy.orm import Session

    from registry.people.principal import Principal

MOST_DAYS: Final = 90
MOST_LABEL_CHARS: Final = 80


def make(
    session: Session, principal: Principal, label: str, actions: Collection[str], days: int
) -> tuple[str, str]:
    """Return the secret and the id of a new token; the secret is shown once.

    A token is never stepped up, and may do no more than its owner may at the moment it is used.

    Parameters
    ----------
    label
        What its owner calls it.
    actions
        Actions of the table of access that it is for; each must be one that the owner may do somewhere.
    days
        Whole days until it expires.

    Raises
    ------
    StepUpNeeded
        The session's second factor is not fresh; so no token makes another.
    RegistryError
        Label, actions or days cannot be used.
    """
    require(principal, "account.own", Target(account_id=principal.account_id))
    # Held before it is asked whether the session holds: a reset that is on its way ends it first.
    held_enabled(session, principal.account_id)
    require_fresh(session, principal)
    check(label, actions, days)
    beyond = sorted(action for action in actions if not may_somewhere(principal, action))
    if beyond:
        raise RegistryError(
            "A token cannot do more than its owner",
            given=", ".join(beyond),
            wanted="actions that your roles allow",
            todo="leave these out",
        )
    secret, token_id = begin(
        session,
        principal.account_id,
        kind="token",
        proved=False,
        method="made in a session",
        label=label.strip(),
        actions=actions,
        lasts=timedelta(days=days),
    )
    note(
        session,
        "token.made",
        principal,
        token=token_id,
        label=label.strip(),
        actions=sorted(actions),
        days=days,
    )
    return secret, token_id


def check(label: str, actions: Collection[str], days: int) -> None:
    """Refuse what no token can be made of.

    Raises
    ------
    RegistryError
        The label is blank or too long, an action is none, there is none, or the days are too many or too few.
    """
    if not label.strip() or len(label) > MOST_LABEL_CHARS or not storable(label):
        raise _refused("The label cannot be used", repr(label[:60]), f"1 to {MOST_LABEL_CHARS} characters")
    strange = sorted(set(actions) - set(ACCESS))
    if strange or not actions:
        raise _refused(
            "These are no actions", ", ".join(map(repr, strange)) or "none", "actions of docs/access.md"
        )
    if not 1 <= days <= MOST_DAYS:
        raise _refused("A token cannot hold so long", f"{days} days", f"1 to {MOST_DAYS} days")


def tokens_of(session: Session, principal: Principal) -> tuple[OpenSession, ...]:
    """Return the principal's own live tokens, the one used last first."""
    return tuple(one for one in open_sessions(session, principal.account_id) if one.kind == "token")


def revoke(session: Session, principal: Principal, token_id: str) -> None:
    """End one of the principal's own tokens; it is refused from its next request on.

    Raises
    ------
    RegistryError
        The principal has no live token of that id.
    """
    if token_id not in [one.id for one in tokens_of(session, principal)]:
        raise _refused("There is no such token", repr(token_id), "one of your own that holds")
    end(session, token_id, "revoked")
    note(session, "token.revoked", principal, token=token_id)


def _refused(title: str, given: str, wanted: str) -> RegistryError:
    return RegistryError(title, given=given, wanted=wanted, todo="give such a one")
