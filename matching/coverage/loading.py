"""From the registry to coverage: the listings as they may be told, and who may ask."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matching.atlas import atlas
from matching.coverage.arrivals import point_arrivals
from matching.coverage.computing import summed_up
from matching.coverage.targets import county_targets
from matching.roster import roster
from matching.veil import told_places
from registry.directory.store import listings
from registry.people.access import Target, require

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from geo.closures import Closure
    from matching.atlas import Atlas
    from matching.coverage.arrivals import PointArrivals
    from matching.coverage.classes import CoverageClass
    from matching.coverage.parameters import CoverageParameters
    from matching.coverage.result import CoverageResult
    from matching.coverage.targets import Targets
    from matching.roster import Roster
    from registry.db.engine import Session
    from registry.directory.listing import Listing
    from registry.people.principal import Principal


def told_roster(known: Atlas, rows: Sequence[Listing]) -> Roster:
    """Return listings in columns, each closed place at its stand.

    Coverage belongs to no incident, so nothing opens it: whatever it says follows from the public place on the main
    roads that stands for a site, whoever asks (docs/adr/0019). Ids stay real, and are replaced where they are shown.
    """
    return roster(rows, told_places(known.network, rows, str))


def listings_for(session: Session, principal: Principal, known: Atlas) -> list[Listing]:
    """Return the registry's listings for somebody who may read coverage; what is worked out from them needs no session.

    Raises
    ------
    AccessError
        The account may not read coverage.
    """
    require(principal, "coverage.read", Target(counties=frozenset(known.counties.fips)))
    return listings(session)


def arrivals(
    session: Session,
    principal: Principal,
    classes: Sequence[CoverageClass],
    parameters: CoverageParameters,
    *,
    known: Atlas | None = None,
    targets: Targets | None = None,
    closures: Sequence[Closure] = (),
    at: datetime | None = None,
) -> PointArrivals:
    """Return the arrivals of the registry's listings as it is now: what `coverage` and recruiting are worked out from.

    Parameters are as `coverage` has them.

    Raises
    ------
    AccessError
        The account may not read coverage.
    MatchingError, ClosureError
        As `point_arrivals` raises them.
    """
    known = known or atlas(session)
    assets = told_roster(known, listings_for(session, principal, known))
    whom = targets or county_targets(known.population, known.counties)
    return point_arrivals(known, assets, whom, classes, parameters, closures=closures, at=at)


def coverage(
    session: Session,
    principal: Principal,
    classes: Sequence[CoverageClass],
    parameters: CoverageParameters,
    *,
    known: Atlas | None = None,
    targets: Targets | None = None,
    closures: Sequence[Closure] = (),
    at: datetime | None = None,
) -> CoverageResult:
    """Return the coverage of every county, region and the State by the registry as it is now.

    Parameters
    ----------
    session
        A registry session; only read.
    principal
        Who asks.
    classes, parameters, closures, at
        As `compute` takes them.
    known
        The atlas, when the caller holds it already.
    targets
        Points of a layer instead of the counties.

    Raises
    ------
    AccessError
        The account may not read coverage.
    MatchingError, ClosureError
        As `compute` raises them.
    """
    known = known or atlas(session)
    found = arrivals(
        session, principal, classes, parameters, known=known, targets=targets, closures=closures, at=at
    )
    return summed_up(found, known.network.content_hash)
