"""Where `merr login` keeps its token: a file that only its owner may read, one for each clone."""

from __future__ import annotations

import os
import secrets
import stat
from pathlib import Path
from typing import Final

from registry.errors import RegistryError
from registry.settings import clone_key

MOST_BYTES: Final = 200
_OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO


def token_path() -> Path:
    """Return the file of this clone: below XDG_CONFIG_HOME, else below ~/.config."""
    home = os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config"
    return Path(home) / "merr" / f"token-{clone_key()}"


def keep(secret: str) -> Path:
    """Return the file that a token was written to; whoever reads it in between reads the old one or the new one."""
    path = token_path()
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(secret + "\n")
    draft.replace(path)
    return path


def kept() -> str | None:
    """Return the token of this clone, or None when there is none.

    Raises
    ------
    RegistryError
        The file is somebody else's, or others may read it: then others may have.
    """
    path = token_path()
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
    except FileNotFoundError:
        return None
    except OSError as fault:
        raise _refused(path, fault.strerror or str(fault)) from None
    with os.fdopen(handle, "rb") as file:
        state = os.fstat(handle)
        if state.st_uid != os.geteuid() or state.st_mode & _OTHERS:
            raise _refused(path, f"mode {state.st_mode & 0o777:o} of user {state.st_uid}")
        content = file.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise _refused(path, f"more than {MOST_BYTES} bytes")
    return content.decode("ascii", "replace").strip() or None


def forget() -> None:
    """Remove the token of this clone, if there is one."""
    token_path().unlink(missing_ok=True)


def _refused(path: Path, given: str) -> RegistryError:
    return RegistryError(
        "The token of merr login cannot be used",
        given=f"{path}: {given}",
        wanted="a file of your own with mode 600",
        todo="remove it, run `merr logout` if it still holds, and `merr login` again",
    )
