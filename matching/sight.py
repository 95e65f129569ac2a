"""How much of a provider whoever asks may see in an answer."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

NAME_CLOSED: Final = "Name closed"
"""What stands where a closed name would."""


@dataclass(frozen=True)
class Sight:
    """Whether names and places are open, else by which key ids are replaced.

    Whoever asks for an answer must say so: there is no default that could forget to close.

    Parameters
    ----------
    opened
        True where everything is seen as it is. Else each provider is seen as it allows: `matching.veil`.
    key
        The secret from which the ids of a closed answer are made; one that who asks does not know.

    Raises
    ------
    ValueError
        A closed sight has no key.
    """

    opened: bool
    key: bytes = field(default=b"", repr=False)

    def __post_init__(self) -> None:
        """Refuse a closed sight whose ids anybody could work out."""
        if not self.opened and not self.key:
            msg = "a closed sight needs a key"
            raise ValueError(msg)


EXACT: Final = Sight(opened=True)
"""Everything as it is: for the operator's figures, and for tests."""
