"""Areas, closures and travel as bodies give them and answers tell them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field

from geo.areas import area_from_circle, area_from_counties, area_from_geojson
from geo.closure_reading import read_closures
from matching.answers import MeasureCode, ReachOf, Staging
from matching.atlas import atlas
from matching.travel import checked_staging
from web.api.values import Fips, GeoJson, Given, Told, Words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geo.areas import IncidentArea
    from geo.closure import Closure
    from registry.db.engine import Session

Degrees = Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)]


class DrawnArea(Given):
    """An area as a GeoJSON Polygon or MultiPolygon, bare or in a Feature; EPSG:4326."""

    geojson: GeoJson


class CountiesArea(Given):
    """Whole counties."""

    counties: Annotated[tuple[Fips, ...], Field(min_length=1, max_length=115)]


class Circle(Given):
    """A circle on the ground."""

    longitude: Degrees
    latitude: Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False)]
    radius_km: Annotated[float, Field(gt=0, le=300, allow_inf_nan=False)]


class CircleArea(Given):
    """What lies within a distance of a point."""

    circle: Circle


Area = DrawnArea | CountiesArea | CircleArea
Closures = Annotated[tuple[GeoJson, ...], Field(max_length=500)]
Needs = Annotated[tuple[Annotated[Words, Field(max_length=500)], ...], Field(min_length=1, max_length=20)]


class StagingPoint(Given):
    """A named place to drive to instead of the area."""

    name: Annotated[Words, Field(max_length=80)]
    lon: Degrees
    lat: Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False)]


class Travel(Given):
    """How travel is asked about; without a word, as usual."""

    profile: Annotated[Words, Field(max_length=40)] | None = None
    measure: MeasureCode = "first_entry"
    reach_of: ReachOf = "roads"
    staging: StagingPoint | None = None
    keep_out: bool = False


class ShownArea(Told):
    """A saved area; sent back as it is, it stays the same."""

    geojson: GeoJson


def read_shape(session: Session, given: Area) -> IncidentArea:
    """Return the area that a body gives.

    Raises
    ------
    AreaError, GeoError
        It cannot be used.
    """
    if isinstance(given, DrawnArea):
        return area_from_geojson(given.geojson, "uploaded")
    if isinstance(given, CountiesArea):
        return area_from_counties(given.counties, atlas(session).counties)
    circle = given.circle
    return area_from_circle(circle.longitude, circle.latitude, circle.radius_km)


def read_closed(given: Sequence[dict[str, Any]]) -> tuple[Closure, ...]:
    """Return the closures that a body gives as GeoJSON Features.

    Raises
    ------
    ClosureError
        One cannot be used.
    """
    return read_closures({"type": "FeatureCollection", "features": list(given)})


def travel_fields(given: Travel) -> dict[str, Any]:
    """Return the fields of a question that say how travel is asked about.

    Raises
    ------
    MatchingError
        The staging point cannot be used.
    """
    point = given.staging
    staging = None if point is None else checked_staging(Staging(point.name, point.lon, point.lat))
    return {
        "profile": given.profile,
        "measure": given.measure,
        "reach_of": given.reach_of,
        "staging": staging,
        "keep_out": given.keep_out,
    }
