"""A window that was sent off: which form, by which account, under which command id."""

from __future__ import annotations

import json
from dataclasses import dataclass

from bot.commands.submit import Submitted
from bot.slack.heard import Payload, presser, text_of
from bot.slack.views import FORM, values_in
from core.directory.identities import ChatAccount


@dataclass(frozen=True, slots=True, kw_only=True)
class HeardForm:
    """`command_id` was minted when the form was drawn."""

    submitted: Submitted
    account: ChatAccount
    command_id: str
    view_id: str


def heard_form(payload: Payload) -> HeardForm:
    """What was filled in, as the form names it."""
    view = payload["view"]
    drawn = json.loads(view["private_metadata"])
    name = view["callback_id"].removeprefix(FORM)
    return HeardForm(
        submitted=Submitted(name=name, about=text_of(drawn["about"]), values=values_in(view["state"])),
        account=presser(payload),
        command_id=text_of(drawn["id"]),
        view_id=view["id"],
    )
