"""What somebody is told whom we cannot place: never a balance, always what to do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from bot.replies.reply import Reply, Tone
from core.directory.identities import ChatAccount
from core.directory.platforms import Platform
from core.refusals import Because, Refusal


@dataclass(frozen=True, slots=True)
class _Called:
    """A platform's own names; `ids` says which account it is, with `workspace` and `account` in it."""

    workspace: str
    account: str
    ids: str


_CALLED: Final[Mapping[Platform, _Called]] = MappingProxyType(
    {
        Platform.SLACK: _Called(
            "Slack workspace", "Slack account", "your Slack id is {account}, in the workspace {workspace}"
        ),
        Platform.TEAMS: _Called("Microsoft 365 tenant", "Teams account", "your id in Microsoft Entra is {account}"),
    }
)


def stranger_reply(refusal: Refusal, account: ChatAccount) -> Reply:
    """For an account that `WhoIsWho.who` refused."""
    title, *lines = _words(refusal.because, account)
    return Reply(title=title, lines=tuple(lines), tone=Tone.REFUSED, code=refusal.because.value)


def _words(because: Because, account: ChatAccount) -> tuple[str, ...]:
    called = _CALLED[account.platform]
    if because is Because.UNKNOWN_ORGANIZATION:
        return (
            f"This {called.workspace} is not connected to Alfred yet.",
            f"An administrator can connect it; its id is {account.workspace_id}.",
        )
    if because is Because.INACTIVE_USER:
        return (
            "Your Alfred account is deactivated.",
            "Deactivated people neither send nor receive nor spend credits.",
            "Ask an administrator if this is a mistake.",
        )
    ids = called.ids.format(account=account.external_id, workspace=account.workspace_id)
    return (
        "I do not know you yet.",
        f"Your {called.account} is not linked to anybody at Alfred, so there are no credits to show.",
        "Have you an account at Alfred? Say “alfred link” in a terminal, then “link” and the code here.",
        f"Or ask an administrator for a code, or to link it: {ids}.",
    )
