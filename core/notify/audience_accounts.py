"""Who must hear of accounts on chat platforms. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from core.notify.audience import NOBODY, Audience, Payload


def account_linked(payload: Payload) -> Audience:
    """Whose it is: they are welcome there, and know at once if it was not they. Who adds the bot in Teams is welcomed
    there and then.
    """
    return NOBODY if payload["platform"] == "teams" else Audience(people=(payload["user_id"],))


ACCOUNTS: Final[Mapping[str, Callable[[Payload], Audience]]] = {"account.linked": account_linked}
