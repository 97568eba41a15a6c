"""Whose call it is: the key in the headers that OpenAI's, Anthropic's and Azure's clients use."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from core.directory.keys import parse_key, unknown_key
from core.directory.principals import Principal, Principals

BEARER: Final = "bearer "
KEY_HEADERS: Final = ("x-api-key", "api-key")


async def authenticate(headers: Mapping[str, str], principals: Principals, *, now: datetime) -> Principal:
    """The key's holder. A key with a wrong checksum is refused without a look-up. Raises Refused."""
    return await principals.by_key(parse_key(_key_in(headers)), now=now)


def _key_in(headers: Mapping[str, str]) -> str:
    bearer = headers.get("Authorization")
    if bearer is not None:
        if not bearer[: len(BEARER)].lower() == BEARER:
            raise unknown_key()
        return bearer[len(BEARER) :].strip()
    for name in KEY_HEADERS:
        key = headers.get(name)
        if key is not None:
            return key
    raise unknown_key()
