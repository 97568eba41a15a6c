"""By which ways people want to hear of what: their own choice, else the organization's, else all of them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from core.notify.news import NEWS, USUAL, News, Way, kept
from core.refusals import Because, Refused, refuse
from core.storage.inserting import insert_into
from core.storage.tables import notice_choices
from core.storage.transaction import Transaction

Ways = tuple[Way, ...]
Wanted = Mapping[str, Sequence[str] | None]
"""Kind of news → names of ways, as somebody asks for them; None takes a choice back."""

_CHANNELS: Final = frozenset(way.value for way in Way)


@dataclass(frozen=True, slots=True)
class Choices:
    """What was chosen: (owner, kind) → ways; the owner is a person, or the organization for all who chose nothing."""

    organization_id: str
    made: Mapping[tuple[str, News], Ways] = field(default_factory=dict)

    def own(self, user_id: str, news: News) -> Ways | None:
        """None where they chose nothing."""
        return self.made.get((user_id, news))

    def default(self, news: News) -> Ways:
        """For who chose nothing."""
        return self.made.get((self.organization_id, news), kept(news, USUAL))

    def ways(self, user_id: str, news: News) -> Ways:
        """What counts."""
        own = self.own(user_id, news)
        return self.default(news) if own is None else own

    def among(self, people: Sequence[str], news: News, *, channel: str) -> Sequence[str]:
        """Those who want to hear of it by this channel; everybody where the channel is no way to people."""
        if channel not in _CHANNELS:
            return people
        return tuple(person for person in people if channel in self.ways(person, news))


async def wanting(
    connection: AsyncConnection, organization_id: str, *, event_type: str, people: Sequence[str]
) -> Callable[[str], Sequence[str]]:
    """Who of these people wants to hear of such an event, by the name of a channel."""
    news = NEWS.get(event_type)
    if news is None or not people:
        return lambda _channel: people
    about = notice_choices.c.news == news.value
    choices = await choices_of(connection, organization_id, people=people, about=about)
    return lambda channel: choices.among(people, news, channel=channel)


async def choices_of(
    connection: AsyncConnection,
    organization_id: str,
    *,
    people: Collection[str],
    about: ColumnElement[bool] | None = None,
) -> Choices:
    """What these people and their organization chose."""
    owners = (*people, organization_id)
    wanted = select(notice_choices).where(
        notice_choices.c.organization_id == organization_id, notice_choices.c.owner_id.in_(owners)
    )
    found = await connection.execute(wanted if about is None else wanted.where(about))
    known = set(News)
    made = {(row.owner_id, News(row.news)): _ways(row.ways) for row in found if row.news in known}
    return Choices(organization_id, made)


async def choose(tx: Transaction, owner_id: str, *, wanted: Mapping[News, Ways | None]) -> None:
    """Write down what was read by `read_wanted`."""
    mine = (notice_choices.c.organization_id == tx.organization_id, notice_choices.c.owner_id == owner_id)
    gone = [news.value for news, ways in wanted.items() if ways is None]
    if gone:
        await tx.execute(delete(notice_choices).where(*mine, notice_choices.c.news.in_(gone)))
    shared: dict[str, Any] = {"organization_id": tx.organization_id, "owner_id": owner_id}
    rows = [shared | {"news": news.value, "ways": list(ways)} for news, ways in wanted.items() if ways is not None]
    if not rows:
        return
    insert = insert_into(tx.connection, notice_choices).values(rows)
    key = ["organization_id", "owner_id", "news"]
    await tx.execute(insert.on_conflict_do_update(index_elements=key, set_={"ways": insert.excluded.ways}))


def read_wanted(wanted: Wanted) -> dict[News, Ways | None]:
    """The kinds and ways behind their names, with what cannot be switched off. Raises Refused."""
    return {_news(name): None if ways is None else kept(_news(name), map(_way, ways)) for name, ways in wanted.items()}


def _news(name: str) -> News:
    if name not in set(News):
        raise Refused(refuse(Because.BAD_VALUE, field="news", why=f"it should be one of {', '.join(News)}"))
    return News(name)


def _way(name: str) -> Way:
    if name not in _CHANNELS:
        raise Refused(refuse(Because.BAD_VALUE, field="ways", why=f"they should be of {', '.join(Way)}"))
    return Way(name)


def _ways(stored: Sequence[str]) -> Ways:
    """A way of a newer version is passed over."""
    return tuple(way for way in Way if way.value in stored)
