"""How long coverage may take while somebody waits: what is worked out at once, and what is refused in favour of a job."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from matching.coverage import cell_recipe, recipe, recruit_recipe
from matching.errors import NotWorkedError
from matching.runs import beside
from registry.people.access import holders, may_somewhere

if TYPE_CHECKING:
    from matching.atlas import Atlas
    from registry.people.principal import Principal

NODES_AT_ONCE: Final = 20_000
"""Junctions of the roads on which all sectors of the State are worked out within two seconds; docs/runs.md has what was measured."""

POINTS_AT_ONCE: Final = 1_500
"""Points that are driven to within two seconds on roads of so many junctions; on larger ones fewer in proportion."""

KINDS: Final = (recipe.KIND, recruit_recipe.KIND, cell_recipe.KIND, beside.EXERCISE, beside.SCENARIO)
"""Kinds of run that are of coverage."""


def not_worked(known: Atlas, principal: Principal, action: str = "run.make") -> NotWorkedError:
    """Return what refuses to work figures out while somebody waits.

    `action` is what an account must be allowed to have a job do it; who is not, is told who is.
    """
    begins = may_somewhere(principal, action)
    job = "open the page of these figures, which has a job work them out; a program asks for that job"
    return NotWorkedError(
        "These figures are not worked out yet",
        given=f"roads of {len(known.network.lon):,} junctions, on which it takes longer than two seconds",
        wanted="figures of the registry as it is now",
        todo=job
        if begins
        else f"ask somebody who may have a job do it ({holders(action)}); what it works out is then told here, too",
    )


def at_once(known: Atlas) -> bool:
    """Return whether coverage is worked out within two seconds on these roads: nobody waits longer, a job does the rest."""
    return len(known.network.lon) <= NODES_AT_ONCE


def check_replay(known: Atlas, kind: str) -> None:
    """Refuse to compute a run of coverage again while somebody waits, on roads on which that takes longer.

    Raises
    ------
    NotWorkedError
        It is one.
    """
    if kind in KINDS and not at_once(known):
        raise NotWorkedError(
            "Computing this run again takes longer than anybody waits",
            given=f"a run of the kind {kind}, on roads of {len(known.network.lon):,} junctions",
            wanted=f"roads of at most {NODES_AT_ONCE:,} junctions",
            todo="compute it again in a terminal: merr run replay ID",
        )


def check_points(known: Atlas, count: int) -> None:
    """Refuse more points of a layer than are driven to within two seconds on these roads; as many as people live at, mostly.

    Raises
    ------
    NotWorkedError
        There are more.
    """
    most = max(1, POINTS_AT_ONCE * NODES_AT_ONCE // max(1, len(known.network.lon)))
    if count > most:
        raise NotWorkedError(
            "So many points take longer than anybody waits on these roads",
            given=f"{count:,} points, and roads of {len(known.network.lon):,} junctions",
            wanted=f"at most {most:,} points",
            todo="leave some out, or ask in a terminal: merr coverage --layer FILE",
        )
