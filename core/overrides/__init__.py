"""Temporary boosts: asked for or granted directly, spent first, and at the end back where they came from."""
