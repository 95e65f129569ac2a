"""What the browser keeps of a question that is not saved yet, and the way back to the domain's own objects.

Each store has one writer: `area`, `closures`, `needs`, `when`, `travel`. A refused input is kept beside the last good value,
so that nothing the user has entered is lost.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, NotRequired, TypedDict

from geo.areas import area_from_geojson
from geo.closures import read_closures
from matching.answers import Question
from matching.errors import MatchingError
from matching.needs import need_as_json, need_from_json
from matching.travel import travel_from_json

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geo.areas import IncidentArea
    from geo.closures import Closure
    from geo.errors import Refusal
    from matching.needs import Need
    from registry.directory.kinds import Taxonomy
    from registry.incidents.incident import Incident

Feature = dict[str, Any]


class RefusalStore(TypedDict):
    """A refusal as the page shows it; `outline` is the refused shape when it can be drawn."""

    title: str
    given: str
    wanted: str
    todo: str
    place: tuple[float, float] | None
    outline: NotRequired[Feature | None]


class AreaStore(TypedDict):
    """The incident area, what to call it, and the last refusal, if the newest input was refused."""

    shape: Feature | None
    origin: str
    label: str
    refused: NotRequired[RefusalStore | None]


class ClosuresStore(TypedDict):
    """The closures as GeoJSON features, in the order they were given."""

    items: list[Feature]
    refused: NotRequired[RefusalStore | None]


class NeedsStore(TypedDict):
    """The needs as their JSON, which of them is on screen, and which button wrote them."""

    items: list[dict[str, Any]]
    shown: int
    by: NotRequired[str]
    refused: NotRequired[RefusalStore | None]


class WhenStore(TypedDict):
    """From when arrivals are counted (None: now), the deadline (None: open), and whether sites inside count too.

    `by` is the button that wrote them, if one did.
    """

    asked_at: str | None
    by_at: str | None
    include_inside: bool
    by: NotRequired[str]
    refused: NotRequired[RefusalStore | None]


class TravelStore(TypedDict):
    """How travel is asked about where it is not as usual, as `matching.travel` keeps it."""

    asked: dict[str, Any]
    refused: NotRequired[RefusalStore | None]


class ShownStore(TypedDict):
    """The question that the page's answer belongs to, moment included, so that all that follows agrees with it."""

    area: AreaStore
    closures: ClosuresStore
    needs: NeedsStore
    when: WhenStore
    travel: TravelStore


EMPTY_AREA: AreaStore = {"shape": None, "origin": "", "label": ""}
EMPTY_CLOSURES: ClosuresStore = {"items": []}
EMPTY_NEEDS: NeedsStore = {"items": [], "shown": 0}
EMPTY_WHEN: WhenStore = {"asked_at": None, "by_at": None, "include_inside": False}

EMPTY_TRAVEL: TravelStore = {"asked": {}}


def refusal_store(refusal: Refusal, outline: Feature | None = None) -> RefusalStore:
    """Return a refusal as a store keeps it."""
    return {
        "title": refusal.title,
        "given": refusal.given,
        "wanted": refusal.wanted,
        "todo": refusal.todo,
        "place": refusal.place,
        "outline": outline,
    }


def area_store(area: IncidentArea, label: str) -> AreaStore:
    """Return an area as the browser keeps it."""
    return {"shape": area.as_geojson(), "origin": area.origin, "label": label}


def area_of(store: AreaStore) -> IncidentArea | None:
    """Return the area of a store, checked again: what comes from a browser is a user's input."""
    shape = store.get("shape")
    return area_from_geojson(shape, store.get("origin") or "pasted") if shape else None


def closures_of(store: ClosuresStore) -> tuple[Closure, ...]:
    """Return the closures of a store, checked again."""
    items = store.get("items") or []
    return read_closures({"type": "FeatureCollection", "features": items}) if items else ()


def needs_of(store: NeedsStore, taxonomy: Taxonomy) -> tuple[Need, ...]:
    """Return the needs of a store, checked against today's kinds and attributes."""
    return tuple(need_from_json(item, taxonomy) for item in store.get("items") or [])


def known_needs(store: NeedsStore, taxonomy: Taxonomy) -> tuple[Need, ...]:
    """Return the needs of a store that today's kinds and attributes know, for the forms in which they are put right.

    A kind may have gone since an incident was saved. The panel says so, since `needs_of` refuses it.
    """
    known = []
    for item in store.get("items") or []:
        try:
            known.append(need_from_json(item, taxonomy))
        except MatchingError:
            continue
    return tuple(known)


def moment_of(text: str | None) -> datetime | None:
    """Return the aware UTC moment of a store's text."""
    return datetime.fromisoformat(text) if text else None


def question_of(stores: ShownStore, taxonomy: Taxonomy, now: datetime) -> Question | None:
    """Return the question that the stores ask at `now` (aware UTC), or None while an answer is still missing."""
    area = area_of(stores["area"])
    needs = needs_of(stores["needs"], taxonomy)
    if area is None or not needs:
        return None
    when = stores["when"]
    return Question(
        area=area,
        needs=needs,
        closures=closures_of(stores["closures"]),
        asked_at=moment_of(when["asked_at"]) or now,
        by_at=moment_of(when["by_at"]),
        include_inside=bool(when.get("include_inside")),
        **travel_from_json(stores["travel"]["asked"]),
    )


def shown_need(store: NeedsStore, count: int) -> int:
    """Return the index of the need on screen, within the `count` there are."""
    return min(max(int(store.get("shown") or 0), 0), max(count - 1, 0))


def stores_of(incident: Incident) -> ShownStore:
    """Return a saved incident as the stores of its page."""
    area = area_store(incident.area, incident.name) if incident.area else EMPTY_AREA
    return {
        "area": area,
        "closures": {"items": closure_features(incident.closures)},
        "needs": {"items": [dict(need) for need in incident.structured_needs], "shown": 0},
        "when": {
            "asked_at": incident.asked_at.isoformat(),
            "by_at": incident.by_at.isoformat() if incident.by_at else None,
            "include_inside": incident.include_inside,
        },
        "travel": {"asked": dict(incident.travel)},
    }


def closure_features(closures: Sequence[Closure]) -> list[Feature]:
    """Return closures as GeoJSON features."""
    return [closure.as_geojson() for closure in closures]


def need_items(needs: Sequence[Need]) -> list[dict[str, Any]]:
    """Return needs as a store keeps them."""
    return [need_as_json(need) for need in needs]
