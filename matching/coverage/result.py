"""What coverage says: arrays by target and class, with ids, FIPS codes and whole numbers only."""

from __future__ import annotations

import json
from dataclasses import dataclass, fields, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, Literal, cast

import numpy as np

from matching.coverage.parameters import CoverageParameters
from matching.errors import MatchingError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

NONE: Final = -1
"""In place of milliseconds: too few of the people ever have it. In place of a provider or asset: there is none."""

Level = Literal["county", "region", "state", "point"]
"""What a target is: a county, a region, the State, or a point of a layer that a user brought."""

FORMAT: Final = 1


@dataclass(frozen=True, eq=False)
class CoverageResult:
    """Coverage of T targets by S classes: the nearest K providers, H thresholds.

    A provider is a company: several sites of one count once. Times are milliseconds with mobilisation and access legs.
    A target's value of any figure is what nine in ten of its people have: docs/coverage.md. Nothing in it is a name.

    Parameters
    ----------
    parameters
        What was asked.
    network_hash
        The roads.
    targets, levels
        Each target's key (`29097`, `A`, `MO`, or the place of a layer's point, from 1) and level, T long.
    people
        People of each target, or its weight, int64 (T,).
    classes
        `sector:energy`, or a need in one line (`generator,kw>=100`), S long.
    providers, assets
        The ids that `near_provider` and `carrier`, and `near_asset`, are places in; sorted.
    listed, counted
        Of each class: assets in the registry whatever their state, and those that count here; int64 (S,).
    time_ms
        Milliseconds to the k-th provider, int64 (T, S, K); `NONE` when fewer than nine in ten ever have it.
    stale_ms
        The same if every listing were fresh: what a telephone call could bring; int64 (T, S, K).
    reached
        People who have the k-th provider within each threshold, int64 (T, S, K, H).
    companies, units
        Providers, and units (listings for a sector), that nine in ten have within each threshold; int64 (T, S, H).
    score
        E2SFCA: units for 100,000 people, in thousandths, int64 (T, S).
    near_provider, near_asset, near_ms
        The providers soonest at nine in ten of a target's people, with the asset that is, and the milliseconds of
        each; int32, int32, int64 (T, S, K). Only of counties and points; `NONE` elsewhere, and where there is no more.
    carrier, without_ms
        The provider whose loss delays the first provider most, and the milliseconds to the first one then;
        int32, int64 (T, S). One company carries a target within t when `time_ms[..., 0] <= t` and not
        `0 <= without_ms <= t`. Only of counties and points.
    """

    parameters: CoverageParameters
    network_hash: str
    targets: tuple[str, ...]
    levels: tuple[Level, ...]
    people: NDArray[np.int64]
    classes: tuple[str, ...]
    providers: tuple[str, ...]
    assets: tuple[str, ...]
    listed: NDArray[np.int64]
    counted: NDArray[np.int64]
    time_ms: NDArray[np.int64]
    stale_ms: NDArray[np.int64]
    reached: NDArray[np.int64]
    companies: NDArray[np.int64]
    units: NDArray[np.int64]
    score: NDArray[np.int64]
    near_provider: NDArray[np.int32]
    near_asset: NDArray[np.int32]
    near_ms: NDArray[np.int64]
    carrier: NDArray[np.int32]
    without_ms: NDArray[np.int64]

    @cached_property
    def target_at(self) -> dict[str, int]:
        """Return each target's place by its key."""
        return {key: at for at, key in enumerate(self.targets)}

    @cached_property
    def class_at(self) -> dict[str, int]:
        """Return each class's place by its code."""
        return {code: at for at, code in enumerate(self.classes)}

    def of_level(self, level: Level) -> NDArray[np.int64]:
        """Return the places of the targets of a level, in their order."""
        return np.flatnonzero(np.array([each == level for each in self.levels], dtype=np.bool_))

    def threshold_at(self, threshold_ms: int) -> int:
        """Return a threshold's place.

        Raises
        ------
        MatchingError
            It was not asked for.
        """
        try:
            return self.parameters.thresholds_ms.index(threshold_ms)
        except ValueError:
            raise MatchingError(
                "This threshold was not asked for",
                given=f"{threshold_ms:,} ms",
                wanted=", ".join(f"{ms:,} ms" for ms in self.parameters.thresholds_ms),
                todo="choose one of these, or work coverage out anew",
            ) from None

    def within(self, thresholds_ms: Sequence[int]) -> CoverageResult:
        """Return the same by some of its thresholds alone: what it would be if only these had been asked for.

        Raises
        ------
        MatchingError
            One of them was not asked for.
        """
        some = [self.threshold_at(ms) for ms in thresholds_ms]
        return replace(
            self,
            parameters=replace(self.parameters, thresholds_ms=tuple(thresholds_ms)),
            reached=np.ascontiguousarray(self.reached[..., some]),
            companies=np.ascontiguousarray(self.companies[..., some]),
            units=np.ascontiguousarray(self.units[..., some]),
        )

    def to_bytes(self) -> bytes:
        """Return the result as canonical bytes: JSON with sorted keys and whole numbers; equal results, equal bytes."""
        plain = {field.name: _plain(getattr(self, field.name)) for field in fields(self)}
        return json.dumps(
            plain | {"format": FORMAT}, sort_keys=True, separators=(",", ":"), ensure_ascii=False
        ).encode()

    @classmethod
    def from_bytes(cls, data: bytes) -> CoverageResult:
        """Return the result that `to_bytes` wrote.

        Raises
        ------
        MatchingError
            The bytes hold no result of this version.
        """
        try:
            kept = json.loads(data)
            if kept.pop("format") != FORMAT:
                raise ValueError("another version")  # noqa: TRY301 - worded below, with every other damage
            return cls(
                **{field.name: _read(field.name, field.type, kept[field.name]) for field in fields(cls)}
            )
        except (ValueError, KeyError, TypeError, AttributeError) as fault:
            if isinstance(fault, MatchingError):
                raise
            raise MatchingError(
                "A kept coverage cannot be read",
                given=f"{len(data):,} bytes: {fault}",
                wanted=f"a result of version {FORMAT}",
                todo="work coverage out anew",
            ) from fault


def _plain(value: object) -> object:
    if isinstance(value, CoverageParameters):
        return value.as_dict()
    if isinstance(value, np.ndarray):
        return {"shape": list(value.shape), "values": value.ravel().tolist()}
    return list(value) if isinstance(value, tuple) else value


def _read(name: str, kind: Any, value: Any) -> Any:  # noqa: ANN401 - as the fields have them
    if name == "parameters":
        return CoverageParameters.from_dict(value)
    if "NDArray" in cast("str", kind):
        number = np.int32 if "int32" in kind else np.int64
        return np.array(value["values"], dtype=number).reshape(value["shape"])
    return tuple(value) if isinstance(value, list) else value
