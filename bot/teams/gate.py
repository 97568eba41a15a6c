"""What stands in front of everything that Teams sends: 401 for who cannot be told, 403 for who may not, no detail.

Who has shown a good token is told what is wrong with a body that cannot be read.

A token does not cover the body, so the body must name the service that the token vouches for, this tenant, and a
moment that is not long past.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from ipaddress import ip_address
from typing import Any, Final
from urllib.parse import urlsplit

from aiohttp import web

from bot.bodies import NotTaken, whole_body
from bot.teams.keys import KeysUnavailable
from bot.teams.registration import BOT_FRAMEWORK, CHANNEL, Registration
from bot.teams.tokens import Claims, Keys, read_token

LARGEST_BODY: Final = 256 * 1024
"""Bytes. What people write and cards send back stays far below."""
OLDEST: Final = timedelta(minutes=10)
"""Teams repeats what was not answered within seconds, not later."""

_FORWARDED: Final = frozenset({"forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-original-host"})
"""What tunnels and proxies add: behind one, everybody comes from this machine."""

Activity = Mapping[str, Any]

log = logging.getLogger(__name__)


class TurnedAway(Exception):
    """It gets `status`; `why` is for our log."""

    def __init__(self, status: int, why: str) -> None:
        super().__init__(why)
        self.status: Final = status
        self.why: Final = why


class Gate:
    """Lets Teams in. `now` is the wall clock."""

    def __init__(self, registration: Registration, keys: Keys, *, now: Callable[[], datetime]) -> None:
        self._registration: Final = registration
        self._keys: Final = keys
        self._now: Final = now

    async def admit(self, request: web.Request) -> Activity:
        """The activity of a request that is Teams' own. Raises TurnedAway."""
        claims = None if self._needs_no_token(request) else await self._claims(request)
        activity = await _body(request)
        self._check(activity, claims)
        return activity

    def may_send_to(self, service_url: str) -> bool:
        """Whether the bot's own token may go there; asked before every message of our own, too."""
        try:
            parts = urlsplit(service_url)
            port = parts.port
        except ValueError:
            return False
        if parts.username is not None or parts.hostname not in self._registration.service_hosts:
            return False
        if self._registration.allows_loopback and _is_loopback(parts.hostname):
            return True
        return parts.scheme == "https" and port in {None, 443}

    def _needs_no_token(self, request: web.Request) -> bool:
        if not self._registration.is_development:
            return False
        hosts = (request.remote, _host(request))
        if not all(map(_is_loopback, hosts)) or not _FORWARDED.isdisjoint(name.lower() for name in request.headers):
            raise TurnedAway(403, "in development only this machine may call")
        return True

    async def _claims(self, request: web.Request) -> Claims:
        try:
            claims = await read_token(
                request.headers.get("Authorization", ""),
                self._keys,
                audience=self._registration.app_id,
                issuer=BOT_FRAMEWORK.issuer,
                now=self._now(),
            )
        except KeysUnavailable:
            raise TurnedAway(401, "no keys to check the token with") from None
        if claims is None:
            raise TurnedAway(401, "no good token")
        return claims

    def _check(self, activity: Activity, claims: Claims | None) -> None:
        service_url = activity.get("serviceUrl")
        if activity.get("channelId") != CHANNEL:
            raise TurnedAway(403, "another channel")
        if not isinstance(service_url, str) or not self.may_send_to(service_url):
            raise TurnedAway(403, "a service that is not on the list")
        if claims is not None and claims.service_url != service_url:
            raise TurnedAway(403, "a token for another service")
        if _tenants(activity) != {self._registration.tenant_id}:
            raise TurnedAway(403, "another tenant")
        if self._is_stale(activity.get("timestamp")):
            raise TurnedAway(403, "a moment long past")

    def _is_stale(self, timestamp: object) -> bool:
        if timestamp is None:
            return False
        try:
            sent = datetime.fromisoformat(str(timestamp))
            return abs(self._now() - sent) > OLDEST
        except (ValueError, TypeError):
            return True


async def _body(request: web.Request) -> Activity:
    if request.content_type != "application/json":
        raise TurnedAway(415, "no JSON")
    try:
        body = await whole_body(request, most=LARGEST_BODY)
    except NotTaken as no:
        raise TurnedAway(no.status, no.why) from None
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        raise TurnedAway(400, "malformed") from None
    if not isinstance(value, dict):
        raise TurnedAway(400, "no activity")
    return _storable(value) if b"\\u" in body else value


def _storable(part: Any) -> Any:  # noqa: ANN401  JSON
    """The same without what no database takes in a text: half a character, and the one with the number 0."""
    if isinstance(part, str):
        return part.replace("\0", "").encode("utf-8", "replace").decode("utf-8")
    if isinstance(part, list):
        return [_storable(entry) for entry in part]
    if isinstance(part, dict):
        return {_storable(name): _storable(value) for name, value in part.items()}
    return part


def _tenants(activity: Activity) -> set[object]:
    """Every tenant that it names; Teams names it twice."""
    conversation, channel = activity.get("conversation"), activity.get("channelData")
    named = [
        conversation.get("tenantId") if isinstance(conversation, dict) else None,
        _id(channel.get("tenant")) if isinstance(channel, dict) else None,
    ]
    return {tenant if isinstance(tenant, str) else "" for tenant in named if tenant is not None}


def _id(tenant: object) -> object:
    return tenant.get("id", "") if isinstance(tenant, dict) else tenant


def _host(request: web.Request) -> str | None:
    """What the caller calls us."""
    try:
        return urlsplit(f"//{request.host}").hostname
    except ValueError:
        return None


def _is_loopback(host: str | None) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host or "").is_loopback
    except ValueError:
        return False
