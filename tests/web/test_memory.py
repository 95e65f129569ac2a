"""What a server's process keeps of the memory it once needed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from web.wall import memory

ROOT = Path(__file__).resolve().parents[2]
BLOCKS = """
import ctypes, platform, sys
import numpy as np
from web.wall.memory import give_back_large_blocks

class Info(ctypes.Structure):
    names = "arena ordblks smblks hblks hblkhd usmblks fsmblks uordblks fordblks keepcost".split()
    _fields_ = [(name, ctypes.c_size_t) for name in names]

mallinfo = ctypes.CDLL(None).mallinfo2
mallinfo.restype = Info
if sys.argv[1] == "told":
    assert give_back_large_blocks()
np.ones(2**21)  # 16 MB, freed at once: from now on glibc would keep blocks of this size
before = mallinfo().hblkhd
held = np.ones(2**20)
print(mallinfo().hblkhd - before >= held.nbytes)
"""


@pytest.mark.parametrize(("how", "apart"), [("told", "True"), ("not told", "False")])
def test_a_large_block_is_asked_of_the_system_and_so_goes_back_to_it(how, apart):
    ended = subprocess.run(
        [sys.executable, "-c", BLOCKS, how], cwd=ROOT, check=True, capture_output=True, text=True
    )
    assert ended.stdout.strip() == apart


def test_another_c_library_is_left_as_it_is(monkeypatch):
    monkeypatch.setattr(memory.ctypes, "CDLL", lambda _: object())
    assert not memory.give_back_large_blocks()


def test_a_server_does_not_import_what_it_hardly_ever_needs():
    # Files of counties, building a network, the first passkey, and migrating.
    large = {"pyarrow", "scipy.sparse", "scipy.spatial", "webauthn", "alembic"}
    code = f"import sys, cli.application, dashboard.app, dashboard.services, web.wall.app; print({large} & sys.modules.keys())"
    ended = subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, capture_output=True, text=True)
    assert ended.stdout.strip() == "set()"
