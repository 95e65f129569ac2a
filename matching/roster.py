"""Assets in columns: a question looks at all of them at once, and words are made only for those that are shown."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple, TypeVar

import numpy as np

from geo.snapping import Snaps
from matching.answers import CAUSES, SERVES

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Sequence
    from datetime import date

    from numpy.typing import NDArray

    from matching.needs import Condition, Value
    from registry.directory.listing import Listing

Key = TypeVar("Key", bound="Hashable")

HOLDS, SILENT, FAILS = range(3)
"""What an asset's attribute says of a condition, silent when it is not stated; by how much it weighs among several."""


class Place(NamedTuple):
    """Where ranking takes a site to stand: its point (EPSG:4326) and its place on the road, as a listing has them.

    `closed` says that it is not the site's own but its stand, `access_m` then what the way between takes.
    """

    site_id: str
    lon: float
    lat: float
    network_hash: str
    edge: int
    offset_m: float
    access_m: float
    closed: bool


@dataclass(frozen=True, eq=False)
class Roster:
    """Assets, and the sites they stand at, each site once. A assets, S sites.

    Parameters
    ----------
    rows
        The assets, in the order of their ids.
    kind, kinds
        Each asset's kind as its place among the kinds, int64 (A,), and those.
    profiles
        The vehicle that each of the kinds travels by, by the code of its profile.
    own_cause
        Why the asset cannot serve whatever is asked, its place among `CAUSES`, or `SERVES`; int8 (A,).
    quantity, ready_ms
        Units, and milliseconds to get ready, int64 (A,).
    by_name
        Each asset's place in the order of provider's name, asset's name and id, int64 (A,).
    by_tie
        Each asset's place in the order in which equal arrivals rank: larger quantity, then name; int64 (A,).
    newest
        The day on which one of them was confirmed last; None when none ever was.
    site
        Each asset's site, int64 (A,).
    sites
        An asset of each site, S long, by the edges they stand at: who is near on the road is near in memory.
    snaps, network, networks
        Where each site meets the road, on which network (its place among the hashes), int64 (S,), and those.
    lon, lat
        Where each site stands, EPSG:4326, float64 (S,).
    closed
        Which assets' places are closed, bool (A,), and which sites', `closed_site` (S,); None where none is.
    """

    rows: Sequence[Listing]
    kind: NDArray[np.int64]
    kinds: tuple[str, ...]
    profiles: tuple[str, ...]
    own_cause: NDArray[np.int8]
    quantity: NDArray[np.int64]
    ready_ms: NDArray[np.int64]
    by_name: NDArray[np.int64]
    by_tie: NDArray[np.int64]
    newest: date | None
    site: NDArray[np.int64]
    sites: Sequence[Listing | Place]
    snaps: Snaps
    network: NDArray[np.int64]
    networks: tuple[str, ...]
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    closed: NDArray[np.bool_] | None = None
    closed_site: NDArray[np.bool_] | None = None
    _stated: dict[str, tuple[NDArray[np.int64], tuple[Value, ...]]] = field(default_factory=dict, repr=False)

    def of_kinds(self, kinds: Iterable[str]) -> NDArray[np.int64] | slice:
        """Return the assets of some kinds, in their order; a slice of all, which copies nothing, where no other is."""
        wanted = np.isin(self.kinds, list(kinds))
        return slice(None) if wanted.all() else np.flatnonzero(wanted[self.kind])

    def holding(self, condition: Condition) -> NDArray[np.int8]:
        """Return what each asset's attribute says of a condition, int8 (A,): `HOLDS`, `FAILS` or `SILENT`.

        Each value that occurs is looked at once, however many assets state it.
        """
        stated, values = self._values(condition.attribute)
        said = [HOLDS if condition.holds(value) else FAILS for value in values]
        # The last place stands for what is not stated, which is numbered -1.
        return np.array([*said, SILENT], dtype=np.int8)[stated]

    def _values(self, attribute: str) -> tuple[NDArray[np.int64], tuple[Value, ...]]:
        """Return each asset's value of an attribute as its place among those that occur, and those."""
        if attribute not in self._stated:
            # True equals 1.0 but serves other conditions, so the type counts too.
            stated = [row.attributes.get(attribute) for row in self.rows]
            place, values = _numbered([None if value is None else (type(value), value) for value in stated])
            self._stated[attribute] = place, tuple(value for _, value in values)
        return self._stated[attribute]


def roster(rows: Sequence[Listing], places: Sequence[Place] | None = None) -> Roster:
    """Return assets in columns.

    Parameters
    ----------
    rows
        The assets as they are seen.
    places
        Where each is taken to stand; None where it is seen.
    """
    kind, kinds = _numbered([row.kind for row in rows])
    vehicle = {row.kind: row.profile for row in rows}
    site, sites = _sites(rows if places is None else places)
    network, networks = _numbered([row.network_hash for row in sites])
    quantity = np.array([row.quantity for row in rows], dtype=np.int64)
    names = [(row.provider_name, row.asset_name, row.asset_id) for row in rows]
    by_name = _places(np.array(sorted(range(len(rows)), key=names.__getitem__), dtype=np.int64))
    return Roster(
        rows=rows,
        kind=kind,
        kinds=kinds,
        profiles=tuple(vehicle[code] for code in kinds),
        own_cause=_own_cause([row.status for row in rows], quantity),
        quantity=quantity,
        ready_ms=np.array([row.mobilisation_s for row in rows], dtype=np.int64) * 1000,
        by_name=by_name,
        by_tie=_places(np.lexsort((by_name, -quantity))),
        newest=max((row.confirmed_on for row in rows if row.confirmed_on is not None), default=None),
        site=site,
        sites=sites,
        snaps=Snaps(
            edge=np.array([row.edge for row in sites], dtype=np.int32),
            offset_m=np.array([row.offset_m for row in sites], dtype=np.float64),
            access_m=np.array([row.access_m for row in sites], dtype=np.float64),
        ),
        network=network,
        networks=networks,
        lon=np.array([row.lon for row in sites], dtype=np.float64),
        lat=np.array([row.lat for row in sites], dtype=np.float64),
        closed=None if places is None else np.array([place.closed for place in places], dtype=np.bool_),
        closed_site=None
        if places is None
        else np.array([isinstance(at, Place) and at.closed for at in sites], dtype=np.bool_),
    )


def _sites(rows: Sequence[Listing | Place]) -> tuple[NDArray[np.int64], list[Listing | Place]]:
    """Return each asset's site, and an asset of each site."""
    number, _ = _numbered([row.site_id for row in rows])
    of_site = dict(zip(number.tolist(), rows, strict=True))
    edge = np.array([of_site[at].edge for at in range(len(of_site))], dtype=np.int64)
    order = np.argsort(edge, kind="stable")
    return _places(order)[number], [of_site[at] for at in order.tolist()]


def _own_cause(status: Sequence[str], quantity: NDArray[np.int64]) -> NDArray[np.int8]:
    available = np.array([word == "available" for word in status], dtype=np.bool_)
    cause = np.where(quantity > 0, SERVES, CAUSES.index("none_left"))
    return np.where(available, cause, CAUSES.index("status")).astype(np.int8)


def _numbered(keys: Sequence[Key | None]) -> tuple[NDArray[np.int64], tuple[Key, ...]]:
    """Return each key's place among those that occur, in the order in which they do, and those; -1 for None."""
    number: dict[Key, int] = {}
    places = [-1 if key is None else number.setdefault(key, len(number)) for key in keys]
    return np.array(places, dtype=np.int64), tuple(number)


def _places(order: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the place of each in an order."""
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    return place
