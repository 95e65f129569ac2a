"""The parts of the second wall, taken from the catalogue, each with the statement that takes it away."""

from __future__ import annotations

import re

from registry.db import roles
from registry.db.schema import SCHEMAS
from registry.db.settling import _role, _words, possible_grants

MARK = "-- wall:"

FURTHER = {
    "trust.disclose(uuid, uuid, text)": (
        ("past.account_id = who::text AND ", ""),
        ("past.action = 'look' AND ", ""),
        (" AND past.at > clock_timestamp() - interval '1 hour'", ""),
        ("WHERE whom.provider_id = company.id", "ORDER BY whom.provider_id = company.id LIMIT 1"),
        ("WHERE told.provider_id = company.id", ""),
        ("FROM registry.providers AS company WHERE company.id = provider", "FROM registry.providers AS company"),
        (" AND held.role IN ('planner', 'coordinator', 'local')", ""),
        ("held.account_id = who AND held.role IN", "held.role IN"),
        ("held.account_id = who AND (held.role = 'planner'", "(held.role = 'planner'"),
        (" AND held.counties && reached", ""),
        (" OR length(purpose) > 400", ""),
        ("coalesce(purpose, '') !~ '[A-Za-z]{3}' OR ", ""),
        ("WHERE id = incident AND status = 'closed'", "WHERE status = 'closed'"),
        ("incident_id = incident AND ", ""),
        (" AND provider_id = provider) THEN 'ranked'", ") THEN 'ranked'"),
        ("WHERE id = incident) THEN 'incident'", ") THEN 'incident'"),
        (" AND NOT 'contact.look' = ANY (tied)", " AND 'contact.look' = ANY (tied)"),
        ("site.id = asset.site_id", "true"),
        ("WHERE still.declaration_id = granted.declaration_id", ""),
        ("WHERE rules.name = 'looks_per_hour'", "ORDER BY rules.name DESC LIMIT 0"),
        ("IF why IS NULL THEN", "IF true THEN"),
        ("IF why IS NOT NULL THEN", "IF false THEN"),
    ),
    "trust.grants(uuid)": (("struck.id = incident AND ", ""), (" AND struck.status = 'open'", "")),
    "trust.wanted_kinds(uuid)": (("WHERE struck.id = incident", ""),),
    "trust.touched(uuid)": (
        ("area.incident_id = incident", "true"),
        (" WHERE incident_id = incident)", ")"),
        ("    AND area.version = (SELECT max(version) FROM registry.incident_areas WHERE incident_id = incident)", ""),
        (r"    AND public.ST_Relate(county.geometry, area.geometry, 'T********')", ""),
    ),
    "trust.acts(text, text, boolean)": (
        ("live.session_id = nullif(current_setting('app.session', true), '')::uuid", "true"),
        ("        AND live.account_id = trust.acting()\n", ""),
        ("        AND held.role = acts.role\n", ""),
        ("        AND (live.actions IS NULL OR acts.action = ANY (live.actions))\n", ""),
        ("        AND (NOT acts.fresh OR live.proved_at > clock_timestamp() - interval '10 minutes')\n", ""),
    ),
}  # fmt: skip
"""Predicates within a line, by function: what stands there, and what stands there once it is taken away."""

UNMARKED = {
    "PERFORM", "AND", "WHEN", "IF", "INSERT", "UPDATE", "FOR",
}  # fmt: skip
"""How a line of a predicate begins in the functions that disclose and record."""

OF_DISCLOSURE = (
    "trust.disclose(uuid, uuid, text)",
    "trust.grants(uuid)",
    "trust.record_event(text, uuid, uuid, uuid, text, jsonb)",
)

_ROUTINES = """
SELECT format('%%I.%%I(%%s)', n.nspname, p.proname, oidvectortypes(p.proargtypes)), pg_get_functiondef(p.oid)
FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE n.nspname = ANY(%s)"""
_TRIGGERS = """
SELECT t.tgname, t.tgrelid::regclass::text FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
JOIN pg_namespace n ON n.oid = c.relnamespace WHERE NOT t.tgisinternal AND n.nspname = ANY(%s)"""
_POLICIES = "SELECT policyname, schemaname || '.' || tablename FROM pg_policies WHERE schemaname = ANY(%s)"


def definitions(connection):
    """Return each function of ours with the statement that makes it."""
    return dict(connection.exec_driver_sql(_ROUTINES, (list(SCHEMAS),)).all())


def parts(connection):
    """Return what each part is called, and the statement that takes it away."""
    found = {f"grant {_words(grant)} to {grant.role}": f"REVOKE {_words(grant)} FROM {_role(grant)}"
             for grant in sorted(possible_grants(connection)) if grant.sort != "database"}  # fmt: skip
    for name, table in connection.exec_driver_sql(_POLICIES, (list(SCHEMAS),)):
        found[f"policy {name} on {table}"] = f"DROP POLICY {name} ON {table}"
    for table in roles.SHUT:
        found[f"force on {table}"] = f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY"
        found[f"row security on {table}"] = f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY"
    for name, table in connection.exec_driver_sql(_TRIGGERS, (list(SCHEMAS),)):
        found[f"trigger {name} on {table}"] = f"DROP TRIGGER {name} ON {table}"
    for signature, made in definitions(connection).items():
        for name, without in marked(made).items():
            found[f"predicate {name!r} of {signature}"] = without
        for fragment, instead in FURTHER.get(signature, ()):
            assert made.count(fragment) == 1, (signature, fragment, made.count(fragment))
            found[f"predicate {fragment.strip()!r} of {signature}"] = made.replace(fragment, instead)
    return found


def marked(made):
    """Return a function's definition without each line that a mark names: the line of the mark, or the one after it."""
    lines, found = made.splitlines(), {}
    for number, line in enumerate(lines):
        code, mark, name = line.partition(MARK)
        if mark:
            dropped = number if code.strip() else number + 1
            code = lines[dropped].partition(MARK)[0].strip()
            kept = [";"] if code.startswith("AND") and code.endswith(";") else []
            found[name.strip()] = "\n".join([*lines[:dropped], *kept, *lines[dropped + 1 :]])
    return found


def unmarked(made):
    """Return the lines of a function that begin like a predicate and bear no mark."""
    lines = made.splitlines()
    begins = re.compile(rf"\s*({'|'.join(sorted(UNMARKED))})\b")
    return [
        line.strip()
        for before, line in zip(["", *lines], lines, strict=False)
        if begins.match(line) and MARK not in line and not before.strip().startswith(MARK)
    ]
