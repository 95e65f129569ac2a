"""Two who change one account at once: they take turns in one order, and neither decides by what the other is changing."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from registry.db.engine import session_scope
from registry.errors import RegistryError
from registry.people import accounts, appointments, authenticators, fresh, sign_in, throttle, totp
from registry.people.sign_in import SignedIn
from tests.registry.people.persons import signed_in, somebody


def test_two_who_take_the_last_two_second_factors_leave_one(meanwhile, facts_url):
    with session_scope(facts_url) as session:
        owner = somebody(session, "planner").id
        first, second = (
            authenticators.add_totp(session, owner, totp.new_key(), label="app") for _ in range(2)
        )
    with session_scope(facts_url) as session:
        authenticators.remove(session, owner, first)
        other = meanwhile(lambda session: authenticators.remove(session, owner, second), session)
    with pytest.raises(RegistryError, match="your only second factor"):
        other.result()
    with session_scope(facts_url) as session:
        assert [held.id for held in authenticators.authenticators_of(session, owner)] == [second]


def test_who_disables_an_administrator_never_holds_what_a_look_of_that_account_needs_next(
    meanwhile, facts_url
):
    with session_scope(facts_url) as session:
        chief = signed_in(session, somebody(session, "administrator"))[1]
        looks = somebody(session, "administrator", "planner").id
    with session_scope(facts_url) as looking:
        # As trust.disclose: the account, then its appointments.
        looking.execute(text("SELECT FROM people.accounts WHERE id = :id FOR NO KEY UPDATE"), {"id": looks})
        disabled = meanwhile(lambda session: accounts.disable(session, chief, looks), looking)
        held = "SELECT id FROM people.appointments WHERE account_id = :id ORDER BY id FOR SHARE NOWAIT"
        assert len(looking.execute(text(held), {"id": looks}).all()) == 2
    disabled.result()
    with session_scope(facts_url) as session:
        assert accounts.account_of(session, looks).disabled_at is not None


def test_a_code_that_waits_for_a_password_of_the_same_name_does_not_hold_the_account(meanwhile, facts_url):
    with session_scope(facts_url) as session:
        handed = fresh.make_fresh(session, somebody(session, "planner", name="planner"), shown_for=None)
    with session_scope(facts_url) as session:
        pending = sign_in.by_password(session, "planner", handed.password, address="")
        code = totp.code_at(handed.totp_key, session.scalar(text("SELECT clock_timestamp()")))
    with session_scope(facts_url) as session:
        # As a password that is hashed anew: the name, then the account.
        assert throttle.begin_try(session, "planner", "", "password")
        done = meanwhile(lambda other: sign_in.by_code(other, pending.secret, code, address=""), session)
        session.execute(text("SELECT FROM people.accounts WHERE name = 'planner' FOR NO KEY UPDATE NOWAIT"))
    (finished,) = done.result()
    assert isinstance(finished, SignedIn)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE people.accounts SET disabled_at = clock_timestamp() WHERE id = :account",
        "UPDATE people.sessions SET ended_at = clock_timestamp() WHERE account_id = :account",
        "UPDATE people.appointments SET ended_at = clock_timestamp() WHERE account_id = :account",
    ],
    ids=["disabled", "signed out", "revoked"],
)
def test_an_act_begun_while_its_role_is_being_taken_away_waits_and_is_refused(meanwhile, facts_url, change):
    with session_scope(facts_url) as session:
        who = signed_in(session, somebody(session, "declarer"))[1]

    def acts(other):
        for key, value in (("account", who.account_id), ("session", who.session_id)):
            other.execute(
                text("SELECT set_config(:key, :value, true)"), {"key": f"app.{key}", "value": value}
            )
        return other.scalar(text("SELECT trust.acts('declarer', 'declaration.record', true)"))

    with session_scope(facts_url) as session:
        assert acts(session)
    with session_scope(facts_url) as session:
        session.execute(text(change), {"account": who.account_id})
        done = meanwhile(acts, session)
    assert done.result() == [False]


def test_who_takes_a_role_away_waits_for_an_act_that_has_begun(meanwhile, facts_url):
    with session_scope(facts_url) as session:
        chief = signed_in(session, somebody(session, "administrator"))[1]
        declarer = somebody(session, "declarer")
        who = signed_in(session, declarer)[1]
    with session_scope(facts_url, principal=who) as session:
        assert session.scalar(text("SELECT trust.acts('declarer', 'declaration.record', true)"))
        held = declarer.appointments[0].id
        done = meanwhile(lambda other: _dismiss(other, chief, held), session)
        assert not done.done()
    done.result()


def _dismiss(session, chief, held):
    for key, value in (("account", chief.account_id), ("session", chief.session_id)):
        session.execute(text("SELECT set_config(:key, :value, true)"), {"key": f"app.{key}", "value": value})
    return appointments.dismiss(session, chief, held)
