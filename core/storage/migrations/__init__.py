"""The revisions that make the tables, in order. They are the only way tables come to be; migrate.py runs them."""
