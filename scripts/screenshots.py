"""Take the pictures of the dashboard: wide, narrow, empty, refused, dark; one of them for the README.

    .venv/bin/python scripts/screenshots.py [--address http://localhost:8050]

Without an address it serves the registry of this clone by itself, as `merr serve` does. The incident is the saved
one of `merr demo`; two closures are added on the page and not saved. Pictures go to `screenshots/`, which git
ignores, and the wide one to `docs/img/`.
"""

from __future__ import annotations

import argparse
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from registry.db.engine import session_scope  # noqa: E402 - of this clone, wherever the script is started
from registry.people import accounts, demo, sessions  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page, SetCookieParam

OUT = ROOT / "screenshots"
README_PICTURE = ROOT / "docs" / "img" / "incident.png"
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
INCIDENT = "Joplin tornado"
CLOSURES = """{"type":"FeatureCollection","features":[
{"type":"Feature","properties":{"effect":"blocked","name":"I-44","reason":"Debris"},
 "geometry":{"type":"LineString","coordinates":[[-94.05,37.03],[-94.05,37.16]]}},
{"type":"Feature","properties":{"effect":"slowed","factor":2,"name":"US 60","reason":"One lane"},
 "geometry":{"type":"Polygon","coordinates":[[[-93.75,36.86],[-93.5,36.86],[-93.5,37.02],[-93.75,37.02],[-93.75,36.86]]]}}]}"""
CROSSED = (
    '{"type":"Polygon","coordinates":[[[-94.62,37.15],[-94.5,37.17],[-94.13,36.95],[-94.1,37.08],[-94.22,37.12],'
    "[-94.6,36.97],[-94.62,37.15]]]}"
)


def main() -> None:
    """Take every picture."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--address", help="a dashboard that is being served; without it one is started")
    given = parser.parse_args().address
    OUT.mkdir(exist_ok=True)
    README_PICTURE.parent.mkdir(parents=True, exist_ok=True)
    with served(given) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        for name, width, height, scheme, steps in PICTURES:
            context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)
            if steps not in BEFORE:
                context.add_cookies([signed_in(address)])
            page = context.new_page()
            steps(page, address)
            page.wait_for_timeout(900)
            page.screenshot(path=str(OUT / f"{name}.png"))
            context.close()
            print(f"screenshots/{name}.png")
        browser.close()
    shutil.copyfile(OUT / "wide.png", README_PICTURE)
    print(README_PICTURE.relative_to(ROOT))


@contextmanager
def served(address: str | None) -> Iterator[str]:
    """Yield the address of a dashboard: the one given, or one of our own until the pictures are taken."""
    if address:
        yield address.rstrip("/")
        return
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-c", f"from cli.serve import serve; serve(port={port})"], cwd=ROOT
    )
    own = f"http://127.0.0.1:{port}"
    try:
        wait_for(f"{own}/health", process)
        yield own
    finally:
        process.terminate()
        process.wait(20)


def signed_in(address: str) -> SetCookieParam:
    """Return the cookie of a session of the demo's planner; the sign-ins that `merr demo` printed go on."""
    with session_scope() as session:
        account = accounts.named(session, demo.PLANNER)
        secret, _ = sessions.begin(session, account.id, kind="browser", proved=True, method="screenshots")
    return {"name": "merr", "value": secret, "url": address, "httpOnly": True, "sameSite": "Lax"}


def wait_for(address: str, process: subprocess.Popen[bytes]) -> None:
    """Wait until the server answers; end when it has ended."""
    while process.poll() is None:
        with suppress(OSError):
            try:
                with urllib.request.urlopen(address, timeout=2):  # noqa: S310 - our own loopback
                    return
            except urllib.error.HTTPError as unready:
                sys.exit(f"Nothing can be ranked yet ({unready}): run make demo first.")
        time.sleep(0.3)
    sys.exit("The server ended before it answered; see the lines above.")


def empty(page: Page, address: str) -> None:
    """Show the page before the first answer."""
    page.goto(address)
    page.get_by_role("heading", name="Three answers, then the list").wait_for()


def answer(page: Page, address: str) -> None:
    """Show the saved incident as it is."""
    page.goto(f"{address}/incidents")
    page.get_by_role("link", name=INCIDENT).first.click()
    page.locator(".is-answer .ag-row[row-index='0']").first.wait_for()
    page.wait_for_timeout(600)


def closed(page: Page, address: str) -> None:
    """Show the saved incident with two closures and a picked provider."""
    answer(page, address)
    page.locator("[data-pop=closures]:visible").first.click()
    page.locator("#pop-closures").get_by_role("tab", name="Paste").click()
    page.get_by_label("GeoJSON of one or more closures").fill(CLOSURES)
    page.get_by_role("button", name="Add these closures").click()
    page.locator("path.m-blocked").wait_for(state="attached")
    page.wait_for_timeout(900)
    page.locator(".ag-row[row-index='4'] .ag-cell").first.click()
    page.locator(".card.picked").wait_for()


def refused(page: Page, address: str) -> None:
    """Show a refused area: a self-crossing outline, circled at its fault."""
    answer(page, address)
    page.locator(".ask.area").click()
    page.locator("#pop-area").get_by_role("tab", name="Paste").click()
    page.get_by_label("GeoJSON, WKT or USNG").fill(CROSSED)
    page.get_by_role("button", name="Use this area").click()
    page.locator(".state-slot .errb").wait_for()
    page.keyboard.press("Escape")


