"""Coverage with a scenario beside coverage without: a choice, a sentence, two maps side by side, and what changes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import dash_mantine_components as dmc
from dash import Dash, Input, Output, State, html, no_update

from dashboard.attributes import wild
from dashboard.computed import computed_block, here_block
from dashboard.jobs import bind_job, job_line
from dashboard.pages.coverage.choice import LIMITS_MIN, Choice
from dashboard.pages.coverage.drawing import asked_of
from dashboard.pages.coverage.figures import NOT_MEASURED, Cell, Figures, change_words
from dashboard.pages.coverage.map import legend
from dashboard.pages.incident.forms import ABOVE
from dashboard.pages.page import named_in
from dashboard.pages.scenario.drawing import state
from dashboard.pages.trust.pieces import Said, act, address, card, flag, form, refused, rows
from geo.errors import Refusal
from matching.beside import begin, compare, parameters_on, under_way
from matching.coverage.result import NONE
from matching.errors import NotWorkedError
from matching.measures import MINUTE_MS, duration_words
from registry.people.access import may_somewhere
from web.wall.classes import for_action
from web.wall.gate import principal

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from dashboard.services import Services
    from dashboard.statemap import StateMap
    from geo.closures import Closure
    from geo.counties import Counties
    from matching.beside import Compared, Comparison
    from matching.coverage.parameters import CoverageParameters
    from registry.db.engine import Session
    from registry.jobs.store import JobStatus
    from registry.people.principal import Principal

MOST_COUNTED: Final = 3
LEAST_CHANGE_MS: Final = 2 * MINUTE_MS
"""A county that changes by less is not listed: times from closed places are told to five minutes anyway."""

LISTED: Final = 20


@dataclass(frozen=True)
class Row:
    """One county that changes: its cell in A and in B."""

    fips: str
    a: Cell
    b: Cell

    @property
    def ms(self) -> int:
        """How much later in B; a county that nobody comes to any more stands before all others."""
        if NONE in (self.a.ms, self.b.ms):
            return 0 if self.a.ms == self.b.ms else (1 if self.b.ms == NONE else -1) * 2**53
        return self.b.ms - self.a.ms


@dataclass(frozen=True)
class Versus:
    """Baseline and scenario as the page tells them."""

    compared: Compared
    choice: Choice
    sectors: Mapping[str, str]
    counties: Counties

    @cached_property
    def a(self) -> Figures:
        """The baseline's figures."""
        return Figures(self.choice, self.compared.a, self.sectors, self.counties)

    @cached_property
    def b(self) -> Figures:
        """The scenario's figures."""
        return Figures(self.choice, self.compared.b, self.sectors, self.counties)

    @cached_property
    def rows(self) -> Sequence[Row]:
        """Every county, those first that are slowed most."""
        sector = self.choice.sector
        found = [
            Row(fips, self.a.cell(fips, sector), self.b.cell(fips, sector)) for fips in self.counties.fips
        ]
        return sorted(found, key=lambda row: (-row.ms, row.fips))

    @property
    def changed(self) -> Sequence[Row]:
        """The counties that change by two minutes or more, or come over the limit or back."""
        return [row for row in self.rows if abs(row.ms) >= LEAST_CHANGE_MS or row.a.over != row.b.over]

    @property
    def newly_over(self) -> Sequence[Row]:
        """The counties over the limit in B and not in A."""
        return [row for row in self.rows if row.b.over and not row.a.over]

    @property
    def people(self) -> int:
        """How many more people wait longer than the limit in B."""
        sector = self.choice.sector
        return self.b.people_over(sector) - self.a.people_over(sector)


@dataclass(frozen=True)
class Place:
    """Where a comparison stands.

    Parameters
    ----------
    name
        What the ids there begin with.
    read, edit
        The actions of whoever looks at it, and of whoever may have a job compare.
    wanted
        What is compared there, from what the page's address names.
    """

    name: str
    read: str
    edit: str
    wanted: Callable[[Session, Principal, str, Choice], Comparison]


def cards(
    services: Services, asks: Principal, place: Place, which: str, search: Mapping[str, str]
) -> list[Any]:
    """Return the cards of a comparison: the choice, and what changes; on large roads until then the job.

    Raises
    ------
    Refusal
        There is nothing to compare for the account, or it cannot be worked out.
    """
    choice = _choice(services, search)
    with services.scope(asks) as session:
        wanted = place.wanted(session, asks, which, choice)
        try:
            found = compare(session, asks, wanted)
        except NotWorkedError as refusal:
            begins = may_somewhere(asks, place.edit)
            told = [_by_job(place, under_way(session, asks, wanted)) if begins else _left(refusal)]
        else:
            told = _told(Versus(found, choice, services.sectors, services.counties), services.coverages.drawn)
    return [card("Compare", [_form(services, place, choice)]), *told]


