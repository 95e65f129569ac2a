"""What is asked of the registry for an incident, and what it answers."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, field
from operator import attrgetter
from typing import TYPE_CHECKING, Final, Literal, NamedTuple, get_args

from geo.profiles import CAR

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from geo.areas import IncidentArea
    from geo.closures import Closure
    from geo.profiles import Profile
    from geo.routing import AreaSearch
    from matching.needs import Need
    from matching.roster import Place
    from registry.directory.listing import Listing

Tone = Literal["good", "plain", "warn"]
"""How a flag is drawn: good news, a plain fact, or something to doubt."""

MeasureCode = Literal["first_entry", "reach_p50", "reach_p90", "site"]
"""What counts as arriving: the first road in the area, half or nine tenths of it reached, or a staging point."""

ReachOf = Literal["roads", "people"]
"""Of what a share is reached: the area's open road by its length, or its people."""

LeftOutCode = Literal["status", "none_left", "not_stated", "condition", "inside", "unplaced", "unreachable"]
"""Why an asset of the wanted kind is not ranked; `inside` has a group of its own on every screen."""

CAUSES: Final[tuple[LeftOutCode, ...]] = get_args(LeftOutCode)
"""Why an asset is left out, in the order in which the lists show them."""

SERVES: Final = -1
"""In place of a cause: the asset can serve."""


class Staging(NamedTuple):
    """A named place to drive to instead of the area, EPSG:4326."""

    name: str
    lon: float
    lat: float


class Measured(NamedTuple):
    """One site's measures: milliseconds from setting out, access legs included; None where not asked for or never."""

    first_entry_ms: int | None = None
    reach_p50_ms: int | None = None
    reach_p90_ms: int | None = None
    site_ms: int | None = None


UNMEASURED = Measured()
"""In place of a site's measures: none was worked out."""


@dataclass(frozen=True)
class Question:
    """What is asked: where, what, how many, by when, and which roads are closed.

    Parameters
    ----------
    area
        The incident area.
    needs
        One or more; each is answered by itself, so one asset may stand in two answers until a plan binds it.
    closures
        Roads blocked or slowed; those active at `asked_at` count for the whole drive.
    asked_at
        Aware UTC moment from which every arrival is counted.
    by_at
        Aware UTC deadline, or None when every arrival is wanted.
    include_inside
        True ranks sites inside the area too; by default they stand in a group of their own.
    profile
        The vehicle by which everything travels, by the code of its profile; None when each kind travels by its own.
    measure, reach_of
        What counts as arriving, and of what a share is then reached.
    staging
        The staging point, which `site` needs; with another measure the time to it stands beside.
    keep_out
        True when the area's own roads may not be driven: its edge is reached, and ways to a staging point lead round it.
    """

    area: IncidentArea
    needs: tuple[Need, ...]
    closures: tuple[Closure, ...]
    asked_at: datetime
    by_at: datetime | None = None
    include_inside: bool = False
    profile: str | None = None
    measure: MeasureCode = "first_entry"
    reach_of: ReachOf = "roads"
    staging: Staging | None = None
    keep_out: bool = False


class Flag(NamedTuple):
    """One short mark beside a match: `Stale, 204 days`, `Closure +23 min`, `Delivers`."""

    code: str
    text: str
    tone: Tone


@dataclass(frozen=True)
class Match:
    """One asset that can be sent, and when it would be there.

    `arrival_ms = mobilisation_ms + access_ms + road_ms`, all counted from the question's `asked_at`, to what its measure
    says.

    Parameters
    ----------
    rank
        1 for the soonest.
    listing
        The asset, its site and its provider; no contacts.
    arrival_ms, mobilisation_ms, access_ms, road_ms
        The arrival and its three parts. `access_ms` is the estimated way from the site to the road, and from the
        last road to the area when no open road lies inside it.
    arrives_at
        Aware UTC moment of arrival.
    road_m
        Metres by road, without the estimated access.
    units_so_far
        Quantity of this match and of all that rank before it.
    late
        True when it arrives after the deadline.
    flags, reasons
        Marks, and the sentences that say why it ranks here.
    delay_ms
        What the active closures add to this arrival; 0 without closures, and never less.
    estimated_share
        Share of the arrival that is estimated access, 0 to 1: `access_ms / arrival_ms`.
    area_access_m
        Straight metres from the end of the road to the area, which `access_ms` counts; 0 with open road inside.
    profile
        The vehicle by which it travels, by the code of its profile.
    measured
        Its measures, whichever counts.
    """

    rank: int
    listing: Listing
    arrival_ms: int
    arrives_at: datetime
    mobilisation_ms: int
    access_ms: int
    road_ms: int
    road_m: float
    units_so_far: int
    late: bool
    flags: tuple[Flag, ...]
    reasons: tuple[str, ...]
    delay_ms: int = 0
    estimated_share: float = 0.0
    area_access_m: float = 0.0
    profile: str = CAR.code
    measured: Measured = UNMEASURED


