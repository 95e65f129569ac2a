"""The words of the registry: kinds of asset, their families, and the typed attributes of each."""

from __future__ import annotations

import difflib
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

from registry.errors import RegistryError
from registry.wording import storable

if TYPE_CHECKING:
    from collections.abc import Mapping

ASSET_CLASSES = ("goods", "services", "equipment", "volunteers", "facility")
"""What an asset can be; volunteers and services carry a licence, a team size and hours."""

ATTRIBUTE_TYPES = ("number", "choice", "yes_no", "text")
"""How a value of an attribute is written: a number in the attribute's unit, one of its choices, yes or no, words."""

TEXT_LIMIT = 200
"""Longest text value of an attribute, in characters."""

NUMBER_LIMIT = 1e15
"""Largest number an attribute holds, either way."""

_NAMED_WORDS = 5

Value = float | str | bool
"""A value of an attribute; its type follows the attribute's."""


@dataclass(frozen=True)
class Attribute:
    """A typed property that a kind may have: `kw`, a number in kW; `fuel`, one of its choices."""

    code: str
    name: str
    type: str
    unit: str = ""
    choices: tuple[str, ...] = ()

    def read(self, value: object) -> Value:
        """Return `value` as this attribute stores it.

        Only what needs no guess is accepted: `True` is not the number 1, and `"100"` is not 100. Reading words
        out of a file is the loader's work; what reaches the registry is typed.

        Raises
        ------
        RegistryError
            When the value has another type, is not finite, or is not one of the choices.
        """
        if self.type == "number" and isinstance(value, int | float) and not isinstance(value, bool):
            if abs(value) <= NUMBER_LIMIT:  # false for what is not a number too
                return value
        elif self.type == "yes_no" and isinstance(value, bool):
            return value
        elif self.type == "choice" and isinstance(value, str):
            if value in self.choices:
                return value
        elif self.type == "text" and isinstance(value, str) and _is_short_text(value):
            return value
        raise RegistryError(
            f"The attribute {self.code} has a value it cannot hold",
            given=f"{self.code} = {value!r}",
            wanted=self.wanted,
            todo=f"Correct {self.code}, or leave it out when it is not known",
        )

    @property
    def wanted(self) -> str:
        """What a value must be, in words for a refusal."""
        if self.type == "number":
            return f"a number in {self.unit}" if self.unit else "a number"
        if self.type == "choice":
            return "one of " + ", ".join(self.choices)
        return "yes or no" if self.type == "yes_no" else f"text of 1 to {TEXT_LIMIT} characters"


@dataclass(frozen=True)
class Kind:
    """A kind of asset: what it is counted in, which class it belongs to, what it may say about itself.

    `family` gathers kinds that one need may ask for together: `generator` holds the portable and the mobile
    ones. A kind alone is its own family. `profile` is the vehicle it travels by, as data/reference/profiles.csv
    calls it.
    """

    code: str
    name: str
    asset_class: str
    unit: str
    family: str
    sector: str | None
    attributes: tuple[str, ...] = ()
    lifeline: str | None = None
    nims_id: str | None = None
    profile: str = "car"


@dataclass(frozen=True)
class Taxonomy:
    """All kinds and attributes of one registry, by code, in the order of their codes."""

    kinds: Mapping[str, Kind]
    attributes: Mapping[str, Attribute]
    families: Mapping[str, tuple[Kind, ...]] = field(init=False)
    _words: Mapping[str, tuple[Kind, ...]] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Gather the families and every word that names a kind, once."""
        families: dict[str, tuple[Kind, ...]] = {}
        for kind in self.kinds.values():
            families[kind.family] = (*families.get(kind.family, ()), kind)
        words: dict[str, tuple[Kind, ...]] = {}
        for kind in self.kinds.values():
            words.setdefault(_folded(kind.name), (kind,))
        words |= {_folded(kind.code): (kind,) for kind in self.kinds.values()}
        words |= {_folded(code): members for code, members in families.items()}
        object.__setattr__(self, "families", MappingProxyType(families))
        object.__setattr__(self, "_words", MappingProxyType(words))

    def resolve(self, word: str) -> tuple[Kind, ...]:
        """Return the kinds that `word` names: a family, else a kind's code, else its name.

        Case, hyphens and a plural s do not matter. A family wins over a kind of the same code, since whoever
        asks for a generator takes either.

        Raises
        ------
        RegistryError
            When nothing is called so; it names the nearest words.
        """
        folded = _folded(word)
        singular = folded.removesuffix("s")
        for candidate in (folded, singular):
            if candidate in self._words:
                return self._words[candidate]
        near = difflib.get_close_matches(singular, self._words, n=_NAMED_WORDS, cutoff=0.5)
        near += [name for name in self._words if singular and singular in name and name not in near]
        words = ", ".join(near[:_NAMED_WORDS])
        raise RegistryError(
            f"Nothing in the registry is called {word!r}",
            given=repr(word),
            wanted="a kind or a family of kinds" + (f"; the nearest are {words}" if words else ""),
            todo="Use one of the words of data/reference/kinds.csv",
        )

    def check(self, kind_code: str, attributes: Mapping[str, object]) -> dict[str, Value]:
        """Return `attributes` as stored for an asset of that kind.

        Raises
        ------
        RegistryError
            When the kind is unknown, when it has no such attribute, or when a value is not of its type.
        """
        kind = self.kinds.get(kind_code)
        if kind is None:
            raise RegistryError(
                "The kind of an asset is not known",
                given=f"kind {kind_code!r}",
                wanted="a code of data/reference/kinds.csv",
                todo="Use one of these codes, or add the kind there and run `merr load`",
            )
        for code in attributes:
            if code not in kind.attributes:
                raise RegistryError(
                    f"{kind.name} has no attribute {code!r}",
                    given=f"{code} = {attributes[code]!r}",
                    wanted=", ".join(kind.attributes) or f"no attributes, since {kind.code} has none",
                    todo=f"Leave {code} out, or give the asset another kind",
                )
        return {code: self.attributes[code].read(value) for code, value in sorted(attributes.items())}


def _folded(word: str) -> str:
    return "_".join(word.casefold().replace("-", " ").replace("_", " ").split())


def _is_short_text(words: str) -> bool:
    return bool(words.strip()) and len(words) <= TEXT_LIMIT and storable(words)