def parameters_of(choice: Choice) -> CoverageParameters:
    """Return what a comparison works out today, Central time."""
    return parameters_on(datetime.now(UTC), choice.counted, choice.limit_ms)


def _told(versus: Versus, drawn: StateMap) -> list[Any]:
    return [
        html.P(sentence(versus), className="exsum", role="status"),
        html.Div(maps(versus, drawn), className="columns"),
        _table(versus),
    ]


def _by_job(place: Place, job: JobStatus | None) -> html.Section:
    """Return the card that has a job compare on large roads, and says how far it is."""
    note = html.P(
        "On roads this large a job works out the coverage of both, and this page shows it when it is done.",
        className="t12 c2",
    )
    return card(
        "What changes from A to B",
        [note, act("Work it out", f"{place.name}-begin"), job_line(place.name, job)],
    )


def _left(refusal: NotWorkedError) -> html.Section:
    """Return the card of who may begin no job: by whom it is worked out."""
    return card("What changes from A to B", refused(refusal))


def sentence(versus: Versus) -> str:
    """Return in plain words what B changes: counties over the limit, people, the worst county, those that are faster."""
    if versus.rows[0].a.number == versus.rows[0].b.number == NOT_MEASURED:
        return "Nothing of this sector is listed, so nothing can be compared."
    slower = [row for row in versus.changed if row.ms > 0]
    faster = [row for row in versus.changed if row.ms < 0]
    limit, over = duration_words(versus.choice.limit_ms), len(versus.newly_over)
    if not slower and not faster:
        return "B changes no county by two minutes or more."
    counties = "county" if over == 1 else "counties"
    said = f"B puts {over or 'no'} more {counties} over {limit} ({_more_people(versus.people)}) and slows {len(slower)}."
    if slower:
        worst = slower[0]
        how = "nobody comes any more" if worst.b.ms == NONE else f"{duration_words(worst.ms)} slower"
        said += f" The worst is {versus.a.label(worst.fips)}: {how}."
    return f"{said} {len(faster) or 'No'} {'county is' if len(faster) < 2 else 'counties are'} faster."  # noqa: PLR2004


def _more_people(more: int) -> str:
    """Return by how many people B differs, in words."""
    if not more:
        return "as many people"
    noun = "person" if abs(more) == 1 else "people"
    return f"{abs(more):,} {noun} {'more' if more > 0 else 'fewer'}"


def maps(versus: Versus, drawn: StateMap) -> list[html.Section]:
    """Return the two maps: A, and B with what is newly over the limit outlined and its closures marked."""
    closures = versus.compared.closures
    lost = f", {versus.compared.lost} listings lost" if versus.compared.lost else ""
    return [
        _map("A", versus.a, f"Baseline. Time to {versus.a.provider}.", drawn),
        _map(
            "B",
            versus.b,
            f"With every inject: {len(closures)} closed or slowed{lost}.",
            drawn,
            newly={row.fips for row in versus.newly_over},
            closures=[each for each in closures if each.name != "Weather"],
        ),
    ]


def _map(
    letter: str,
    figures: Figures,
    words: str,
    drawn: StateMap,
    *,
    newly: set[str] | frozenset[str] = frozenset(),
    closures: Sequence[Closure] = (),
) -> html.Section:
    sector, limit = figures.choice.sector, duration_words(figures.choice.limit_ms)
    over = figures.over_count(sector) or 0
    label = f"{letter}: counties of Missouri by time to {figures.provider}, {figures.sector_name}"
    classes = {fips: f"cv{figures.cell(fips, sector).number}" for fips in drawn.counties}
    drawing = state(drawn, label, classes=classes, newly=newly, closures=closures, filled=False)
    title: list[Any] = [
        html.Span(letter, className=f"exab {letter.lower()}"),
        f" {over} counties over {limit}",
    ]
    key = (
        [html.P("Outlined: newly over. Cross: closed or slowed.", className="t12 c2")]
        if letter == "B"
        else []
    )
    return html.Section(
        [html.H2(title), html.P(words, className="t12 c2"), drawing, legend(figures.choice.limit_ms), *key],
        className="card-of",
        **wild({"aria-label": label}),
    )


def _table(versus: Versus) -> html.Section:
    limit = duration_words(versus.choice.limit_ms)
    turned_first = sorted(versus.changed, key=lambda row: row.a.over == row.b.over)
    lines = [_line(versus, row) for row in turned_first[:LISTED]]
    table = rows("Counties that change", ("County", "A", "B", "B minus A", f"Limit {limit}"), lines)
    said = f"{len(versus.changed)} counties change by 2 min or more, or come over the limit or back, which stand first; {len(lines)} are listed."
    compared = versus.compared
    how = (
        computed_block(compared.run)
        if compared.run
        else here_block(compared.b, compared.made_at, kept=compared.kept)
    )
    parts = [html.P(said, className="t12 c2"), *([table] if lines else []), how]
    return card("What changes from A to B", parts)


