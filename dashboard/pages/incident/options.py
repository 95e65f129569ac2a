"""The options: what counts as arriving, by which vehicle, and whether the area is kept clear; one quiet popover."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

import dash_mantine_components as dmc
from dash import Dash, Input, Output, State, ctx, html, no_update

from dashboard import inputs
from dashboard.attributes import wild
from dashboard.pages.incident.forms import ABOVE, button, draw_button, popover, refusal_box
from dashboard.state import AreaStore, TravelStore, area_of, refusal_store
from geo.errors import Refusal
from matching.answers import Question
from matching.errors import MatchingError
from matching.travel import check_travel, checked_staging, travel_from_json
from web.wall.classes import for_action

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dashboard.pages.incident.questions import Lines
    from dashboard.services import Services
    from geo.profiles import Profile

OWN: Final = "own"
"""The choice that lets every kind travel by its own vehicle."""

MEASURES: Final = {
    "first_entry": "First road in the area",
    "reach_p50": "Half of it reached",
    "reach_p90": "Nine tenths of it reached",
    "site": "At a staging point",
}
SHARES: Final = {"reach_p50": "Half", "reach_p90": "90%"}


def options_popover(profiles: Mapping[str, Profile]) -> html.Div:
    """Return the popover of the options."""
    measure = dmc.RadioGroup(
        dmc.Stack([dmc.Radio(label, value=code) for code, label in MEASURES.items()], gap=6),
        id="measure",
        label="Arriving means",
        value="first_entry",
    )
    reach_of = dmc.RadioGroup(
        dmc.Group([dmc.Radio("Its roads", value="roads"), dmc.Radio("Its people", value="people")]),
        id="reach-of",
        label="Half or nine tenths of",
        value="roads",
        className="of-share",
    )
    vehicle = dmc.Select(
        id="vehicle",
        label="Vehicle",
        description="Its own: a truck where a truck is needed, as for generators; a car for the rest.",
        data=vehicle_choices(profiles),
        value=OWN,
        searchable=True,
        allowDeselect=False,
        comboboxProps=ABOVE,
    )
    keep_out = dmc.Checkbox(id="keep-out", label="Nobody may drive inside the area")
    return popover(
        "options",
        "Options",
        [
            html.Div(
                [
                    html.Div(measure, **wild({"data-first": "1"})),
                    reach_of,
                    _staging(),
                    vehicle,
                    keep_out,
                    refusal_box("options-refused"),
                    html.Div(
                        [button("Use these options", "use-options"), button("As usual", "usual", main=False)],
                        className="bt",
                    ),
                    _about(),
                ],
                className="form options-form",
            )
        ],
        wide=True,
    )


def _staging() -> html.Div:
    return html.Div(
        [
            dmc.TextInput(
                id="staging-name",
                label="Staging point, by name",
                placeholder="Joplin High School",
                inputProps={"maxLength": 80},
            ),
            dmc.TextInput(
                id="staging-place",
                label="Where it is",
                description="A place or ZIP code, a USNG coordinate, or 37.06, -94.49",
            ),
            html.Div(draw_button("Click it on the map", "staging", "marker", "poly"), className="bt"),
        ],
        className="of-site form",
    )


def _about() -> html.Details:
    return html.Details(
        [
            html.Summary("How arrival is measured"),
            html.P(
                "Arrival = time to get ready + estimated access + time on the road, until what is chosen above. "
                "It is never a straight line, and nobody is cut off at a distance."
            ),
            html.P(
                "Estimated access is the way from a site to the nearest road of the network, at 25 mph and 1.3 times "
                "the straight distance. Its share stands beside every time."
            ),
            html.P(
                "Half of its roads: half of the length of open road in the area could have been driven to by then; of "
                "its people: half of who lives there, laid along those roads. A blocked road ends through travel; a "
                "slowed one takes the given number of times as long."
            ),
        ],
        className="about",
    )


def vehicle_choices(profiles: Mapping[str, Profile]) -> list[dict[str, str]]:
    """Return what everything may travel by: each by its own first."""
    return [
        {"value": OWN, "label": "Each by its own"},
        *({"value": code, "label": profile.name} for code, profile in profiles.items()),
    ]


def options_lines(asked: Mapping[str, Any], profiles: Mapping[str, Profile]) -> Lines:
    """Return what the options' button says: what arriving means, and by which vehicle."""
    try:
        chosen = travel_from_json(asked)
    except MatchingError:  # of another version; the panel says what cannot be read
        return "Options", "Choose again"
    measure, vehicle = chosen["measure"], chosen["profile"]
    if measure in SHARES:
        head = f"{SHARES[measure]} of its {chosen['reach_of']} reached"
    elif measure == "site" and chosen["staging"]:
        head = f"At {chosen['staging'].name}"
    else:
        head = "Edge of the area" if chosen["keep_out"] else "First road in the area"
    known = profiles[vehicle].name.lower() if vehicle in profiles else vehicle
    below = "Each by its own vehicle" if vehicle is None else f"All by {known}"
    return head, below + (", area kept clear" if chosen["keep_out"] else "")


