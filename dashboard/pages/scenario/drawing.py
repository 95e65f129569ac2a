"""The State with what a scenario closes, and with counties by their time, as drawings made on the server."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import dash_svg as svg
import shapely

from dashboard.attributes import wild
from dashboard.statemap import HEIGHT, PLACES, WIDTH, path_of, spot

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from shapely import Geometry

    from dashboard.statemap import StateMap
    from geo.closures import Closure

SURFACES = {"Polygon", "MultiPolygon"}


def state(
    drawn: StateMap,
    label: str,
    *,
    classes: Mapping[str, str] | None = None,
    newly: Collection[str] = (),
    closures: Sequence[Closure] = (),
    filled: bool = True,
    outlines: Sequence[Geometry] = (),
) -> svg.Svg:
    """Return the State.

    Parameters
    ----------
    label
        What the drawing shows, for whoever has it read out.
    classes
        The CSS class of each county by FIPS code; plain without them.
    newly
        The counties that are outlined.
    closures
        What is marked, a cross on each.
    filled
        Whether the ground of outlines is filled too.
    outlines
        Areas in which companies are lost.
    """
    known = classes or {}
    order = sorted(drawn.counties, key=lambda fips: fips in newly)
    paths = [
        svg.Path(
            d=drawn.counties[fips],
            className=f"{known.get(fips, 'plain')}{' newly' if fips in newly else ''}",
        )
        for fips in order
    ]
    return svg.Svg(
        [
            svg.G(paths),
            svg.G([*_lost(outlines), *_marks(closures, filled=filled), *_places()], className="still"),
        ],
        viewBox=f"0 0 {WIDTH} {HEIGHT}",
        className="mm",
        role="img",
        **wild({"aria-label": label}),
    )


def _lost(outlines: Sequence[Geometry]) -> list[Any]:
    return [svg.Path(d=path_of(shapely.simplify(each, 0.01)), className="sclost") for each in outlines]


def _marks(closures: Sequence[Closure], *, filled: bool) -> list[Any]:
    grounds, crosses = [], []
    for each in closures:
        if each.geometry.is_empty:
            continue
        if filled and each.geometry.geom_type in SURFACES:
            grounds.append(
                svg.Path(
                    d=path_of(shapely.simplify(each.geometry, 0.01)),
                    className="scground slow" if each.effect == "slowed" else "scground",
                )
            )
        at = each.geometry.representative_point()
        x, y = spot(at.x, at.y)
        crosses.append(svg.Circle(cx=f"{x:g}", cy=f"{y:g}", r="6", className="exclosed"))
        crosses.append(svg.Path(d=f"M{x - 2.5} {y - 2.5}l5 5m0-5l-5 5", className="excross"))
    return [*grounds, *crosses]


def _places() -> list[Any]:
    return [
        svg.Text(
            name,
            x=f"{x + (5 if side == 'start' else -5):g}",
            y=f"{y + 4:g}",
            className="mm-place",
            textAnchor=side,
        )
        for name, lon, lat, side in PLACES[:3]
        for x, y in (spot(lon, lat),)
    ]
