"""Exercises: made-up events with a list of injects, a clock of their own, and tables that nothing live reads."""
