"""One closure: a place where roads are blocked or slowed, from a moment until a moment, for all or for some."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import shapely

from geo.errors import ClosureError

if TYPE_CHECKING:
    from datetime import datetime

    from shapely.geometry.base import BaseGeometry

Effect = Literal["blocked", "slowed"]

MAX_FACTOR = 100.0
"""A road slowed more than a hundredfold is blocked, and should say so."""


@dataclass(frozen=True)
class Closure:
    """A place where roads are blocked, or slowed to take `factor` times as long.

    Parameters
    ----------
    key
        What tells it from the other closures of an incident.
    effect
        `blocked` or `slowed`.
    geometry
        Polygon or MultiPolygon (roads inside it), LineString, MultiLineString or Point (roads within
        `geo.closures.LINE_REACH_M` of it); EPSG:4326. Of a bridge it only says where it is drawn, and may be empty.
    factor
        How many times as long slowed roads take, above 1 and at most 100; 1 where roads are blocked.
    name, reason, source
        What it is called, why, and who says so.
    starts_at, ends_at
        The first moment it holds and the first moment it no longer does; None is open-ended. Aware.
    crossing
        The id of the river crossing it closes, when it was chosen from the list of crossings.
    classes
        The road classes it is limited to; empty for every road.
    profiles
        The codes of the vehicles it is limited to; empty for all of them.
    bridge
        The id or the name of the bridge it closes: exactly the road on it, whatever `geometry` covers.

    Raises
    ------
    ClosureError
        The factor or the times cannot be, or it has neither shape nor bridge.
    """

    key: str
    effect: Effect
    geometry: BaseGeometry
    factor: float = 1.0
    name: str = ""
    reason: str = ""
    source: str = ""
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    crossing: str | None = None
    classes: tuple[str, ...] = ()
    profiles: tuple[str, ...] = ()
    bridge: str | None = None

    def __post_init__(self) -> None:
        """Refuse what cannot be: a factor, times, or neither shape nor bridge."""
        label = self.name or self.key
        if self.bridge is None and self.geometry.is_empty:
            raise ClosureError(
                "A closure has no shape",
                given=f"closure {label!r} without a shape or a bridge",
                wanted="a shape drawn over the roads, or the name of a bridge",
                todo="draw it, or name the bridge",
            )
        if self.effect == "slowed" and not 1.0 < self.factor <= MAX_FACTOR:
            raise ClosureError(
                "A slowed road needs to know how slow",
                given=f"closure {label!r} with factor {self.factor:g}",
                wanted=f"how many times as long it takes: above 1 and at most {MAX_FACTOR:g}",
                todo="give the factor, such as 2 for half the speed, or set the effect to blocked",
            )
        for moment in (self.starts_at, self.ends_at):
            if moment is not None and moment.tzinfo is None:
                raise ClosureError(
                    "A time lacks its zone",
                    given=f"closure {label!r} with {moment.isoformat()}",
                    wanted="a time with its zone, such as 2011-05-22T18:00:00-05:00",
                    todo="add the offset from UTC (Z, -05:00 or -06:00)",
                )
        if self.starts_at and self.ends_at and self.ends_at <= self.starts_at:
            raise ClosureError(
                "A closure ends before it begins",
                given=f"closure {label!r} from {self.starts_at.isoformat()} until {self.ends_at.isoformat()}",
                wanted="an end after the beginning",
                todo="swap or correct the two times, or leave one out",
            )

    def active(self, at: datetime) -> bool:
        """Return whether it holds at a moment (aware): from `starts_at` on, until just before `ends_at`."""
        begun = self.starts_at is None or self.starts_at <= at
        return begun and (self.ends_at is None or at < self.ends_at)

    def concerns(self, profile: str) -> bool:
        """Return whether it holds for a vehicle, by the code of its profile."""
        return not self.profiles or profile in self.profiles

    def as_geojson(self) -> dict[str, Any]:
        """Return it as a GeoJSON Feature, which `read_closures` reads back as the same closure."""
        properties: dict[str, Any] = {"effect": self.effect}
        if self.effect == "slowed":
            properties["factor"] = self.factor
        properties |= {"name": self.name, "reason": self.reason, "source": self.source}
        properties["from"] = self.starts_at and self.starts_at.isoformat()
        properties["until"] = self.ends_at and self.ends_at.isoformat()
        if self.crossing is not None:
            properties["crossing"] = self.crossing
        if self.bridge is not None:
            properties["bridge"] = self.bridge
        properties |= {
            name: list(words)
            for name, words in (("classes", self.classes), ("profiles", self.profiles))
            if words
        }
        geometry = None if self.geometry.is_empty else _lists(shapely.geometry.mapping(self.geometry))
        return {"type": "Feature", "id": self.key, "properties": properties, "geometry": geometry}


def _lists(value: Any) -> Any:  # noqa: ANN401 - GeoJSON nests as deep as its type
    """Return a GeoJSON value with lists for tuples, as a JSON reader would give it."""
    if isinstance(value, dict):
        return {name: _lists(part) for name, part in value.items()}
    return [_lists(part) for part in value] if isinstance(value, (list, tuple)) else value
