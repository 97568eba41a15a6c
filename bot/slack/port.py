"""What Alfred says in Slack on its own leaves here: in turn, and again while Slack is in trouble.

Opening forms does not pass through here: nothing may sleep while a trigger lives, which is three seconds.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.faults import fault_of, is_passing, retry_after
from bot.slack.pace import Pace
from bot.slack.workspaces import NotInstalled, Workspaces
from core.notify.channel import NobodyThere, Undelivered
from core.storage.retry import Pause

Body = Mapping[str, Any]
"""`text` and `blocks`, as rendering.py makes them."""

RESTS: Final = (0.5, 1.0)
"""Seconds between two tries, of which there is one more."""
LONGEST_TURN: Final = 10.0
"""Seconds that somebody waits here; who would wait longer comes again when it is their turn."""
LOOKUPS_AT_ONCE: Final = 20
_LOOKUP: Final = "users.lookupByEmail"
_MOST_KNOWN: Final = 10_000


@dataclass(frozen=True, slots=True)
class Posted:
    """Where a message stands."""

    channel_id: str
    ts: str


class Port:
    """Sends to people and channels of any workspace. Everything raises Undelivered or NobodyThere.

    A message whose answer is lost may have been posted, and is posted again: Slack has no key for it.
    """

    def __init__(
        self,
        workspaces: Workspaces,
        *,
        pause: Pause = asyncio.sleep,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._workspaces: Final = workspaces
        self._pause: Final = pause
        self._monotonic: Final = monotonic
        self._messages: Final = Pace()
        self._lookups: Final = Pace(burst=LOOKUPS_AT_ONCE)
        self._conversations: Final[dict[tuple[str, str], str]] = {}

    async def to_person(self, workspace_id: str, user_id: str, *, body: Body) -> Posted:
        """A direct message; the conversation is opened when it is not known."""
        known = (workspace_id, user_id)
        channel_id = self._conversations.get(known) or await self._opened(workspace_id, user_id)
        try:
            return await self.to_channel(workspace_id, channel_id, body=body)
        except Undelivered as fault:
            if "channel_not_found" in fault.reason:
                self._conversations.pop(known, None)
            raise

    async def to_channel(self, workspace_id: str, channel_id: str, *, body: Body) -> Posted:
        """A message that everybody there can read."""
        call = {"channel": channel_id, "unfurl_links": False, "unfurl_media": False, **body}
        answer = await self._say(workspace_id, channel_id, method="chat.postMessage", call=call)
        return Posted(answer["channel"], answer["ts"])

    async def change(self, workspace_id: str, at: Posted, *, body: Body) -> None:
        """Another text and other blocks in the place of those that stand there."""
        call = {"channel": at.channel_id, "ts": at.ts, **body}
        await self._say(workspace_id, at.channel_id, method="chat.update", call=call)

    async def member(self, workspace_id: str, email: str) -> object:
        """Who has that address there, as Slack shows a member."""
        turn = self._turn(self._lookups, workspace_id)
        return (await self._call(workspace_id, _LOOKUP, call={"email": email}, turn=turn)).get("user")

    async def _opened(self, workspace_id: str, user_id: str) -> str:
        if len(self._conversations) >= _MOST_KNOWN:
            self._conversations.clear()
        turn = self._turn(self._lookups, workspace_id)
        answer = await self._call(workspace_id, "conversations.open", call={"users": user_id}, turn=turn)
        channel_id: str = answer["channel"]["id"]
        self._conversations[workspace_id, user_id] = channel_id
        return channel_id

    async def _say(self, workspace_id: str, channel_id: str, *, method: str, call: Body) -> Body:
        return await self._call(
            workspace_id, method, call=call, turn=self._turn(self._messages, f"{workspace_id}/{channel_id}")
        )

    def _turn(self, pace: Pace, line: str) -> _Turn:
        return _Turn(pace, line, monotonic=self._monotonic, pause=self._pause)

    async def _call(self, workspace_id: str, method: str, *, call: Body, turn: _Turn) -> Body:
        try:
            client = (await self._workspaces.install(workspace_id)).client
        except NotInstalled as nowhere:
            raise NobodyThere(str(nowhere)) from nowhere
        for rest in (*RESTS, None):
            await turn.come()
            answer = await _asked(client, method, call=call)
            if not isinstance(answer, _Trouble):
                return answer
            if rest is None:
                raise answer.fault
            await turn.rest(rest, asked=answer.wait)
        raise AssertionError("the last try returns or raises")


@dataclass(frozen=True, slots=True)
class _Trouble:
    """It may be better in a moment. `wait` is what Slack asked for."""

    fault: Undelivered
    wait: timedelta | None = None


@dataclass(frozen=True, slots=True)
class _Turn:
    """A place in a line."""

    pace: Pace
    line: str
    monotonic: Callable[[], float]
    pause: Pause

    async def come(self) -> None:
        """Wait for it. Raises Undelivered when that would take too long."""
        wait = self.pace.wait(self.line, now=self.monotonic())
        if wait > LONGEST_TURN:
            raise Undelivered("Slack: too many messages at once", retry_after=timedelta(seconds=wait))
        await self.pause(self.pace.take(self.line, now=self.monotonic()))

    async def rest(self, seconds: float, *, asked: timedelta | None) -> None:
        """Between two tries. What Slack asks for, everybody in this line waits."""
        if asked is None:
            await self.pause(seconds)
        else:
            self.pace.hold(self.line, until=self.monotonic() + asked.total_seconds())


async def _asked(client: AsyncWebClient, method: str, *, call: Body) -> Body | _Trouble:
    """One call. Raises Undelivered, NobodyThere."""
    try:
        answer = await (
            # The one method here that takes no JSON. A form, too, keeps the address out of URLs and what logs them.
            client.api_call(method, data=dict(call)) if method == _LOOKUP else client.api_call(method, json=dict(call))
        )
    except SlackApiError as error:
        fault, wait = fault_of(error), retry_after(error)
        if isinstance(fault, Undelivered) and (wait is not None or is_passing(error)):
            return _Trouble(fault, wait)
        raise fault from error
    except TimeoutError as error:
        raise Undelivered("Slack did not answer in time") from error
    except (aiohttp.ClientError, OSError, SlackClientError, AttributeError) as error:
        # The last is the SDK's, over an answer that is no JSON object.
        return _Trouble(Undelivered(f"Slack: {type(error).__name__}"))
    data: Body = answer.data if isinstance(answer.data, dict) else {}
    return data
