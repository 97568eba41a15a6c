"""Whether a bearer token was issued for this bot, by whom it must be, and for which service."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Protocol

import jwt
from jwt.exceptions import PyJWTError

from bot.teams.keys import SigningKey
from bot.teams.registration import CHANNEL

LEEWAY_SECONDS: Final = 300
"""How far the issuer's clock and ours may be apart, as Microsoft's REST reference has it."""

_ALGORITHM: Final = "RS256"
_REQUIRED: Final = ("iss", "aud", "exp", "serviceurl")
_BEARER: Final = "Bearer "
_LONGEST: Final = 6 * 1024


class Keys(Protocol):
    """Where keys are found."""

    async def find(self, key_id: str) -> SigningKey | None:
        """The key of that id."""
        ...


@dataclass(frozen=True, slots=True)
class Claims:
    """What a good token says: the only service whose messages it vouches for."""

    service_url: str


async def read_token(header: str, keys: Keys, *, audience: str, issuer: str, now: datetime) -> Claims | None:
    """The claims of a good token in an Authorization header, else None. Raises KeysUnavailable."""
    token = header.removeprefix(_BEARER)
    if token == header or len(token) > _LONGEST:
        return None
    try:
        head = jwt.get_unverified_header(token)
    except PyJWTError:
        return None
    key_id = head.get("kid")
    if head.get("alg") != _ALGORITHM or not isinstance(key_id, str):
        return None
    signing = await keys.find(key_id)
    if signing is None or CHANNEL not in signing.endorsements:
        return None
    claims = _verified(token, signing, audience=audience, issuer=issuer)
    return None if claims is None or not _is_timely(claims, now) else Claims(claims["serviceurl"])


def _verified(token: str, signing: SigningKey, *, audience: str, issuer: str) -> Mapping[str, Any] | None:
    """The times are checked against our own clock, by `_is_timely`."""
    try:
        claims: Mapping[str, Any] = jwt.decode(
            token,
            signing.key,
            algorithms=[_ALGORITHM],
            audience=audience,
            issuer=issuer,
            options={"require": list(_REQUIRED), "verify_exp": False, "verify_nbf": False, "verify_iat": False},
        )
    except PyJWTError:
        return None
    return claims if isinstance(claims["serviceurl"], str) else None


def _is_timely(claims: Mapping[str, Any], now: datetime) -> bool:
    seconds = now.timestamp()
    ends, begins = claims["exp"], claims.get("nbf", seconds)
    if not all(isinstance(moment, int | float) and not isinstance(moment, bool) for moment in (ends, begins)):
        return False
    return bool(begins - LEEWAY_SECONDS <= seconds < ends + LEEWAY_SECONDS)
