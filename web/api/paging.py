"""Lists in pages: each begins after the last row of the one before, whatever was added or taken away meanwhile."""

from __future__ import annotations

import base64
import binascii
import json
import uuid
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Final, TypeVar

from pydantic import Field, StringConstraints

from web.api.values import Asked, Whole
from web.errors import BodyError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Row = TypeVar("Row")

PAGE: Final = 50
PAGE_MOST: Final = 500

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)

BIGGEST: Final = 2**63
"""Beyond it no number of the database lies; a cursor that holds one was made by hand."""

Cursor = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,400}$")]
"""Where a page begins, as the `Link` of the one before gives it; what is in it is nobody's to know."""


class Paged(Asked):
    """Which page of a list."""

    limit: Annotated[Whole, Field(ge=1, le=PAGE_MOST)] = PAGE
    after: Cursor | None = None


def cursor(key: Sequence[str | int]) -> str:
    """Return the cursor of the page that begins after the row with that key."""
    written = json.dumps(list(key), separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(written).decode().rstrip("=")


def read_cursor(given: str, shape: Sequence[type]) -> tuple[str | int, ...]:
    """Return the key in a cursor, of values of these types.

    Raises
    ------
    BodyError
        No page of this list gave it.
    """
    try:
        written = base64.b64decode(given + "=" * (-len(given) % 4), altchars=b"-_", validate=True)
        key = json.loads(written)
    except (binascii.Error, ValueError, RecursionError):
        key = None
    fits = isinstance(key, list) and [type(each) for each in key] == list(shape)
    if not fits or any(isinstance(each, int) and not -BIGGEST <= each < BIGGEST for each in key):
        raise foreign_cursor(given)
    return tuple(key)


def page(
    rows: Sequence[Row], key_of: Callable[[Row], tuple[str | int, ...]], asked: Paged
) -> tuple[Sequence[Row], str | None]:
    """Return the rows of one page, and the cursor of the next (None on the last).

    `rows` are those after the cursor, one more than the page holds where there are so many; `key_of` gives each a key
    of its own.
    """
    shown = rows[: asked.limit]
    return shown, cursor(key_of(shown[-1])) if len(rows) > asked.limit else None


def after_moment(asked: Paged) -> tuple[datetime, str] | None:
    """Return the moment and the id after which a page begins, in a list that stands by both; None for the first page.

    Raises
    ------
    BodyError
        No page of such a list gave the cursor.
    """
    if asked.after is None:
        return None
    at, last = read_cursor(asked.after, (int, str))
    return moment_of_key(asked.after, int(at)), id_of_key(asked.after, str(last))


def key_of_moment(moment: datetime) -> int:
    """Return a moment as a cursor holds it: microseconds since 1970."""
    return (moment - _EPOCH) // _MICROSECOND


def moment_of_key(given: str, microseconds: int) -> datetime:
    """Return the moment that a cursor holds (aware UTC).

    Raises
    ------
    BodyError
        There is no such moment, so no page gave the cursor `given`.
    """
    try:
        return _EPOCH + microseconds * _MICROSECOND
    except OverflowError:
        raise foreign_cursor(given) from None


def id_of_key(given: str, known: str) -> str:
    """Return the id that a cursor holds.

    Raises
    ------
    BodyError
        It is none, so no page gave the cursor `given`.
    """
    try:
        return str(uuid.UUID(known))
    except ValueError:
        raise foreign_cursor(given) from None


def foreign_cursor(given: str) -> BodyError:
    """Return the refusal of a cursor that no page of the list gave."""
    return BodyError(
        "This page is not known",
        given=repr(given[:60]),
        wanted="the address in the Link of the page before",
        todo="begin at the first page: leave `after` out",
    )
