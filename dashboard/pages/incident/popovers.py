"""The popovers behind the bar's buttons: a frame, and the forms for where, what, how many and by when."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

import dash_mantine_components as dmc
from dash import dcc, html

from dashboard.attributes import wild
from dashboard.marks import icon
from matching.explanation import CENTRAL

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geo.counties import Counties
    from registry.directory.kinds import Attribute, Taxonomy

ABOVE: Final = {"zIndex": 1250}
"""Lists of choices stand above the popover they were opened in."""

CLASS_NAMES: Final = {
    "equipment": "Equipment",
    "goods": "Goods",
    "services": "Services",
    "volunteers": "Volunteers",
    "facility": "Facilities",
}
INCIDENT_KINDS: Final = (
    "tornado",
    "flood",
    "earthquake",
    "winter storm",
    "severe storm",
    "fire",
    "hazardous material",
    "power failure",
    "other",
)
NUMBER_SIGNS: Final = [
    {"value": ">=", "label": "at least"},
    {"value": "<=", "label": "at most"},
    {"value": "=", "label": "exactly"},
]


def popover(name: str, title: str, children: Sequence[Any], *, wide: bool = False) -> html.Div:
    """Return the closed popover `name`: a dialog with its title, its form and a button that closes it."""
    head = html.Div(
        [
            html.H2(title, id=f"pop-{name}-title"),
            html.Button(
                icon("x"),
                className="x",
                type="button",
                **wild({"data-pop-close": "1", "aria-label": f"Close: {title}"}),
            ),
        ],
        className="hd",
    )
    return html.Div(
        [head, *children],
        id=f"pop-{name}",
        className="pop wide" if wide else "pop",
        hidden=True,
        role="dialog",
        **wild({"aria-labelledby": f"pop-{name}-title"}),
    )


def button(text: str, name: str, *, main: bool = True, sign: str = "") -> html.Button:
    """Return a button that a callback listens to."""
    children: list[Any] = [icon(sign), text] if sign else [text]
    return html.Button(children, id=name, className="btn p" if main else "btn", n_clicks=0, type="button")


def draw_button(text: str, purpose: str, shape: str, sign: str, *, main: bool = False) -> html.Button:
    """Return a button that starts drawing on the map."""
    return html.Button(
        [icon(sign), text],
        className="btn p" if main else "btn",
        type="button",
        **wild({"data-draw": f"{purpose}:{shape}"}),
    )


def tabs(name: str, panels: Sequence[tuple[str, str, Sequence[Any]]]) -> dmc.Tabs:
    """Return tabs; each panel is its value, its name and its content."""
    return dmc.Tabs(
        [
            dmc.TabsList([dmc.TabsTab(title, value=value) for value, title, _ in panels]),
            *(
                dmc.TabsPanel(html.Div(list(content), className="form"), value=value)
                for value, _, content in panels
            ),
        ],
        id=name,
        value=panels[0][0],
        keepMounted=True,
        className="tabset",
    )


def area_popover(counties: Counties) -> html.Div:
    """Return the popover that asks where: drawn, by counties, a circle, pasted or uploaded."""
    rows = [{"value": fips, "label": counties.label(i)} for i, fips in enumerate(counties.fips)]
    draw = [
        html.P("Drawing needs a pointer. The other tabs do the same by keyboard."),
        html.Div(
            [
                draw_button("Draw an outline", "area", "polygon", "poly", main=True),
                draw_button("Draw a rectangle", "area", "rectangle", "rect"),
            ],
            className="bt",
        ),
    ]
    pick = [
        dmc.MultiSelect(
            id="area-counties",
            label="Counties",
            description="Type a few letters. 114 counties and St. Louis city.",
            data=sorted(rows, key=lambda row: row["label"]),
            searchable=True,
            clearable=True,
            nothingFoundMessage="No county of Missouri is called so",
            comboboxProps=ABOVE,
            maxDropdownHeight=220,
        ),
        html.Div(button("Use these counties", "use-counties"), className="bt"),
    ]
    circle = [
        dmc.TextInput(
            id="circle-centre",
            label="Around",
            description="A place in Missouri, a ZIP code, or latitude and longitude: 37.08, -94.51",
        ),
        dmc.NumberInput(
            id="circle-radius", label="Radius, miles", value=5, min=0.1, max=150, step=1, decimalScale=2
        ),
        html.Div(button("Use this circle", "use-circle"), className="bt"),
    ]
    paste = [
        dmc.Textarea(
            id="area-text",
            label="GeoJSON, WKT or USNG",
            description="One USNG coordinate is its grid square; three or more are corners.",
            autosize=True,
            minRows=4,
            maxRows=9,
        ),
        html.Div(button("Use this area", "use-text"), className="bt"),
    ]
    upload = [
        html.P("A .geojson, .json, .wkt or .txt file of at most 5 MB."),
        dcc.Upload(
            "Choose a file, or drop it here",
            id="area-file",
            className="upload",
            max_size=5 * 1024 * 1024,
            multiple=False,
        ),
    ]
    panels = [
        ("draw", "Draw", draw),
        ("counties", "Counties", pick),
        ("circle", "Circle", circle),
        ("paste", "Paste", paste),
        ("upload", "Upload", upload),
    ]
    return popover(
        "area", "Where is it?", [tabs("area-tabs", panels), refusal_box("area-refused")], wide=True
    )


def refusal_box(name: str) -> html.Div:
    """Return the place in a popover where a refusal is said."""
    return html.Div(id=name, role="alert")


def kind_choices(taxonomy: Taxonomy) -> list[dict[str, Any]]:
    """Return what can be asked for: families first, then every kind under the class it belongs to."""
    families = [
        {"value": code, "label": f"{code.replace('_', ' ').capitalize()}, any"}
        for code, kinds in sorted(taxonomy.families.items())
        if len(kinds) > 1
    ]
    groups = [{"group": "Families: any kind of them", "items": families}]
    taken = {row["value"] for row in families}
    for code, title in CLASS_NAMES.items():
        items = [
            {"value": kind.code, "label": kind.name}
            for kind in sorted(taxonomy.kinds.values(), key=lambda kind: kind.name)
            if kind.asset_class == code and kind.code not in taken
        ]
        groups.append({"group": title, "items": items})
    return groups


def what_popover(taxonomy: Taxonomy) -> html.Div:
    """Return the popover that asks what: a kind or a family, and what its attributes must be."""
    return popover(
        "what",
        "What is needed?",
        [
            html.Div(
                [
                    dmc.Select(
                        id="need-kind",
                        label="Kind",
                        description="Type a few letters, such as generator, pump or cots.",
                        data=kind_choices(taxonomy),
                        searchable=True,
                        nothingFoundMessage="Nothing in the registry is called so",
                        comboboxProps=ABOVE,
                        maxDropdownHeight=260,
                    ),
                    html.Div(id="need-fields", className="fields"),
                    refusal_box("need-refused"),
                    html.Div(
                        [
                            button("Use this need", "use-need"),
                            button("Add as another need", "add-need", main=False, sign="plus"),
                            button("Remove this need", "drop-need", main=False, sign="trash"),
                        ],
                        className="bt",
                    ),
                ],
                className="form",
            )
        ],
        wide=True,
    )


def attribute_field(attribute: Attribute, operator: str, value: object) -> html.Div:
    """Return the field of one attribute, filled with what the need asks; an empty field asks nothing."""
    key = {"type": "condition", "attribute": attribute.code}
    sign = {"type": "sign", "attribute": attribute.code}
    unit = f", {attribute.unit}" if attribute.unit else ""
    if attribute.type == "number":
        return html.Div(
            [
                dmc.Select(
                    id=sign,
                    data=NUMBER_SIGNS,
                    value=operator if operator in (">=", "<=", "=") else ">=",
                    label=f"{attribute.name}{unit}",
                    allowDeselect=False,
                    comboboxProps=ABOVE,
                    w=110,
                ),
                dmc.NumberInput(id=key, value=value if value is not None else "", **_named(attribute.name)),
            ],
            className="field pair",
        )
    held = dcc.Store(id=sign, data="=")
    if attribute.type in ("choice", "yes_no"):
        choices = list(attribute.choices) if attribute.type == "choice" else ["yes", "no"]
        given = {True: "yes", False: "no"}.get(value, value) if isinstance(value, bool) else value
        field = dmc.Select(
            id=key,
            label=attribute.name,
            data=choices,
            value=given,
            placeholder="any",
            clearable=True,
            comboboxProps=ABOVE,
        )
    else:
        field = dmc.TextInput(id=key, label=attribute.name, value=value or "", placeholder="any")
    return html.Div([held, field], className="field")


def _named(name: str) -> dict[str, Any]:
    """Return the properties that name a field whose label stands beside its sign."""
    return {"aria-label": name}


def when_popover() -> html.Div:
    """Return the popover that asks how many and by when."""
    return popover(
        "when",
        "How many, and by when?",
        [
            html.Div(
                [
                    dmc.NumberInput(
                        id="need-quantity",
                        label="How many",
                        description="Leave it empty to see every arrival.",
                        min=1,
                        max=1_000_000,
                        allowDecimal=False,
                    ),
                    moment_field("asked-at", "Counted from", "Empty: from the moment of ranking."),
                    moment_field("by-at", "Needed by", "May stay open."),
                    html.Div(
                        [
                            html.Span("Or within", className="t12 c2"),
                            *(
                                html.Button(
                                    f"{hours} h",
                                    id={"type": "within", "hours": hours},
                                    className="btn s",
                                    n_clicks=0,
                                    type="button",
                                )
                                for hours in (3, 6, 12, 24)
                            ),
                        ],
                        className="bt",
                    ),
                    dmc.Checkbox(id="include-inside", label="Rank sites inside the area too"),
                    refusal_box("when-refused"),
                    html.Div(button("Use this", "use-when"), className="bt"),
                    html.P("Central time.", className="t12 c2"),
                ],
                className="form",
            )
        ],
    )


def moment_field(name: str, label: str, description: str) -> dmc.DateTimePicker:
    """Return a field for a moment in Central time."""
    return dmc.DateTimePicker(
        id=name,
        label=label,
        description=description,
        valueFormat="D MMM YYYY, HH:mm",
        clearable=True,
        clearButtonProps={"aria-label": f"Clear: {label}"},
        popoverProps=ABOVE,
        timePickerProps={"withDropdown": False, "hoursInputLabel": "Hours", "minutesInputLabel": "Minutes"},
        submitButtonProps={"aria-label": "Use this time"},
        nextLabel="Next month",
        previousLabel="Month before",
    )


def local_text(moment: datetime | None) -> str | None:
    """Return an aware moment as a moment field shows it: Central time without its zone."""
    return moment.astimezone(CENTRAL).strftime("%Y-%m-%d %H:%M:%S") if moment else None


def aware_moment(text: str | None) -> datetime | None:
    """Return the aware UTC moment of a moment field's text, read as Central time.

    In UTC, since moments of one zone are compared by their clocks, which run the same hour twice in autumn.
    """
    return datetime.fromisoformat(text).replace(tzinfo=CENTRAL).astimezone(UTC) if text else None


def measure_popover() -> html.Div:
    """Return the popover that says how arrival is measured."""
    return popover(
        "measure",
        "First road into the area",
        [
            html.Div(
                [
                    html.P(
                        "Arrival = time to get ready + estimated access + time on the road until the first road "
                        "point inside the area. It is never a straight line, and nobody is cut off at a distance."
                    ),
                    html.P(
                        "Estimated access is the way from a site to the nearest road of the network, at 25 mph and "
                        "1.3 times the straight distance. Its share stands beside every time."
                    ),
                    html.P(
                        "Main roads only: freeways and highways are known, minor roads are not. A blocked road ends "
                        "through travel; a slowed one takes the given number of times as long."
                    ),
                ],
                className="form",
            )
        ],
    )


def save_popover(name: str, kind: str) -> html.Div:
    """Return the popover that saves the incident."""
    return popover(
        "save",
        "Save this incident",
        [
            html.Div(
                [
                    dmc.TextInput(
                        id="incident-name", label="Name", value=name, inputProps={"maxLength": 120}
                    ),
                    dmc.Select(
                        id="incident-kind",
                        label="Kind",
                        data=[{"value": code, "label": code.capitalize()} for code in INCIDENT_KINDS],
                        value=kind,
                        allowDeselect=False,
                        comboboxProps=ABOVE,
                    ),
                    refusal_box("save-refused"),
                    html.Div(button("Save", "save-incident"), className="bt"),
                ],
                className="form",
            )
        ],
    )


def download_popover() -> html.Div:
    """Return the popover that offers the answer as files."""
    return popover(
        "download",
        "Download the answer",
        [
            html.Div(
                [
                    html.P(
                        "Every need, in the order of the list, with what is left out and why. No contacts."
                    ),
                    html.Div(
                        [
                            button("CSV", "download-csv", main=False, sign="down"),
                            button("GeoJSON", "download-geojson", main=False, sign="down"),
                        ],
                        className="bt",
                    ),
                ],
                className="form",
            )
        ],
    )
