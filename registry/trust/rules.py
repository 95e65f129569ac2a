"""The rules of the office, in and out of the database."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select, update

from registry.people.access import require
from registry.people.proof import require_fresh
from registry.trust import events
from registry.trust.declaration_tables import RuleRow
from registry.trust.rule import RULES, RuleName, Rules, RuleValue, checked_name, checked_value

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from registry.people.principal import Principal

__all__ = ["RULES", "RuleName", "RuleValue", "Rules", "change", "in_use", "rule"]


def rule(session: Session, name: RuleName) -> RuleValue:
    """Return what one rule says now.

    Raises
    ------
    RegistryError
        There is no such rule.
    """
    known = checked_name(name)
    value: RuleValue = getattr(in_use(session), known)
    return value


def in_use(session: Session, *, held: bool = False) -> Rules:
    """Return all rules as they say now.

    With `held` nobody else changes one until the transaction ends, and who holds them already is waited for: so that
    what was compared with them is still true when they change. Only who may change them can hold them.
    """
    wanted = select(RuleRow.name, RuleRow.value).order_by(RuleRow.name)  # everybody locks in one order
    found = session.execute(wanted.with_for_update() if held else wanted)
    values: dict[str, Any] = {name: tuple(each) if isinstance(each, list) else each for name, each in found}
    return Rules(**values)


def change(session: Session, principal: Principal, name: str, value: object) -> None:
    """Let a rule say `value` from now on.

    Raises
    ------
    AccessError
        `principal` is no administrator.
    StepUpNeeded
        Its second factor is not fresh.
    RegistryError
        There is no such rule, or it cannot say that.
    """
    require(principal, "rules.set")
    require_fresh(session, principal)
    known = checked_name(name)
    settled = checked_value(known, value)
    kept = list(settled) if isinstance(settled, tuple) else settled
    session.execute(
        update(RuleRow)
        .where(RuleRow.name == known)
        .values(value=kept, set_by=uuid.UUID(principal.account_id), set_at=func.clock_timestamp())
    )
    events.record(session, "rules.set", detail={"rule": known, "value": kept})
