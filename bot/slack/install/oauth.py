"""Slack's side of OAuth 2: the address where somebody agrees, and what comes back (docs.slack.dev, "Installing with
OAuth", "Using token rotation").
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from aiohttp import ClientError, ClientSession, encode_basic_auth
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.oauth import AuthorizeUrlGenerator

from bot.slack.faults import said
from bot.slack.workspaces import api_client
from core.directory.installs import Tokens

SCOPES: Final = ("commands", "chat:write", "im:write", "users:read", "users:read.email")
"""Those of manifests/slack.yaml; a test compares."""


class OAuthFailed(Exception):
    """Slack gave no tokens. The text is Slack's word for why, and holds nothing secret."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Granted:
    """What somebody agreed to. `workspace_id` is the enterprise's where `is_org_wide`."""

    workspace_id: str
    name: str
    is_org_wide: bool
    app_id: str
    bot_user_id: str | None
    scopes: tuple[str, ...]
    tokens: Tokens


@dataclass(frozen=True, slots=True, kw_only=True)
class AppCredentials:
    """Slack's names for the app, and where Slack sends the browser back to."""

    client_id: str
    client_secret: str = field(repr=False)
    redirect_uri: str


class OAuth:
    """Speaks for one app. `now` is the wall clock; `api_url` is Slack's, as in https://slack.com/api."""

    def __init__(
        self, app: AppCredentials, *, api_url: str, session: ClientSession, now: Callable[[], datetime]
    ) -> None:
        self._app: Final = app
        self._now: Final = now
        self._basic: Final = encode_basic_auth(app.client_id, app.client_secret)
        self._client: Final = api_client(None, api_url=api_url, session=session)
        self._agreeing: Final = AuthorizeUrlGenerator(
            client_id=app.client_id,
            redirect_uri=app.redirect_uri,
            scopes=SCOPES,
            authorization_url=f"{api_url.removesuffix('/').removesuffix('/api')}/oauth/v2/authorize",
        )

    def agree_at(self, *, state: str, workspace_id: str | None) -> str:
        """Where the browser goes."""
        return self._agreeing.generate(state, team=workspace_id)

    async def exchange(self, code: str) -> Granted:
        """The tokens for what Slack sent along with the browser. Raises OAuthFailed."""
        answer = await self._ask(code=code, redirect_uri=self._app.redirect_uri)
        try:
            is_org_wide = answer.get("is_enterprise_install") is True
            home = answer["enterprise" if is_org_wide else "team"]
            return Granted(
                workspace_id=home["id"],
                name=home.get("name") or home["id"],
                is_org_wide=is_org_wide,
                app_id=answer["app_id"],
                bot_user_id=answer.get("bot_user_id"),
                scopes=tuple(answer["scope"].split(",")),
                tokens=self._tokens(answer),
            )
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise OAuthFailed("an answer without tokens") from error

    async def renew(self, refresh_token: str) -> Tokens:
        """What follows. The refresh token is used up, whatever comes of it. Raises OAuthFailed."""
        answer = await self._ask(grant_type="refresh_token", refresh_token=refresh_token)
        try:
            return self._tokens(answer)
        except (KeyError, TypeError, ValueError) as error:
            raise OAuthFailed("an answer without tokens") from error

    async def _ask(self, **more: str) -> dict[str, Any]:
        try:
            # What oauth_v2_access does, less a way of naming the app that aiohttp is about to drop.
            answer = await self._client.api_call("oauth.v2.access", data=more, headers={"Authorization": self._basic})
        except SlackApiError as error:
            raise OAuthFailed(said(error)) from None  # its text may quote the answer
        except (SlackClientError, ClientError, TimeoutError, OSError) as error:
            raise OAuthFailed(f"no answer ({type(error).__name__})") from None
        data = answer.data
        if not isinstance(data, dict):
            raise OAuthFailed("an answer that is no JSON object")
        return data

    def _tokens(self, answer: dict[str, Any]) -> Tokens:
        lasts = answer.get("expires_in")
        return Tokens(
            token=answer["access_token"],
            refresh_token=answer.get("refresh_token"),
            expires_at=None if lasts is None else self._now() + timedelta(seconds=int(lasts)),
        )
