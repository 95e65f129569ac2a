"""The pages, one package or module each."""
