"""How a result was computed: the block that every page shows beside what it took from a run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dash import html

from matching.runs.words import computed_words, replay_command

if TYPE_CHECKING:
    from registry.runs.store import Run


def computed_block(run: Run, *, opened: bool = False) -> html.Details:
    """Return what a run was computed from, by whom and when, folded away, with the command that computes it again.

    Parameters
    ----------
    run
        The run that the page shows.
    opened
        True shows it unfolded.
    """
    rows = [
        part
        for name, value in computed_words(run)
        for part in (html.Dt(name), html.Dd(html.Code(value) if value == replay_command(run) else value))
    ]
    return html.Details(
        [html.Summary("How was this computed?"), html.Dl(rows)], className="computed", open=opened
    )
