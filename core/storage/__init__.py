"""Tables, transactions and what differs between Postgres and SQLite."""
