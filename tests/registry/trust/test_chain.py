"""The chain by itself: what its hashes are made of, and what is found where, without a database."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime

import pytest

from registry.trust.chain import BEFORE_THE_FIRST, Anchor, Fault, Head, Link, digest, verify

AT = datetime(2026, 11, 22, 17, 0, 5, tzinfo=UTC)
BLANK = Link(1, 0, *[None] * 12)


def chain(count):
    """Return events that follow from each other, and their head."""
    links, before = [], BEFORE_THE_FIRST
    for seq in range(1, count + 1):
        link = BLANK._replace(seq=seq, at=seq * 1000, purpose=f"purpose {seq}", prev_hash=before)
        before = digest(link, before)
        links.append(link._replace(hash=before))
    return links, Head(count, before)


def anchors_of(links, *seqs):
    return [Anchor(seq, links[seq - 1].hash, AT) for seq in seqs]


def changed(links, seq, **columns):
    return [link._replace(**columns) if link.seq == seq else link for link in links]


def test_a_hash_is_what_the_documents_say_by_hand():
    link = Link(
        7, -5, "web", "", None, "ü", "look", "i", "p", "d", "why", "{}", prev_hash=b"\1" * 32, hash=None
    )
    by_hand = (
        b"\1" * 32
        + bytes([0, 0, 0, 0, 0, 0, 0, 7])
        + bytes([255, 255, 255, 255, 255, 255, 255, 251])
        + b"\1\0\0\0\3web"
        + b"\1\0\0\0\0"
        + b"\0"
        + b"\1\0\0\0\2\xc3\xbc"
        + b"\1\0\0\0\4look"
        + b"\1\0\0\0\1i"
        + b"\1\0\0\0\1p"
        + b"\1\0\0\0\1d"
        + b"\1\0\0\0\3why"
        + b"\1\0\0\0\2{}"
    )
    assert digest(link, b"\1" * 32) == hashlib.sha256(by_hand).digest()
    assert bytes(32) == BEFORE_THE_FIRST


def test_words_that_move_from_one_column_to_the_next_give_another_hash():
    whole = BLANK._replace(login="ab", account_id="c")
    assert len({
        digest(link, BEFORE_THE_FIRST)
        for link in (
            whole,
            whole._replace(login="a", account_id="bc"),
            whole._replace(login="abc", account_id=""),
            whole._replace(login="abc", account_id=None),
            whole._replace(login="", account_id="abc"),
            whole._replace(login=None, account_id="abc"),
            whole._replace(account_id=None, session_id="c"),
        )
    }) == 7  # fmt: skip


def test_a_whole_chain_is_whole_and_says_what_was_read():
    links, head = chain(5)
    verdict = verify(iter(links), head, iter(anchors_of(links, 4, 2)))
    assert verdict.intact
    assert (verdict.events, verdict.anchors, verdict.anchored) == (5, 2, 4)
    assert verify(links, head).anchored == 0
    assert verify([], Head(0, BEFORE_THE_FIRST)).intact


@pytest.mark.parametrize("column", Link._fields[1:-2])
@pytest.mark.parametrize("seq", [1, 3, 5])
def test_each_column_of_each_event_counts(column, seq):
    links, head = chain(5)
    tampered = changed(links, seq, **{column: 77 if column == "at" else "another"})
    verdict = verify(tampered, head)
    assert verdict.broken == Fault(seq, f"event {seq} is not what was recorded")
    assert not verdict.intact


def test_a_hash_that_was_changed_is_found_in_its_event():
    links, head = chain(5)
    assert verify(changed(links, 3, hash=bytes(32)), head).broken == Fault(
        3, "event 3 is not what was recorded"
    )
    assert verify(changed(links, 3, hash=None), head).broken == Fault(3, "event 3 is not what was recorded")
    tampered = changed(links, 3, purpose="another")
    fitting = digest(tampered[2], tampered[2].prev_hash)
    assert verify(changed(tampered, 3, hash=fitting), head).broken == Fault(
        4, "event 4 does not follow from the one before it"
    )


@pytest.mark.parametrize("before", [None, bytes(32), b""])
def test_an_event_that_names_another_one_before_it_is_found(before):
    links, head = chain(5)
    verdict = verify(changed(links, 2, prev_hash=before), head)
    assert verdict.broken == Fault(2, "event 2 does not follow from the one before it")


def test_the_first_event_follows_from_nothing():
    links, head = chain(2)
    assert verify(changed(links, 1, prev_hash=b"\1" * 32), head).broken.seq == 1


def test_a_gap_a_double_and_a_number_below_one_are_found_first():
    links, head = chain(5)
    assert verify(links[:1] + links[3:], head).broken == Fault(2, "event 2 is missing")
    assert verify(links[1:], head).broken == Fault(1, "event 1 is missing")
    assert verify(links[:3] + links[2:], head).broken == Fault(3, "event 3 stands where event 4 should")
    odd = [BLANK._replace(seq=0), *links]
    assert verify(odd, head).broken == Fault(0, "event 0 stands where event 1 should")


def test_only_the_first_break_is_told():
    links, head = chain(5)
    verdict = verify(changed(changed(links, 4, login="x"), 2, login="x"), head)
    assert verdict.broken.seq == 2


def test_the_head_must_be_the_last_event():
    links, head = chain(5)
    for end, fault in (
        (None, Fault(5, "the chain's head is gone")),
        (Head(7, head.hash), Fault(6, "event 6 is missing: the chain ends at event 7")),
        (Head(4, links[3].hash), Fault(5, "event 5 was added past the chain's head")),
        (Head(5, bytes(32)), Fault(5, "the chain's head is not event 5")),
    ):
        verdict = verify(links, end)
        assert verdict.broken == fault
        assert not verdict.intact
    assert verify([], Head(2, head.hash)).broken == Fault(1, "event 1 is missing: the chain ends at event 2")
    assert verify([], Head(0, b"\1" * 32)).broken == Fault(0, "the chain's head is not event 0")


def test_an_anchor_knows_a_chain_that_was_made_anew():
    links, _ = chain(5)
    anchors = anchors_of(links, 2, 4)
    forged, before = [], BEFORE_THE_FIRST
    for link in links:
        other = link._replace(login="forged" if link.seq == 3 else link.login, prev_hash=before)
        before = digest(other, before)
        forged.append(other._replace(hash=before))
    verdict = verify(forged, Head(5, before), anchors)
    assert verdict.broken is None
    assert not verdict.intact
    assert verdict.contradicted == Fault(
        4, "event 4, which the anchor of 2026-11-22 17:00:05 UTC knows, is another one now"
    )
    assert verify(forged, Head(5, before), anchors[:1]).intact


def test_an_anchor_knows_an_event_that_is_gone():
    links, _ = chain(5)
    anchors = anchors_of(links, 1, 3, 5)
    words = "event 5, which the anchor of 2026-11-22 17:00:05 UTC knows, is not there"
    cut = verify(links[:4], Head(4, links[3].hash), anchors)
    assert (cut.broken, cut.contradicted) == (None, Fault(5, words))
    assert (cut.events, cut.anchors, cut.anchored) == (4, 3, 5)
    assert verify([], Head(0, BEFORE_THE_FIRST), anchors).contradicted.seq == 1
    gap = verify(links[:2] + links[3:], None, anchors)
    assert gap.contradicted == Fault(3, words.replace("event 5", "event 3"))


def test_the_first_contradiction_is_told_whatever_the_order_of_the_anchors():
    links, head = chain(5)
    wrong = [Anchor(4, bytes(32), AT), Anchor(2, bytes(32), AT), *anchors_of(links, 1, 3, 5)]
    for anchors in (wrong, wrong[::-1]):
        assert verify(links, head, anchors).contradicted.seq == 2


def test_two_anchors_of_one_event_cannot_both_be_right():
    links, head = chain(3)
    for second in (
        [*anchors_of(links, 2), Anchor(2, bytes(32), AT)],
        [Anchor(2, bytes(32), AT), *anchors_of(links, 2)],
    ):
        assert verify(links, head, second).contradicted.seq == 2


def test_events_are_read_one_by_one():
    links, head = chain(50)
    alive = []

    def one_by_one():
        for link in links:
            alive.append(link.seq)
            yield link

    assert verify(one_by_one(), head).events == len(alive) == 50
