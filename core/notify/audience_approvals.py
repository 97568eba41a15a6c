"""Who must hear of requests and decisions. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from core.access.matrix import Role
from core.notify.audience import NOBODY, Audience, Payload

OWN_WORDS: Final = frozenset({"override"})
"""Subjects whose decisions are told by an event of their own, which says more."""


def to_approvers(payload: Payload) -> Audience:
    """Those who are asked."""
    return Audience(people=tuple(payload["approvers"]))


def approval_agreed(payload: Payload) -> Audience:
    """Who asked; those who are asked next hear approval.requested."""
    return Audience(people=(payload["requester_id"],))


def approval_decided(payload: Payload) -> Audience:
    """Who asked, unless they have withdrawn the request themselves, or hear of it by an event of its own."""
    is_silent = payload["state"] == "cancelled" or payload["subject"] in OWN_WORDS
    return NOBODY if is_silent else Audience(people=(payload["requester_id"],))


def approval_question(payload: Payload) -> Audience:
    """The question goes to who asked for the credits, the answer to who asked the question."""
    return Audience(people=(payload["asked_by"] if payload["answer"] else payload["requester_id"],))


def approval_break_glass(_payload: Payload) -> Audience:
    """All super admins."""
    return Audience(roles=(Role.SUPER_ADMIN,))


def to_delegate(payload: Payload) -> Audience:
    """Who decides in another's place, or no longer does; the delegator said so themselves."""
    return Audience(people=(payload["delegate_id"],))


APPROVALS: Final[Mapping[str, Callable[[Payload], Audience]]] = {
    "approval.requested": to_approvers,
    "approval.reminded": to_approvers,
    "approval.agreed": approval_agreed,
    "approval.decided": approval_decided,
    "approval.question": approval_question,
    "approval.break_glass": approval_break_glass,
    "delegation.made": to_delegate,
    "delegation.ended": to_delegate,
}
