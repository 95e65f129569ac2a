"""The page of coverage: where the State is thin, why, and who could close it."""
