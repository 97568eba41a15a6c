"""Conversations in which forms are filled in, from the moment on when one is open."""

from __future__ import annotations

from typing import Final

GIFT: Final = """
alice< Send credits Who gets it How much What for
alice> Who gets it: @bob
alice> How much: 10x
alice> What for: the demo
alice> [Send]
alice< How much: “10x” is not an amount
alice> How much: 10k
alice> [Send]
alice< 10,000 tokens to @bob: sent. For: the demo You have 990,000 tokens left.
bob< 10,000 tokens from @alice. “the demo”
bob> [Thank @alice]
alice< @bob thanks you for 10,000 tokens.
"""
HOLIDAY: Final = """
carol< Out of office
carol> First day away: 2026-04-06
carol> Back on: 2026-04-13
carol> Who decides for you: @dan
carol> [Show what happens]
carol< Out of office from Mon 6 Apr 2026, back on Mon 13 Apr 2026? … @dan decides for you meanwhile.
"""
LAUNCH: Final = """
alice> send @bob 150k for the launch
alice> [Confirm]
alice< 150,000 tokens to @bob: waits for approval.
"""
