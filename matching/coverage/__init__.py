"""Where the State is thin: for every county and sector, how soon help is there, how much of it, and on whom it hangs."""
