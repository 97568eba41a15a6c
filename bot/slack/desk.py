"""The three-second rule, once for all listeners.

What is asked runs before the acknowledgement when it can answer in time, so that a crash cannot swallow it; else the
acknowledgement goes out and the answer follows through the response_url.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Any, Final

import aiohttp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.errors import SlackClientError
from slack_sdk.http_retry.builtin_async_handlers import (
    AsyncConnectionErrorRetryHandler,
    AsyncRateLimitErrorRetryHandler,
    AsyncServerErrorRetryHandler,
)
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.commands.last_resort import answered, apology
from bot.commands.link import code_answer
from bot.commands.office import Office, Speaker
from bot.commands.say import say
from bot.replies.reply import Reply, Tone
from bot.slack.heard import Heard, Payload
from bot.slack.port import Port
from bot.slack.rendering import content, message
from bot.slack.strangers import stranger_reply
from core.notify.channel import NobodyThere, Undelivered
from core.refusals import Because, Refusal, Refused
from core.storage.faults import StorageUnavailable

PATIENCE_SECONDS: Final = 2.0
"""Slack shows an error to the person when nothing is acknowledged within 3 seconds."""

_POST_SECONDS: Final = 10
_CLOSING_SECONDS: Final = 10
_OK: Final = 200

log = logging.getLogger(__name__)


class Desk:
    """Answers what was heard."""

    def __init__(self, office: Office, port: Port, *, patience: float = PATIENCE_SECONDS) -> None:
        self._office: Final = office
        self._port: Final = port
        self._patience: Final = patience
        self._open: Final[set[asyncio.Task[Any]]] = set()

    async def serve(self, payload: Payload, ack: AsyncAck, *, hear: Callable[[Payload], Heard]) -> None:
        """Acknowledge in time and answer. Never raises: Bolt turns what is raised after `ack` into a timeout."""
        self._remember(asyncio.current_task())
        try:
            heard = hear(payload)
        except (KeyError, IndexError, TypeError, ValueError) as error:
            await ack(**message(apology(error, new_id=self._office.engine.new_id)))
            return
        reply = asyncio.create_task(answered(self._answer(heard), new_id=self._office.engine.new_id))
        done, _ = await asyncio.wait({reply}, timeout=self._patience)
        if done and not heard.is_press:
            await ack(**message(reply.result()))
            return
        await ack()
        await self._follow_up(heard, await reply)

    async def close(self) -> None:
        """Let what is under way finish, for ten seconds."""
        if self._open:
            await asyncio.wait(self._open, timeout=_CLOSING_SECONDS)

    def _remember(self, task: asyncio.Task[Any] | None) -> None:
        """Bolt forgets a listener once it has acknowledged; nobody else would wait for it."""
        assert task is not None, "listeners run in tasks"
        self._open.add(task)
        task.add_done_callback(self._open.discard)

    async def _answer(self, heard: Heard) -> Reply:
        try:
            who = await self._office.identities.who(heard.account)
        except Refused as refused:
            return await self._answer_stranger(refused.refusal, heard)
        except StorageUnavailable as away:
            return Reply(title=away.sentence, tone=Tone.ERROR, code=away.code)
        speaker = Speaker(
            organization_id=who.organization_id,
            user_id=who.user_id,
            platform=heard.account.platform.value,
            workspace_id=heard.account.workspace_id,
            command_id=heard.command_id,
        )
        return await say(heard.text, speaker, self._office)

    async def _answer_stranger(self, refusal: Refusal, heard: Heard) -> Reply:
        """Whom nobody knows may show a one-time code; everything else is answered with how to be known."""
        if refusal.because is Because.UNKNOWN_USER:
            linked = await code_answer(heard.text, heard.account, command_id=heard.command_id, office=self._office)
            if linked is not None:
                return linked
        return stranger_reply(refusal, heard.account)

    async def _follow_up(self, heard: Heard, reply: Reply) -> None:
        """What was done takes the place of the message whose button was pressed; a refusal comes beside it.

        Where Slack does not take it there, it comes as a direct message: nobody is left without an answer.
        """
        if await self._responded(heard, reply):
            return
        account = heard.account
        try:
            await self._port.to_person(account.workspace_id, account.external_id, body=content(reply))
        except (Undelivered, NobodyThere, StorageUnavailable):
            log.exception("an answer did not reach anybody, command %s", heard.command_id)

    async def _responded(self, heard: Heard, reply: Reply) -> bool:
        body = message(reply) | {"replace_original": heard.replaces and reply.tone is Tone.OK}
        retries = [
            AsyncConnectionErrorRetryHandler(),
            AsyncRateLimitErrorRetryHandler(max_retry_count=2),
            AsyncServerErrorRetryHandler(),
        ]
        client = AsyncWebhookClient(heard.response_url, timeout=_POST_SECONDS, retry_handlers=retries)
        try:
            answer = await client.send_dict(body)
        except (aiohttp.ClientError, OSError, TimeoutError, SlackClientError):
            log.exception("an answer did not reach Slack, command %s", heard.command_id)
            return False
        if answer.status_code != _OK:
            log.error("Slack did not take an answer: %s, command %s", answer.status_code, heard.command_id)
        return answer.status_code == _OK
