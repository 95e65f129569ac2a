"""The pages of scenarios: what would be if, made, run and compared."""
