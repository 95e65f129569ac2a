"""The values that bodies and questions are made of, and their bases: nothing is guessed, nothing unknown passes."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Annotated, Any, Final

from pydantic import BaseModel, BeforeValidator, ConfigDict, StringConstraints, WithJsonSchema

from registry.wording import storable

_MOMENT = re.compile(
    r"(19|20|21)\d\d-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d{1,6})?([Zz]|[+-]([01]\d|2[0-3]):[0-5]\d)", re.ASCII
)
_WHOLE = re.compile(r"[0-9]{1,18}", re.ASCII)
MOST_WORDS: Final = 400


class Given(BaseModel):
    """What a request brings: no member that is not known, no value of another type."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Asked(BaseModel):
    """What stands behind the question mark: texts, read by what each is to be."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Told(BaseModel):
    """What an answer tells."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    def as_sent(self) -> str:
        """Return the answer's JSON, to the byte as it goes out, so that the audit can hold its hash."""
        return self.model_dump_json(by_alias=True)


def _moment(given: object) -> object:
    if isinstance(given, datetime):
        return given
    if not isinstance(given, str) or not _MOMENT.fullmatch(given):
        msg = "a moment with its zone from 1900 to 2199, such as 2011-05-22T17:41:00-05:00"
        raise ValueError(msg)
    return datetime.fromisoformat(given.upper())


def _storable(given: object) -> object:
    if isinstance(given, str) and not storable(given):
        msg = "words of ordinary characters"
        raise ValueError(msg)
    return given


def _whole(given: object) -> object:
    if isinstance(given, str) and not _WHOLE.fullmatch(given):
        msg = "a whole number"
        raise ValueError(msg)
    return given


Moment = Annotated[
    datetime, BeforeValidator(_moment), WithJsonSchema({"type": "string", "format": "date-time"})
]
"""An aware moment (RFC 3339) that people can have meant."""

Words = Annotated[str, BeforeValidator(_storable), StringConstraints(min_length=1, max_length=MOST_WORDS)]
"""A short text."""

Id = Annotated[
    str, StringConstraints(pattern=r"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$")
]
"""A UUID in its usual form."""

Fips = Annotated[str, StringConstraints(pattern=r"^29[0-9]{3}$")]
"""The FIPS code of a county of Missouri, or of St. Louis city."""

Whole = Annotated[int, BeforeValidator(_whole)]
"""A whole number behind the question mark."""

GeoJson = Annotated[dict[str, Any], WithJsonSchema({"type": "object", "description": "GeoJSON (RFC 7946)"})]
