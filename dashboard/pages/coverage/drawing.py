"""From an address to figures: the view that is asked for, over the coverage that is worked out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboard.pages.coverage.choice import read_choice
from dashboard.pages.coverage.figures import Figures

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dashboard.coverages import Worked
    from dashboard.pages.coverage.choice import Choice
    from dashboard.services import Services
    from registry.people.principal import Principal


def chosen(services: Services, asked: Mapping[str, str]) -> Choice:
    """Return the view that an address asks for."""
    counties = services.counties
    return read_choice(asked, services.sectors, dict(zip(counties.fips, counties.region, strict=True)))


def figures_of(services: Services, principal: Principal, choice: Choice, worked: Worked) -> Figures:
    """Return the figures of a view, compared with the stored run that it names.

    Raises
    ------
    NotThereError
        There is no such run for the account.
    """
    before, since = services.coverages.stored(principal, choice.versus) if choice.versus else (None, "")
    return Figures(choice, worked.of(choice.fresh_days), services.sectors, services.counties, before, since)
