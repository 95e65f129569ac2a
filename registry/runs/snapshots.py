"""The directory as it stands, frozen: the same listings and kinds are the same bytes, stored once under their hash."""

from __future__ import annotations

import json
import threading
from collections import OrderedDict
from dataclasses import asdict, dataclass, fields
from datetime import date
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from registry.directory.kinds import Attribute, Kind, Taxonomy
from registry.directory.listing import Listing
from registry.directory.reference import kinds
from registry.directory.store import listings
from registry.errors import NotThereError
from registry.runs.packing import hash_of, packed, unpacked
from registry.runs.tables import SnapshotRow

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sqlalchemy.orm import Session

_SEEN: Final = {"name_closed", "point_of"}
"""What a listing says of how it is seen, not of what it is."""

_FIELDS: Final = tuple(field.name for field in fields(Listing) if field.name not in _SEEN)
_PLACE = {name: place for place, name in enumerate(_FIELDS)}

_KEPT: Final = 4
"""Snapshots kept in memory, read: two that are compared, and their baselines."""

_in_memory: OrderedDict[str, Snapshot] = OrderedDict()
_lock = threading.Lock()


@dataclass(frozen=True, eq=False)
class Snapshot:
    """The directory as it stood at one moment.

    Parameters
    ----------
    content_hash
        SHA-256 of its canonical bytes, 64 hexadecimal digits: equal directories have equal hashes.
    listings
        Every asset, by its id; nothing of what is protected.
    taxonomy
        The kinds and attributes.
    """

    content_hash: str
    listings: tuple[Listing, ...]
    taxonomy: Taxonomy


def freeze(session: Session) -> Snapshot:
    """Return the directory as it stands now, stored unless it is there already.

    It is stored in this transaction, so nothing refers to a snapshot that was rolled back.
    """
    made, plain = _made(listings(session), kinds(session))
    row = {"content_hash": made.content_hash, "listings": len(made.listings)}
    there = select(SnapshotRow.content_hash).where(SnapshotRow.content_hash == made.content_hash)
    if session.scalar(there) is None:
        session.execute(insert(SnapshotRow).values(**row, bytes=packed(plain)).on_conflict_do_nothing())
    return _remembered(made)


def snapshot_now(session: Session) -> Snapshot:
    """Return the directory as it stands now; nothing is stored."""
    return snapshot_of(listings(session), kinds(session))


def snapshot_of(rows: Iterable[Listing], taxonomy: Taxonomy) -> Snapshot:
    """Return a snapshot of listings that need not be in any database; nothing is stored."""
    return _made(rows, taxonomy)[0]


def load_snapshot(session: Session, content_hash: str) -> Snapshot:
    """Return a stored snapshot.

    Raises
    ------
    NotThereError
        There is none of that hash.
    RunError
        Its bytes are not those that were stored.
    """
    with _lock:
        if content_hash in _in_memory:
            _in_memory.move_to_end(content_hash)
            return _in_memory[content_hash]
    stored = session.scalar(select(SnapshotRow.bytes).where(SnapshotRow.content_hash == content_hash))
    if stored is None:
        raise NotThereError(
            "There is no such snapshot of the directory",
            given=repr(content_hash[:64]),
            wanted="the hash of a stored snapshot",
            todo="take the hash from a run of `merr run list`",
        )
    return _remembered(_read(unpacked(bytes(stored), content_hash, "snapshot"), content_hash))


def _made(rows: Iterable[Listing], taxonomy: Taxonomy) -> tuple[Snapshot, bytes]:
    ordered = tuple(sorted(rows, key=attrgetter("asset_id")))
    plain = _bytes(ordered, taxonomy)
    return Snapshot(hash_of(plain), ordered, taxonomy), plain


def _remembered(snapshot: Snapshot) -> Snapshot:
    with _lock:
        kept = _in_memory.setdefault(snapshot.content_hash, snapshot)
        _in_memory.move_to_end(snapshot.content_hash)
        while len(_in_memory) > _KEPT:
            _in_memory.popitem(last=False)
    return kept


def _bytes(rows: Iterable[Listing], taxonomy: Taxonomy) -> bytes:
    """Return listings and kinds as canonical JSON: a row is its values in the order of the fields' names that lead."""
    values = attrgetter(*_FIELDS)
    whole = {
        "attributes": [asdict(attribute) for _, attribute in sorted(taxonomy.attributes.items())],
        "fields": _FIELDS,
        "kinds": [asdict(kind) for _, kind in sorted(taxonomy.kinds.items())],
        "listings": [_row(values(row)) for row in rows],
    }
    text = json.dumps(whole, sort_keys=True, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return f"{text}\n".encode()


def _row(values: tuple[Any, ...]) -> list[Any]:
    row = list(values)
    confirmed, access_m = _PLACE["confirmed_on"], _PLACE["access_m"]
    row[confirmed] = row[confirmed] and row[confirmed].isoformat()
    row[access_m] = None if row[access_m] == float("inf") else row[access_m]  # JSON has no infinity
    return row


def _read(plain: bytes, content_hash: str) -> Snapshot:
    whole = json.loads(plain)
    names = whole["fields"]
    return Snapshot(
        content_hash=content_hash,
        listings=tuple(_listing(dict(zip(names, row, strict=True))) for row in whole["listings"]),
        taxonomy=_taxonomy(whole),
    )


def _listing(told: dict[str, Any]) -> Listing:
    """Return a listing; a field that an earlier release did not know has its default, one no longer known is passed over."""
    told["confirmed_on"] = told["confirmed_on"] and date.fromisoformat(told["confirmed_on"])
    told["access_m"] = float("inf") if told["access_m"] is None else told["access_m"]
    return Listing(**{name: value for name, value in told.items() if name in _PLACE})


def _taxonomy(whole: Mapping[str, Any]) -> Taxonomy:
    def read(rows: Iterable[Mapping[str, Any]]) -> Iterable[dict[str, Any]]:
        lists_to_tuples = (
            {name: tuple(value) if isinstance(value, list) else value for name, value in row.items()}
            for row in rows
        )
        yield from lists_to_tuples

    kinds_there = {row["code"]: Kind(**row) for row in read(whole["kinds"])}
    attributes = {row["code"]: Attribute(**row) for row in read(whole["attributes"])}
    return Taxonomy(kinds_there, attributes)
