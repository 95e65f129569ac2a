"""Who acts in the tests of trust, and the acts that most of them need."""

from __future__ import annotations

import hashlib
import uuid
from datetime import UTC, datetime, timedelta

import shapely

from geo.areas import IncidentArea
from registry.db.engine import session_scope
from registry.incidents.store import save_incident
from registry.people.principal import Appointment, Principal
from registry.people.tables import AccountRow, AppointmentRow, SessionRow
from registry.trust import declarations

HOUR = timedelta(hours=1)
JASPER, CASS = "29097", "29037"
"""The two counties of `tests.registry.hand`, side by side: from -94.6 and from -93.6, each one degree wide."""

IN_JASPER = IncidentArea(shapely.MultiPolygon([shapely.box(-94.5, 37.1, -94.3, 37.2)]), "drawn")
IN_CASS = IncidentArea(shapely.MultiPolygon([shapely.box(-93.5, 37.1, -93.3, 37.2)]), "drawn")
ALL_OF_JASPER = IncidentArea(shapely.MultiPolygon([shapely.box(-94.6, 37.0, -93.6, 37.5)]), "counties")


def _person(number, role, name):
    return Principal(
        account_id=f"00000000-0000-4000-8000-{number:012}",
        session_id=f"00000000-0000-4000-9000-{number:012}",
        name=name,
        appointments=(Appointment(role=role),),
        proved_at=datetime.now(UTC),
    )


FIRST, SECOND = _person(1, "declarer", "First Declarer"), _person(2, "declarer", "Second Declarer")
PLANNER = _person(3, "planner", "R. Example")
CHIEF = _person(4, "administrator", "Chief")
STAFF = (FIRST, SECOND, PLANNER, CHIEF)


def hire(session):
    """Keep the whole staff, each in one live session."""
    for who in STAFF:
        install(session, who)


def install(session, who):
    """Keep an account in one live session as `people` has it."""
    session.add(AccountRow(id=who.account_id, name=f"person-{who.account_id}", full_name=who.name))
    session.flush()
    session.add_all(
        AppointmentRow(
            account_id=who.account_id,
            role=held.role,
            region=held.region,
            counties=sorted(held.counties) if held.role == "local" else [],
            sector=held.sector,
            provider_id=held.provider_id,
        )
        for held in who.appointments
    )
    session.add(
        SessionRow(
            id=who.session_id,
            account_id=who.account_id,
            secret_hash=hashlib.sha256(who.session_id.encode()).digest(),
            kind="browser",
            method="passkey",
            actions=None if who.actions is None else sorted(who.actions),
            proved_at=now(),
            expires_at=now() + timedelta(days=1),
        )
    )
    session.flush()


def somebody(url, role, *, actions=None, **scope):
    """Return a new account with one role, signed in."""
    who = Principal(
        account_id=str(uuid.uuid4()),
        session_id=str(uuid.uuid4()),
        name="S. Body",
        appointments=(Appointment(role=role, **scope),),
        proved_at=now(),
        actions=actions,
    )
    with session_scope(url) as session:
        install(session, who)
    return who


def now():
    return datetime.now(UTC)


def act(url, who, verb, *arguments, **given):
    """Return what one act returned, in a transaction of its own."""
    with session_scope(url, principal=who) as session:
        return verb(session, who, *arguments, **given)


def record(url, who=FIRST, **given):
    said = {
        "instrument": "proclamation",
        "number": "26-07",
        "authority": "Governor of Missouri",
        "counties": [JASPER],
        "starts_at": now() - HOUR,
        "ends_at": None,
        **given,
    }
    return act(url, who, declarations.record, **said)


def declare(url, first=FIRST, second=SECOND, **given):
    """Return the id of a declaration that one recorded and another confirmed."""
    made = record(url, first, **given)
    act(url, second, declarations.confirm, made)
    return made


def incident(url, area=IN_JASPER, needs=("generator:4",)):
    with session_scope(url) as session:
        return save_incident(
            session, name="Tornado", kind="tornado", area=area, needs=list(needs), asked_at=now()
        )


def seen(url, who, declaration_id):
    return act(url, who, declarations.load, declaration_id)
