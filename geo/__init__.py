"""Maths: arrays and shapely in, arrays out. No database, no clock, no network."""
