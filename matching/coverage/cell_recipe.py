"""What stands behind one cell, as a run: who is near, whom to telephone first, and on what the county hangs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from matching.coverage.cell import Near, Why, why
from matching.coverage.hanging import Hang, Hanging
from matching.coverage.loading import told_roster
from matching.coverage.parameters import CoverageParameters
from matching.coverage.recipe import kept_id, read_classes
from matching.coverage.targets import county_targets
from matching.errors import MatchingError
from matching.questions import canonical

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from matching.runs.baseline import Asked, Baseline, Step
    from registry.directory.listing import Listing

KIND: Final = "cell"


def asked_of(
    code: str, parameters: CoverageParameters, county: str, *, k: int, threshold_ms: int
) -> dict[str, Any]:
    """Return what a run is asked, as plain JSON: a class by its code, a county by its FIPS code, and the limit.

    Parameters
    ----------
    code, parameters
        The class, and what is worked out of it.
    county
        Whose cell it is.
    k, threshold_ms
        Which provider must be there, and by when.
    """
    return {
        "class": code,
        "parameters": parameters.as_dict(),
        "county": county,
        "k": k,
        "threshold_ms": threshold_ms,
    }


def recipe(base: Baseline, asked: Asked, step: Step) -> bytes:
    """Return what stands behind a cell as canonical bytes with made-up ids, its bridge and road by their parts.

    Every bridge and road that may matter is tried, however many.

    Raises
    ------
    MatchingError
        What is asked cannot be read, or a scenario's patch was given.
    """
    told = asked.parameters
    if asked.patch is not None:
        raise MatchingError(
            "What one county hangs on is worked out on things as they stand",
            given="a scenario's changes",
            wanted="none",
            todo="ask without them",
        )
    (wanted,) = read_classes([str(told["class"])], base.taxonomy)
    known = base.known
    found = why(
        known,
        told_roster(known, base.listings),
        county_targets(known.population, known.counties),
        str(told["county"]),
        wanted,
        parameters=CoverageParameters.from_dict(told["parameters"]),
        k=int(told["k"]),
        threshold_ms=int(told["threshold_ms"]),
        step=lambda share: step(
            share, "Closing every bridge and road on the ways to the county, one at a time"
        ),
        most=None,
    )
    return canonical(_as_json(found, base.key))


def told_of(result: bytes, rows: Iterable[Listing], key: bytes) -> Why:
    """Return what a kept cell says, by the listings it was worked out from."""
    plain = json.loads(result)
    by_alias = {kept_id(row.asset_id, key): row for row in rows}
    near, stale = (tuple(Near(by_alias[each], ms) for each, ms in plain[name]) for name in ("near", "stale"))
    return Why(
        time_ms=tuple(plain["time_ms"]),
        near=near,
        stale=stale,
        carrier=plain["carrier"] and by_alias[plain["carrier"]],
        without_ms=plain["without_ms"],
        hanging=Hanging(_hang(plain["bridge"]), _hang(plain["road"]), plain["untried"]),
    )


def _as_json(found: Why, key: bytes) -> dict[str, Any]:
    hangs = found.hanging
    return {
        "time_ms": list(found.time_ms),
        "near": _kept(found.near, key),
        "stale": _kept(found.stale, key),
        "carrier": found.carrier and kept_id(found.carrier.asset_id, key),
        "without_ms": found.without_ms,
        "bridge": hangs.bridge and hangs.bridge._asdict(),
        "road": hangs.road and hangs.road._asdict(),
        "untried": hangs.untried,
    }


def _kept(some: Iterable[Near], key: bytes) -> list[tuple[str, int]]:
    return [(kept_id(each.listing.asset_id, key), each.ms) for each in some]


def _hang(plain: Mapping[str, Any] | None) -> Hang | None:
    return None if plain is None else Hang(tuple(plain["parts"]), plain["ms"])
