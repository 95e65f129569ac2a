"""Needs: a kind of asset, how many, and what its attributes must be."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, cast

from matching.conditions import (
    SIGNS,
    Condition,
    Operator,
    Value,
    condition_text,
    read_condition,
    split_condition,
    value_text,
)
from matching.errors import MatchingError
from registry.errors import RegistryError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from registry.directory.kinds import Attribute, Kind, Taxonomy

__all__ = [
    "Condition",
    "Need",
    "Operator",
    "Value",
    "build_need",
    "condition_text",
    "need_as_json",
    "need_from_json",
    "parse_need",
    "value_text",
]

MAX_QUANTITY: Final = 1_000_000
"""More of anything than Missouri could receive: a slip of the keyboard, not a need."""

MAX_CONDITIONS: Final = 12
MAX_TEXT: Final = 500
"""Longest need that is read, in characters."""

SHAPE: Final = (
    'a need such as "generator:40,kw>=100": kind or family, a colon and how many (or no number), conditions'
)


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
    parts = text.split(",")
    first = next((place for place, part in enumerate(parts) if SIGNS & set(part)), len(parts))
    word, colon, quantity = ",".join(parts[:first]).rpartition(":")
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
        [split_condition(part) for part in parts[first:]],
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
    code, label = _name(kinds)
    attributes = _attributes(kinds, taxonomy)
    checked = tuple(
        read_condition(*condition, label=label, attributes=attributes) for condition in conditions
    )
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


def _attributes(kinds: tuple[Kind, ...], taxonomy: Taxonomy) -> list[Attribute]:
    """Return what any of the kinds may state; an asset whose kind lacks one is left out as not stating it."""
    codes = {code for kind in kinds for code in kind.attributes}
    return [taxonomy.attributes[code] for code in sorted(codes)]


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
