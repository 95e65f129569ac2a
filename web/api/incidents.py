"""Incidents: listed, read, saved, changed, closed and reopened within an account's counties."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

from pydantic import Field

from matching.needs import need_as_json, parse_need
from registry.directory.store import kinds
from registry.incidents import desk
from registry.incidents.store import hold_incident
from web.api.conditions import require_state, tag_of
from web.api.paging import Paged, id_of_key, key_of_moment, moment_of_key, page, read_cursor
from web.api.route import LARGE_BYTES, Call, NoQuestion, Nothing, Reply, Route
from web.api.shapes import (
    Area,
    Closures,
    Needs,
    ShownArea,
    Travel,
    read_closed,
    read_shape,
    travel_fields,
)
from web.api.values import GeoJson, Given, Moment, Told, Words
from web.errors import BodyError

if TYPE_CHECKING:
    from geo.areas import IncidentArea
    from registry.incidents.incident import Incident, IncidentSummary
    from registry.incidents.store import ListKey


class IncidentsAsked(Paged):
    """Which incidents."""

    status: Literal["open", "closed"] | None = None


class IncidentGiven(Given):
    """All that an incident says; a change gives it whole."""

    name: Annotated[Words, Field(max_length=200)]
    kind: Annotated[Words, Field(max_length=200)]
    area: Area | None = None
    closures: Closures = ()
    needs: Annotated[Needs, Field(min_length=0)] = ()
    asked_at: Moment | None = None
    by_at: Moment | None = None
    include_inside: bool = False
    travel: Travel = Travel()


class IncidentLine(Told):
    """An incident as a list shows it."""

    id: str
    name: str
    kind: str
    status: Literal["open", "closed"]
    needs: tuple[str, ...]
    asked_at: Moment
    by_at: Moment | None
    include_inside: bool
    travel: dict[str, Any]
    created_at: Moment
    updated_at: Moment
    area_version: int
    closure_count: int


class IncidentTold(IncidentLine):
    """An incident with its latest area and its closures."""

    area: ShownArea | None
    closures: tuple[GeoJson, ...]


class IncidentsTold(Told):
    """A page of incidents."""

    incidents: tuple[IncidentLine, ...]


def listed(call: Call[Nothing, IncidentsAsked]) -> Reply:
    """Return a page of the incidents that the account may read: open ones first, then the latest first."""
    asked = call.asked
    found = desk.list_incidents(
        call.session, call.principal, status=asked.status, after=_after(asked.after), limit=asked.limit + 1
    )
    shown, after = page(found, _key, asked)
    return Reply(
        value=IncidentsTold(incidents=tuple(IncidentLine(**_line(row)) for row in shown)), after=after
    )


def read(call: Call[Nothing, NoQuestion]) -> Reply:
    """Return one incident with the tag of its state."""
    return _shown(call)


def save(call: Call[IncidentGiven, NoQuestion]) -> Reply:
    """Return a new incident."""
    made = desk.save_incident(call.session, call.principal, **_fields(call))
    return _shown(call, made, location=f"/incidents/{made}")


def change(call: Call[IncidentGiven, NoQuestion]) -> Reply:
    """Return an incident as it was changed."""
    known = call.ids["incident_id"]
    hold_incident(call.session, known)
    saved = desk.load_incident(call.session, call.principal, known)
    require_state(call.condition, tag_of(_told(saved)))
    if saved.area is not None and call.body.area is None:
        raise _area_missing(known)
    desk.update_incident(call.session, call.principal, known, **_fields(call, saved.area))
    return _shown(call)


def close(call: Call[Nothing, NoQuestion]) -> Reply:
    """Return a closed incident."""
    desk.close_incident(call.session, call.principal, call.ids["incident_id"])
    return _shown(call)


def reopen(call: Call[Nothing, NoQuestion]) -> Reply:
    """Return an incident that is open again."""
    desk.reopen_incident(call.session, call.principal, call.ids["incident_id"])
    return _shown(call)


def _area_missing(incident_id: str) -> BodyError:
    """Return the refusal of a change that would take an area away: what was ranked for it stays on record."""
    return BodyError(
        "The area of an incident cannot be taken away",
        given=f"a change of incident {incident_id} without an area",
        wanted="its area as it was read, or another one",
        todo="send the `area` that GET tells, or draw it anew",
    )


def _may_hear_again(call: Call[Any, Any], location: str | None) -> None:
    """Refuse to tell again of an incident that lies outside the account's counties meanwhile."""
    known = call.ids.get("incident_id") or (location or "").rpartition("/")[2]
    action = "incident.close" if "incident_id" in call.ids else "incident.save"
    desk.require_there(call.session, call.principal, action, known)


