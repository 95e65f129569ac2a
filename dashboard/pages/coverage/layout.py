"""The page of coverage: what is chosen, the map, the grid, the gaps, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import dash_mantine_components as dmc
from dash import dcc, html

from dashboard.attributes import opens, wild
from dashboard.computed import kept_block, worked_block
from dashboard.jobs import job_line
from dashboard.marks import icon
from dashboard.pages.coverage.choice import LIMITS_MIN, MOST_COUNTED, PATH
from dashboard.pages.coverage.codes import NEED, is_need
from dashboard.pages.coverage.drawing import chosen, figures_of, names_of
from dashboard.pages.coverage.figures import COUNT_WORDS, Figures
from dashboard.pages.coverage.grid import grid_card
from dashboard.pages.coverage.map import map_card
from dashboard.pages.coverage.measures import SHOWS
from dashboard.pages.coverage.points import points_form, points_stores
from dashboard.pages.coverage.thin import gaps_card, turned_cards
from dashboard.pages.coverage.why import why_card
from dashboard.pages.incident import states
from dashboard.pages.incident.forms import ABOVE, popover
from dashboard.pages.page import Page
from dashboard.pages.trust.pieces import act
from dashboard.state import refusal_store
from geo.errors import Refusal
from matching.measures import MINUTE_MS, duration_words
from registry.people.access import may_somewhere

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dashboard.coverages import Worked
    from dashboard.pages.coverage.choice import Choice
    from dashboard.pages.page import Asked
    from dashboard.services import Services
    from registry.people.principal import Principal

JOB: Final = "coverage"
"""What the ids of the job's line begin with."""

AT_ONCE: Final = "Working out the time from every listing to every county."
BY_JOB: Final = (
    "On roads this large a job works the figures out, and this page shows them when it is done. "
    "If it is cancelled, opening the page again begins another."
)

ALL: Final = "every"
"""The value of a switch that leaves nothing out."""

LISTINGS: Final = (("fresh", "Confirmed in 180 days"), ("all", "All listings"))


def page(services: Services, asked: Asked) -> html.Main:
    """Return the page; what is not worked out yet is asked for by the browser, which says so meanwhile."""
    choice = chosen(services, asked.search)
    held = services.coverages.held(choice.fresh_days, choice.sector)
    inside = (
        body_or_note(services, asked.principal, choice, held)
        if held
        else meanwhile(services, asked.principal, choice)
    )
    wanted = None if held else {"search": choice.address()}
    return html.Main(
        [
            bar(services, asked.principal, choice),
            html.Div(job_line(JOB), className="cjob"),
            html.Div(id="coverage-layer", className="covers over"),
            html.Div(inside, id="coverage-body", className="covers"),
            dcc.Store(id="coverage-asked", data=wanted),
            dcc.Location(id="coverage-go", refresh="callback-nav"),
            *points_stores(),
        ],
        id="list",
        className="coverage",
        tabIndex=-1,
    )


PAGES: Final = (Page("/coverage", "coverage.read", page, "Coverage"),)


def body_or_note(services: Services, principal: Principal, choice: Choice, worked: Worked) -> list[Any]:
    """Return the page below its switches; where a kept run cannot be shown what refuses it, above the figures of now."""
    try:
        return body(services, principal, choice, worked)
    except Refusal as refusal:
        return [*refused(refusal), *body(services, principal, choice.with_(versus="", kept=""), worked)]


def refused(refusal: Refusal) -> list[Any]:
    """Return what stands in place of the figures, or above them: what was refused, in words."""
    return [html.Div(states.refusal_note(refusal_store(refusal)), className="working short")]


