"""What single losses change of an answer, as ids and numbers; words and names are made when it is shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from matching.questions import canonical
from matching.robustness.links import Link

if TYPE_CHECKING:
    from collections.abc import Mapping


class Dropped(NamedTuple):
    """A provider of which an asset could be there in time and no longer can: late by its new arrival, or cut off (None)."""

    provider_id: str
    arrival_ms: int | None


class CountyOver(NamedTuple):
    """A county whose k-th provider now arrives over the limit: before, and after (None: there is none left)."""

    fips: str
    before_ms: int
    after_ms: int | None


@dataclass(frozen=True)
class Effect:
    """What the loss of one link changes.

    Parameters
    ----------
    link
        What is lost.
    first
        The asset that arrives first then; None when none does.
    first_changed
        Whether that is another one than before.
    first_delay_ms
        By how much the first arrival is later, of whichever asset; None when none is left.
    dropped
        The providers that drop out, by id.
    units_lost
        Units that could be there in time and no longer can.
    short
        Units wanted that cannot be there in time then.
    counties
        The counties newly over their limit, by FIPS code.
    people
        People of the area in those counties: an estimate.
    delay_ms
        What the loss adds to all who still arrive, together.
    """

    link: Link
    first: str | None
    first_changed: bool
    first_delay_ms: int | None
    dropped: tuple[Dropped, ...]
    units_lost: int
    short: int
    counties: tuple[CountyOver, ...]
    people: int
    delay_ms: int

    @property
    def weight(self) -> tuple[object, ...]:
        """Return the key of the stated order, the weightiest first.

        People newly over the limit, units lost, providers dropped, later first arrival (none at all before any), minutes
        added together; then the lowest edge.
        """
        first = NO_FIRST if self.first_delay_ms is None else self.first_delay_ms
        return (
            -self.people,
            -len(self.counties),
            -self.units_lost,
            -len(self.dropped),
            -first,
            -self.delay_ms,
            self.link.edges,
        )


NO_FIRST = 2**62
"""In place of a delay: nobody arrives any more."""


@dataclass(frozen=True)
class Critical:
    """The single links whose loss matters to one need of a question.

    Parameters
    ----------
    need
        What is asked for, as text.
    network
        The content hash of the roads.
    tried
        How many links lie on a way that counts: each was tried, and no other can matter.
    first, first_ms
        The asset that arrives first, and when; None without any.
    in_time, wanted
        Units that can be there in time, and units wanted (None for all).
    limit_ms, nearest
        A county is over its limit when its `nearest`-th provider arrives later than this.
    over_before
        The counties that are over it already, by FIPS code.
    effects
        What each link that matters changes, the weightiest first.
    """

    need: str
    network: str
    tried: int
    first: str | None
    first_ms: int | None
    in_time: int
    wanted: int | None
    limit_ms: int
    nearest: int
    over_before: tuple[str, ...]
    effects: tuple[Effect, ...]

    def as_json(self) -> dict[str, Any]:
        """Return it as plain JSON values."""
        own = {name: getattr(self, name) for name in self.__dataclass_fields__ if name != "effects"}
        return own | {
            "over_before": list(self.over_before),
            "effects": [_effect_as_json(effect) for effect in self.effects],
        }

    @classmethod
    def from_json(cls, told: Mapping[str, Any]) -> Critical:
        """Return what `as_json` told."""
        own = {name: told[name] for name in cls.__dataclass_fields__}
        effects = tuple(_effect_from_json(each) for each in told["effects"])
        return cls(**own | {"over_before": tuple(told["over_before"]), "effects": effects})

    def to_bytes(self) -> bytes:
        """Return it as canonical JSON: the same inputs give the same bytes."""
        return canonical(self.as_json())


def _effect_as_json(effect: Effect) -> dict[str, Any]:
    return {
        "edges": list(effect.link.edges),
        "bridge": effect.link.bridge or None,
        "first": effect.first,
        "first_changed": effect.first_changed,
        "first_delay_ms": effect.first_delay_ms,
        "dropped": [each._asdict() for each in effect.dropped],
        "units_lost": effect.units_lost,
        "short": effect.short,
        "counties": [each._asdict() for each in effect.counties],
        "people": effect.people,
        "delay_ms": effect.delay_ms,
    }


def _effect_from_json(told: Mapping[str, Any]) -> Effect:
    return Effect(
        link=Link(tuple(told["edges"]), told["bridge"] or ""),
        first=told["first"],
        first_changed=told["first_changed"],
        first_delay_ms=told["first_delay_ms"],
        dropped=tuple(Dropped(**each) for each in told["dropped"]),
        units_lost=told["units_lost"],
        short=told["short"],
        counties=tuple(CountyOver(**each) for each in told["counties"]),
        people=told["people"],
        delay_ms=told["delay_ms"],
    )
