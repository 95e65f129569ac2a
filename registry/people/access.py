"""Which role may do what, and where: one table, read by every door.

`all` allows an action anywhere, `own` within the jurisdiction of the appointment, `-` never. Whoever adds an action
adds its line; a door that names an action without a line does not start.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, cast, get_args

from registry.errors import RegistryError
from registry.people.principal import ROLE_NAMES, ROLES, Role

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from registry.people.principal import Appointment, Principal

Cell = Literal["all", "own", "-"]
"""How far a role may do an action."""

TABLE: Final = """
action               administrator declarer planner coordinator local designer beoc fusion company auditor
registry.look        -             all      all     own         own   all      -    -      -       -
match.ask            -             -        all     own         own   all      -    -      -       -
match.export         -             -        all     own         own   all      -    -      -       -
coverage.read        all           all      all     all         all   all      -    -      -       -
incident.read        -             all      all     own         own   all      -    -      -       -
incident.save        -             -        all     own         own   -        -    -      -       -
incident.close       -             -        all     own         own   -        -    -      -       -
run.make             -             -        all     own         own   all      -    -      -       -
run.read             -             -        all     own         own   all      -    -      -       -
declaration.read     all           all      all     all         all   all      all  all    all     all
declaration.record   -             all      -       -           -     -        -    -      -       -
declaration.confirm  -             all      -       -           -     -        -    -      -       -
declaration.extend   -             all      -       -           -     -        -    -      -       -
declaration.end      -             all      -       -           -     -        -    -      -       -
waiver.record        -             all      -       -           -     -        -    -      -       -
contact.look         -             -        all     own         own   -        -    -      -       -
provider.show        -             -        -       -           -     -        -    -      own     -
provider.looks       -             -        -       -           -     -        -    -      own     all
exercise.read        own           own      own     own         own   all      own  own    own     own
exercise.edit        -             -        -       -           -     all      -    -      -       -
exercise.run         own           own      own     own         own   all      own  own    own     own
exercise.play        own           own      own     own         own   all      own  own    own     own
audit.read           -             -        -       -           -     -        -    -      -       all
audit.own            own           own      own     own         own   own      own  own    own     own
account.read         all           -        -       -           -     -        -    -      -       all
account.manage       all           -        -       -           -     -        -    -      -       -
account.own          own           own      own     own         own   own      own  own    own     own
rules.set            all           -        -       -           -     -        -    -      -       -
scenario.read        -             -        all     -           -     all      -    -      -       -
scenario.edit        -             -        -       -           -     all      -    -      -       -
records.review       all           -        -       -           -     -        -    -      -       -
records.export       all           -        -       -           -     -        -    -      -       all
"""


@dataclass(frozen=True, kw_only=True)
class Target:
    """What an action is about: the counties an area touches, a provider, a sector, or somebody's own account."""

    counties: frozenset[str] = frozenset()
    provider_id: str | None = None
    sector: str | None = None
    account_id: str | None = None


ANYWHERE: Final = Target()
"""An action about nothing in particular: only a role that may do it anywhere may."""


class AccessError(RegistryError):
    """Something that this account may not do, or not there."""


def read_table(text: str) -> dict[str, dict[Role, Cell]]:
    """Return the cells of a table of access, by action and role.

    Raises
    ------
    ValueError
        A role is not known or missing, an action stands twice, or a cell is none of `all`, `own`, `-`.
    """
    head, *lines = (line.split() for line in text.strip().splitlines())
    if head[0] != "action" or sorted(head[1:]) != sorted(ROLES):
        msg = f"the columns must be the roles, each once: {head}"
        raise ValueError(msg)
    table: dict[str, dict[Role, Cell]] = {}
    for action, *cells in lines:
        if action in table or len(cells) != len(ROLES) or not set(cells) <= set(get_args(Cell)):
            msg = f"the line of {action} must stand once, with all, own or - for each role: {cells}"
            raise ValueError(msg)
        table[action] = cast("dict[Role, Cell]", dict(zip(head[1:], cells, strict=True)))
    return table


ACCESS: Final[Mapping[str, Mapping[Role, Cell]]] = read_table(TABLE)
"""The table of access, by action and role."""


def allowed(principal: Principal, action: str, target: Target = ANYWHERE) -> bool:
    """Return whether `principal` may do `action` on `target`.

    Raises
    ------
    KeyError
        No line of the table names the action.
    """
    cells = ACCESS[action]
    if principal.actions is not None and action not in principal.actions:
        return False
    return any(
        cells[held.role] == "all" or (cells[held.role] == "own" and _within(held, principal, target))
        for held in principal.appointments
    )


def counties_within(principal: Principal, action: str, counties: Collection[str]) -> frozenset[str] | None:
    """Return where among these counties (FIPS codes) `principal` may do `action`; None for whoever may anywhere."""
    if allowed(principal, action):
        return None
    return frozenset(
        fips for fips in counties if allowed(principal, action, Target(counties=frozenset({fips})))
    )


def may_somewhere(principal: Principal, action: str) -> bool:
    """Return whether `principal` may do `action` on anything at all: whether a door shows it."""
    cells = ACCESS[action]
    if principal.actions is not None and action not in principal.actions:
        return False
    return any(cells[held.role] != "-" for held in principal.appointments)


def require(principal: Principal, action: str, target: Target = ANYWHERE) -> None:
    """Refuse what `principal` may not do.

    Raises
    ------
    AccessError
        The roles of the account do not allow it, or not there.
    """
    if allowed(principal, action, target):
        return
    elsewhere = may_somewhere(principal, action)
    raise AccessError(
        "This lies outside your jurisdiction" if elsewhere else "Your role does not allow this",
        given=_asked(principal, action),
        wanted="a place or company of your own" if elsewhere else holders(action),
        todo="ask an administrator to widen your appointment, or somebody who holds such a role",
    )


def require_somewhere(principal: Principal, action: str) -> None:
    """Refuse whoever may do `action` nowhere at all.

    Raises
    ------
    AccessError
        No role of the account, or not its token, allows it.
    """
    if may_somewhere(principal, action):
        return
    raise AccessError(
        "Your role does not allow this",
        given=_asked(principal, action),
        wanted=holders(action),
        todo="ask an administrator for such a role, or somebody who holds one",
    )


def _asked(principal: Principal, action: str) -> str:
    held = ", ".join(sorted(ROLE_NAMES[role] for role in principal.roles)) or "no role"
    return f"{principal.name}, {held}: {action}"


def holders(action: str) -> str:
    """Return the roles that may do an action, in words: `SEMA planner or Exercise designer`."""
    return " or ".join(ROLE_NAMES[role] for role, cell in ACCESS[action].items() if cell != "-")


def _within(held: Appointment, principal: Principal, target: Target) -> bool:
    """Return whether a target lies within one appointment's jurisdiction."""
    return (
        (target.account_id is not None and target.account_id == principal.account_id)
        or bool(held.counties & target.counties)
        or (target.sector is not None and target.sector == held.sector)
        or (target.provider_id is not None and target.provider_id == held.provider_id)
    )