def body(services: Services, principal: Principal, choice: Choice, worked: Worked) -> list[Any]:
    """Return the page below its switches."""
    figures = figures_of(services, principal, choice, worked)
    since = services.coverages.run(principal, choice.versus) if choice.versus else None
    kept = services.coverages.run(principal, choice.kept) if choice.kept else None
    run = kept or services.coverages.shown_run(principal, worked)
    how = (
        kept_block(run, since)
        if run
        else worked_block(worked.of(choice.fresh_days), worked.made_at, since, kept=worked.run is not None)
    )
    return [
        html.Div(
            [map_card(figures, services.coverages.drawn), *([] if kept else [_recruit(figures)])],
            className="ccol",
        ),
        why_card(figures, worked),
        html.Div([*turned_cards(figures), grid_card(figures), gaps_card(figures)], className="ccol"),
        how,
        dcc.Store(id="coverage-more", data=None if kept else {"search": choice.address()}),
    ]


def _recruit(figures: Figures) -> html.Section:
    """Return the card of whom to recruit, filled when it is worked out."""
    what = figures.sector_name if is_need(figures.choice.sector) else figures.sector_name.lower()
    title = f"Where one more {what} provider helps most"
    note = "People brought under the limit by each town, in turn, and the counties that it closes."
    waits = html.Div(html.P("Weighing every town.", className="c2 t13"), id="coverage-recruit")
    return html.Section(
        [html.H2(title), html.P(note, className="sub"), waits],
        className="ccard recc",
        **wild({"aria-label": "Recruit"}),
    )


def meanwhile(services: Services, principal: Principal, choice: Choice, *, by_job: bool = False) -> list[Any]:
    """Return what stands on the page while its figures are worked out: those stored last, and of which day they are.

    `by_job` is whether a job works them out, whose line says how far it is.
    """
    stored = services.coverages.latest(principal, choice.fresh_days)
    if stored is None or is_need(choice.sector):
        return [working(BY_JOB if by_job else AT_ONCE, turns=not by_job)]
    result, day = stored
    figures = Figures(choice, result, names_of(services, choice), services.counties)
    said = "New ones are being worked out; reasons and towns are there with them."
    return [
        working(f"Figures of {day}. {BY_JOB if by_job else said}", "short", turns=not by_job),
        html.Div(map_card(figures, services.coverages.drawn), className="ccol"),
        html.Div([grid_card(figures), gaps_card(figures)], className="ccol rest"),
    ]


def working(said: str, *classes: str, turns: bool) -> html.Div:
    """Return what says that figures are worked out; `turns` is whether it does so by a ring that turns, too."""
    ring = [html.Span(className="spin", **wild({"aria-hidden": "true"}))] if turns else []
    return html.Div([*ring, html.P(said)], className=" ".join(("ccard working", *classes)), role="status")


def bar(services: Services, principal: Principal, choice: Choice) -> html.Div:
    """Return the title and the switches."""
    limits = [(str(each), duration_words(each * MINUTE_MS)) for each in LIMITS_MIN]
    counted = [
        (str(each), f"{COUNT_WORDS[each].capitalize()} provider{'' if each == 1 else 's'}")
        for each in range(1, MOST_COUNTED + 1)
    ]
    letters = sorted({letter for letter in services.counties.region if letter})
    regions = [("", "All nine"), *((letter, f"Region {letter}") for letter in letters)]
    return html.Div(
        [
            html.H1("Coverage", id="heading"),
            _switch("limit", "Limit", limits, str(choice.limit)),
            _switch("counted", "Counted", counted, str(choice.counted)),
            _switch("listings", "Listings", LISTINGS, choice.listings),
            _switch("sector", "Map shows", list(names_of(services, choice).items()), choice.sector),
            _switch("shows", "Figure", SHOWS, choice.shows),
            _switch("region", "Region", regions, choice.region),
            *_more(choice),
            *_comparison(services, principal, choice),
            html.Span(className="sp"),
            *_ways_out(services, principal, choice),
        ],
        className="flt",
    )


