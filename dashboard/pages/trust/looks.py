"""Looks at contacts, as the person who looked has them, and as the company that was looked at has them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dash import html

from dashboard.pages.trust.audit import declaration_words
from dashboard.pages.trust.pieces import address, card, rows, sheet, to_the_second, two_lines, way, zone_note
from registry.trust import trail

if TYPE_CHECKING:
    from dashboard.pages.page import Asked
    from dashboard.services import Services
    from registry.trust.trail import Page


def page(services: Services, asked: Asked) -> html.Main:
    """Return the page of what somebody looked at."""
    with services.scope(asked.principal) as session:
        incident = asked.search.get("incident") or None
        found = trail.looks_by(session, asked.principal, incident_id=incident, before=before_of(asked))
    return mine(found, incident)


def before_of(asked: Asked) -> int | None:
    """Return the number of the event before which a page begins; None for the newest."""
    text = asked.search.get("before", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 18 else None  # noqa: PLR2004 - a bigint


def mine(found: Page, incident: str | None = None) -> html.Main:
    """Return whose contacts somebody opened, newest first: for one incident by its id, or for all."""
    heads = ("Company", "When", "Incident", "Under", "Why")
    lines = [
        [
            html.B(each.provider or "a company that is gone"),
            to_the_second(each.at),
            html.A(each.incident or "an incident", href=f"/incidents/{each.incident_id}")
            if each.incident_id
            else "",
            declaration_words(each),
            each.purpose,
        ]
        for each in found.events
    ]
    words = f"You opened no company's contact {'for this incident ' if incident else ''}yet."
    ways = [way("For all incidents", "/account/looks")] if incident else []
    path = address("/account/looks", incident=incident)
    table = rows("Contacts you opened", heads, lines) if lines else html.P(words)
    lead = "Every look is recorded with your name, and the company sees it."
    return sheet(
        "What you looked at",
        [card("Contacts you opened", [table, pager(found, path)], beside=ways), zone_note()],
        lead=lead,
    )


def at_us(found: Page, path: str) -> html.Section:
    """Return who opened a company's contact, newest first, as the company sees it."""
    heads = ("Who", "When", "Incident", "Under", "Why")
    lines: list[list[Any]] = [
        [
            html.B(each.account or "an account that is gone"),
            two_lines(to_the_second(each.at), f"event {each.seq:,}"),
            each.incident or "an incident",
            declaration_words(each),
            each.purpose,
        ]
        for each in found.events
    ]
    nobody = html.P("Nobody has opened your contact. It can be opened only while a declaration is in force.")
    table = rows("Who looked at us", heads, lines) if lines else nobody
    return card("Who looked at us", [table, pager(found, path)])


def pager(found: Page, path: str) -> html.Nav | None:
    """Return the way to older looks; None on the last page."""
    if found.before is None:
        return None
    joint = "&" if "?" in path else "?"
    return html.Nav(way("Older ones", f"{path}{joint}before={found.before}"), className="pager")
