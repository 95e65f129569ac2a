"""Which test notices that a line or a trigger of the disclosing functions is gone; a plugin that lets it be gone.

With this plugin a session has each of these tests once as it is and once for each thing that it is to notice, left
out of that test's own database: one session, where each would take longer to begin one of its own.
"""

from __future__ import annotations

import pytest

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
    "signed in": f"{LOOKS}::test_in_mid_use_whoever_is_signed_out_or_disabled_is_refused_at_the_next_look[ended]",
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
    "declarations_are_guarded": f"{ACTS}::test_the_database_too_keeps_a_recorded_declaration_as_it_is[second-number = '26-08'-not rewritten]",
    "extensions_end_too": f"{ACTS}::test_an_extension_carries_on_and_ends_with_what_it_extends",
    "declarations_stay": STAYS.format("trust.declarations"),
    "waivers_are_stamped": f"{ACTS}::test_no_statement_records_a_waiver_in_the_name_of_another",
    "waivers_stay": STAYS.format("trust.waivers"),
    "rules_are_stamped": f"{ACTS}::test_no_statement_changes_a_rule_but_an_administrators",
    "rules_stay": STAYS.format("trust.rules"),
}
"""What is taken away, and a test that notices."""


WHOLE = "nothing left out"


def lacking(test, what):
    """Return the id of a test on a database that lacks something."""
    return f"{test[:-1]}-{what}]" if test.endswith("]") else f"{test}[{what}]"


@pytest.hookimpl(trylast=True)  # after the test's own parameters, which then stand first in its id
def pytest_generate_tests(metafunc):
    function = metafunc.definition.nodeid
    noticed = [what for what, test in NOTICES.items() if test.partition("[")[0] == function]
    if noticed:
        metafunc.parametrize("left_out", [pytest.param("", id=WHOLE), *noticed])
