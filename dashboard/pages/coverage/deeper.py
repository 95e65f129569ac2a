"""What takes a moment longer, shown when it is there: where one more provider helps most, and on which road a county hangs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from dash import html

from dashboard.attributes import wild
from dashboard.marks import icon
from dashboard.pages.coverage.codes import class_code
from dashboard.pages.coverage.figures import ORDINALS
from dashboard.pages.coverage.later import Part, by_job
from matching.coverage import cell_recipe, recruit_recipe
from matching.coverage.arrivals import point_arrivals
from matching.coverage.asking import of_region, weighed_towns
from matching.coverage.cell import why
from matching.coverage.hanging import bridge_name, road_name
from matching.coverage.recruit_recipe import told_by
from matching.coverage.result import NONE
from matching.coverage.seen import seen
from matching.coverage.targets import county_targets
from matching.measures import duration_words
from registry.trust.aliases import alias_key
from registry.wording import day_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dashboard.coverages import Worked
    from dashboard.pages.coverage.choice import Choice
    from dashboard.services import Services
    from geo.network import RoadNetwork
    from matching.atlas import Atlas
    from matching.coverage.cell import Near, Why
    from matching.coverage.hanging import Hang, Hanging
    from matching.coverage.keeping import OfNow
    from matching.coverage.recruit_recipe import Told, Town
    from matching.roster import Roster
    from registry.db.engine import Session
    from registry.people.principal import Principal

TOWNS: Final = 4
"""Towns that are proposed."""

NAMED: Final = 5
"""Counties of a town that are named; more are counted."""


def recruit_card(services: Services, principal: Principal, choice: Choice) -> list[Any]:
    """Return the towns in which one more provider brings most people under the limit, in turn; on large roads by a job."""
    if not services.coverages.at_once():
        return by_job(services, principal, choice, RECRUIT)
    worked = services.coverages.worked(principal, choice.fresh_days, choice.sector)
    return list(
        worked.once(
            ("recruit", choice.with_(county="", versus="")), lambda: _recruited(services, worked, choice)
        )
    )


def _recruited(services: Services, worked: Worked, choice: Choice) -> list[Any]:
    known = services.atlas
    found = point_arrivals(
        known,
        worked.told,
        county_targets(known.population, known.counties),
        [services.coverages.class_of(choice.sector)],
        services.coverages.parameters(choice.fresh_days),
    )
    if found.members.listed[0] == 0:
        return [html.P("Nobody is listed for this, so how a provider would travel is not known.")]
    some = of_region(worked.of(choice.fresh_days), known.counties, choice.region or None)
    towns = known.gazetteer.places
    weighed = weighed_towns(towns, found, some, k=choice.counted, threshold_ms=choice.limit_ms)
    return recruit_list(told_by(weighed.best(TOWNS), weighed, towns, found.targets.keys), known)


def _recruit_asked(services: Services, choice: Choice) -> dict[str, Any]:
    return recruit_recipe.asked_of(
        class_code(choice.sector),
        services.coverages.parameters(choice.fresh_days),
        services.atlas.gazetteer.places,
        k=choice.counted,
        threshold_ms=choice.limit_ms,
        count=TOWNS,
        region=choice.region,
    )


def recruit_list(told: Told, known: Atlas) -> list[Any]:
    """Return towns with whom each brings under the limit added to those before it, and how the new ones would come."""
    if not told.towns:
        return [html.P("No town brings anybody under the limit: it is met, or too far from all of them.")]
    lines = [_town(number, town, known) for number, town in enumerate(told.towns, 1)]
    vehicle = known.profiles[told.vehicle].words
    foot = f"Each comes as most of them do: with {vehicle}, ready in {duration_words(told.ready_ms)}."
    return [html.Ol(lines, className="rec"), html.P(foot, className="foot")]


def _town(number: int, town: Town, known: Atlas) -> html.Li:
    counties = known.counties
    names = [counties.name[counties.index(fips)] for fips in town.closes]
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    closes: Any = f"{', '.join(names[:NAMED])}{more}" if names else "closes no county by itself"
    if more:
        closes = html.Details([html.Summary(closes), ", ".join(names)], className="all")
    count = f"{len(names)} {'county' if len(names) == 1 else 'counties'}"
    county = counties.name[counties.index(town.county)]
    return html.Li(
        [
            html.Span(str(number), className="n", **wild({"aria-hidden": "true"})),
            html.Div([html.B(town.name), f", {county}", html.Div(closes, className="below")]),
            html.Span(
                [html.B(count), html.Span(f"{town.people:,} people", className="below")], className="num"
            ),
        ]
    )


def hanging_lines(services: Services, principal: Principal, choice: Choice) -> list[Any]:
    """Return the bridge and the road on which the first provider of the county chosen hangs; nothing without a county.

    On large roads a job finds them.
    """
    if not choice.county:
        return []
    if not services.coverages.at_once():
        return by_job(services, principal, choice, HANGING)
    worked = services.coverages.worked(principal, choice.fresh_days, choice.sector)
    return list(
        worked.once(
            ("hanging", choice.with_(region="", versus="")), lambda: _hung(services, worked.told, choice)
        )
    )


def _hung(services: Services, told: Roster, choice: Choice) -> list[Any]:
    known = services.atlas
    found = why(
        known,
        told,
        county_targets(known.population, known.counties),
        choice.county,
        services.coverages.class_of(choice.sector),
        parameters=services.coverages.parameters(choice.fresh_days),
        k=choice.counted,
        threshold_ms=choice.limit_ms,
    )
    return _cell_lines(found, known)


def _cell_asked(services: Services, choice: Choice) -> dict[str, Any]:
    return cell_recipe.asked_of(
        class_code(choice.sector),
        services.coverages.parameters(choice.fresh_days),
        choice.county,
        k=choice.counted,
        threshold_ms=choice.limit_ms,
    )


def _cell_lines(found: Why, known: Atlas) -> list[Any]:
    return [
        *hanging_words(found.hanging, found.time_ms[0], known.network),
        *telephone_lines(found.stale, known),
    ]


def telephone_lines(stale: Sequence[Near], known: Atlas) -> list[Any]:
    """Return whom to telephone first: each alone closes the gap if its listing is confirmed; nothing without any."""
    if not stale:
        return []
    lines = []
    for each in stale:
        shown = seen(each.listing, known)
        who = f"A provider in {shown.place}" if shown.name_closed else f"{shown.name}, {shown.place}"
        day = (
            "never confirmed" if shown.confirmed_on is None else f"confirmed {day_words(shown.confirmed_on)}"
        )
        lines.append(
            html.Li(
                [
                    icon("clock"),
                    html.Span([html.B(who), f": {duration_words(shown.told_ms(each.ms))} away, {day}."]),
                ],
                className="cause",
            )
        )
    return [html.H3("Confirmed, each of these closes the gap"), html.Ul(lines)]


def hanging_words(found: Hanging, first_ms: int, network: RoadNetwork) -> list[Any]:
    """Return the single bridge and road that matter, in words; what says so where none does."""
    lines = []
    if found.bridge is not None:
        name = bridge_name(network, found.bridge)
        lines.append(_line("One bridge matters.", name, found.bridge, first_ms))
    if found.road is not None:
        name = f"one stretch of {road_name(network, found.road)}"
        lines.append(_line("One road matters.", name, found.road, first_ms))
    none = f"No single bridge or road{' of those tried' if found.untried else ''} delays the {ORDINALS[1]} provider."
    told: list[Any] = [html.Ul(lines)] if lines else [html.P(none, className="c2 t13")]
    if found.untried:
        told.append(html.P(f"{found.untried:,} more lie on the ways: too many to try.", className="c2 t13"))
    return told


def _line(head: str, name: str, hang: Hang, first_ms: int) -> html.Li:
    then = (
        "nobody has a way here"
        if hang.ms == NONE
        else f"the first provider takes {duration_words(hang.ms - first_ms)} longer"
    )
    return html.Li(
        [icon("route"), html.Span([html.B(head), f" With {name} closed, {then}."])], className="cause"
    )


def _recruits_of_run(services: Services, _session: Session, found: OfNow) -> list[Any]:
    return recruit_list(recruit_recipe.told_of(found.result), services.atlas)


def _cell_of_run(services: Services, session: Session, found: OfNow) -> list[Any]:
    told = cell_recipe.told_of(found.result, found.listings, alias_key(session))
    return _cell_lines(told, services.atlas)


RECRUIT: Final = Part("recruit", recruit_recipe.KIND, "Weigh every town", _recruit_asked, _recruits_of_run)
HANGING: Final = Part("hanging", cell_recipe.KIND, "Try each bridge and road", _cell_asked, _cell_of_run)
