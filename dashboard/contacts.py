"""What a declaration opens for the incident on a page, and the one look at a contact: asked anew at every request."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypedDict

from matching import desk
from registry.incidents import desk as incidents
from registry.people.access import Target, allowed, may_somewhere
from registry.trust import declarations, disclosure, trail
from registry.trust.rules import in_use

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dashboard.services import Services
    from geo.areas import IncidentArea
    from registry.people.principal import Principal
    from registry.trust.declaration import Declaration
    from registry.trust.disclosure import Disclosed, Grant

Door = Literal["no_area", "unsaved", "changed", "closed", "open"]


class About(TypedDict):
    """What the page is about, as its banner asks for it: the saved incident, whether its area is the one shown."""

    incident: str | None
    same: bool
    counties: list[str]


@dataclass(frozen=True, kw_only=True)
class Standing:
    """How contacts stand for what a page shows, by the database's clock.

    Parameters
    ----------
    door
        `open` while a declaration covers the saved incident; `unsaved` and `changed` where one would, were the area
        saved.
    counties
        The area's counties by name; of an open one those that the declaration covers.
    nearest
        Of a closed one, the declaration that comes nearest: in force, waiting, not yet, over, ended.
    looked
        How many contacts the account opened for this incident.
    may_declare, may_look
        Whether the account may record a declaration, and open contacts here once there is one.
    """

    door: Door
    counties: tuple[str, ...] = ()
    fips: tuple[str, ...] = ()
    grant: Grant | None = None
    nearest: Declaration | None = None
    looked: int = 0
    may_declare: bool = False
    may_look: bool = False

    @property
    def key(self) -> str:
        """What tells one state of the door from another: the list is ranked anew when it changes."""
        return self.grant.declaration_id if self.grant and self.door == "open" else ""


def about(
    services: Services, principal: Principal, area: IncidentArea | None, incident_id: str | None
) -> About:
    """Return what a page is about.

    Raises
    ------
    RegistryError
        There is no such incident, or it is another jurisdiction's.
    """
    if area is None:
        return {"incident": incident_id, "same": False, "counties": []}
    counties = services.counties
    touched = [counties.fips[at] for at in counties.touching(area.geometry)]
    same = False
    if incident_id is not None:
        with services.scope(principal) as session:
            saved = incidents.load_incident(session, principal, incident_id).area
        same = saved is not None and desk.same_area(saved, area)
    return {"incident": incident_id, "same": same, "counties": touched}


def standing(services: Services, principal: Principal, shown: About) -> Standing:
    """Return how contacts stand for what a page is about.

    Raises
    ------
    RegistryError
        There is no such incident, or it is another jurisdiction's.
    """
    may_declare = may_somewhere(principal, "declaration.record")
    if not shown["counties"]:
        return Standing(door="no_area", may_declare=may_declare)
    touched = frozenset(shown["counties"])
    incident_id = shown["incident"]
    with services.scope(principal) as session:
        if incident_id is not None:
            incidents.require_there(session, principal, "incident.read", incident_id)
        grant = disclosure.grant_for(session, incident_id) if incident_id and shown["same"] else None
        nearest = None if grant else _nearest(declarations.naming(session, touched))
        looked = trail.looks_made(session, principal, incident_id) if incident_id else 0
    covered = grant.counties if grant else shown["counties"]
    return Standing(
        door="open" if grant else _why_closed(shown, nearest),
        counties=_names(services, covered),
        fips=tuple(shown["counties"]),
        grant=grant,
        nearest=nearest,
        looked=looked,
        may_declare=may_declare,
        may_look=allowed(principal, "contact.look", Target(counties=touched)),
    )


def purposes(services: Services) -> tuple[str, ...]:
    """Return the purposes that the office offers for a look."""
    with services.operator_scope() as session:
        return in_use(session).purposes


def look(
    services: Services, principal: Principal, incident_id: str, provider_id: str, purpose: str
) -> Disclosed:
    """Return a provider's contact, once the audit holds that it was looked at; nothing of it is kept here.

    Raises
    ------
    DisclosureRefused
        It stays closed; it says what would open it.
    """
    with services.scope(principal) as session:
        return disclosure.disclose(session, principal, incident_id, provider_id, purpose)


def _nearest(found: Sequence[Declaration]) -> Declaration | None:
    """Return the declaration that comes nearest to opening, the latest of its state."""
    order = ("in_force", "waiting", "not_yet", "ended", "over")
    return min(found, key=lambda each: order.index(each.state), default=None)


def _why_closed(shown: About, nearest: Declaration | None) -> Door:
    if nearest is None or nearest.state != "in_force":
        return "closed"
    return "unsaved" if shown["incident"] is None else "changed" if not shown["same"] else "closed"


def _names(services: Services, fips: Sequence[str]) -> tuple[str, ...]:
    counties = services.counties
    known = {code: at for at, code in enumerate(counties.fips)}
    return tuple(counties.label(known[code]) for code in fips if code in known)
