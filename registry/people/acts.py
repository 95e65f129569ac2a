"""Events of people: who did what to which account, in the words of the audit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from registry.trust.events import record

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from registry.people.principal import Principal


def note(session: Session, action: str, principal: Principal | None, **detail: object) -> None:
    """Record that `principal` (None: the operator) did something. The last act of a transaction."""
    if principal is None:
        record(session, action, detail=detail)
    else:
        record(
            session,
            action,
            detail=detail,
            account_id=principal.account_id,
            session_id=principal.session_id,
        )
