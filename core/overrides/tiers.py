"""Who decides how much: the tier of a boost, and what somebody may grant directly."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from core.access.check import roles_of
from core.access.matrix import Role
from core.allocation.texts import check_reason
from core.approvals.states import Approver, Tiers
from core.policy.override_policy import OverridePolicy
from core.refusals import Because, Refused, refuse
from core.storage.transaction import ActorKind, Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """A boost that somebody asks for or wants to grant. `others` is what counts beside it."""

    amount: int
    hours: int
    reason: str
    others: int

    @property
    def total(self) -> int:
        """What finds the tier."""
        return self.amount + self.others


def refuse_against(policy: OverridePolicy, wish: Wish) -> None:
    """Raises Refused by the rules, in this order: switched off, too long, without a reason, too much for anybody."""
    if not policy.enabled:
        raise Refused(refuse(Because.OVERRIDES_OFF))
    refuse_length(policy, wish.hours)
    if policy.requires_justification and not wish.reason.strip():
        raise Refused(refuse(Because.REASON_REQUIRED))
    check_reason(wish.reason)
    most = policy.approval_tiers[-1].limit
    if wish.total > most:
        raise Refused(refuse(Because.OVERRIDE_TOO_LARGE, asked=wish.amount, counted=wish.others, most=most))


def refuse_length(policy: OverridePolicy, hours: int) -> None:
    """Raises Refused unless it lasts a whole number of hours within the policy."""
    if type(hours) is not int or not 0 < hours <= policy.max_duration_hours:
        raise Refused(refuse(Because.OVERRIDE_TOO_LONG, hours=hours, most=policy.max_duration_hours))


def tiers_for(policy: OverridePolicy, total: int) -> Tiers:
    """The roles that are asked for this much, first asked first.

    In a chain they are those up to the first that reaches the total, else that one and those above it.
    """
    reaching = [tier for tier in policy.approval_tiers if tier.limit >= total]
    below = [tier for tier in policy.approval_tiers if tier.limit < total]
    asked = [*below, reaching[0]] if takes_several(policy, total) else reaching
    return tuple((Role(tier.approver),) for tier in asked)


def takes_several(policy: OverridePolicy, total: int) -> bool:
    """Whether more than one person must say yes to this much, one after the other."""
    return policy.all_tiers_must_agree and total > policy.approval_tiers[0].limit


def most_of(policy: OverridePolicy, role: Role) -> int:
    """Up to what a role decides; 0 for one that decides nothing."""
    if role is Role.SUPER_ADMIN:
        return policy.approval_tiers[-1].limit
    return max((tier.limit for tier in policy.approval_tiers if tier.approver == role.value), default=0)


def most_alone(policy: OverridePolicy, role: Role) -> int:
    """Up to what one person with this role is enough."""
    most = most_of(policy, role)
    return min(most, policy.approval_tiers[0].limit) if policy.all_tiers_must_agree else most


async def granting_scope(tx: Transaction, policy: OverridePolicy, *, path: tuple[str, ...], total: int) -> str:
    """The node of the actor's role, the nearest to the person, that may grant this much. Raises Refused.

    The operator grants for the organization. Where all tiers must agree nobody grants alone what takes several of them.
    """
    if tx.actor.kind is ActorKind.OPERATOR:
        return tx.organization_id
    held = [(role, scope) for role, scope in await roles_of(tx) if scope in path]
    able = [scope for role, scope in held if most_alone(policy, role) >= total]
    if not able:
        most = max((most_alone(policy, role) for role, _ in held), default=0)
        raise Refused(refuse(Because.OVERRIDE_ABOVE_YOURS, counted=total, most=most))
    return nearest(able, path=path)


async def deciding_scope(tx: Transaction, by: Approver, *, path: tuple[str, ...]) -> str:
    """The node at which an approver, or in whose place they decide, holds the role that lets them."""
    held = await roles_of(tx, by.on_behalf_of or by.user_id)
    return nearest([scope for role, scope in held if role is by.role and scope in path], path=path)


def nearest(scopes: Iterable[str], *, path: tuple[str, ...]) -> str:
    """The one furthest down the path."""
    return max(scopes, key=path.index)
