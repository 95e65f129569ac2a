"""Why a time is what it is: the nearest providers, what is stale, on whom it hangs, and what would close the gap."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dash import html

from dashboard.attributes import wild
from dashboard.marks import icon
from dashboard.pages.coverage.codes import class_code, is_need
from dashboard.pages.coverage.figures import COUNT_WORDS, NOT_MEASURED, ORDINALS, STATE, change_words
from dashboard.rows import ROUNDED
from matching.coverage.gaps import causes
from matching.coverage.parameters import THRESHOLDS_MS
from matching.coverage.result import NONE
from matching.measures import duration_words

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from dashboard.coverages import Worked
    from dashboard.pages.coverage.figures import Cell, Figures
    from matching.coverage.gaps import Cause
    from matching.coverage.result import CoverageResult
    from matching.coverage.seen import Seen

WORST = 6
"""Counties that the explanation of a region or the State names."""


@dataclass(frozen=True)
class Near:
    """A provider near a county: what may be seen of it, and the milliseconds it needs, as they may be told."""

    seen: Seen
    ms: int
    within: bool


def why_card(figures: Figures, worked: Worked) -> html.Section:
    """Return the explanation of the county chosen, else of the region, else of the State."""
    choice = figures.choice
    inside = _county(figures, worked) if choice.county else _many(figures)
    close = html.A(
        icon("x"),
        href=choice.address(county=""),
        className="x",
        **wild({"data-soft": "", "data-close": "", "aria-label": "Close the explanation"}),
    )
    label = "Why" if choice.county else "In short"
    return html.Section(
        [close if choice.county else None, *inside],
        id="why",
        className="ccard why" + (" picked" if choice.county else ""),
        **wild(
            {
                "aria-label": label,
                "aria-live": "polite",
                "data-of": f"county={choice.county}" if choice.county else "",
            }
        ),
    )


def _county(figures: Figures, worked: Worked) -> list[Any]:
    choice, fips = figures.choice, figures.choice.county
    cell, label = figures.cell(fips, choice.sector), figures.label(fips)
    head = [
        html.P(f"Region {figures.region_of(fips)}, {label}", className="c2 t13"),
        html.H2(f"{figures.sector_name} in {label} {_standing(cell)}"),
    ]
    if cell.number == NOT_MEASURED:
        return [*head, html.P("Nobody is listed for this sector. One listing would be the first.")]
    at, of_class = figures.result.target_at[fips], figures.result.class_at[class_code(choice.sector)]
    if figures.shown_on:
        note = html.P(f"Kept figures, of {figures.shown_on}: they name no provider.", className="c2 t13")
        reasons = [*_reasons(figures, worked, at, of_class), *held_within(figures, at, of_class)]
        return [*head, *_answer(figures, cell, fips), note, *reasons]
    near = nearest(figures.result, worked, at, of_class, choice.limit_ms)
    return [
        *head,
        *_answer(figures, cell, fips),
        html.H3("Nearest providers that count"),
        _near_list(near, figures),
        *_reasons(figures, worked, at, of_class),
        *held_within(figures, at, of_class),
        html.H3("On which bridge or road it hangs"),
        html.Div(
            html.P("Closing each on the ways here, one by one.", className="c2 t13"), id="coverage-hanging"
        ),
    ]


def _standing(cell: Cell) -> str:
    if cell.number == NOT_MEASURED:
        return "is not measured"
    return "is over the limit" if cell.over else "is within the limit"


def _answer(figures: Figures, cell: Cell, target: str) -> list[Any]:
    choice, at = figures.choice, figures.result.target_at[target]
    of_class = figures.result.class_at[class_code(choice.sector)]
    reached = figures.result.reached[
        at, of_class, choice.counted - 1, figures.result.threshold_at(choice.limit_ms)
    ]
    people = int(figures.result.people[at])
    waits = people - int(reached)
    change = figures.change_ms(target, choice.sector)
    compared = f"{change_words(change).capitalize()} since {figures.since}. " if change is not None else ""
    first = "No road leads here from so many providers" if cell.ms == NONE else cell.words
    return [
        html.P(html.B(first), className="big"),
        html.P(
            f"to {figures.provider}, for nine in ten people; limit {duration_words(choice.limit_ms)}",
            className="c2",
        ),
        html.P(f"{compared}{people:,} people live here, {waits:,} of them wait longer.", className="c2 t13"),
    ]


def nearest(result: CoverageResult, worked: Worked, at: int, of_class: int, limit_ms: int) -> list[Near]:
    """Return the providers nearest to a county, the soonest first, as each may be seen: times of closed places rounded up."""
    found = []
    columns = (result.near_asset[at, of_class].tolist(), result.near_ms[at, of_class].tolist())
    for asset, ms in zip(*columns, strict=True):
        if NONE in {asset, ms}:
            continue
        seen = worked.assets[result.assets[asset]]
        found.append(Near(seen, seen.told_ms(ms), ms <= limit_ms))
    return found


def name_words(seen: Seen) -> str:
    """Return a provider's name, or where a closed one is: `A provider in Greene county`."""
    return f"A provider in {seen.place}" if seen.name_closed else seen.name


