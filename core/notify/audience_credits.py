"""Who must hear of credits: issued, granted, allocated, sent. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

from core.access.matrix import Role
from core.ledger.accounts import Kind, kind_of
from core.notify.audience import NOBODY, PERSON, Audience, Payload, nobody


def credits_issued(_payload: Payload) -> Audience:
    """Those who answer for the money."""
    return Audience(roles=(Role.SUPER_ADMIN, Role.FINANCE_ADMIN))


def allocation_made(payload: Payload) -> Audience:
    """The person, or who manages the node that has more or less to give."""
    owner: str = payload["owner_id"]
    return Audience(people=(owner,)) if owner.startswith(PERSON) else Audience(managers_of=(owner,))


def quota_granted(payload: Payload) -> Audience:
    """The people who got something; nodes see their budget when they look."""
    grants = [(grant["owner_id"], grant["granted"]) for grant in payload["grants"]]
    return Audience(people=tuple(owner for owner, granted in grants if granted > 0 and owner.startswith(PERSON)))


def quota_short(payload: Payload) -> Audience:
    """Who can give the budget more."""
    return Audience(managers_of=(payload["parent_id"],))


def budget_low(payload: Payload) -> Audience:
    """Who manages the place."""
    return Audience(managers_of=(payload["owner_id"],))


def account_low(payload: Payload) -> Audience:
    """Whose account it is: the person, or who manages the place whose budget or pool runs low."""
    if kind_of(payload["account"]) is Kind.BOOST:
        return NOBODY  # it is there to be spent, and what comes after it has a level of its own
    if kind_of(payload["account"]) in {Kind.BUDGET, Kind.POOL}:
        return Audience(managers_of=(payload["owner_id"],))
    return Audience(people=(payload["user_id"],))


def to_recipient(payload: Payload) -> Audience:
    """Who received credits, or had them taken back; the sender has the receipt."""
    return Audience(people=(payload["recipient_id"],))


def to_sender(payload: Payload) -> Audience:
    """Who sent credits and is thanked for them."""
    return Audience(people=(payload["sender_id"],))


def to_colleague(payload: Payload) -> Audience:
    """Who is asked for credits."""
    return Audience(people=(payload["colleague_id"],))


def to_requester(payload: Payload) -> Audience:
    """Who asked a colleague."""
    return Audience(people=(payload["requester_id"],))


def request_ended(payload: Payload) -> Audience:
    """Who asked hears that nobody answered; who took the request back knows. Of a yes tells the transfer."""
    if payload["state"] == "granted":
        return NOBODY
    return to_requester(payload) if payload["state"] == "expired" else to_colleague(payload)


def paid_back(payload: Payload) -> Audience:
    """Who lent, and who borrowed where it was taken back; who pays by choice has the receipt."""
    return Audience(people=(payload["lender_id"],)) if payload["is_early"] else to_both_sides(payload)


def to_both_sides(payload: Payload) -> Audience:
    """Who lent and who borrowed."""
    return Audience(people=(payload["lender_id"], payload["borrower_id"]))


def managers_of_both_sides(payload: Payload) -> Audience:
    """Both sides, as far as they are here, and who manages where they are or were at home."""
    homes = (payload["lender_home_id"], payload["borrower_home_id"])
    return replace(to_both_sides(payload), managers_of=homes)


def written_off(payload: Payload) -> Audience:
    """Both sides; who wrote it off has the receipt."""
    return replace(to_both_sides(payload), besides=(payload["by_id"],))


CREDITS: Final[Mapping[str, Callable[[Payload], Audience]]] = {
    "credits.issued": credits_issued,
    "allocation.made": allocation_made,
    "quota.refreshed": quota_granted,
    "quota.short": quota_short,
    "quota.shortfall_granted": quota_granted,
    "budget.low": budget_low,
    "quota.low": account_low,
    "quota.exhausted": account_low,
    "transfer.created": nobody,
    "transfer.approved": nobody,  # the sender hears approval.decided, the recipient transfer.completed
    "transfer.rejected": nobody,
    "transfer.expired": nobody,
    "transfer.cancelled": nobody,
    "credits.requested": to_colleague,
    "credits.declined": to_requester,
    "credits.request_ended": request_ended,
    "loan.due": to_both_sides,
    "loan.overdue": to_both_sides,
    "loan.left": managers_of_both_sides,
    "loan.written_off": written_off,
    "loan.paid_back": paid_back,
    "transfer.completed": to_recipient,
    "transfer.reversed": to_recipient,
    "transfer.thanked": to_sender,
}
