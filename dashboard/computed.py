"""How a result was computed: the block that every page shows beside what it took from a run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dash import html

from matching.coverage.words import worked_words
from matching.runs.words import computed_words, replay_command

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from matching.coverage.result import CoverageResult
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
        (name, html.Code(value) if value == replay_command(run) else value)
        for name, value in computed_words(run)
    ]
    return _block("How was this computed?", rows, opened=opened)


def here_block(result: CoverageResult, made_at: datetime, *, kept: bool = False) -> html.Details:
    """Return what coverage was worked out from, folded away; `kept` is of a run that the account may not read."""
    return _block("How was this computed?", worked_words(result, made_at, kept=kept), opened=False)


def worked_block(
    result: CoverageResult, made_at: datetime, since: Run | None, *, kept: bool = False
) -> html.Div:
    """Return what the figures of a page were worked out from, and what the run was that they are compared with."""
    blocks = [here_block(result, made_at, kept=kept)]
    if since is not None:
        blocks.append(_block("How were the figures of before computed?", computed_words(since), opened=False))
    return html.Div(blocks, className="ccard worked")


def kept_block(kept: Run, since: Run | None) -> html.Div:
    """Return what the stored figures of a page were computed from, and those that they are compared with."""
    blocks = [_block("How was this computed?", computed_words(kept), opened=False)]
    if since is not None:
        blocks.append(_block("How were the figures of before computed?", computed_words(since), opened=False))
    return html.Div(blocks, className="ccard worked")


def _block(title: str, rows: Iterable[tuple[str, str | html.Code]], *, opened: bool) -> html.Details:
    parts = [part for name, value in rows for part in (html.Dt(name), html.Dd(value))]
    return html.Details([html.Summary(title), html.Dl(parts)], className="computed", open=opened)
