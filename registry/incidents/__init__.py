"""Incidents: their areas, closures and needs, saved and reopened."""
