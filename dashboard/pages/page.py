"""What a page is: where it stands, who may open it, how it is built, and its word in the menu."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from registry.people.access import may_somewhere

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from dash.development.base_component import Component

    from dashboard.services import Services
    from registry.people.principal import Principal


@dataclass(frozen=True)
class Asked:
    """One page as somebody asks for it.

    Parameters
    ----------
    principal
        Who asks.
    pathname
        The whole path of the address.
    search
        What follows its question mark, each name once.
    parts
        What stands in the places that the page's address leaves open, by their names.
    """

    principal: Principal
    pathname: str
    search: Mapping[str, str] = field(default_factory=dict)
    parts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Page:
    """One page.

    Parameters
    ----------
    address
        Its path; `{name}` stands for one part that may differ: `/incidents/{id}`.
    action
        Who may do this somewhere may open it; None: everybody who is signed in.
    build
        Makes it.
    menu
        Its word in the menu; empty for a page that is reached from another.
    """

    address: str
    action: str | None
    build: Callable[[Services, Asked], Component]
    menu: str = ""

    def open_to(self, principal: Principal) -> bool:
        """Return whether this page shows `principal` anything."""
        return self.action is None or may_somewhere(principal, self.action)

    def parts_of(self, pathname: str) -> dict[str, str] | None:
        """Return what stands in the open places of this page's address; None for the address of another page."""
        pieces = (
            f"(?P<{piece[1:-1]}>[^/]+)" if piece[:1] == "{" else re.escape(piece)
            for piece in _cut(self.address)
        )
        found = re.fullmatch("/".join(pieces), "/".join(_cut(pathname)))
        return None if found is None else found.groupdict()


def page_of(pages: Iterable[Page], pathname: str) -> tuple[Page, dict[str, str]] | None:
    """Return the first page that stands at `pathname`, and what its open places hold; None where nothing is."""
    for page in pages:
        parts = page.parts_of(pathname)
        if parts is not None:
            return page, parts
    return None


def named_in(pathname: str | None) -> str:
    """Return what an address below a list names: `ID` of `/scenarios/ID/coverage`; nothing for the list's own."""
    return [*_cut(pathname or ""), ""][1]


def menu_of(pages: Iterable[Page], principal: Principal) -> Sequence[Page]:
    """Return the pages of the menu that `principal` may open, in the order of the table."""
    return [page for page in pages if page.menu and page.open_to(principal)]


def _cut(path: str) -> list[str]:
    return path.strip("/").split("/")
