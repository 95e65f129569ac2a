"""The REST door: what programs ask of the registry, below /api/v1."""
