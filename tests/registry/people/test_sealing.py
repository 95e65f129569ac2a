"""Second factors as they are kept: sealed by a key outside the database, each for its account."""

from __future__ import annotations

import os

import pytest

from registry.errors import RegistryError
from registry.people.sealing import seal, unseal

KEY = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"


@pytest.mark.asvs("11.3.1", "11.3.2")
def test_what_was_sealed_opens_for_its_account_alone(sealing_key):
    sealed = seal(KEY, "one", first=True)
    assert unseal(sealed, "one") == KEY
    assert KEY.encode() not in sealed
    assert seal(KEY, "one", first=False) != sealed
    assert sealing_key.stat().st_mode & 0o777 == 0o600
    with pytest.raises(RegistryError, match="was changed"):
        unseal(sealed, "another")
    for place in range(4, len(sealed)):
        changed = sealed[:place] + bytes([sealed[place] ^ 1]) + sealed[place + 1 :]
        with pytest.raises(RegistryError, match="was changed"):
            unseal(changed, "one")


def test_a_key_file_that_is_missing_wrong_short_or_open_to_others_is_said(sealing_key):
    with pytest.raises(RegistryError, match="key file is missing"):
        seal(KEY, "one", first=False)
    assert not sealing_key.exists()
    sealed = seal(KEY, "one", first=True)
    right = sealing_key.read_bytes()
    sealing_key.write_bytes(os.urandom(32))
    with pytest.raises(RegistryError, match="not the one"):
        unseal(sealed, "one")
    sealing_key.write_bytes(right[:-1])
    with pytest.raises(RegistryError, match="cannot be used"):
        unseal(sealed, "one")
    sealing_key.write_bytes(right)
    sealing_key.chmod(0o640)
    with pytest.raises(RegistryError, match="Others may read"):
        unseal(sealed, "one")
    sealing_key.chmod(0o600)
    assert unseal(sealed, "one") == KEY
    sealing_key.unlink()
    with pytest.raises(RegistryError, match="key file is missing") as refused:
        unseal(sealed, "one")
    assert "MERR_SEALING_KEY" in refused.value.todo


def test_a_second_first_account_does_not_make_a_second_key(sealing_key):
    sealed = seal(KEY, "one", first=True)
    seal(KEY, "two", first=True)
    assert unseal(sealed, "one") == KEY
    assert [path.name for path in sealing_key.parent.iterdir()] == [sealing_key.name]
