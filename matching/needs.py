"""Needs: a kind of asset, how many, and what its attributes must be."""

from __future__ import annotations

import math
import operator
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, cast, get_args

from matching.errors import MatchingError
from registry.errors import RegistryError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from registry.directory.kinds import Attribute, Kind, Taxonomy

Operator = Literal[">=", "<=", "=", ">", "<", "!="]
"""How an attribute is compared; only numbers know more and less."""

Value = float | str | bool

MAX_QUANTITY: Final = 1_000_000
"""More of anything than Missouri could receive: a slip of the keyboard, not a need."""

MAX_CONDITIONS: Final = 12
MAX_TEXT: Final = 500
"""Longest need that is read, in characters."""

SHAPE: Final = (
    'a need such as "generator:40,kw>=100": kind or family, a colon and how many (or no number), conditions'
)
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


@dataclass(frozen=True)
class Need:
    """What is wanted of one kind or family of kinds.

    Parameters
    ----------
    word
        The kind or family as resolved: its code.
    kinds
        Codes of the kinds that serve, sorted.
    quantity
        Units wanted, or None when every arrival is wanted.
    conditions
        All of them must hold.
    text
        The need in one line, in the form that `parse_need` reads: equal needs have equal texts.
    label
        The plain name of the kind or family, for screens.
    unit
        What is counted: `each`, `crew`, `pallet`; `each` when the kinds differ.
    """

    word: str
    kinds: tuple[str, ...]
    quantity: int | None
    conditions: tuple[Condition, ...]
    text: str
    label: str
    unit: str = "each"


def parse_need(text: str, taxonomy: Taxonomy) -> Need:
    """Return the need written in one line: `generator:40,kw>=100`, `light_tower`, `Light tower:6`.

    Parameters
    ----------
    text
        Kind or family (code or plain name), then a colon and how many (without it every arrival is wanted), then
        conditions, with commas between. A unit may follow a number and must be the attribute's own: `kw>=100 kW`.
    taxonomy
        Kinds, families and attributes.

    Raises
    ------
    MatchingError
        The need cannot be understood; it says which word, and what would have been.
    """
    if len(text) > MAX_TEXT:
        raise MatchingError(
            "This need is too long",
            given=f"{len(text)} characters",
            wanted=f"{SHAPE}, at most {MAX_TEXT} characters",
            todo="ask for several things in several needs",
        )
    parts = [part.strip() for part in text.split(",")]
    first = next((i for i, part in enumerate(parts) if _CONDITION.match(part)), len(parts))
    word, colon, quantity = ",".join(text.split(",")[:first]).rpartition(":")
    if not colon:
        word, quantity = quantity, ""
    if not word.strip():
        raise MatchingError(
            "This need names no kind", given=repr(text), wanted=SHAPE, todo="start with what is wanted"
        )
    if colon and not quantity.strip():
        raise MatchingError(
            "This need has a colon but no number",
            given=repr(text),
            wanted=SHAPE,
            todo="write how many after the colon, or leave the colon out to see every arrival",
        )
    return build_need(
        word,
        quantity if colon else None,
        [_split_condition(part) for part in parts[first:]],
        taxonomy,
    )


def build_need(
    word: str,
    quantity: int | str | None,
    conditions: Sequence[tuple[str, str, Value]],
    taxonomy: Taxonomy,
) -> Need:
    """Return the need made of its parts, as a form gives them; each is checked as in `parse_need`.

    Parameters
    ----------
    word
        Kind or family, by code or plain name.
    quantity
        Units wanted, or None when every arrival is wanted.
    conditions
        Attribute (code or name), operator and value of each.
    taxonomy
        Kinds, families and attributes.

    Raises
    ------
    MatchingError
        A part cannot be understood.
    """
    kinds = _kinds(word, taxonomy)
    if len(conditions) > MAX_CONDITIONS:
        raise MatchingError(
            "This need has too many conditions",
            given=f"{len(conditions)} conditions",
            wanted=f"at most {MAX_CONDITIONS}",
            todo="leave out those that matter least",
        )
    wanted = None if quantity is None else _quantity(quantity)
    checked = tuple(_condition(*condition, kinds=kinds, taxonomy=taxonomy) for condition in conditions)
    code, label = _name(kinds)
    head = code if wanted is None else f"{code}:{wanted}"
    return Need(
        word=code,
        kinds=tuple(sorted(kind.code for kind in kinds)),
        quantity=wanted,
        conditions=checked,
        text=",".join([head, *(condition_text(condition) for condition in checked)]),
        label=label,
        unit=kinds[0].unit if len({kind.unit for kind in kinds}) == 1 else "each",
    )


