"""Keys for tests: made of a number, so that they are the same in every run."""

from __future__ import annotations

from datetime import datetime

from core.directory.create_key import CreateKey
from core.directory.create_service_key import CreateServiceKey
from core.directory.key_making import Environment, KeyCreated
from core.directory.keys import Secret, new_secret
from tests.company import Company

PEPPER = b"p" * 32


def secret(number: int) -> Secret:
    """The secret with this number."""
    return new_secret(number.to_bytes(32))


async def make_key(
    company: Company,
    who: str,
    *,
    number: int = 1,
    by: str | None = None,
    expires_at: datetime | None = None,
    environment: Environment = Environment.PRODUCTION,
) -> KeyCreated:
    """A key of somebody, made by themselves, or for a service account by who manages people."""
    key = secret(number)
    return await company.run(
        CreateServiceKey if by else CreateKey,
        by=by or who,
        user_id=company.user(who),
        name=f"key {number}",
        digest=key.digest(PEPPER),
        hint=key.hint,
        expires_at=expires_at,
        environment=environment,
    )
