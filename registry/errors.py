"""What the registry refuses, in the one shape of `geo.errors.Refusal`."""

from __future__ import annotations

from geo.errors import Refusal


class RegistryError(Refusal, ValueError):
    """A record, a word or a database that the registry cannot use."""


class DatabaseError(RegistryError):
    """A database that cannot serve the registry now: it does not answer, is full, or has not the newest tables."""


class NotThereError(RegistryError):
    """The id or name of something that the registry does not hold."""
