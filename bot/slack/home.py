"""App Home: the page that a person has with Alfred in Slack."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Final
from weakref import WeakValueDictionary

from bot.commands.home import Page, Section, home_page
from bot.commands.last_resort import answered, away_reply
from bot.commands.office import Office, Speaker
from bot.replies.reply import Reply, without_stop
from bot.replies.strangers import stranger_reply
from bot.slack.escaping import escaped, plain
from bot.slack.rendering import Block, blocks_of, buttons, fields
from bot.slack.views import View, fitted
from bot.slack.windows import Windows
from core.directory.identities import ChatAccount
from core.refusals import Refused
from core.storage.faults import StorageUnavailable

PAGE: Final = "page:"
"""How the action ids of buttons begin that show a page of Home."""
_HEADER: Final = 150
_TEXT: Final = 3_000


class Home:
    """Puts the page where people see it. Several wishes for one person that come together are one page."""

    def __init__(self, office: Office, windows: Windows) -> None:
        self._office: Final = office
        self._windows: Final = windows
        self._queued: Final[set[ChatAccount]] = set()
        self._turns: Final[WeakValueDictionary[ChatAccount, asyncio.Lock]] = WeakValueDictionary()

    async def show(self, account: ChatAccount, *, page: int = 1, hash_: str | None = None) -> bool:
        """How it stands now; False when Slack did not take it. Who comes while one waits to begin is shown by that."""
        if account in self._queued and page == 1:
            return True
        turn = self._turns.setdefault(account, asyncio.Lock())
        self._queued.add(account)
        try:
            await turn.acquire()
        finally:
            self._queued.discard(account)
        try:
            found = await answered(self._page(account, page), new_id=self._office.engine.new_id)
            view = home_view(found) if isinstance(found, Page) else _told(found)
            return await self._windows.publish(account, view=view, hash_=hash_)
        finally:
            turn.release()

    async def _page(self, account: ChatAccount, number: int) -> Page | Reply:
        try:
            who = await self._office.identities.who(account)
        except Refused as refused:
            return stranger_reply(refused.refusal, account)
        except StorageUnavailable as away:
            return away_reply(away)
        speaker = Speaker(
            organization_id=who.organization_id,
            user_id=who.user_id,
            platform=account.platform.value,
            workspace_id=account.workspace_id,
            command_id="home",
        )
        return await home_page(number, speaker=speaker, office=self._office)


def home_view(page: Page) -> View:
    """The page; what Slack would not take is left out at its end."""
    blocks = [block for at, section in enumerate(page.sections) for block in _blocks(section, is_first=at == 0)]
    return fitted({"type": "home", "blocks": [*blocks, _turning(page)]})


def _told(reply: Reply) -> View:
    return fitted({"type": "home", "blocks": [*blocks_of(reply), _turning(Page(sections=(), number=1, pages=1))]})


def _blocks(section: Section, *, is_first: bool) -> Iterator[Block]:
    if section.heading and not is_first:
        yield {"type": "divider"}
    if section.heading:
        yield {"type": "header", "text": _plain(without_stop(section.heading), _HEADER)}
    if section.lines:
        text = escaped("\n".join(section.lines), _TEXT)
        yield {"type": "section", "text": {"type": "mrkdwn", "text": text, "verbatim": True}}
    yield from fields(section.facts)
    yield from buttons(section.actions)


def _turning(page: Page) -> Block:
    """Refresh, and the pages before and behind."""
    numbers = {"Refresh": page.number, "Earlier": page.number - 1, "More": page.number + 1}
    return {
        "type": "actions",
        "elements": [
            {"type": "button", "action_id": f"{PAGE}{label}", "text": _plain(label, 75), "value": str(number)}
            for label, number in numbers.items()
            if 1 <= number <= page.pages
        ],
    }


def _plain(text: str, most: int) -> Block:
    return {"type": "plain_text", "text": plain(text, most), "emoji": False}
