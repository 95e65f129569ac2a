"""Signing in: one answer for all that is not right, and guessing slowed without locking anybody out."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select, text, update

from registry.errors import RegistryError
from registry.people import (
    accounts,
    appointments,
    enrolment,
    fresh,
    hashing,
    passwords,
    proof,
    sign_in,
    stepup,
    subjects,
    tokens,
)
from registry.people.access import AccessError
from registry.people.authenticators import authenticators_of
from registry.people.sign_in import Offer, Pending, Refused, SignedIn
from registry.people.tables import AccountRow, AttemptRow, AuthenticatorRow, ChallengeRow
from registry.people.totp import code_at
from registry.trust.event_tables import EventRow
from tests.registry.people.keyring import Keyring
from tests.registry.people.persons import asking, signed_in, somebody

HERE = "203.0.113.7"
WRONG = "tractor violin candle"


@pytest.fixture
def handed(facts):
    """Return the sign-in of a planner, as it was handed over."""
    account = somebody(facts, "planner", name="r.example")
    return fresh.make_fresh(facts, account, shown_for=None)


@pytest.fixture
def administrator(facts):
    return signed_in(facts, somebody(facts, "administrator"))[1]


def code_of(session, handed):
    """Return the present code, as if the one before it had not been used."""
    session.execute(text("UPDATE people.authenticators SET last_step = NULL"))
    return code_at(handed.totp_key, session.execute(select(func.clock_timestamp())).scalar_one())


def enter(session, handed, address=HERE):
    pending = sign_in.by_password(session, handed.name, handed.password, address=address)
    assert isinstance(pending, Pending)
    done = sign_in.by_code(session, pending.secret, code_of(session, handed), address=address)
    assert isinstance(done, SignedIn)
    return asking(session, done.secret)


def with_passkey(session, handed, **more):
    principal = enter(session, handed)
    keys = Keyring(**more)
    offer = enrolment.offer_passkey(session, principal)
    enrolment.add_passkey(session, principal, offer.secret, keys.make(offer.options), label="laptop")
    return keys


def by_passkey(session, keys, *, pending=None):
    offer = sign_in.passkey_options(session, pending=pending)
    assert isinstance(offer, Offer)
    return sign_in.passkey_finish(session, offer.secret, keys.prove(offer.options), address=HERE)


def events(session, action):
    return session.scalars(select(EventRow).where(EventRow.action == action).order_by(EventRow.seq)).all()


def test_password_and_code_open_a_session_that_counts_as_stepped_up(facts, handed):
    pending = sign_in.by_password(facts, " R.Example ", handed.password, address=HERE)
    assert isinstance(pending, Pending)
    assert pending.methods == ("totp",)
    done = sign_in.by_code(facts, pending.secret, code_of(facts, handed), address=HERE)
    principal = asking(facts, done.secret)
    assert (principal.account_id, principal.session_id) == (done.account_id, done.session_id)
    assert proof.is_fresh(principal.proved_at, facts.execute(select(func.clock_timestamp())).scalar_one())
    (event,) = events(facts, "sign_in")
    assert (event.account_id, event.session_id) == (done.account_id, done.session_id)
    assert event.detail == {"method": "password and code", "kind": "browser", "address": HERE}


@pytest.fixture
def counted(monkeypatch):
    """Return the list of what argon2 was asked to verify."""
    seen = []
    whole = hashing.HASHER

    class Counting:
        def verify(self, kept, password):
            seen.append(kept)
            return whole.verify(kept, password)

        def __getattr__(self, name):
            return getattr(whole, name)

    monkeypatch.setattr(hashing, "HASHER", Counting())
    return seen


def refusals(facts, handed, administrator):
    """Yield each kind of sign-in by password that is not right: what was given."""
    yield "nobody", handed.password
    yield "two words", handed.password
    yield "r.ex\0mple", handed.password
    yield "\ud800", "\ud800\0"
    yield handed.name, WRONG
    yield handed.name, ""
    yield handed.name, handed.password.upper()
    gone = fresh.add_with_sign_in(facts, administrator, "gone")
    accounts.disable(facts, administrator, gone.account_id)
    yield "gone", gone.password
    old = fresh.add_with_sign_in(facts, administrator, "old")
    facts.execute(
        update(AccountRow)
        .where(AccountRow.name == "old")
        .values(password_until=func.now() - timedelta(days=1))
    )
    yield "old", old.password
    accounts.add(facts, administrator, "elsewhere")
    yield "elsewhere", ""
    bare = fresh.add_with_sign_in(facts, administrator, "bare")
    facts.execute(text("DELETE FROM people.authenticators WHERE account_id = :id"), {"id": bare.account_id})
    yield "bare", bare.password
    for _ in range(10):
        sign_in.by_password(facts, "slowed", WRONG, address="")
    yield "slowed", WRONG


def test_whatever_is_not_right_gets_the_same_words_after_one_verification(
    facts, handed, administrator, counted
):
    hashing._nobodys()
    words, kinds = set(), 0
    for name, password in refusals(facts, handed, administrator):
        counted.clear()
        answer = sign_in.by_password(facts, name, password, address=f"203.0.113.{kinds}")
        assert isinstance(answer, Refused)
        assert answer.pending is None
        assert len(counted) == 1, name
        words.add(str(answer.refusal))
        kinds += 1
    assert (len(words), kinds) == (1, 12)
    counted.clear()
    assert isinstance(sign_in.by_password(facts, handed.name, handed.password, address=HERE), Pending)
    assert len(counted) == 1


def test_the_audit_says_why_and_never_what_was_typed(facts, handed, administrator):
    for name, password in refusals(facts, handed, administrator):
        facts.execute(
            select(func.set_config("app.account", "", True))
        )  # each request is a transaction of its own
        sign_in.by_password(facts, name, password, address=HERE + "canary" * 40)
    reasons = {event.detail["reason"] for event in events(facts, "sign_in.refused")}
    assert reasons == {
        "no such name",
        "password",
        "disabled",
        "password too old",
        "no second factor",
    }
    told = str([(event.detail, event.purpose) for event in events(facts, "sign_in.refused")])
    assert "nobody" not in told
    assert handed.password not in told
    assert all(event.account_id is None for event in events(facts, "sign_in.refused"))


def test_ten_wrong_tries_and_the_eleventh_is_refused_unseen_even_when_right(facts, handed, counted):
    for number in range(10):
        sign_in.by_password(facts, handed.name, WRONG, address=f"203.0.113.{number}")
    assert len([kept for kept in counted if kept != hashing._nobodys()]) == 10
    counted.clear()
    answer = sign_in.by_password(facts, handed.name, handed.password, address=HERE)
    assert isinstance(answer, Refused)
    assert counted == [hashing._nobodys()]
    assert events(facts, "sign_in.refused")[-1].detail["slowed"] is True
    assert len(events(facts, "sign_in.refused")) == 10
    facts.execute(text("UPDATE people.attempts SET at = at - interval '15 minutes'"))
    assert isinstance(sign_in.by_password(facts, handed.name, handed.password, address=HERE), Pending)


def test_the_owner_of_an_account_under_attack_goes_on_and_gets_in_by_passkey(facts, handed):
    keys = with_passkey(facts, handed)
    principal = enter(facts, handed)
    for number in range(12):
        sign_in.by_password(facts, handed.name, WRONG, address=f"203.0.113.{number}")
    assert isinstance(sign_in.by_password(facts, handed.name, handed.password, address=HERE), Refused)
    stepped = stepup.by_code(facts, principal, code_of(facts, handed), address=HERE)
    assert isinstance(stepped, SignedIn)
    assert asking(facts, stepped.secret) is not None
    assert isinstance(by_passkey(facts, keys), SignedIn)


def test_nobody_uses_up_the_tries_of_a_step_up_or_of_a_new_password_by_what_is_typed_as_a_name(facts, handed):
    principal = enter(facts, handed)
    for doing in ("steps up", "changes password"):
        for number in range(10):
            typed = f"{principal.account_id} {doing}"
            sign_in.by_password(facts, typed, WRONG, address=f"203.0.113.{number}")
    changed = passwords.change_password(facts, principal, handed.password, fresh.new_password())
    assert changed is None
    assert isinstance(stepup.by_code(facts, principal, code_of(facts, handed), address=""), SignedIn)


def test_behind_one_address_wrong_step_ups_keep_nobody_out_and_guesses_nobody_from_stepping_up(facts, handed):
    principal = enter(facts, handed)
    others = [signed_in(facts, somebody(facts, "planner"))[1] for _ in range(3)]
    for other in others:
        for _ in range(10):
            assert isinstance(stepup.by_code(facts, other, "000000", address=HERE), Refused)
    waiting = sign_in.by_password(facts, handed.name, handed.password, address=HERE)
    assert isinstance(waiting, Pending), "the address has made no try at signing in"
    for number in range(30):
        sign_in.by_password(facts, f"nobody.{number}", WRONG, address=HERE)
    assert isinstance(sign_in.by_password(facts, handed.name, handed.password, address=HERE), Refused)
    assert isinstance(stepup.by_code(facts, principal, code_of(facts, handed), address=HERE), SignedIn)


def test_right_sign_ins_are_not_tries(facts, handed):
    for _ in range(12):
        enter(facts, handed)


def test_wrong_codes_count_with_wrong_passwords(facts, handed):
    for _ in range(6):
        sign_in.by_password(facts, handed.name, WRONG, address=HERE)
    pending = sign_in.by_password(facts, handed.name, handed.password, address=HERE)
    for _ in range(4):
        answer = sign_in.by_code(facts, pending.secret, "000000", address=HERE)
        assert isinstance(answer, Refused)
        pending = answer.pending
    answer = sign_in.by_code(facts, pending.secret, code_of(facts, handed), address=HERE)
    assert isinstance(answer, Refused)
    assert str(answer.refusal) == str(sign_in.not_this_code())


def test_an_address_may_not_try_at_ever_new_names(facts, handed):
    for number in range(30):
        sign_in.by_password(facts, f"name-{number}", WRONG, address="2001:db8::1")
    assert isinstance(
        sign_in.by_password(facts, handed.name, handed.password, address="2001:db8::2"), Refused
    )
    assert isinstance(
        sign_in.by_password(facts, handed.name, handed.password, address="2001:db8:0:1::2"), Pending
    )
    assert isinstance(sign_in.by_password(facts, handed.name, handed.password, address=""), Pending)


def test_a_code_works_once_and_so_does_what_waits_for_it(facts, handed):
    first = sign_in.by_password(facts, handed.name, handed.password, address=HERE)
    second = sign_in.by_password(facts, handed.name, handed.password, address=HERE)
    code = code_of(facts, handed)
    assert isinstance(sign_in.by_code(facts, first.secret, code, address=HERE), SignedIn)
    again = sign_in.by_code(facts, second.secret, code, address=HERE)
    assert again.refusal.title == "This code is not taken"
    over = sign_in.by_code(facts, first.secret, code_of(facts, handed), address=HERE)
    assert (over.refusal.title, over.pending) == ("This sign-in is over", None)


def test_what_waits_is_over_after_ten_minutes(facts, handed):
    pending = sign_in.by_password(facts, handed.name, handed.password, address=HERE)
    facts.execute(text("UPDATE people.challenges SET expires_at = clock_timestamp()"))
    answer = sign_in.by_code(facts, pending.secret, code_of(facts, handed), address=HERE)
    assert answer.refusal.title == "This sign-in is over"
    sign_in.by_password(facts, handed.name, handed.password, address=HERE)
    assert facts.scalar(select(func.count()).select_from(ChallengeRow)) == 1


def test_a_changed_password_ends_what_waits_and_all_other_sessions(facts, handed):
    principal, other = enter(facts, handed), enter(facts, handed)
    assert other is not None
    pending = sign_in.by_password(facts, handed.name, handed.password, address=HERE)
    new = fresh.new_password()
    assert passwords.change_password(facts, principal, handed.password, new) is None
    assert sign_in.by_code(facts, pending.secret, code_of(facts, handed), address=HERE).pending is None
    live = facts.scalars(
        text("SELECT session_id::text FROM people.live WHERE account_id = :id"), {"id": principal.account_id}
    )
    assert live.all() == [principal.session_id]
    assert isinstance(sign_in.by_password(facts, handed.name, handed.password, address=HERE), Refused)
    assert isinstance(sign_in.by_password(facts, handed.name, new, address=HERE), Pending)
    assert len(events(facts, "password.changed")) == 1


@pytest.mark.asvs("6.2.3")
def test_a_password_is_changed_only_with_the_old_one_and_to_another_good_one(facts, handed):
    principal = enter(facts, handed)
    new = fresh.new_password()
    assert passwords.change_password(facts, principal, WRONG, new).title == "The old password is not right"
    with pytest.raises(RegistryError, match="This is the old password"):
        passwords.change_password(facts, principal, handed.password, handed.password)
    for bad in ("short", "passwordpassword", "r.example-r.example"):
        with pytest.raises(RegistryError, match="cannot be used") as refused:
            passwords.change_password(facts, principal, handed.password, bad)
        assert bad not in str(refused.value)
    for _ in range(9):
        passwords.change_password(facts, principal, WRONG, new)
    assert passwords.change_password(facts, principal, handed.password, new) is not None


def test_a_sign_in_that_was_handed_over_opens_only_the_change_of_its_password(facts, administrator):
    handed = fresh.add_with_sign_in(facts, administrator, "new.one", "New One")
    appointments.appoint(facts, administrator, handed.account_id, "planner")
    principal = enter(facts, handed)
    assert principal.actions == {"account.own"}
    assert passwords.change_password(facts, principal, handed.password, fresh.new_password()) is None
    secret, _ = signed_in(facts, accounts.account_of(facts, handed.account_id))
    assert asking(facts, secret).actions is None


def test_a_sign_in_that_was_handed_over_gets_no_second_factor_that_outlives_its_password(
    facts, administrator
):
    # A passkey does not ask for the password: whoever saw both could keep a way in that its owner never notices.
    handed = fresh.add_with_sign_in(facts, administrator, "new.one", "New One")
    principal = enter(facts, handed)
    for act in (
        lambda: enrolment.offer_passkey(facts, principal),
        lambda: enrolment.offer_totp(facts, principal, handed.name),
    ):
        with pytest.raises(RegistryError, match="password of your own first"):
            act()


def test_a_reset_ends_everything_the_account_had(facts, handed, administrator):
    keys = with_passkey(facts, handed)
    enter(facts, handed)
    again = fresh.reset(facts, administrator, handed.account_id)
    assert again.password != handed.password
    assert again.totp_key != handed.totp_key
    assert isinstance(by_passkey(facts, keys), Refused)
    assert isinstance(sign_in.by_password(facts, handed.name, handed.password, address=HERE), Refused)
    assert enter(facts, again).actions == {"account.own"}
    with pytest.raises(AccessError):
        fresh.reset(facts, enter(facts, again), administrator.account_id)


def test_a_hash_with_yesterdays_parameters_is_made_anew_at_sign_in(facts, handed):
    weak = hashing.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(handed.password)
    facts.execute(update(AccountRow).where(AccountRow.name == handed.name).values(password_hash=weak))
    enter(facts, handed)
    kept = facts.scalar(select(AccountRow.password_hash).where(AccountRow.name == handed.name))
    assert kept.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert hashing.verify(kept, handed.password)
    enter(facts, handed)


def test_a_passkey_alone_signs_in_and_after_a_password_it_is_the_second_factor(facts, handed):
    keys = with_passkey(facts, handed)
    alone = by_passkey(facts, keys)
    assert isinstance(alone, SignedIn)
    assert asking(facts, alone.secret).proved_at is not None
    pending = sign_in.by_password(facts, handed.name, handed.password, address=HERE)
    assert pending.methods == ("totp", "passkey")
    assert isinstance(by_passkey(facts, keys, pending=pending.secret), SignedIn)
    assert [event.detail["method"] for event in events(facts, "sign_in")[-2:]] == [
        "passkey",
        "password and passkey",
    ]


@pytest.mark.parametrize(
    "fault", ["other place", "not verified", "counter", "other account", "twice", "other challenge"]
)
def test_a_passkeys_answer_that_does_not_fit_is_refused(facts, handed, administrator, fault):
    keys = with_passkey(facts, handed)
    offer, pending = sign_in.passkey_options(facts), None
    if fault == "other place":
        keys.origin = "http://localhost:9999"
    elif fault == "not verified":
        keys.flags = 0x01
    elif fault == "counter":
        keys.counter = 0
    elif fault == "other account":
        other = fresh.add_with_sign_in(facts, administrator, "other")
        pending = sign_in.by_password(facts, other.name, other.password, address=HERE)
        offer = sign_in.passkey_options(facts, pending=pending.secret)
    answer = keys.prove(offer.options)
    if fault == "other challenge":
        offer = sign_in.passkey_options(facts)
    elif fault == "twice":
        assert isinstance(sign_in.passkey_finish(facts, offer.secret, answer, address=HERE), SignedIn)
    refused = sign_in.passkey_finish(facts, offer.secret, answer, address=HERE)
    assert isinstance(refused, Refused)


def test_a_passkey_of_a_disabled_account_is_refused(facts, handed, administrator):
    keys = with_passkey(facts, handed)
    accounts.disable(facts, administrator, handed.account_id)
    assert isinstance(by_passkey(facts, keys), Refused)


def test_the_demos_people_sign_in_by_no_way_where_its_companies_are_not(facts, handed, administrator):
    keys = with_passkey(facts, handed)
    issuer, subject = "https://id.example.gov", "248289761001"
    subjects.link(facts, administrator, handed.account_id, issuer, subject)
    facts.execute(text("UPDATE people.accounts SET demo = true WHERE name = :name"), {"name": handed.name})
    facts.execute(text("UPDATE registry.providers SET synthetic = false"))
    assert isinstance(by_passkey(facts, keys), Refused)
    assert isinstance(sign_in.by_subject(facts, issuer, subject, address=HERE, proved=True), Refused)
    assert isinstance(sign_in.by_password(facts, handed.name, handed.password, address=HERE), Refused)


def test_a_passkey_without_a_counter_works_again_and_again(facts, handed):
    keys = with_passkey(facts, handed, counts=False)
    assert isinstance(by_passkey(facts, keys), SignedIn)
    assert isinstance(by_passkey(facts, keys), SignedIn)


def test_a_passkey_that_does_not_verify_its_user_is_not_registered(facts, handed):
    with pytest.raises(RegistryError, match="not accepted"):
        with_passkey(facts, handed, verified=False)


def test_a_passkey_is_registered_once(facts, handed):
    keys = with_passkey(facts, handed)
    principal = enter(facts, handed)
    offer = enrolment.offer_passkey(facts, principal)
    assert keys.credential_id.hex() not in offer.options
    answer = keys.make(offer.options)
    with pytest.raises(RegistryError, match="registered already"):
        enrolment.add_passkey(facts, principal, offer.secret, answer, label="")


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.one_of(
        st.text(max_size=60),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.text(max_size=8),
            lambda inner: (
                st.lists(inner, max_size=3)
                | st.dictionaries(
                    st.sampled_from(
                        [
                            "id",
                            "rawId",
                            "type",
                            "response",
                            "clientDataJSON",
                            "authenticatorData",
                            "signature",
                        ]
                    ),
                    inner,
                    max_size=6,
                )
            ),
            max_leaves=12,
        ).map(json.dumps),
    )
)
def test_whatever_a_browser_answers_is_refused_in_words(facts, answer):
    offer = sign_in.passkey_options(facts)
    refused = sign_in.passkey_finish(facts, offer.secret, answer, address=HERE)
    assert refused.refusal.title == "The passkey was not accepted"


def test_a_second_factor_is_added_only_when_ones_own_is_fresh_and_the_only_one_stays(facts, handed):
    principal = enter(facts, handed)
    (only,) = authenticators_of(facts, principal.account_id)
    with pytest.raises(RegistryError, match="only second factor"):
        enrolment.take_away(facts, principal, only.id)
    secret, key, _ = enrolment.offer_totp(facts, principal, handed.name)
    with pytest.raises(RegistryError, match="does not belong"):
        enrolment.prove_totp(facts, principal, secret, "000000", label="")
    secret, key, _ = enrolment.offer_totp(facts, principal, handed.name)
    code = code_at(key, facts.execute(select(func.clock_timestamp())).scalar_one())
    enrolment.prove_totp(facts, principal, secret, code, label="second phone")
    enrolment.take_away(facts, principal, only.id)
    (left,) = authenticators_of(facts, principal.account_id)
    assert left.label == "second phone"
    facts.execute(text("UPDATE people.sessions SET proved_at = proved_at - interval '11 minutes'"))
    for act in (
        lambda: enrolment.offer_totp(facts, principal, handed.name),
        lambda: enrolment.offer_passkey(facts, principal),
        lambda: enrolment.take_away(facts, principal, left.id),
        lambda: tokens.make(facts, principal, "program", ["match.ask"], 1),
    ):
        with pytest.raises(proof.StepUpNeeded):
            act()


def test_the_key_in_the_database_is_sealed(facts, handed):
    row = facts.scalars(select(AuthenticatorRow)).one()
    assert handed.totp_key.encode() not in bytes(row.sealed)


def test_stepping_up_gives_another_session_and_the_old_one_ends(facts, handed):
    principal = enter(facts, handed)
    facts.execute(text("UPDATE people.sessions SET proved_at = proved_at - interval '11 minutes'"))
    with pytest.raises(proof.StepUpNeeded):
        proof.require_fresh(facts, principal)
    wrong = stepup.by_code(facts, principal, "000000", address=HERE)
    assert isinstance(wrong, Refused)
    done = stepup.by_code(facts, principal, code_of(facts, handed), address=HERE)
    again = asking(facts, done.secret)
    assert again.session_id != principal.session_id
    proof.require_fresh(facts, again)
    with pytest.raises(proof.StepUpNeeded):
        proof.require_fresh(facts, principal)
    for _ in range(10):
        stepup.by_code(facts, again, "000000", address=HERE)
    assert isinstance(stepup.by_code(facts, again, code_of(facts, handed), address=HERE), Refused)
    assert len(events(facts, "step_up.refused")) == 10


def test_a_passkey_steps_up_its_own_account_in_its_own_session(facts, handed, administrator):
    keys = with_passkey(facts, handed)
    principal, other = enter(facts, handed), enter(facts, handed)
    offer = stepup.passkey_options(facts, principal)
    assert isinstance(stepup.passkey_finish(facts, other, offer.secret, keys.prove(offer.options)), Refused)
    offer = stepup.passkey_options(facts, administrator)
    assert isinstance(
        stepup.passkey_finish(facts, administrator, offer.secret, keys.prove(offer.options)), Refused
    )
    offer = stepup.passkey_options(facts, principal)
    done = stepup.passkey_finish(facts, principal, offer.secret, keys.prove(offer.options))
    assert isinstance(done, SignedIn)
    assert asking(facts, done.secret).account_id == principal.account_id


def test_a_subject_signs_in_once_an_administrator_has_linked_it(facts, handed, administrator):
    given = {"address": HERE, "proved": True, "shown_name": "Rosa"}
    first = sign_in.by_subject(facts, "https://id.example.gov", "248289761001", **given)
    assert first.refusal.title == "No account here belongs to this sign-in"
    (stranger,) = subjects.strangers(facts, administrator)
    assert (stranger.subject, stranger.shown_name) == ("248289761001", "Rosa")
    subjects.link(facts, administrator, handed.account_id, stranger.issuer, stranger.subject)
    done = sign_in.by_subject(facts, stranger.issuer, stranger.subject, **given)
    assert asking(facts, done.secret).account_id == handed.account_id
    assert subjects.strangers(facts, administrator) == ()
    for other in (("https://id.example.org", stranger.subject), (stranger.issuer, "r.example")):
        assert isinstance(sign_in.by_subject(facts, *other, **given), Refused)
    with pytest.raises(RegistryError, match="belongs to an account already"):
        subjects.link(facts, administrator, administrator.account_id, stranger.issuer, stranger.subject)
    unproved = sign_in.by_subject(facts, stranger.issuer, stranger.subject, address=HERE, proved=False)
    assert asking(facts, unproved.secret).proved_at is None
    assert subjects.unlink(facts, administrator, handed.account_id) == 1
    assert asking(facts, done.secret) is None
    assert isinstance(sign_in.by_subject(facts, stranger.issuer, stranger.subject, **given), Refused)


@pytest.mark.parametrize("subject", ["", " ", "x" * 256, "a\0b", "\ud800"])
def test_a_subject_that_cannot_be_kept_is_refused_in_words(facts, subject):
    with pytest.raises(RegistryError, match="cannot be used"):
        sign_in.by_subject(facts, "https://id.example.gov", subject, address=HERE, proved=True)


def test_tokens_do_what_they_were_made_for_until_they_expire_or_are_revoked(facts, handed):
    principal = enter(facts, handed)
    secret, token_id = tokens.make(facts, principal, " export ", ["match.ask", "match.export"], 30)
    token = asking(facts, secret)
    assert (token.actions, token.proved_at) == ({"match.ask", "match.export"}, None)
    assert [(one.id, one.label) for one in tokens.tokens_of(facts, principal)] == [(token_id, "export")]
    with pytest.raises(AccessError):
        tokens.make(facts, token, "another", ["match.ask"], 1)
    with pytest.raises(RegistryError, match="more than its owner"):
        tokens.make(facts, principal, "x", ["match.ask", "audit.read"], 1)
    for label, actions, days in (("", ["match.ask"], 1), ("x", [], 1), ("x", ["match"], 1), ("x", ["match.ask"], 0), ("x", ["match.ask"], 91), ("x" * 81, ["match.ask"], 1), ("\0", ["match.ask"], 1)):  # fmt: skip
        with pytest.raises(RegistryError):
            tokens.make(facts, principal, label, actions, days)
    other = signed_in(facts, somebody(facts, "planner"))[1]
    with pytest.raises(RegistryError, match="no such token"):
        tokens.revoke(facts, other, token_id)
    tokens.revoke(facts, principal, token_id)
    assert asking(facts, secret) is None
    assert [event.action for event in events(facts, "token.made") + events(facts, "token.revoked")] == [
        "token.made",
        "token.revoked",
    ]


def test_the_operator_makes_the_first_administrator_and_no_other(facts):
    handed = fresh.first_administrator(facts, "Chief")
    assert enter(facts, handed).roles == {"administrator"}
    with pytest.raises(RegistryError, match="administrator already") as refused:
        fresh.first_administrator(facts, "second")
    assert "chief" in refused.value.todo
    again = fresh.first_administrator(facts, "chief")
    assert isinstance(sign_in.by_password(facts, "chief", handed.password, address=""), Refused)
    assert enter(facts, again).roles == {"administrator"}


def test_tries_are_forgotten_after_a_day(facts):
    sign_in.by_password(facts, "nobody", WRONG, address=HERE)
    facts.execute(text("UPDATE people.attempts SET at = at - interval '25 hours'"))
    sign_in.by_password(facts, "somebody", WRONG, address=HERE)
    assert facts.scalar(select(func.count()).select_from(AttemptRow)) == 1
