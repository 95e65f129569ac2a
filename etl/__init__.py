"""Data in and out: what ships is built here, and what users bring is loaded here."""
