"""The rules of the office: what each may say, and what it says until an administrator changes it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, get_args

from registry.errors import RegistryError
from registry.wording import storable

if TYPE_CHECKING:
    from collections.abc import Mapping

RuleName = Literal["looks_per_hour", "two_declarers", "records_review_days", "purposes"]

RULES: Final[tuple[RuleName, ...]] = get_args(RuleName)

RuleValue = int | bool | tuple[str, ...]

PURPOSES_LIMIT: Final = 20
PURPOSE_LIMIT: Final = 100

MEANINGS: Final[Mapping[RuleName, str]] = {
    "looks_per_hour": "contacts one person may look at within an hour",
    "two_declarers": "a declaration is confirmed by another person than the one who recorded it",
    "records_review_days": "days within which voluntarily submitted records are reviewed (RSMo 610.021)",
    "purposes": "purposes offered for a look; another one may be written",
}
"""What each rule settles, as screens say it."""

BOUNDS: Final[Mapping[RuleName, tuple[int, int]]] = {
    "looks_per_hour": (1, 10_000),
    "records_review_days": (1, 3_650),
}
"""The least and the greatest value of each rule that is a number."""


@dataclass(frozen=True, kw_only=True)
class Rules:
    """All rules as they are in use; the defaults are those that ship."""

    looks_per_hour: int = 60
    two_declarers: bool = True
    records_review_days: int = 90
    purposes: tuple[str, ...] = (
        "Ask for what this incident needs",
        "Agree on delivery",
        "Release what was lent",
    )


def checked_name(given: str) -> RuleName:
    """Return the rule of that name.

    Raises
    ------
    RegistryError
        There is none.
    """
    for name in RULES:
        if name == given:
            return name
    raise RegistryError(
        "There is no such rule",
        given=repr(given[:60]),
        wanted=", ".join(RULES),
        todo="use one of these names",
    )


def checked_value(name: RuleName, given: object) -> RuleValue:
    """Return a value that the rule may have.

    Raises
    ------
    RegistryError
        It is of another type, out of bounds, or a purpose is empty or too long.
    """
    if name == "two_declarers":
        if isinstance(given, bool):
            return given
        raise _refusal(name, given, "yes or no")
    if name == "purposes":
        return _purposes(given)
    least, greatest = BOUNDS[name]
    if isinstance(given, int) and not isinstance(given, bool) and least <= given <= greatest:
        return given
    raise _refusal(name, given, f"a whole number from {least} to {greatest:,}")


def _purposes(given: object) -> tuple[str, ...]:
    wanted = f"1 to {PURPOSES_LIMIT} purposes of 4 to {PURPOSE_LIMIT} characters"
    if not isinstance(given, list | tuple) or not 1 <= len(given) <= PURPOSES_LIMIT:
        raise _refusal("purposes", given, wanted)
    words = [" ".join(each.split()) if isinstance(each, str) else "" for each in given]
    if not all(4 <= len(each) <= PURPOSE_LIMIT and storable(each) for each in words):  # noqa: PLR2004 - in `wanted`
        raise _refusal("purposes", given, wanted)
    return tuple(dict.fromkeys(words))


def _refusal(name: RuleName, given: object, wanted: str) -> RegistryError:
    return RegistryError(
        f"The rule {name} cannot say that",
        given=repr(given)[:60],
        wanted=f"{wanted}: {MEANINGS[name]}",
        todo="give it such a value",
    )
