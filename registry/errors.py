"""What the registry refuses, in the one shape of `geo.errors.Refusal`."""

from __future__ import annotations

from geo.errors import Refusal


class RegistryError(Refusal, ValueError):
    """A record, a word or a database that the registry cannot use."""
