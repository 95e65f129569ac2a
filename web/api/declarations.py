"""Declarations and waivers: listed, read, recorded, confirmed, extended and ended."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final

from pydantic import Field

from registry.people.names import names_of
from registry.trust import declarations, waivers
from registry.trust.declaration import (
    NUMBER_LIMIT,
    REASON_LIMIT,
    STATE_NAMES,
    WORDS_LIMIT,
    Declaration,
    Instrument,
    State,
)
from web.api.paging import Paged, after_moment, id_of_key, key_of_moment, moment_of_key, page, read_cursor
from web.api.route import Call, NoQuestion, Nothing, Reply, Route
from web.api.values import Fips, Given, Moment, Told, Words

if TYPE_CHECKING:
    from registry.db.engine import Session
    from registry.trust.waivers import Waiver

Number = Annotated[Words, Field(max_length=NUMBER_LIMIT)]
Authority = Annotated[Words, Field(max_length=WORDS_LIMIT)]
Counties = Annotated[tuple[Fips, ...], Field(min_length=1, max_length=115)]


class DeclarationsAsked(Paged):
    """Which declarations."""

    active_at: Moment | None = Field(default=None, description="Only those in force at that moment")


class DeclarationGiven(Given):
    """A declaration as its instrument says it."""

    instrument: Instrument
    number: Number
    authority: Authority
    counties: Counties
    starts_at: Moment
    ends_at: Moment | None = None


class EndGiven(Given):
    """Why a declaration ends."""

    reason: Annotated[Words, Field(max_length=REASON_LIMIT)]


class DeclarationTold(Told):
    """A declaration with its state by the database's clock, and who stands for each act."""

    id: str
    instrument: Instrument
    number: str
    title: str
    authority: str
    counties: tuple[str, ...]
    starts_at: Moment
    ends_at: Moment | None
    extends: str | None
    state: State
    state_words: str
    recorded_by: str
    recorded_at: Moment
    confirmed_by: str | None
    confirmed_at: Moment | None
    ended_by: str | None
    ended_at: Moment | None
    end_reason: str


class DeclarationsTold(Told):
    """A page of declarations."""

    declarations: tuple[DeclarationTold, ...]


class WaiverGiven(Given):
    """A waiver for motor carriers; it opens no contact."""

    number: Number
    authority: Authority
    relief: Annotated[Words, Field(max_length=WORDS_LIMIT)]
    starts_at: Moment
    ends_at: Moment | None = None


class WaiverTold(Told):
    """A waiver as it was recorded."""

    id: str
    number: str
    authority: str
    relief: str
    starts_at: Moment
    ends_at: Moment | None
    recorded_by: str
    recorded_at: Moment


class WaiversTold(Told):
    """A page of waivers."""

    waivers: tuple[WaiverTold, ...]


def listed(call: Call[Nothing, DeclarationsAsked]) -> Reply:
    """Return a page of declarations, the latest start first."""
    asked, begins = call.asked, None
    if asked.after is not None:
        starts_at, recorded_at, last = read_cursor(asked.after, (int, int, str))
        begins = (
            moment_of_key(asked.after, int(starts_at)),
            moment_of_key(asked.after, int(recorded_at)),
            id_of_key(asked.after, str(last)),
        )
    found = declarations.list_declarations(
        call.session, call.principal, asked.active_at, after=begins, limit=asked.limit + 1
    )
    shown, after = page(found, _key, asked)
    return Reply(value=DeclarationsTold(declarations=_told(call.session, *shown)), after=after)


def read(call: Call[Nothing, NoQuestion]) -> Reply:
    """Return one declaration."""
    return _shown(call, call.ids["declaration_id"])


def record(call: Call[DeclarationGiven, NoQuestion]) -> Reply:
    """Return a declaration that waits for another declarer."""
    return _recorded(call)


def extend(call: Call[DeclarationGiven, NoQuestion]) -> Reply:
    """Return a declaration that carries another one on, and waits for another declarer."""
    return _recorded(call, extends=call.ids["declaration_id"])


def confirm(call: Call[Nothing, NoQuestion]) -> Reply:
    """Return a declaration that is confirmed."""
    declarations.confirm(call.session, call.principal, call.ids["declaration_id"])
    return _shown(call, call.ids["declaration_id"])


def end(call: Call[EndGiven, NoQuestion]) -> Reply:
    """Return a declaration that has ended."""
    declarations.end(call.session, call.principal, call.ids["declaration_id"], call.body.reason)
    return _shown(call, call.ids["declaration_id"])


