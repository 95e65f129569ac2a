"""What may be handed to compiled code, which looks up without asking: whole numbers, in range, that add up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from geo.errors import GeoError
from geo.kernels import FAR

if TYPE_CHECKING:
    from numpy.typing import NDArray

AGAIN = "check the network (merr load roads reads it anew) and what was asked of it"


def whole(what: str, values: Any, kind: type[np.integer[Any]] = np.int64) -> NDArray[Any]:  # noqa: ANN401
    """Return numbers as compiled code reads them: in one row, of one kind, not to be written to.

    Arrays from a file may not be written to, which the compiler counts as another kind: handed over like this, each
    function is compiled once.

    Raises
    ------
    GeoError
        They stand in no row, are no whole numbers, or do not fit.
    """
    given = np.asarray(values)
    if given.ndim != 1:
        raise _refusal(f"{what} with {given.ndim} dimensions", "one row of numbers")
    if given.size and given.dtype.kind not in "iu":
        raise _refusal(f"{what} of the kind {given.dtype}", "whole numbers")
    bounds = np.iinfo(kind)
    if given.dtype != kind and given.size:
        refuse_outside(what, given, int(bounds.min), int(bounds.max))
    kept = np.ascontiguousarray(given, dtype=kind).view()
    kept.setflags(write=False)
    return kept


def times(what: str, values: Any) -> NDArray[Any]:  # noqa: ANN401
    """Return milliseconds as compiled code reads them: of 32 bits where they are kept so, else of 64.

    Raises
    ------
    GeoError
        As `whole` raises it.
    """
    return whole(what, values, np.int32 if np.asarray(values).dtype == np.int32 else np.int64)


def refuse_outside(what: str, values: NDArray[Any], first: int, last: int) -> None:
    """Refuse numbers outside a range, its ends included.

    Raises
    ------
    GeoError
        There is one.
    """
    if len(values) and (int(values.min()) < first or int(values.max()) > last):
        raise _refusal(f"{what} of {int(values.min()):,} to {int(values.max()):,}", f"{first:,} to {last:,}")


def refuse_beyond(what: str, number: NDArray[Any], count: int) -> None:
    """Refuse numbers outside 0..count-1.

    Raises
    ------
    GeoError
        There is one.
    """
    if len(number) and (int(number.min()) < 0 or int(number.max()) >= count):
        raise _refusal(
            f"{what} {int(number.min())} to {int(number.max())}", f"numbers of {count:,}, from 0 on"
        )


def refuse_lengths(**arrays: NDArray[Any]) -> None:
    """Refuse arrays that belong together and differ in length.

    Raises
    ------
    GeoError
        They do.
    """
    lengths = {what: len(values) for what, values in arrays.items()}
    if len(set(lengths.values())) > 1:
        raise _refusal(
            ", ".join(f"{count:,} {what}" for what, count in lengths.items()), "one for each other"
        )


def refuse_rows(what: str, start: NDArray[Any], count: int) -> None:
    """Refuse places where rows begin that do not rise from 0 to the number of what stands in them.

    Raises
    ------
    GeoError
        They do not.
    """
    if not len(start) or start[0] != 0 or start[-1] != count or (start[1:] < start[:-1]).any():
        raise _refusal(
            f"{what} that begin at {start[:3].tolist()}...", f"places that rise from 0 to {count:,}"
        )


def refuse_sums(longest: int, count: int, ms: NDArray[np.int64]) -> int:
    """Return milliseconds that no way takes; refuse times whose sums could not be told from them.

    Parameters
    ----------
    longest, count
        The longest arc's milliseconds, and how many nodes a way may pass.
    ms
        What searches start with.

    Raises
    ------
    GeoError
        The longest way there could be does not fit 61 bits of milliseconds, or a start lies before 0.
    """
    earliest, latest = int(ms.min(initial=0)), int(ms.max(initial=0))
    if earliest < 0 or longest * count + latest >= FAR:
        raise GeoError(
            "The times on these roads cannot be added up",
            given=f"{count:,} nodes, up to {longest:,} ms from one to the next, starts at {earliest:,} to {latest:,} ms",
            wanted="times of 0 ms and more whose longest sum stays under 2**61 ms",
            todo="look for a closure's factor or a road's speed that is beyond reason",
        )
    return longest * count + latest + 1


def _refusal(given: str, wanted: str) -> GeoError:
    return GeoError("The road search cannot use these numbers", given=given, wanted=wanted, todo=AGAIN)
