"""The queue that workers take jobs from: procrastinate's, in a schema of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, cast

import procrastinate
from sqlalchemy import func, select

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

TASK: Final = "merr.run"
QUEUE: Final = "runs"

_app = procrastinate.App(connector=procrastinate.SyncPsycopgConnector())
"""Only puts jobs in, always on the connection of a session: it has no connection of its own."""


def put(session: Session, job_id: str) -> None:
    """Put a job into the queue in a session's transaction: when that is rolled back, nothing was put there."""
    path = session.execute(select(func.current_setting("search_path"))).scalar_one()
    session.flush()
    # Procrastinate's SQL names no schema.
    session.execute(select(func.set_config("search_path", "jobs", True)))
    connection = cast("Any", session.connection().connection.driver_connection)
    _app.configure_task(TASK, queue=QUEUE, connection=connection).defer(job_id=job_id)
    session.execute(select(func.set_config("search_path", path, True)))
