"""Answers as they are, nothing closed: what the operator's figures and most tests ask for."""

from __future__ import annotations

from functools import partial

from matching import journey
from matching.sight import EXACT

answer = partial(journey.answer, sight=EXACT)
solve = partial(journey.solve, sight=EXACT)
