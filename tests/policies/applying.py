"""Short words for applying policies at Acme, and for sending under them."""

from __future__ import annotations

from core.directory.apply_policy import ApplyPolicy, PoliciesApplied
from core.refusals import Refusal
from core.transfers.send_credits import SendCredits, Sent
from tests.company import Company

LOW = "transfer_policy:\n  limits:\n    max_per_user_per_day: 5000\n"
REQUESTED = "pool_policy:\n  access_mode: request_approval\n"


async def applied(company: Company, text: str, *, at: str = "Acme", by: str = "grace") -> PoliciesApplied:
    return await company.run(ApplyPolicy, by=by, scope_id=company.node(at), text=text)


async def sends(company: Company, who: str, amount: int, *, to: str) -> Sent:
    return await company.run(SendCredits, by=who, recipients=(company.user(to),), amount=amount)


async def is_refused(company: Company, who: str, amount: int, *, to: str) -> Refusal:
    return await company.refused(SendCredits, by=who, recipients=(company.user(to),), amount=amount)
