"""Nouns: providers, sites, assets, incidents, and who may see them. The only place that holds SQL."""
