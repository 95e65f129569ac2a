"""Looks: a contact opened for a purpose, and who looked at whom."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final

from pydantic import Field

from registry.trust import disclosure, trail
from registry.trust.refusals import PURPOSE_LIMIT
from registry.trust.trail import Filters
from web.api.paging import Paged, cursor, read_cursor
from web.api.route import Call, NoQuestion, Nothing, Reply, Route
from web.api.values import Given, Id, Moment, Told, Words

if TYPE_CHECKING:
    from registry.trust.trail import Event, Page


class LookGiven(Given):
    """Whose contact is opened, for which incident, and why."""

    incident_id: Id
    provider_id: Id
    purpose: Annotated[Words, Field(max_length=PURPOSE_LIMIT)]


class ContactTold(Told):
    """Whom to call."""

    person: str
    phone: str
    email: str


class ConfidenceTold(Told):
    """What a company tells in confidence about one of its assets."""

    asset_id: str
    asset: str
    price_basis: str | None
    conditions: str
    notes: str


class LookTold(Told):
    """What one look opened; `event` is its number in the audit."""

    provider_id: str
    provider_name: str
    contact: ContactTold | None
    proprietary: tuple[ConfidenceTold, ...]
    event: int


class EventsAsked(Paged):
    """Which events."""

    action: Annotated[Words, Field(max_length=60)] | None = None
    account_id: Annotated[Words, Field(max_length=60)] | None = None
    incident_id: Id | None = None
    provider_id: Id | None = None
    declaration_id: Id | None = None
    since: Moment | None = None
    until: Moment | None = None


class EventTold(Told):
    """One thing that was done or refused; a name is empty where there is none."""

    seq: int
    at: Moment
    login: str
    account_id: str | None
    account: str
    session_id: str | None
    request_id: str | None
    action: str
    sentence: str
    incident_id: str | None
    incident: str
    provider_id: str | None
    provider: str
    declaration_id: str | None
    declaration_instrument: str
    declaration_number: str
    purpose: str
    detail: dict[str, Any]


class LookLine(Told):
    """One look as the company and the person who looked have it: who, when, under which declaration, why."""

    seq: int
    at: Moment
    account: str
    incident_id: str | None
    incident: str
    provider_id: str | None
    provider: str
    declaration_id: str | None
    declaration_instrument: str
    declaration_number: str
    purpose: str


class LooksTold(Told):
    """A page of looks, the latest first."""

    events: tuple[LookLine, ...]


class EventsTold(Told):
    """A page of events, the latest first."""

    events: tuple[EventTold, ...]


def look(call: Call[LookGiven, NoQuestion]) -> Reply:
    """Return what one look opened; the audit holds it already."""
    given = call.body
    found = disclosure.disclose(
        call.session, call.principal, given.incident_id, given.provider_id, given.purpose
    )
    contact = None if found.contact is None else ContactTold(**vars(found.contact))
    return Reply(
        value=LookTold(
            provider_id=found.provider_id,
            provider_name=found.provider_name,
            contact=contact,
            proprietary=tuple(ConfidenceTold(**vars(each)) for each in found.proprietary),
            event=found.event,
        )
    )


def own(call: Call[Nothing, Paged]) -> Reply:
    """Return a page of what the account itself looked at."""
    return _looks(trail.looks_by(call.session, call.principal, **_window(call.asked)))


def of_company(call: Call[Nothing, Paged]) -> Reply:
    """Return a page of who looked at a company."""
    asked = _window(call.asked)
    return _looks(trail.looks_at(call.session, call.principal, call.ids["provider_id"], **asked))


def audit(call: Call[Nothing, EventsAsked]) -> Reply:
    """Return a page of all that was recorded."""
    asked = call.asked.model_dump(exclude={"limit", "after"})
    filters = Filters(**asked)
    return _page(trail.list_events(call.session, call.principal, filters=filters, **_window(call.asked)))


def _window(asked: Paged) -> dict[str, Any]:
    before = None if asked.after is None else read_cursor(asked.after, (int,))[0]
    return {"before": before, "limit": asked.limit}


def _looks(found: Page) -> Reply:
    """Return a page of looks, without by which session, login and request each came."""
    lines = tuple(
        LookLine(**{name: getattr(each, name) for name in LookLine.model_fields}) for each in found.events
    )
    return Reply(
        value=LooksTold(events=lines), after=None if found.before is None else cursor((found.before,))
    )


def _page(found: Page) -> Reply:
    told = EventsTold(events=tuple(map(_told, found.events)))
    return Reply(value=told, after=None if found.before is None else cursor((found.before,)))


def _told(event: Event) -> EventTold:
    return EventTold(**vars(event), sentence=event.sentence)


ROUTES: Final = (
    Route(
        method="POST",
        path="/looks",
        action="contact.look",
        does=look,
        summary="Open a company's contact for a purpose",
        about=(
            "Each is one look and one event of the audit, repeats too: no Idempotency-Key is taken, and no answer is "
            "kept, so that what a declaration opened is closed with it. `reason` of a refusal says what is missing."
        ),
        takes=LookGiven,
        gives=LookTold,
        refuses=(404,),
    ),
    Route(
        method="GET",
        path="/looks",
        action="audit.own",
        does=own,
        summary="List what you looked at, the latest first",
        asks=Paged,
        gives=LooksTold,
    ),
    Route(
        method="GET",
        path="/providers/{provider_id}/looks",
        action="provider.looks",
        does=of_company,
        summary="List who opened a company's contact, under which declaration and why",
        asks=Paged,
        gives=LooksTold,
    ),
    Route(
        method="GET",
        path="/events",
        action="audit.read",
        does=audit,
        summary="List all that was recorded, the latest first",
        asks=EventsAsked,
        gives=EventsTold,
    ),
)
