"""What is seen of providers before a declaration: their assets, without whose they are and where.

A point is a name. So a listing is closed before anything is worked out from it: ranking gets the site's stand, a
public place on the main roads that many places share (`geo.stands`), and the time from the site to it in steps of
five minutes. Whatever an answer says of the site, in however many answers, follows from these two and from what the
asset can do; two sites of one stand cannot be told apart by any question.
"""

from __future__ import annotations

import hmac
import uuid
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from geo.snapping import Snaps, access_m_of, snap
from geo.stands import stands
from matching.questions import digest
from matching.roster import Place
from matching.rounding import up_ms
from matching.sight import NAME_CLOSED
from registry.directory.listing import UNPLACED, Listing

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from geo.network import RoadNetwork
    from matching.answers import Answer, Question
    from matching.atlas import Atlas
    from matching.sight import Sight
    from registry.directory.listing import PointOf


@dataclass(frozen=True, eq=False)
class Veiled:
    """Listings as they may be seen, in the order of the ids they bear here.

    Parameters
    ----------
    rows
        What is seen of each.
    places
        Where ranking takes each to stand; of a closed place its stand.
    real
        The real id of every asset, site and provider by the id it bears here.
    """

    rows: list[Listing]
    places: list[Place]
    real: Mapping[str, str]


def veil(
    known: Atlas, question: Question, rows: Sequence[Listing], sight: Sight, texts: Collection[str]
) -> Veiled:
    """Return listings as whoever has this sight may see them.

    Parameters
    ----------
    known
        The roads, counties and ZIP codes.
    question
        What is asked: ids are made anew for each question, so that two answers cannot be laid side by side by them.
    rows
        The listings as they are.
    sight
        A closed one.
    texts
        Attributes that hold a company's own words: a number of a licence is a name.
    """
    aliases = _Aliases(sight.key, digest(question))
    told = told_places(known.network, rows, aliases.of)
    places = dict(zip((row.asset_id for row in rows), told, strict=True))
    shown = [(_shown(row, aliases, known, texts), places[row.asset_id]) for row in rows]
    shown.sort(key=lambda pair: pair[0].asset_id)
    return Veiled([row for row, _ in shown], [place for _, place in shown], aliases.real)


def listed(known: Atlas, rows: Sequence[Listing], key: bytes, texts: Collection[str]) -> list[Listing]:
    """Return listings as they may be seen in a list that answers no question, in the order given.

    Parameters
    ----------
    key
        The secret from which the ids of what is closed are made; another than any question's.
    texts
        Attributes that hold a company's own words.
    """
    aliases = _Aliases(key, b"")
    return [_shown(row, aliases, known, texts) for row in rows]


def real_id(found: Answer, alias: str) -> str:
    """Return the real id behind one of an answer's; the same where it is real already.

    Raises
    ------
    KeyError
        The answer holds no such id.
    """
    return found.real[alias] if found.real else alias


class _Aliases:
    """Ids that only the key's holder can tell to belong to something."""

    def __init__(self, key: bytes, asked: bytes) -> None:
        self.key, self.asked = key, asked
        self.real: dict[str, str] = {}
        self._made: dict[str, str] = {}

    def of(self, real: str) -> str:
        """Return the id that something bears in answers to this question, formatted as a UUID."""
        made = self._made.get(real)
        if made is None:
            hashed = hmac.digest(self.key, self.asked + real.encode(), "sha256")
            made = self._made[real] = str(uuid.UUID(bytes=hashed[:16], version=4))
            self.real[made] = real
        return made

    def keep(self, real: str) -> str:
        """Return an id that stays as it is."""
        self.real[real] = real
        return real


def point_of(row: Listing, zips: Collection[str]) -> PointOf:
    """Return what stands for a site's point: itself, its ZIP's or its county's, as the company allows."""
    if row.shows_place == "exact":
        return "site"
    return "zip" if row.shows_place == "zip" and row.zip_code in zips else "county"


