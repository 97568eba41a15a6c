"""Who a Teams account belongs to, as far as the tenant vouches for it: the address of a member of its own.

Guests and people of other tenants have no address for us: an invited guest must not get a colleague's balance because
an administrator typed that colleague's address.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from bot.commands.vouching import NoWord
from bot.teams.heard import InboundEvent
from bot.teams.port import ChatPort, Unsent

MEMBER: Final = "user"
"""The role of those who belong to the tenant; others are guests, or anonymous."""
GUEST_MARK: Final = "#ext#"
"""What Entra writes into the name of an account that is at home elsewhere."""


async def asked(port: ChatPort, event: InboundEvent) -> str | None:
    """The address that the tenant vouches for. Raises NoWord."""
    try:
        member = await port.member(event.conversation, event.teams_id)
    except Unsent as fault:
        raise NoWord(fault.why) from fault
    return vouched_for(member, tenant_id=event.account.workspace_id, external_id=event.account.external_id)


def vouched_for(member: Mapping[str, Any], *, tenant_id: str, external_id: str) -> str | None:
    """The address of a member of that tenant; None for everybody else, and where Teams tells less than it should."""
    name = _text(member, "userPrincipalName")
    if member.get("userRole") != MEMBER or member.get("tenantId") != tenant_id or GUEST_MARK in name.casefold():
        return None
    if external_id not in {member.get("aadObjectId"), member.get("objectId")}:
        return None
    return _text(member, "email") or name or None


def _text(member: Mapping[str, Any], key: str) -> str:
    value = member.get(key)
    return value if isinstance(value, str) else ""
