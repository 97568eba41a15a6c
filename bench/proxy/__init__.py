"""The proxy beside a bare pass-through and the provider itself: `python -m bench.proxy`."""
