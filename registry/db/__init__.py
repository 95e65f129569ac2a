"""The engine, settings, private cluster and migrations of the registry's PostGIS database."""
