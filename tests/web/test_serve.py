"""`merr serve`: what it refuses before it starts anything."""

from __future__ import annotations

import socket
from contextlib import closing

import pytest
from typer.testing import CliRunner

from cli.main import commands
from web.errors import WebError


class NeverStarted:
    def __init__(self, *_said, **_named):
        pytest.fail("the server was started")


@pytest.fixture(autouse=True)
def no_server(monkeypatch):
    monkeypatch.setattr("granian.Granian", NeverStarted)


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.7"])  # noqa: S104 - refused
def test_an_address_that_others_can_reach_is_refused(host):
    result = CliRunner().invoke(commands, ["serve", "--host", host])
    assert isinstance(result.exception, WebError)
    assert "127.0.0.1" in result.exception.wanted


def test_a_certificate_without_its_key_is_refused():
    result = CliRunner().invoke(commands, ["serve", "--tls-cert", "cert.pem"])
    assert isinstance(result.exception, WebError)
    assert "--tls-key" in result.exception.todo


def test_a_certificate_that_cannot_be_read_is_refused(tmp_path):
    paths = [str(tmp_path / name) for name in ("cert.pem", "key.pem")]
    result = CliRunner().invoke(commands, ["serve", "--tls-cert", paths[0], "--tls-key", paths[1]])
    assert isinstance(result.exception, WebError)
    assert paths[0] in result.exception.given


def test_a_busy_port_is_refused_and_another_is_named():
    with closing(socket.socket()) as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        port = busy.getsockname()[1]
        result = CliRunner().invoke(commands, ["serve", "--port", str(port)])
    assert isinstance(result.exception, WebError)
    assert str(port + 1) in result.exception.todo
