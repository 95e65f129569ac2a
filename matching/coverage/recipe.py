"""Coverage as a run: what is asked as plain JSON, and the result as canonical bytes with made-up ids."""

from __future__ import annotations

import hmac
import uuid
from dataclasses import replace
from datetime import datetime, time
from typing import TYPE_CHECKING, Any, Final

from geo.steps import quiet
from matching.coverage.classes import SECTOR, need_class, sector_classes
from matching.coverage.computing import compute
from matching.coverage.loading import told_roster
from matching.coverage.parameters import CoverageParameters
from matching.coverage.targets import county_targets
from matching.errors import MatchingError
from matching.measures import CENTRAL
from matching.needs import parse_need
from matching.scenarios.applying import Scene, apply
from matching.scenarios.patch import read_patch

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from geo.steps import Heard
    from matching.coverage.classes import CoverageClass
    from matching.coverage.result import CoverageResult
    from matching.runs.baseline import Asked, Baseline, Step
    from registry.directory.kinds import Taxonomy
    from registry.directory.listing import Listing

KIND: Final = "coverage"

ASKED: Final = b"coverage"
"""What ids in a kept coverage are made of beside the key: the same company bears one id in all of them."""


def asked_of(classes: Iterable[str], parameters: CoverageParameters) -> dict[str, Any]:
    """Return what a run is asked, as plain JSON: the codes of classes, and the parameters."""
    return {"classes": list(classes), "parameters": parameters.as_dict()}


def read_classes(codes: Iterable[str], taxonomy: Taxonomy) -> list[CoverageClass]:
    """Return classes by their codes: `sector:energy`, or a need in one line.

    Raises
    ------
    MatchingError
        A need cannot be understood.
    """
    return [
        sector_classes([code.removeprefix(SECTOR)])[0]
        if code.startswith(SECTOR)
        else need_class(parse_need(code, taxonomy))
        for code in codes
    ]


def recipe(base: Baseline, asked: Asked, step: Step) -> bytes:
    """Return the coverage of every county, region and the State, as `CoverageResult.to_bytes` writes it.

    With a scenario's patch it is the coverage as that leaves things.

    Raises
    ------
    MatchingError
        What is asked cannot be read, or a scenario changes what there is not.
    """
    classes, parameters = _read(asked.parameters, base.taxonomy)
    scene = Scene(base) if asked.patch is None else apply(read_patch(asked.patch), base)
    step(0.0, "Placing every listing at its stand")
    result = of_scene(
        scene,
        classes,
        parameters,
        lambda share: step(share, "Driving from every listing to every point at which people live"),
    )
    return closed(result, base.key).to_bytes()


def of_scene(
    scene: Scene, classes: Sequence[CoverageClass], parameters: CoverageParameters, step: Heard = quiet
) -> CoverageResult:
    """Return the coverage of every county, region and the State as a scene has things.

    Coverage is of a day, and a closure holds at a moment: noon of that day.
    """
    known = scene.base.known
    return compute(
        known,
        told_roster(known, scene.base.listings),
        county_targets(known.population, known.counties),
        classes,
        parameters,
        closures=scene.closures,
        at=datetime.combine(parameters.today, time(12), CENTRAL),
        step=step,
    )


def closed(result: CoverageResult, key: bytes) -> CoverageResult:
    """Return a result whose ids only the key's holder can tell to belong to something; as it is without a key."""
    return replace(
        result,
        providers=tuple(kept_id(each, key) for each in result.providers),
        assets=tuple(kept_id(each, key) for each in result.assets),
    )


def opened(result: CoverageResult, rows: Iterable[Listing], key: bytes) -> CoverageResult:
    """Return what `closed` was given, by the listings it was worked out from."""
    real = {kept_id(each, key): each for row in rows for each in (row.asset_id, row.provider_id)}
    return replace(
        result,
        providers=tuple(real[each] for each in result.providers),
        assets=tuple(real[each] for each in result.assets),
    )


def kept_id(real: str, key: bytes) -> str:
    """Return the id that a company or asset bears in kept coverage; its own without a key."""
    return alias(real, key) if key else real


def alias(real: str, key: bytes) -> str:
    """Return the id that a company or asset bears in kept coverage, formatted as a UUID."""
    return str(uuid.UUID(bytes=hmac.digest(key, ASKED + real.encode(), "sha256")[:16], version=4))


def _read(told: Mapping[str, Any], taxonomy: Taxonomy) -> tuple[list[CoverageClass], CoverageParameters]:
    classes, parameters = told.get("classes"), told.get("parameters")
    if not isinstance(classes, list) or not classes or not isinstance(parameters, dict):
        raise MatchingError(
            "What coverage is asked for cannot be read",
            given=repr(dict(told))[:200],
            wanted="classes, such as sector:energy, and parameters",
            todo="ask for coverage anew",
        )
    return read_classes([str(code) for code in classes], taxonomy), CoverageParameters.from_dict(parameters)
