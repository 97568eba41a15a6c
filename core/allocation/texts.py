"""Amounts, days and reasons as they are typed into allocation: checked before anything is written."""

from __future__ import annotations

from datetime import date
from typing import Final

from core.directory.texts import wrong
from core.ledger.accounts import MAX_CREDITS, is_amount
from core.refusals import Because, Refused, refuse
from core.storage.transaction import Words

LONGEST_REASON: Final = 1_000
LONGEST_TYPED: Final = 64


def check_amount(amount: int) -> None:
    """Raise Refused unless the amount is one that the ledger can move."""
    if not is_amount(amount):
        raise Refused(refuse(Because.AMOUNT_OUT_OF_RANGE, amount=amount, most=MAX_CREDITS))


def check_reason(reason: str) -> None:
    """Raise Refused when nobody would read that much."""
    if len(reason) > LONGEST_REASON:
        raise wrong("reason", f"it is longer than {LONGEST_REASON:,} characters")


def check_expiry(day: date, *, today: date) -> None:
    """Raise Refused when credits would have expired already."""
    if day < today:
        raise wrong("expires_on", "it has passed")


def check_typed(typed: str) -> None:
    """Raise Refused when the amount as somebody typed it is no short text."""
    if not 0 < len(typed) <= LONGEST_TYPED:
        raise wrong("typed", f"it should be 1 to {LONGEST_TYPED} characters")


def reason_words(reason: str) -> dict[str, Words]:
    """A reason for the audit trail, nothing when there is none. Raises Refused when it is long."""
    check_reason(reason)
    return {"reason": Words(reason)} if reason else {}
