"""What the pages ask of the registry and of the ranking: one call each, with the session opened and closed inside."""

from __future__ import annotations

import json
from collections import OrderedDict
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from threading import Lock
from typing import TYPE_CHECKING, Any, Final

from dashboard.basemap import base_versions
from dashboard.coverages import Coverages
from dashboard.overview import missouri_path
from dashboard.state import ShownStore, area_of, closures_of, moment_of, needs_of, question_of
from geo.gazetteer import read_gazetteer
from matching import desk, journey
from matching.anchors import anchors
from matching.atlas import atlas
from matching.needs import need_as_json
from registry.db.engine import session_scope
from registry.directory import roads
from registry.directory import store as directory
from registry.directory.state import State, registry_state
from registry.incidents import desk as incidents
from registry.people.access import counties_within

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from contextlib import AbstractContextManager

    from geo.counties import Counties
    from geo.gazetteer import Gazetteer
    from geo.network import RoadNetwork
    from geo.profiles import Profile
    from geo.routing import Route
    from matching.anchors import Anchor
    from matching.answers import Answer, Match
    from matching.atlas import Atlas
    from registry.db.engine import Session
    from registry.directory.kinds import Taxonomy
    from registry.directory.listing import SitePoint
    from registry.incidents.incident import Incident, IncidentSummary
    from registry.people.principal import Principal
    from registry.settings import Settings

KEPT_ANSWERS: Final = 8
"""Finished answers a process keeps, so that a selected row's route needs no second search."""

KEPT_NODES: Final = 2_000_000
"""Junctions whose times these may hold together, counted once a vehicle and answer: of a state's roads (800,000) only
the newest answer or two, since each vehicle's ways take 20 to 40 MB there."""

ROUTES_IN_FILE: Final = 50
"""Matches of each need whose way is written into a downloaded file."""

Opened = tuple[str, str, str] | None
"""Under which declaration an answer is open, for which incident, to which account; None for a closed one."""


@dataclass(frozen=True)
class Reference:
    """What may be asked for, and the names of the sectors by their codes."""

    taxonomy: Taxonomy
    sectors: Mapping[str, str]


def _nodes(answer: Answer) -> int:
    """Return the junctions whose times an answer holds, counted for each vehicle."""
    return sum(len(searched.node_ms) for searched in answer.searches.values())


