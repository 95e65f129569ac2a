"""The pieces that every form of the page is made of: a popover, its buttons, tabs, and where it says what it refuses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import dash_mantine_components as dmc
from dash import html

from dashboard.attributes import wild
from dashboard.marks import icon

if TYPE_CHECKING:
    from collections.abc import Sequence

ABOVE: Final = {"zIndex": 1250}
"""Lists of choices stand above the popover they were opened in."""


def popover(name: str, title: str, children: Sequence[Any], *, wide: bool = False) -> html.Div:
    """Return the closed popover `name`: a dialog with its title, its form and a button that closes it."""
    head = html.Div(
        [
            html.H2(title, id=f"pop-{name}-title"),
            html.Button(
                icon("x"),
                className="x",
                type="button",
                **wild({"data-pop-close": "1", "aria-label": f"Close: {title}"}),
            ),
        ],
        className="hd",
    )
    return html.Div(
        [head, *children],
        id=f"pop-{name}",
        className="pop wide" if wide else "pop",
        hidden=True,
        role="dialog",
        **wild({"aria-labelledby": f"pop-{name}-title"}),
    )


def button(text: str, name: str, *, main: bool = True, sign: str = "") -> html.Button:
    """Return a button that a callback listens to."""
    children: list[Any] = [icon(sign), text] if sign else [text]
    return html.Button(children, id=name, className="btn p" if main else "btn", n_clicks=0, type="button")


def draw_button(text: str, purpose: str, shape: str, sign: str, *, main: bool = False) -> html.Button:
    """Return a button that starts drawing on the map."""
    return html.Button(
        [icon(sign), text],
        className="btn p" if main else "btn",
        type="button",
        **wild({"data-draw": f"{purpose}:{shape}"}),
    )


def tabs(name: str, panels: Sequence[tuple[str, str, Sequence[Any]]]) -> dmc.Tabs:
    """Return tabs; each panel is its value, its name and its content."""
    return dmc.Tabs(
        [
            dmc.TabsList([dmc.TabsTab(title, value=value) for value, title, _ in panels]),
            *(
                dmc.TabsPanel(html.Div(list(content), className="form"), value=value)
                for value, _, content in panels
            ),
        ],
        id=name,
        value=panels[0][0],
        keepMounted=True,
        className="tabset",
    )


def refusal_box(name: str) -> html.Div:
    """Return the place in a popover where a refusal is said."""
    return html.Div(id=name, role="alert")
