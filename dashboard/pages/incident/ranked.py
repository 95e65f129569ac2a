"""The panel beside the map: the answer first, then the ranked list with its deadline, then what is left out."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import dash_ag_grid as dag
import dash_mantine_components as dmc
from dash import html

from dashboard.attributes import opens, wild
from dashboard.marks import icon
from dashboard.rows import Row, left_out_rows, ranked_rows
from matching.explanation import (
    answer_headline,
    clock_words,
    count_words,
    inside_words,
    need_words,
    none_found_words,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from matching.answers import Answer, NeedAnswer
    from registry.directory.kinds import Taxonomy

LISTED: Final = 30
"""Left-out assets named per reason; the number says how many there are, the download names all."""

COLUMNS: Final[list[dict[str, Any]]] = [
    {"colId": "card", "field": "id", "cellRenderer": "MerrCard", "flex": 1, "hide": True},
    {"colId": "rank", "headerName": "Rank", "field": "rank", "cellRenderer": "MerrRank", "width": 46},
    {
        "colId": "provider",
        "headerName": "Provider and place",
        "field": "name",
        "cellRenderer": "MerrProvider",
        "flex": 1,
        "minWidth": 190,
    },
    {
        "colId": "sends",
        "headerName": "Sends",
        "field": "quantity",
        "cellRenderer": "MerrSends",
        "width": 94,
        "headerClass": "num",
    },
    {
        "colId": "arrives",
        "headerName": "Arrives",
        "field": "arrival",
        "cellRenderer": "MerrArrives",
        "width": 128,
    },
    {"colId": "made", "headerName": "Made of", "field": "made", "cellRenderer": "MerrMade", "width": 206},
]

GRID_OPTIONS: Final[dict[str, Any]] = {
    "rowSelection": {"mode": "singleRow", "checkboxes": False, "enableClickSelection": True},
    "headerHeight": 30,
    "getRowHeight": {"function": "merrRowHeight(params)"},
    "isFullWidthRow": {"function": "merrIsDivider(params)"},
    "fullWidthCellRenderer": "MerrDivider",
    "suppressColumnVirtualisation": True,
    "suppressDragLeaveHidesColumns": True,
    "suppressMovableColumns": True,
    "animateRows": False,
    "suppressCellFocus": False,
    "theme": {"function": "themeQuartz"},
}


def frame() -> list[Any]:
    """Return the panel's fixed parts: one grid for the life of the page, so that it keeps its place and selection."""
    return [
        html.Div(id="state-slot", className="state-slot"),
        html.Div(id="answer-slot", className="answer-part"),
        dmc.Tabs(
            [
                html.Button(
                    [icon("down"), "Download"],
                    className="btn q s download",
                    type="button",
                    **opens("download"),
                ),
                dmc.TabsList(
                    [
                        dmc.TabsTab("Ranked", value="ranked", id="tab-ranked"),
                        dmc.TabsTab("Left out", value="left", id="tab-left"),
                    ]
                ),
                dmc.TabsPanel([html.Div(id="nobody-slot"), grid()], value="ranked", className="fill"),
                dmc.TabsPanel(
                    html.Div(id="left-slot", className="scroll", tabIndex=0), value="left", className="fill"
                ),
            ],
            value="ranked",
            keepMounted=True,
            className="tabset list answer-part",
        ),
        html.Div(id="foot-slot", className="answer-part"),
    ]


def grid() -> dag.AgGrid:
    """Return the grid of the ranked list, without rows."""
    return dag.AgGrid(
        id="ranked",
        rowData=[],
        columnDefs=COLUMNS,
        defaultColDef={"sortable": False, "resizable": False, "suppressMovable": True},
        getRowId="params.data.id",
        dashGridOptions=GRID_OPTIONS,
        className="grid",
        style={"height": "100%", "width": "100%"},
    )


@dataclass(frozen=True)
class Result:
    """What an answer puts into the panel's fixed parts."""

    top: list[Any]
    tab_ranked: str
    tab_left: str
    rows: list[Row]
    nobody: list[Any]
    left: list[Any]
    foot: Any


NO_RESULT: Final = Result([], "Ranked", "Left out", [], [], [], None)


def result(answer: Answer, shown: int, taxonomy: Taxonomy, sectors: Mapping[str, str]) -> Result:
    """Return what the panel shows of an answer, with the need `shown` on screen."""
    part = answer.needs[shown]
    rows = ranked_rows(part, answer, taxonomy)
    return Result(
        top=[*need_switch(answer, shown), headline(part, answer)],
        tab_ranked=f"Ranked, {len(part.matches):,}",
        tab_left=f"Left out, {len(part.left_out):,}",
        rows=rows if part.matches or len(rows) > 1 else [],
        nobody=[] if part.matches else nobody(part),
        left=left_out(part, sectors),
        foot=footer(part),
    )


def need_switch(answer: Answer, shown: int) -> list[html.Div]:
    """Return a button per need with its own answer, when there are several."""
    if len(answer.needs) == 1:
        return []
    buttons = []
    for i, part in enumerate(answer.needs):
        big = answer_headline(part, answer).big
        buttons.append(
            html.Button(
                [html.B(part.need.label), html.Span(big)],
                id={"type": "show-need", "index": i},
                className="needtab",
                n_clicks=0,
                type="button",
                **wild({"aria-pressed": str(i == shown).lower()}),
            )
        )
    return [html.Div(buttons, className="needtabs", role="group", **wild({"aria-label": "Needs"}))]