@dataclass(frozen=True)
class LeftOut:
    """One asset of the wanted kind that is not ranked, and why.

    `attribute` is the code of the attribute behind `not_stated` and `condition`, else None.
    """

    listing: Listing
    code: LeftOutCode
    words: str
    attribute: str | None = None


@dataclass(frozen=True)
class NeedAnswer:
    """The answer to one need: every listed asset of its kinds is either a match or left out.

    Parameters
    ----------
    need
        What was asked.
    matches
        By rank. Late ones stay, below the deadline. `matching.rows` makes each when it is looked at.
    left_out
        Everything else of the wanted kinds, each with its reason; made in the same way.
    in_time
        Units that can be there by the deadline (all units ranked when no deadline was given); may exceed `wanted`.
    wanted
        Units wanted, or None when no number was given.
    short
        Units wanted that cannot be there by the deadline, 0 or more; 0 when no number was given.
    units
        Units of all matches, in time or late.
    last_unit_at
        Aware UTC moment at which the last wanted unit can arrive; None when there are too few or no number was given.
    last_unit_late_ms
        By how much `last_unit_at` misses the deadline; 0 when it does not.
    """

    need: Need
    matches: Sequence[Match]
    left_out: Sequence[LeftOut]
    in_time: int
    wanted: int | None
    short: int
    units: int
    last_unit_at: datetime | None
    last_unit_late_ms: int = 0

    @property
    def inside(self) -> tuple[LeftOut, ...]:
        """Return the assets that stand inside the area and are left out for that."""
        return tuple(row for row in self.left_out if row.code == "inside")

    @property
    def left_out_elsewhere(self) -> tuple[LeftOut, ...]:
        """Return what is left out for any reason but standing inside the area."""
        return tuple(row for row in self.left_out if row.code != "inside")

    @property
    def late(self) -> tuple[Match, ...]:
        """Return the matches that arrive after the deadline."""
        return tuple(self.matches[bisect_left(self.matches, True, key=attrgetter("late")) :])


class CountyInside(NamedTuple):
    """A county that the area touches: its FIPS code, its name as people say it, and its SEMA region."""

    fips: str
    label: str
    region: str


@dataclass(frozen=True)
class NetworkFacts:
    """Which roads an answer was computed on; every result names them."""

    name: str
    content_hash: str
    attribution: str
    main_roads_only: bool


@dataclass(frozen=True)
class ClosureNote:
    """What became of one closure.

    `used` on some road, `no_road` within reach, `inactive` when asked, or `exempt`: limited to vehicles not in use.
    """

    key: str
    name: str
    effect: str
    state: Literal["used", "no_road", "inactive", "exempt"]
    touched_km: float
    words: str


@dataclass(frozen=True)
class Answer:
    """The answer to a question, one part per need, with what it stands on.

    Parameters
    ----------
    question, network
        What was asked, and the roads it was computed on.
    needs
        In the order asked.
    counties
        Counties the area touches, by FIPS code.
    people
        People inside the area: an estimate from the population points.
    sectors_inside
        Sites inside the area, per sector code.
    closures
        What became of each closure, in the order given.
    warnings
        Sentences that must stand beside the answer.
    road_inside
        False when no open road of the network lies inside the area, so that every arrival ends with estimated
        access; so it is when that holds for any of the vehicles in use.
    area_access_m
        Metres from the nearest open road to the area; 0 when a road lies inside, None when none comes near; the
        largest for any of the vehicles in use. Each match has its own, which may be more.
    computed_ms
        How long it took. Never part of an export: the same question gives the same bytes.
    vehicles
        The vehicles in use, in the order of their table.
    searches
        The finished search of each to where it arrives, by the code of its profile, from which `journey.route_of` reads
        routes.
    opened
        Whether names and places are as they are; else each provider is seen as it allows, and `sectors_inside` counts
        a site whose place is closed when the area touches its county.
    places, real
        Of a closed answer: where ranking took each asset to stand, by the id it bears here, and the real id behind
        each that is borne here. They are for the doors, and leave them never.
    """

    question: Question
    network: NetworkFacts
    needs: tuple[NeedAnswer, ...]
    counties: tuple[CountyInside, ...]
    people: float
    sectors_inside: Mapping[str, int]
    closures: tuple[ClosureNote, ...]
    warnings: tuple[str, ...]
    road_inside: bool
    area_access_m: float | None = 0.0
    computed_ms: int = field(default=0, compare=False)
    vehicles: tuple[Profile, ...] = (CAR,)
    searches: Mapping[str, AreaSearch] = field(default_factory=dict, repr=False, compare=False)
    opened: bool = True
    places: Mapping[str, Place] = field(default_factory=dict, repr=False, compare=False)
    real: Mapping[str, str] = field(default_factory=dict, repr=False, compare=False)
