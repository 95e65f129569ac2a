"""Everything the page shows for a state of its stores: one call in, all components out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from dash import html

from dashboard import contacts, layers
from dashboard.marks import icon
from dashboard.overview import overview
from dashboard.pages.incident import closures as closures_popover
from dashboard.pages.incident import contact, dock, options, questions, ranked, states
from dashboard.state import (
    ShownStore,
    area_of,
    closures_of,
    known_needs,
    moment_of,
    needs_of,
    refusal_store,
    shown_need,
)
from geo.errors import Refusal
from matching.explanation import CENTRAL, need_words, question_words
from registry.people.access import may_somewhere

if TYPE_CHECKING:
    from dashboard.contacts import About
    from dashboard.services import Services
    from dashboard.state import RefusalStore
    from geo.areas import IncidentArea
    from geo.closures import Closure
    from matching.answers import Answer, Match, NeedAnswer
    from matching.needs import Need
    from registry.directory.kinds import Taxonomy
    from registry.people.principal import Principal


@dataclass(frozen=True)
class View:
    """What the page shows, one field per part of it."""

    heading: str
    said: str
    area: list[Any]
    what: list[Any]
    when: list[Any]
    closures: list[Any]
    options: list[Any]
    line: list[Any]
    run: list[Any]
    panel_class: str
    panel: list[Any]
    top: list[Any]
    tab_ranked: str
    tab_left: str
    rows: list[dict[str, Any]]
    nobody: list[Any]
    left: list[Any]
    foot: Any
    overview: Any
    area_layer: dict[str, Any]
    closures_layer: dict[str, Any]
    marks_layer: dict[str, Any]
    veil: list[Any]
    closure_rows: list[Any]
    bounds: layers.Bounds
    shown: ShownStore | None
    about: About


@dataclass(frozen=True)
class Scene:
    """The stores read into the domain's objects, with their answer when there is one."""

    stores: ShownStore
    area: IncidentArea | None
    closures: tuple[Closure, ...]
    needs: tuple[Need, ...]
    shown: int
    asked_at: datetime
    answer: Answer | None = None
    unanswered: RefusalStore | None = None

    @property
    def part(self) -> NeedAnswer | None:
        """The answer to the need on screen."""
        return self.answer.needs[self.shown] if self.answer else None


def read_scene(
    services: Services, who: Principal, stores: ShownStore, incident_id: str | None = None
) -> Scene:
    """Return the stores read and answered as far as the account may see it, or why they cannot be.

    The moment of ranking is fixed here when none was given, so a deadline may have passed meanwhile.
    """
    asked_at = moment_of(stores["when"]["asked_at"]) or datetime.now(UTC).replace(microsecond=0)
    fixed: ShownStore = {**stores, "when": {**stores["when"], "asked_at": asked_at.isoformat()}}
    needs: tuple[Need, ...] = ()
    answer, unanswered = None, None
    try:
        may_ask = may_somewhere(who, "match.ask")
        # Kinds may have gone since an incident was saved; all else of it is shown all the same.
        needs = needs_of(fixed["needs"], services.taxonomy)
        answer = services.answer(who, fixed, incident_id) if may_ask else None
    except Refusal as refusal:
        unanswered = refusal_store(refusal)
    return Scene(
        stores=fixed,
        area=area_of(fixed["area"]),
        closures=closures_of(fixed["closures"]),
        needs=needs,
        shown=shown_need(fixed["needs"], len(needs)),
        asked_at=asked_at,
        answer=answer,
        unanswered=unanswered,
    )


def incident_view(
    services: Services,
    who: Principal,
    stores: ShownStore,
    *,
    show_old: bool,
    saved: str,
    incident_id: str | None = None,
) -> View:
    """Return the page for its stores; `saved` says whether the incident is saved, `incident_id` as which."""
    scene = read_scene(services, who, stores, incident_id)
    refused = stores["area"].get("refused")
    hidden = bool(refused) and not show_old
    part = None if hidden else scene.part
    label = stores["area"]["label"] or "Incident area"
    by_at = moment_of(stores["when"]["by_at"])
    notes = scene.answer.closures if scene.answer else ()
    result = ranked.NO_RESULT
    if scene.answer and part:
        result = ranked.result(scene.answer, scene.shown, services.taxonomy, services.sectors)
    area_bounds = scene.area.bounds if scene.area else None
    return View(
        heading="Area refused" if hidden else heading(scene, label),
        said=spoken(scene, part, refused=bool(refused or scene.unanswered)),
        area=questions.words(questions.area_lines(stores["area"], scene.area, scene.answer)),
        what=questions.words(questions.what_lines(scene.needs, scene.shown)),
        when=questions.words(questions.when_lines(scene.needs, scene.shown, scene.asked_at, by_at)),
        closures=questions.words(questions.closure_lines(scene.closures), editable=False),
        options=questions.words(
            options.options_lines(stores["travel"]["asked"], services.profiles), editable=False
        ),
        line=questions.narrow_words(scene.needs, scene.shown, scene.answer, stores["area"]["label"]),
        run=run_words(scene.answer, saved, hidden=hidden or scene.unanswered is not None),
        panel_class=panel_class(part),
        panel=panel(scene, show_old=show_old, may_ask=may_somewhere(who, "match.ask")),
        top=[*([states.old_note(refused)] if refused and part else []), *result.top],
        tab_ranked=result.tab_ranked,
        tab_left=result.tab_left,
        rows=result.rows,
        nobody=result.nobody,
        left=result.left,
        foot=result.foot,
        overview=overview(services.missouri_path, scene.area, part.matches if part else ()),
        area_layer=layers.collection(
            [
                *([] if hidden else layers.area_features(stores["area"], label)),
                *layers.refused_features(refused),
                *([] if hidden else layers.staging_features(stores["travel"]["asked"])),
            ]
        ),
        closures_layer=layers.collection(layers.closure_layer(scene.closures)),
        marks_layer=layers.collection(layers.match_marks(part, scene.asked_at) if part else []),
        veil=veil_words(scene.answer) if part else [],
        closure_rows=closures_popover.closure_rows(scene.closures, notes),
        bounds=layers.refused_view(refused) if refused and hidden else layers.first_view(area_bounds, part),
        shown=scene.stores if scene.answer else None,
        about=contacts.about(services, who, scene.area, incident_id),
    )