def headline(part: NeedAnswer, answer: Answer) -> html.Div:
    """Return the answer: the number, its bar, when the last unit comes, what lies inside, what to beware of."""
    words = answer_headline(part, answer)
    first = [html.Span(words.big, className="big"), html.Span(words.rest, className="c2")]
    if words.short:
        first.append(html.Span([icon("warn"), words.short], className="sh"))
    children: list[Any] = [html.Div(first, className="l1"), *bar(part)]
    if words.last:
        children.append(html.P(words.last))
    children.append(
        html.P([html.B("Inside: "), inside_words(answer), sites_words(answer)], className="t12 c2")
    )
    if answer.warnings:
        notes = [html.Li([icon("warn"), html.Span(warning)]) for warning in answer.warnings]
        children.append(html.Ul(notes, className="note"))
    return html.Div(children, className="need")


def sites_words(answer: Answer) -> str:
    """Return how many listed sites lie inside, and of how many sectors: `, 12 listed sites of 7 sectors`."""
    number = sum(answer.sectors_inside.values())
    counted = "" if answer.opened else " in these counties"
    if not number:
        return f", no listed site{counted}"
    sectors = count_words(len(answer.sectors_inside), "sector")
    return f", {count_words(number, 'listed site')} of {sectors}{counted}"


def bar(part: NeedAnswer) -> list[html.Div]:
    """Return the bar of a need with a number: what can be in time, and what is short."""
    if part.wanted is None:
        return []
    there = min(part.in_time, part.wanted)
    pieces = [(there, "sn"), (part.short, "ss")]
    words = f"Of {part.wanted:,} needed: {there:,} can be in time, {part.short:,} short"
    keys = [html.Span([html.I(className="sn"), html.B(f"{there:,}"), " can be in time"])]
    if part.short:
        keys.append(html.Span([html.I(className="ss"), html.B(f"{part.short:,}"), " short"]))
    return [
        html.Div(
            [html.Span(className=name, style={"flex": number}) for number, name in pieces if number],
            className="bar",
            role="img",
            **wild({"aria-label": words}),
        ),
        html.Div(keys, className="keys"),
    ]


def nobody(part: NeedAnswer) -> list[Any]:
    """Return what to change when nobody can come."""
    return [
        html.Div(
            [
                html.H2("Nobody can come"),
                html.P(f"{none_found_words(part)}."),
                html.Div(
                    [_ask_button("Change the kind", "what"), _ask_button("See the closures", "closures")],
                    className="bt",
                ),
            ],
            className="st",
        )
    ]


def _ask_button(text: str, name: str) -> html.Button:
    return html.Button(
        text, className="btn", type="button", **wild({"data-pop": name, "aria-haspopup": "dialog"})
    )


def left_out(part: NeedAnswer, sectors: Mapping[str, str]) -> list[Any]:
    """Return what is not ranked: first who stands inside the area, then everybody else by reason."""
    children: list[Any] = []
    if part.inside:
        inside = Counter(sectors.get(row.listing.sector, row.listing.sector) for row in part.inside)
        said = ", ".join(f"{name} {number}" for name, number in inside.most_common())
        children += [
            html.H2(f"Inside the area, {len(part.inside):,}"),
            html.P(
                f"They may be hit themselves, so they are listed apart. By sector: {said}.",
                className="t12 c2",
            ),
            *_groups(left_out_rows(part.inside)),
        ]
    others = part.left_out_elsewhere
    if others:
        children += [html.H2(f"Left out, {len(others):,}"), *_groups(left_out_rows(others))]
    return children or [html.P("Every listed asset of this kind is ranked.", className="c2")]


def _groups(groups: list[Row]) -> list[html.Details]:
    return [
        html.Details(
            [
                html.Summary(
                    [html.B(f"{group['reason']} "), html.Span(f"{len(group['assets']):,}", className="c2")]
                ),
                html.Ul([_left_out_row(row) for row in group["assets"][:LISTED]]),
                html.P(
                    f"{len(group['assets']) - LISTED:,} more; the download names them all.",
                    className="t12 c2",
                )
                if len(group["assets"]) > LISTED
                else None,
            ],
            open=i == 0,
        )
        for i, group in enumerate(groups)
    ]


def _left_out_row(row: Row) -> html.Li:
    name = [icon("lock"), " ", row["name"]] if row["closed"] else row["name"]
    return html.Li([html.B(name), html.Span(f"{row['place']} · {row['what']}", className="t12 c2")])


def footer(part: NeedAnswer) -> html.Div:
    """Return the line below the list: how many are ranked, how many have no way, and in which time."""
    cut_off = sum(row.code == "unreachable" for row in part.left_out)
    companies = len({match.listing.provider_id for match in part.matches})
    ranked = f"{count_words(len(part.matches), 'asset')} of {_companies(companies)} ranked"
    cut = f"{cut_off:,} cut off from the area" if cut_off else "none cut off from the area"
    return html.Div(
        [html.Span(f"{ranked}, {cut}"), html.Span("All times are Central time")], className="pf foot"
    )


def _companies(number: int) -> str:
    return "1 company" if number == 1 else f"{number:,} companies"


def said(part: NeedAnswer, answer: Answer) -> str:
    """Return the answer as a screen reader says it when it is there."""
    words = answer_headline(part, answer)
    parts = [f"{need_words(part.need)}: {words.big} {words.rest}", words.short, words.last, *answer.warnings]
    return ". ".join(part.rstrip(".") for part in parts if part) + ". " + clock_words_of(answer)


def clock_words_of(answer: Answer) -> str:
    """Return from when the answer counts."""
    return f"Counted from {clock_words(answer.question.asked_at, answer.question.asked_at)}."
