"""The groups of settings: providers, Slack, Teams, limits."""

import os
from datetime import timedelta
from typing import Annotated, Final, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, model_validator

from alfred.addresses import read_base_url
from core.jobs.retention import Retention as Periods


class Group(BaseModel):
    """Settings that belong together."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class Timeouts(Group):
    """How long to wait for a provider, in seconds."""

    connect_seconds: float = Field(10, gt=0, description="seconds to a connection")
    read_seconds: float = Field(120, gt=0, description="seconds of silence between two pieces of an answer")
    total_seconds: float = Field(600, gt=0, description="seconds for the whole call, fewer than hold_ttl_seconds")


KINDS: Final = "openai or sandbox"

ProviderName = Annotated[
    str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$", description="lower-case letters, digits and hyphens, once each")
]
ModelPatterns = Annotated[
    tuple[str, ...], Field(min_length=1, description='a list of model names; * stands for anything ("gpt-*")')
]


class OpenAIProvider(Group):
    """Anything that speaks OpenAI's HTTP interface."""

    name: ProviderName
    kind: Literal["openai"] = Field(description=KINDS)
    base_url: Annotated[str, AfterValidator(read_base_url)] = Field(
        description='an https URL, or http on loopback ("https://api.openai.com/v1")'
    )
    api_key: SecretStr | None = Field(
        None, min_length=1, description="the provider's key; a local server may need none"
    )
    api_key_env: str | None = Field(None, description="the name of the variable that holds the provider's key")
    models: ModelPatterns
    timeouts: Timeouts = Timeouts()

    @model_validator(mode="after")
    def _read_key(self) -> Self:
        if self.api_key_env is None:
            return self
        if self.api_key is not None:
            msg = "give api_key or api_key_env, not both"
            raise ValueError(msg)
        if not os.environ.get(self.api_key_env):
            msg = "api_key_env names a variable that is not set"
            raise ValueError(msg)
        object.__setattr__(self, "api_key", SecretStr(os.environ[self.api_key_env]))
        return self


class SandboxProvider(Group):
    """The built-in provider: answers offline and always the same."""

    name: ProviderName
    kind: Literal["sandbox"] = Field(description=KINDS)
    models: ModelPatterns


Provider = Annotated[OpenAIProvider | SandboxProvider, Field(discriminator="kind")]


class Slack(Group):
    """One Slack app. The signing secret serves HTTP, the app token Socket Mode.

    One workspace has its bot token here; for many there are an install page and the app's own id and secret.
    """

    bot_token: SecretStr | None = Field(None, description='the bot token ("xoxb-…"), for one workspace')
    signing_secret: SecretStr | None = Field(None, min_length=1, description="the app's signing secret")
    app_token: SecretStr | None = Field(None, description='an app-level token ("xapp-…")')
    client_id: str | None = Field(None, min_length=1, description="the app's client id, for many workspaces")
    client_secret: SecretStr | None = Field(None, min_length=1, description="the app's client secret")
    public_url: Annotated[str, AfterValidator(read_base_url)] | None = Field(
        None, description="where browsers reach this server: an https URL, or http on loopback"
    )
    api_url: Annotated[str, AfterValidator(read_base_url)] = Field(
        "https://slack.com/api", description="where Slack's Web API is: an https URL, or http on loopback"
    )

    @property
    def has_install_page(self) -> bool:
        """Whether workspaces install it themselves."""
        return self.client_id is not None

    @model_validator(mode="after")
    def _can_be_reached(self) -> Self:
        for token, beginning in ((self.bot_token, "xoxb-"), (self.app_token, "xapp-")):
            if token is not None and not token.get_secret_value().startswith(beginning):
                msg = f"{'bot' if token is self.bot_token else 'app'}_token is wrong: it begins with {beginning}"
                raise ValueError(msg)
        if self.signing_secret is None and self.app_token is None:
            msg = "signing_secret (HTTP) or app_token (Socket Mode) is missing"
            raise ValueError(msg)
        return self

    @model_validator(mode="after")
    def _knows_its_workspaces(self) -> Self:
        installing = (self.client_id, self.client_secret, self.public_url)
        if any(installing) and not all(installing):
            msg = "client_id, client_secret and public_url belong together"
            raise ValueError(msg)
        if (self.bot_token is None) == (self.client_id is None):
            msg = "give bot_token for one workspace, or client_id, client_secret and public_url for many"
            raise ValueError(msg)
        return self


class Teams(Group):
    """One single-tenant bot of Microsoft Teams."""

    app_id: str = Field(min_length=1, description="the bot's Microsoft app id")
    tenant_id: str = Field(min_length=1, description="the id of the Microsoft 365 tenant")
    app_password: SecretStr | None = Field(None, min_length=1, description="the app's client secret")
    service_hosts: tuple[str, ...] = Field(
        (), description="further hosts that messages may go to, besides those of Microsoft's clouds"
    )
    development: bool = Field(
        default=False, description="true to let this machine call without a token, and nobody else at all"
    )

    @model_validator(mode="after")
    def _can_send(self) -> Self:
        if self.app_password is None and not self.development:
            msg = "app_password is missing"
            raise ValueError(msg)
        return self


class Limits(Group):
    """What one request may take from us."""

    max_body_bytes: int = Field(8 * 1024 * 1024, ge=1024, description="the largest request body, in bytes")
    request_timeout_seconds: float = Field(60, gt=0, description="seconds for a caller to deliver a whole request")


Days = Annotated[int, Field(ge=1, le=36_500)]


LongDays = Annotated[int, Field(ge=35, le=36_500)]
"""As long as the id of a call is known, at least."""


class Retention(Group):
    """For how many days records are kept that nothing decides by, and the ids of commands that were run."""

    deliveries_days: Days = Field(30, description="days that a delivery is kept after it has arrived")
    dead_letters_days: Days = Field(90, description="days in which a dead letter can be replayed")
    inbox_days: Days = Field(90, description="days that a message stays in an inbox")
    job_runs_days: Days = Field(30, description="days that the history of jobs goes back")

    events_days: Days = Field(90, description="days that an event is kept after it was sent out")
    commands_days: LongDays = Field(400, description="days in which a command that is repeated is not run again")

    def periods(self) -> Periods:
        """As the jobs take it."""
        return Periods(
            deliveries=timedelta(days=self.deliveries_days),
            dead_letters=timedelta(days=self.dead_letters_days),
            inbox=timedelta(days=self.inbox_days),
            job_runs=timedelta(days=self.job_runs_days),
            events=timedelta(days=self.events_days),
            commands=timedelta(days=self.commands_days),
        )
