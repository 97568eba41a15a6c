"""The X-Alfred headers: what a call cost, who paid, what is left."""

from __future__ import annotations

from typing import Final

from core.pricing.price import Parts
from core.spending.calls import Authorised, Settled
from proxy.metering import Bill

USER: Final = "X-Alfred-User-ID"
REQUEST: Final = "X-Alfred-Request-ID"
REMAINING: Final = "X-Alfred-Quota-Remaining"
TOKENS: Final = "X-Alfred-Cost-Tokens"
DOLLARS: Final = "X-Alfred-Cost-Dollars"
SOURCE: Final = "X-Alfred-Source"


def known_before(authorised: Authorised) -> dict[str, str]:
    """What can be said before the call has an answer. `X-Request-ID` is the name that OpenAI's clients look for."""
    return {USER: authorised.principal.user_id, REQUEST: authorised.hold_id, "X-Request-ID": authorised.hold_id}


def known_after(parts: Parts, *, bill: Bill, settled: Settled | None) -> dict[str, str]:
    """What the end tells. Without a price there are no dollars; without a settlement yet, nothing about the balance."""
    facts = {TOKENS: str(parts.total)}
    if bill.usd is not None:
        facts[DOLLARS] = f"{bill.usd.normalize():f}"
    if settled is not None:
        facts[REMAINING] = str(settled.remaining)
        facts[SOURCE] = ",".join(settled.charged) or "none"
    return facts