def waivers_listed(call: Call[Nothing, Paged]) -> Reply:
    """Return a page of waivers, the latest start first."""
    asked = call.asked
    found = waivers.list_waivers(
        call.session, call.principal, after=after_moment(asked), limit=asked.limit + 1
    )
    shown, after = page(found, _waiver_key, asked)
    names = names_of(call.session, [row.recorded_by for row in shown])
    told = tuple(
        WaiverTold(**{**vars(row), "recorded_by": names.get(row.recorded_by, row.recorded_by)})
        for row in shown
    )
    return Reply(value=WaiversTold(waivers=told), after=after)


def waive(call: Call[WaiverGiven, NoQuestion]) -> Reply:
    """Return a new waiver."""
    made = waivers.record(call.session, call.principal, **_fields(call.body))
    (row,) = (row for row in waivers.list_waivers(call.session, call.principal) if row.id == made)
    told = WaiverTold(**{**vars(row), "recorded_by": call.principal.name})
    return Reply(value=told, location="/waivers")


def _recorded(call: Call[DeclarationGiven, NoQuestion], extends: str | None = None) -> Reply:
    made = declarations.record(call.session, call.principal, **_fields(call.body), extends=extends)
    return _shown(call, made, location=f"/declarations/{made}")


def _fields(given: Given) -> dict[str, Any]:
    return {name: getattr(given, name) for name in type(given).model_fields}


def _shown(call: Call[Any, Any], declaration_id: str, location: str | None = None) -> Reply:
    call.session.expire_all()
    found = declarations.load(call.session, call.principal, declaration_id)
    (told,) = _told(call.session, found)
    return Reply(value=told, location=location)


def _told(session: Session, *rows: Declaration) -> tuple[DeclarationTold, ...]:
    """Return declarations with the names of those who stand for each act."""
    acts = ("recorded_by", "confirmed_by", "ended_by")
    names = names_of(session, [getattr(row, act) for row in rows for act in acts])
    return tuple(
        DeclarationTold(
            **{
                **vars(row),
                **{act: who and names.get(who, who) for act in acts for who in [getattr(row, act)]},
                "title": row.title,
                "state_words": STATE_NAMES[row.state],
            }
        )
        for row in rows
    )


def _key(row: Declaration) -> tuple[str | int, ...]:
    return key_of_moment(row.starts_at), key_of_moment(row.recorded_at), row.id


def _waiver_key(row: Waiver) -> tuple[str | int, ...]:
    return key_of_moment(row.starts_at), row.id


_ONE: Final = "/declarations/{declaration_id}"
_STEP_UP: Final = (
    "Wants a second factor given in the last ten minutes: a browser's session that stepped up, never a token."
)

ROUTES: Final = (
    Route(
        method="GET",
        path="/declarations",
        action="declaration.read",
        does=listed,
        summary="List declarations, the latest start first",
        asks=DeclarationsAsked,
        gives=DeclarationsTold,
    ),
    Route(
        method="POST",
        path="/declarations",
        action="declaration.record",
        does=record,
        summary="Record a declaration; another declarer confirms it",
        about=_STEP_UP,
        takes=DeclarationGiven,
        gives=DeclarationTold,
        status=201,
        once=True,
    ),
    Route(
        method="GET",
        path=_ONE,
        action="declaration.read",
        does=read,
        summary="Read a declaration",
        gives=DeclarationTold,
    ),
    Route(
        method="POST",
        path=f"{_ONE}/confirm",
        action="declaration.confirm",
        does=confirm,
        summary="Confirm a declaration that another declarer recorded; from its start on it opens contacts",
        about=_STEP_UP,
        takes=Nothing,
        gives=DeclarationTold,
        once=True,
    ),
    Route(
        method="POST",
        path=f"{_ONE}/extend",
        action="declaration.extend",
        does=extend,
        summary="Record a declaration that carries this one on, and ends with it",
        about=_STEP_UP,
        takes=DeclarationGiven,
        gives=DeclarationTold,
        status=201,
        once=True,
    ),
    Route(
        method="POST",
        path=f"{_ONE}/end",
        action="declaration.end",
        does=end,
        summary="End a declaration; what it opened is closed at the next look",
        about=_STEP_UP,
        takes=EndGiven,
        gives=DeclarationTold,
        once=True,
    ),
    Route(
        method="GET",
        path="/waivers",
        action="declaration.read",
        does=waivers_listed,
        summary="List the waivers for motor carriers, the latest start first",
        asks=Paged,
        gives=WaiversTold,
    ),
    Route(
        method="POST",
        path="/waivers",
        action="waiver.record",
        does=waive,
        summary="Record a waiver for motor carriers; it opens no contact",
        takes=WaiverGiven,
        gives=WaiverTold,
        status=201,
        once=True,
    ),
)
