"""The form that makes a scenario, in sections; each says beside itself what it cannot take."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import dash_mantine_components as dmc
from dash import html

from dashboard.pages.incident.forms import ABOVE
from dashboard.pages.scenario.outline import outline_fields, outline_map
from dashboard.pages.scenario.patching import LIFTED
from dashboard.pages.trust.pieces import act, form
from matching.scenarios.starters import BRIDGES_KM, NEW_MADRID, ROADS_KM

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dashboard.services import Services
    from matching.scenarios.starters import Starter
    from registry.scenarios.store import Scenario

Choices = list[dict[str, str]]

STARTER: Final = "starter:"
"""What begins the value of a starter among the scenarios one may begin from."""

TITLES: Final = {
    "closures": "Roads closed or slowed",
    "drawn": "Within an outline",
    "weather": "Weather",
    "bridges": "Bridges lost",
    "lost": "Companies lost",
    "cuts": "Quantities cut",
    "waivers": "Waiver",
    "demand": "Needed more",
}
"""The parts of the form, as they are headed."""

MOST_TEXT: Final = 1_000_000

MOST_OFFERED: Final = 200
"""Choices of a field that are listed at a time; typing finds the others."""


def new_form(
    services: Services,
    kept: Sequence[Scenario],
    starters: Sequence[Starter],
    companies: Mapping[str, str],
    begun: str = "",
) -> html.Div:
    """Return the form, empty.

    Parameters
    ----------
    kept, starters
        What a scenario may begin from.
    companies
        What those are called that show their names, by their ids: one may be lost alone.
    begun
        The scenario or starter that it begins from.
    """
    parents = [{"value": "", "label": "Nothing"}]
    parents += [{"value": STARTER + each.code, "label": f"Starter: {each.patch.name}"} for each in starters]
    parents += [{"value": each.id, "label": each.name} for each in kept]
    known = {each["value"] for each in parents}
    head = html.Div(
        [
            _text("title", "Title", "What it is called: Flood with two depots lost"),
            _text("reason", "Reason", "What it is made for: fall exercise, levee study"),
            _one("parent", "Begins from", "All it holds is in the new one too", parents)
            if begun not in known
            else _one("parent", "Begins from", "All it holds is in the new one too", parents, begun),
        ],
        className="exfields",
    )
    faults = _faults(there=any(each.code == NEW_MADRID for each in starters))
    return form(
        "sc", [head, faults, *_sections(services, companies)], [act("Keep this scenario", "sc-do", main=True)]
    )


def _faults(*, there: bool) -> html.Div:
    """Return the distances of New Madrid; hidden where its fault traces are not at hand."""
    return html.Div(
        [
            dmc.NumberInput(
                id=f"sc-{name}",
                label=label,
                description="Only when it begins from New Madrid",
                value=value,
                min=0,
                hideControls=True,
            )
            for name, label, value in (
                ("roads-km", "New Madrid: roads slow within, km of a fault", ROADS_KM),
                ("bridges-km", "New Madrid: crossings lost within, km of a fault", BRIDGES_KM),
            )
        ],
        className="exfields",
        hidden=not there,
    )


def _sections(services: Services, companies: Mapping[str, str]) -> list[html.Fieldset]:
    counties = county_choices(services)
    kinds = _sorted({code: kind.name for code, kind in services.taxonomy.kinds.items()})
    sectors = _sorted(services.sectors)
    vehicles = [{"value": code, "label": each.name} for code, each in services.profiles.items()]
    return [
        _section(
            "closures",
            [
                _many("close-counties", "All roads of these counties", "", counties),
                _one(
                    "close-effect",
                    "These counties are",
                    "",
                    [{"value": "blocked", "label": "Blocked"}, {"value": "slowed", "label": "Slowed"}],
                    "blocked",
                ),
                _number("close-factor", "Slowed: times as long", "Such as 1.5"),
            ],
            _area("closures", "Closures as GeoJSON", "Points, lines or outlines with their effect"),
        ),
        _section("drawn", outline_fields(), outline_map(services)),
        _section("weather", [_number("weather", "All roads: times as long", "Such as 1.3")]),
        _section("bridges", [], _area("bridges", "Bridges", "Name or id, one a line")),
        _section(
            "lost",
            [
                _many("lost-sectors", "Sectors", "None chosen: every sector of the counties", sectors),
                _many("lost-counties", "Counties", "None chosen: the whole State", counties),
            ],
            _many(
                "lost-companies",
                "Companies",
                f"{len(companies):,} show their names; others are lost by county, sector or outline",
                _sorted(companies),
            ),
        ),
        _section(
            "cuts",
            [
                _many("cut-kinds", "Kinds", "", kinds),
                _number("cut-share", "Share lost, percent", "Of each asset, such as 30"),
            ],
        ),
        _section(
            "waivers",
            [
                _one("waiver-of", "What travels as", "", [{"value": "", "label": "No waiver"}, *vehicles]),
                _one(
                    "waiver-as",
                    "Travels as",
                    "",
                    [{"value": LIFTED, "label": "The same, without restrictions"}, *vehicles],
                    LIFTED,
                ),
            ],
        ),
        _section("demand", [], _area("demand", "Needs", "One a line: generator:12,kw>=100")),
    ]


def _section(part: str, fields: Sequence[Any], below: Any = None) -> html.Fieldset:  # noqa: ANN401 - a component
    return html.Fieldset(
        [
            html.Legend(TITLES[part]),
            *([html.Div(list(fields), className="exfields")] if fields else []),
            *([] if below is None else [below]),
            html.Div(id=f"sc-refused-{part}", role="alert"),
        ],
        className="scpart",
    )


def county_choices(services: Services) -> Choices:
    """Return every county as a choice, by its name."""
    counties = services.counties
    return _sorted({fips: counties.label(at) for at, fips in enumerate(counties.fips)})


def _sorted(named: Mapping[str, str]) -> Choices:
    rows = [{"value": code, "label": name} for code, name in named.items()]
    return sorted(rows, key=lambda row: row["label"])


def _text(name: str, label: str, description: str) -> dmc.TextInput:
    return dmc.TextInput(id=f"sc-{name}", label=label, description=description, inputProps={"maxLength": 500})


def _area(name: str, label: str, description: str) -> dmc.Textarea:
    return dmc.Textarea(
        id=f"sc-{name}",
        label=label,
        description=description,
        autosize=True,
        minRows=1,
        maxRows=10,
        inputProps={"maxLength": MOST_TEXT},
    )


def _number(name: str, label: str, description: str) -> dmc.NumberInput:
    return dmc.NumberInput(id=f"sc-{name}", label=label, description=description, hideControls=True, value="")


def _one(name: str, label: str, description: str, data: Choices, value: str = "") -> dmc.Select:
    return dmc.Select(
        id=f"sc-{name}",
        label=label,
        description=description or None,
        data=data,
        value=value,
        allowDeselect=False,
        searchable=len(data) > 9,  # noqa: PLR2004 - more than one sees at once
        comboboxProps=ABOVE,
    )


def _many(name: str, label: str, description: str, data: Choices) -> dmc.MultiSelect:
    return dmc.MultiSelect(
        id=f"sc-{name}",
        label=label,
        description=description or None,
        data=data,
        searchable=True,
        clearable=True,
        limit=MOST_OFFERED,
        maxDropdownHeight=220,
        comboboxProps=ABOVE,
    )
