"""The pages of trust in one table, and what hangs their callbacks on the application."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from dashboard.pages.page import Page
from dashboard.pages.trust import (
    accounts,
    appointing,
    audit,
    auditing,
    company,
    declarations,
    declaring,
    looks,
    own,
    records,
)

if TYPE_CHECKING:
    from dash import Dash

    from dashboard.services import Services

PAGES: Final[tuple[Page, ...]] = (
    Page("/declarations", "declaration.read", declarations.list_page, "Declarations"),
    Page("/declarations/new", "declaration.record", declaring.record_page),
    Page("/declarations/waiver", "waiver.record", declaring.waiver_page),
    Page("/declarations/{id}", "declaration.read", declarations.one_page),
    Page("/company", "provider.show", company.page, "Our company"),
    Page("/audit", "audit.read", audit.page, "Audit"),
    Page("/account/access", "account.own", own.page),
    Page("/account/looks", "audit.own", looks.page),
    Page("/records", "records.export", records.list_page, "Records"),
    Page("/records/{id}", "records.export", records.one_page),
    Page("/accounts", "account.read", accounts.list_page, "Accounts"),
    Page("/accounts/{id}", "account.read", accounts.one_page),
)
"""Every page of trust, in the order of the menu; a fixed address stands before one with an open place."""

MODULES: Final = (declaring, appointing, auditing, own, company, records)


def register(app: Dash, services: Services) -> None:
    """Hang the callbacks of the pages of trust on the application."""
    for module in MODULES:
        module.register(app, services)
