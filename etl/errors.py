"""Why a file that a user brought cannot be used."""

from __future__ import annotations

from geo.errors import Refusal


class EtlError(Refusal, ValueError):
    """A file, a mapping or an outside service that cannot be used, in words that the user can act on."""
