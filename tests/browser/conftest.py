"""The real server on a free loopback port, on a clone of the demo registry, and Chromium in front of it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright
from sqlalchemy import make_url, text

from geo.areas import area_from_wkt
from registry.db.engine import session_scope
from registry.directory.showing import SHOWN
from registry.incidents.store import save_incident
from registry.settings import settings
from registry.trust import events
from tests.browser.steps import PATIENCE_S, ranked

ROOT = Path(__file__).resolve().parent.parent.parent
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
START = "from cli.serve import serve; serve(port={port})"
COLUMBIA_WKT = "POLYGON((-92.6 38.8,-92.1 38.8,-92.1 39.1,-92.6 39.1,-92.6 38.8))"


def pytest_collection_modifyitems(items):
    for item in items:
        if "tests/browser/" in item.nodeid or Path(str(item.fspath)).parent.name == "browser":
            item.add_marker(pytest.mark.browser)


def free_port():
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="session")
def registry_url(clone, demo_template):
    """Yield the database of the served registry, whose companies all let their names and places be seen.

    So rows and marks are as exact as the tests of the map and the list want them; what is closed has tests of its own.
    """
    with clone(demo_template) as url:
        with session_scope(url) as session:
            session.execute(text("UPDATE registry.providers SET shows_name = true, shows_place = 'exact'"))
        yield url


@pytest.fixture
def names_closed(registry_url):
    """Close every company's name and place while a test runs, as they are unless a company allows more."""
    _let_see(registry_url, name=False, place="no")
    yield
    _let_see(registry_url, name=True, place="exact")


def _let_see(url, *, name, place):
    """Change what is seen of every company, and record it: answers that the server keeps are of before."""
    with session_scope(url) as session:
        session.execute(
            text("UPDATE registry.providers SET shows_name = :name, shows_place = :place"),
            {"name": name, "place": place},
        )
        events.record(session, SHOWN)


@pytest.fixture(scope="session")
def sealed(tmp_path_factory):
    """Return the key that second factors are sealed with, for the server and for tests that make some."""
    path = tmp_path_factory.mktemp("keys") / "sealing.key"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MERR_SEALING_KEY", str(path))
        settings.cache_clear()
        yield path
    settings.cache_clear()


@pytest.fixture(scope="session")
def server(registry_url, sealed, tmp_path_factory):
    """Yield the address of the dashboard, served by its own process on a registry of its own."""
    with serving(registry_url, sealed, tmp_path_factory.mktemp("server") / "log") as address:
        yield address


@contextmanager
def serving(registry_url, sealed, log, *, before=""):
    """Yield the address of a dashboard whose process does something before it serves."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    with log.open("wb") as written:
        by_web = make_url(registry_url).set(username="merr_web").render_as_string(hide_password=False)
        environment = {
            **os.environ,
            "MERR_SEALING_KEY": str(sealed),
            "DATABASE_URL": registry_url,
            "MERR_DSN_WEB": by_web,
            "PYTHONPATH": str(ROOT),
        }
        process = subprocess.Popen(
            [sys.executable, "-c", before + START.format(port=port)],
            cwd=ROOT,
            env=environment,
            stdout=written,
            stderr=subprocess.STDOUT,
        )
        try:
            _wait_for(address, process, log)
            yield address
        finally:
            process.terminate()
            with suppress(subprocess.TimeoutExpired):
                process.wait(PATIENCE_S)
            if process.poll() is None:
                process.kill()
                process.wait(PATIENCE_S)


def _wait_for(address, process, log):
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        assert process.poll() is None, log.read_text()
        with suppress(OSError), urllib.request.urlopen(f"{address}/health", timeout=2) as answer:  # noqa: S310
            if answer.status == 200:
                return
        time.sleep(0.2)
    pytest.fail(f"the server at {address} was not ready within {PATIENCE_S} s")


@pytest.fixture(scope="session")
def chromium():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def seen():
    """Return what a page did that it must not: console faults, requests elsewhere, answers of 400 and more."""
    return []


@pytest.fixture(scope="session")
def window(chromium, server, registry_url, signed_in):
    """Yield one window of a planner for all tests, so that the page's scripts are read once."""
    context = chromium.new_context(reduced_motion="reduce", accept_downloads=True)
    context.add_cookies([signed_in(registry_url, "planner").cookie(server)])
    context.set_default_timeout(PATIENCE_S * 1000)
    yield context
    context.close()


@pytest.fixture
def open_page(window, server, seen):
    """Return a function that opens an address of the dashboard in a tab of its own."""
    pages = []

    def opened(path="/", *, width=1440, height=900, dark=False):
        page = window.new_page()
        pages.append(page)
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(color_scheme="dark" if dark else "light", reduced_motion="reduce")
        watch(page, server, seen)
        page.goto(f"{server}{path}", wait_until="commit")
        return page

    yield opened
    for page in pages:
        page.close()


@pytest.fixture
def columbia(registry_url):
    """Return the address of an incident saved for this test: 40 generators to Columbia within three hours."""
    now = datetime.now(UTC)
    with session_scope(registry_url) as session:
        made = save_incident(
            session,
            name="Columbia",
            kind="tornado",
            area=area_from_wkt(COLUMBIA_WKT),
            needs=["generator:40"],
            asked_at=now,
            by_at=now + timedelta(hours=3),
        )
    return f"/incidents/{made}"


@pytest.fixture
def page(open_page, columbia):
    """Return the page of a saved incident, ranked."""
    opened = open_page(columbia)
    ranked(opened)
    return opened


LOOKS = (
    pytest.param(1440, False, id="1440-light"),
    pytest.param(390, True, id="390-dark", marks=pytest.mark.proof),
    pytest.param(390, False, id="390-light", marks=pytest.mark.proof),
    pytest.param(1440, True, id="1440-dark", marks=pytest.mark.proof),
)
"""Widths, and whether it is dark: one of them in `make test`, all four in `make proof`."""


@pytest.fixture
def opened(chromium, server, seen):
    """Return a function that opens an address as somebody, in a browser of their own, and waits until `ready` is there."""
    contexts = {}

    def context_of(somebody, width, dark):
        context = chromium.new_context(
            viewport={"width": width, "height": 900},
            color_scheme="dark" if dark else "light",
            reduced_motion="reduce",
            accept_downloads=True,
        )
        context.add_cookies([somebody.cookie(server)])
        return context

    def at(somebody, path, *, width=1440, dark=False, ready="main h1"):
        key = (somebody.account_id, width, dark)
        context = contexts[key] = contexts.get(key) or context_of(somebody, width, dark)
        page = context.new_page()
        page.set_default_timeout(PATIENCE_S * 1000)
        watch(page, server, seen)
        page.goto(f"{server}{path}")
        page.locator(ready).wait_for()
        return page

    yield at
    for context in contexts.values():
        context.close()


def watch(page, server, seen):
    page.on("console", lambda line: seen.append(f"console: {line.text}") if line.type == "error" else None)
    page.on("pageerror", lambda fault: seen.append(f"script: {fault}"))
    page.on(
        "request", lambda ask: None if _ours(ask.url, server) else seen.append(f"asked elsewhere: {ask.url}")
    )
    page.on("response", lambda got: seen.append(f"{got.status}: {got.url}") if got.status >= 400 else None)


def _ours(url, server):
    return url.startswith((server, "data:", "blob:"))