def veil_words(answer: Answer | None) -> list[Any]:
    """Return what the map says of the points on it while names and places are closed; nothing once they are open."""
    if answer is None or answer.opened:
        return []
    return [icon("lock"), "Until contacts open, points stand at the county seat or the ZIP"]


def panel_class(part: NeedAnswer | None) -> str:
    """Return which parts of the panel are seen: the answer's own, or what stands in for it."""
    if part is None:
        return "result is-empty"
    return "result is-answer" if part.matches else "result is-answer is-nobody"


def panel(scene: Scene, *, show_old: bool, may_ask: bool) -> list[Any]:
    """Return what stands in the panel in place of an answer; nothing when there is one."""
    if not may_ask:
        return states.onlooker_panel([need_words(need) for need in scene.needs])
    refused = scene.stores["area"].get("refused")
    if refused and not show_old:
        return states.refused_panel(refused, has_old=scene.answer is not None)
    if scene.unanswered:
        return states.unanswered_panel(scene.unanswered)
    if scene.answer is None:
        return states.empty_panel(has_area=scene.area is not None, has_need=bool(scene.needs))
    return []


def heading(scene: Scene, label: str) -> str:
    """Return the page's one heading: where, and what is asked."""
    if scene.answer is None:
        return "New incident" if scene.area is None else label
    need = scene.needs[scene.shown]
    return f"{label}: {need.label}, {question_words(need, scene.answer.question)}"


def spoken(scene: Scene, part: NeedAnswer | None, *, refused: bool) -> str:
    """Return what a screen reader hears when the page has changed."""
    if part is None or scene.answer is None:
        return "" if refused else "No list yet. It needs an area and a kind."
    return ranked.said(part, scene.answer)


def run_words(answer: Answer | None, saved: str, *, hidden: bool) -> list[Any]:
    """Return when and how fast the list was ranked, and whether the incident is saved."""
    now = f"{datetime.now(CENTRAL):%H:%M:%S}"
    if hidden:
        first = "Nothing ranked"
    elif answer is None:
        first = "No list yet"
    else:
        first = f"Ranked {now}, {max(answer.computed_ms, 1) / 1000:.1f} s"
    return [html.Span(first), html.Br(), html.Span(saved, id="saved-words")]


def picked_view(
    services: Services,
    who: Principal,
    shown: ShownStore | None,
    picked: str | None,
    *,
    show_old: bool,
    incident_id: str | None = None,
) -> tuple[Any, dict[str, Any]]:
    """Return the dock's card and the route layer for the picked asset; without one, what lies inside the area.

    While a newer area is refused, nothing is said of the one before unless its old list is shown.
    """
    if shown is None or (shown["area"].get("refused") and not show_old):
        return dock.nothing_card(), layers.collection([])
    scene = read_scene(services, who, shown, incident_id)
    if scene.answer is None or scene.part is None:
        return dock.nothing_card(), layers.collection([])
    match = _match(scene.part, picked)
    if match:
        route = services.route(scene.answer, match)
        card = dock.match_card(
            match,
            scene.part,
            scene.answer,
            services.taxonomy,
            shown=route is not None,
            contact=contact.slot(services, who, scene.answer, match.listing.provider_id, incident_id),
        )
        return card, layers.collection(layers.route_layer(route, match))
    cut_off = next((row for row in scene.part.left_out if row.listing.asset_id == picked), None)
    card = dock.cut_off_card(cut_off) if cut_off else dock.inside_card(scene.answer, services.sectors)
    return card, layers.collection([])


def _match(part: NeedAnswer, picked: str | None) -> Match | None:
    return next((match for match in part.matches if match.listing.asset_id == picked), None)


def suggested_name(stores: ShownStore, taxonomy: Taxonomy) -> str:
    """Return a name for an incident that has none yet."""
    label = stores["area"]["label"] or "Incident"
    needs = known_needs(stores["needs"], taxonomy)
    return f"{label}, {need_words(needs[0]).split(',')[0].lower()}" if needs else label
