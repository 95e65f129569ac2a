"""The migrations of the registry's tables: one head, always."""