@dataclass(frozen=True)
class TravelInput:
    """All that the options' popover and the map hold when one of its buttons is used."""

    drawn: dict[str, Any] | None
    measure: str
    reach_of: str
    vehicle: str
    name: str
    place: str
    keep_out: bool


def new_travel(
    services: Services, trigger: str, given: TravelInput, store: TravelStore, area: AreaStore
) -> TravelStore | None:
    """Return the options' next state; None when what was drawn is for something else."""
    if trigger == "usual":
        return {"asked": {}}
    if trigger == "drawn" and (not given.drawn or given.drawn["purpose"] != "staging"):
        return None
    try:
        asked = _asked(services, trigger, given)
        chosen = travel_from_json(asked)
        place = area_of(area)
        if place is not None:
            check_travel(Question(place, (), (), datetime.now(UTC), **chosen))
        elif chosen["staging"]:
            checked_staging(chosen["staging"])
    except Refusal as refusal:
        return {"asked": store["asked"], "refused": refusal_store(refusal)}
    return {"asked": asked}


def _asked(services: Services, trigger: str, given: TravelInput) -> dict[str, Any]:
    """Return the form as `matching.travel` keeps it: only what is not as usual."""
    measure = "site" if trigger == "drawn" else given.measure
    asked: dict[str, Any] = {}
    if given.vehicle not in ("", OWN):
        asked["profile"] = given.vehicle
    if measure != "first_entry":
        asked["measure"] = measure
    if measure in SHARES and given.reach_of != "roads":
        asked["reach_of"] = given.reach_of
    if measure == "site":
        if trigger == "drawn" and given.drawn:
            lon, lat = given.drawn["feature"]["geometry"]["coordinates"][:2]
            known = inputs.STAGING
        else:
            lon, lat, known = inputs.staging_point(given.place, services.gazetteer)
        asked["staging"] = {"name": given.name.strip() or known, "lon": lon, "lat": lat}
    if given.keep_out:
        asked["keep_out"] = True
    return asked


def form_values(travel: TravelStore) -> tuple[Any, ...]:
    """Return what the form shows: measure, of what, vehicle, the staging point's name and place, kept clear."""
    asked = travel["asked"]
    staging = asked.get("staging")
    return (
        asked.get("measure", "first_entry"),
        asked.get("reach_of", "roads"),
        asked.get("profile", OWN),
        staging["name"] if staging else "",
        f"{staging['lat']:.5f}, {staging['lon']:.5f}" if staging else "",
        bool(asked.get("keep_out")),
    )


def register(app: Dash, services: Services) -> None:
    """Hang the options' one writer, and what fills their form, on the application."""

    @app.callback(
        Output("travel", "data"),
        Input("use-options", "n_clicks"),
        Input("usual", "n_clicks"),
        Input("drawn", "data"),
        State("measure", "value"),
        State("reach-of", "value"),
        State("vehicle", "value"),
        State("staging-name", "value"),
        State("staging-place", "value"),
        State("keep-out", "checked"),
        State("travel", "data"),
        State("area", "data"),
        prevent_initial_call=True,
    )
    @for_action("match.ask")
    def write_travel(  # noqa: PLR0917 - Dash passes its inputs by position
        _use: int,
        _usual: int,
        drawn: dict[str, Any] | None,
        measure: str | None,
        reach_of: str | None,
        vehicle: str | None,
        name: str | None,
        place: str | None,
        keep_out: bool,
        travel: TravelStore,
        area: AreaStore,
    ) -> Any:  # noqa: ANN401 - a store or no update
        given = TravelInput(
            drawn,
            measure or "first_entry",
            reach_of or "roads",
            vehicle or OWN,
            name or "",
            place or "",
            bool(keep_out),
        )
        return new_travel(services, str(ctx.triggered_id), given, travel, area) or no_update

    @app.callback(
        Output("measure", "value"),
        Output("reach-of", "value"),
        Output("vehicle", "value"),
        Output("staging-name", "value"),
        Output("staging-place", "value"),
        Output("keep-out", "checked"),
        Input("travel", "data"),
    )
    @for_action("incident.read")
    def fill(travel: TravelStore) -> tuple[Any, ...]:
        # A refused form stays as it was typed, so that one field can be put right.
        return (no_update,) * 6 if travel.get("refused") else form_values(travel)
