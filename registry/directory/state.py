"""The state of the registry: what must be the same for an answer to be still the answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from registry.directory import roads
from registry.directory.runs import load_runs
from registry.directory.showing import last_shown

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

State = tuple[str | None, tuple["datetime", ...], "datetime | None"]
"""The hash of the active roads, the moments of the latest loads, and when a company last chose what is seen of it."""


def registry_state(session: Session) -> State:
    """Return the state of the registry.

    Of several loads, since one that began earlier may end later.
    """
    return roads.active_hash(session), tuple(run.ran_at for run in load_runs(session)), last_shown(session)
