"""What a company lets be seen before a declaration: nothing by default, its own word before any list's."""

from __future__ import annotations

import uuid

import pytest
from sqlalchemy import text

from registry.db.engine import session_scope
from registry.directory.showing import show
from registry.directory.store import listings
from registry.directory.writing import upsert_providers
from registry.errors import RegistryError
from registry.people.access import AccessError
from registry.people.principal import Appointment, Principal
from tests.registry.hand import provider


def company(provider_id, role="company"):
    held = Appointment(role=role, provider_id=provider_id)
    return Principal(account_id=str(uuid.uuid4()), session_id="s", name="C. Contact", appointments=(held,))


def load(url, **said):
    with session_scope(url) as session:
        return upsert_providers(session, [provider("p1", **said)])


def shown(url):
    with session_scope(url) as session:
        (row,) = listings(session)
    return row.shows_name, row.shows_place


@pytest.fixture
def provider_id(facts_url):
    load(facts_url)
    with session_scope(facts_url) as session:
        (row,) = listings(session)
    return row.provider_id


def test_who_never_said_anything_shows_nothing(facts_url, provider_id):
    assert provider_id
    assert shown(facts_url) == (False, "no")


def test_a_list_sets_both_and_one_that_is_silent_leaves_them(facts_url):
    load(facts_url, shows_name=True, shows_place="zip")
    assert shown(facts_url) == (True, "zip")
    assert load(facts_url).providers.unchanged == 1
    assert shown(facts_url) == (True, "zip")
    assert load(facts_url, shows_place="no").providers.changed == 1
    assert shown(facts_url) == (True, "no")


@pytest.mark.parametrize("own", [(False, "no"), (True, "zip")])
def test_what_a_company_set_itself_no_list_changes(facts_url, provider_id, own):
    name, place = own
    with session_scope(facts_url, principal=company(provider_id)) as session:
        show(session, company(provider_id), provider_id, name=name, place=place)
    again = load(facts_url, shows_name=not name, shows_place="exact")
    assert shown(facts_url) == own
    assert again.providers.unchanged == 1


def test_showing_is_recorded_with_who_and_what(facts_url, provider_id):
    who = company(provider_id)
    with session_scope(facts_url, principal=who) as session:
        show(session, who, provider_id, name=True, place="exact")
    with session_scope(facts_url) as session:
        (row,) = session.execute(
            text("SELECT action, account_id, provider_id::text, detail FROM trust.events")
        )
    assert row == (
        "provider.shown",
        who.account_id,
        provider_id,
        {"shows_name": True, "shows_place": "exact"},
    )


def test_nobody_shows_another_company(facts_url, provider_id):
    for stranger in (
        company(str(uuid.uuid4())),
        company(provider_id, "administrator"),
        company(None, "planner"),
    ):
        with session_scope(facts_url) as session, pytest.raises(AccessError):
            show(session, stranger, provider_id, name=True, place="exact")
    assert shown(facts_url) == (False, "no")


def test_a_choice_that_is_none_and_a_company_that_is_not_there_are_refused(facts_url, provider_id):
    with session_scope(facts_url) as session, pytest.raises(RegistryError, match="cannot be shown"):
        show(session, company(provider_id), provider_id, name=True, place="street")
    for nobody in (str(uuid.uuid4()), "p1"):
        with session_scope(facts_url) as session, pytest.raises(RegistryError, match="no such company"):
            show(session, company(nobody), nobody, name=True, place="no")
    with session_scope(facts_url) as session, pytest.raises(RegistryError, match="place shown"):
        upsert_providers(session, [provider("p2", shows_place="street")])
