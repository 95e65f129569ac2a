"""`merr records`: the review of voluntarily submitted records, and what a records request would get of them."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path  # noqa: TC003 - Typer reads the annotations at run time
from typing import Annotated

import typer

from cli.terminal import Console

records_commands = typer.Typer(
    name="records",
    help="Public records: the review of what companies submitted, and what a request would get.",
    no_args_is_help=True,
)
Company = Annotated[str, typer.Argument(help="The company, by its id in the queue.")]


class Decision(StrEnum):
    """What a review can decide."""

    CLOSED = "closed"
    OPEN = "open"


class Format(StrEnum):
    """How the export is written."""

    CSV = "csv"
    JSON = "json"


def register(app: typer.Typer) -> None:
    """Add `merr records` to the commands."""
    app.add_typer(records_commands)


@records_commands.command()
def queue() -> None:
    """List the companies whose records wait for review, the soonest due first."""
    from cli.acting import acting
    from matching.explanation import CENTRAL
    from registry.db.engine import session_scope
    from registry.trust import public_records

    who = acting()
    with session_scope(principal=who) as session:
        waiting = public_records.queue(session, who)
    if not waiting:
        _say("Nothing waits for review.")
    for each in waiting:
        told = f"submitted {each.submitted_at:%Y-%m-%dT%H:%M:%S.%fZ}"
        due = f"{each.due_at.astimezone(CENTRAL):%d %b %Y}".lstrip("0")
        when = f"{'overdue since' if each.overdue else 'due'} {due}"
        _say(f"{each.provider_id}  {when}  {told}  {each.provider_name}")


@records_commands.command()
def decide(
    company: Company,
    decision: Annotated[Decision, typer.Argument(help="closed: they stay withheld; open: they are given.")],
    *,
    reason: Annotated[str, typer.Option(help="Why, for the audit.")],
    submitted: Annotated[
        str, typer.Option(help="The submission that was reviewed: its moment, as the queue gives it.")
    ],
) -> None:
    """Decide whether what a company submitted until then stays closed. Contacts and confidences stay closed anyway."""
    from cli.proof import proved
    from registry.db.engine import session_scope
    from registry.trust import public_records

    who = proved()
    with session_scope(principal=who) as session:
        public_records.decide(
            session, who, company, decision.value, reason, seen=public_records.read_seen(submitted)
        )
    _say(f"Recorded: {company} is {decision.value}.")


@records_commands.command()
def export(
    company: Annotated[list[str], typer.Argument(help="The companies, by their ids.")],
    *,
    output: Annotated[Format, typer.Option("--format", help="How to write it.")] = Format.CSV,
    file: Annotated[Path | None, typer.Option(help="Where to (default: standard output).")] = None,
) -> None:
    """Write each field of companies as a records request would get it: given, or withheld by which provision."""
    from cli.proof import proved
    from registry.db.engine import session_scope
    from registry.trust import public_records
    from registry.trust.records_export import as_csv, as_json

    who = proved()
    written = as_csv if output == Format.CSV else as_json
    with session_scope(principal=who) as session:
        made = public_records.export(session, who, company, written)
    if file is None:
        sys.stdout.write(made.file)
        return
    file.write_text(made.file, encoding="utf-8")
    _say(f"{file}: {len(made.rows):,} fields, {made.withheld:,} of them withheld; SHA-256 {made.sha256}")


def _say(line: str) -> None:
    Console(highlight=False, markup=False, soft_wrap=True).print(line)
