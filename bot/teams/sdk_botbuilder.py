"""Microsoft's botbuilder-core behind our own port: the only module that imports it.

The SDK is archived. What it may do is word what is sent, which goes out by our own session; who may call is decided by
the gate, on raw JSON. Another SDK takes its place by implementing `ChatPort` and `Turns`.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Any, Final, Protocol, TypeVar

import aiohttp
from botbuilder.core import InvokeResponse, TurnContext
from botbuilder.core.cloud_adapter_base import CloudAdapterBase
from botbuilder.schema import (
    Activity,
    ChannelAccount,
    ConversationAccount,
    ConversationParameters,
    ConversationReference,
)
from botframework.connector.aio import ConnectorClient
from botframework.connector.auth import BotFrameworkAuthentication, ClaimsIdentity
from botframework.connector.auth.authenticate_request_result import AuthenticateRequestResult
from botframework.connector.auth.connector_factory import ConnectorFactory
from msrest.authentication import Authentication
from msrest.exceptions import ClientException, HttpOperationError
from msrest.pipeline import Response, SansIOHTTPPolicy
from msrest.pipeline.async_abc import AsyncHTTPSender, AsyncPipeline
from msrest.pipeline.universal import RawDeserializer
from msrest.universal_http.async_abc import AsyncClientResponse
from yarl import URL

from bot.teams.heard import Activity as Json
from bot.teams.heard import Conversation, thread_of
from bot.teams.port import Barred, Unsent
from bot.teams.registration import CHANNEL, Registration

SEND_SECONDS: Final = 15
_BARRED: Final = frozenset({403, 404})

Answer = Callable[[Json], Awaitable[dict[str, Any] | None]]
MayGoTo = Callable[[str], bool]
_Result = TypeVar("_Result")


class FreshToken(Protocol):
    """Gives the bot's own token."""

    async def fresh(self) -> str:
        """A token that is good for some minutes."""
        ...


class BotbuilderPort(CloudAdapterBase):  # type: ignore[misc]  # the SDK has no types
    """Sends by the SDK's connector, and runs what comes in as the SDK's turns."""

    def __init__(
        self,
        registration: Registration,
        token: FreshToken | None,
        *,
        may_go_to: MayGoTo,
        session: aiohttp.ClientSession,
        patience: float = SEND_SECONDS,
    ) -> None:
        self._connectors: Final = _Connectors(token, may_go_to, sender=_Sender(session, patience=patience))
        self._registration: Final = registration
        super().__init__(_GateHasDoneIt(self._connectors))

    async def turn(self, activity: Json, answer: Answer) -> dict[str, Any] | None:
        """Run an admitted activity as a turn; the body for an invoke."""

        async def logic(context: TurnContext) -> None:
            body = await answer(activity)
            if body is not None:
                response = InvokeResponse(status=200, body=body)
                context.turn_state[self._INVOKE_RESPONSE_KEY] = Activity(value=response)

        admitted = AuthenticateRequestResult()
        admitted.claims_identity = self._identity()
        admitted.connector_factory = _NoConnectors()
        done = await self.process_activity(admitted, _bare(activity), logic)
        return done.body if done is not None and done.status == 200 else None  # noqa: PLR2004  OK

    async def send(self, to: Conversation, activity: Json) -> str:
        """Post a message; its id. Raises Unsent."""

        async def logic(context: TurnContext) -> str:
            # `context.send_activity` would make it the answer to an activity whose id the SDK has made up.
            client = context.turn_state[self.BOT_CONNECTOR_CLIENT_KEY]
            new = Activity().deserialize(dict(activity))
            sent = await client.conversations.send_to_conversation(to.conversation_id, new)
            return str(sent.id)

        return await self._within(to, logic)

    async def update(self, to: Conversation, activity: Json, *, message_id: str) -> None:
        """Put another in its place. Raises Unsent."""

        async def logic(context: TurnContext) -> str:
            new = Activity().deserialize(dict(activity) | {"id": message_id})
            await context.update_activity(new)
            return message_id

        await self._within(to, logic)

    async def open_personal(self, via: Conversation, account_id: str) -> Conversation:
        """The conversation with one person. Raises Unsent."""
        parameters = ConversationParameters(
            is_group=False,
            bot=ChannelAccount(id=via.bot_id),
            members=[ChannelAccount(id=account_id)],
            tenant_id=via.tenant_id,
            channel_data={"tenant": {"id": via.tenant_id}},
        )

        async def make() -> str:
            client = await self._connectors.create(via.service_url, None)
            made = await client.conversations.create_conversation(parameters)
            return str(made.id)

        return replace(via, conversation_id=await _sent(make()), kind="personal")

    async def member(self, of: Conversation, account_id: str) -> Json:
        """What Teams knows of somebody who is in a conversation. Raises Unsent."""

        async def look() -> Json:
            client = await self._connectors.create(of.service_url, None)
            found = await client.conversations.get_conversation_member(thread_of(of), account_id)
            known: dict[str, Any] = {**found.serialize(), **found.additional_properties}
            return known

        return await _sent(look())

    async def _within(self, to: Conversation, logic: Callable[[TurnContext], Awaitable[str]]) -> str:
        results: list[str] = []

        async def keep(context: TurnContext) -> None:
            results.append(await logic(context))

        await _sent(self.continue_conversation(_reference(to), keep, claims_identity=self._identity()))
        return results[0]

    def _identity(self) -> ClaimsIdentity:
        return self.create_claims_identity(self._registration.app_id)


