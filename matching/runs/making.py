"""Runs made and made again: what stands is frozen, a recipe computes, inputs and result are kept."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from geo.errors import NetworkError
from matching.atlas import atlas, atlas_on
from matching.questions import canonical
from matching.runs.baseline import Asked, Baseline, quiet
from matching.runs.ground import ground_hash
from matching.runs.recipes import compute
from matching.runs.version import code_version
from registry.errors import RegistryError
from registry.runs.packing import hash_of
from registry.runs.snapshots import freeze, load_snapshot
from registry.runs.store import latest_alike, record_run, require_make
from registry.trust.aliases import alias_key

if TYPE_CHECKING:
    from collections.abc import Collection

    from matching.atlas import Atlas
    from matching.runs.baseline import Step
    from registry.db.engine import Session
    from registry.people.principal import Principal
    from registry.runs.snapshots import Snapshot
    from registry.runs.store import Run


@dataclass(frozen=True)
class Replay:
    """A run computed again.

    Parameters
    ----------
    same
        Whether the bytes are those that were kept.
    differences
        Which inputs are not what they were, in sentences; without any, and with other bytes, what that means.
    result
        What was computed now; None where an input is not there any more.
    """

    same: bool
    differences: tuple[str, ...]
    result: bytes | None


def baseline(
    session: Session, *, snapshot: Snapshot | None = None, network_hash: str | None = None
) -> Baseline:
    """Return what recipes compute from.

    Parameters
    ----------
    snapshot
        The directory as it stood; None freezes it now, in this transaction.
    network_hash
        The roads; None for those in use.

    Raises
    ------
    RegistryError
        No roads or no counties are loaded, or no such roads are stored.
    NetworkError
        The stored roads cannot be read.
    """
    known = atlas(session) if network_hash is None else atlas_on(session, network_hash)
    frozen = snapshot or freeze(session)
    return Baseline(known, frozen.content_hash, frozen.listings, frozen.taxonomy, alias_key(session))


def make(
    session: Session,
    principal: Principal,
    asked: Asked,
    *,
    counties: Collection[str],
    label: str = "",
    parent_id: str | None = None,
    on: Baseline | None = None,
) -> tuple[Run, bytes]:
    """Return a run, computed here and kept in this transaction, and its result.

    For what takes less than two seconds; everything longer is a job (`registry.jobs`).

    Parameters
    ----------
    asked
        Of which recipe, and what.
    counties
        What it is about, by FIPS code: who has one of them may make and read it.
    label, parent_id
        What whoever asks calls it, and the run it follows from.
    on
        What to compute from, its snapshot stored; None for things as they stand now.

    Raises
    ------
    AccessError
        The account may not make such a run there.
    Refusal
        The recipe cannot use what is asked.
    """
    require_make(principal, asked.kind, counties)
    plain = as_kept(asked)
    base = on or baseline(session)
    result = compute(base, plain)
    return keep(
        session, principal, plain, base, result, counties=counties, label=label, parent_id=parent_id
    ), result


def keep(
    session: Session,
    principal: Principal,
    asked: Asked,
    base: Baseline,
    result: bytes,
    *,
    counties: Collection[str],
    label: str = "",
    parent_id: str | None = None,
    job_id: str | None = None,
) -> Run:
    """Return the run of a result that was computed from a baseline, kept in this transaction.

    Raises
    ------
    AccessError
        The account may not make such a run there.
    """
    return record_run(
        session,
        principal,
        kind=asked.kind,
        snapshot_hash=base.snapshot_hash,
        network_hash=base.network_hash,
        ground_hash=ground_hash(base.known),
        patch=asked.patch,
        parameters=asked.parameters,
        code_version=code_version(),
        seed=asked.seed,
        result=result,
        counties=counties,
        label=label,
        parent_id=parent_id,
        job_id=job_id,
    )


def latest_of_now(
    session: Session, asked: Asked, known: Atlas, snapshot_hash: str
) -> tuple[Run, bytes] | None:
    """Return the latest run of what is asked, computed by this code from these inputs, and its result; None without one.

    For whoever may have it computed here: as `registry.runs.store.latest_alike` says.

    Parameters
    ----------
    known
        The roads, counties and vehicles it must be of.
    snapshot_hash
        The directory it must be of.
    """
    return latest_alike(
        session,
        kind=asked.kind,
        parameters=asked.parameters,
        patch=asked.patch,
        snapshot_hash=snapshot_hash,
        network_hash=known.network.content_hash,
        ground_hash=ground_hash(known),
        code_version=code_version(),
    )


def as_kept(asked: Asked) -> Asked:
    """Return what is asked as it is read back from a run: plain JSON, so that a replay computes from the very same."""
    return replace(
        asked,
        parameters=json.loads(canonical(dict(asked.parameters))),
        patch=None if asked.patch is None else json.loads(canonical(dict(asked.patch))),
    )


def replay(session: Session, run: Run, step: Step = quiet) -> Replay:
    """Return what a run gives when it is computed again from its own inputs, and whether the bytes are the same.

    Whatever is not as it was is named, also where the result is the same.
    """
    changed = _code(run)
    try:
        snapshot = load_snapshot(session, run.snapshot_hash)
        base = baseline(session, snapshot=snapshot, network_hash=run.network_hash)
    except (NetworkError, RegistryError) as gone:
        return Replay(same=False, differences=(*changed, f"{gone.title}: {gone.given}"), result=None)
    changed += _ground(run, base)
    result = compute(base, Asked(run.kind, run.parameters, run.patch, run.seed), step)
    same = hash_of(result) == run.result_hash
    if not same and not changed:
        changed = ("No recorded input has changed, yet the bytes are others: the recipe is not repeatable",)
    return Replay(same, changed, result)


def _code(run: Run) -> tuple[str, ...]:
    now = code_version()
    return () if now == run.code_version else (f"The code was {run.code_version}; here it is {now}",)


def _ground(run: Run, base: Baseline) -> tuple[str, ...]:
    now = ground_hash(base.known)
    if now == run.ground_hash:
        return ()
    return (
        f"Counties, people, vehicles or ZIP points were {run.ground_hash[:12]}; here they are {now[:12]}",
    )
