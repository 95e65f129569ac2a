"""Every condition of a look, every lock and every trigger of declarations, taken away alone, turns a test red."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from registry.db.engine import session_scope
from tests.registry.trust.leaving_out import marks

ROOT = Path(__file__).resolve().parents[2]
LOOKS, ACTS = "tests/registry/trust/test_disclosure.py", "tests/registry/trust/test_declarations.py"
LACKS = f"{LOOKS}::test_a_look_that_lacks_something_is_refused_and_recorded"
WAITS = f"{LOOKS}::test_a_look_begun_while_the_door_is_being_closed_waits_and_is_refused"
ROLES = f"{LOOKS}::test_who_may_look_is_what_the_table_of_access_says"
OTHERS = f"{LOOKS}::test_no_other_declaration_opens"
STAYS = ACTS + "::test_what_was_recorded_is_not_taken_away[DELETE FROM {}]"  # noqa: S608 - the name of a test

NOTICES = {
    "the account is spelt one way": f"{LOOKS}::test_an_account_spelt_another_way_counts_as_the_same",
    "the account is held": f"{WAITS}[disabled]",
    "the session is held": f"{WAITS}[signed out]",
    "the appointments are held": f"{WAITS}[revoked]",
    "the declarations are held": f"{WAITS}[ended]",
    "the session is the account's": f"{LOOKS}::test_a_session_opens_nothing_for_another_account",
    "the session is this one": f"{LOOKS}::test_a_live_session_of_the_same_account_does_not_stand_in_for_an_ended_one",
    "the asset is the provider's": f"{LOOKS}::test_an_asset_of_another_company_opens_nothing",
    "the asset is of a kind needed": f"{LACKS}[asset-{{'key': 'dry'}}]",
    "the asset is available": f"{LACKS}[asset-{{'key': 'paused'}}]",
    "there is one to send": f"{LACKS}[asset-{{'key': 'empty'}}]",
    "signed in": f"{LOOKS}::test_in_mid_use_whoever_is_signed_out_or_disabled_is_refused_at_the_next_look",
    "the token is for it": f"{LOOKS}::test_a_token_looks_only_when_it_was_made_for_it",
    "a role that may": f"{ROLES}[auditor]",
    "the incident is there": f"{LACKS}[incident-{{'place': 'Joplin'}}]",
    "within the jurisdiction": f"{ROLES}[local]",
    "the purpose says something": f"{LACKS}[purpose-{{'purpose': ' '}}]",
    "the incident is not closed": f"{LOOKS}::test_a_closed_incident_opens_nothing_until_it_is_reopened",
    "the incident is open": f"{LOOKS}::test_a_closed_incident_opens_nothing_until_it_is_reopened",
    "a declaration opens it": f"{LOOKS}::test_a_declaration_ended_in_mid_use_closes_at_the_next_look",
    "ranked for it": f"{LACKS}[ranked-{{'key': 'unranked'}}]",
    "has what is needed": f"{LACKS}[asset-{{'key': 'dry'}}]",
    "no more than the limit": f"{LOOKS}::test_an_hour_allows_as_many_looks_as_the_rule_says",
    "still open once recorded": f"{LOOKS}::test_a_look_that_waits_for_its_turn_past_the_end_is_refused",
    "reaches its counties": f"{OTHERS}[of another county]",
    "confirmed": f"{LOOKS}::test_a_declaration_that_waits_opens_nothing",
    "not ended": f"{LOOKS}::test_a_declaration_ended_in_mid_use_closes_at_the_next_look",
    "begun": f"{OTHERS}[not yet]",
    "not over": f"{LOOKS}::test_a_declaration_that_ran_out_opens_nothing",
    "declarations_are_guarded": f"{ACTS}::test_the_database_too_keeps_a_recorded_declaration_as_it_is",
    "extensions_end_too": f"{ACTS}::test_an_extension_carries_on_and_ends_with_what_it_extends",
    "declarations_stay": STAYS.format("trust.declarations"),
    "waivers_are_stamped": f"{ACTS}::test_no_statement_records_a_waiver_in_the_name_of_another",
    "waivers_stay": STAYS.format("trust.waivers"),
    "rules_are_stamped": f"{ACTS}::test_no_statement_changes_a_rule_but_an_administrators",
    "rules_stay": STAYS.format("trust.rules"),
}
"""What is taken away, and a test that notices."""


def run(*tests, without="", options=()):
    """Return the outcome of tests on a database that lacks one thing."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith("PYTEST_")}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-n", "0", *options, *dict.fromkeys(tests)],
        cwd=ROOT, env={**environment, "WALL_WITHOUT": without}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    return done.returncode, done.stdout


def test_every_test_named_here_is_there():
    code, said = run(*NOTICES.values(), options=["--collect-only"])
    assert code == 0, said


@pytest.mark.proof
def test_each_line_and_each_trigger_has_a_test_that_notices(worker_database_url):
    with session_scope(worker_database_url) as session:
        assert sorted(marks(session)) == sorted(NOTICES)


@pytest.mark.proof
def test_with_everything_in_place_these_tests_are_green():
    code, said = run(*NOTICES.values())
    assert code == 0, said


@pytest.mark.proof
@pytest.mark.parametrize("what", NOTICES)
def test_what_is_taken_away_turns_a_test_red(what):
    code, said = run(NOTICES[what], without=what)
    assert code == 1, said
    assert re.search(r"\b[1-9][0-9]* failed", said)
    assert not re.search(r"\b[1-9][0-9]* error", said), said
