"""The audit on its page, and looks as those who looked and those who were looked at have them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from cli.application import assemble
from dashboard.pages.trust.audit import Chain, Ledger, chain_card, detail_words, filters_of, shown
from dashboard.pages.trust.looks import at_us, mine
from registry.db.engine import session_scope
from registry.settings import settings
from registry.trust import anchors, events
from registry.trust.chain import Anchor
from registry.trust.trail import Busy, Event, Filters, Page
from tests.dashboard.reading import answered, call, found, links, opened, words

AT = datetime(2026, 5, 22, 23, 29, 7, tzinfo=UTC)
LOOK = Event(
    seq=17,
    at=AT,
    login="merr_web",
    account_id="a",
    account="R. Example",
    session_id="s",
    request_id="r",
    action="look",
    incident_id="i",
    incident="Joplin tornado",
    provider_id="p",
    provider="Demo One",
    declaration_id="d",
    declaration_instrument="proclamation",
    declaration_number="26-07",
    purpose="Ask for 40 generators",
    detail={},
)
NOTHING = Chain(head=None, anchor=None, kept="a file", verified=None)


def ledger(*listed, before=None, asked=None, busy=(), chain=NOTHING):
    return Ledger(
        page=Page(listed, before),
        chain=chain,
        busy=busy,
        people=(("a", "R. Example"),),
        company=None,
        asked=asked or {},
    )


def anchor(seq):
    return Anchor(seq, bytes(32), AT)


def test_an_event_is_a_plain_sentence_with_who_about_what_and_why():
    said = words(shown(ledger(LOOK)))
    for part in (
        "22 May 2026, 18:29:07",
        "R. Example",
        "opened a company's contact",
        "Demo One",
        "Joplin tornado",
        "Governor's proclamation 26-07",
        "Ask for 40 generators",
    ):
        assert part in said


def test_older_events_are_asked_for_by_the_last_number_and_the_filters_stay():
    page = shown(ledger(LOOK, before=17, asked={"account": "a", "before": "40"}))
    assert "/audit?account=a&before=17" in links(page)
    assert "/audit?account=a" in links(page)
    assert not [link for link in links(shown(ledger(LOOK))) if "before" in link]


def test_nothing_found_is_said():
    assert "Nothing of that kind was recorded" in words(shown(ledger()))
    assert "Nothing was recorded yet" in words(shown(ledger()))


def test_the_chain_says_how_much_came_after_the_last_anchor():
    said = words(chain_card(Chain(head=anchor(20), anchor=anchor(17), kept="a file", verified=None)))
    assert "Event 17, 22 May 2026, 18:29:07; 3 came after it." in said
    assert "Never verified here" in said
    assert "No anchor was written yet" in words(chain_card(NOTHING))
    assert "syslog" in words(chain_card(Chain(head=None, anchor=None, kept="syslog", verified=None)))


@pytest.mark.parametrize(
    ("detail", "said"),
    [
        ({"intact": True, "events": 20, "anchored": 17}, "Event 17 is the last that an anchor vouches for"),
        ({"intact": False, "events": 20, "fault": "event 4 was changed"}, "event 4 was changed"),
    ],
)
def test_the_last_verification_says_what_it_found_and_who_asked(detail, said):
    verified = Event(**{**vars(LOOK), "detail": detail})
    shown_now = words(chain_card(Chain(head=anchor(20), anchor=None, kept="a file", verified=verified)))
    assert said in shown_now
    assert "by R. Example, 20 events" in shown_now


def test_unusual_looks_stand_above_the_events_with_their_limit():
    busy = Busy(account_id="a", account="R. Example", most=55, limit=60, at=AT, looks=70, refused=3)
    said = words(shown(ledger(LOOK, busy=(busy,))))
    assert "55 of 60 in an hour" in said.split("Events, newest first")[0]
    assert "70 looks, 3 refused" in said
    assert "Unusual" not in words(shown(ledger(LOOK)))


def test_an_address_narrows_the_list_and_what_it_says_amiss_counts_for_nothing():
    assert filters_of({}) == Filters()
    asked = {
        "account": "a",
        "action": "look",
        "company": "",
        "since": "2026-05-22 18:00:00",
        "until": "never",
    }
    assert filters_of(asked) == Filters(
        account_id="a", action="look", since=datetime(2026, 5, 22, 23, tzinfo=UTC)
    )


def test_what_else_an_event_says_is_short_and_holds_no_bare_id():
    detail = {
        "waiver": "95d01a5b-f984-4b04-a6b1-daf1339b9425",
        "starts_at": "2026-05-22T23:29:07+00:00",
        "counties": ["29097"] * 9,
        "reset": True,
        "ends_at": None,
    }
    assert detail_words(detail) == "starts at: 22 May 2026, 18:29; counties: 9 of them; reset: yes"
    asked = {"needs": ["generator:4", "tarp", "fuel", "water", "boat"], "area_version": 2}
    assert detail_words(asked) == "needs: generator:4, tarp, fuel, water, boat; area version: 2"


def test_whoever_looked_and_whoever_was_looked_at_read_the_same_look():
    own, company = words(mine(Page((LOOK,), None))), words(at_us(Page((LOOK,), 17), "/company"))
    assert "Demo One" in own
    assert "R. Example" in company
    for said in (own, company):
        assert "Governor's proclamation 26-07" in said
        assert "Ask for 40 generators" in said
    assert "/company?before=17" in links(at_us(Page((LOOK,), 17), "/company"))
    assert "You opened no company's contact yet" in words(mine(Page((), None)))
    narrowed = mine(Page((LOOK,), 17), "i")
    assert "/account/looks?incident=i&before=17" in links(narrowed)
    assert "/account/looks" in links(narrowed)
    assert "Nobody has opened your contact" in words(at_us(Page((), None), "/company"))


def test_the_last_anchor_is_read_from_the_end_of_a_long_file(tmp_path):
    place = tmp_path / "anchors.jsonl"
    assert anchors.latest(place) is None
    for seq in range(1, 1200):
        anchors.write(anchor(seq), place)
    assert anchors.latest(place).seq == 1199
    with place.open("a") as file:
        file.write('{"merr": "anch')
    assert anchors.latest(place).seq == 1199


@pytest.fixture(scope="module")
def app_and_url(clone, demo_template, tmp_path_factory):
    with clone(demo_template) as url:
        known = settings().model_copy(update={"anchor": str(tmp_path_factory.mktemp("anchors") / "a.jsonl")})
        yield assemble(known, url), url


@pytest.fixture
def auditor(app_and_url, signed_in):
    app, url = app_and_url
    with session_scope(url) as session:
        events.record(session, "sign_in.refused", detail={"reason": "code"})
    return signed_in(url, "auditor").client(app)


def test_an_auditor_verifies_the_chain_and_the_page_keeps_what_was_found(auditor):
    answer = call(auditor, "chain.children", {}, "verify-do")
    assert "Intact" in words(answered(answer, "chain", "children"))
    page = words(opened(auditor, "/audit"))
    assert "by Auditor Tester" in page
    assert "verified the audit's chain" in page
    assert "was refused at sign-in" in page


def test_the_filters_go_into_the_address_and_narrow_the_list(auditor):
    kind = {"type": "filter-do", "incident": "", "declaration": ""}
    values = {"audit-action": "sign_in.refused", "audit-since-turn": "first", "audit-until-turn": "first"}
    went = answered(call(auditor, "filter-go.href", values, kind), "filter-go", "href")
    assert went == "/audit?action=sign_in.refused"
    page = opened(auditor, "/audit", "?action=sign_in.refused")
    assert found(page, "audit-action")["value"] == "sign_in.refused"
    assert "reason: code" in words(page)
    assert "verified the audit's chain" not in words(opened(auditor, "/audit", "?action=sign_out"))


def test_an_id_in_the_address_that_is_none_is_refused_in_words(auditor):
    assert "This is no id" in words(opened(auditor, "/audit", "?incident=x"))


def test_nobody_but_an_auditor_reads_the_audit_and_everybody_their_own_looks(app_and_url, signed_in):
    app, url = app_and_url
    planner = signed_in(url, "planner").client(app)
    assert "Your role does not allow this" in words(opened(planner, "/audit"))
    assert call(planner, "chain.children", {}, "verify-do").status_code == 403
    assert "You opened no company's contact yet" in words(opened(planner, "/account/looks"))
    assert "This is no id" in words(opened(planner, "/account/looks", "?incident=x"))
    nowhere = "?incident=00000000-0000-4000-8000-000000000000"
    assert "for this incident yet" in words(opened(planner, "/account/looks", nowhere))
