"""Scenarios kept: what would be if, by whom and why, over things as they stood."""
