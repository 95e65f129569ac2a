"""What a recipe computes from: roads, counties, people and the directory, all as they stood."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from matching.atlas import Atlas
    from registry.directory.kinds import Taxonomy
    from registry.directory.listing import Listing

    Step = Callable[[float, str], None]
    """Says how far a recipe is: a share from 0 to 1, and what it does now, in one short sentence.

    Called about once a second of work. It raises to stop the work, so no recipe catches what comes out of it.
    """


@dataclass(frozen=True, eq=False)
class Baseline:
    """Everything that is not asked but stands: a recipe reads nothing else.

    Parameters
    ----------
    known
        Roads, counties, people, vehicles and ZIP points.
    snapshot_hash
        The hash of the snapshot that the listings come from.
    listings
        Every asset, by its id.
    taxonomy
        Kinds and attributes as they were.
    key
        By which ids in a closed answer are made; empty where nothing is closed.
    """

    known: Atlas
    snapshot_hash: str
    listings: Sequence[Listing]
    taxonomy: Taxonomy
    key: bytes = field(default=b"", repr=False)

    @property
    def network_hash(self) -> str:
        """The content hash of the roads."""
        return self.known.network.content_hash


@dataclass(frozen=True)
class Asked:
    """What is asked of a recipe: all that decides its result beside the baseline.

    Parameters
    ----------
    kind
        Which recipe: a key of `matching.runs.recipes.RECIPES`.
    parameters
        What the recipe wants to know, as plain JSON.
    patch
        What a scenario changes in the baseline, as plain JSON; None for things as they stand.
    seed
        Where chance begins, for a recipe that uses any.
    """

    kind: str
    parameters: Mapping[str, Any]
    patch: Mapping[str, Any] | None = None
    seed: int = 0


def quiet(fraction: float, sentence: str) -> None:
    """Say nothing: the step of whoever waits for the result."""


if TYPE_CHECKING:
    Recipe = Callable[[Baseline, Asked, Step], bytes]
    """A pure function: no clock, no database, no network; the same inputs give the same bytes."""
