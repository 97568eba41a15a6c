"""What somebody is told whom we cannot place: never a balance, always what to do."""

from __future__ import annotations

from bot.replies.reply import Reply, Tone
from core.directory.identities import ChatAccount
from core.refusals import Because, Refusal


def stranger_reply(refusal: Refusal, account: ChatAccount) -> Reply:
    """For an account that `Identities.who` refused."""
    title, *lines = _words(refusal.because, account)
    return Reply(title=title, lines=tuple(lines), tone=Tone.REFUSED, code=refusal.because.value)


def unsure_reply() -> Reply:
    """For who is not linked, while Teams does not say who they are."""
    return Reply(
        title="Teams does not tell me who you are just now.",
        lines=("Nothing was done. Please say it again in a minute.",),
        tone=Tone.ERROR,
        code="unavailable",
    )


def _words(because: Because, account: ChatAccount) -> tuple[str, ...]:
    if because is Because.UNKNOWN_ORGANIZATION:
        return (
            "This Microsoft 365 tenant is not connected to Alfred yet.",
            f"An administrator can connect it; its id is {account.workspace_id}.",
        )
    if because is Because.INACTIVE_USER:
        return (
            "Your Alfred account is deactivated.",
            "Deactivated people neither send nor receive nor spend credits.",
            "Ask an administrator if this is a mistake.",
        )
    return (
        "I do not know you yet.",
        "Your Teams account is not linked to anybody at Alfred, so there are no credits to show.",
        "Have you an account at Alfred? Say “alfred link” in a terminal, then “link” and the code here.",
        f"Or ask an administrator for a code, or to link it: your id in Microsoft Entra is {account.external_id}.",
    )