class Services:
    """The registry and the ranking as the pages use them.

    Parameters
    ----------
    settings
        Where the shipped data and the cache are.
    database_url
        The database to ask.
    """

    def __init__(self, settings: Settings, database_url: str) -> None:
        self.settings = settings
        self.database_url = database_url
        self._answers: OrderedDict[tuple[State, str, Opened], Answer] = OrderedDict()
        self._reference: tuple[State, Reference] | None = None
        self._lock = Lock()

    def scope(self, principal: Principal) -> AbstractContextManager[Session]:
        """Return a transaction on behalf of whoever asks; the database learns who that is."""
        return session_scope(self.database_url, principal=principal)

    def operator_scope(self) -> AbstractContextManager[Session]:
        """Return a transaction in nobody's name, for what is the same for everybody."""
        return session_scope(self.database_url)

    @cached_property
    def coverages(self) -> Coverages:
        """Coverage, worked out once for a state of the registry."""
        return Coverages(self)

    def registry_state(self) -> State:
        """Return the state of the registry, asked of the database now."""
        return self._current()[0]

    @cached_property
    def base_versions(self) -> dict[str, str]:
        """The state of each file of the map's base."""
        return base_versions(self.settings.data_dir)

    @property
    def reference(self) -> Reference:
        """The kinds and sectors that are loaded now; read again only after a load."""
        return self._current()[1]

    def _current(self) -> tuple[State, Reference]:
        """Return the state of the registry, asked of the database now, with the kinds and sectors that belong to it."""
        with self.operator_scope() as session:
            state = registry_state(session)
            held = self._reference
            if held is None or held[0] != state:
                kinds = directory.kinds(session)
                sectors = {sector.code: sector.name for sector in directory.sectors(session)}
                held = self._reference = (state, Reference(kinds, sectors))
        return held

    @property
    def taxonomy(self) -> Taxonomy:
        """The kinds of asset, their families and attributes."""
        return self.reference.taxonomy

    @property
    def sectors(self) -> Mapping[str, str]:
        """The name of each sector by its code, in the registry's order."""
        return self.reference.sectors

    @property
    def atlas(self) -> Atlas:
        """Roads, counties and population; loaded once per process and again when other roads become active."""
        with self.operator_scope() as session:
            return atlas(session)

    @property
    def counties(self) -> Counties:
        """The counties with their outlines."""
        return self.atlas.counties

    @cached_property
    def gazetteer(self) -> Gazetteer:
        """Places and ZIP codes by name."""
        return read_gazetteer(self.settings.data_dir / "gazetteer")

    @cached_property
    def missouri_path(self) -> str:
        """Missouri's outline as the overview draws it."""
        path = self.settings.data_dir / "counties" / "states_light.geojson"
        return missouri_path(json.loads(path.read_text(encoding="utf-8")))

    @property
    def profiles(self) -> Mapping[str, Profile]:
        """The vehicles by the codes of their profiles."""
        return self.atlas.profiles

    @property
    def network(self) -> RoadNetwork:
        """The roads in use."""
        return self.atlas.network

    def network_hash(self) -> str | None:
        """Return the hash of the active road network, asked of the database now; None while no roads are loaded."""
        with self.operator_scope() as session:
            return roads.active_hash(session)

    def answer(
        self, principal: Principal, stores: ShownStore, incident_id: str | None = None
    ) -> Answer | None:
        """Return the answer to what the stores ask as far as the account may see it now; None while something is missing.

        The same stores are answered once until something is loaded or a company chooses what is seen of it: a closed
        answer by whomever they are asked, an open one for each account under each declaration, and only while that
        holds, of which the database is asked every time. `stores` must say from when arrivals are counted;
        `incident_id` is the saved incident they are about.

        Raises
        ------
        AccessError
            The account may not ask for a ranking there.
        """
        # Read before the answer is: an answer that a load overtakes is kept under what was there before it.
        state, reference = self._current()
        question = question_of(stores, reference.taxonomy, datetime.now(UTC))
        if question is None:
            return None
        asked = json.dumps(
            {
                **stores,
                "needs": stores["needs"]["items"],
                "when": {**stores["when"], "by": None},
                "travel": stores["travel"]["asked"],
            },
            sort_keys=True,
        )
        with self.scope(principal) as session:
            now = desk.seen(session, principal, question, incident_id=incident_id)
        opened = (now.grant.declaration_id, incident_id or "", principal.account_id) if now.grant else None
        key = (state, asked, opened)
        with self._lock:
            if key in self._answers:
                self._answers.move_to_end(key)
                return self._answers[key]
        with self.scope(principal) as session:
            answer = desk.ask(session, principal, question, incident_id=incident_id)
        with self._lock:
            # Between the two questions a declaration may have begun or ended: what is open is kept as open only.
            if answer.opened == (opened is not None):
                self._answers[key] = answer
            self._forget()
        return answer

    def note_export(self, principal: Principal, answer: Answer, incident_id: str | None) -> None:
        """Record that an account takes an answer away as a file; nothing is handed over without it.

        Raises
        ------
        AccessError
            The account may not take answers there.
        StepUpNeeded
            Names are open in it, and the last second factor is too long ago.
        """
        with self.scope(principal) as session:
            desk.note_export(session, principal, answer, incident_id=incident_id)

    def _forget(self) -> None:
        """Forget the answers looked at longest ago, until the others are few and small enough; the newest stays."""
        held = sum(map(_nodes, self._answers.values()))
        while len(self._answers) > 1 and (len(self._answers) > KEPT_ANSWERS or held > KEPT_NODES):
            held -= _nodes(self._answers.popitem(last=False)[1])

    def route(self, answer: Answer, match: Match) -> Route | None:
        """Return a match's way to the area along the roads."""
        return journey.route_of(self.atlas, answer, match)

    def routes(self, answer: Answer) -> dict[tuple[int, int], Route]:
        """Return the ways of the soonest matches of each need, by place of the need and rank."""
        return journey.routes_of(self.atlas, answer, ROUTES_IN_FILE)

    def anchors(self, principal: Principal, sectors: Sequence[str]) -> list[Anchor]:
        """Return the sites of the given sectors that an account may look at, at the points by which they may be seen."""
        wanted = set(sectors)
        found = [site for site in self._sites(principal) if site.sector in wanted]
        return anchors(found, self.counties, self.atlas.zips)

    def sector_counts(self, principal: Principal) -> dict[str, int]:
        """Return the number of sites that an account may look at per sector code, sectors without any included."""
        counts = dict.fromkeys(self.sectors, 0)
        for site in self._sites(principal):
            counts[site.sector] = counts.get(site.sector, 0) + 1
        return counts

    def _sites(self, principal: Principal) -> list[SitePoint]:
        """Return the sites in the counties that an account may look at."""
        own = counties_within(principal, "registry.look", self.counties.fips)
        with self.operator_scope() as session:
            return [site for site in directory.site_points(session) if own is None or site.county_fips in own]

    def county_values(self, principal: Principal, measure: str) -> dict[str, int]:
        """Return a number per county FIPS code: `population`, `sector:energy` or `kind:light_tower` (assets).

        Of assets only the counties that the account may look at have one.
        """
        if measure == "population":
            return dict(zip(self.counties.fips, self.counties.population.tolist(), strict=True))
        family, _, code = measure.partition(":")
        with self.operator_scope() as session:
            totals = directory.county_totals(
                session,
                sector=code if family == "sector" else None,
                kind=code if family == "kind" else None,
            )
        own = counties_within(principal, "registry.look", self.counties.fips)
        shown = [fips for fips in self.counties.fips if own is None or fips in own]
        return {fips: int(totals.get(fips, 0)) for fips in shown}

    def list_incidents(self, principal: Principal) -> Sequence[IncidentSummary]:
        """Return the saved incidents that an account may read, the newest first."""
        with self.scope(principal) as session:
            return incidents.list_incidents(session, principal)

    def load_incident(self, principal: Principal, incident_id: str) -> Incident:
        """Return a saved incident with its newest area; a `RegistryError` if there is none of that id for the account."""
        with self.scope(principal) as session:
            return incidents.load_incident(session, principal, incident_id)

    def close_incident(self, principal: Principal, incident_id: str) -> None:
        """Close a saved incident; it stays in the list."""
        with self.scope(principal) as session:
            incidents.close_incident(session, principal, incident_id)

    def reopen_incident(self, principal: Principal, incident_id: str) -> None:
        """Reopen a closed incident."""
        with self.scope(principal) as session:
            incidents.reopen_incident(session, principal, incident_id)

    def save_incident(
        self, principal: Principal, incident_id: str | None, name: str, kind: str, stores: ShownStore
    ) -> str:
        """Save what the page shows, as a new incident or over the one of `incident_id`; return its id."""
        when = stores["when"]
        fields: dict[str, Any] = {
            "name": name,
            "kind": kind,
            "area": area_of(stores["area"]),
            "closures": closures_of(stores["closures"]),
            "needs": [need_as_json(need) for need in needs_of(stores["needs"], self.taxonomy)],
            "asked_at": moment_of(when["asked_at"]) or datetime.now(UTC),
            "by_at": moment_of(when["by_at"]),
            "include_inside": bool(when.get("include_inside")),
            "travel": stores["travel"]["asked"],
        }
        with self.scope(principal) as session:
            if incident_id is None:
                return incidents.save_incident(session, principal, **fields)
            incidents.update_incident(session, principal, incident_id, **fields)
        self._forget_open(incident_id)
        return incident_id

    def _forget_open(self, incident_id: str) -> None:
        """Forget the open answers of an incident: for its new needs companies have to be ranked anew."""
        with self._lock:
            for key in [key for key in self._answers if key[2] is not None and key[2][1] == incident_id]:
                del self._answers[key]

    def warm(self) -> None:
        """Load what every question needs, so that the first one does not wait for it; without roads do nothing."""
        if self.network_hash() is not None:
            _ = self.atlas, self.taxonomy, self.sectors
