"""How arrival is measured, in words."""

from __future__ import annotations

from dash import html

from dashboard.pages.incident.forms import popover


def measure_popover() -> html.Div:
    """Return the popover that says how arrival is measured."""
    return popover(
        "measure",
        "First road into the area",
        [
            html.Div(
                [
                    html.P(
                        "Arrival = time to get ready + estimated access + time on the road until the first road "
                        "point inside the area. It is never a straight line, and nobody is cut off at a distance."
                    ),
                    html.P(
                        "Estimated access is the way from a site to the nearest road of the network, at 25 mph and "
                        "1.3 times the straight distance. Its share stands beside every time."
                    ),
                    html.P(
                        "Main roads only: freeways and highways are known, minor roads are not. A blocked road ends "
                        "through travel; a slowed one takes the given number of times as long."
                    ),
                ],
                className="form",
            )
        ],
    )
