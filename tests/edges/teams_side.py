"""Microsoft's side of the wire: who signs tokens, where the keys are found, and what Teams posts."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import jwt
from aiohttp import web
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

APP_ID = "6f1c2b7e-0b55-4f0e-9a41-1f3f3ad0a1fe"
TENANT = "b1f3c1de-90fd-4d3a-8f6f-2f6c7b1d3c11"
SERVICE = "https://smba.trafficmanager.net/emea/"
ISSUER = "https://api.botframework.com"
KEYS = {name: rsa.generate_private_key(public_exponent=65537, key_size=2048) for name in ("first", "second", "forged")}


@dataclass
class Issuer:
    """Serves the metadata and the keys it has at the moment; counts who asks."""

    published: list[str] = field(default_factory=lambda: ["first"])
    endorsements: list[str] = field(default_factory=lambda: ["msteams", "webchat"])
    asked: int = 0
    is_down: bool = False
    answers: asyncio.Event = field(default_factory=asyncio.Event)
    """Set, unless the issuer hangs."""
    was_asked: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.answers.set()

    def add_to(self, app: web.Application) -> None:
        """Where Microsoft has them."""
        app.router.add_get("/openid", self._metadata)
        app.router.add_get("/keys", self._keys)

    async def _metadata(self, request: web.Request) -> web.Response:
        self.asked += 1
        self.was_asked.set()
        await self.answers.wait()
        if self.is_down:
            return web.Response(status=503)
        return web.json_response({"issuer": ISSUER, "jwks_uri": str(request.url.with_path("/keys"))})

    async def _keys(self, _request: web.Request) -> web.Response:
        return web.json_response({"keys": [self._entry(name) for name in self.published]})

    def _entry(self, name: str) -> dict[str, Any]:
        public: dict[str, Any] = json.loads(RSAAlgorithm.to_jwk(KEYS[name].public_key()))
        return public | {"kid": name, "use": "sig", "endorsements": self.endorsements}


def token(now: datetime, *, key: str = "first", kid: str | None = None, **claims: Any) -> str:  # noqa: ANN401
    """A token as Teams sends it; a claim given as None is left out."""
    usual = {
        "iss": ISSUER,
        "aud": APP_ID,
        "serviceurl": SERVICE,
        "nbf": int(now.timestamp()),
        "exp": int((now + timedelta(hours=1)).timestamp()),
    }
    kept = {name: value for name, value in (usual | claims).items() if value is not None}
    return jwt.encode(kept, KEYS[key], algorithm="RS256", headers={"kid": kid or key})


def activity(**more: Any) -> dict[str, Any]:  # noqa: ANN401  any part of an activity
    """Alice writes "balance" to the bot; a part given as None is left out."""
    usual: dict[str, Any] = {
        "type": "message",
        "id": "1700000000001",
        "channelId": "msteams",
        "serviceUrl": SERVICE,
        "from": {"id": "29:alice", "name": "Alice", "aadObjectId": "aad-alice"},
        "recipient": {"id": f"28:{APP_ID}", "name": "Alfred"},
        "conversation": {"id": "a:alice", "conversationType": "personal", "tenantId": TENANT},
        "channelData": {"tenant": {"id": TENANT}},
        "text": "balance",
    }
    return {name: value for name, value in (usual | more).items() if value is not None}
