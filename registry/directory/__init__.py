"""Providers, their sites and assets, and the taxonomies that describe them."""
