"""A planner who tries to find closed sites, and is good at it.

He knows the roads, asks as often as he likes, and an oracle tells him which rows of two answers are the same asset. What
he finds is what the veil lets be found.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import numpy as np
import shapely

from geo.areas import area_from_circle, area_from_geojson
from geo.closures import Closure
from geo.projection import to_metres
from geo.routing import search
from geo.snapping import Snaps, snap
from matching import desk
from matching.answers import Question, Staging
from matching.needs import parse_need
from matching.roster import Place
from matching.rounding import STEP_MS
from matching.veil import real_id
from registry.db.engine import session_scope
from registry.directory.store import kinds, listings
from tests.matching.missouri import missouri, told_by
from tests.registry.trust.acts import PLANNER

ASKED = datetime(2026, 11, 22, 18, 0, tzinfo=UTC)
FAMILIES = ("generator", "light_tower")
APART_M = 400.0
"""He tries each road point of so many metres."""

SURE_MS = 15_000
"""Road points that explain what was told as well as the best one, to so many milliseconds, are as likely."""


@dataclass(frozen=True)
class Target:
    """A closed site: the truth, which he is not told, and what every answer tells of it."""

    asset_id: str
    lon: float
    lat: float
    county: int
    ready_ms: int


def targets(url, count):
    """Return closed sites of the demo registry, every so many of them."""
    known = missouri()
    with session_scope(url) as session:
        rows = listings(session, {kind.code for word in FAMILIES for kind in kinds(session).resolve(word)})
    closed = [row for row in rows if row.shows_place == "no" and row.status == "available" and row.edge >= 0]
    sites = {row.site_id: row for row in closed}
    chosen = sorted(sites.values(), key=lambda row: row.site_id)
    step = max(1, len(chosen) // count)
    return [
        Target(
            row.asset_id, row.lon, row.lat, known.counties.index(row.county_fips), row.mobilisation_s * 1000
        )
        for row in chosen[::step][:count]
    ]


class Finder:
    """The planner, with what he has been told so far."""

    def __init__(self, url, number, seed=2011):
        self.url, self.number = url, number
        self.random = np.random.default_rng(seed)
        self.asked = 0
        with session_scope(url) as session:
            needs = tuple(parse_need(word, kinds(session)) for word in FAMILIES)
        about = area_from_circle(-92.5, 38.4, 2.0)
        self.question = Question(about, needs, (), ASKED, profile="car")
        self.road = road_points(missouri().network)
        self.lonlat = road_lonlat(missouri().network, self.road)

    def ask(self, **asked):
        """Return an answer at the door, through the desk."""
        self.asked += 1
        with session_scope(self.url, principal=PLANNER) as session:
            return desk.ask(session, PLANNER, replace(self.question, **asked), known=missouri())

    def told(self, found):
        """Return what an answer tells of each asset that it ranks, by its real id: he links rows without a fault."""
        return {real_id(found, m.listing.asset_id): m for part in found.needs for m in part.matches}

    def times(self, chosen):
        """Return told and predicted times: many small areas and staging points all over, asked once for all targets.

        told ms (T, Q) with -1 where not ranked, predicted ms of each road point (Q, P).
        """
        network = missouri().network
        told, predicted = [], []
        for at in range(self.number):
            node = self.random.integers(len(network.lon))
            lon, lat = float(network.lon[node]), float(network.lat[node])
            area = area_from_circle(lon, lat, float(self.random.uniform(0.3, 2.0)))
            asked = {"area": area}
            site = None
            if at % 3 == 0:
                asked |= {"measure": "site", "staging": Staging("Depot", lon, lat), "keep_out": False}
                site = snap(network, [lon], [lat])
            try:
                found = self.told(self.ask(**asked))
            except desk.AccessError:  # a place beyond Missouri
                continue
            told.append([found[t.asset_id].arrival_ms if t.asset_id in found else -1 for t in chosen])
            predicted.append(search(network, area, site=site).totals(self.road))
        return np.array(told).T, np.array(predicted)

    def by_times(self, chosen):
        """Return where each target is by trilateration: the road points whose times explain every rounded one."""
        told, predicted = self.times(chosen)
        guesses = []
        for target, row in zip(chosen, told, strict=True):
            near = self.of_county(target.county)
            used = row >= 0
            left = (row[used] - target.ready_ms)[:, None] - predicted[used][:, near]
            # The way off the roads is not known, but it is the same each time: rounding flips bound it from both sides.
            slack = left.min(axis=0) - (left - STEP_MS).max(axis=0)
            good = near[slack >= slack.max() - SURE_MS]
            guesses.append(self.lonlat[good].mean(axis=0))
        return np.array(guesses)

    def of_county(self, county):
        """Return the road points in and about a county, which every answer tells."""
        ground = missouri().counties.geometry[county].buffer(0.08)
        shapely.prepare(ground)
        return np.flatnonzero(shapely.intersects_xy(ground, self.lonlat[:, 0], self.lonlat[:, 1]))

    def by_area(self, target, steps=12):
        """Return where a target is by halving areas: is it inside? left out for that, not ranked, or counted."""
        box = shapely.bounds(missouri().counties.geometry[target.county])
        where = None
        for step in range(steps):
            west, south, east, north = box
            halves = (
                ((west, south, (west + east) / 2, north), ((west + east) / 2, south, east, north))
                if step % 2 == 0
                else ((west, south, east, (south + north) / 2), (west, (south + north) / 2, east, north))
            )
            holding = [half for half in halves if self._inside(target, half)]
            if len(holding) != 1:
                break
            box = where = holding[0]
        if where is None:
            return self.anchor(target)
        return np.array([(where[0] + where[2]) / 2, (where[1] + where[3]) / 2])

    def _inside(self, target, box):
        area = area_from_geojson(shapely.geometry.mapping(shapely.box(*box)), "drawn")
        found = self.ask(area=area)
        apart = {real_id(found, row.listing.asset_id) for part in found.needs for row in part.inside}
        plain, within = self.told(found), self.told(self.ask(area=area, include_inside=True))
        switched = (target.asset_id in within) != (target.asset_id in plain)
        marked = target.asset_id in within and any(
            flag.code == "inside" for flag in within[target.asset_id].flags
        )
        return target.asset_id in apart or switched or marked

    def by_closures(self, target, guess, radius_m=4_000.0, most=16):
        """Return where a target is by slowing the roads about a guess, a piece at a time, and seeing when its row changes."""
        far = area_from_circle(*self._away(guess), 1.0)
        plain = self.told(self.ask(area=far)).get(target.asset_id)
        xy = to_metres(self.lonlat)
        near = np.flatnonzero(np.hypot(*(xy - to_metres(guess[None])[0]).T) < radius_m)
        changed = []
        for at in near[:: max(1, len(near) // most)]:
            lon, lat = self.lonlat[at]
            shut = Closure("c", "slowed", shapely.Point(lon, lat).buffer(0.003), factor=60.0)
            row = self.told(self.ask(area=far, closures=(shut,))).get(target.asset_id)
            if (row and row.arrival_ms) != (plain and plain.arrival_ms):
                changed.append(self.lonlat[at])
        if not changed:
            return guess
        # Closed roads on the way change it too; the one furthest from the area is nearest to the site.
        away = [np.hypot(*(each - np.array(self._away(guess)))) for each in changed]
        return changed[int(np.argmax(away))]

    @staticmethod
    def _away(guess):
        return (-92.3, 38.9) if np.hypot(guess[0] + 92.3, guess[1] - 38.9) > 0.5 else (-94.5, 37.1)

    def by_deadline(self, target, at=(-92.3, 38.9)):
        """Return to how many seconds the arrival at a place can be narrowed by sweeping the deadline."""
        area = area_from_circle(*at, 2.0)
        told = self.told(self.ask(area=area))[target.asset_id].arrival_ms
        low, high = told - 2 * STEP_MS, told + STEP_MS  # late at the first, in time at the last
        while high - low > 1_000:
            middle = (low + high) // 2
            late = self.told(self.ask(area=area, by_at=ASKED + timedelta(milliseconds=middle)))
            low, high = (middle, high) if late[target.asset_id].late else (low, middle)
        # Where the flip is at the told arrival itself, it says what was told before.
        return STEP_MS / 1000 if abs(high - told) <= 1_000 else (high - low) / 1000

    @staticmethod
    def anchor(target):
        """Return the county's seat, which the map shows."""
        counties = missouri().counties
        return np.array([counties.seat_lon[target.county], counties.seat_lat[target.county]])


