"""Change the pure rules of trust line by line with mutmut, and write docs/mutants.md: how many changes a test noticed."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "mutants.md"
WORKED = ROOT / "mutants"
MUTMUT = (sys.executable, "-m", "mutmut")

WANTED = 0.95
"""Share of the changes that a test must notice."""

KILLED = {"killed", "timeout"}
"""What became of a change that was noticed: a test failed, or ran without end."""

SAME_LETTERS = "Python reads the name of an encoding in any letters"
ONLY_A_TYPE = "a type that only mypy reads"
SAME_LENGTHS = "the lengths were compared three lines above"
THE_STANDARD = "pyotp's own value is the same: six digits, thirty seconds"

EXPLAINED = (
    ("chain.verify", 'b"XXXX"', "an event without a hash was refused before"),
    ("limits.", '"UTF-8"', SAME_LETTERS),
    ("limits.address_key", "XX%XX", "a zone does not change the first 64 bits"),
    ("limits.address_key", "strict=None", "None counts as no"),
    ("access.read_table", "cast(None,", ONLY_A_TYPE),
    ("access.read_table", '"XXdict[Role, Cell]XX"', ONLY_A_TYPE),
    ("access.read_table", '"dict[role, cell]"', ONLY_A_TYPE),
    ("access.read_table", '"DICT[ROLE, CELL]"', ONLY_A_TYPE),
    ("access.read_table", "zip(head[1:], cells, )", SAME_LENGTHS),
    ("access.read_table", "strict=None", SAME_LENGTHS),
    ("access.read_table", "strict=False", SAME_LENGTHS),
    ("totp.", "TOTP(key, interval=STEP_S)", THE_STANDARD),
    ("totp.", "TOTP(key, digits=DIGITS, )", THE_STANDARD),
    ("password_rules._is_common", "range(len(text))", "an empty half is no common password"),
    (
        "password_rules._unit",
        "range(2, len(text))",
        "of one letter again and again a unit of two is as short",
    ),
)
"""Changes that no test can notice: where, what of the changed line tells it, and why."""

HEAD = """# What tests notice

`make mutate` changes the pure rules of trust (access, scopes, limits, passwords, codes; declarations, refusals, rules, classes of records, the audit's chain and anchors) one place at a time with mutmut and runs their tests, which need no database. It writes this page, and fails when fewer than 95 in 100 changes are noticed or one that is not is unexplained. Settings stand in `pyproject.toml` under `tool.mutmut`.

"""


@dataclass(frozen=True)
class Mutant:
    """One change: its name, what became of it, and the function that it lies in, as `module.function`."""

    name: str
    fate: str

    @property
    def function(self) -> str:
        """Where it lies."""
        module, _, name = self.name.rpartition("__mutmut_")[0].rpartition(".")
        return f"{module.rpartition('.')[2]}.{re.sub('^x_', '', name)}"


def mutants() -> list[Mutant]:
    """Return every change with its fate."""
    told = _mutmut("results", "--all", "true")
    return [Mutant(*map(str.strip, line.rsplit(":", 1))) for line in told.splitlines() if "__mutmut_" in line]


def change(mutant: Mutant) -> str:
    """Return the line as it was changed."""
    added = [
        line[1:].strip()
        for line in _mutmut("show", mutant.name).splitlines()
        if re.match(r"\+(?!\+\+)", line)
    ]
    return " ".join(added)


def reason(mutant: Mutant, changed: str) -> str:
    """Return why no test can notice a change; empty when nobody said."""
    return next(
        (why for where, told, why in EXPLAINED if mutant.function.startswith(where) and told in changed), ""
    )


def page(every: list[Mutant], minutes: float) -> str:
    """Return the page: the figure, and each change that is left with the reason."""
    left = [mutant for mutant in every if mutant.fate not in KILLED]
    noticed = len(every) - len(left)
    lines = [
        f"**{noticed:,} of {len(every):,} changes were noticed: {noticed / len(every):.1%}**, in {minutes:.0f} minutes.",
        "",
        "| where | what no test notices | why |",
        "|---|---|---|",
    ]
    for mutant in left:
        changed = change(mutant)
        shown = changed.replace("|", "\\|")
        lines.append(f"| {mutant.function} | `{shown}` | {reason(mutant, changed) or 'not explained'} |")
    return HEAD + "\n".join(lines) + "\n"


def main() -> int:
    """Run all changes anew, write the page, and return 1 when too many are left or one is not explained."""
    shutil.rmtree(WORKED, ignore_errors=True)
    begun = time.monotonic()
    # Looking for plugins takes longer than most tests, and is done for each change.
    alone = os.environ | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    subprocess.run([*MUTMUT, "run", "--max-children", "2"], cwd=ROOT, check=True, env=alone)
    minutes = (time.monotonic() - begun) / 60
    every = mutants()
    PAGE.write_text(page(every, minutes), encoding="utf-8")
    left = [mutant for mutant in every if mutant.fate not in KILLED]
    unexplained = [mutant.name for mutant in left if not reason(mutant, change(mutant))]
    share = 1 - len(left) / len(every)
    print(
        f"\n{share:.1%} of {len(every):,} changes noticed in {minutes:.0f} minutes; docs/mutants.md is written"
    )
    for name in unexplained:
        print(f"not noticed and not explained: {name}")
    shutil.rmtree(WORKED)
    return 1 if unexplained or share < WANTED else 0


def _mutmut(*words: str) -> str:
    done = subprocess.run([*MUTMUT, *words], cwd=ROOT, capture_output=True, text=True, check=True)
    return done.stdout


if __name__ == "__main__":
    sys.exit(main())
