"""The link that begins an installation: signed and expiring, made for one organization.

Without one nobody can begin: a workspace that anybody could attach would read and spend as an organization's own.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

import jwt

LINK_KEY: Final = "slack-install-links"
"""The purpose of the derived key that signs the links (HMAC-SHA256)."""
INSTALL_PATH: Final = "/slack/install"
REDIRECT_PATH: Final = "/slack/oauth_redirect"

_AUDIENCE: Final = "alfred/slack-install"


class BadLink(Exception):
    """Not signed by this server, or no link at all."""


class ExpiredLink(Exception):
    """Once good."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InstallLink:
    """`actor_id` made it and answers for it. With `workspace_id` it is good for that workspace alone."""

    organization_id: str
    actor_id: str
    workspace_id: str | None
    expires_at: datetime

    def signed(self, key: bytes) -> str:
        """What stands in the URL."""
        claims = {
            "aud": _AUDIENCE,
            "exp": int(self.expires_at.timestamp()),
            "org": self.organization_id,
            "by": self.actor_id,
            "workspace": self.workspace_id,
        }
        return jwt.encode(claims, key, algorithm="HS256")


def read_link(text: str, key: bytes, *, now: datetime) -> InstallLink:
    """Raises BadLink, ExpiredLink."""
    try:
        claims = jwt.decode(
            text,
            key,
            algorithms=["HS256"],
            audience=_AUDIENCE,
            options={"require": ["exp", "aud"], "verify_exp": False},  # on the clock that was given, below
        )
        link = InstallLink(
            organization_id=claims["org"],
            actor_id=claims["by"],
            workspace_id=claims["workspace"],
            expires_at=datetime.fromtimestamp(claims["exp"], UTC),
        )
    except (jwt.InvalidTokenError, KeyError, TypeError, ValueError) as error:
        raise BadLink from error
    if link.expires_at <= now:
        raise ExpiredLink
    return link
