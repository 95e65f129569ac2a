"""Who may use the registry: accounts, what they are appointed to, how they sign in, and what each role may do."""
