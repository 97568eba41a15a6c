"""Any provider that speaks OpenAI's HTTP interface, over one shared pool of connections."""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import aiohttp
from multidict import CIMultiDict
from yarl import URL

from core.pricing.catalogue import catalogue_name
from proxy.upstreams.upstream import Failure, UpstreamCut, UpstreamFailed

MOST_CONNECTIONS: Final = 1_000
LARGE_BODY: Final = 1024 * 1024
"""Bytes; what is larger is sent in pieces, so that others run in between."""
MOST_MODELS_BYTES: Final = 4 * 1024 * 1024

_OWN_CAP_FIELD: Final = frozenset({"api.openai.com"})
"""Their newer models refuse `max_tokens`; many others know nothing else."""

_NO_ANSWER: Final = (aiohttp.ClientError, OSError, TimeoutError)


@dataclass(frozen=True, slots=True, kw_only=True)
class UpstreamTimeouts:
    """Seconds: to a connection, between two pieces of an answer, and for the whole call."""

    connect: float
    read: float
    total: float


def new_session() -> aiohttp.ClientSession:
    """The pool that all providers share: no cookies, no proxy or password from the environment."""
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=MOST_CONNECTIONS),
        cookie_jar=aiohttp.DummyCookieJar(),
        trust_env=False,
        skip_auto_headers=("User-Agent", "Accept-Encoding", "Accept"),
    )


class OpenAICompatible:
    """One such provider. Its key stands in the headers that are made here once and goes nowhere else."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        *,
        name: str,
        base_url: str,
        api_key: str | None,
        patterns: Sequence[str],
        timeouts: UpstreamTimeouts,
    ) -> None:
        self.name: Final = name
        # A provider that the catalogue does not know must not be priced as the maker of the models that it serves.
        self.catalogue_name: Final = catalogue_name(name, base_url=base_url) or name
        self.patterns: Final = patterns
        self._session: Final = session
        self._chat: Final = URL(f"{base_url}/chat/completions")
        self._models: Final = URL(f"{base_url}/models")
        self.cap_field: Final = "max_completion_tokens" if self._chat.host in _OWN_CAP_FIELD else "max_tokens"
        self._timeout: Final = aiohttp.ClientTimeout(
            total=timeouts.total, connect=timeouts.connect, sock_read=timeouts.read
        )
        self._headers: Final = CIMultiDict({"Accept": "*/*", "Accept-Encoding": "identity", "User-Agent": "alfred"})
        if api_key is not None:
            self._headers["Authorization"] = f"Bearer {api_key}"
        self._post_headers: Final = CIMultiDict({**self._headers, "Content-Type": "application/json"})
        self._answered: bool | None = None

    @property
    def state(self) -> str:
        """`up`, `down` or `unknown`."""
        return {None: "unknown", True: "up", False: "down"}[self._answered]

    async def complete(self, body: bytes) -> HttpAnswer:
        """Ask. Redirects are not followed: they come back as the answer that they are."""
        data = body if len(body) < LARGE_BODY else io.BytesIO(body)
        try:
            response = await self._session.post(
                self._chat, data=data, headers=self._post_headers, timeout=self._timeout, allow_redirects=False
            )
        except _NO_ANSWER as error:
            self._answered = False
            raise UpstreamFailed(_failure(error)) from error
        self._answered = True
        return HttpAnswer(response)

    async def models(self) -> Mapping[str, str]:
        """What it lists."""
        try:
            response = await self._session.get(
                self._models, headers=self._headers, timeout=self._timeout, allow_redirects=False
            )
        except _NO_ANSWER as error:
            raise UpstreamFailed(_failure(error)) from error
        answer = HttpAnswer(response)
        try:
            return _listed(await answer.read(most=MOST_MODELS_BYTES)) if answer.status == 200 else {}  # noqa: PLR2004
        except UpstreamCut as cut:
            raise UpstreamFailed(cut.failure) from cut
        finally:
            answer.close()


class HttpAnswer:
    """An answer on a connection of the pool, which goes back there when the body has been read to its end."""

    def __init__(self, response: aiohttp.ClientResponse) -> None:
        self._response: Final = response
        self.status = response.status
        self.content_type = response.content_type
        self.retry_after: str | None = response.headers.get("Retry-After")

    async def read(self, *, most: int) -> bytes:
        """The whole body."""
        chunks: list[bytes] = []
        try:
            is_whole = await self._collect(chunks, most)
        except _NO_ANSWER as error:
            raise UpstreamCut(_failure(error), b"".join(chunks)) from error
        body = b"".join(chunks)
        if not is_whole:
            raise UpstreamCut(Failure.UNREACHABLE, body)
        return body

    async def chunks(self) -> AsyncIterator[bytes]:
        """The body as it arrives."""
        try:
            async for chunk in self._response.content.iter_any():
                yield chunk
        except _NO_ANSWER as error:
            raise UpstreamCut(_failure(error)) from error

    def close(self) -> None:
        """Let go."""
        self._response.close()

    async def _collect(self, chunks: list[bytes], most: int) -> bool:
        size = 0
        async for chunk in self._response.content.iter_any():
            chunks.append(chunk)
            size += len(chunk)
            if size > most:
                return False
        return True


def _failure(error: BaseException) -> Failure:
    return Failure.TIMEOUT if isinstance(error, asyncio.TimeoutError) else Failure.UNREACHABLE


def _listed(body: bytes) -> dict[str, str]:
    try:
        content = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    data = content.get("data") if isinstance(content, dict) else None
    models = [model for model in data if isinstance(model, dict)] if isinstance(data, list) else []
    return {
        model["id"]: str(model.get("owned_by", "unknown"))[:100] for model in models if isinstance(model.get("id"), str)
    }
