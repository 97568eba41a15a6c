"""By which ways the actor hears of what."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from sqlalchemy import select

from core.access.matrix import Permission
from core.access.places import user_place
from core.notify.choices import Ways, choices_of
from core.notify.leaderboards import Shown
from core.notify.news import News
from core.storage.tables import chat_identities, personal_settings
from core.storage.transaction import Actor, Place, Transaction


@dataclass(frozen=True, slots=True)
class NoticeLine:
    """One kind of news. `own` is None where the person chose nothing; `ways` is what counts."""

    news: News
    ways: Ways
    own: Ways | None
    default: Ways


@dataclass(frozen=True, slots=True)
class OwnSettings:
    """`platforms` are those where the person has a linked account."""

    notices: tuple[NoticeLine, ...]
    leaderboard: Shown
    platforms: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowSettings:
    """The actor's own."""

    needs: ClassVar[str] = Permission.OWN_SETTINGS
    organization_id: str
    actor: Actor

    async def place(self, tx: Transaction) -> Place:
        """The actor's own affair."""
        return await user_place(tx, self.actor.id)

    async def answer(self, tx: Transaction) -> OwnSettings:
        """Every kind, in the order of the list."""
        user_id = self.actor.id
        made = await choices_of(tx.connection, tx.organization_id, people=(user_id,))
        mine = personal_settings.c
        word = await tx.execute(
            select(mine.leaderboard).where(mine.organization_id == tx.organization_id, mine.user_id == user_id)
        )
        linked = await tx.execute(
            select(chat_identities.c.platform).where(
                chat_identities.c.organization_id == tx.organization_id, chat_identities.c.user_id == user_id
            )
        )
        return OwnSettings(
            notices=tuple(
                NoticeLine(news, made.ways(user_id, news), made.own(user_id, news), made.default(news)) for news in News
            ),
            leaderboard=Shown(word.scalar_one_or_none() or Shown.NO),
            platforms=frozenset(linked.scalars()),
        )
