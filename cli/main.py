"""`merr`: every command stands in a module of its own; this one gathers them and words what was refused."""

from __future__ import annotations

import errno
import importlib
import sys

import typer

from cli.terminal import Console
from geo.errors import Refusal

COMMAND_MODULES = (
    "db",
    "build",
    "load",
    "login",
    "account",
    "match",
    "coverage",
    "run",
    "critical",
    "scenario",
    "demo",
    "serve",
    "worker",
    "declare",
    "disclose",
    "records",
    "exercise",
    "audit",
    "bench",
)
"""Modules of this package; each has `register(app)` and imports what is heavy inside its commands."""

REFUSED = 2
"""Exit code of anything a user can put right."""

STOPPED = 130
"""Exit code after Ctrl-C, as Typer turns it into an exit and shells count it."""

commands = typer.Typer(
    name="merr",
    help="Missouri Emergency Resource Registry: who can lend what, and how soon it can be there by road.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
for _module in COMMAND_MODULES:
    importlib.import_module(f"cli.{_module}").register(commands)


def app() -> None:
    """Run `merr`; a refusal is printed as given, wanted, to do, and ends with exit code 2."""
    try:
        commands()
    except Refusal as refusal:
        _print(refusal)
        sys.exit(REFUSED)
    except OSError as fault:
        words = _of_machine(fault)
        if words is None:
            raise
        Console(stderr=True, highlight=False, markup=False, soft_wrap=True).print(words)
        sys.exit(REFUSED)
    except SystemExit as end:
        if end.code == STOPPED:
            Console(stderr=True).print("Stopped. Nothing was left half-written.")
        raise


def _of_machine(fault: OSError) -> str | None:
    """Return what to do about a full disk or a missing right; None for a fault of ours."""
    where = f" ({fault.filename})" if fault.filename else ""
    if fault.errno in {errno.ENOSPC, errno.EDQUOT}:
        return f"The disk is full{where}: make room and run the same command again."
    if fault.errno in {errno.EACCES, errno.EPERM, errno.EROFS} and fault.filename:
        return f"{fault.filename} may not be read or written: run as its owner, or choose another place."
    return None


def _print(refusal: Refusal) -> None:
    console = Console(stderr=True, highlight=False, markup=False, soft_wrap=True)
    console.print(f"{refusal.title}.", style="bold")
    for label, text in (("Given ", refusal.given), ("Wanted", refusal.wanted), ("To do ", refusal.todo)):
        console.print(f"  {label}  {text}")
    if refusal.place:
        lon, lat = refusal.place
        console.print(f"  Place   {lat:.5f}, {lon:.5f}")
