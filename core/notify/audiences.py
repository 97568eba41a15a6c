"""Every event type and who must hear of it; a test compares the list with the events of core."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from core.notify.audience import Audience, Payload
from core.notify.audience_absences import ABSENCES
from core.notify.audience_accounts import ACCOUNTS
from core.notify.audience_approvals import APPROVALS
from core.notify.audience_credits import CREDITS
from core.notify.audience_overrides import OVERRIDES
from core.notify.audience_policies import POLICIES
from core.notify.audience_pools import POOLS

AUDIENCES: Final[Mapping[str, Callable[[Payload], Audience]]] = MappingProxyType(
    {**ABSENCES, **ACCOUNTS, **APPROVALS, **CREDITS, **OVERRIDES, **POLICIES, **POOLS}
)
