"""An incident as it is saved and reopened: what, where, which roads are closed, what is needed, by when."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from geo.areas import IncidentArea
    from geo.closure import Closure

INCIDENT_STATUSES = ("open", "closed")
"""A closed incident is kept and can be reopened."""


@dataclass(frozen=True, kw_only=True)
class IncidentSummary:
    """An incident as a list shows it. Times are aware UTC datetimes.

    `needs` are the needs as their askers wrote them (`generator:40,kw>=100`); `structured_needs` holds the
    stored JSON object of each, whose `text` is the same words. `travel` holds how travel is asked about where it is
    not as usual: `profile` is the vehicle chosen.
    """

    id: str
    name: str
    kind: str
    status: str
    asked_at: datetime
    by_at: datetime | None
    include_inside: bool
    structured_needs: tuple[Mapping[str, object], ...]
    created_at: datetime
    updated_at: datetime
    area_version: int
    closure_count: int
    travel: Mapping[str, object] = field(default_factory=dict)

    @property
    def needs(self) -> tuple[str, ...]:
        """The needs in words, in the order they were asked."""
        return tuple(str(need["text"]) for need in self.structured_needs)


@dataclass(frozen=True, kw_only=True)
class Incident(IncidentSummary):
    """An incident with its latest area (None until one is drawn; `area_version` is then 0) and its closures."""

    area: IncidentArea | None
    closures: tuple[Closure, ...]