def _near_list(near: Sequence[Near], figures: Figures) -> Any:  # noqa: ANN401 - a component
    if not near:
        return html.P("None.", className="c2")
    lines: list[Any] = []
    for number, each in enumerate(near, 1):
        if not each.within and (number == 1 or near[number - 2].within):
            words = f"limit {duration_words(figures.choice.limit_ms)}"
            lines.append(html.Li([icon("clock"), words], className="cut"))
        lines.append(_near_line(number, each, figures))
    closed = (
        [html.P(f"Times of closed places are {ROUNDED}.", className="foot")]
        if any(each.seen.place_closed for each in near)
        else []
    )
    return html.Div([html.Ol(lines, className="nl"), *closed])


def _near_line(number: int, each: Near, figures: Figures) -> html.Li:
    place = "" if each.seen.name_closed else f"{each.seen.place}; "
    said = html.Span(
        [
            html.B(
                [icon("lock"), " ", name_words(each.seen)] if each.seen.name_closed else name_words(each.seen)
            ),
            html.Span(f"{place}{confirmed_words(each.seen, figures)}", className="below"),
        ]
    )
    mark = html.Span(str(number), className="n", **wild({"aria-hidden": "true"}))
    kind = "in" if each.within else "ov"
    return html.Li([mark, said, html.B(duration_words(each.ms), className="num")], className=kind)


def confirmed_words(seen: Seen, figures: Figures) -> str:
    """Return how long ago a listing was confirmed: `confirmed 41 d ago`."""
    if seen.confirmed_on is None:
        return "never confirmed"
    days = (figures.result.parameters.today - seen.confirmed_on).days
    return f"confirmed {days} d ago" if days > 0 else "confirmed today"


def _reasons(figures: Figures, worked: Worked, at: int, of_class: int) -> list[Any]:
    """Return what stands behind a time, and what would close the gap."""
    choice = figures.choice
    holds = causes(figures.result, at, of_class, choice.counted, choice.limit_ms)
    reasons = [
        *_stale(figures, at, of_class, closes="stale" in holds),
        *(_carried(figures, worked, at, of_class) if "one_company" in holds else []),
        *_few(figures, at, of_class, holds),
    ]
    if not reasons:
        return []
    lines = [
        html.Li([icon(sign), html.Span([html.B(head), f" {words}"])], className="cause")
        for sign, head, words in reasons
    ]
    return [html.H3("Why"), html.Ul(lines)]


Reason = tuple[str, str, str]
"""The sign, the few words in bold, and the sentence."""


def _carried(figures: Figures, worked: Worked, at: int, of_class: int) -> list[Reason]:
    """Return that one company carries the county: its loss puts the first provider over the limit."""
    result, limit = figures.result, duration_words(figures.choice.limit_ms)
    carrier, without = int(result.carrier[at, of_class]), int(result.without_ms[at, of_class])
    unnamed = carrier == NONE or bool(figures.shown_on)
    who = "" if unnamed else f", {_lower(name_words(worked.companies[result.providers[carrier]]))}"
    then = (
        "nobody has a way here"
        if without == NONE
        else f"the first provider is {duration_words(without)} away"
    )
    return [("info", "One company carries it.", f"Without one company{who}, {then}: over {limit}.")]


def _lower(who: str) -> str:
    return who[0].lower() + who[1:] if who.startswith("A provider") else who


