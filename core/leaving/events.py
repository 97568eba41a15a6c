"""What the outbox hears about loans of people who leave."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True, kw_only=True)
class LoanLeft:
    """Who lent or who borrowed has left (`leaver_id`), and `left` stays owed. The homes are where both sides were."""

    name: ClassVar[str] = "loan.left"
    loan_id: str
    lender_id: str
    borrower_id: str
    leaver_id: str
    lender_home_id: str
    borrower_home_id: str
    left: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LoanWrittenOff:
    """Nothing of it is owed any more, though `left` was; no credits moved."""

    name: ClassVar[str] = "loan.written_off"
    loan_id: str
    lender_id: str
    borrower_id: str
    by_id: str
    left: int
