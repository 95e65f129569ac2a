"""What leaves: CSV and GeoJSON of an answer."""
