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
    "coverage.read": "worked out in the background and read on its page; no program asked for it",
    "exercise.edit": "an exercise is made and edited by people, on its page and by `merr exercise`",
    "exercise.play": "players are people: they write on their page and by `merr exercise`",
    "exercise.read": "no program plays; the report is taken on its page and by `merr exercise export`",
    "exercise.run": "a controller runs the clock on its page and by `merr exercise`",
    "run.make": "work of minutes belongs to the worker, which the command and the pages tell what to do",
    "run.read": "what was computed is read on its page and by `merr run`",
    "scenario.edit": "a scenario is made and run by a designer, by `merr scenario`",
    "scenario.read": "scenarios are read by `merr scenario`; no program asked for them",
}
"""Actions that no route asks for, each with its reason."""

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
