"""How much an answer hangs on single roads, bridges and companies."""
