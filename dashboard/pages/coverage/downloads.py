"""The addresses of what is taken away from the page: files, and a region's sheet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flask import Blueprint, Response, abort, request

from dashboard.pages.coverage.choice import PATH
from dashboard.pages.coverage.drawing import chosen, figures_of
from dashboard.pages.coverage.printed import region_sheet
from etl.documents.pdf import pdf_of
from matching.coverage.export import MEDIA_TYPES, as_file
from web.wall.classes import for_action
from web.wall.gate import principal

if TYPE_CHECKING:
    from dashboard.pages.coverage.figures import Figures
    from dashboard.services import Services

PDF: Final = "application/pdf"


def download_routes(services: Services) -> Blueprint:
    """Return the routes below the page's own address; what they give is the view that the address asks for."""
    routes = Blueprint("coverage", __name__, url_prefix=PATH)

    def figures(**changed: str) -> Figures:
        choice = chosen(services, {**request.args.to_dict(), **changed})
        worked = services.coverages.worked(principal(), choice.fresh_days, choice.sector)
        return figures_of(services, principal(), choice, worked)

    @routes.get("/files/coverage.<ending>")
    @for_action("coverage.read")
    def file(ending: str) -> Response:
        if ending not in MEDIA_TYPES:
            abort(404)
        found = figures(region="")
        made = as_file(
            ending,
            found.result,
            found.counties,
            k=found.choice.counted,
            threshold_ms=found.choice.limit_ms,
        )
        return _taken(made, MEDIA_TYPES[ending], f"merr-coverage-{found.result.parameters.today}.{ending}")

    @routes.get("/regions/<letter>.pdf")
    @for_action("coverage.read")
    def sheet(letter: str) -> Response:
        found = figures(region=letter, county="")
        if found.choice.region != letter:
            abort(404)
        made = pdf_of(region_sheet(found, services.coverages.drawn), prefix=services.settings.postgis_prefix)
        name = f"merr-coverage-region-{letter}-{found.result.parameters.today}.pdf"
        return _taken(made, PDF, name)

    return routes


def _taken(content: bytes, kind: str, name: str) -> Response:
    named = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, content_type=kind, headers=named)
