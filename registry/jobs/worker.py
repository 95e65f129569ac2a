"""A worker: takes jobs from the queue one by one, until it is told to stop."""

from __future__ import annotations

import asyncio
import os
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import procrastinate
from procrastinate.exceptions import ConnectorException
from procrastinate.worker import Worker
from psycopg_pool import PoolTimeout
from sqlalchemy import make_url

from registry.errors import DatabaseError
from registry.jobs.progress import mend
from registry.jobs.queue import QUEUE, TASK

if TYPE_CHECKING:
    from collections.abc import Callable

    Perform = Callable[[str, Callable[[], bool]], None]
    """Does the job of an id; asks in between whether the worker is to stop."""


@dataclass(frozen=True)
class Pace:
    """How often a worker gives a sign of life, and when another counts it as dead; seconds."""

    beat_s: float = 5.0
    dead_after_s: float = 30.0
    look_s: float = 2.0


def work(url: str, perform: Perform, *, pace: Pace | None = None, parent: int | None = None) -> None:
    """Do jobs until SIGINT or SIGTERM, or until the process `parent` is not this one's parent any more.

    A job under way stops at its next step and is given back. What a dead worker had under way is taken up again.

    Parameters
    ----------
    url
        The database by the web application's login. Not through a pooler in transaction mode: the worker listens.
    perform
        Does one job.

    Raises
    ------
    DatabaseError
        The database does not answer, or not any more.
    """
    mend(url)  # a database that is not there is noticed here, at once
    try:
        asyncio.run(_work(url, perform, pace or Pace(), parent))
    except (ConnectorException, PoolTimeout) as fault:
        raise DatabaseError(
            "The database does not answer the worker",
            given=make_url(url).render_as_string(hide_password=True),
            wanted="a running PostgreSQL with the newest tables, without a pooler in transaction mode between",
            todo="run `merr db up`, or correct MERR_DSN_WEB, and start the worker again; no job is lost",
        ) from fault


async def _work(url: str, perform: Perform, pace: Pace, parent: int | None) -> None:
    app = procrastinate.App(connector=_connector(url))

    @app.task(name=TASK, queue=QUEUE, pass_context=True)
    def run(context: procrastinate.JobContext, job_id: str) -> None:
        perform(job_id, context.should_abort)

    async with app.open_async():
        worker = Worker(
            app,
            queues=[QUEUE],
            name="merr",
            fetch_job_polling_interval=pace.look_s,
            shutdown_graceful_timeout=0.0,
            delete_jobs="always",
            update_heartbeat_interval=pace.beat_s,
            stalled_worker_timeout=pace.dead_after_s,
        )
        aside = [asyncio.create_task(_take_over(app, url, pace))]
        if parent is not None:
            aside.append(asyncio.create_task(_stop_without(parent, worker)))
        try:
            await worker.run()  # type: ignore[no-untyped-call]
        finally:
            for task in aside:
                task.cancel()
            await asyncio.gather(*aside, return_exceptions=True)


def _connector(url: str) -> procrastinate.PsycopgConnector:
    """Return procrastinate's own connections: its SQL names no schema, so the path does."""
    plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    options: dict[str, Any] = {
        "options": "-c search_path=jobs",
        "application_name": "merr worker",
        "prepare_threshold": None,
    }
    return procrastinate.PsycopgConnector(conninfo=plain, kwargs=options, min_size=1, max_size=4)


async def _take_over(app: procrastinate.App, url: str, pace: Pace) -> None:
    """Give back to the queue what dead workers had under way and what it lost, again and again."""
    while True:
        with suppress(
            ConnectorException, DatabaseError
        ):  # the worker itself notices when the database is gone
            stalled = await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=pace.dead_after_s)
            for job in stalled:
                with suppress(ConnectorException):  # another worker was sooner
                    await app.job_manager.retry_job(job)
            await asyncio.to_thread(mend, url)
        await asyncio.sleep(pace.dead_after_s / 2)


async def _stop_without(parent: int, worker: Worker) -> None:
    """Stop the worker once the process that started it is gone."""
    while os.getppid() == parent:  # noqa: ASYNC110 - nobody else says so
        await asyncio.sleep(1.0)
    worker.stop()  # type: ignore[no-untyped-call]
