"""The dock below the map: the legend, the picked provider (or what lies inside the area), and the overview."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dash import html

from dashboard.attributes import wild
from dashboard.marks import BAND_WORDS, band, icon, mark
from dashboard.rows import arrival_head, county_words, vehicle_word
from matching.explanation import (
    attribute_words,
    clock_words,
    count_words,
    duration_words,
    estimated_words,
    miles_words,
    people_words,
    square_miles_words,
)
from matching.travel import REACHING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from matching.answers import Answer, LeftOut, Match, NeedAnswer
    from registry.directory.kinds import Taxonomy
    from registry.directory.listing import Listing

CUT_WAY = "It begins at a junction of main roads near the site, which is closed"
NO_WAY = "It begins near the area, so nothing of it is shown while the place is closed"
COUNTED_BY_COUNTY = " in the counties it touches, wherever in them"

DELIVERY_WORDS = {"delivers": "delivered", "pickup": "to be picked up"}


def legend() -> html.Div:
    """Return what the marks and lines on the map mean."""
    bands = [html.Li([mark(i + 1, late=False), words]) for i, words in enumerate(BAND_WORDS)]
    bands.append(html.Li([mark(4, late=True), "diamond: too late"]))
    lines = [
        ("area", "Incident area"),
        ("route", "Selected route"),
        ("access", "Estimated access"),
        ("blocked", "Blocked road"),
        ("slowed", "Slowed road"),
        ("staging", "Staging point"),
    ]
    return html.Div(
        [
            html.Div(id="counties-key", className="ramp"),
            html.Ul(id="sectors-key"),
            html.H2("Arrival after the request"),
            html.Ul(bands),
            html.Ul(
                [
                    html.Li([html.Span(className=f"swatch {name}", **wild({"aria-hidden": "true"})), words])
                    for name, words in lines
                ],
                className="l2",
            ),
        ],
        className="legend",
        role="region",
        tabIndex=0,
        **wild({"aria-label": "Legend"}),
    )


def sector_keys(
    chosen: Sequence[str], sectors: Mapping[str, str], counts: Mapping[str, int]
) -> list[html.Li]:
    """Return the legend of the sectors on the map, each with its number of sites."""
    return [
        html.Li(
            [
                html.Span(className=f"site s-{code}", **wild({"aria-hidden": "true"})),
                html.Span(sectors[code], className="cut"),
                html.B(f"{counts.get(code, 0):,}"),
            ]
        )
        for code in chosen
    ]


def nothing_card() -> html.Article:
    """Return the card before there is an answer."""
    return html.Article(
        [
            html.Div(html.H2("Nothing selected"), className="hd"),
            html.P(
                "Once there is a list, this says what lies inside the area, and who is selected.",
                className="t12 c2",
            ),
        ],
        className="card",
    )


def inside_card(answer: Answer, sectors: Mapping[str, str]) -> html.Article:
    """Return what lies inside the area: counties and regions, size, people as an estimate, sites by sector."""
    labels = [f"{county.label} (region {county.region})" for county in answer.counties]
    sites = [
        html.Li(
            [
                html.Span(className=f"site s-{code}", **wild({"aria-hidden": "true"})),
                f"{sectors.get(code, code)} ",
                html.B(f"{n:,}"),
            ]
        )
        for code, n in sorted(answer.sectors_inside.items(), key=lambda item: (-item[1], item[0]))
    ]
    total = sum(answer.sectors_inside.values())
    counted = "" if answer.opened else COUNTED_BY_COUNTY
    return html.Article(
        [
            html.Div(html.H2("Inside the area"), className="hd"),
            html.Dl(
                [
                    html.Dt("Counties"),
                    html.Dd(", ".join(labels) or "None"),
                    html.Dt("Size"),
                    html.Dd(square_miles_words(answer.question.area.area_km2)),
                    html.Dt("People"),
                    html.Dd(f"{people_words(answer.people)}, an estimate from population points"),
                    html.Dt("Sites"),
                    html.Dd(
                        [
                            f"{count_words(total, 'listed site')} of {count_words(len(sites), 'sector')}{counted}"
                            if total
                            else f"None listed{counted}",
                            html.Ul(sites, className="sectors-inside") if sites else None,
                        ]
                    ),
                ]
            ),
            html.P("Select a row or a mark to see its route and why it ranks there.", className="t12 c2"),
        ],
        className="card",
    )


def match_card(
    match: Match,
    part: NeedAnswer,
    answer: Answer,
    taxonomy: Taxonomy,
    *,
    shown: bool = True,
    contact: Any = None,  # noqa: ANN401 - Dash children
) -> html.Article:
    """Return the picked provider: what it sends, when it arrives and why, on which roads, with all its flags.

    `shown` says whether its way is on the map; `contact` is its row on the contact.
    """
    listing, asked_at = match.listing, answer.question.asked_at
    when: list[Any] = [
        html.B(clock_words(match.arrives_at, asked_at)),
        f": {_way(match, vehicle_word(match, answer))}",
    ]
    rows: list[Any] = [
        *([] if contact is None else [html.Dt("Contact"), html.Dd(contact)]),
        html.Dt("Sends"),
        html.Dd(_sends(listing, part, taxonomy)),
        html.Dt(arrival_head(answer.question) if answer.question.measure in REACHING else "Arrives"),
        html.Dd(when),
        html.Dt("Roads"),
        html.Dd(_roads(match, answer)),
    ]
    other = _other_measures(match, answer)
    if other:
        rows += [html.Dt("Besides"), html.Dd(other)]
    if match.delay_ms:
        rows += [html.Dt("Closures"), html.Dd(f"They add {duration_words(match.delay_ms)}")]
    rows += [html.Dt("Why"), html.Dd(_why(match, part))]
    if listing.place_closed:
        rows += [html.Dt("Way"), html.Dd(CUT_WAY if shown else NO_WAY)]
    flags = [html.Span(flag.text, className=f"flag {flag.tone}") for flag in match.flags]
    return html.Article(
        [
            html.Div(
                [
                    mark(band(match.arrival_ms), match.late, str(match.rank)),
                    html.Div(
                        [html.H2(_name(listing)), html.P(_where(listing), className="t12 c2")],
                        className="who",
                    ),
                    html.Button(
                        icon("x"),
                        className="x",
                        type="button",
                        **wild({"data-unpick": "1", "aria-label": "Show what lies inside"}),
                    ),
                ],
                className="hd",
            ),
            html.Div(flags, className="flags") if flags else None,
            html.Dl(rows),
        ],
        className="card picked",
    )


def cut_off_card(row: LeftOut) -> html.Article:
    """Return a picked provider that has no way to the area."""
    return html.Article(
        [
            html.Div(
                [
                    html.Div(
                        [html.H2(_name(row.listing)), html.P(_where(row.listing), className="t12 c2")],
                        className="who",
                    ),
                    html.Button(
                        icon("x"),
                        className="x",
                        type="button",
                        **wild({"data-unpick": "1", "aria-label": "Show what lies inside"}),
                    ),
                ],
                className="hd",
            ),
            html.Dl([html.Dt("Arrives"), html.Dd("No time"), html.Dt("Why"), html.Dd(row.words)]),
        ],
        className="card picked",
    )


def _name(listing: Listing) -> list[Any]:
    """Return a listing's name, a lock before one that is closed."""
    return [icon("lock"), " ", listing.provider_name] if listing.name_closed else [listing.provider_name]