class _Connectors(ConnectorFactory):  # type: ignore[misc]
    """Clients for a service that is on the list, with a fresh token. In development there is none, and none is sent."""

    def __init__(self, token: FreshToken | None, may_go_to: MayGoTo, *, sender: _Sender) -> None:
        self._token: Final = token
        self._may_go_to: Final = may_go_to
        self._sender: Final = sender

    async def create(self, service_url: str, audience: str | None) -> ConnectorClient:  # noqa: ARG002  the SDK's shape
        if not self._may_go_to(service_url):
            raise Unsent("a service that is not on the list", status=403)
        headers = {} if self._token is None else {"Authorization": f"Bearer {await self._token.fresh()}"}
        return ConnectorClient(
            _Nobody(),
            base_url=service_url,
            pipeline_type=lambda _: AsyncPipeline([_Headers(headers), RawDeserializer()], self._sender),
        )


class _Nobody(Authentication):
    """The SDK wants credentials."""


class _Headers(SansIOHTTPPolicy[Any, Any]):
    """Who we are."""

    def __init__(self, headers: Mapping[str, str]) -> None:
        self._headers: Final = headers

    def on_request(self, request: Any, **_kwargs: Any) -> None:  # noqa: ANN401  the SDK's own shape
        request.http_request.headers.update(self._headers)


class _Sender(AsyncHTTPSender[Any, Any]):
    """The SDK's own would send from a few threads that everything shares, and try again by itself."""

    def __init__(self, session: aiohttp.ClientSession, *, patience: float) -> None:
        self._session: Final = session
        self._timeout: Final = aiohttp.ClientTimeout(total=patience)

    async def __aexit__(self, *_details: object) -> None:
        """The session is another's."""

    async def send(self, request: Any, **_config: Any) -> Response[Any, Any]:  # noqa: ANN401  the SDK's own shape
        asked = request.http_request
        async with self._session.request(
            asked.method,
            URL(asked.url, encoded=True),
            data=asked.data,
            headers=asked.headers,
            timeout=self._timeout,
            allow_redirects=False,
        ) as answer:
            return Response(request, _Answer(asked, answer, body=await answer.read()))


class _Answer(AsyncClientResponse):
    """An answer that has been read."""

    def __init__(self, request: Any, answer: aiohttp.ClientResponse, *, body: bytes) -> None:  # noqa: ANN401
        super().__init__(request, answer)
        self.status_code, self.headers, self.reason = answer.status, answer.headers.copy(), answer.reason
        self._body: Final = body

    def body(self) -> bytes:
        return self._body

    def raise_for_status(self) -> None:
        self.internal_response.raise_for_status()


class _NoConnectors(ConnectorFactory):  # type: ignore[misc]
    """For turns: answers go through the port, or back in the response."""

    async def create(self, service_url: str, audience: str | None) -> object:  # noqa: ARG002  the SDK's shape
        return object()


class _GateHasDoneIt(BotFrameworkAuthentication):  # type: ignore[misc]
    """Nothing is authenticated here."""

    def __init__(self, connectors: _Connectors) -> None:
        self._connectors: Final = connectors

    async def authenticate_request(self, activity: Activity, auth_header: str) -> AuthenticateRequestResult:
        raise NotImplementedError

    async def authenticate_streaming_request(self, auth_header: str, channel_id_header: str) -> object:
        raise NotImplementedError

    def create_connector_factory(self, claims_identity: ClaimsIdentity) -> ConnectorFactory:  # noqa: ARG002
        return self._connectors

    async def create_user_token_client(self, claims_identity: ClaimsIdentity) -> None:
        """Nobody signs in by the bot."""


def _bare(activity: Json) -> Activity:
    """As much of it as a turn needs: of everything else the SDK would make an exception where it has another shape."""
    return Activity(
        type=activity["type"],
        id=activity.get("id"),
        channel_id=CHANNEL,
        service_url=activity["serviceUrl"],
        conversation=ConversationAccount(id=activity["conversation"]["id"]),
    )


def _reference(to: Conversation) -> ConversationReference:
    return ConversationReference(
        bot=ChannelAccount(id=to.bot_id),
        channel_id=CHANNEL,
        conversation=ConversationAccount(id=to.conversation_id, tenant_id=to.tenant_id),
        service_url=to.service_url,
    )


async def _sent(sending: Awaitable[_Result]) -> _Result:
    """Name what can go wrong."""
    try:
        return await sending
    except HttpOperationError as error:
        raise _no(error.response) from error
    except (ClientException, aiohttp.ClientError, OSError, TimeoutError) as error:
        raise Unsent(f"Teams did not answer: {type(error).__name__}") from error


def _no(response: aiohttp.ClientResponse) -> Unsent:
    status = response.status
    why = f"Teams answered {status}"
    if status in _BARRED:
        return Barred(why, status=status)
    return Unsent(why, status=status, retry_after=_seconds(response.headers.get("Retry-After")))


def _seconds(retry_after: str | None) -> float | None:
    return float(retry_after) if retry_after is not None and retry_after.isdecimal() else None
