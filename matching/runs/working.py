"""A job done: its inputs read, its recipe run step by step, its result kept once."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING, Final

from geo.errors import Refusal
from matching.runs.baseline import Asked
from matching.runs.making import baseline, keep
from matching.runs.recipes import compute
from registry.db.engine import session_scope
from registry.errors import DatabaseError
from registry.jobs import progress
from registry.jobs.progress import Cancelled, Lost, Stopped
from registry.people.standing import standing
from registry.runs.snapshots import load_snapshot
from registry.runs.store import require_make

if TYPE_CHECKING:
    from collections.abc import Callable

    from matching.runs.baseline import Baseline, Step
    from registry.jobs.progress import Job
    from registry.people.principal import Principal

REPORT_EVERY_S: Final = 0.5
"""Steps that come faster than this are not written each; whether to stop is asked at every one."""

_log = logging.getLogger(__name__)


def perform(url: str, job_id: str, stopping: Callable[[], bool]) -> None:
    """Do a job to its end, whatever that is, or give it back when the worker is to stop.

    What the account may do is asked now, and again when the result is kept: whoever lost the role meanwhile gets nothing.

    Parameters
    ----------
    url
        The database by the web application's login.
    job_id
        A job; one that has ended is left alone.
    stopping
        Whether the worker is to stop; asked at every step.
    """
    job = progress.take(url, job_id)
    if job is None:
        return
    try:
        _compute(url, job, _steps(url, job, stopping))
    except Cancelled:
        progress.end_cancelled(url, job)
    except Stopped:
        progress.put_back(url, job)
    except Lost:
        _log.warning("job %s of kind %s was taken up by another worker, or has ended", job_id, job.kind)
    except DatabaseError:
        raise  # nothing can be noted now; the queue gives the job out again
    except Refusal as refusal:
        progress.end_refused(url, job, refusal)
    except Exception:  # noqa: BLE001 - whatever it was, the worker goes on and the page is told
        progress.end_failed(url, job)
        _log.exception("job %s of kind %s failed", job_id, job.kind)


def _compute(url: str, job: Job, step: Step) -> None:
    who, base = _inputs(url, job)
    step(0.0, "Started")
    asked = Asked(job.kind, job.parameters, job.patch, job.seed)
    result = compute(base, asked, step)
    step(1.0, "Keeping the result")
    with session_scope(url, principal=who) as session:
        now = standing(session, job.account_id)
        if not progress.may_end(session, job):
            raise Cancelled  # and if it is another worker's by now, ending it does nothing
        keep(
            session,
            now,
            asked,
            base,
            result,
            counties=job.counties,
            label=job.label,
            parent_id=job.parent_id,
            job_id=job.id,
        )


def _inputs(url: str, job: Job) -> tuple[Principal, Baseline]:
    with session_scope(url) as session:
        who = standing(session, job.account_id)
    with session_scope(url, principal=who) as session:
        require_make(who, job.kind, job.counties)
        frozen = load_snapshot(session, job.snapshot_hash)
        return who, baseline(session, snapshot=frozen, network_hash=job.network_hash)


def _steps(url: str, job: Job, stopping: Callable[[], bool]) -> Step:
    """Return what a recipe calls at each step: it notes how far the job is, and raises when it is to end."""
    last_at = -REPORT_EVERY_S

    def step(fraction: float, sentence: str) -> None:
        nonlocal last_at
        if stopping():
            raise Stopped
        if time.monotonic() - last_at >= REPORT_EVERY_S:
            progress.report(url, job, fraction, sentence)
            last_at = time.monotonic()

    return step