def _stale(figures: Figures, at: int, of_class: int, *, closes: bool) -> list[Reason]:
    """Return what confirming would bring, where the county is over the limit and it would bring something."""
    result, counted = figures.result, figures.choice.counted - 1
    now, then = (int(each[at, of_class, counted]) for each in (result.time_ms, result.stale_ms))
    if closes:
        words = f"Confirmed by telephone, they bring {figures.provider} within {duration_words(then)}: that closes the gap."
        return [("clock", "Listings went stale.", words)]
    if now == then or 0 <= now <= figures.choice.limit_ms:
        return []
    return [
        (
            "clock",
            "Listings went stale.",
            f"Confirmed, they leave {figures.provider} {duration_words(then)} away.",
        )
    ]


def _few(figures: Figures, at: int, of_class: int, holds: Collection[Cause]) -> list[Reason]:
    """Return that too few are near, or none is, where the county is over the limit."""
    result, choice = figures.result, figures.choice
    limit = duration_words(choice.limit_ms)
    if "no_listing" in holds:
        return [("info", "No listing counts.", "None of this was confirmed in 180 days.")]
    if "none_near" in holds:
        return [("route", "None is near.", f"Nine in ten people here have no provider within {limit}.")]
    if "few" not in holds:
        return []
    inside = int(result.companies[at, of_class, result.threshold_at(choice.limit_ms)])
    are = "provider is" if inside == 1 else "providers are"
    there = f"{COUNT_WORDS[inside].capitalize()} {are} within {limit}"
    last = ORDINALS[choice.counted]
    return [("route", "Too few are near.", f"{there} of nine in ten people; the {last} is not.")]


def held_within(figures: Figures, at: int, of_class: int) -> list[Any]:
    """Return how many providers and how much nine in ten people have within each of the usual times, and the score."""
    result, unit = figures.result, "Units" if is_need(figures.choice.sector) else "Listings"
    rows = []
    for ms in sorted(set(THRESHOLDS_MS) & set(result.parameters.thresholds_ms)):
        limit_at = result.threshold_at(ms)
        amounts = (
            f"{int(result.companies[at, of_class, limit_at])}",
            f"{int(result.units[at, of_class, limit_at]):,}",
            f"{int(result.reached[at, of_class, figures.choice.counted - 1, limit_at]):,}",
        )
        cells = [html.Td(each, className="num") for each in amounts]
        rows.append(html.Tr([html.Th(duration_words(ms), scope="row"), *cells]))
    heads = ("Within", "Providers", unit, f"People with {COUNT_WORDS[figures.choice.counted]}")
    top = [
        html.Th(words, scope="col", className="num" if number else "") for number, words in enumerate(heads)
    ]
    caption = html.Caption("What nine in ten people have, by time", className="sr")
    score = f"{result.score[at, of_class] / 1000:,.1f} {unit.lower()} for 100,000 people"
    return [
        html.H3("What is there, and when"),
        html.Table([caption, html.Thead(html.Tr(top)), html.Tbody(rows)], className="held"),
        html.P(["Shared with everybody they reach (the score): ", html.B(score), "."], className="c2 t13"),
    ]


def _many(figures: Figures) -> list[Any]:
    """Return a region's, or the State's, time in short, and its counties where most people wait longer."""
    choice = figures.choice
    target, where = (choice.region, f"region {choice.region}") if choice.region else (STATE, "Missouri")
    cell = figures.cell(target, choice.sector)
    head = html.H2(f"{figures.sector_name} in {where} {_standing(cell)}")
    if cell.number == NOT_MEASURED:
        return [head, html.P("Nobody is listed for this sector.")]
    code = class_code(choice.sector)
    worst = [gap for gap in figures.gaps if figures.result.classes[gap.of_class] == code][:WORST]
    lines = [_way(figures, figures.result.targets[gap.target], gap.people) for gap in worst]
    counties = [html.H3("Where most people wait longer"), html.Ul(lines, className="ways")] if lines else []
    hint = html.P("Choose a county on the map or a cell of the grid to see why.", className="c2 t13 hint")
    at, of_class = figures.result.target_at[target], figures.result.class_at[code]
    return [head, *_answer(figures, cell, target), *counties, *held_within(figures, at, of_class), hint]


def _way(figures: Figures, fips: str, people: int) -> html.Li:
    cell = figures.cell(fips, figures.choice.sector)
    link = html.A(figures.label(fips), href=figures.choice.address(county=fips), **wild({"data-soft": ""}))
    return html.Li(
        [html.Span([link, html.Span(f"{people:,} people", className="below")]), html.B(cell.words)]
    )
