"""What matching refuses."""

from __future__ import annotations

from geo.errors import Refusal


class MatchingError(Refusal, ValueError):
    """A need or a question that cannot be answered as it was given."""


class NotWorkedError(MatchingError):
    """An answer that takes longer than anybody waits, and that no run of now keeps: a job works it out."""
