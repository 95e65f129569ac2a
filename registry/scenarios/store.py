"""Scenarios in and out of the database, as far as whoever asks may make and read them.

One that is withheld from an account is not there for it: see `registry.scenarios.withheld`.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import UTC
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, or_, select

from registry.errors import NotThereError
from registry.people.access import require
from registry.scenarios.tables import ScenarioRow
from registry.scenarios.withheld import withheld
from registry.wording import uuid_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from registry.db.engine import Session
    from registry.people.principal import Principal

READ, EDIT = "scenario.read", "scenario.edit"
"""The actions that read and make scenarios."""


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """One scenario as it is kept.

    Parameters
    ----------
    id
        Random, a UUID.
    name, author, reason
        As its patch says.
    patch
        What it changes, as plain JSON.
    snapshot_hash, network_hash
        The directory and the roads as they stood when it was made.
    parent_id
        The scenario it was made from, if any.
    made_at
        Aware UTC moment, by the database's clock.
    """

    id: str
    name: str
    author: str
    reason: str
    patch: Mapping[str, Any]
    snapshot_hash: str
    network_hash: str
    parent_id: str | None
    made_at: datetime


def keep_scenario(
    session: Session,
    principal: Principal,
    patch: Mapping[str, Any],
    *,
    snapshot_hash: str,
    network_hash: str,
) -> Scenario:
    """Return a scenario as it is kept from now on, in this transaction.

    Parameters
    ----------
    patch
        A checked patch as plain JSON, with name, author, reason and parent.
    snapshot_hash, network_hash
        What it is a patch over; both stored.

    Raises
    ------
    AccessError
        The account may not make scenarios.
    NotThereError
        There is no such parent.
    """
    require(principal, EDIT)
    parent = patch.get("parent")
    row = ScenarioRow(
        id=uuid.uuid4(),
        name=patch["name"],
        author=patch["author"],
        reason=patch["reason"],
        patch=dict(patch),
        snapshot_hash=snapshot_hash,
        network_hash=network_hash,
        parent_id=None if parent is None else _row(session, principal, parent).id,
        account_id=uuid_of(principal.account_id),
    )
    session.add(row)
    session.flush()
    session.refresh(row)
    return _scenario(row)


def load_scenario(session: Session, principal: Principal, scenario_id: str) -> Scenario:
    """Return a scenario.

    Raises
    ------
    AccessError
        The account may not read scenarios.
    NotThereError
        There is no such scenario.
    """
    require(principal, READ)
    return _scenario(_row(session, principal, scenario_id))


def list_scenarios(
    session: Session, principal: Principal, limit: int = 50, *, after: tuple[datetime, str] | None = None
) -> list[Scenario]:
    """Return the latest scenarios, the latest first.

    Parameters
    ----------
    limit
        How many at most.
    after
        Only those that follow the one made at this moment with this id; None for the first.

    Raises
    ------
    AccessError
        The account may not read scenarios.
    """
    require(principal, READ)
    hidden = [row.id for row in withheld(session, principal)]
    query = (
        select(ScenarioRow)
        .where(ScenarioRow.id.not_in(hidden))
        .order_by(ScenarioRow.made_at.desc(), ScenarioRow.id)
        .limit(limit)
    )
    if after is not None:
        made_at, last = after
        same = and_(ScenarioRow.made_at == made_at, ScenarioRow.id > uuid_of(last))
        query = query.where(or_(ScenarioRow.made_at < made_at, same))
    return [_scenario(row) for row in session.scalars(query)]


def _row(session: Session, principal: Principal, scenario_id: str) -> ScenarioRow:
    known = uuid_of(scenario_id)
    row = None if known is None else session.get(ScenarioRow, known)
    if row is None or row in withheld(session, principal):
        raise NotThereError(
            "There is no such scenario",
            given=repr(scenario_id[:60]),
            wanted="the id of a scenario",
            todo="take the id from `merr scenario list`",
        )
    return row


def _scenario(row: ScenarioRow) -> Scenario:
    return Scenario(
        id=str(row.id),
        name=row.name,
        author=row.author,
        reason=row.reason,
        patch=row.patch,
        snapshot_hash=row.snapshot_hash,
        network_hash=row.network_hash,
        parent_id=None if row.parent_id is None else str(row.parent_id),
        made_at=row.made_at.astimezone(UTC),
    )
