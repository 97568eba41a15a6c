"""What the outbox hears about transfers: one event per recipient. `reason` is the sender's own words, or empty."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferCreated:
    """Somebody asked to send credits."""

    name: ClassVar[str] = "transfer.created"
    transfer_id: str
    group_id: str
    sender_id: str
    recipient_id: str
    amount: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferCompleted:
    """The credits have arrived; the sender may undo until `undo_until`."""

    name: ClassVar[str] = "transfer.completed"
    transfer_id: str
    group_id: str
    sender_id: str
    recipient_id: str
    amount: int
    reason: str
    undo_until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferThanked:
    """Who received the credits says thanks for them, once."""

    name: ClassVar[str] = "transfer.thanked"
    transfer_id: str
    sender_id: str
    recipient_id: str
    amount: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferReversed:
    """The sender took the credits back. `returned` is less than `amount` by what expired in between."""

    name: ClassVar[str] = "transfer.reversed"
    transfer_id: str
    group_id: str
    sender_id: str
    recipient_id: str
    amount: int
    returned: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferApproved:
    """Somebody agreed; it is completed in the same moment. `amount` may be less than was asked for."""

    name: ClassVar[str] = "transfer.approved"
    transfer_id: str
    group_id: str
    sender_id: str
    recipient_id: str
    amount: int
    asked: int
    decided_by: str
    on_behalf_of: str | None
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferRejected:
    """Somebody said no; the sender has the credits again."""

    name: ClassVar[str] = "transfer.rejected"
    transfer_id: str
    group_id: str
    sender_id: str
    recipient_id: str
    amount: int
    decided_by: str
    on_behalf_of: str | None
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferExpired:
    """Nobody decided in time; the sender has the credits again."""

    name: ClassVar[str] = "transfer.expired"
    transfer_id: str
    group_id: str
    sender_id: str
    recipient_id: str
    amount: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferCancelled:
    """The sender took the request back."""

    name: ClassVar[str] = "transfer.cancelled"
    transfer_id: str
    group_id: str
    sender_id: str
    recipient_id: str
    amount: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditsRequested:
    """Somebody asks a colleague for credits, who may answer until `expires_at`."""

    name: ClassVar[str] = "credits.requested"
    request_id: str
    requester_id: str
    colleague_id: str
    amount: int
    reason: str
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditsDeclined:
    """The colleague said no."""

    name: ClassVar[str] = "credits.declined"
    request_id: str
    requester_id: str
    colleague_id: str
    amount: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditsRequestEnded:
    """The colleague gave no answer (`expired`), the request was taken back (`cancelled`), or a yes made it a transfer
    (`granted`).
    """

    name: ClassVar[str] = "credits.request_ended"
    request_id: str
    requester_id: str
    colleague_id: str
    amount: int
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LoanDue:
    """A loan is due soon; `left` is owed. `due_at` is its own moment, or the refresh that it waits for."""

    name: ClassVar[str] = "loan.due"
    loan_id: str
    lender_id: str
    borrower_id: str
    left: int
    due_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class LoanOverdue:
    """A loan was due for the first time, and nothing was there to be taken back; `left` is still owed."""

    name: ClassVar[str] = "loan.overdue"
    loan_id: str
    lender_id: str
    borrower_id: str
    left: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LoanPaidBack:
    """A part of a loan, or all of it, has come back; `left` is still owed. `is_early`: the borrower paid by choice."""

    name: ClassVar[str] = "loan.paid_back"
    loan_id: str
    lender_id: str
    borrower_id: str
    amount: int
    left: int
    is_early: bool
