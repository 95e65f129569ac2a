"""Needs: a kind of asset, how many, and what its attributes must be."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, cast, get_args

from matching.errors import MatchingError
from registry.errors import RegistryError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from registry.directory.kinds import Attribute, Kind, Taxonomy

Operator = Literal[">=", "<=", "=", ">", "<", "!="]
"""How an attribute is compared; only numbers know more and less."""

Value = float | str | bool

MAX_QUANTITY: Final = 1_000_000
"""More of anything than Missouri could receive: a slip of the keyboard, not a need."""

MAX_CONDITIONS: Final = 12
MAX_TEXT: Final = 500
"""Longest need that is read, in characters."""

SHAPE: Final = 'a need such as "generator:40,kw>=100": kind or family, a colon and how many (or no number), conditions'
_CONDITION: Final = re.compile(r"^\s*(?P<attribute>[^<>=!]+?)\s*(?P<operator>>=|<=|!=|==|=|>|<)\s*(?P<value>.*?)\s*$")
_NUMBER: Final = re.compile(r"^(?P<number>[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)\s*(?P<unit>\D*)$")
_YES_NO: Final = {"yes": True, "true": True, "y": True, "no": False, "false": False, "n": False}


@dataclass(frozen=True)
class Condition:
    """One thing an asset's attribute must be: `kw >= 100` with unit `kW`."""

    attribute: str
    operator: Operator
    value: Value
    unit: str = ""


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
    """

    word: str
    kinds: tuple[str, ...]
    quantity: int | None
    conditions: tuple[Condition, ...]
    text: str
    label: str
