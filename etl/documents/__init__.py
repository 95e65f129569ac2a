"""Documents: the one way from HTML to a printed page."""
