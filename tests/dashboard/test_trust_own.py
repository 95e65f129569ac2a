"""One's own ways in, and a company's own page."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime

import pyotp
import pytest
from sqlalchemy import text

from cli.application import assemble
from dashboard.pages.trust.company import preview, whole
from dashboard.qr import qr_code
from registry.db.engine import session_scope
from registry.directory.companies import Company, CompanyPlace
from registry.people.scopes import Scope
from registry.people.sessions import begin, principal_of
from registry.settings import settings
from registry.trust.trail import Page
from tests.dashboard.reading import answered, call, found, opened, words

PATH = "/account/access"
AT = datetime(2026, 5, 22, 23, 29, 7, tzinfo=UTC)
COMPANY = Company("p", "Demo One", False, False, "no", False, (CompanyPlace("Greene", "65802"),))
NOBODY = Page((), None)


@pytest.fixture(scope="module")
def app_and_url(clone, demo_template):
    with clone(demo_template) as url:
        yield assemble(settings(), url), url


@pytest.fixture
def somebody(app_and_url, signed_in):
    return signed_in(app_and_url[1], "planner")


@pytest.fixture
def client(app_and_url, somebody):
    return somebody.client(app_and_url[0])


def stale(url, who):
    with session_scope(url) as session:
        old = "UPDATE people.sessions SET proved_at = now() - interval '11 minutes' WHERE id = :id"
        session.execute(text(old), {"id": who.session_id})


def test_another_session_of_mine_is_ended_and_mine_stays(app_and_url, somebody, client):
    with session_scope(app_and_url[1]) as session:
        secret, other = begin(session, somebody.account_id, kind="browser", proved=True, method="passkey")
    page = opened(client, PATH)
    assert "This browser" in words(page)
    assert found(page, "end-session")["id"]["which"] == other
    answer = call(client, "own-sessions.children", {}, {"type": "end-session", "which": other})
    assert "passkey" not in words(answered(answer, "own-sessions", "children"))
    with session_scope(app_and_url[1]) as session:
        assert principal_of(session, secret, "r") is None
        assert principal_of(session, somebody.secret, "r") is not None


def test_a_session_of_somebody_else_is_not_ended(app_and_url, client, signed_in):
    stranger = signed_in(app_and_url[1], "planner")
    answer = call(client, "own-sessions.children", {}, {"type": "end-session", "which": stranger.session_id})
    assert "There is no such session" in words(answered(answer, "own-sessions", "children"))
    with session_scope(app_and_url[1]) as session:
        assert principal_of(session, stranger.secret, "r") is not None


TOKEN = {"token-label": "nightly list", "token-actions": ["incident.read"], "token-days": 7}


def test_a_token_is_shown_once_and_revoked(app_and_url, client):
    made = answered(call(client, "own-tokens.children", TOKEN, "token-do"), "own-tokens", "children")
    secret = next(word for word in words(made).split() if len(word) > 40)
    assert "shown once" in words(made)
    with session_scope(app_and_url[1]) as session:
        assert principal_of(session, secret, "r").actions == {"incident.read"}
    page = opened(client, PATH)
    assert secret not in words(page)
    which = found(page, "revoke")["id"]
    call(client, "own-tokens.children", TOKEN, which)
    with session_scope(app_and_url[1]) as session:
        assert principal_of(session, secret, "r") is None


def test_without_a_fresh_second_factor_no_token_is_made_and_the_way_to_it_is_shown(
    app_and_url, somebody, client
):
    stale(app_and_url[1], somebody)
    answer = answered(call(client, "own-tokens.children", TOKEN, "token-do"), "own-tokens", "children")
    assert "Prove once more that it is you" in words(answer)
    assert "shown once" not in words(answer)


def test_a_token_says_what_it_is_for_and_for_how_long(client):
    nameless = {**TOKEN, "token-label": " "}
    answer = answered(call(client, "own-tokens.children", nameless, "token-do"), "own-tokens", "children")
    assert "The label cannot be used" in words(answer)
    for days in (0, None, 2.5, 400):
        answer = call(client, "own-tokens.children", {**TOKEN, "token-days": days}, "token-do")
        assert "A token cannot hold so long" in words(answered(answer, "own-tokens", "children"))


OFFER = {"type": "app-do", "what": "offer", "offer": ""}


def test_an_app_is_added_by_its_key_and_one_code(client):
    shown = answered(call(client, "own-app.children", {}, OFFER), "own-app", "children")
    key = "".join(found(shown, "app-do") and words(shown).split("Key ")[1].split(" By camera")[0].split())
    told = json.dumps(shown)
    (address,) = re.findall(r'otpauth:[^"]+', told)
    assert f"secret={key}&" in address
    assert json.dumps(qr_code(address, "").src) in told
    prove = found(shown, "app-do")["id"]
    code = {"app-code": [({"type": "app-code", "of": "new"}, pyotp.TOTP(key).now())]}
    done = answered(call(client, "own-app.children", code, prove), "own-app", "children")
    assert "The app is added" in words(done)
    again = answered(call(client, "own-app.children", code, prove), "own-app", "children")
    assert "This offer is over" in words(again)


def test_a_wrong_code_adds_no_app(client):
    shown = answered(call(client, "own-app.children", {}, OFFER), "own-app", "children")
    wrong = {"app-code": [({"type": "app-code", "of": "new"}, "000000x")]}
    done = answered(
        call(client, "own-app.children", wrong, found(shown, "app-do")["id"]), "own-app", "children"
    )
    assert "The code does not belong to this key" in words(done)


@pytest.mark.parametrize(
    ("name", "place", "said", "unsaid"),
    [
        ("no", "no", ("Name closed", "Greene county", "county seat"), ("Demo One", "65802")),
        ("yes", "no", ("Demo One", "Greene county"), ("Name closed", "65802")),
        ("no", "zip", ("Name closed", "ZIP 65802"), ("Demo One",)),
        ("no", "exact", ("Name closed", "the exact place", "often tells a name"), ("Demo One",)),
    ],
)
def test_the_preview_shows_a_planners_row_as_the_choice_makes_it(name, place, said, unsaid):
    shown = words(preview(COMPANY, name, place))
    assert [part for part in said if part not in shown] == []
    assert [part for part in unsaid if part in shown] == []


def test_what_nobody_chose_is_closed_and_said_so():
    page = words(whole(COMPANY, NOBODY))
    assert "Nobody chose anything yet, so both are closed" in page
    assert "Nobody has opened your contact" in page


@pytest.fixture
def contact(app_and_url, signed_in):
    app, url = app_and_url
    with session_scope(url) as session:
        company = session.scalar(text("SELECT id::text FROM registry.providers ORDER BY name LIMIT 1"))
    return signed_in(url, "company", Scope(provider_id=company)).client(app), company, url


def test_a_company_keeps_its_choice_and_sees_it_at_once(contact):
    client, company, url = contact
    values = {"shows-name": "yes", "shows-place": "zip"}
    button = {"type": "show-do", "company": company}
    ahead = call(client, "preview.children", {**values, "show-do": [(button, button)]})
    assert "Name closed" not in words(answered(ahead, "preview", "children"))
    went = answered(call(client, "show-go.href", values, button), "show-go", "href")
    page = opened(client, "/company", went.partition("/company")[2])
    assert "Kept." in words(page)
    assert found(page, "shows-name")["value"] == "yes"
    assert found(page, "shows-place")["value"] == "zip"
    with session_scope(url) as session:
        row = session.execute(
            text("SELECT shows_name, shows_place, shows_by_company FROM registry.providers WHERE id = :id"),
            {"id": company},
        ).one()
    assert tuple(row) == (True, "zip", True)


def test_a_company_sees_and_changes_no_other(contact):
    client, company, url = contact
    with session_scope(url) as session:
        other = session.scalar(
            text("SELECT id::text FROM registry.providers WHERE id <> :id LIMIT 1"), {"id": company}
        )
    assert "This is not your company" in words(opened(client, "/company", f"?of={other}"))
    values = {"shows-name": "yes", "shows-place": "exact"}
    kept = call(client, "show-go.href", values, {"type": "show-do", "company": other})
    assert "This lies outside your jurisdiction" in words(answered(kept, "show-refused", "children"))


def test_a_planner_has_no_company(client):
    assert "Your role does not allow this" in words(opened(client, "/company"))
