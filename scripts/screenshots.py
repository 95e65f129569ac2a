"""Take the pictures of the dashboard: wide, narrow, empty, refused, dark; one of them for the README.

    .venv/bin/python scripts/screenshots.py [--address http://localhost:8050]

Without an address it serves the registry of this clone by itself, as `merr serve` does. The incident is the saved
one of `merr demo`; two closures are added on the page and not saved. For the pictures of open contacts two of the
demo's people declare an emergency, and end it again. Pictures go to `screenshots/`, which git ignores, and the wide
one to `docs/img/`; those of the reference path are taken by its own test.
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
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from registry.db.engine import session_scope  # noqa: E402 - of this clone, wherever the script is started
from registry.people import accounts, demo, sessions  # noqa: E402
from registry.trust import declarations  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from playwright.sync_api import Browser, Page, SetCookieParam

    from registry.people.principal import Principal

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
        take(browser, address, CLOSED)
        with declared():
            take(browser, address, OPEN)
        browser.close()
    shutil.copyfile(OUT / "wide.png", README_PICTURE)
    print(README_PICTURE.relative_to(ROOT))
    subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "tests/browser/test_reference_path.py"],
        cwd=ROOT,
        check=True,
        env={**os.environ, "SCREENSHOTS": str(OUT)},
    )


def take(browser: Browser, address: str, pictures: Sequence[Picture]) -> None:
    """Take some pictures, each in a browser of its own."""
    for picture in pictures:
        context = browser.new_context(
            viewport={"width": picture.width, "height": picture.height}, color_scheme=picture.scheme
        )
        if picture.who:
            context.add_cookies([signed_in(address, picture.who)])
        page = context.new_page()
        picture.steps(page, address)
        page.wait_for_timeout(900)
        page.screenshot(path=str(OUT / f"{picture.name}.png"))
        context.close()
        print(f"screenshots/{picture.name}.png")


@contextmanager
def declared() -> Iterator[None]:
    """Open contacts for the incident by a declaration, as two of the demo's people, until the pictures are taken."""
    first, second = principal("demo.declarer"), principal("demo.second")
    with session_scope(principal=first) as session:
        made = declarations.record(
            session,
            first,
            instrument="proclamation",
            number="DEMO-11-07",
            authority="Governor of Missouri",
            counties=["29097", "29145"],
            starts_at=datetime.now(UTC),
            ends_at=None,
        )
    with session_scope(principal=second) as session:
        declarations.confirm(session, second, made)
    try:
        yield
    finally:
        last = principal("demo.second")
        with session_scope(principal=last) as session:
            declarations.end(session, last, made, "The pictures are taken")


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


def signed_in(address: str, name: str) -> SetCookieParam:
    """Return the cookie of a session of one of the demo's people; the sign-ins that `merr demo` printed go on."""
    return {"name": "merr", "value": begun(name), "url": address, "httpOnly": True, "sameSite": "Lax"}


def begun(name: str) -> str:
    """Return the secret of a new session of one of the demo's people, its second factor proved just now."""
    with session_scope() as session:
        account = accounts.named(session, name)
        return sessions.begin(session, account.id, kind="browser", proved=True, method="screenshots")[0]


def principal(name: str) -> Principal:
    """Return one of the demo's people at work."""
    with session_scope() as session:
        found = sessions.principal_of(session, begun(name), "screenshots")
    if found is None:
        sys.exit(f"{name} cannot sign in: run make demo first.")
    return found


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


def opened(page: Page, address: str) -> None:
    """Show the saved incident under a declaration, with a contact that was looked at."""
    closed(page, address)
    asked(page, address, begin=False)
    page.get_by_role("button", name="Record and show").click()
    page.locator(".disclosed").wait_for()
    page.locator("#contacts", has_text="(0)").wait_for(state="detached")


def asked(page: Page, address: str, *, begin: bool = True) -> None:
    """Show what is asked before a contact is shown."""
    if begin:
        answer(page, address)
        page.locator(".ag-row[row-index='4'] .ag-cell").first.click()
    page.locator(".card.picked summary").click()


def menu(page: Page, address: str) -> None:
    """Show the menu behind the name."""
    empty(page, address)
    page.locator(".top .who").click()


def watched(page: Page, address: str) -> None:
    """Show the incident to somebody who ranks nothing."""
    page.goto(f"{address}/incidents")
    page.get_by_role("link", name=INCIDENT).first.click()
    page.locator(".onlooker").wait_for()


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


class Picture(NamedTuple):
    """One picture: its name, the window, light or dark, what is done first, and who does it (nobody: empty)."""

    name: str
    width: int
    height: int
    scheme: Literal["light", "dark"]
    steps: Callable[[Page, str], None]
    who: str = demo.PLANNER


CLOSED = (
    Picture("closed", 1440, 900, "light", closed),
    Picture("closed-dark", 1440, 900, "dark", closed),
    Picture("middle", 768, 1280, "light", answer),
    Picture("narrow-closed", 390, 1400, "light", answer),
    Picture("empty", 1440, 900, "light", empty),
    Picture("menu-narrow", 390, 900, "light", menu),
    Picture("declarer", 1440, 900, "light", watched, "demo.declarer"),
    Picture("refused", 1440, 900, "light", refused),
    Picture("layers", 1440, 900, "light", layered),
    Picture("options", 1440, 900, "light", optioned),
    Picture("options-middle", 768, 1100, "dark", optioned),
    Picture("options-narrow", 390, 900, "light", optioned),
    Picture("measure", 1440, 900, "dark", measured),
    Picture("measure-narrow", 390, 1400, "light", measured),
    Picture("limits", 1440, 900, "light", limited),
    Picture("draft", 1440, 900, "light", drafted),
    Picture("draft-narrow", 390, 900, "dark", drafted),
    Picture("incidents", 1440, 900, "light", incidents),
    Picture("sign-in", 1440, 900, "light", knocked, ""),
    Picture("sign-in-narrow", 390, 800, "dark", not_let_in, ""),
    Picture("step-up", 1440, 900, "dark", stepping_up),
    Picture("account", 1440, 1200, "light", account),
    Picture("account-narrow", 390, 1400, "light", account),
)
"""While no declaration is in force."""

OPEN = (
    Picture("wide", 1440, 900, "light", opened),
    Picture("dark", 1440, 900, "dark", opened),
    Picture("narrow", 390, 1400, "light", answer),
    Picture("ask", 1440, 900, "light", asked),
    Picture("ask-narrow", 390, 1000, "dark", asked),
)
"""While one is."""


if __name__ == "__main__":
    main()
