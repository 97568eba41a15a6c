"""Lengths of time as they are told."""

from __future__ import annotations


def hours_in_words(hours: int) -> str:
    """`1 hour`, `48 hours`."""
    return "1 hour" if hours == 1 else f"{hours:,} hours"