def layered(page: Page, address: str) -> None:
    """Show counties by population, one sector's sites, and the layers' popover."""
    answer(page, address)
    page.locator(".tools [data-pop=layers]").click()
    page.get_by_role("textbox", name="Colour counties by").click()
    page.get_by_role("option", name="Population, 2020").click()
    page.get_by_role("checkbox", name="Energy").check()
    page.evaluate("merr.map.setZoom(7)")


def optioned(page: Page, address: str) -> None:
    """Show the options' popover with a staging point being chosen."""
    answer(page, address)
    if page.locator(".askm").is_visible():
        page.get_by_role("button", name="Change").first.click()
    page.locator(".ask.options").click()
    page.get_by_role("radio", name="At a staging point").check()


def measured(page: Page, address: str) -> None:
    """Show a list by another measure and vehicle, with the area's people half reached."""
    answer(page, address)
    if page.locator(".askm").is_visible():
        page.get_by_role("button", name="Change").first.click()
    page.locator(".ask.options").click()
    page.get_by_role("radio", name="Half of it reached").check()
    page.locator("#vehicle").fill("Relief")
    page.get_by_role("option", name="Relief load").click()
    page.get_by_role("button", name="Use these options").click()
    page.locator("#pop-options").wait_for(state="hidden")
    page.locator(".need", has_text="half of the area's roads").wait_for()


def limited(page: Page, address: str) -> None:
    """Show the closures' popover with a bridge closed for trucks, and the fields that limit a closure."""
    answer(page, address)
    if page.locator(".askm").is_visible():
        page.get_by_role("button", name="Change").first.click()
    page.locator(".ask.closures").click()
    page.locator("#pop-closures summary").click()
    page.locator("#closure-profiles").click()
    page.get_by_role("option", name="Truck").click()
    page.locator("#closure-bridge").fill("Hermann")
    page.get_by_role("option").first.click()
    page.get_by_role("button", name="Close this bridge").click()
    page.locator("path.m-blocked").first.wait_for(state="attached")
    if page.locator("#pop-closures").is_hidden():
        page.locator(".ask.closures").click()


def drafted(page: Page, address: str) -> None:
    """Show the offer of what was not saved before a reload."""
    answer(page, address)
    page.goto(address)
    page.get_by_role("heading", name="Three answers, then the list").wait_for()
    page.get_by_role("button", name="Paste or upload").click()
    page.get_by_label("GeoJSON, WKT or USNG").fill("POLYGON((-92.6 38.8,-92.1 38.8,-92.1 39.1,-92.6 38.8))")
    page.get_by_role("button", name="Use this area").click()
    page.locator("#pop-area").wait_for(state="hidden")
    page.reload()
    page.locator("#draft").wait_for()


def incidents(page: Page, address: str) -> None:
    """Show the saved incidents."""
    page.goto(f"{address}/incidents")
    page.locator(".incidents").wait_for()


def knocked(page: Page, address: str) -> None:
    """Show the sign-in."""
    page.goto(f"{address}/sign-in")
    page.get_by_role("heading", name="Sign in").wait_for()


def not_let_in(page: Page, address: str) -> None:
    """Show a refused sign-in."""
    knocked(page, address)
    page.get_by_label("Name").fill("somebody")
    page.get_by_label("Password").fill("not the password")
    page.get_by_role("button", name="Continue").click()
    page.locator(".errb").wait_for()


def account(page: Page, address: str) -> None:
    """Show somebody's own account."""
    page.goto(f"{address}/account")
    page.get_by_role("heading", name="Your account").wait_for()


def stepping_up(page: Page, address: str) -> None:
    """Show what is asked before something that cannot be taken back."""
    page.goto(f"{address}/step-up?next=/incidents")
    page.get_by_role("heading", name="Say again that it is you").wait_for()


BEFORE = (knocked, not_let_in)
"""Pictures of what is seen by somebody who is not signed in."""

PICTURES = (
    ("wide", 1440, 900, "light", closed),
    ("dark", 1440, 900, "dark", closed),
    ("middle", 768, 1280, "light", answer),
    ("narrow", 390, 1400, "light", answer),
    ("empty", 1440, 900, "light", empty),
    ("refused", 1440, 900, "light", refused),
    ("layers", 1440, 900, "light", layered),
    ("options", 1440, 900, "light", optioned),
    ("options-middle", 768, 1100, "dark", optioned),
    ("options-narrow", 390, 900, "light", optioned),
    ("measure", 1440, 900, "dark", measured),
    ("measure-narrow", 390, 1400, "light", measured),
    ("limits", 1440, 900, "light", limited),
    ("draft", 1440, 900, "light", drafted),
    ("draft-narrow", 390, 900, "dark", drafted),
    ("incidents", 1440, 900, "light", incidents),
    ("sign-in", 1440, 900, "light", knocked),
    ("sign-in-narrow", 390, 800, "dark", not_let_in),
    ("step-up", 1440, 900, "dark", stepping_up),
    ("account", 1440, 1200, "light", account),
    ("account-narrow", 390, 1400, "light", account),
)


if __name__ == "__main__":
    main()
