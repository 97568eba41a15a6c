"""A chat account that nobody knows becomes somebody's by a one-time code."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlalchemy import func, select

from core.directory.identities import ChatAccount, Identities
from core.directory.link_codes import link_code_digest, new_link_code, read_link_code
from core.directory.link_workspace import LinkWorkspace
from core.directory.make_link_code import MakeLinkCode
from core.directory.platforms import Platform
from core.directory.redeem_link_code import Redeemed, RedeemLinkCode
from core.leaving.deactivate_user import DeactivateUser
from core.refusals import Because, Refused
from core.storage.tables import link_codes
from tests.company import Company, found_rival
from tests.edges.slack_side import Slack, link, slack_side
from tests.talking import PEPPER, Talk, office_of

CODE = "7QK2M-XW40P"


async def made(company: Company, who: str = "dan", *, by: str | None = None, code: str = CODE) -> None:
    digest = link_code_digest(code, pepper=PEPPER)
    await company.run(MakeLinkCode, by=by or who, user_id=company.user(who), digest=digest)


async def redeemed(company: Company, code: str = CODE, *, account: str = "U9", workspace: str = "T1") -> Redeemed:
    return await company.run(RedeemLinkCode, by="system", **_typed(code, account=account, workspace=workspace))


def _typed(code: str = CODE, *, account: str = "U9", workspace: str = "T1") -> dict[str, Any]:
    digest = link_code_digest(code, pepper=PEPPER)
    return {"digest": digest, "platform": Platform.SLACK, "workspace_id": workspace, "external_id": account}


@pytest.fixture
async def acme(company: Company) -> Company:
    """Its Slack workspace is T1."""
    await company.run(LinkWorkspace, by="operator", platform=Platform.SLACK, workspace_id="T1")
    return company


async def test_a_code_links_one_account_once(acme: Company) -> None:
    await made(acme)
    receipt = await redeemed(acme)
    assert (receipt.user_id, receipt.handle) == (acme.user("dan"), "dan")
    who = await Identities(acme.database).who(ChatAccount(Platform.SLACK, "T1", "U9"))
    assert (who.user_id, who.is_linked) == (acme.user("dan"), True)
    assert (await redeemed(acme, account="U8")).user_id is None
    assert (await acme.refused(RedeemLinkCode, by="system", **_typed())).because is Because.NAME_TAKEN


async def test_a_code_ends_after_fifteen_minutes_and_with_the_next_one(acme: Company) -> None:
    await made(acme)
    acme.clock.advance(minutes=15)
    assert (await redeemed(acme)).user_id is None
    await made(acme, code="00000-00001")
    await made(acme, code="00000-00002")
    assert (await redeemed(acme, "00000-00001")).user_id is None
    acme.clock.advance(minutes=14, seconds=59)
    assert (await redeemed(acme, "00000-00002")).handle == "dan"


async def test_wrong_codes_are_counted_and_then_the_account_waits(acme: Company) -> None:
    await made(acme)
    left = [(await redeemed(acme, f"00000-0000{guess}")).tries_left for guess in range(5)]
    assert left == [4, 3, 2, 1, 0]
    refusal = await acme.refused(RedeemLinkCode, by="system", **_typed())
    assert refusal.because is Because.TOO_MANY_TRIES
    assert refusal.facts == {"most": 5, "resets": "2026-03-02T09:15:00+00:00"}
    assert (await redeemed(acme, account="U8")).handle == "dan"
    acme.clock.advance(minutes=15)
    assert (await redeemed(acme, "00000-00000")).tries_left == 4


async def test_another_organizations_code_is_no_code_here(acme: Company) -> None:
    rival = await found_rival(acme)
    await rival.run(LinkWorkspace, by="operator", platform=Platform.SLACK, workspace_id="T2")
    await made(acme)
    assert (await redeemed(rival, workspace="T2")).user_id is None
    foreign = await acme.refused(RedeemLinkCode, by="system", **_typed(workspace="T2"))
    assert foreign.because is Because.BAD_VALUE
    assert (await redeemed(acme)).handle == "dan"


async def test_everybody_makes_codes_for_themselves_alone_and_the_operator_for_anybody(acme: Company) -> None:
    digest = link_code_digest(CODE, pepper=PEPPER)
    for who in ("carol", "grace"):
        refusal = await acme.refused(MakeLinkCode, by=who, user_id=acme.user("dan"), digest=digest)
        assert refusal.because is Because.NOT_ALLOWED
    bot = await acme.refused(MakeLinkCode, by="operator", user_id=acme.user("ci-bot"), digest=digest)
    assert bot.because is Because.BAD_VALUE
    by_person = await acme.refused(RedeemLinkCode, by="dan", **_typed())
    assert by_person.because is Because.NOT_ALLOWED
    await made(acme, by="operator")
    assert (await redeemed(acme)).handle == "dan"


async def test_who_has_left_is_not_linked(acme: Company) -> None:
    await made(acme)
    await acme.run(DeactivateUser, by="operator", user_id=acme.user("dan"))
    assert (await acme.refused(RedeemLinkCode, by="system", **_typed())).because is Because.INACTIVE_USER


async def test_only_a_digest_is_kept(acme: Company) -> None:
    await made(acme)
    async with acme.database.snapshot() as connection:
        (row,) = (await connection.execute(select(link_codes))).all()
        assert CODE not in str(row)
    await redeemed(acme)
    async with acme.database.snapshot() as connection:
        assert (await connection.execute(select(func.count()).select_from(link_codes))).scalar_one() == 0


def test_a_code_is_read_as_people_type_it() -> None:
    for typed in ("7QK2M-XW40P", "7qk2m-xw40p", "7QK2MXW40P", "7qk2m xw4op", "7QK2M–XW40P".replace("–", "-")):
        assert read_link_code(typed) == CODE
    for typed in ("", "7QK2M", "7QK2M-XW40PP", "balance", "7QK2M-XW40U"):
        assert read_link_code(typed) is None
    assert new_link_code(bytes(7)) == "00000-00000"
    assert read_link_code(new_link_code(b"\xff" * 7)) == "ZZZZZ-ZZZZZ"


async def test_the_code_is_shown_once_to_who_asks(sqlite_company: Company) -> None:
    talk = Talk(sqlite_company)
    reply = await talk.says("dan", "link", command_id="once")
    assert reply.in_words() == (
        "00000-00001 is your code, once, until Mon 2 Mar 2026, 10:15 (Europe/Berlin).\n"
        "Whoever types it becomes @dan there: show it to nobody.\n"
        "In Slack: /alfred link 00000-00001\n"
        "In Teams: @Alfred link 00000-00001"
    )
    assert reply.is_private
    again = await talk.says("dan", "link", command_id="once")
    assert again.title == "That code was made already, and shown then."
    assert (await talk.says("dan", "link 00000-00001")).title == "I know you here already; nothing was linked."


@pytest.fixture
async def slack(sqlite_company: Company) -> AsyncIterator[Slack]:
    """Acme in Slack; Dan's account is not linked."""
    await link(sqlite_company)
    async with slack_side(sqlite_company, office_of(sqlite_company)) as side:
        yield side


