"""Conditions: what an asset's typed attributes must be, read from words and checked with their units."""

from __future__ import annotations

import math
import operator
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, cast, get_args

from matching.errors import MatchingError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from registry.directory.kinds import Attribute

Operator = Literal[">=", "<=", "=", ">", "<", "!="]
"""How an attribute is compared; only numbers know more and less."""

Value = float | str | bool

SIGNS: Final = frozenset("<>=")
"""What tells a condition from a kind: no kind and no value holds one of these."""

_CONDITION: Final = re.compile(
    r"^\s*(?P<attribute>[^<>=!]+?)\s*(?P<operator>>=|<=|!=|==|=|>|<)\s*(?P<value>.*?)\s*$"
)
_NUMBER: Final = re.compile(r"^(?P<number>[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)\s*(?P<unit>\D*)$")
_COMPARE: Final[dict[str, Callable[[float, float], bool]]] = {
    ">=": operator.ge,
    "<=": operator.le,
    "=": operator.eq,
    ">": operator.gt,
    "<": operator.lt,
    "!=": operator.ne,
}
_YES_NO: Final = {"yes": True, "true": True, "y": True, "no": False, "false": False, "n": False}


@dataclass(frozen=True)
class Condition:
    """One thing an asset's attribute must be: `kw >= 100` with unit `kW`; `label` is the attribute's plain name."""

    attribute: str
    operator: Operator
    value: Value
    unit: str = ""
    label: str = ""

    def holds(self, stated: Value) -> bool:
        """Return whether an asset with this stated value serves; a value of another type never does."""
        wanted = self.value
        if isinstance(wanted, str) and isinstance(stated, str):
            return (stated.casefold() == wanted.casefold()) == (self.operator == "=")
        if (
            isinstance(wanted, str)
            or isinstance(stated, str)
            or isinstance(wanted, bool) != isinstance(stated, bool)
        ):
            return False
        return _COMPARE[self.operator](stated, wanted)


def split_condition(part: str) -> tuple[str, str, str]:
    """Return attribute, operator and value of a text such as `kw>=100`.

    Raises
    ------
    MatchingError
        It lacks an attribute or a value, or holds no operator or several.
    """
    found = _CONDITION.match(part)
    if not found or not found["value"] or SIGNS & set(found["value"]):
        raise MatchingError(
            "A condition cannot be read",
            given=repr(part),
            wanted="attribute, one of >= <= = > < !=, and a value, such as kw>=100",
            todo="write each condition so, with commas between, and numbers without commas",
        )
    return found["attribute"], found["operator"], found["value"]


def read_condition(
    name: str, sign: str, value: Value, *, label: str, attributes: Sequence[Attribute]
) -> Condition:
    """Return a condition on one of the attributes that a kind has, its value in the attribute's own type and unit.

    Parameters
    ----------
    name, sign, value
        The attribute by code or plain name, the operator, and the value as words or as typed.
    label
        What the kind is called, for a refusal.
    attributes
        Those that the kind or its family has.

    Raises
    ------
    MatchingError
        There is no such attribute, it cannot be compared so, or its value has another type or unit.
    """
    attribute = _attribute(name, label, attributes)
    sign = "=" if sign == "==" else sign
    allowed = get_args(Operator) if attribute.type == "number" else ("=", "!=")
    if sign not in allowed:
        raise MatchingError(
            f"{attribute.name} cannot be compared so",
            given=f"{name}{sign}{value}",
            wanted=f"one of {' '.join(allowed)} for {attribute.name}, which is {_type_words(attribute)}",
            todo=f"write {attribute.code}{allowed[0]} and a value",
        )
    return Condition(
        attribute=attribute.code,
        operator=cast("Operator", sign),
        value=_value(attribute, value),
        unit=attribute.unit,
        label=attribute.name,
    )


def _attribute(name: str, label: str, attributes: Sequence[Attribute]) -> Attribute:
    wanted = name.strip().casefold()
    for attribute in attributes:
        if wanted in (attribute.code.casefold(), attribute.name.casefold()):
            return attribute
    has = ", ".join(f"{attribute.code} ({attribute.name})" for attribute in attributes)
    raise MatchingError(
        f"{label} has no attribute {name.strip()!r}",
        given=repr(name.strip()),
        wanted=f"one of {has}" if has else f"no condition: no attribute is kept for {label}",
        todo="use one of these, or leave the condition out",
    )


def _value(attribute: Attribute, given: Value) -> Value:
    """Return the value in the attribute's own type, or refuse it."""
    text = value_text(given).strip()
    if attribute.type == "number":
        return _number(attribute, text)
    if attribute.type == "yes_no" and text.casefold() in _YES_NO:
        return _YES_NO[text.casefold()]
    if attribute.type == "choice":
        for choice in attribute.choices:
            if choice.casefold() == text.casefold():
                return choice
    if attribute.type == "text" and text and not SIGNS & set(text) and "," not in text:
        return text
    raise MatchingError(
        f"{attribute.name} cannot be {text!r}",
        given=f"{attribute.code} {text!r}",
        wanted=_type_words(attribute),
        todo="use one of these, or leave the condition out",
    )


def _number(attribute: Attribute, text: str) -> float:
    found = _NUMBER.match(text)
    number = float(found["number"]) if found else math.nan
    unit = attribute.unit.casefold()
    if not math.isfinite(number) or (found and found["unit"].strip().casefold() not in {"", unit}):
        raise MatchingError(
            f"{attribute.name} cannot be {text!r}",
            given=f"{attribute.code} {text!r}",
            wanted=_type_words(attribute),
            todo=f"write the number{f' in {attribute.unit}' if attribute.unit else ''}, without commas",
        )
    return number


def _type_words(attribute: Attribute) -> str:
    if attribute.type == "number":
        return f"a number in {attribute.unit}" if attribute.unit else "a number"
    if attribute.type == "yes_no":
        return "yes or no"
    if attribute.type == "choice":
        return f"one of {', '.join(attribute.choices)}"
    return "a text without commas or the signs < > ="


def condition_text(condition: Condition) -> str:
    """Return a condition as `parse_need` reads it: `kw>=100`."""
    return f"{condition.attribute}{condition.operator}{value_text(condition.value)}"


def value_text(value: Value) -> str:
    """Return an attribute's value as people write it: `100`, `12.5`, `three`, `yes`."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:.10g}" if isinstance(value, int | float) else value
