"""What the callbacks of the page are wired with: its stores, and the functions that run in the browser."""

from __future__ import annotations

from typing import Final

from dash import ClientsideFunction, Dash, Input, Output, State

STORES: Final = [
    Input("area", "data"),
    Input("closures", "data"),
    Input("needs", "data"),
    Input("when", "data"),
    Input("travel", "data"),
]


def in_browser(app: Dash, name: str, *dependencies: Input | Output | State, at_once: bool = False) -> None:
    """Hang a function of `dash_clientside.merr` on the application.

    It does not run before something changed, unless it is to run `at_once`.
    """
    app.clientside_callback(  # type: ignore[no-untyped-call]
        ClientsideFunction("merr", name), *dependencies, prevent_initial_call=not at_once
    )
