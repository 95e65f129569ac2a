"""The second wall, as a table: each role of the database, and what it may do to each table and function.

`registry.db.settling.settle` makes a database so after every migration; what is not said here is taken away. A test
fails on a table or a function without a line, so each new one is decided here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

OWNER: Final = "merr_owner"
"""Owns every table; loads, builds and migrations act as it. The web application never does."""

WEB: Final = "merr_web"
"""The web application, and commands under a named account. A member of no other role."""

DISCLOSE: Final = "merr_disclose"
"""Has no login. Owns the functions that disclose, and is the only one beside owner and backup to read what is shut."""

AUDIT: Final = "merr_audit"
"""Verifies and anchors the audit, and reads nothing else."""

BACKUP: Final = "merr_backup"
"""Reads every table and writes none."""

PUBLIC: Final = "public"
"""Everybody, as PostgreSQL names it; it is given nothing."""

ROLES: Final[dict[str, str]] = {
    OWNER: "LOGIN INHERIT",
    WEB: "LOGIN NOINHERIT",
    DISCLOSE: "NOLOGIN NOINHERIT",
    AUDIT: "LOGIN NOINHERIT",
    BACKUP: "LOGIN NOINHERIT",
}
"""Each role, and how it is made; none may do what a superuser may, make roles or databases, or pass row security."""

MEMBERS: Final[dict[str, tuple[str, ...]]] = {OWNER: (DISCLOSE,)}
"""Which roles a role belongs to: to replace a function one must own it."""

DATABASE: Final[dict[str, str]] = {
    OWNER: "CONNECT, CREATE, TEMPORARY",
    WEB: "CONNECT",
    AUDIT: "CONNECT",
    BACKUP: "CONNECT",
}
"""Privileges on the database itself. Without TEMPORARY the web application can make no function of its own."""

READ: Final = "SELECT"

TABLES: Final[dict[str, dict[str, str]]] = {
    "registry.alembic_version": {WEB: READ},
    "registry.assets": {WEB: READ, DISCLOSE: READ},
    "registry.attributes": {WEB: READ},
    "registry.counties": {WEB: READ, DISCLOSE: READ},
    "registry.county_regions": {WEB: READ},
    "registry.incident_areas": {WEB: "SELECT, INSERT", DISCLOSE: READ},
    "registry.incident_closures": {WEB: "SELECT, INSERT, DELETE"},
    "registry.incidents": {WEB: "SELECT, INSERT, UPDATE", DISCLOSE: READ},
    "registry.kind_attributes": {WEB: READ},
    "registry.kinds": {WEB: READ, DISCLOSE: READ},
    "registry.lifelines": {WEB: READ},
    "registry.load_runs": {WEB: READ},
    # A company says on its own form what is shown of it before a declaration.
    "registry.providers": {
        WEB: "SELECT, UPDATE (shows_name, shows_place, shows_by_company, updated_at)",
        DISCLOSE: READ,
    },
    "registry.region_versions": {WEB: READ},
    "registry.regions": {WEB: READ},
    "registry.reviews": {},
    "registry.road_network_parts": {WEB: READ},
    "registry.road_networks": {WEB: READ},
    "registry.sectors": {WEB: READ},
    "registry.sites": {WEB: READ, DISCLOSE: READ},
    "protected.contacts": {DISCLOSE: READ},
    "protected.proprietary": {DISCLOSE: READ},
    # A row can be held still only by who may write one of its columns; trust.disclose writes none.
    "people.accounts": {WEB: "SELECT, INSERT, UPDATE", DISCLOSE: "SELECT (id), UPDATE (created_at)"},
    "people.appointments": {
        WEB: "SELECT, INSERT, UPDATE",
        DISCLOSE: "SELECT (id, account_id), UPDATE (made_at)",
    },
    "people.attempts": {WEB: "SELECT, INSERT, UPDATE, DELETE"},
    "people.authenticators": {WEB: "SELECT, INSERT, UPDATE, DELETE"},
    "people.challenges": {WEB: "SELECT, INSERT, UPDATE, DELETE"},
    "people.held": {WEB: READ, DISCLOSE: READ},
    "people.live": {WEB: READ, DISCLOSE: READ},
    "people.replies": {WEB: "SELECT, INSERT, DELETE"},
    "people.sessions": {WEB: "SELECT, INSERT, UPDATE", DISCLOSE: "SELECT (id), UPDATE (seen_at)"},
    "people.subjects": {WEB: "SELECT, INSERT, UPDATE, DELETE"},
    # Procrastinate's: pages put in, workers take out. What is done is deleted there; runs.jobs keeps what is shown.
    "jobs.procrastinate_events": {WEB: "SELECT, INSERT"},
    "jobs.procrastinate_events_id_seq": {WEB: "USAGE"},
    "jobs.procrastinate_jobs": {WEB: "SELECT, INSERT, UPDATE, DELETE"},
    "jobs.procrastinate_jobs_id_seq": {WEB: "USAGE"},
    "jobs.procrastinate_periodic_defers": {WEB: "SELECT, UPDATE"},
    "jobs.procrastinate_periodic_defers_id_seq": {},
    "jobs.procrastinate_workers": {WEB: "SELECT, INSERT, UPDATE, DELETE"},
    "jobs.procrastinate_workers_id_seq": {},
    "runs.jobs": {
        WEB: "SELECT, INSERT, UPDATE (state, fraction, sentence, starts, refusal, started_at, ended_at, cancel_asked_at)"
    },
    # What was computed stays as it was.
    "runs.runs": {WEB: "SELECT, INSERT"},
    "runs.scenarios": {WEB: "SELECT, INSERT"},
    "runs.snapshots": {WEB: "SELECT, INSERT"},
    # The list of injects, what was released, and what was seen are written once; their rows are the history.
    "exercise.clock_acts": {WEB: "SELECT, INSERT"},
    "exercise.made_up_contacts": {WEB: "SELECT, INSERT, UPDATE, DELETE"},
    "exercise.exercises": {WEB: "SELECT, INSERT, UPDATE (offset_ms, running_since, begun_at, ended_at)"},
    "exercise.injects": {WEB: "SELECT, INSERT"},
    "exercise.log": {WEB: "SELECT, INSERT"},
    "exercise.objectives": {WEB: "SELECT, INSERT, UPDATE (words, capability, measures)"},
    "exercise.observations": {WEB: "SELECT, INSERT"},
    "exercise.participants": {WEB: "SELECT, INSERT, UPDATE (part, named_by, named_at), DELETE"},
    "exercise.releases": {WEB: "SELECT, INSERT"},
    # What a declaration says is never rewritten; triggers ask who acts.
    "trust.declarations": {
        WEB: "SELECT, INSERT, UPDATE (confirmed_by, confirmed_at, ended_by, ended_at, end_reason)",
        DISCLOSE: "SELECT, UPDATE (end_reason)",
    },
    "trust.alias_keys": {WEB: READ},
    "trust.record_reviews": {WEB: "SELECT, INSERT"},
    "trust.ranked": {WEB: "SELECT, INSERT", DISCLOSE: READ},
    "trust.rules": {WEB: "SELECT, UPDATE (value, set_by, set_at)", DISCLOSE: READ},
    "trust.waivers": {WEB: "SELECT, INSERT"},
    # Only trust.record_event writes these, and it acts as merr_disclose.
    "trust.events": {WEB: READ, AUDIT: READ, DISCLOSE: "SELECT, INSERT"},
    "trust.head": {WEB: READ, AUDIT: READ, DISCLOSE: "SELECT, UPDATE"},
}
"""Each table, view or sequence: role to privileges, columns in brackets. The owner has all by owning it, `merr_backup`
reads all, and whoever may do something in a schema may enter it, so neither is said again."""


@dataclass(frozen=True)
class Routine:
    """Who owns a function, and who may call it."""

    owner: str = OWNER
    execute: tuple[str, ...] = ()


_OF_QUEUE: Final = """
cancel_job_v1(bigint, boolean, boolean)
defer_jobs_v1(jobs.procrastinate_job_to_defer_v1[])
fetch_job_v2(character varying[], bigint)
finish_job_v1(bigint, jobs.procrastinate_job_status, boolean)
prune_stalled_workers_v1(double precision)
register_worker_v1()
retry_job_v2(bigint, timestamp with time zone, integer, character varying, character varying)
unregister_worker_v1(bigint)
update_heartbeat_v1(bigint)
"""
"""Procrastinate's functions that pages and workers call; each acts as who calls it."""

