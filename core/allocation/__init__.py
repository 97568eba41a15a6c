"""How budgets flow down the tree: quotas, their periods, refresh, rollover and expiry."""
