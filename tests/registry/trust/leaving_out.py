"""What a proof takes away from the disclosing functions, one thing at a time: marked lines and triggers."""

from __future__ import annotations

from sqlalchemy import text

MARK = "-- wall: "
FUNCTIONS = ("trust.disclose(uuid, uuid, text)", "trust.grants(uuid)")
TABLES = ("trust.declarations", "trust.waivers", "trust.rules")


def definition(session, function):
    return session.scalar(text("SELECT pg_get_functiondef(cast(:name AS regprocedure))"), {"name": function})


def marks(session):
    """Return the names of the marked lines, in order, and of the triggers."""
    lines = [line for function in FUNCTIONS for line in definition(session, function).splitlines()]
    return [line.split(MARK)[1].strip() for line in lines if MARK in line] + list(_triggers(session))


def without(session, what):
    """Return the statements that take `what` away; it must be there."""
    triggers = _triggers(session)
    if what in triggers:
        return [f"DROP TRIGGER {what} ON {triggers[what]}"]
    for function in FUNCTIONS:
        lines = definition(session, function).splitlines()
        kept = [line for line in lines if not line.endswith(f"{MARK}{what}")]
        if len(kept) < len(lines):
            return ["\n".join(kept)]
    raise LookupError(what)


def _triggers(session):
    found = session.execute(
        text(
            "SELECT tgname, tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal AND tgrelid::regclass::text = ANY (:tables)"
        ),
        {"tables": list(TABLES)},
    )
    return dict(found.all())
