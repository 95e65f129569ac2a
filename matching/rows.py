"""Rows that are made when somebody looks at them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, TypeVar, overload

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Row = TypeVar("Row")

BATCH = 1_024
"""Rows made together by whoever goes through all of them."""


class LazyRows(Sequence[Row]):  # noqa: PLW1641 - hashed no more than a tuple of rows that hold dictionaries
    """A sequence of rows, each made once, when it is first looked at; equal to any sequence of the same rows.

    An answer keeps a hundred thousand assets and shows fifty: their order and their sums are worked out for all of them
    in columns, their words only for those that are read. Several threads may read one.

    Parameters
    ----------
    count
        How many rows there are.
    make
        Returns the rows at some places, in the order of those.
    """

    def __init__(self, count: int, make: Callable[[Sequence[int]], Sequence[Row]]) -> None:
        self._rows: list[Row | None] = [None] * count
        self._make = make

    def __len__(self) -> int:
        """Return how many rows there are, made or not."""
        return len(self._rows)

    @overload
    def __getitem__(self, at: int) -> Row: ...
    @overload
    def __getitem__(self, at: slice) -> tuple[Row, ...]: ...
    def __getitem__(self, at: int | slice) -> Row | tuple[Row, ...]:
        """Return one row, or some of them, made together."""
        if isinstance(at, slice):
            return self._made(range(len(self._rows))[at])
        return self._made([range(len(self._rows))[at]])[0]

    def __iter__(self) -> Iterator[Row]:
        """Yield all rows."""
        for start in range(0, len(self._rows), BATCH):
            yield from self[start : start + BATCH]

    def __eq__(self, other: object) -> bool:
        """Return whether the other is a sequence of the same rows."""
        if not isinstance(other, LazyRows | tuple):
            return NotImplemented
        return len(self) == len(other) and tuple(self) == tuple(other)

    def __repr__(self) -> str:
        """Return all rows as a tuple shows them."""
        return repr(tuple(self))

    def _made(self, places: Sequence[int]) -> tuple[Row, ...]:
        missing = [place for place in places if self._rows[place] is None]
        made = self._make(missing) if missing else ()
        for place, fresh in zip(missing, made, strict=True):
            self._rows[place] = fresh
        return tuple(row for place in places if (row := self._rows[place]) is not None)
