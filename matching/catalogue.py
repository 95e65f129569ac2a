"""The catalogue: every asset as it may be seen before a declaration, in pages."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from matching.atlas import atlas
from matching.veil import listed
from registry.directory.catalogue import Wanted, assets_after
from registry.directory.store import free_texts, kinds
from registry.people.access import Target, counties_within, require, require_somewhere
from registry.trust.aliases import alias_key

if TYPE_CHECKING:
    from matching.atlas import Atlas
    from registry.db.engine import Session
    from registry.directory.catalogue import PageKey
    from registry.directory.listing import Listing
    from registry.people.principal import Principal

LOOK: Final = "registry.look"


@dataclass(frozen=True)
class CataloguePage:
    """Assets as they may be seen; `after` is the key of the last one where more follow, else None."""

    rows: tuple[Listing, ...]
    after: PageKey | None


def catalogue(
    session: Session,
    principal: Principal,
    *,
    kind: str | None = None,
    county: str | None = None,
    sector: str | None = None,
    after: PageKey | None = None,
    limit: int,
) -> CataloguePage:
    """Return a page of the assets in the counties that an account may look at, closed whatever is declared.

    Names are opened for an incident, by its ranking, and not for the whole list. Ids of what is closed are made for
    this account alone and stand in no answer to a question, so that lists cannot be laid beside rankings by them.

    Parameters
    ----------
    kind
        A kind or a family, by any of its words.
    county, sector
        A FIPS code, and the code of a sector.

    Raises
    ------
    AccessError
        The account may not look at the registry, or not there.
    RegistryError
        Nothing is called as `kind` says, or no roads are loaded.
    """
    known = atlas(session)
    key = hmac.digest(alias_key(session), f"catalogue {principal.account_id}".encode(), "sha256")
    wanted = Wanted(
        kinds=None if kind is None else [each.code for each in kinds(session).resolve(kind)],
        counties=_counties(known, principal, county),
        sector=sector,
    )
    found = assets_after(session, wanted, key=key, after=after, limit=limit + 1)
    rows = listed(known, [row for _, row in found[:limit]], key, free_texts(session))
    return CataloguePage(tuple(rows), found[limit - 1][0] if len(found) > limit else None)


def _counties(known: Atlas, principal: Principal, county: str | None) -> frozenset[str] | None:
    """Return the counties that are asked about and may be; None for all."""
    if county is not None:
        require(principal, LOOK, Target(counties=frozenset({county})))
        return frozenset({county})
    require_somewhere(principal, LOOK)
    return counties_within(principal, LOOK, known.counties.fips)
