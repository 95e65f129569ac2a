"""Points that a user brings, as targets: hospitals, power plants, shelters; each for itself, on a map and in a table."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any, Final

import dash_svg as svg
from dash import Dash, Input, Output, State, ctx, dcc, html, no_update

from dashboard.attributes import wild
from dashboard.inputs import file_bytes, too_large
from dashboard.pages.coverage.drawing import asked_of, chosen, names_of
from dashboard.pages.coverage.figures import ORDINALS, Cell, class_of
from dashboard.pages.coverage.map import legend
from dashboard.pages.incident import states
from dashboard.pages.trust.pieces import act
from dashboard.state import refusal_store
from dashboard.statemap import HEIGHT, WIDTH, spot
from geo.errors import Refusal
from matching.coverage.arrivals import point_arrivals
from matching.coverage.computing import summed_up
from matching.coverage.export import MEDIA_TYPES, as_file
from matching.coverage.gaps import CAUSE_WORDS, gaps
from matching.coverage.layer import MOST_POINTS, read_points
from matching.coverage.pace import check_points
from matching.measures import duration_words
from web.wall.classes import for_action
from web.wall.gate import principal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dashboard.pages.coverage.choice import Choice
    from dashboard.services import Services
    from matching.coverage.result import CoverageResult
    from matching.coverage.targets import Targets
    from registry.people.principal import Principal

MOST_BYTES: Final = 5 * 1024 * 1024
"""Bytes of a file of points: more than its points can need."""

SHOWN: Final = 60
"""Points in the table, those over the limit that weigh most first; the file has all."""


def points_form() -> list[Any]:
    """Return what takes points, and forgets them again."""
    file = html.Div(
        dcc.Upload(
            "Choose a file, or drop it here",
            id="coverage-file",
            className="upload",
            max_size=-1,  # the page's own script says more than this part's silence
            multiple=False,
        ),
        **wild({"data-most-bytes": str(MOST_BYTES), "data-oversize": "coverage-oversize"}),
    )
    about = (
        f"Hospitals, power plants, shelters: up to {MOST_POINTS:,} points as GeoJSON, or as CSV with name, lon, lat "
        "and, if they differ, weight. They stay in this tab."
    )
    return [
        html.H3("Points in place of counties"),
        html.P(about),
        file,
        html.Div(act("Only counties again", "coverage-no-points"), className="bt"),
        html.Div(id="coverage-points-refused", role="alert"),
    ]


def points_stores() -> list[Any]:
    """Return where the browser's tab keeps points, and by which their figures are handed out."""
    return [
        dcc.Store(id="coverage-points", storage_type="session"),
        dcc.Store(id="coverage-oversize"),
        dcc.Download(id="coverage-points-file"),
    ]


def register_points(app: Dash, services: Services) -> None:
    """Hang what points do on the application."""

    @app.callback(
        Output("coverage-points", "data"),
        Output("coverage-points-refused", "children"),
        Input("coverage-file", "contents"),
        Input("coverage-no-points", "n_clicks"),
        Input("coverage-oversize", "data"),
        State("coverage-file", "filename"),
        prevent_initial_call=True,
    )
    @for_action("coverage.read")
    def bring(
        contents: str | None, _none: int | None, oversize: dict[str, Any] | None, filename: str | None
    ) -> tuple[Any, Any]:
        """Keep the points of a file in the tab, or forget them."""
        if ctx.triggered_id == "coverage-oversize":
            refusal = too_large(
                oversize or {}, MOST_BYTES, "leave out columns and properties, or some points"
            )
            return no_update, states.refusal_note(refusal_store(refusal))
        if not contents or ctx.triggered_id == "coverage-no-points":
            return None, []
        try:
            text = file_bytes(contents, filename or "")
            read_points(text)
        except Refusal as refusal:
            return no_update, states.refusal_note(refusal_store(refusal))
        return {"name": filename or "points", "text": text.decode("utf-8", "replace")}, []

    @app.callback(
        Output("coverage-layer", "children"),
        Input("coverage-points", "data"),
        Input("coverage-points", "modified_timestamp"),
        State("url", "search"),
    )
    @for_action("coverage.read")
    def show(held: Mapping[str, str] | None, _at: int | None, search: str | None) -> Any:  # noqa: ANN401
        """Show how soon help is at the points that the tab keeps."""
        if not held:
            return []
        try:
            return points_card(services, principal(), chosen(services, asked_of(search)), held)
        except Refusal as refusal:
            return states.refusal_note(refusal_store(refusal))

    @app.callback(
        Output("coverage-points-file", "data"),
        Input("coverage-points-save", "n_clicks"),
        State("coverage-points", "data"),
        State("url", "search"),
        prevent_initial_call=True,
    )
    @for_action("coverage.read")
    def save(clicks: int | None, held: Mapping[str, str] | None, search: str | None) -> Any:  # noqa: ANN401
        """Hand out the figures of the points as the table that `merr coverage --layer` writes."""
        if not clicks or not held:
            return no_update
        choice, points = chosen(services, asked_of(search)), read_points(held["text"].encode())
        result = _result(services, principal(), choice, points, held["text"])
        made = as_file(
            "csv",
            result,
            services.counties,
            k=choice.counted,
            threshold_ms=choice.limit_ms,
            layer=points,
        )
        name = f"merr-coverage-points-{result.parameters.today}.csv"
        return {"content": made.decode(), "filename": name, "type": MEDIA_TYPES["csv"], "base64": False}


