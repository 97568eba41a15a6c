"""Accounts, postings and holds: the only writer of balances."""
