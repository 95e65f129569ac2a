"""Two kept runs side by side: a paragraph, two maps, figures, and what changes. Read from the runs, never computed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import dash_mantine_components as dmc
from dash import Dash, Input, Output, State, html, no_update

from dashboard.computed import computed_block
from dashboard.pages.coverage.figures import change_words, class_ends
from dashboard.pages.coverage.map import legend
from dashboard.pages.incident.forms import ABOVE
from dashboard.pages.scenario.drawing import state
from dashboard.pages.scenario.runs import kept_runs, run_choice, same_question
from dashboard.pages.scenario.words import assets_called
from dashboard.pages.trust.pieces import Said, act, address, card, flag, form, rows, sheet, zone_note
from matching.measures import duration_words
from matching.runs.scenario import after_of
from matching.scenarios.desk import compare
from matching.scenarios.difference import NOTHING, paragraph
from matching.scenarios.patch import read_patch
from registry.runs.snapshots import load_snapshot
from registry.runs.store import load_run
from web.wall.classes import for_action

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dashboard.pages.page import Asked
    from dashboard.services import Services
    from geo.closures import Closure
    from geo.counties import Counties
    from matching.scenarios.desk import Compared
    from matching.scenarios.difference import Moved, NeedDifference
    from matching.scenarios.outcome import NeedOutcome
    from registry.runs.store import Run

LISTED: Final = 10
NEVER: Final = "never"


@dataclass(frozen=True)
class Versus:
    """One need of two runs, as the page tells it."""

    found: Compared
    need: str
    counties: Counties

    @property
    def limit_ms(self) -> int:
        """When a county is over its limit."""
        return self.found.difference.limit_ms

    @property
    def change(self) -> NeedDifference | None:
        """What differs of the need; None for nothing."""
        return next((each for each in self.found.difference.needs if each.need == self.need), None)

    def label(self, fips: str) -> str:
        """Return what a county is called."""
        return self.counties.label(self.counties.index(fips))

    def outcome(self, side: int) -> NeedOutcome:
        """Return what one of the two gave for the need."""
        return self.found.outcomes[side].needs.get(self.need, NOTHING)

    def over(self, side: int) -> int:
        """Return how many counties are over the limit on one side."""
        times = self.outcome(side).counties.values()
        return sum(ms is None or ms > self.limit_ms for ms in times)


def page(services: Services, asked: Asked) -> html.Main:
    """Return the comparison of the two runs that the address names; until both are named, what can be compared."""
    search = asked.search
    with services.scope(asked.principal) as session:
        runs = kept_runs(session, asked.principal)
        b = load_run(session, asked.principal, search["b"]) if search.get("b") else None
        both = bool(b and search.get("a"))
        found = compare(session, asked.principal, search["a"], search["b"]) if both else None
        listings = load_snapshot(session, found.a.snapshot_hash).listings if found else ()
    choice = card("Compare", [_form(runs, b, search)])
    if found is None:
        return sheet("Compare two runs", [choice, zone_note()], lead="Choose two runs of one question.")
    known = sorted({*found.outcomes[0].needs, *found.outcomes[1].needs})
    need = search.get("need", "")
    versus = Versus(found, need if need in known else next(iter(known), ""), services.counties)
    cards = [
        choice,
        html.P(sentence(versus), className="exsum", role="status"),
        html.P(gap_words(versus), className="scgaps"),
    ]
    cards += [_needs(versus, known, search)] if len(known) > 1 else []
    cards += [
        html.Div(_maps(versus, services), className="columns"),
        figures_card(versus),
        html.Div([_counties(versus), _ranks(versus, assets_called(listings))], className="columns"),
        card("How was this computed?", [computed_block(found.a), computed_block(found.b)]),
        zone_note(),
    ]
    return sheet("Compare two runs", cards)


def sentence(versus: Versus) -> str:
    """Return the difference in plain words; two runs with one result are the same."""
    found = versus.found
    if found.difference.empty:
        return "A and B are the same: nobody arrives at another time, and no county changes."
    return paragraph(found.difference, versus.label)


def gap_words(versus: Versus) -> str:
    """Return which gaps open and which close in B: counties newly over the limit, and those inside it again."""
    change = versus.change
    told = []
    for word, some in (
        ("open", change.newly_over if change else ()),
        ("close", change.no_longer_over if change else ()),
    ):
        names = [versus.label(each.fips) for each in sorted(some, key=lambda each: -each.people)]
        more = f" and {len(names) - LISTED} more" if len(names) > LISTED else ""
        told.append(f"Gaps that {word}: {', '.join(names[:LISTED]) or 'none'}{more}.")
    return f"{versus.need}, B against A. {' '.join(told)}"


def _form(runs: Sequence[Run], b: Run | None, search: Any) -> html.Div:  # noqa: ANN401 - names and words
    first = [run for run in runs if b is None or same_question(run, b)]
    fields = html.Div(
        [
            _select("a", "A", [run_choice(run) for run in first], search.get("a", "")),
            _select("b", "B", [run_choice(run) for run in runs], search.get("b", "")),
        ],
        className="exfields",
    )
    none = [] if runs else [html.P("No scenario was run yet.")]
    return form("sv", [*none, fields], [act("Compare", "sv-do", main=True)])


def _select(name: str, label: str, data: list[dict[str, str]], value: str) -> dmc.Select:
    return dmc.Select(
        id=f"sv-{name}",
        label=label,
        data=data,
        value=value if any(each["value"] == value for each in data) else None,
        searchable=True,
        comboboxProps=ABOVE,
    )


def _needs(versus: Versus, known: Sequence[str], search: Any) -> html.Nav:  # noqa: ANN401 - names and words
    links = [
        html.A(
            need,
            href=address("/scenarios/compare", a=search["a"], b=search["b"], need=need),
            className="btn p" if need == versus.need else "btn",
        )
        for need in known
    ]
    return html.Nav(links, className="bt")


def _maps(versus: Versus, services: Services) -> list[html.Section]:
    change = versus.change
    newly = {each.fips for each in change.newly_over} if change else set()
    found = []
    for side, (letter, run) in enumerate((("A", versus.found.a), ("B", versus.found.b))):
        over = versus.over(side)
        closures = _closures(run)
        label = (
            f"{letter}: {over} {'county' if over == 1 else 'counties'} over {duration_words(versus.limit_ms)}"
        )
        words = (
            f"{run.label}. {len(closures)} closed or slowed."
            if run.patch
            else f"{run.label}. Nothing changed."
        )
        found.append(
            html.Section(
                [
                    html.H2([html.Span(letter, className=f"exab {letter.lower()}"), label[2:]]),
                    html.P(words, className="t12 c2"),
                    state(
                        services.coverages.drawn,
                        label,
                        classes=_classes(versus, side),
                        newly=newly if side else (),
                        closures=closures,
                    ),
                    legend(versus.limit_ms),
                    *(
                        [html.P("Outlined: newly over. Cross: closed or slowed.", className="t12 c2")]
                        if side
                        else []
                    ),
                ],
                className="card-of",
            )
        )
    return found


def _classes(versus: Versus, side: int) -> dict[str, str]:
    ends = class_ends(versus.limit_ms)
    return {
        fips: f"cv{5 if ms is None else 1 + sum(ms > end for end in ends)}"
        for fips, ms in versus.outcome(side).counties.items()
    }


def _closures(run: Run) -> tuple[Closure, ...]:
    return () if run.patch is None else read_patch(run.patch).at(after_of(run)).closures


def figures_card(versus: Versus) -> html.Section:
    """Return four figures of B against A: counties and people over the limit, units unmet, and who is first."""
    change = versus.change
    more = versus.over(1) - versus.over(0)
    people = sum(each.people for each in change.newly_over) if change else 0
    fewer = sum(each.people for each in change.no_longer_over) if change else 0
    unmet = change.unmet.more if change else 0
    of = versus.outcome(1).wanted or 0
    first = change is not None and change.another_first
    told = (
        ("Counties over", f"{more:+,}" if more else "no change"),
        ("People over", f"{people - fewer:+,}" if people != fewer else "no change"),
        ("Units unmet", f"{unmet:+,} of {of:,}" if unmet else "no change"),
        ("First rank", "another one" if first else "the same"),
    )
    cells = [html.Div([html.Dt(name), html.Dd(value)]) for name, value in told]
    return card(f"{versus.need}: B against A", [html.Dl(cells, className="scfigures")])


def _counties(versus: Versus) -> html.Section:
    change = versus.change
    newly = {each.fips for each in change.newly_over} if change else set()
    back = {each.fips for each in change.no_longer_over} if change else set()
    turned = newly | back
    moved = (
        sorted(change.counties, key=lambda each: (each.fips in turned, each.slowness), reverse=True)
        if change
        else []
    )
    lines: list[list[Any]] = [
        [
            html.B(versus.label(each.fips)),
            _time(each.a_ms),
            _time(each.b_ms),
            change_words(each.slower_ms),
            flag("now over", "warn")
            if each.fips in newly
            else flag("inside again", "good")
            if each.fips in back
            else "",
        ]
        for each in moved[:LISTED]
    ]
    table = rows("Counties that change", ("County", "A", "B", "B minus A", "Limit"), lines)
    said = html.P(
        f"{len(moved)} counties change, those first that come over the limit or back; {len(lines)} are listed.",
        className="t12 c2",
    )
    return card("Counties that change", [said, table] if lines else [html.P("No county changes.")])


def _ranks(versus: Versus, names: Mapping[str, str]) -> html.Section:
    moved = sorted(versus.change.moved, key=_rank) if versus.change else []
    lines: list[list[Any]] = [
        [
            names.get(each.asset, "Name closed"),
            str(each.a_rank or "none"),
            str(each.b_rank or "none"),
            _time(each.a_ms),
            _time(each.b_ms),
        ]
        for each in moved[:LISTED]
    ]
    heads = ("Asset", "Rank in A", "Rank in B", "Arrives in A", "In B")
    table = rows("Who arrives otherwise", heads, lines)
    said = html.P(
        f"{len(moved)} arrive otherwise; {len(lines)} are listed. A name stands where its company shows it and its place.",
        className="t12 c2",
    )
    none = html.P("Everybody arrives at the same time and rank.")
    return card("Who arrives otherwise", [said, table] if lines else [none])


def _rank(each: Moved) -> tuple[int, str]:
    return min(rank for rank in (each.a_rank, each.b_rank) if rank is not None), each.asset


def _time(ms: int | None) -> str:
    return NEVER if ms is None else duration_words(ms)


def register(app: Dash, _services: Services) -> None:
    """Hang the choice of the two runs on the application."""

    @app.callback(
        Output("sv-go", "href"),
        Output("sv-refused", "children"),
        Input("sv-do", "n_clicks"),
        State("sv-a", "value"),
        State("sv-b", "value"),
        prevent_initial_call=True,
    )
    @for_action("scenario.read")
    def choose(clicks: int, a: str | None, b: str | None) -> Said:
        if not clicks:
            return no_update, no_update
        return address("/scenarios/compare", a=a, b=b), []
