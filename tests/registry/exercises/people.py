"""Who acts in the tests of exercises, and an exercise as a designer makes it."""

from __future__ import annotations

from datetime import UTC, datetime

from registry.exercises import msel, planning, store
from registry.exercises.clock import HOUR_MS, MINUTE_MS
from registry.exercises.exercise import Contact, Objective, Plan
from registry.people.principal import Appointment, Principal


def _person(number, role, name):
    return Principal(
        account_id=f"00000000-0000-4000-8000-0000000001{number:02}",
        session_id=f"00000000-0000-4000-9000-0000000001{number:02}",
        name=name,
        appointments=(Appointment(role=role),),
        proved_at=datetime.now(UTC),
    )


DESIGNER = _person(1, "designer", "D. Specimen")
CONTROLLER = _person(2, "planner", "C. Control")
PLAYER = _person(3, "planner", "P. Player")
EVALUATOR = _person(4, "auditor", "E. Evaluator")
OBSERVER = _person(5, "declarer", "O. Observer")
STRANGER = _person(6, "planner", "S. Stranger")
CAST = (DESIGNER, CONTROLLER, PLAYER, EVALUATOR, OBSERVER, STRANGER)
PARTS = {"controller": CONTROLLER, "player": PLAYER, "evaluator": EVALUATOR, "observer": OBSERVER}

EXPECTED = "Ask the next three companies"
OPENS = Plan(planned_ms=0, title="Incident opens", happens="The river rises", sender="NWS", receiver="EOC")
CLOSES = Plan(
    planned_ms=30 * MINUTE_MS,
    title="US 54 closes at Jefferson City",
    happens="Water stands on the approach",
    sender="MoDOT",
    receiver="EOC",
    expected=EXPECTED,
    objective=1,
    patch={"closures": ["us-54"]},
)
CALL = Plan(planned_ms=4 * HOUR_MS, title="Request: 12 fuel crews", by_hand=True)


def account_name(who):
    """Return what somebody of the cast types at sign-in, as `tests.registry.trust.acts.install` names them."""
    return f"person-{who.account_id}"


def make(session):
    """Return the id of an exercise with an objective, everybody named, a contact and three injects."""
    made = store.make(
        session, DESIGNER, name="River flood", about="Nine crossings close", patch={"closures": []}
    )
    planning.put_objective(
        session,
        DESIGNER,
        made,
        Objective(
            number=1, words="Find who can still come", capability="Logistics", measures=("Within 30 min",)
        ),
    )
    for part, who in PARTS.items():
        planning.name_participant(session, DESIGNER, made, account_name(who), part)
    planning.put_contact(
        session,
        DESIGNER,
        made,
        Contact(
            number=1, name="R. Invented", organisation="Demo", phone="573-555-0142", email="r@example.org"
        ),
    )
    for plan in (OPENS, CLOSES, CALL):
        msel.put_inject(session, DESIGNER, made, plan)
    return made