def _where(listing: Listing) -> str:
    region = f"region {listing.region}" if listing.region else ""
    return ", ".join(part for part in (listing.town, county_words(listing.county_name), region) if part)


def _sends(listing: Listing, part: NeedAnswer, taxonomy: Taxonomy) -> str:
    asked = [condition.attribute for condition in part.need.conditions]
    own = taxonomy.kinds[listing.kind].attributes if listing.kind in taxonomy.kinds else ()
    known = {code: taxonomy.attributes[code] for code in own}
    pieces = [f"{count_words(listing.quantity, listing.unit)}: {listing.asset_name or listing.kind_name}"]
    pieces += [words for words in attribute_words(listing, known, asked) if words not in pieces[0]]
    pieces.append(DELIVERY_WORDS.get(listing.delivery, listing.delivery))
    if listing.max_days:
        pieces.append(f"{count_words(listing.max_days, 'day')} at most")
    return ", ".join(pieces)


def _way(match: Match, vehicle: str) -> str:
    ready = (
        f"{duration_words(match.mobilisation_ms)} to get ready" if match.mobilisation_ms else "ready at once"
    )
    return f"{ready}, {duration_words(match.access_ms + match.road_ms)} by {vehicle}, {miles_words(match.road_m)} by road"


def _other_measures(match: Match, answer: Answer) -> str:
    """Return the times of the measures that were worked out and do not rank, after getting ready."""
    words = {
        "first_entry": "first road in the area",
        "reach_p50": f"half of its {answer.question.reach_of}",
        "reach_p90": f"nine tenths of its {answer.question.reach_of}",
        "site": "the staging point",
    }
    times = {code: getattr(match.measured, f"{code}_ms") for code in words if code != answer.question.measure}
    return ", ".join(
        f"{words[code]} after {duration_words(match.mobilisation_ms + ms)}"
        for code, ms in times.items()
        if ms is not None
    )


def _roads(match: Match, answer: Answer) -> str:
    roads = "Main roads only, " if answer.network.main_roads_only else ""
    words = (
        f"{roads}{'to 5 min and 5 mi, rounded up' if match.listing.place_closed else estimated_words(match)}"
    )
    return words[:1].upper() + words[1:]


def _why(match: Match, part: NeedAnswer) -> str:
    """Return why a match ranks where it does: its own sentences, and what the one before it is sooner by."""
    own = " ".join(f"{reason}." for reason in match.reasons[1:])
    if match.rank == 1:
        return f"The soonest of {len(part.matches):,}. {own}".strip()
    before = part.matches[match.rank - 2]
    gap = match.arrival_ms - before.arrival_ms
    words = f"{duration_words(gap)} after rank {before.rank}" if gap else f"As soon as rank {before.rank}"
    name = "" if before.listing.name_closed else f", {before.listing.provider_name}"
    return f"{words}{name}. {own}".strip()
