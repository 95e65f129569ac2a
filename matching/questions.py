"""A question as plain JSON and as its digest: the same question is the same bytes."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from geo.areas import area_from_geojson
from geo.closure_reading import read_closures
from matching.answers import Question, Staging
from matching.needs import need_as_json, need_from_json

if TYPE_CHECKING:
    from collections.abc import Mapping

    from registry.directory.kinds import Taxonomy


def question_as_json(question: Question) -> dict[str, object]:
    """Return a question as plain JSON values."""
    return {
        "area": question.area.as_geojson(),
        "needs": [need_as_json(need) for need in question.needs],
        "closures": [closure.as_geojson() for closure in question.closures],
        "asked_at": iso_utc(question.asked_at),
        "by_at": iso_utc(question.by_at) if question.by_at else None,
        "include_inside": question.include_inside,
        "profile": question.profile,
        "measure": question.measure,
        "reach_of": question.reach_of,
        "staging": question.staging._asdict() if question.staging else None,
        "keep_out": question.keep_out,
    }


def question_from_json(told: Mapping[str, Any], taxonomy: Taxonomy) -> Question:
    """Return the question that `question_as_json` told, with the kinds and attributes of `taxonomy`.

    Raises
    ------
    Refusal
        A part of it cannot be used, such as a kind that the taxonomy does not have.
    """
    by_at, staging = told["by_at"], told["staging"]
    return Question(
        area=area_from_geojson(told["area"]),
        needs=tuple(need_from_json(need, taxonomy) for need in told["needs"]),
        closures=read_closures({"type": "FeatureCollection", "features": told["closures"]}),
        asked_at=datetime.fromisoformat(told["asked_at"]),
        by_at=None if by_at is None else datetime.fromisoformat(by_at),
        include_inside=told["include_inside"],
        profile=told["profile"],
        measure=told["measure"],
        reach_of=told["reach_of"],
        staging=None if staging is None else Staging(**staging),
        keep_out=told["keep_out"],
    )


def canonical(value: object) -> bytes:
    """Return JSON values as canonical bytes: keys sorted, UTF-8, one line."""
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return f"{text}\n".encode()


def digest(question: Question) -> bytes:
    """Return what tells one question from every other, 32 bytes."""
    return hashlib.sha256(canonical(question_as_json(question))).digest()


def iso_utc(moment: datetime) -> str:
    """Return a moment as ISO 8601 in UTC, to the millisecond where it has one: `2011-05-22T23:20:00Z`."""
    local = moment.astimezone(UTC)
    precision = "milliseconds" if local.microsecond else "seconds"
    return local.isoformat(timespec=precision).replace("+00:00", "Z")
