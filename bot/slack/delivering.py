"""Where an answer goes that did not fit into the acknowledgement: a window, the place of a message, or beside it."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Final

import aiohttp
from slack_sdk.errors import SlackClientError
from slack_sdk.http_retry.builtin_async_handlers import (
    AsyncConnectionErrorRetryHandler,
    AsyncRateLimitErrorRetryHandler,
    AsyncServerErrorRetryHandler,
)
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.commands.last_resort import answered
from bot.commands.office import Office
from bot.replies.form import Form, people_in
from bot.replies.reply import Reply, Tone
from bot.slack.heard import Heard
from bot.slack.port import Port, Posted
from bot.slack.rendering import content, message
from bot.slack.views import Accounts, View, closed_form_reply, form_view, loading_view, reply_view
from bot.slack.windows import Windows
from bot.slack.workspaces import quiet
from core.directory.identities import ChatAccount
from core.notify.reaching import accounts_of

_POST_SECONDS: Final = 10
_OK: Final = 200

log = logging.getLogger(__name__)


class Delivering:
    """Brings answers to who asked, and says whether they came there; where they did not, the log says why."""

    def __init__(self, office: Office, windows: Windows, *, port: Port) -> None:
        self._office: Final = office
        self._windows: Final = windows
        self._port: Final = port

    async def deliver(self, reply: Reply, heard: Heard, *, window: str | None) -> bool:
        """`window` waits open for it."""
        if await self._shown(reply, heard, window=window or heard.view_id):
            return True
        return await self._say(reply if reply.form is None else closed_form_reply(reply.form), heard)

    async def wait_in_window(self, heard: Heard) -> str | None:
        """Open a window that waits for an answer; its id."""
        return await self._windows.open(heard.account, trigger_id=heard.trigger_id, view=loading_view())

    async def into_window(self, reply: Reply, account: ChatAccount, *, view_id: str) -> bool:
        """Where it was closed meanwhile, as a message."""
        if await self._windows.change(account, view_id=view_id, view=reply_view(reply)):
            return True
        return await self.tell(account, reply)

    async def tell(self, account: ChatAccount, reply: Reply) -> bool:
        """A direct message, where nothing else is left to say it in. Never raises."""
        told = self._port.to_person(account.workspace_id, account.external_id, body=content(reply))
        return isinstance(await answered(told, new_id=self._office.engine.new_id), Posted)

    async def _shown(self, reply: Reply, heard: Heard, *, window: str | None) -> bool:
        """Whether it is in a window by now."""
        if window is None and reply.form is None and not heard.is_home:
            return False
        view = await self._view(reply, heard.account)
        if window is not None:
            return await self._windows.change(heard.account, view_id=window, view=view)
        return await self._windows.open(heard.account, trigger_id=heard.trigger_id, view=view) is not None

    async def _view(self, reply: Reply, account: ChatAccount) -> View:
        return reply_view(reply) if reply.form is None else await self._form(reply.form, account)

    async def _form(self, form: Form, account: ChatAccount) -> View:
        people = people_in(form)
        return form_view(form, accounts=await self._accounts(account, people) if people else {})

    async def _accounts(self, asker: ChatAccount, people: Sequence[str]) -> Accounts:
        """Theirs, in the workspace of who asks."""
        who = await self._office.identities.who(asker)
        return await accounts_of(
            self._office.engine.database,
            who.organization_id,
            platform=asker.platform.value,
            workspace_id=asker.workspace_id,
            people=people,
        )

    async def _say(self, reply: Reply, heard: Heard) -> bool:
        """What was done takes the place of the message whose button was pressed; a refusal comes beside it.

        Where Slack does not take it there, it comes as a direct message: nobody is left without an answer.
        """
        if heard.response_url and await self._responded(reply, heard):
            return True
        return await self.tell(heard.account, reply)

    async def _responded(self, reply: Reply, heard: Heard) -> bool:
        body = message(reply) | {"replace_original": heard.replaces and reply.tone is Tone.OK}
        retries = [
            AsyncConnectionErrorRetryHandler(),
            AsyncRateLimitErrorRetryHandler(max_retry_count=2),
            AsyncServerErrorRetryHandler(),
        ]
        client = AsyncWebhookClient(heard.response_url, timeout=_POST_SECONDS, retry_handlers=retries, logger=quiet())
        try:
            answer = await client.send_dict(body)
        except (aiohttp.ClientError, OSError, TimeoutError, SlackClientError):
            log.exception("an answer did not reach Slack, command %s", heard.command_id)
            return False
        if answer.status_code != _OK:
            log.error("Slack did not take an answer: %s, command %s", answer.status_code, heard.command_id)
        return answer.status_code == _OK
