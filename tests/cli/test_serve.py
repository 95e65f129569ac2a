"""`merr serve` looks at what it is to serve before it says where the dashboard is."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress

import pytest

from cli.serve import prepare
from geo.errors import NetworkError
from registry.db.engine import session_scope
from registry.directory.roads import store_network
from registry.directory.source_tables import RoadNetworkPartRow
from registry.settings import CLONE, settings
from registry.trust.anchors import read
from registry.trust.events import record
from tests.registry.hand import road


@pytest.fixture
def known(clone, template, tmp_path, monkeypatch):
    """Return the settings of a server on a database of its own."""
    with clone(template) as url:
        monkeypatch.setenv("DATABASE_URL", url)
        monkeypatch.setenv("MERR_STATE_DIR", str(tmp_path))
        settings.cache_clear()
        yield settings()
        settings.cache_clear()


ONE_LOGIN = "The second wall is not up: merr is a superuser"


def test_roads_of_another_release_are_refused_before_anything_is_served(known):
    with session_scope(known.database_url) as session:
        content_hash = store_network(session, *road(37.2, "southern road"))
        part = session.get(RoadNetworkPartRow, (content_hash, 0))
        part.bytes = part.bytes.replace(b'"version":2', b'"version":1')
    with pytest.raises(NetworkError, match="another version") as refusal:
        prepare(known, [].append)
    assert "merr load roads" in refusal.value.todo


def test_roads_of_this_release_are_served_without_a_word_and_none_are_said(known):
    said = []
    prepare(known, said.append)
    assert [words.split(",")[0].split(".")[0] for words in said] == [ONE_LOGIN, "No roads are loaded yet"]
    with session_scope(known.database_url) as session:
        content_hash = store_network(session, *road(37.2, "southern road"))
    said.clear()
    prepare(known, said.append)
    assert len(said) == 1
    assert (known.cache_dir / f"network-{content_hash}.npz").is_file()


def test_by_the_web_applications_own_login_nothing_stands_open(known, monkeypatch, as_login):
    with session_scope(known.database_url) as session:
        store_network(session, *road(37.2, "southern road"))
    monkeypatch.setenv("MERR_DSN_WEB", as_login(known.database_url, "merr_web"))
    settings.cache_clear()
    prepare(settings(), pytest.fail)


def test_the_server_anchors_the_audit_when_it_starts_and_when_it_ends(known, as_login, tmp_path):
    with session_scope(known.database_url) as session:
        record(session, "sign_in")
    place = tmp_path / "anchors.jsonl"
    port = _free_port()
    server = _server(port, MERR_ANCHOR=str(place), MERR_DSN_WEB=as_login(known.database_url, "merr_web"))
    try:
        for _ in range(1200):
            if place.exists() and _answers(port):
                break
            time.sleep(0.1)
        assert server.poll() is None
        with session_scope(known.database_url) as session:
            record(session, "sign_out")
    finally:
        server.terminate()
        server.wait(timeout=120)
    assert [anchor.seq for anchor in read(place).anchors] == [1, 2]


@pytest.mark.usefixtures("known")
def test_the_server_ends_at_ctrl_c_which_a_terminal_sends_to_all_its_processes():
    port = _free_port()
    server = _server(port)
    try:
        for _ in range(1200):
            if _answers(port):
                break
            time.sleep(0.1)
        time.sleep(1)
        os.killpg(server.pid, signal.SIGINT)
        server.wait(timeout=120)
    finally:
        with suppress(ProcessLookupError):
            os.killpg(server.pid, signal.SIGKILL)


def _free_port():
    with socket.create_server(("127.0.0.1", 0)) as free:
        return free.getsockname()[1]


def _server(port, **environment):
    """Return the program that serves, with the processes it starts in a group of their own."""
    program = "import sys; sys.argv[0] = 'merr'; from cli.main import app; app()"
    return subprocess.Popen(
        [sys.executable, "-c", program, "serve", "--port", str(port)],
        cwd=CLONE,
        env={**os.environ, **environment},
        start_new_session=True,
    )


def _answers(port):
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", port)) == 0
