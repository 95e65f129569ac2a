"""What a company lets be seen of it before a declaration: its name, and how exactly its places."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Final

from sqlalchemy import func, select, update

from registry.directory.bulk import hold_source
from registry.directory.listing import PLACES_SHOWN
from registry.directory.tables import ProviderRow
from registry.errors import NotThereError, RegistryError
from registry.people.access import Target, require
from registry.trust import events
from registry.trust.event_tables import EventRow

if TYPE_CHECKING:
    from datetime import datetime

    from registry.db.engine import Session
    from registry.people.principal import Principal

SHOWN: Final = "provider.shown"


def show(session: Session, principal: Principal, provider_id: str, *, name: bool, place: str) -> None:
    """Set what may be seen of a provider before a declaration, by the company itself; record that it did.

    From then on no load changes either: a list somebody else keeps is not the company's word.

    Parameters
    ----------
    name
        Whether its name is seen.
    place
        What is seen of its places: `no` (the county), `zip` or `exact`.

    Raises
    ------
    AccessError
        It is not the principal's own company.
    RegistryError
        There is no such provider, or no such choice.
    """
    require(principal, "provider.show", Target(provider_id=provider_id))
    if place not in PLACES_SHOWN:
        raise RegistryError(
            "This cannot be shown of a place",
            given=repr(place),
            wanted=", ".join(PLACES_SHOWN),
            todo="choose one of these",
        )
    source = session.scalar(select(ProviderRow.source).where(ProviderRow.id == _id(provider_id)))
    if source is None:
        raise _missing(provider_id)
    hold_source(session, source)
    changed = session.scalar(
        update(ProviderRow)
        .where(ProviderRow.id == _id(provider_id))
        .values(shows_name=name, shows_place=place, shows_by_company=True, updated_at=func.clock_timestamp())
        .returning(ProviderRow.id)
    )
    if changed is None:
        raise _missing(provider_id)
    events.record(session, SHOWN, provider_id=provider_id, detail={"shows_name": name, "shows_place": place})


def last_shown(session: Session) -> datetime | None:
    """Return when a company last changed what is seen of it (aware UTC); None while none ever did.

    Whoever keeps an answer asks it: what was worked out before then may show what is closed now.
    """
    return session.scalar(select(func.max(EventRow.at)).where(EventRow.action == SHOWN))


def _id(provider_id: str) -> uuid.UUID:
    try:
        return uuid.UUID(provider_id)
    except ValueError:
        raise _missing(provider_id) from None


def _missing(provider_id: str) -> NotThereError:
    return NotThereError(
        "There is no such company",
        given=repr(provider_id[:60]),
        wanted="the id of a listed company",
        todo="choose one from the list of companies",
    )