def _shown(row: Listing, aliases: _Aliases, known: Atlas, texts: Collection[str]) -> Listing:
    point = point_of(row, known.zips)
    if row.shows_name and point == "site":
        for real in (row.asset_id, row.site_id, row.provider_id):
            aliases.keep(real)
        return row
    seen = replace(
        row,
        asset_id=aliases.of(row.asset_id),
        site_id=aliases.of(row.site_id),
        # A name for the asset or the yard is as good as the company's, or its street's.
        asset_name=row.kind_name,
        site_name="",
        attributes={code: value for code, value in row.attributes.items() if code not in texts},
        provider_id=aliases.keep(row.provider_id) if row.shows_name else aliases.of(row.provider_id),
        provider_name=row.provider_name if row.shows_name else NAME_CLOSED,
        name_closed=not row.shows_name,
    )
    return seen if point == "site" else _unplaced(seen, point, known)


def _unplaced(row: Listing, point: PointOf, known: Atlas) -> Listing:
    """Return a listing at its anchor, without anything by which its place could be known."""
    if point == "zip":
        lon, lat = known.zips[row.zip_code]
    else:
        county = known.counties.index(row.county_fips)
        lon, lat = float(known.counties.seat_lon[county]), float(known.counties.seat_lat[county])
    return replace(
        row,
        lon=lon,
        lat=lat,
        town=f"ZIP {row.zip_code}" if point == "zip" else "",
        zip_code=row.zip_code if point == "zip" else "",
        # How well a point is known tells a town by its size.
        geocode_quality="",
        geocode_accuracy_m=0.0,
        network_hash="",
        edge=UNPLACED,
        offset_m=0.0,
        access_m=float("inf"),
        point_of=point,
    )


def told_places(network: RoadNetwork, rows: Sequence[Listing], bears: Callable[[str], str]) -> list[Place]:
    """Return where each listing is taken to stand: of a closed place its stand, with the way to it in steps.

    Parameters
    ----------
    network, rows
        The roads, and the listings as they are.
    bears
        Returns the id that a closed site bears in what is told of it.
    """
    places = [
        Place(
            row.site_id,
            row.lon,
            row.lat,
            row.network_hash,
            row.edge,
            row.offset_m,
            row.access_m,
            closed=False,
        )
        for row in rows
    ]
    closed = [i for i, row in enumerate(rows) if row.shows_place != "exact"]
    known = stands(network)
    stand, leg_ms = known.of(_snapped(network, [places[i] for i in closed]))
    leg_m = access_m_of([up_ms(ms) for ms in leg_ms.tolist()])
    for i, own, metres in zip(closed, stand.tolist(), leg_m.tolist(), strict=True):
        places[i] = Place(
            bears(rows[i].site_id),
            float(known.lon[own]) if own >= 0 else np.nan,
            float(known.lat[own]) if own >= 0 else np.nan,
            network.content_hash,
            int(known.snaps.edge[own]) if own >= 0 else UNPLACED,
            float(known.snaps.offset_m[own]) if own >= 0 else 0.0,
            metres if own >= 0 else float("inf"),
            closed=True,
        )
    return places


def _snapped(network: RoadNetwork, places: Sequence[Place]) -> Snaps:
    """Return where sites meet the road: as registered, or found anew for another network than was active then."""
    snaps = Snaps(
        edge=np.array([place.edge for place in places], dtype=np.int32),
        offset_m=np.array([place.offset_m for place in places], dtype=np.float64),
        access_m=np.array([place.access_m for place in places], dtype=np.float64),
    )
    old = np.array([place.network_hash != network.content_hash for place in places], dtype=np.bool_)
    if old.any():
        lon, lat = (np.array([getattr(place, axis) for place in places])[old] for axis in ("lon", "lat"))
        fresh = snap(network, lon, lat)
        snaps.edge[old], snaps.offset_m[old], snaps.access_m[old] = fresh.edge, fresh.offset_m, fresh.access_m
    return snaps
