"""The keys that sign what Teams sends, fetched without holding up anybody else and kept for a day."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import aiohttp
from jwt import PyJWK
from jwt.exceptions import PyJWTError

from bot.teams.registration import TokenRule

KEPT_SECONDS: Final = 24 * 3600
"""Microsoft asks to look at least once a day."""
UNKNOWN_SECONDS: Final = 60
"""How soon an unknown key id makes us look again: forged ids must not become a flood of fetches."""
FETCH_SECONDS: Final = 5

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A public key, and the channels for which it may sign."""

    key: PyJWK
    endorsements: frozenset[str]


class KeysUnavailable(Exception):
    """The issuer could not be asked, or did not answer with keys."""


class KeySet:
    """The issuer's keys by id. `monotonic` counts seconds, `patience` is how many one answer may take."""

    def __init__(
        self,
        rule: TokenRule,
        session: aiohttp.ClientSession,
        *,
        monotonic: Callable[[], float],
        patience: float = FETCH_SECONDS,
    ) -> None:
        self._timeout: Final = aiohttp.ClientTimeout(total=patience)
        self._rule: Final = rule
        self._session: Final = session
        self._monotonic: Final = monotonic
        self._keys: Mapping[str, SigningKey] = {}
        self._tried_at: float | None = None
        self._fetched_at: float | None = None
        self._one_fetch: Final = asyncio.Lock()

    async def find(self, key_id: str) -> SigningKey | None:
        """The key; None when the issuer has none of this id.

        Raises KeysUnavailable when no keys are known at all. Old ones stay good while the issuer is away.
        """
        if self._is_due(key_id) or (key_id not in self._keys and self._one_fetch.locked()):
            await self._refresh_once(key_id)
        if not self._keys:
            raise KeysUnavailable
        return self._keys.get(key_id)

    def _is_due(self, key_id: str) -> bool:
        now = self._monotonic()
        if self._tried_at is not None and now - self._tried_at < UNKNOWN_SECONDS:
            return False
        is_old = self._fetched_at is None or now - self._fetched_at >= KEPT_SECONDS
        return is_old or key_id not in self._keys

    async def _refresh_once(self, key_id: str) -> None:
        """Who waited for another's fetch finds its result."""
        async with self._one_fetch:
            if self._is_due(key_id):
                await self._refresh()

    async def _refresh(self) -> None:
        self._tried_at = self._monotonic()
        try:
            self._keys = await self._fetched()
        except (aiohttp.ClientError, TimeoutError, ValueError, KeyError, TypeError, PyJWTError) as error:
            log.error("the keys of Teams could not be fetched: %s", type(error).__name__)  # noqa: TRY400  a 401 follows
            return
        self._fetched_at = self._tried_at

    async def _fetched(self) -> Mapping[str, SigningKey]:
        metadata = await self._json(self._rule.metadata_url)
        found = await self._json(metadata["jwks_uri"])
        return {entry["kid"]: _signing_key(entry) for entry in found["keys"] if entry["kty"] == "RSA"}

    async def _json(self, url: str) -> Any:  # noqa: ANN401  whatever the issuer answers
        async with self._session.get(url, timeout=self._timeout, raise_for_status=True) as answer:
            return await answer.json(content_type=None)


def _signing_key(entry: Mapping[str, Any]) -> SigningKey:
    return SigningKey(PyJWK(dict(entry), algorithm="RS256"), frozenset(entry.get("endorsements", ())))