async def test_a_stranger_in_slack_types_the_code_and_is_known(sqlite_company: Company, slack: Slack) -> None:
    await made(sqlite_company)
    stranger = await slack.says("U0DAN", "balance", trigger="t1")
    assert "“link” and the code" in stranger["text"]
    wrong = await slack.says("U0DAN", "link 00000-00000", trigger="t2")
    assert wrong["text"].startswith("That code does not work.")
    assert "4 more tries" in wrong["text"]
    assert (await slack.says("U0DAN", "link", trigger="t3"))["text"] == stranger["text"]
    hello = await slack.says("U0DAN", "please link 7qk2m xw40p", trigger="t4")
    assert hello["text"].startswith("Hello @dan: this account is yours now.")
    again = await slack.says("U0DAN", "link 7qk2m-xw40p", trigger="t6")
    assert again["text"].startswith("I know you here already")
    assert "tokens available" in (await slack.says("U0DAN", "balance", trigger="t5"))["text"]


async def test_a_foreign_workspace_is_told_nothing(slack: Slack) -> None:
    answer = await slack.says("U0DAN", "link 7QK2M-XW40P", trigger="t1", team_id="T0FOREIGN")
    assert answer["text"].startswith("This Slack workspace is not connected to Alfred yet.")


async def test_identities_name_the_organization_of_a_workspace(acme: Company) -> None:
    identities = Identities(acme.database)
    assert await identities.organization_of(ChatAccount(Platform.SLACK, "T1", "U1")) == acme.id
    with pytest.raises(Refused) as refused:
        await identities.organization_of(ChatAccount(Platform.TEAMS, "T1", "U1"))
    assert refused.value.refusal.because is Because.UNKNOWN_ORGANIZATION
