"""The chain in the database, rebuilt in Python: whole while nobody tampers, and never whole when somebody did."""

from __future__ import annotations

from collections import Counter

import pytest
from sqlalchemy import text

from registry.trust.events import record
from registry.trust.ledger import head_now, verify_events
from tests.registry.trust.tampering import REBUILD, disarm, fill, seeded, state, tamper

EVENTS = 40


def found(session, anchors, seeds):
    """Return each tampering with whether the chain alone, and the chain with its anchors, showed it."""
    disarm(session)
    last, before = anchors[-1].seq, state(session)
    for seed in seeds:
        with session.begin_nested() as undone:
            what = tamper(session, seed, last)
            assert state(session) != before, what  # one that does nothing would prove nothing
            yield seed, what, not verify_events(session).intact, not verify_events(session, anchors).intact
            undone.rollback()
    assert verify_events(session, anchors).intact  # each was undone: none was found for what another did


def check(session, seeds):
    anchors = fill(session, EVENTS, seeded(7))[:3]
    missed, alone, kinds = [], 0, Counter()
    for seed, what, by_chain, by_anchor in found(session, anchors, seeds):
        kinds[what.split()[0].strip(",") + (", rebuilt" if "rebuilt" in what else "")] += 1
        alone += by_chain
        if not by_anchor:
            missed.append((seed, what))
    assert missed == []
    return kinds, alone


def test_tampering_with_what_an_anchor_vouches_for_is_always_found(session):
    kinds, alone = check(session, range(60))
    assert len(kinds) >= 8
    assert 0 < alone < 60  # a chain that was rebuilt whole says nothing by itself


@pytest.mark.proof
def test_a_thousand_tamperings_are_found_each_one(session, record_property):
    kinds, alone = check(session, range(1000, 2000))
    assert sum(kinds.values()) == 1000
    record_property("found without an anchor", alone)
    record_property("kinds", str(dict(kinds)))


def test_a_chain_nobody_touched_is_whole_with_and_without_anchors(session):
    anchors = fill(session, EVENTS, seeded(8))
    for given in ([], anchors, anchors[::-1], anchors + anchors):
        verdict = verify_events(session, given)
        assert verdict.intact
        assert (verdict.events, verdict.anchors) == (EVENTS, len(given))
    record(session, "sign_out")
    later = verify_events(session, anchors)
    assert (later.intact, later.events, later.anchored) == (True, EVENTS + 1, EVENTS)


def test_an_empty_audit_is_whole_and_has_nothing_to_anchor(session):
    verdict = verify_events(session)
    assert (verdict.intact, verdict.events, verdict.anchored) == (True, 0, 0)
    assert head_now(session) is None


def test_what_was_recorded_after_the_last_anchor_can_be_rewritten_unseen(session):
    # Not a promise but its limit, which docs/security.md states.
    anchors = fill(session, EVENTS, seeded(9))[:3]
    disarm(session)
    session.execute(
        text("UPDATE trust.events SET purpose = 'another' WHERE seq > :seq"), {"seq": anchors[-1].seq}
    )
    session.execute(text(REBUILD))
    assert verify_events(session, anchors).intact


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE trust.events SET at = 'infinity' WHERE seq = 5",
        "UPDATE trust.events SET at = NULL WHERE seq = 5",
        "UPDATE trust.events SET at = '4000-01-01 BC' WHERE seq = 5",
        "UPDATE trust.events SET seq = NULL WHERE seq = 5",
        "UPDATE trust.events SET hash = NULL WHERE seq = 5",
        "UPDATE trust.events SET prev_hash = NULL, purpose = NULL WHERE seq = 5",
        "UPDATE trust.events SET hash = '' WHERE seq = 40",
        "UPDATE trust.events SET seq = 9223372036854775807 WHERE seq = 40",
        "DELETE FROM trust.head",
        "INSERT INTO trust.events SELECT * FROM trust.events WHERE seq = 5",
    ],
)
def test_values_that_no_event_can_have_are_found_and_stop_nothing(session, statement):
    fill(session, EVENTS, seeded(10))
    disarm(session)
    for column in ("seq", "at", "prev_hash", "hash", "purpose"):
        session.execute(text(f"ALTER TABLE trust.events ALTER {column} DROP NOT NULL"))
    session.execute(text("ALTER TABLE trust.events DROP CONSTRAINT ck_events_hashes_are_sha256"))
    session.execute(text(statement))
    assert verify_events(session).broken is not None
