"""The closures' popover: what is closed, and three ways to close a road."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import dash_mantine_components as dmc
from dash import html

from dashboard.attributes import wild
from dashboard.bridges import LISTED, found_bridges
from dashboard.layers import closure_words
from dashboard.marks import icon
from dashboard.pages.incident.forms import ABOVE, button, draw_button, popover, refusal_box, tabs
from dashboard.pages.incident.mattering import matter_part
from dashboard.pages.incident.moments import moment_field, said_once
from matching.explanation import miles_words, moment_words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from geo.closures import Closure
    from geo.network import RoadNetwork
    from geo.profiles import Profile
    from matching.answers import ClosureNote


ROAD_CLASSES: Final = {
    "I": "Interstates",
    "US": "U.S. routes",
    "SR": "State routes",
    "CON": "Connectors",
    "S1100": "Primary roads",
    "S1200": "Secondary roads",
    "S1400": "Local roads",
    "S1630": "Ramps",
    "freeway": "Freeways",
    "highway": "Highways",
    "interstate": "Interstates",
    "interstate_link": "Interstate ramps",
    "motorway": "Motorways",
}
"""What people call the road classes of the usual sources; any other is called by its own word."""


def class_words(code: str) -> str:
    """Return what people call a road class: `Interstates`."""
    return ROAD_CLASSES.get(code, code.replace("_", " ").capitalize())


def closures_popover(network: RoadNetwork, profiles: Mapping[str, Profile]) -> html.Div:
    """Return the popover of the closures, for these roads and vehicles."""
    draw = [
        html.P("Say above what is closed, then draw it. Every road under it is closed."),
        html.Div(
            [
                draw_button("Draw an outline", "closure", "polygon", "poly", main=True),
                draw_button("Draw along a road", "closure", "polyline", "route"),
            ],
            className="bt",
        ),
    ]
    bridge = [
        dmc.Select(
            id="closure-bridge",
            label="Bridge or river crossing",
            description="By its name, its road, or the nearest place.",
            data=found_bridges(network, ""),
            limit=LISTED,
            searchable=True,
            clearable=True,
            nothingFoundMessage="No bridge of these roads is called so",
            comboboxProps=ABOVE,
            maxDropdownHeight=200,
        ),
        html.Div(button("Close this bridge", "use-bridge"), className="bt"),
    ]
    paste = [
        dmc.Textarea(
            id="closure-text",
            label="GeoJSON of one or more closures",
            description="Properties may say effect, factor, name, reason, from, until, classes, profiles and bridge; what is missing is taken from above.",
            autosize=True,
            minRows=3,
            maxRows=7,
        ),
        html.Div(button("Add these closures", "use-closure-text"), className="bt"),
    ]
    panels = [("bridge", "Bridge", bridge), ("draw", "Draw", draw), ("paste", "Paste", paste)]
    return popover(
        "closures",
        "Closures",
        [
            html.Ul(id="closure-list", className="closures"),
            html.H3("Add a closure"),
            html.Div(_fields(), className="form two-columns"),
            _limits(network.classes, profiles),
            tabs("closure-tabs", panels),
            refusal_box("closures-refused"),
            matter_part(),
        ],
        wide=True,
    )


def _fields() -> list[Any]:
    return [
        dmc.RadioGroup(
            dmc.Group([dmc.Radio("Blocked", value="blocked"), dmc.Radio("Slowed", value="slowed")]),
            id="closure-effect",
            label="The road is",
            value="blocked",
        ),
        dmc.NumberInput(
            id="closure-factor",
            label="It takes how many times as long",
            className="factor",
            value=2,
            min=1,
            max=100,
            step=0.5,
            decimalScale=2,
        ),
        dmc.TextInput(
            id="closure-name", label="Road or bridge", placeholder="I-44", inputProps={"maxLength": 120}
        ),
        dmc.TextInput(
            id="closure-reason",
            label="Reason",
            placeholder="Water over the road",
            inputProps={"maxLength": 200},
        ),
        moment_field("closure-from", "Empty: already closed."),
        moment_field("closure-until", "Empty: until removed."),
    ]


def _limits(classes: Sequence[str], profiles: Mapping[str, Profile]) -> html.Details:
    """Return the fields that limit a closure to some roads or some vehicles; empty ones limit nothing."""
    return html.Details(
        [
            html.Summary("Only some roads or some vehicles"),
            html.Div(
                [
                    dmc.MultiSelect(
                        id="closure-classes",
                        label="Only roads of class",
                        data=[{"value": code, "label": class_words(code)} for code in classes],
                        placeholder="all",
                        comboboxProps=ABOVE,
                    ),
                    dmc.MultiSelect(
                        id="closure-profiles",
                        label="Only for",
                        data=[{"value": code, "label": profile.name} for code, profile in profiles.items()],
                        placeholder="every vehicle",
                        comboboxProps=ABOVE,
                    ),
                ],
                className="form two-columns",
            ),
        ],
        className="about",
    )


def closure_rows(closures: Sequence[Closure], notes: Sequence[ClosureNote]) -> list[html.Li]:
    """Return each closure with what became of it and a button that removes it."""
    if not closures:
        return [html.Li("No road is closed yet.", className="c2")]
    by_key = {note.key: note for note in notes}
    return [_closure_row(closure, by_key.get(closure.key)) for closure in closures]


def became_words(note: ClosureNote) -> str:
    """Return what became of a closure below its name, which is not said again: `3 mi of road`, `Not blocked at 18:20`."""
    if note.state == "used":
        return f"{miles_words(note.touched_km * 1000)} of road"
    words = note.words.removeprefix(note.name).removeprefix(" is").strip()
    return words[:1].upper() + words[1:]


def _closure_row(closure: Closure, note: ClosureNote | None) -> html.Li:
    spans = [closure.reason] if closure.reason else []
    if closure.classes:
        spans.append(f"only {' and '.join(map(class_words, closure.classes)).lower()}")
    if closure.starts_at:
        spans.append(f"from {said_once(moment_words(closure.starts_at), closure.starts_at)}")
    if closure.ends_at:
        spans.append(f"until {said_once(moment_words(closure.ends_at), closure.ends_at)}")
    unused = note is not None and note.state != "used"
    words = closure_words(closure)
    return html.Li(
        [
            html.Span(className=f"swatch {closure.effect}", **wild({"aria-hidden": "true"})),
            html.Span(
                [
                    html.B(words),
                    html.Span(", ".join(spans), className="t12 c2") if spans else None,
                    html.Span(became_words(note), className="t12 warn" if unused else "t12 c2")
                    if note
                    else None,
                ],
                className="words",
            ),
            html.Button(
                icon("trash"),
                id={"type": "drop-closure", "key": closure.key},
                className="x",
                n_clicks=0,
                type="button",
                **wild({"aria-label": f"Remove: {words}"}),
            ),
        ]
    )
