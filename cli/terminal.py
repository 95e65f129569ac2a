"""Where commands say things: a terminal that shows what would command it, instead of obeying.

A purpose, a name or a reason is what somebody typed, and an escape sequence in it could recolour, rewrite or hide what
the auditor reads (CWE-150). So each character that is no letter but an order is shown by its code.
"""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Any, Final

import rich.console
import typer

if TYPE_CHECKING:
    from rich.text import Text

ORDERS: Final = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
"""Unicode categories: C0 and C1 controls; directions, joiners and marks without width; halves; ends of lines."""

LAYOUT: Final = frozenset("\n\t")
"""What our own lines are laid out with."""


class Console(rich.console.Console):
    """A console whose every text, in cells of tables too, is passed through `plain` first."""

    def render_str(self, text: str, **how: Any) -> Text:  # noqa: ANN401 - as rich takes it
        """Return a text as it is rendered."""
        return super().render_str(plain(text), **how)


def plain(words: str) -> str:
    r"""Return words with each character that orders a terminal about as its code: `\\x1b`, `\\u202e`.

    Lines may break; `line` is for what must stay one.
    """
    if words.isprintable():
        return words
    return "".join(each if each in LAYOUT or not _orders(each) else _code(each) for each in words)


def line(words: str) -> str:
    r"""Return words as one line: what would break it is shown as `\\n`."""
    return plain(words).replace("\n", "\\n").replace("\t", "\\t")


def echo(words: str, *, err: bool = False) -> None:
    """Print words on standard output, or standard error."""
    typer.echo(plain(words), err=err)


def _orders(character: str) -> bool:
    return unicodedata.category(character) in ORDERS


def _code(character: str) -> str:
    return character.encode("unicode_escape").decode("ascii")
