"""What of a kept result is shown to whom: one with open names only while they are open."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from matching import desk
from matching.questions import question_from_json
from matching.runs import match
from registry.directory.store import kinds
from registry.people.access import AccessError
from registry.runs.store import load_run, result_of

if TYPE_CHECKING:
    from registry.db.engine import Session
    from registry.people.principal import Principal
    from registry.runs.store import Run


def taken(session: Session, principal: Principal, run_id: str) -> tuple[Run, bytes]:
    """Return a run with its result for an account that takes it away; of open names that is recorded as an export.

    Raises
    ------
    NotThereError, AccessError
        As `registry.runs.store.load_run` raises them; or the names that were open are closed now.
    StepUpNeeded
        Names are open in it, and the account's last second factor is too long ago.
    """
    run = load_run(session, principal, run_id)
    result = result_of(session, principal, run_id)
    if run.kind == match.KIND and run.parameters["names"] == "open":
        _take_open(session, principal, run, result)
    return run, result


def _take_open(session: Session, principal: Principal, run: Run, result: bytes) -> None:
    incident_id = run.parameters["incident_id"]
    question = question_from_json(run.parameters["question"], kinds(session))
    if not desk.seen(session, principal, question, incident_id=incident_id).sight.opened:
        raise AccessError(
            "Names and places are closed",
            given=f"run {run.id}, kept while they were open",
            wanted="a declaration in force that covers its incident",
            todo="ask again: the answer is then as much as may be seen now",
        )
    needs = json.loads(result)["needs"]
    desk.note_taken(
        session,
        principal,
        counties=run.counties,
        opened=True,
        needs=[part["need"] for part in needs],
        rows=sum(len(part["ranked"]) for part in needs),
        incident_id=incident_id,
    )
