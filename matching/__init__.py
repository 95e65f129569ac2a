"""Verbs: which assets can serve a need, when they arrive, and why."""
