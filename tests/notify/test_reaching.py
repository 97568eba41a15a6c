"""A channel gets only what it can bring to somebody, and who is gone when it comes is no failure."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from core.directory.link_identity import LinkIdentity
from core.directory.link_workspace import LinkWorkspace
from core.directory.platforms import Platform
from core.notify.channel import Event, NobodyThere
from core.notify.reaching import Address, addresses_of, linked_among
from core.notify.request_now import request_now
from core.transfers.grant_request import GrantRequest
from core.transfers.request_credits import RequestCredits
from tests.company import Company
from tests.notify.post import Recorder, in_app, post, send, states
from tests.standing import StandingClock


class OnSlack(Recorder):
    """A channel for those whose Slack account is linked."""

    async def recipients(self, connection: AsyncConnection, event: Event, *, people: Sequence[str]) -> Sequence[str]:
        """They."""
        return await linked_among(connection, event.organization_id, platform="slack", people=people)


@pytest.fixture
async def acme(company: Company) -> Company:
    """Alice has credits to send; Bob is on Slack and Carol is not."""
    await company.fund("alice", 100_000)
    await company.run(LinkWorkspace, by="operator", platform=Platform.SLACK, workspace_id="T0ACME")
    for account in ("U0BOB", "U0BOB2"):
        await company.run(
            LinkIdentity,
            by="operator",
            user_id=company.user("bob"),
            platform=Platform.SLACK,
            workspace_id="T0ACME",
            external_id=account,
        )
    await post(company.database, wall=StandingClock()).fan_out()
    return company


async def test_a_channel_gets_only_the_people_it_reaches(acme: Company) -> None:
    wall = StandingClock()
    slack = OnSlack("slack")
    await send(acme, 1_000, to="bob")
    await send(acme, 2_000, to="carol")
    await post(acme.database, slack, in_app(acme, wall), wall=wall).work_off()
    assert [message.payload["amount"] for message in slack.got] == [1_000]
    assert await states(acme) == {
        ("bob", "slack"): ("delivered", 1, None),
        ("bob", "in_app"): ("delivered", 1, None),
        ("carol", "in_app"): ("delivered", 1, None),
    }
    to = await addresses_of(acme.database, acme.id, platform="slack", user_id=acme.user("bob"))
    assert to == (Address("T0ACME", "U0BOB"), Address("T0ACME", "U0BOB2"))


async def test_who_is_gone_when_it_comes_is_skipped_and_no_dead_letter(acme: Company) -> None:
    wall = StandingClock()
    slack = OnSlack("slack")
    slack.down[acme.user("bob")] = NobodyThere("the account was unlinked")
    await send(acme, 1_000, to="bob")
    await post(acme.database, slack, wall=wall).work_off()
    wall.advance(hours=1)
    await post(acme.database, slack, wall=wall).work_off()
    assert await states(acme) == {
        ("bob", "slack"): ("skipped", 1, "the account was unlinked"),
        ("bob", "in_app"): ("waiting", 0, None),
    }, "the inbox takes over"


async def test_a_request_that_a_colleague_granted_is_seen_to_have_ended(acme: Company) -> None:
    asked = await acme.run(RequestCredits, by="bob", colleague_id=acme.user("alice"), amount=5_000, reason="the demo")
    before = await request_now(acme.database, organization_id=acme.id, request_id=asked.request_id)
    assert before is not None
    assert before.is_open
    recorder = OnSlack("slack")
    await acme.run(GrantRequest, by="alice", request_id=asked.request_id)
    await post(acme.database, recorder, wall=StandingClock()).work_off()
    after = await request_now(acme.database, organization_id=acme.id, request_id=asked.request_id)
    assert after is not None
    assert (after.state, after.decided_by, after.reason) == ("granted", acme.user("alice"), "the demo")
    assert [message.type for message in recorder.got] == ["transfer.completed"], "a yes is told once"
