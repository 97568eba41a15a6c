"""Providers: where calls are answered."""
