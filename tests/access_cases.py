"""The table of access as cases: every action by role by {own, foreign}, for whichever door asks.

A door gives for each action how it is tried at a place (`own` lies within the jurisdiction of the role, `foreign` does
not), and says whether it was refused by the table. `expected` is what the table itself says.
"""

from __future__ import annotations

from dataclasses import dataclass

from registry.people.access import ACCESS
from registry.people.principal import ROLES

OF_ONESELF = {"audit.own", "account.own"}
"""Actions about one's own account: nothing of anybody else's can be named, so a door has no foreign place for them."""

NOT_OVER_REST = {
    "exercise.edit": "an exercise is made and edited by people, on its page and by `merr exercise`",
    "exercise.play": "players are people: they write on their page and by `merr exercise`",
}
"""Actions that no route asks for, each with its reason."""

NOT_ON_PAGES = {
    "rules.set": "rules change once in years: over REST alone",
    "run.read": "what was computed is read by `merr run`",
}
"""Actions that no page and no callback asks for, each with its reason."""

NOT_BY_COMMAND = {
    "audit.read": "`merr audit` is the operator's, by a login of its own",
    "incident.close": "on the page, beside what it closes",
    "incident.read": "a command reads an incident only to rank for it, which is match.ask",
    "incident.save": "an area is drawn on the page",
    "provider.looks": "a company has a page and no commands",
    "provider.show": "a company has a page and no commands",
    "registry.look": "the list of assets is for the map and for programs; a command ranks",
    "rules.set": "rules change once in years: over REST alone",
    "run.make": "a run is made by the worker",
}
"""Actions that no command asks for, each with its reason."""

OPERATOR = {"db", "build", "load", "audit", "serve", "worker", "bench", "demo"}
"""Commands that the operator of the machine runs, by logins of its own; none of them can disclose."""

NOBODY = "00000000-0000-4000-8000-000000000000"
"""The id of nothing."""

TABLE_SAYS_NO = (
    "Your role does not allow this",
    "This lies outside your jurisdiction",
    "Your role opens no contacts",
    "This incident lies outside your jurisdiction",
    "This is not your company",
    "There is no such run",
    "There is no such exercise",
)
"""The titles of what the table refuses, here or in the database; every other refusal comes after it. Whoever may not read a
run or an exercise does not learn that it is there."""

OWN, FOREIGN = "29097", "29037"
"""The county of a local emergency manager's case, and one of another region."""


@dataclass(frozen=True)
class AccessCase:
    """One cell of the table, tried at one place."""

    action: str
    role: str
    where: str

    @property
    def expected(self):
        """Whether the table allows it."""
        cell = ACCESS[self.action][self.role]
        return cell == "all" or (cell == "own" and self.where == "own")

    def __str__(self):
        """Return what names the case in a report."""
        return f"{self.action}-{self.role}-{self.where}"


def cases(actions):
    """Return the cases of these actions."""
    return [
        AccessCase(action, role, where)
        for action in actions
        for role in ROLES
        for where in ("own", "foreign")
    ]
