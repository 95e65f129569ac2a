"""`merr audit`: the chain of events, held against itself and against its anchors."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.terminal import Console, line

if TYPE_CHECKING:
    from registry.trust.anchor_lines import Found
    from registry.trust.chain import Verdict
    from registry.trust.trail import Event

NOT_INTACT = 1
"""Exit code when the chain is broken, or an anchor contradicts it."""

audit_commands = typer.Typer(
    name="audit", help="The audit: what was done and refused, in one chain.", no_args_is_help=True
)


def register(app: typer.Typer) -> None:
    """Add `merr audit` to the commands."""
    app.add_typer(audit_commands)


@audit_commands.command()
def verify(
    anchors: Annotated[
        Path | None,
        typer.Option(
            help="A file with anchors, or a syslog with their lines (default: that of MERR_ANCHOR)."
        ),
    ] = None,
) -> None:
    """Check every event against the one before it and against the anchors; exit code 1 when they do not agree."""
    from registry.db.engine import session_scope
    from registry.trust.anchors import read
    from registry.trust.ledger import verify_events

    url = _database()
    place = anchors or _place(url)
    # Without --anchors there may be none yet; a file that was named must hold some.
    found = read(place) if isinstance(place, Path) and (anchors or place.exists()) else None
    started = time.perf_counter()
    with session_scope(url, snapshot=True) as session:
        verdict = verify_events(session, found.anchors if found else ())
    per_second = verdict.events / max(time.perf_counter() - started, 1e-6)
    _say(f"{verdict.events:,} events read, {per_second:,.0f} rows/s")
    _say_of_anchors(verdict, found, place)
    for fault in (verdict.broken, verdict.contradicted):
        if fault is not None:
            _say(f"Not intact: {fault.words}.")
    if not verdict.intact:
        raise typer.Exit(NOT_INTACT)
    _say("Intact: every event is what was recorded, and follows from the one before.")


@audit_commands.command()
def anchor() -> None:
    """Write the number and hash of the last event, and the time, to where MERR_ANCHOR says."""
    from registry.trust.anchors import anchor_now

    url = _database()
    place = _place(url)
    written = anchor_now(url, place)
    if written is None:
        _say("nothing was recorded yet, so there is nothing to anchor")
        return
    _say(f"event {written.seq:,} anchored in {place}: {written.hash.hex()}")


@audit_commands.command()
def show(
    *,
    action: Annotated[str | None, typer.Option(help="Only this action, by its code, such as look.")] = None,
    account: Annotated[str | None, typer.Option(help="Only what this account did, by its id.")] = None,
    incident: Annotated[str | None, typer.Option(help="Only about this incident, by its id.")] = None,
    provider: Annotated[str | None, typer.Option(help="Only about this company, by its id.")] = None,
    since: Annotated[datetime | None, typer.Option(help="Only from this moment on, in UTC.")] = None,
    until: Annotated[datetime | None, typer.Option(help="Only before this moment, in UTC.")] = None,
    before: Annotated[int | None, typer.Option(help="Only events with a smaller number.", min=1)] = None,
    limit: Annotated[int, typer.Option(help="Events to print.", min=1, max=500)] = 50,
) -> None:
    """Print events, newest first: number, time in UTC, account, what was done, about what, and why."""
    from registry.db.engine import session_scope
    from registry.trust.trail import Filters, recorded

    filters = Filters(
        action=action,
        account_id=account,
        incident_id=incident,
        provider_id=provider,
        since=since and since.replace(tzinfo=UTC),
        until=until and until.replace(tzinfo=UTC),
    )
    with session_scope(_database()) as session:
        page = recorded(session, filters=filters, before=before, limit=limit)
    for event in page.events:
        _say(line(_line(event)))
    if not page.events:
        _say("no such event was recorded")
    if page.before is not None:
        _say(f"older ones: --before {page.before}")


def _line(event: Event) -> str:
    who = event.account_id or f"operator ({event.login})"
    about = [
        f"{name} {value}"
        for name, value in (
            ("incident", event.incident_id),
            ("company", event.provider_id),
            ("declaration", event.declaration_id),
            ("why", event.purpose),
            ("detail", event.detail),
        )
        if value
    ]
    when = event.at.astimezone(UTC)
    return "; ".join([f"{event.seq:>8}  {when:%Y-%m-%d %H:%M:%S}  {who} {event.sentence}", *about])


def _say_of_anchors(verdict: Verdict, found: Found | None, place: Path | str) -> None:
    if found is None:
        where = (
            "are in syslog: give them with --anchors" if isinstance(place, str) else f"are not in {place} yet"
        )
        _say(f"Anchors {where}. Without them, a chain that was rewritten whole would not be noticed.")
        return
    latest = max(found.anchors, key=lambda each: each.seq)
    after = max(verdict.events - verdict.anchored, 0)
    _say(
        f"{verdict.anchors:,} anchors in {place}, the last of {latest.at:%Y-%m-%d %H:%M:%S} UTC at event "
        f"{latest.seq:,}; {after:,} events came after it"
    )
    if found.passed_over:
        _say(f"{found.passed_over:,} lines there are no anchors and were passed over")


def _database() -> str:
    from registry.db.logins import dsn

    return dsn("audit", _say)


def _place(url: str) -> Path | str:
    """Return where anchors go: a file, or the word syslog."""
    from registry.settings import settings
    from registry.trust.anchors import place_of

    return place_of(settings(), url)


def _say(line: str) -> None:
    Console(highlight=False, markup=False, soft_wrap=True).print(line)