_OF_QUEUE_UNCALLED: Final = """
defer_periodic_job_v2(character varying, character varying, character varying, character varying, integer, character varying, bigint, jsonb)
notify_queue_abort_job_v1()
notify_queue_job_inserted_v1()
retry_job_v1(bigint, timestamp with time zone, integer, character varying, character varying)
trigger_abort_requested_events_procedure_v1()
trigger_function_scheduled_events_v1()
trigger_function_status_events_insert_v1()
trigger_function_status_events_update_v1()
unlink_periodic_defers_v1()
"""


def _of_queue(lines: str, *execute: str) -> dict[str, Routine]:
    return {f"jobs.procrastinate_{line}": Routine(execute=execute) for line in lines.strip().splitlines()}


ROUTINES: Final[dict[str, Routine]] = {
    **_of_queue(_OF_QUEUE, WEB),
    **_of_queue(_OF_QUEUE_UNCALLED),
    "trust.acting()": Routine(execute=(WEB, DISCLOSE)),
    "trust.asked_for(uuid)": Routine(execute=(WEB, DISCLOSE)),
    "trust.acts(text, text, boolean)": Routine(owner=DISCLOSE, execute=(WEB,)),
    "trust.disclose(uuid, uuid, text)": Routine(owner=DISCLOSE, execute=(WEB,)),
    "trust.end_extensions()": Routine(),
    "trust.event_field(text)": Routine(execute=(DISCLOSE, AUDIT)),
    "trust.event_hash(trust.events)": Routine(execute=(DISCLOSE, AUDIT)),
    "trust.grants(uuid)": Routine(execute=(WEB, DISCLOSE)),
    "trust.guard_declaration()": Routine(),
    "trust.record_event(text, uuid, uuid, uuid, text, jsonb)": Routine(owner=DISCLOSE, execute=(WEB,)),
    "trust.refuse_change()": Routine(),
    "trust.stamp_rule()": Routine(),
    "trust.stamp_waiver()": Routine(),
    "trust.touched(uuid)": Routine(execute=(WEB, DISCLOSE)),
    "trust.wanted_kinds(uuid)": Routine(execute=(DISCLOSE,)),
}
"""Each function, as `schema.name(type, type)`. A SECURITY DEFINER function acts as its owner; a trigger's is called
by nobody. The owner of the tables belongs to `merr_disclose` and may call what is its."""

