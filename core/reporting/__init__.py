"""Read models: balances and usage as people see them."""
