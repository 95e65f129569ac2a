"""Anchors: the head of the audit, outside the database."""

from __future__ import annotations

import logging
import socket
import stat
import time
from datetime import UTC, datetime, timedelta

import pytest

from registry.db.engine import session_scope
from registry.errors import RegistryError
from registry.trust import anchors
from registry.trust.anchor_lines import anchor_of, line_of
from registry.trust.anchors import Anchorer, anchor_now, default_place, read, write
from registry.trust.chain import Anchor
from registry.trust.events import record
from registry.trust.ledger import verify_events

ONE = Anchor(17, bytes(range(32)), datetime(2026, 11, 22, 17, 0, 0, 123456, tzinfo=UTC))
TWO = Anchor(18, bytes(range(1, 33)), datetime(2026, 11, 22, 17, 1, tzinfo=UTC))


def record_one(url):
    with session_scope(url) as session:
        return record(session, "sign_in")


def test_anchors_are_appended_to_a_file_of_its_owner_alone(tmp_path):
    place = tmp_path / "far" / "off" / "anchors.jsonl"
    write(ONE, place)
    write(TWO, place)
    assert read(place).anchors == (ONE, TWO)
    assert read(place).passed_over == 0
    assert stat.S_IMODE(place.stat().st_mode) == 0o600
    assert place.read_text() == f"{line_of(ONE)}\n{line_of(TWO)}\n"


def test_a_line_that_was_cut_spoils_no_other(tmp_path):
    place = tmp_path / "anchors.jsonl"
    write(ONE, place)
    with place.open("a") as file:
        file.write(line_of(TWO)[:40])
    write(TWO, place)
    assert read(place).anchors == (ONE, TWO)
    assert read(place).passed_over == 1


def test_a_file_without_anchors_is_refused(tmp_path):
    (tmp_path / "other").write_text("nothing\n")
    for path in (tmp_path / "none", tmp_path / "other", tmp_path):
        with pytest.raises(RegistryError, match="There are no anchors") as refusal:
            read(path)
        assert str(path) in refusal.value.given


def test_syslog_gets_the_line_behind_a_name(tmp_path, monkeypatch):
    address = str(tmp_path / "log")
    monkeypatch.setattr(anchors, "SYSLOG_SOCKET", address)
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as daemon:
        daemon.bind(address)
        write(ONE, "syslog")
        message = daemon.recv(4096).decode()
    assert message.startswith("<85>merr-audit[")  # authpriv, notice
    assert anchor_of(message) == ONE


def test_a_machine_without_syslog_is_told_so(tmp_path, monkeypatch):
    monkeypatch.setattr(anchors, "SYSLOG_SOCKET", str(tmp_path / "none"))
    with pytest.raises(RegistryError, match="No syslog takes the anchor") as refusal:
        write(ONE, "syslog")
    assert "MERR_ANCHOR" in refusal.value.todo


def test_each_database_has_a_file_of_its_own_whatever_login_is_used(tmp_path):
    web, audit, other, elsewhere, socketed = (
        default_place(url, tmp_path)
        for url in (
            "postgresql+psycopg://merr_web:secret@db:5432/merr",
            "postgresql+psycopg://merr_audit@db:5432/merr",
            "postgresql+psycopg://merr_audit@db:5432/other",
            "postgresql+psycopg://merr_audit@db2:5432/merr",
            "postgresql+psycopg://merr_audit@/merr?host=/run/x",
        )
    )
    assert web == audit
    assert len({web, other, elsewhere, socketed}) == 4
    assert web.parent == tmp_path / "anchors"
    assert web.name.startswith("merr-")


def test_nothing_recorded_and_nothing_new_write_no_line(database_url, tmp_path):
    place = tmp_path / "anchors.jsonl"
    assert anchor_now(database_url, place) is None
    assert not place.exists()
    seq = record_one(database_url)
    first = anchor_now(database_url, place)
    assert first.seq == seq
    assert abs(first.at - datetime.now(UTC)) < timedelta(minutes=5)
    assert anchor_now(database_url, place, first) is not None
    assert read(place).anchors == (first,)
    record_one(database_url)
    second = anchor_now(database_url, place, first)
    assert read(place).anchors == (first, second)
    with session_scope(database_url, snapshot=True) as session:
        assert verify_events(session, read(place).anchors).intact


def _until(said):
    for _ in range(12_000):
        if said():
            return
        time.sleep(0.01)
    pytest.fail("it did not come about in two minutes")


def test_a_server_anchors_at_its_start_at_intervals_and_at_its_end(database_url, tmp_path):
    place = tmp_path / "anchors.jsonl"
    record_one(database_url)
    with Anchorer(database_url, place, interval_s=0.01):
        _until(place.exists)
        record_one(database_url)
        _until(lambda: len(read(place).anchors) == 2)
    with Anchorer(database_url, place, interval_s=3600):
        _until(lambda: len(read(place).anchors) == 3)  # a new process says once more where it begins
        record_one(database_url)
    assert [anchor.seq for anchor in read(place).anchors] == [1, 2, 2, 3]


def test_trouble_is_told_once_and_anchoring_goes_on_when_it_is_over(database_url, tmp_path, caplog):
    folder = tmp_path / "folder"
    folder.write_text("a file where a folder should be")
    record_one(database_url)
    anchorer = Anchorer(database_url, folder / "anchors.jsonl", interval_s=0.01)
    with caplog.at_level(logging.WARNING), anchorer:
        _until(lambda: anchorer.trouble)
        time.sleep(0.1)
        folder.unlink()
        _until(lambda: not anchorer.trouble)
    assert [record.levelname for record in caplog.records] == ["ERROR", "WARNING"]
    assert "not anchored" in caplog.messages[0]
    assert "anchored again" in caplog.messages[1]
    assert [anchor.seq for anchor in read(folder / "anchors.jsonl").anchors] == [1]


def test_a_fault_of_ours_does_not_end_the_thread_unseen(database_url, tmp_path, monkeypatch, caplog):
    def fail(*_):
        raise KeyError("surprise")

    monkeypatch.setattr(anchors, "anchor_now", fail)
    with Anchorer(database_url, tmp_path / "anchors.jsonl", interval_s=3600) as anchorer:
        pass
    assert anchorer.trouble == "KeyError: 'surprise'"
    assert len(caplog.records) == 1