def _result(services: Services, who: Principal, choice: Choice, points: Targets, text: str) -> CoverageResult:
    """Return the coverage of points by the class that is looked at, worked out once for a state of the registry."""
    worked = services.coverages.worked(who, choice.fresh_days, choice.sector)

    def work() -> CoverageResult:
        known, classes = services.atlas, [services.coverages.class_of(choice.sector)]
        check_points(known, len(points.keys))
        parameters = services.coverages.parameters(choice.fresh_days)
        return summed_up(
            point_arrivals(known, worked.told, points, classes, parameters), known.network.content_hash
        )

    digest = hashlib.sha256(text.encode()).hexdigest()
    found: CoverageResult = worked.once(("points", digest, choice.sector, choice.listings), work)
    return found


def points_card(services: Services, who: Principal, choice: Choice, held: Mapping[str, str]) -> html.Section:
    """Return how soon help is at each point: in words, on a map, and those over the limit in a table.

    Raises
    ------
    MatchingError
        The points cannot be used.
    """
    points = read_points(held["text"].encode())
    result = _result(services, who, choice, points, held["text"])
    late, limit = gaps(result, choice.counted, choice.limit_ms), duration_words(choice.limit_ms)
    provider = f"the {ORDINALS[choice.counted]} provider"
    what = names_of(services, choice)[choice.sector]
    title = f"{what} at the points of {held['name']}: time to {provider}"
    said = (
        f"{len(late):,} of {len(points.keys):,} points are over {limit}. Ready time included."
        if result.listed[0]
        else "Nothing of this is listed, so nothing was measured."
    )
    count = f" {SHOWN} of {len(late):,} shown." if len(late) > SHOWN else ""
    table = [_table(result, points, choice)] if late else []
    return html.Section(
        [
            html.Div(
                [html.H2(title), act("Download as CSV", "coverage-points-save")],
                className="hd",
            ),
            html.P(said + count, className="sub", role="status"),
            html.Div(
                [html.Div([_drawing(services, result, points, choice), legend(choice.limit_ms)]), *table],
                className="ptsin",
            ),
        ],
        className="ccard pts",
        **wild({"aria-label": "Points"}),
    )


def _table(result: CoverageResult, points: Targets, choice: Choice) -> html.Table:
    heads = ("Place", "Time", "Providers in time", "Why")
    limit_at = result.threshold_at(choice.limit_ms)
    rows = []
    for gap in gaps(result, choice.counted, choice.limit_ms)[:SHOWN]:
        cell = Cell(gap.ms, class_of(gap.ms, choice.limit_ms))
        cells: list[Any] = [
            html.B(points.names[gap.target]),
            cell.words,
            f"{int(result.companies[gap.target, 0, limit_at])}",
            CAUSE_WORDS[gap.cause],
        ]
        rows.append(
            html.Tr([html.Td(each, className="num" if at in {1, 2} else "") for at, each in enumerate(cells)])
        )
    top = [
        html.Th(each, scope="col", className="num" if at in {1, 2} else "") for at, each in enumerate(heads)
    ]
    caption = html.Caption("Points over the limit", className="sr")
    return html.Table([caption, html.Thead(html.Tr(top)), html.Tbody(rows)], className="held")


def _drawing(services: Services, result: CoverageResult, points: Targets, choice: Choice) -> svg.Svg:
    """Return the State with each point coloured by its time; the table says what cannot be seen."""
    drawn, marks = services.coverages.drawn, []
    for at, (name, lon, lat) in enumerate(
        zip(points.names, points.lon.tolist(), points.lat.tolist(), strict=True)
    ):
        ms = int(result.time_ms[at, 0, choice.counted - 1]) if result.listed[0] else None
        number = class_of(ms, choice.limit_ms)
        x, y = spot(lon, lat)
        told = Cell(-1 if ms is None else ms, number).words
        shape = svg.Circle(cx=f"{x:g}", cy=f"{y:g}", r="4.5", className=f"cv{number}")
        marks.append(svg.G([html.Title(f"{name}: {told}"), shape]))
    ground = [svg.Path(d=path, className="ground") for path in drawn.counties.values()]
    return svg.Svg(
        [svg.G(ground), svg.G(marks)],
        viewBox=f"0 0 {WIDTH} {HEIGHT}",
        className="mm points",
        role="img",
        **wild({"aria-label": f"{len(points.keys):,} points in Missouri, coloured by their time"}),
    )
