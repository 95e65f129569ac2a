"""Every refusal has one shape, and every base is also a builtin."""

from __future__ import annotations

import builtins
import importlib
import pkgutil

import pytest

from geo.errors import Refusal, first_line

PACKAGES = ("geo", "registry", "matching", "etl", "web")


def _subclasses(kind: type) -> set[type]:
    return {child for direct in kind.__subclasses__() for child in {direct, *_subclasses(direct)}}


def _refusals() -> list[type[Refusal]]:
    for name in PACKAGES:
        package = importlib.import_module(name)
        for module in pkgutil.walk_packages(package.__path__, f"{name}."):
            if ".migrations" not in module.name:
                importlib.import_module(module.name)
    return sorted(_subclasses(Refusal), key=lambda kind: kind.__qualname__)


@pytest.mark.parametrize("kind", _refusals(), ids=lambda kind: kind.__qualname__)
def test_every_refusal_is_also_a_builtin(kind: type[Refusal]):
    assert any(
        base.__name__ in vars(builtins) and base not in (Exception, BaseException, object)
        for base in kind.__mro__
    )


@pytest.mark.parametrize("kind", _refusals(), ids=lambda kind: kind.__qualname__)
def test_every_refusal_says_given_wanted_and_what_to_do(kind: type[Refusal]):
    said = str(kind("The cup is empty", given="an empty cup", wanted="tea", todo="pour some"))
    assert said == "The cup is empty. Given: an empty cup. Wanted: tea. To do: pour some."


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (ValueError("no such place\nand more"), "no such place"),
        (ValueError("\n  it begins late"), "it begins late"),
        (KeyError(), "KeyError"),
        (ValueError(" \n "), "ValueError"),
        (ValueError("x" * 300), "x" * 200),
    ],
)
def test_a_fault_of_a_library_is_told_in_one_line_and_by_its_kind_when_it_says_nothing(fault, said):
    assert first_line(fault) == said
