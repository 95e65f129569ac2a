"""Who a command acts as when it asks for a fresh second factor."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from registry.people.principal import Principal


def proved() -> Principal:
    """Return who acts, with a second factor of the last ten minutes: asked for when the last one is older."""
    from cli.acting import acting
    from cli.token_file import keep
    from registry.db.engine import session_scope
    from registry.people import proof, stepup
    from registry.people.sign_in import Refused

    who = acting()
    try:
        with session_scope(principal=who) as session:
            proof.require_fresh(session, who)
    except proof.StepUpNeeded:
        # Beside what the command prints, which may be a file.
        code = typer.prompt("Code", hide_input=True, default="", show_default=False, err=True)
        with session_scope(principal=who) as session:
            answer = stepup.by_code(session, who, code, address="")
        if isinstance(answer, Refused):
            raise answer.refusal from None
        keep(answer.secret)
        who = acting()
    return who
