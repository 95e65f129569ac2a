"""The recipe of a kept answer: a question's ranking, by ids."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from matching import desk
from matching.atlas import atlas
from matching.journey import counties_touched, solve
from matching.questions import canonical, question_as_json, question_from_json
from matching.runs.baseline import Asked
from matching.sight import EXACT, Sight
from registry.jobs import store

if TYPE_CHECKING:
    from matching.answers import LeftOut, Match, NeedAnswer, Question
    from matching.runs.baseline import Baseline, Step
    from registry.db.engine import Session
    from registry.people.principal import Principal

KIND = "match"


def asked(
    session: Session, principal: Principal, question: Question, *, incident_id: str | None = None
) -> Asked:
    """Return what keeping an answer asks of the recipe: the question, seen as the account sees it now.

    Raises
    ------
    AccessError
        The account may not ask for a ranking there.
    NotThereError
        There is no such incident.
    """
    now = desk.seen(session, principal, question, incident_id=incident_id)
    return Asked(
        KIND,
        {
            "question": question_as_json(question),
            "names": "open" if now.sight.opened else "closed",
            "incident_id": incident_id,
        },
    )


def defer(session: Session, principal: Principal, question: Question, *, label: str = "") -> str:
    """Return the id of a job that keeps an answer with closed names; a worker takes it up.

    Raises
    ------
    AccessError
        The account may not ask for a ranking there, or make runs.
    """
    plain = asked(session, principal, question)
    counties = [county.fips for county in counties_touched(atlas(session), question)]
    return store.defer(
        session, principal, kind=KIND, parameters=plain.parameters, counties=counties, label=label
    )


def recipe(base: Baseline, asked: Asked, step: Step) -> bytes:
    """Return a question's ranking as canonical bytes: ids, whole milliseconds and metres, no name.

    With closed names the ids are those that the question makes up, and places are told as `matching.veil` tells them.
    """
    step(0.0, "Ranking every provider by road")
    question = question_from_json(asked.parameters["question"], base.taxonomy)
    wanted = {kind for need in question.needs for kind in need.kinds}
    opened = asked.parameters["names"] == "open"
    found = solve(
        base.known,
        question,
        [row for row in base.listings if row.kind in wanted],
        {},
        sight=EXACT if opened else Sight(opened=False, key=base.key),
        texts=[code for code, attribute in base.taxonomy.attributes.items() if attribute.type == "text"],
    )
    step(0.8, "Writing the ranking down")
    return canonical(
        {
            "counties": [county.fips for county in counties_touched(base.known, question)],
            "names": asked.parameters["names"],
            "needs": [_need(part) for part in found.needs],
            "road_inside": found.road_inside,
        }
    )


def _need(part: NeedAnswer) -> dict[str, Any]:
    return {
        "in_time": part.in_time,
        "left_out": [_left_out(row) for row in part.left_out],
        "need": part.need.text,
        "ranked": [_ranked(row) for row in part.matches],
        "short": part.short,
        "units": part.units,
        "wanted": part.wanted,
    }


def _ranked(row: Match) -> dict[str, Any]:
    return {
        "access_ms": row.access_ms,
        "arrival_ms": row.arrival_ms,
        "asset": row.listing.asset_id,
        "county": row.listing.county_fips,
        "delay_ms": row.delay_ms,
        "late": row.late,
        "mobilisation_ms": row.mobilisation_ms,
        "profile": row.profile,
        "provider": row.listing.provider_id,
        "quantity": row.listing.quantity,
        "road_m": round(row.road_m),
        "road_ms": row.road_ms,
    }


def _left_out(row: LeftOut) -> dict[str, Any]:
    return {"asset": row.listing.asset_id, "code": row.code, "provider": row.listing.provider_id}
