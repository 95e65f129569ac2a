"""`merr declare`: declarations and waivers, recorded, confirmed, extended, ended and listed under one's own name."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from cli.terminal import Console

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geo.counties import Counties
    from registry.trust.declaration import Declaration
    from registry.trust.waivers import Waiver

WHOLE_STATE = "all"
NAMED_COUNTIES = 4
"""Counties that a line names; more are counted."""

declare_commands = typer.Typer(
    name="declare",
    help="Declarations of an emergency: what opens contacts, where and for how long.",
    no_args_is_help=True,
)

Number = Annotated[str, typer.Option(help="The number as it stands on the instrument: 26-07.")]
Authority = Annotated[str, typer.Option(help="Who issued it: Governor of Missouri.")]
Which = Annotated[str, typer.Argument(help="The declaration, by its number or its id.")]
Start = Annotated[
    str | None, typer.Option("--from", help="From when on: 2026-05-22T18:05, 18:05, Central time.")
]
End = Annotated[
    str | None,
    typer.Option("--until", help="Until when: as --from, or +72h. Left out: until somebody ends it."),
]


def register(app: typer.Typer) -> None:
    """Add `merr declare` to the commands."""
    app.add_typer(declare_commands)


@declare_commands.command()
def record(
    *,
    instrument: Annotated[str, typer.Option(help="proclamation, resolution or local.")],
    number: Number,
    authority: Authority,
    county: Annotated[str, typer.Option(help="FIPS codes with commas between, or all for the whole state.")],
    starts: Start = None,
    ends: End = None,
) -> None:
    """Record a declaration. It opens nothing until another declarer confirms it."""
    from cli.proof import proved
    from registry.db.engine import session_scope
    from registry.directory.reference import counties
    from registry.trust import declarations

    who = proved()
    starts_at, ends_at = _span(starts, ends, datetime.now(UTC))
    with session_scope(principal=who) as session:
        made = declarations.record(
            session,
            who,
            instrument=instrument,
            number=number,
            authority=authority,
            counties=_codes(county, counties(session)),
            starts_at=starts_at,
            ends_at=ends_at,
        )
    _say(f"Recorded: {made}")
    _say(f"It opens nothing yet. Another declarer confirms it by: merr declare confirm {made}")


@declare_commands.command()
def confirm(which: Which) -> None:
    """Confirm a declaration that another declarer recorded; from its start on it opens contacts."""
    from cli.proof import proved
    from registry.db.engine import session_scope
    from registry.directory.reference import counties
    from registry.trust import declarations

    who = proved()
    with session_scope(principal=who) as session:
        found = declarations.named(session, who, which)
        declarations.confirm(session, who, found.id)
        found = declarations.load(session, who, found.id)
        known = counties(session)
    _say(f"Confirmed. {_standing(found, known)}")


@declare_commands.command()
def extend(
    which: Which,
    *,
    number: Number,
    authority: Authority,
    instrument: Annotated[
        str, typer.Option(help="extension (an executive order), resolution or local.")
    ] = "extension",
    county: Annotated[
        str | None, typer.Option(help="FIPS codes, if it carries on for fewer counties.")
    ] = None,
    ends: End = None,
) -> None:
    """Record what carries a declaration on from its end. Another declarer confirms it."""
    from cli.proof import proved
    from registry.db.engine import session_scope
    from registry.directory.reference import counties
    from registry.trust import declarations

    who = proved()
    with session_scope(principal=who) as session:
        base = declarations.named(session, who, which)
        starts_at = base.ends_at or datetime.now(UTC)
        made = declarations.record(
            session,
            who,
            instrument=instrument,
            number=number,
            authority=authority,
            counties=base.counties if county is None else _codes(county, counties(session)),
            starts_at=starts_at,
            ends_at=_moment(ends, starts_at, "--until"),
            extends=base.id,
        )
    _say(f"Recorded: {made}, which carries on {base.title}")
    _say(f"Another declarer confirms it by: merr declare confirm {made}")


@declare_commands.command()
def end(which: Which, *, reason: Annotated[str, typer.Option(help="Why it ends, for the audit.")]) -> None:
    """End a declaration and what extends it: contacts close at the next look. One that waits is withdrawn."""
    from cli.proof import proved
    from registry.db.engine import session_scope
    from registry.trust import declarations

    who = proved()
    with session_scope(principal=who) as session:
        found = declarations.named(session, who, which)
        declarations.end(session, who, found.id, reason)
    _say(f"{found.title} is ended, and what extends it.")


@declare_commands.command("list")
def list_all(
    at: Annotated[
        str | None, typer.Option(help="Only what was in force then: 2026-05-22T18:05, now, Central time.")
    ] = None,
) -> None:
    """List declarations, the latest start first, then the waivers for motor carriers."""
    from cli.acting import acting
    from registry.db.engine import session_scope
    from registry.directory.reference import counties
    from registry.trust import declarations, waivers

    who = acting()
    now = datetime.now(UTC)
    moment = now if at == "now" else _moment(at, now, "--at")
    with session_scope(principal=who) as session:
        found = declarations.list_declarations(session, who, active_at=moment)
        relief = waivers.list_waivers(session, who)
        known = counties(session) if found else None
    for declaration in found:
        _say(f"{declaration.id}  {_standing(declaration, known)}")
    if not found:
        _say("no declaration" if at is None else "no declaration was in force then")
    for waiver in relief:
        _say(f"{waiver.id}  {_relief(waiver)}")


@declare_commands.command()
def waiver(
    *,
    number: Number,
    authority: Authority,
    relief: Annotated[str, typer.Option(help="What it relieves of: 10 % more weight for relief loads.")],
    starts: Start = None,
    ends: End = None,
) -> None:
    """Record a waiver for motor carriers. It opens no contact."""
    from cli.acting import acting
    from registry.db.engine import session_scope
    from registry.trust import waivers

    who = acting()
    starts_at, ends_at = _span(starts, ends, datetime.now(UTC))
    with session_scope(principal=who) as session:
        made = waivers.record(
            session,
            who,
            number=number,
            authority=authority,
            relief=relief,
            starts_at=starts_at,
            ends_at=ends_at,
        )
    _say(f"Recorded: {made}. It opens no contact.")


def _span(starts: str | None, ends: str | None, now: datetime) -> tuple[datetime, datetime | None]:
    starts_at = _moment(starts, now, "--from") or now
    return starts_at, _moment(ends, starts_at, "--until")


def _moment(given: str | None, base: datetime, option: str) -> datetime | None:
    from matching.moments import read_moment

    return None if given is None else read_moment(given, base, option=option)


def _codes(given: str, known: Counties) -> Sequence[str]:
    if given.strip().lower() == WHOLE_STATE:
        return known.fips
    return [code.strip() for code in given.split(",") if code.strip()]


def _standing(declaration: Declaration, known: Counties | None) -> str:
    """Return what a declaration is, how it stands, where and from when to when."""
    from registry.trust.declaration import STATE_NAMES
    from registry.wording import moment_words

    until = f"until {moment_words(declaration.ends_at)}" if declaration.ends_at else "until somebody ends it"
    parts = [
        f"{declaration.title}, {declaration.authority}",
        STATE_NAMES[declaration.state].lower(),
        _where(declaration.counties, known),
        f"from {moment_words(declaration.starts_at)} {until}, Central time",
    ]
    if declaration.extends:
        parts.append(f"extends {declaration.extends}")
    if declaration.ended_at:
        parts.append(f"ended {moment_words(declaration.ended_at)}: {declaration.end_reason}")
    return "; ".join(parts)


def _where(codes: Sequence[str], known: Counties | None) -> str:
    names = [known.label(known.index(code)) if known else code for code in codes]
    if known and len(names) == len(known.fips):
        return "the whole state"
    more = len(names) - NAMED_COUNTIES
    return ", ".join(names[:NAMED_COUNTIES]) + (f" and {more} more" if more > 0 else "")


def _relief(waiver: Waiver) -> str:
    from registry.wording import moment_words

    until = f"until {moment_words(waiver.ends_at)}" if waiver.ends_at else "without an end"
    return (
        f"Waiver {waiver.number}, {waiver.authority}; {waiver.relief}; from {moment_words(waiver.starts_at)} "
        f"{until}, Central time; opens no contact"
    )


def _say(line: str) -> None:
    Console(highlight=False, markup=False, soft_wrap=True).print(line)