def _shown(call: Call[Any, Any], made: str | None = None, location: str | None = None) -> Reply:
    call.session.flush()
    call.session.expire_all()  # what the database set itself is read anew
    found = desk.load_incident(call.session, call.principal, made or call.ids["incident_id"])
    told = _told(found)
    return Reply(value=told, etag=tag_of(told), location=location)


def _fields(call: Call[IncidentGiven, NoQuestion], saved: IncidentArea | None = None) -> dict[str, Any]:
    """Return what a body gives as the desk takes it; an area sent back as it was stays what it was."""
    given = call.body
    area = None if given.area is None else read_shape(call.session, given.area)
    if area is not None and saved is not None and area.geometry == saved.geometry:
        area = saved
    taxonomy = kinds(call.session)
    needs = tuple(parse_need(text, taxonomy) for text in given.needs)
    asked_at = given.asked_at or datetime.now(UTC).replace(second=0, microsecond=0)
    closures = read_closed(given.closures)
    return {
        "name": given.name,
        "kind": given.kind,
        "area": area,
        "closures": closures,
        "needs": [need_as_json(need) for need in needs],
        "asked_at": asked_at,
        "by_at": given.by_at,
        "include_inside": given.include_inside,
        "travel": _travel(given.travel),
    }


def _travel(given: Travel) -> dict[str, Any]:
    fields = travel_fields(given)
    point = fields["staging"]
    usual = Travel().model_dump()
    kept = {name: value for name, value in fields.items() if name != "staging" and value != usual[name]}
    return kept if point is None else {**kept, "staging": point._asdict()}


def _told(row: Incident) -> IncidentTold:
    return IncidentTold(
        **_line(row),
        area=None if row.area is None else ShownArea(geojson=row.area.as_geojson()),
        closures=tuple(closure.as_geojson() for closure in row.closures),
    )


def _line(row: IncidentSummary) -> dict[str, Any]:
    told = {name: getattr(row, name) for name in IncidentLine.model_fields}
    return {**told, "travel": dict(row.travel)}


def _key(row: IncidentSummary) -> tuple[str | int, ...]:
    return (row.status == "closed") * 1, key_of_moment(row.created_at), row.id


def _after(given: str | None) -> ListKey | None:
    if given is None:
        return None
    closed, made_at, last = read_cursor(given, (int, int, str))
    return bool(closed), moment_of_key(given, int(made_at)), id_of_key(given, str(last))


_ONE: Final = "/incidents/{incident_id}"

ROUTES: Final = (
    Route(
        method="GET",
        path="/incidents",
        action="incident.read",
        does=listed,
        summary="List incidents, open ones first, then the latest first",
        asks=IncidentsAsked,
        gives=IncidentsTold,
    ),
    Route(
        method="POST",
        path="/incidents",
        action="incident.save",
        does=save,
        summary="Save a new incident",
        takes=IncidentGiven,
        gives=IncidentTold,
        status=201,
        most_bytes=LARGE_BYTES,
        once=True,
        again=_may_hear_again,
    ),
    Route(
        method="GET",
        path=_ONE,
        action="incident.read",
        does=read,
        summary="Read an incident",
        gives=IncidentTold,
        tagged=True,
    ),
    Route(
        method="PUT",
        path=_ONE,
        action="incident.save",
        does=change,
        summary="Change an incident",
        about=(
            "The body is all that it says from now on; an area other than the latest becomes its next version. An area "
            "that is there cannot be taken away: send it back as it was read."
        ),
        takes=IncidentGiven,
        gives=IncidentTold,
        refuses=(409,),
        most_bytes=LARGE_BYTES,
        conditional=True,
    ),
    *(
        Route(
            method="POST",
            path=f"{_ONE}/{word}",
            action="incident.close",
            does=does,
            summary=summary,
            takes=Nothing,
            gives=IncidentTold,
            once=True,
            again=_may_hear_again,
        )
        for word, does, summary in (
            ("close", close, "Close an incident; it is kept"),
            ("reopen", reopen, "Reopen a closed incident"),
        )
    ),
)