def _line(versus: Versus, row: Row) -> list[Any]:
    turned = {
        (False, True): flag("now over", "warn"),
        (True, False): flag("inside again", "good"),
        (True, True): "was over",
        (False, False): "still inside",
    }
    change = "" if NONE in (row.a.ms, row.b.ms) else change_words(row.ms)
    return [
        html.B(f"{versus.a.label(row.fips)} {versus.a.region_of(row.fips)}"),
        row.a.words,
        row.b.words,
        change,
        turned[row.a.over, row.b.over],
    ]


def _choice(services: Services, search: Mapping[str, str]) -> Choice:
    """Return what the address asks for; what it does not say, or says wrongly, is as the page of coverage begins."""
    sectors = services.sectors
    sector = search.get("sector", "energy")
    limits = {str(minutes): minutes for minutes in LIMITS_MIN}
    counted = {str(number): number for number in range(1, MOST_COUNTED + 1)}
    return Choice(
        limit=limits.get(search.get("limit", ""), 120),
        counted=counted.get(search.get("counted", ""), 2),
        listings="all",
        sector=sector if sector in sectors else next(iter(sectors), ""),
    )


def _form(services: Services, place: Place, choice: Choice) -> html.Div:
    def field(name: str, label: str, data: Sequence[tuple[str, str]], value: str) -> dmc.Select:
        return dmc.Select(
            id=f"{place.name}-{name}",
            label=label,
            data=[{"value": code, "label": words} for code, words in data],
            value=value,
            allowDeselect=False,
            comboboxProps=ABOVE,
        )

    counted = [
        (str(number), f"{number} providers" if number > 1 else "1 provider")
        for number in range(1, MOST_COUNTED + 1)
    ]
    fields = [
        field("sector", "Sector", list(services.sectors.items()), choice.sector),
        field("counted", "Counted", counted, str(choice.counted)),
        field(
            "limit",
            "Limit",
            [(str(each), duration_words(each * MINUTE_MS)) for each in LIMITS_MIN],
            str(choice.limit),
        ),
    ]
    button = act("Compare", f"{place.name}-do", main=True)
    return form(place.name, [html.Div(fields, className="exfields")], [button])


def register(app: Dash, services: Services, place: Place) -> None:
    """Hang the choice, and the job that compares on large roads, on the application."""
    name = place.name
    bind_job(app, services, name, place.edit)

    @app.callback(
        Output(f"{name}-go", "href"),
        Output(f"{name}-refused", "children"),
        Input(f"{name}-do", "n_clicks"),
        State(f"{name}-sector", "value"),
        State(f"{name}-counted", "value"),
        State(f"{name}-limit", "value"),
        State("url", "pathname"),
        prevent_initial_call=True,
    )
    @for_action(place.read)
    def choose(
        clicks: int, sector: str | None, counted: str | None, limit: str | None, pathname: str | None
    ) -> Said:
        if not clicks:
            return no_update, no_update
        done = principal().request_id
        return address(pathname or "/", sector=sector, counted=counted, limit=limit, done=done), []

    @app.callback(
        Output(f"{name}-job", "data"),
        Output(f"{name}-refused", "children", allow_duplicate=True),
        Input(f"{name}-begin", "n_clicks"),
        State("url", "pathname"),
        State("url", "search"),
        running=[(Output(f"{name}-begin", "disabled"), True, False)],
        prevent_initial_call=True,
    )
    @for_action(place.edit)
    def work(clicks: int, pathname: str | None, search: str | None) -> Said:
        """Begin the job that compares as the address asks."""
        if not clicks:
            return no_update, no_update
        who, choice = principal(), _choice(services, asked_of(search))
        try:
            with services.scope(who) as session:
                return begin(session, who, place.wanted(session, who, named_in(pathname), choice)), []
        except Refusal as refusal:
            return no_update, refused(refusal)

    @app.callback(
        Output(f"{name}-go", "href", allow_duplicate=True),
        Input(f"{name}-run", "data"),
        State("url", "pathname"),
        State("url", "search"),
        prevent_initial_call=True,
    )
    @for_action(place.edit)
    def show(run_id: str | None, pathname: str | None, search: str | None) -> Any:  # noqa: ANN401
        """Open the page again, which shows what the job left."""
        if not run_id:
            return no_update
        return address(pathname or "/", **{**asked_of(search), "done": principal().request_id})