def need_as_json(need: Need) -> dict[str, object]:
    """Return the need as plain JSON values, for an incident's row or an export; `need_from_json` reads it back."""
    return {
        "word": need.word,
        "quantity": need.quantity,
        "conditions": [
            {"attribute": c.attribute, "operator": c.operator, "value": c.value, "unit": c.unit}
            for c in need.conditions
        ],
        "text": need.text,
    }


def need_from_json(value: object, taxonomy: Taxonomy) -> Need:
    """Return the need that `need_as_json` wrote, checked again against today's kinds and attributes.

    An object that holds only the asker's words, as `text`, is read as `parse_need` does.

    Raises
    ------
    MatchingError
        The value is no need, or its kind or attributes are no longer known.
    """
    try:
        parts = cast("Mapping[str, object]", value)
        if set(parts) == {"text"}:
            return parse_need(str(parts["text"]), taxonomy)
        rows = [
            (str(row["attribute"]), str(row["operator"]), cast("Value", row["value"]))
            for row in cast("Sequence[Mapping[str, object]]", parts["conditions"])
        ]
        word, quantity = str(parts["word"]), cast("int | None", parts["quantity"])
    except (KeyError, TypeError) as fault:
        raise MatchingError(
            "This stored need cannot be read",
            given=repr(value)[:200],
            wanted="an object with word, quantity and conditions",
            todo="enter the need again",
        ) from fault
    return build_need(word, quantity, rows, taxonomy)


def condition_text(condition: Condition) -> str:
    """Return a condition as `parse_need` reads it: `kw>=100`."""
    return f"{condition.attribute}{condition.operator}{value_text(condition.value)}"


def value_text(value: Value) -> str:
    """Return an attribute's value as people write it: `100`, `12.5`, `three`, `yes`."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:.10g}" if isinstance(value, int | float) else value


def _kinds(word: str, taxonomy: Taxonomy) -> tuple[Kind, ...]:
    try:
        return taxonomy.resolve(word.strip())
    except RegistryError as unknown:
        raise MatchingError(
            unknown.title, given=unknown.given, wanted=unknown.wanted, todo=unknown.todo
        ) from unknown


def _name(kinds: tuple[Kind, ...]) -> tuple[str, str]:
    """Return code and plain name: the kind's own, or its family's when several kinds serve."""
    if len(kinds) == 1:
        return kinds[0].code, kinds[0].name
    family = kinds[0].family
    return family, family.replace("_", " ").capitalize()


def _quantity(given: int | str) -> int:
    text = str(given).strip()
    wanted = f"a whole number from 1 to {MAX_QUANTITY:,}"
    if isinstance(given, bool) or not re.fullmatch(r"[+-]?\d+", text, re.ASCII) or len(text) > MAX_TEXT:
        raise MatchingError(
            "How many is not a whole number",
            given=repr(given),
            wanted=wanted,
            todo="write the number alone, or leave it out to see every arrival",
        )
    number = int(text)
    if not 1 <= number <= MAX_QUANTITY:
        raise MatchingError(
            "How many must be 1 or more" if number < 1 else "How many is more than anyone can send",
            given=text,
            wanted=wanted,
            todo="write a number in that range, or leave it out to see every arrival",
        )
    return number


def _split_condition(part: str) -> tuple[str, str, str]:
    found = _CONDITION.match(part)
    if not found or not found["value"] or any(sign in found["value"] for sign in "<>="):
        raise MatchingError(
            "A condition cannot be read",
            given=repr(part),
            wanted="attribute, one of >= <= = > < !=, and a value, such as kw>=100",
            todo="write each condition so, with commas between, and numbers without commas",
        )
    return found["attribute"], found["operator"], found["value"]


def _condition(
    name: str, sign: str, value: Value, *, kinds: tuple[Kind, ...], taxonomy: Taxonomy
) -> Condition:
    attribute = _attribute(name, kinds, taxonomy)
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
        unit=attribute.unit or "",
        label=attribute.name,
    )


def _attribute(name: str, kinds: tuple[Kind, ...], taxonomy: Taxonomy) -> Attribute:
    wanted = name.strip().casefold()
    codes = sorted({code for kind in kinds for code in kind.attributes})
    for code in codes:
        attribute = taxonomy.attributes[code]
        if wanted in (code.casefold(), attribute.name.casefold()):
            return attribute
    _, label = _name(kinds)
    has = ", ".join(f"{code} ({taxonomy.attributes[code].name})" for code in codes)
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
    if attribute.type == "text" and text and not set(text) & set(",<>="):
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
    unit = (attribute.unit or "").casefold()
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