def _runs(
    services: Services, principal: Principal, choice: Choice, picked: str, none: str
) -> list[tuple[str, str]]:
    found = services.coverages.runs(principal, choice.fresh_days)
    if picked and picked not in dict(found):
        found.append((picked, "A stored run"))
    return [("", none if found or none == "Now" else "Nothing kept yet"), *found]


def _more(choice: Choice) -> list[Any]:
    """Return the button of what is looked at in place of sectors and counties, and what it opens: a capability, points."""
    button = html.Button("More", className="btn", type="button", **opens("coverage-need-form"))
    value = choice.sector.removeprefix(NEED) if is_need(choice.sector) else ""
    line = dmc.TextInput(
        id="coverage-need",
        label="One capability in place of a sector",
        description="A kind of equipment or service, with conditions if it needs any",
        placeholder="generator,kw>=100",
        value=value,
    )
    inside = html.Div(
        [
            line,
            html.Div(act("Show it", "coverage-need-show"), className="bt"),
            html.Div(id="coverage-need-refused", role="alert"),
            *points_form(),
        ],
        className="form",
    )
    return [button, popover("coverage-need-form", "Neither sectors nor counties", [inside])]


def _comparison(services: Services, principal: Principal, choice: Choice) -> list[Any]:
    """Return the button of kept figures, and what it opens: which are shown, with which they are compared, and keeping."""
    compared = bool(choice.kept or choice.versus)
    button = html.Button(
        "Compared" if compared else "Compare", className="btn", type="button", **opens("coverage-compare")
    )
    shown = _runs(services, principal, choice, choice.kept, "Now")
    versus = _runs(services, principal, choice, choice.versus, "Nothing")
    keeping = [
        html.P("Keep the figures of now, to compare later ones with them."),
        html.Div(act("Keep these figures", "coverage-keep"), className="bt"),
        html.Div(id="coverage-refused", role="alert"),
    ]
    inside = html.Div(
        [
            _switch("kept", "Figures of", shown, choice.kept),
            _switch("versus", "Compared with", versus, choice.versus),
            *(keeping if may_somewhere(principal, "run.make") else []),
        ],
        className="form",
    )
    return [button, popover("coverage-compare", "Compare two days", [inside])]


def _ways_out(services: Services, principal: Principal, choice: Choice) -> list[Any]:
    """Return the sheet of the region shown, else of one's own, and the button of the files."""
    letter = choice.region or own_region(services, principal)
    sheet = html.A(
        [icon("save"), f"Page for region {letter}"],
        href=choice.address(f"{PATH}/regions/{letter}.pdf", county="", region=""),
        className="btn",
    )
    files = [
        html.A(
            [icon("down"), words],
            href=choice.address(f"{PATH}/files/coverage.{ending}", county="", region=""),
            className="btn",
        )
        for words, ending in (("CSV", "csv"), ("GeoJSON", "geojson"), ("GeoPackage", "gpkg"))
    ]
    button = html.Button(
        [icon("down"), "Download"], className="btn", type="button", **opens("coverage-files")
    )
    note = html.P("Every county, region and sector as this page counts them. No company is named.")
    inside = html.Div([note, html.Div(files, className="bt")], className="form")
    return [sheet, button, popover("coverage-files", "Download coverage", [inside])]


def own_region(services: Services, principal: Principal) -> str:
    """Return the region in which somebody holds an appointment, else the first."""
    own = {fips for held in principal.appointments for fips in held.counties}
    pairs = zip(services.counties.fips, services.counties.region, strict=True)
    return min((letter for fips, letter in pairs if fips in own and letter), default="A")


def _switch(name: str, label: str, choices: Sequence[tuple[str, str]], value: str) -> dmc.Select:
    return dmc.Select(
        id=f"coverage-{name}",
        label=label,
        data=[{"value": code or ALL, "label": words} for code, words in choices],
        value=value or ALL,
        allowDeselect=False,
        comboboxProps=ABOVE,
        className=f"switch sw-{name}",
    )
