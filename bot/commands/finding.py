"""The people behind the words that name them."""

from __future__ import annotations

from collections.abc import Sequence

from bot.commands.people import By, Named
from bot.commands.verb import Asked
from core.directory.find_user import FindUser
from core.directory.identities import ChatAccount
from core.directory.people import PersonLine
from core.directory.platforms import Platform
from core.refusals import Because, Fact, Refused, refuse


async def find_people(people: Sequence[Named], asked: Asked) -> tuple[PersonLine, ...]:
    """Everybody, in the order named. Raises Refused with what was typed when one is unknown."""
    return tuple([await _find(who, asked) for who in people])


async def _find(who: Named, asked: Asked) -> PersonLine:
    try:
        text = await _mentioned(who, asked) if who.by is By.MENTION else who.text
        text = asked.speaker.user_id if text in {"me", "myself"} else text
        speaker = asked.speaker
        return await asked.office.engine.ask(
            FindUser(organization_id=speaker.organization_id, actor=speaker.actor, text=text)
        )
    except Refused as refused:
        if refused.refusal.because is Because.UNKNOWN_USER:
            raise _unknown(who, near=refused.refusal.facts.get("near")) from None
        raise


async def _mentioned(who: Named, asked: Asked) -> str:
    """The user id behind a platform's mention."""
    speaker = asked.speaker
    if speaker.platform not in set(Platform):
        raise _unknown(who)
    account = ChatAccount(Platform(speaker.platform), speaker.workspace_id, who.text)
    identity = await asked.office.identities.who(account)
    if identity.organization_id != speaker.organization_id:
        raise _unknown(who)
    return identity.user_id


def _unknown(who: Named, *, near: Fact = None) -> Refused:
    facts = {"typed": who.typed} if near is None else {"typed": who.typed, "near": near}
    return Refused(refuse(Because.UNKNOWN_USER, **facts))
