"""What a bot registration says about who may call: one app, one tenant, Microsoft's own hosts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

CHANNEL: Final = "msteams"

SERVICE_HOSTS: Final = frozenset(
    {
        "smba.trafficmanager.net",
        "smba.infra.gcc.teams.microsoft.com",
        "smba.infra.gov.teams.microsoft.us",
        "smba.infra.dod.teams.microsoft.us",
    }
)
"""Where Teams takes what a bot sends: the bot's own token goes to no other host."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenRule:
    """Who issues the tokens of callers, and where the keys are described."""

    issuer: str
    metadata_url: str


BOT_FRAMEWORK: Final = TokenRule(
    issuer="https://api.botframework.com",
    metadata_url="https://login.botframework.com/v1/.well-known/openidconfiguration",
)
"""Bot Connector authentication, "Step 3: get the list of valid signing keys" (Microsoft's REST reference)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Registration:
    """One single-tenant bot. `is_development`: callers on this machine need no token, and nobody else may call.

    `allows_loopback`: a service on this machine need not speak https.
    """

    app_id: str
    tenant_id: str
    service_hosts: frozenset[str] = SERVICE_HOSTS
    allows_loopback: bool = False
    is_development: bool = False

    def __post_init__(self) -> None:
        assert self.app_id, "without an app id every token would do"
        assert self.tenant_id, "without a tenant id every customer of Microsoft would do"
