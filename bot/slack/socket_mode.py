"""Socket Mode: a server that nobody reaches connects to Slack, and the same listeners answer.

Slack's client keeps the connection: it asks for a new address when Slack says goodbye, a ping goes unanswered, or the
line breaks. Here: an envelope that comes twice is done once, and a goodbye of ours lets what is under way finish. An
event that comes again in another envelope is known by its own id, as over HTTP (incoming.py).
"""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any, Final

import aiohttp
from slack_bolt.adapter.socket_mode.async_internals import send_async_response
from slack_bolt.response import BoltResponse
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.faults import said
from bot.slack.incoming import Incoming
from bot.slack.workspaces import quiet

REMEMBERED: Final = 1_000
"""Envelopes whose answers are kept, for when they come again; Slack repeats within minutes."""
CLOSING_SECONDS: Final = 5.0
"""For envelopes under way when we leave; each is acknowledged after two seconds at the latest."""
PING_SECONDS: Final = 10.0
_OK: Final = 200
_OPEN_SECONDS: Final = 25.0
_TRY_SECONDS: Final = 15.0
"""Between two tries of a token that Slack does not take: somebody may be about to switch Socket Mode on."""

log = logging.getLogger(__name__)


class Envelopes:
    """Takes each envelope in once; whoever brings it again gets the same answer."""

    def __init__(self, take_in: Callable[[dict[str, Any]], Coroutine[Any, Any, BoltResponse]]) -> None:
        self._take_in: Final = take_in
        self._answers: Final[OrderedDict[str, asyncio.Task[BoltResponse]]] = OrderedDict()
        self._under_way: Final[set[asyncio.Task[None]]] = set()
        self._is_closing = False

    async def take(self, client: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
        """Answer one envelope. While closing, new ones are left for another connection, to which Slack brings them."""
        if self._is_closing and request.envelope_id not in self._answers:
            return
        answering = asyncio.current_task()
        assert answering is not None, "listeners run in tasks"
        self._under_way.add(answering)
        answering.add_done_callback(self._under_way.discard)
        # Shielded: a connection that breaks does not break what is being done.
        answer = await asyncio.shield(self._answer(request))
        await send_async_response(client, request, answer, asyncio.get_running_loop().time())

    async def close(self) -> None:
        """Take no more, and let what is under way be acknowledged."""
        self._is_closing = True
        if self._under_way:
            await asyncio.wait(self._under_way, timeout=CLOSING_SECONDS)

    def _answer(self, request: SocketModeRequest) -> asyncio.Task[BoltResponse]:
        known = self._answers.get(request.envelope_id)
        if known is not None and not _failed(known):
            return known
        task = asyncio.create_task(self._take_in(request.payload), name="Slack envelope")
        self._answers[request.envelope_id] = task
        while len(self._answers) > REMEMBERED:
            self._answers.popitem(last=False)
        return task


def _failed(answer: asyncio.Task[BoltResponse]) -> bool:
    """What failed is not acknowledged, so that Slack brings it again."""
    return answer.done() and (answer.exception() is not None or answer.result().status != _OK)


@asynccontextmanager
async def socket_mode(
    incoming: Incoming, app_token: str, *, api_url: str, ping: float = PING_SECONDS
) -> AsyncIterator[None]:
    """Connected while the block runs. Never raises because Slack is away: it goes on trying, and says so in the log."""
    # Its own client: the one for posting carries the bot's token, and connections are opened with the app's.
    opener = AsyncWebClient(token=app_token, base_url=f"{api_url.rstrip('/')}/", logger=quiet())
    client = SocketModeClient(app_token=app_token, web_client=opener, ping_interval=ping, logger=quiet())
    envelopes = Envelopes(incoming.take)
    client.socket_mode_request_listeners.append(envelopes.take)
    connecting = asyncio.create_task(_connect(client), name="Slack socket")
    try:
        yield
    finally:
        connecting.cancel()
        await asyncio.wait([connecting])
        await envelopes.close()
        await _closed(client)


async def _connect(client: SocketModeClient) -> None:
    """Say in one line what Slack has against the token, where its client would print a traceback every ten seconds."""
    while client.current_session is None:
        try:
            client.wss_uri = await client.issue_new_wss_url()
            # An address is good for half a minute, and for one connection; the client would try it for ever.
            await asyncio.wait_for(_connected(client), _OPEN_SECONDS)
        except SlackApiError as error:
            log.error("Slack does not open a socket: %s. %s", said(error), _hint(said(error)))  # noqa: TRY400
            await asyncio.sleep(_TRY_SECONDS)
        except (SlackClientError, aiohttp.ClientError, TimeoutError, OSError) as error:
            log.warning("Slack cannot be reached: %s", type(error).__name__)
            await asyncio.sleep(_TRY_SECONDS)
    log.info("connected to Slack by Socket Mode")


async def _connected(client: Any) -> None:  # noqa: ANN401  Slack's client has no types here
    await client.connect()


async def _closed(client: Any) -> None:  # noqa: ANN401  as above
    await client.close()
    tasks = (client.message_processor, client.current_session_monitor, client.message_receiver)
    await asyncio.wait([task for task in tasks if task is not None])


def _hint(code: str) -> str:
    if code in {"invalid_auth", "not_authed", "not_allowed_token_type"}:
        return "Is the app token (xapp-…) of this app, with the scope connections:write?"
    return "Is Socket Mode switched on in the app's settings?"
