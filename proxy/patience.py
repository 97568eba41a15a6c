"""Cuts callers who open a connection and send their request headers drop by drop, or not at all.

aiohttp has no limit on how long headers may take: its own keep-alive timeout only ends connections on which nothing
arrives. So each connection's protocol is wrapped in one that notes when a request's first byte came.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Any, Final, cast

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError
from typing_extensions import override

from proxy.errors import Handler

LOOK_SECONDS: Final = 0.5
"""How often connections are looked at, at most: a limit holds to that precision."""

LINGERING_SECONDS: Final = 1.0
"""For a caller who was answered before the whole body came, to hear the answer: a line that is cut loses it."""

_TOO_SLOW: Final = b"HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"


class Patience:
    """How long a caller may take to send the headers of a request, and keep a connection idle between two, in seconds.

    It is also the watch over all connections.
    """

    def __init__(self, seconds: float, *, idle_seconds: float = 75) -> None:
        self.seconds: Final = seconds
        self.idle_seconds: Final = idle_seconds
        self.connections: Final[dict[asyncio.BaseProtocol, _Connection]] = {}
        self._looking: asyncio.TimerHandle | None = None

    def middleware(self) -> Any:  # noqa: ANN401  aiohttp's middlewares have no public type
        """Tells the watch which connections have a whole request."""

        @web.middleware
        async def watch(request: web.Request, handler: Handler) -> web.StreamResponse:
            connection = self.connections.get(request.protocol)
            if connection is None:
                return await handler(request)
            connection.begin()
            try:
                return await handler(request)
            finally:
                connection.finish()

        return watch

    def opened(self, connection: _Connection) -> None:
        """A new connection."""
        self.connections[connection.inner] = connection
        if self._looking is None:
            self._look_later()

    def closed(self, connection: _Connection) -> None:
        """It is gone."""
        self.connections.pop(connection.inner, None)

    def _look_later(self) -> None:
        delay = min(LOOK_SECONDS, self.seconds / 2)
        self._looking = asyncio.get_running_loop().call_later(delay, self._look)

    def _look(self) -> None:
        self._looking = None
        now = asyncio.get_running_loop().time()
        for connection in list(self.connections.values()):
            if connection.deadline is not None and now >= connection.deadline:
                connection.cut()
        if self.connections:
            self._look_later()


class _Connection(asyncio.Protocol):
    """aiohttp's protocol, and since when a request is on its way."""

    __slots__ = ("_patience", "_time", "_transport", "deadline", "inner", "is_busy", "is_receiving")

    def __init__(self, inner: asyncio.Protocol, patience: Patience) -> None:
        self.inner: Final = inner
        self.is_busy = False
        self.is_receiving = False
        self.deadline: float | None = None
        self._patience: Final = patience
        self._time: Final = asyncio.get_running_loop().time
        self._transport: asyncio.Transport | None = None

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's transports are none of asyncio's classes.
        self._transport = cast("asyncio.Transport", transport)
        self.deadline = self._time() + self._patience.seconds
        self._patience.opened(self)
        self.inner.connection_made(transport)

    @override
    def data_received(self, data: bytes) -> None:
        if not self.is_busy and not self.is_receiving:
            self.is_receiving = True
            self.deadline = self._time() + self._patience.seconds
        self.inner.data_received(data)

    @override
    def eof_received(self) -> bool | None:
        return self.inner.eof_received()

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        self._patience.closed(self)
        self.inner.connection_lost(exc)

    @override
    def pause_writing(self) -> None:
        self.inner.pause_writing()

    @override
    def resume_writing(self) -> None:
        self.inner.resume_writing()

    def begin(self) -> None:
        """A whole request is here."""
        self.is_busy, self.is_receiving, self.deadline = True, False, None

    def finish(self) -> None:
        """It was handled. What came behind it in the same packet is not known, so the wait is bounded at once."""
        self.is_busy, self.deadline = False, self._time() + self._patience.idle_seconds

    def cut(self) -> None:
        """Close; say why to a caller who is known to be sending something."""
        self.deadline = None
        if self._transport is not None and not self._transport.is_closing():
            if self.is_receiving:
                self._transport.write(_TOO_SLOW)
            self._transport.close()


class PatientRunner(web.AppRunner):
    """An AppRunner whose connections are watched. Give the application `patience.middleware()` as its first one."""

    __slots__ = ("_patience",)

    def __init__(self, app: web.Application, patience: Patience, **options: Any) -> None:  # noqa: ANN401  aiohttp's own
        super().__init__(app, lingering_time=LINGERING_SECONDS, **options)
        self._patience = patience

    @property
    @override
    def server(self) -> Callable[[], asyncio.Protocol] | None:  # type: ignore[override]  # sites only call it
        """Makes a connection's protocol."""
        server = super().server
        return None if server is None else lambda: _Connection(server(), self._patience)


class NoRawBytes(logging.Filter):
    """aiohttp logs the bytes of a request that it cannot parse, which may be a key: only the kind of error stays.

    The same goes for a body that cannot be unpacked: it is the caller's affair, not a defect with a traceback.
    """

    @override
    def filter(self, record: logging.LogRecord) -> bool:
        error = record.exc_info[1] if record.exc_info else None
        if isinstance(error, HttpProcessingError | web.RequestPayloadError):
            record.msg, record.args = "a request could not be read: %s", (type(error).__name__,)
            record.exc_info, record.exc_text = None, None
        return True