SHUT: Final[dict[str, dict[str, str]]] = {
    "protected.contacts": {OWNER: "ALL", DISCLOSE: "SELECT", BACKUP: "SELECT"},
    "protected.proprietary": {OWNER: "ALL", DISCLOSE: "SELECT", BACKUP: "SELECT"},
}
"""Tables whose rows are shut (FORCE ROW LEVEL SECURITY) to all but these roles, for these commands.

Never the tables that are searched: a policy there takes the spatial index out of use."""

_PRIVILEGE = re.compile(r"([A-Z]+)(?:\s*\(([^)]*)\))?")


@dataclass(frozen=True, order=True)
class Grant:
    """One privilege of one role on one thing: a `table`, `routine`, `schema` or `database`."""

    sort: str
    name: str
    role: str
    privilege: str
    column: str = ""


def wanted_grants(database: str) -> frozenset[Grant]:
    """Return every grant that this module says, those that follow from others included."""
    grants = {
        Grant("table", table, role, privilege, column)
        for table, allowed in TABLES.items()
        for role, words in {BACKUP: READ, **allowed}.items()
        for privilege, column in privileges(words)
    }
    grants |= {
        Grant("routine", signature, role, "EXECUTE")
        for signature, routine in ROUTINES.items()
        for role in routine.execute
    }
    grants |= {Grant("schema", grant.name.partition(".")[0], grant.role, "USAGE") for grant in grants}
    return frozenset(grants) | {
        Grant("database", database, role, privilege)
        for role, words in DATABASE.items()
        for privilege, _ in privileges(words)
    }


def privileges(words: str) -> list[tuple[str, str]]:
    """Return the privileges in `words` with the column each is for, empty for the whole table."""
    return [
        (privilege, column.strip())
        for privilege, columns in _PRIVILEGE.findall(words)
        for column in columns.split(",")
    ]
