"""Runs: what was computed, from what, by whom, kept so that it can be computed again."""
