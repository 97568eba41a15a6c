"""A TCP proxy in front of Postgres that loses connections when a test asks for it, above all at COMMIT.

    async with faulty(postgres_url) as proxy:
        proxy.lose(At.COMMIT_BEFORE)       # the server never sees the next COMMIT: nothing was written
        proxy.lose(At.COMMIT_AFTER)        # the server has committed, the client never hears of it
        await proxy.go_away()              # every connection is cut and new ones are refused, until come_back()

The client's side is read message by message (PostgreSQL, "Message Formats"), so that a cut falls exactly where asked.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from enum import Enum, auto
from typing import Final

from sqlalchemy import URL, make_url

CHUNK: Final = 65_536
READY: Final = ord("Z")
QUERY: Final = ord("Q")
PARSE: Final = ord("P")
SSL_REQUEST: Final = (80877103).to_bytes(4, "big")


class At(Enum):
    """Where the connection is lost."""

    COMMIT_BEFORE = auto()
    COMMIT_AFTER = auto()
    STATEMENT_BEFORE = auto()


class FaultProxy:
    """One listening port. `url` leads through it; `lost` counts the connections it has cut."""

    def __init__(self, target: URL) -> None:
        self._target: Final = target
        self._planned: Final[deque[At]] = deque()
        self._writers: Final[set[asyncio.StreamWriter]] = set()
        self._is_away = False
        self.lost = 0
        self.commits = 0
        self.port = 0

    @property
    def url(self) -> str:
        """The database's URL, by way of this proxy."""
        return self._target.set(host="127.0.0.1", port=self.port).render_as_string(hide_password=False)

    def lose(self, *at: At) -> None:
        """Lose the connection at the next such moment; several are lost one after the other."""
        self._planned.extend(at)

    async def go_away(self) -> None:
        """Cut every connection and refuse new ones."""
        self._is_away = True
        await self.cut()

    def come_back(self) -> None:
        """Accept connections again."""
        self._is_away = False

    async def cut(self) -> None:
        """Cut every connection that is open now."""
        for writer in list(self._writers):
            await _close(writer)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One client, until one of the two sides or a fault ends it."""
        if self._is_away:
            await _close(writer)
            return
        upstream_reader, upstream = await asyncio.open_connection(self._target.host, self._target.port)
        self._writers.update({writer, upstream})
        server = _Server(upstream_reader, upstream, writer)
        answers = asyncio.create_task(server.relay())
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            await self._forward(reader, server)
        answers.cancel()
        with suppress(asyncio.CancelledError, ConnectionError):
            await answers
        for side in (writer, upstream):
            self._writers.discard(side)
            await _close(side)

    async def _forward(self, reader: asyncio.StreamReader, server: "_Server") -> None:
        """Pass the client's messages on until a planned fault."""
        await _forward_startup(reader, server)
        while True:
            message = await _message(reader)
            fault = self._due(message)
            if fault is At.COMMIT_AFTER:
                await server.hear_alone(message)
            if fault is not None:
                self.lost += 1
                return
            await server.send(message)

    def _due(self, message: bytes) -> At | None:
        is_commit = message[0] == QUERY and message[5:].upper().startswith(b"COMMIT")
        self.commits += is_commit
        moments = {At.COMMIT_BEFORE, At.COMMIT_AFTER} if is_commit else set()
        if message[0] in {QUERY, PARSE}:
            moments.add(At.STATEMENT_BEFORE)
        if self._planned and self._planned[0] in moments:
            return self._planned.popleft()
        return None


class _Server:
    """The server's side of one connection."""

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, client: asyncio.StreamWriter
    ) -> None:
        self._reader: Final = reader
        self._writer: Final = writer
        self._client: Final = client
        self._is_muted = False
        self._answered: Final = asyncio.Event()

    async def send(self, message: bytes) -> None:
        self._writer.write(message)
        await self._writer.drain()

    async def hear_alone(self, message: bytes) -> None:
        """Send a message and wait until the server has done it; the client hears nothing."""
        self._is_muted = True
        await self.send(message)
        await self._answered.wait()

    async def relay(self) -> None:
        """Pass the server's answers on; what arrives for a muted client ends with ReadyForQuery."""
        while data := await self._reader.read(CHUNK):
            if self._is_muted:
                self._note(data)
                continue
            self._client.write(data)
            await self._client.drain()
        self._answered.set()
        await _close(self._client)

    def _note(self, data: bytes) -> None:
        if len(data) >= 6 and data[-6] == READY:
            self._answered.set()


@asynccontextmanager
async def faulty(database_url: str) -> AsyncIterator[FaultProxy]:
    """A proxy in front of the server of `database_url`, which must name a host and a port."""
    proxy = FaultProxy(make_url(database_url))
    server = await asyncio.start_server(proxy.serve, "127.0.0.1", 0)
    proxy.port = server.sockets[0].getsockname()[1]
    try:
        yield proxy
    finally:
        server.close()
        await proxy.cut()
        await server.wait_closed()


async def _forward_startup(reader: asyncio.StreamReader, server: _Server) -> None:
    """The messages before the first typed one have no type byte; after an SSL request another one follows."""
    while True:
        length = await reader.readexactly(4)
        body = await reader.readexactly(int.from_bytes(length, "big") - 4)
        await server.send(length + body)
        if body[:4] != SSL_REQUEST:
            return


async def _message(reader: asyncio.StreamReader) -> bytes:
    head = await reader.readexactly(5)
    return head + await reader.readexactly(int.from_bytes(head[1:], "big") - 4)


async def _close(writer: asyncio.StreamWriter) -> None:
    writer.close()
    with suppress(ConnectionError):
        await writer.wait_closed()
