"""What stands behind one cell, as a run: the bridge and the road that a county hangs on, and whom to telephone first."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from matching.coverage.cell import Near, why
from matching.coverage.hanging import Hang, Hanging
from matching.coverage.loading import told_roster
from matching.coverage.parameters import CoverageParameters
from matching.coverage.recipe import kept_id, read_classes
from matching.coverage.targets import county_targets
from matching.errors import MatchingError
from matching.questions import canonical

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from matching.coverage.cell import Why
    from matching.runs.baseline import Asked, Baseline, Step
    from registry.directory.listing import Listing

KIND: Final = "cell"


@dataclass(frozen=True)
class Told:
    """What a kept cell says; the fields are those of `Why`, and `first_ms` is the first of its `time_ms`."""

    first_ms: int
    hanging: Hanging
    stale: tuple[Near, ...]


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
    """Return what a county hangs on and whose stale listings would close its gap, as canonical bytes with made-up ids.

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
    )
    return canonical(_as_json(found, base.key))


def told_of(result: bytes, rows: Iterable[Listing], key: bytes) -> Told:
    """Return what a kept cell says, by the listings it was worked out from."""
    plain = json.loads(result)
    by_alias = {kept_id(row.asset_id, key): row for row in rows}
    return Told(
        first_ms=plain["first_ms"],
        hanging=Hanging(_hang(plain["bridge"]), _hang(plain["road"]), plain["untried"]),
        stale=tuple(Near(by_alias[each], ms) for each, ms in plain["stale"]),
    )


def told_by(found: Why) -> Told:
    """Return the same of a cell that is worked out here."""
    return Told(found.time_ms[0], found.hanging, found.stale)


def _as_json(found: Why, key: bytes) -> dict[str, Any]:
    told = told_by(found)
    return {
        "first_ms": told.first_ms,
        "bridge": told.hanging.bridge and told.hanging.bridge._asdict(),
        "road": told.hanging.road and told.hanging.road._asdict(),
        "untried": told.hanging.untried,
        "stale": [[kept_id(each.listing.asset_id, key), each.ms] for each in told.stale],
    }


def _hang(plain: Mapping[str, Any] | None) -> Hang | None:
    return None if plain is None else Hang(tuple(plain["parts"]), plain["ms"])
