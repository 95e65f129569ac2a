"""The pages of trust: declarations, the audit, accounts, one's own account, a company's page, records."""
