"""What can be wrong with a run that somebody asks for."""

from __future__ import annotations

from registry.errors import RegistryError


class RunError(RegistryError):
    """A run or a snapshot that is not there, or not whole."""
