"""What an exercise refuses, in the one shape of `geo.errors.Refusal`."""

from __future__ import annotations

from registry.errors import RegistryError


class ExerciseError(RegistryError):
    """Something that an exercise cannot take: a word, a time, an inject, or an act out of turn."""