def unveiled(_network, rows, bears):
    """Return places as they are, though told as closed ones: in place of `matching.veil.told_places`, to break the veil."""
    return [
        Place(
            bears(at.site_id),
            at.lon,
            at.lat,
            at.network_hash,
            at.edge,
            at.offset_m,
            at.access_m,
            closed=True,
        )
        for at in rows
    ]


def towns_of(chosen, guesses, places):
    """Return, for guesses on the roads, the largest town that has the same stand and county: sites stand in towns.

    How well a town's sites are known goes by its size, so the largest is the one known worst.
    """
    people = np.array([place.accuracy_m for place in places])
    at = np.array([(place.lon, place.lat) for place in places])
    told = told_by(at[:, 0], at[:, 1])
    own = told_by(guesses[:, 0], guesses[:, 1])
    found = []
    for target, guess, row in zip(chosen, guesses, own, strict=True):
        alike = np.flatnonzero((told[:, 0] == row[0]) & (told[:, 2] == target.county))
        found.append(at[alike[np.argmax(people[alike])]] if len(alike) else guess)
    return np.array(found)


def km_off(chosen, guesses):
    """Return how far guesses are from the truth, km (T,)."""
    truth = np.array([(target.lon, target.lat) for target in chosen])
    return np.hypot(*(to_metres(np.array(guesses)) - to_metres(truth)).T) / 1000.0


def stands_of(chosen):
    """Return where the targets' stands are: what the veil gives away, and all that it does."""
    from geo.stands import stands  # noqa: PLC0415 - beside its only use

    known = stands(missouri().network)
    told = told_by([target.lon for target in chosen], [target.lat for target in chosen])[:, 0].astype(int)
    return np.column_stack([known.lon[told], known.lat[told]])


def said(how, km):
    """Return one line of figures."""
    low, middle = np.percentile(km, [5, 50])
    return f"{how:<44} median {middle:6.2f} km, 5th percentile {low:5.2f} km, nearest {km.min():5.2f} km"


def road_points(network):
    """Return points on all roads, `APART_M` apart."""
    count = np.maximum(np.ceil(network.edge_length_m / APART_M).astype(int), 1)
    edge = np.repeat(np.arange(len(count)), count)
    part = np.arange(len(edge)) - np.repeat(np.cumsum(count) - count, count)
    offset = network.edge_length_m[edge] * (part + 0.5) / count[edge]
    return Snaps(edge.astype(np.int32), offset, np.zeros(len(edge)))


def road_lonlat(network, road):
    """Return where points on roads are, EPSG:4326, (P, 2)."""
    lonlat = np.empty((len(road.edge), 2))
    for edge in np.unique(road.edge):
        rows = slice(network.shape_start[edge], network.shape_start[edge + 1])
        own = road.edge == edge
        for axis in (0, 1):
            lonlat[own, axis] = np.interp(
                road.offset_m[own], network.shape_m[rows], network.shape[rows, axis]
            )
    return lonlat
