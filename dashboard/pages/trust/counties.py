"""Counties on the pages of trust: in words, and in the field that chooses them by name or by region."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import dash_mantine_components as dmc
from dash import html

from dashboard.attributes import wild
from dashboard.pages.incident.forms import ABOVE
from dashboard.pages.trust.pieces import joined

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from registry.directory.places import CountyPlace

NAMED: Final = 4
"""Counties named in one line; of more the last are counted."""

WHOLE: Final = "all"
NONE: Final = "none"


def county_words(fips: Collection[str], places: Sequence[CountyPlace], most: int = NAMED) -> str:
    """Return counties as people say them: `Jasper and Newton counties`, `Region D`, `The whole state`."""
    wanted = set(fips)
    if wanted and wanted >= {place.fips for place in places}:
        return "The whole state"
    whole = [code for code, members in regions_of(places).items() if members == wanted]
    if whole and len(wanted) > 1:
        return f"Region {whole[0]}, {len(wanted)} counties"
    labels = [place.label for place in places if place.fips in wanted]
    labels += sorted(wanted - {place.fips for place in places})
    return _said_once(labels, most)


def _said_once(labels: list[str], most: int) -> str:
    """Return labels in one phrase that says `county` once."""
    if len(labels) > 1 and len(labels) <= most and all(label.endswith(" county") for label in labels):
        return f"{joined([label.removesuffix(' county') for label in labels])} counties"
    return joined(labels, most)


def regions_of(places: Iterable[CountyPlace]) -> dict[str, set[str]]:
    """Return the FIPS codes of each region that is in use, by its letter."""
    found: dict[str, set[str]] = {}
    for place in sorted(places, key=lambda each: each.region):
        if place.region:
            found.setdefault(place.region, set()).add(place.fips)
    return found


def packed(fips: Collection[str]) -> str:
    """Return FIPS codes as an address keeps them: the three digits of each that tell Missouri's counties apart."""
    return "".join(code.removeprefix("29") for code in sorted(fips))


def unpacked(text: str) -> list[str]:
    """Return the FIPS codes that `packed` made a text of."""
    return [f"29{text[start : start + 3]}" for start in range(0, len(text), 3)]


def county_field(
    name: str, places: Sequence[CountyPlace], chosen: Sequence[str], description: str
) -> html.Div:
    """Return the field that chooses counties: by typing a name, or a region or the whole state at once."""
    groups: dict[str, list[dict[str, str]]] = {}
    for place in sorted(places, key=lambda each: (each.region, each.label)):
        region = f"Region {place.region}" if place.region else "Counties"
        groups.setdefault(region, []).append({"value": place.fips, "label": place.label})
    field = dmc.MultiSelect(
        id=name,
        label="Counties",
        description=description,
        data=[{"group": region, "items": items} for region, items in groups.items()],
        value=list(chosen),
        searchable=True,
        clearable=True,
        hidePickedOptions=True,
        limit=40,
        nothingFoundMessage="No county of that name",
        comboboxProps=ABOVE,
        clearButtonProps={"aria-label": "Clear: Counties"},
    )
    return html.Div([field, _at_once(name, places)], className="counties")


def _at_once(name: str, places: Sequence[CountyPlace]) -> html.Div:
    regions = list(regions_of(places))
    several = len(regions) > 1
    ways = [
        *((code, code, f"Add region {code}") for code in regions if several),
        (WHOLE, "Whole state" if several else "All", "Choose every county"),
        (NONE, "None", "Choose no county"),
    ]
    buttons = [
        html.Button(
            words,
            id={"type": f"{name}-at-once", "which": which},
            className="btn s",
            n_clicks=0,
            type="button",
            **wild({"aria-label": said}),
        )
        for which, words, said in ways
    ]
    label = html.Span("Add a region", className="below") if several else None
    return html.Div(
        [label, *buttons], className="bt at-once", role="group", **wild({"aria-label": "Add a region"})
    )


def chosen_at_once(which: str, value: Sequence[str], places: Sequence[CountyPlace]) -> list[str]:
    """Return the counties chosen once a region, the whole state or none was asked for."""
    if which == NONE:
        return []
    if which == WHOLE:
        return [place.fips for place in places]
    added: set[Any] = regions_of(places).get(which, set())
    return [*value, *(place.fips for place in places if place.fips in added - set(value))]
