"""The closures' popover: what is closed, and three ways to close a road."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import dash_mantine_components as dmc
from dash import html

from dashboard.attributes import wild
from dashboard.layers import closure_words
from dashboard.marks import icon
from dashboard.pages.incident.forms import ABOVE, button, draw_button, popover, refusal_box, tabs
from dashboard.pages.incident.moments import moment_field, said_once
from matching.explanation import moment_words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from geo.closures import Closure
    from matching.answers import ClosureNote


def closures_popover(crossings: Mapping[str, Mapping[str, Any]]) -> html.Div:
    """Return the popover of the closures."""
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
    crossing = [
        dmc.Select(
            id="closure-crossing",
            label="River crossing",
            description="Bridges of the main roads, by the nearest place and county.",
            data=crossing_choices(crossings),
            searchable=True,
            clearable=True,
            nothingFoundMessage="No crossing is called so",
            comboboxProps=ABOVE,
            maxDropdownHeight=200,
            limit=80,
        ),
        html.Div(button("Close this crossing", "use-crossing"), className="bt"),
    ]
    paste = [
        dmc.Textarea(
            id="closure-text",
            label="GeoJSON of one or more closures",
            description="Properties may say effect, factor, name, reason, from and until; what is missing is taken from above.",
            autosize=True,
            minRows=3,
            maxRows=7,
        ),
        html.Div(button("Add these closures", "use-closure-text"), className="bt"),
    ]
    panels = [("crossing", "River crossing", crossing), ("draw", "Draw", draw), ("paste", "Paste", paste)]
    return popover(
        "closures",
        "Closures",
        [
            html.Ul(id="closure-list", className="closures"),
            html.H3("Add a closure"),
            html.Div(_fields(), className="form two-columns"),
            tabs("closure-tabs", panels),
            refusal_box("closures-refused"),
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


def crossing_choices(crossings: Mapping[str, Mapping[str, Any]]) -> list[dict[str, str]]:
    """Return the river crossings by name, each with its id."""
    rows = [{"value": key, "label": str(row["properties"]["name"])} for key, row in crossings.items()]
    return sorted(rows, key=lambda row: (row["label"], row["value"]))


def closure_rows(closures: Sequence[Closure], notes: Sequence[ClosureNote]) -> list[html.Li]:
    """Return each closure with what became of it and a button that removes it."""
    if not closures:
        return [html.Li("No road is closed yet.", className="c2")]
    by_key = {note.key: note for note in notes}
    return [_closure_row(closure, by_key.get(closure.key)) for closure in closures]


def _closure_row(closure: Closure, note: ClosureNote | None) -> html.Li:
    spans = [closure.reason] if closure.reason else []
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
                    html.Span(note.words, className="t12 warn" if unused else "t12 c2") if note else None,
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
