"""Figures of `merr bench`: ratios against other programs, measured in one run. Only `cli` imports it, lazily."""
