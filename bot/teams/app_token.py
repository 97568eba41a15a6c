"""The token with which the bot identifies itself to Teams: OAuth 2.0 client credentials (RFC 6749, section 4.4)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

import aiohttp

from bot.teams.port import Unsent

SCOPE: Final = "https://api.botframework.com/.default"
"""The same in every tenant (Bot Connector authentication, "Step 1: request an access token")."""
FETCH_SECONDS: Final = 10
EARLY_SECONDS: Final = 300
"""How long before its end a token is exchanged."""


def login_url(tenant_id: str) -> str:
    """Where a single-tenant bot gets its tokens."""
    return f"https://login.microsoftonline.com/{tenant_id}/oauth2/v2.0/token"


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """What the app proves itself with, and where."""

    app_id: str
    password: str = field(repr=False)
    url: str


class AppToken:
    """The current token, fetched when it is needed and once for all who wait. `monotonic` counts seconds."""

    def __init__(
        self, credentials: Credentials, session: aiohttp.ClientSession, *, monotonic: Callable[[], float]
    ) -> None:
        self._credentials: Final = credentials
        self._session: Final = session
        self._monotonic: Final = monotonic
        self._token = ""
        self._good_until = 0.0
        self._one_fetch: Final = asyncio.Lock()

    async def fresh(self) -> str:
        """A token that is good for some minutes. Raises Unsent."""
        async with self._one_fetch:
            if not self._token or self._monotonic() >= self._good_until:
                await self._fetch()
            return self._token

    async def _fetch(self) -> None:
        asked_at = self._monotonic()
        timeout = aiohttp.ClientTimeout(total=FETCH_SECONDS)
        try:
            async with self._session.post(self._credentials.url, data=self._form(), timeout=timeout) as answer:
                body = await answer.json(content_type=None)
            if not answer.ok:
                raise Unsent(f"no token: {_error(body)}", status=answer.status)
            token, seconds = str(body["access_token"]), float(body["expires_in"])
        except (aiohttp.ClientError, TimeoutError, ValueError, KeyError, TypeError) as error:
            raise Unsent(f"no token: {type(error).__name__}") from error
        self._token, self._good_until = token, asked_at + max(seconds - EARLY_SECONDS, 0)

    def _form(self) -> dict[str, str]:
        return {
            "grant_type": "client_credentials",
            "client_id": self._credentials.app_id,
            "client_secret": self._credentials.password,
            "scope": SCOPE,
        }


def _error(body: object) -> str:
    """The code alone: the description repeats what was sent."""
    return str(body.get("error", "refused"))[:100] if isinstance(body, dict) else "refused"
