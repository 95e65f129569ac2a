"""Package data into data/: counties, roads, rivers, gazetteer."""
