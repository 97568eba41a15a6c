"""Who a Slack account is: known by the address Slack vouches for, and by nothing less."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest
from aiohttp import ClientSession

from bot.slack.workspaces import OneWorkspace
from core.directory.change_organization import ChangeOrganization
from core.directory.change_user import ChangeUser
from core.directory.link_workspace import LinkWorkspace
from core.directory.platforms import Platform
from tests.company import Company
from tests.edges.slack_side import Slack, slack_side
from tests.edges.slack_site import BOT_TOKEN, SlackSite, slack_site
from tests.talking import office_of


def member(email: str, **more: Any) -> dict[str, Any]:  # noqa: ANN401  JSON
    """A full member of Acme's workspace, as `users.info` shows one."""
    return {
        "id": "U0NEW",
        "team_id": "T0ACME",
        "name": "not-authority",
        "deleted": False,
        "is_bot": False,
        "is_app_user": True,
        "is_restricted": False,
        "is_ultra_restricted": False,
        "is_email_confirmed": True,
        "profile": {"email": email, "real_name": "Not Authority"},
    } | more


@dataclass
class Side:
    """Slack's two halves: what it posts, and what it is asked."""

    slack: Slack
    site: SlackSite

    async def greets(self, who: str = "U0NEW", *, trigger: str = "1.2.a") -> str:
        """The answer to `balance`."""
        return str((await self.slack.says(who, "balance", trigger=trigger))["text"])


@pytest.fixture
async def side(sqlite_company: Company) -> AsyncIterator[Side]:
    """Acme owns acme.example, and Alice has 45,000 tokens and an address there; no account is linked."""
    company = sqlite_company
    await company.run(ChangeOrganization, by="grace", email_domains=("acme.example",))
    await company.run(ChangeUser, by="erin", user_id=company.user("alice"), email="alice@acme.example")
    await company.run(LinkWorkspace, by="grace", platform=Platform.SLACK, workspace_id="T0ACME")
    await company.fund("alice", 45_000)
    async with slack_site() as site, ClientSession() as session:
        workspaces = OneWorkspace(BOT_TOKEN, api_url=f"{site.url}/api", session=session)
        async with slack_side(company, office_of(company), workspaces=workspaces) as slack:
            yield Side(slack, site)


async def test_a_member_is_known_by_the_confirmed_address_and_linked(side: Side) -> None:
    side.site.users["U0NEW"] = member("Alice@ACME.example")
    for _ in range(3):
        assert (await side.greets()).startswith("45,000 tokens available.")
    assert side.site.asked == ["users.info"]


NOBODY = {
    "a guest": member("alice@acme.example", is_restricted=True),
    "a guest of one channel": member("alice@acme.example", is_ultra_restricted=True),
    "a bot": member("alice@acme.example", is_bot=True),
    "somebody of another company in a shared channel": member("alice@acme.example", is_stranger=True),
    "a member of another workspace": member("alice@acme.example", team_id="T0EVIL"),
    "a deactivated account": member("alice@acme.example", deleted=True),
    "an address that nobody confirmed": member("alice@acme.example", is_email_confirmed=False),
    "an address of another domain": member("alice@evil.example"),
    "no address": member("alice@acme.example", profile={}),
    "an answer that is none": {"id": "U0NEW", "team_id": "T0ACME"},
}


@pytest.mark.parametrize("who", NOBODY)
async def test_whom_slack_does_not_vouch_for_is_nobody(side: Side, who: str) -> None:
    side.site.users["U0NEW"] = NOBODY[who]
    assert (await side.greets()).startswith("I do not know you yet.")


async def test_on_enterprise_grid_a_member_of_the_enterprise_is_at_home_in_it(side: Side) -> None:
    grid = {"id": "W0NEW", "enterprise_id": "E0ACME", "teams": ["T0ACME", "T0SALES"]}
    side.site.users["U0NEW"] = member("alice@acme.example", team_id="T0SALES", enterprise_user=grid)
    assert (await side.greets()).startswith("45,000 tokens available.")


async def test_a_guest_who_becomes_a_member_is_known_five_minutes_later(side: Side) -> None:
    side.site.users["U0NEW"] = member("alice@acme.example", is_restricted=True)
    assert (await side.greets()).startswith("I do not know you yet.")
    side.site.users["U0NEW"] = member("alice@acme.example")
    assert (await side.greets(trigger="1.2.b")).startswith("I do not know you yet.")
    side.slack.acme.clock.advance(minutes=5)
    assert (await side.greets(trigger="1.2.c")).startswith("45,000 tokens available.")


async def test_while_slack_is_broken_nobody_becomes_somebody(side: Side) -> None:
    side.site.users["U0NEW"] = member("alice@acme.example")
    side.site.is_broken = True
    assert (await side.greets()).startswith("I do not know you yet.")
    side.site.is_broken = False
    assert (await side.greets(trigger="1.2.b")).startswith("45,000 tokens available.")


async def test_a_colleague_who_never_spoke_to_alfred_can_be_sent_credits_by_mention(side: Side) -> None:
    side.site.users["U0NEW"] = member("alice@acme.example")
    side.site.users["U0BOB2"] = member("bob@acme.example", id="U0BOB2")
    company = side.slack.acme
    await company.run(ChangeUser, by="erin", user_id=company.user("bob"), email="bob@acme.example")
    said = await side.slack.says("U0NEW", "send <@U0BOB2|bob> 4k")
    assert said["text"].startswith("4,000 tokens to @bob: sent.")
