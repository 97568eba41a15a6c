"""What is said about an amount that cannot be used."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from bot.commands.verb import usage
from bot.replies.reply import Reply
from core.directory.units import AmountError, WrongAmount

WRONG: Final[Mapping[WrongAmount, str]] = {
    WrongAmount.NOT_A_NUMBER: "Write it as 10000, 10,000, 10k, 2.5M or $50.",
    WrongAmount.AMBIGUOUS_SEPARATOR: "A comma groups thousands and a point marks decimals: 10,000 or 2.5M.",
    WrongAmount.NOT_POSITIVE: "It must be more than zero.",
    WrongAmount.FRACTION_OF_A_CREDIT: "It is not a whole number of credits.",
    WrongAmount.TOO_LARGE: "It is more than I can count.",
    WrongAmount.UNKNOWN_UNIT: "I do not know that unit here. Write it as 10000, 10,000, 10k, 2.5M or $50.",
    WrongAmount.NO_DOLLAR_RATE: "Your organization has set no rate for dollars. Write it in tokens.",
}


def wrong_amount(error: AmountError, example: str) -> Reply:
    """Why, and how it is written."""
    return usage(f"“{error.typed}” is not an amount that I can use.", WRONG[error.reason], example)
