"""From an address to figures: the view that is asked for, over the coverage that is worked out."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from dashboard.pages.coverage.choice import read_choice
from dashboard.pages.coverage.codes import NEED, is_need
from dashboard.pages.coverage.figures import Figures
from geo.errors import Refusal
from matching.coverage.classes import need_class
from matching.needs import parse_need

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dashboard.coverages import Worked
    from dashboard.pages.coverage.choice import Choice
    from dashboard.services import Services
    from registry.people.principal import Principal


def asked_of(search: str | None) -> dict[str, str]:
    """Return what follows an address's question mark, each name once."""
    return dict(parse_qsl((search or "").lstrip("?")))


def chosen(services: Services, asked: Mapping[str, str]) -> Choice:
    """Return the view that an address asks for."""
    counties = services.counties
    known = dict(zip(counties.fips, counties.region, strict=True))
    line = asked.get("sector", "")
    if not is_need(line):
        return read_choice(asked, services.sectors, known)
    try:
        code = need_code(services, line.removeprefix(NEED))
    except Refusal:
        return read_choice(asked, services.sectors, known)
    return read_choice({**asked, "sector": code}, {**services.sectors, code: code}, known)


def need_code(services: Services, line: str) -> str:
    """Return the page's code of a capability in one line: `need:generator,kw>=100`.

    Raises
    ------
    MatchingError
        The line cannot be understood.
    """
    return NEED + need_class(parse_need(line, services.taxonomy)).code


def figures_of(services: Services, principal: Principal, choice: Choice, worked: Worked) -> Figures:
    """Return the figures of a view, compared with the stored run that it names.

    Raises
    ------
    NotThereError
        There is no such run for the account.
    MatchingError
        The stored run that is to be shown was not asked for this limit.
    """
    before, since = services.coverages.stored(principal, choice.versus) if choice.versus else (None, "")
    result, shown_on = worked.of(choice.fresh_days), ""
    if choice.kept:
        result, shown_on = services.coverages.stored(principal, choice.kept)
        result.threshold_at(choice.limit_ms)
    return Figures(choice, result, names_of(services, choice), services.counties, before, since, shown_on)


def names_of(services: Services, choice: Choice) -> dict[str, str]:
    """Return what may be looked at: the one capability asked about, if any, before the sectors."""
    code = choice.sector
    one = {code: code.removeprefix(NEED)[:1].upper() + code.removeprefix(NEED)[1:].replace(",", ", ")}
    return {**(one if is_need(code) else {}), **services.sectors}
