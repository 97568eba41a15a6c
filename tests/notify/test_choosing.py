"""People choose by which ways they hear of what: their choice counts, else the organization's, else all of them."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from bot.replies.form import Mistakes
from bot.replies.reply import Reply
from core.approvals.waiting import Waiting
from core.notify.change_notice_defaults import ChangeNoticeDefaults
from core.notify.change_own_settings import ChangeOwnSettings
from core.notify.channel import NobodyThere
from core.notify.show_settings import OwnSettings, ShowSettings
from core.refusals import Because
from core.storage.tables import audit_events
from tests.company import Company
from tests.notify.post import Recorder, post, send
from tests.standing import StandingClock
from tests.talking import Talk


@pytest.fixture
def wall() -> StandingClock:
    return StandingClock()


@pytest.fixture
async def acme(company: Company, wall: StandingClock) -> Company:
    """Acme on either database; Alice has 400,000 tokens, and nothing waits."""
    await company.fund("alice", 400_000)
    await post(company.database, wall=wall).fan_out()
    return company


class Ways:
    """Slack, Teams and the inbox, which note what they are given, and something that is no way to people."""

    def __init__(self, acme: Company, wall: StandingClock) -> None:
        self.acme = acme
        self.channels = {name: Recorder(name) for name in ("slack", "teams", "in_app", "slack_copies")}
        self.dispatcher = post(acme.database, *self.channels.values(), wall=wall)

    async def told(self, who: str) -> list[str]:
        """By which ways somebody heard of what has just happened."""
        for channel in self.channels.values():
            channel.got.clear()
        await self.dispatcher.work_off()
        user_id = self.acme.user(who)
        return [name for name, to in self.channels.items() if user_id in {one.recipient_id for one in to.got}]


async def settings_of(acme: Company, who: str) -> OwnSettings:
    return await acme.ask(ShowSettings, by=who)


async def test_who_has_chosen_nothing_hears_in_chat_and_in_the_inbox(acme: Company, wall: StandingClock) -> None:
    await send(acme, 2_000, to="bob")
    assert await Ways(acme, wall).told("bob") == ["slack", "teams", "in_app", "slack_copies"]


async def test_a_choice_counts_for_its_kind_alone_and_for_who_made_it(acme: Company, wall: StandingClock) -> None:
    ways = Ways(acme, wall)
    await acme.run(ChangeOwnSettings, by="bob", notices={"credits": ("teams",)})
    await send(acme, 2_000, to="bob")
    assert await ways.told("bob") == ["teams", "slack_copies"], "what shows requests everywhere is nobody's choice"
    await send(acme, 2_000, to="carol")
    assert await ways.told("carol") == ["slack", "teams", "in_app", "slack_copies"]
    await acme.run(ChangeOwnSettings, by="bob", notices={"credits": ()})
    await send(acme, 2_000, to="bob")
    assert await ways.told("bob") == ["slack_copies"]
    await acme.run(ChangeOwnSettings, by="bob", notices={"credits": None})
    await send(acme, 2_000, to="bob")
    assert await ways.told("bob") == ["slack", "teams", "in_app", "slack_copies"]


async def test_a_way_that_leads_nowhere_leads_to_the_inbox(acme: Company, wall: StandingClock) -> None:
    ways = Ways(acme, wall)
    for who in ("bob", "carol"):
        await acme.run(ChangeOwnSettings, by=who, notices={"credits": ("teams",)})
    ways.channels["teams"].down[acme.user("bob")] = NobodyThere("Teams answered 403")
    await send(acme, 2_000, to="bob")
    assert await ways.told("bob") == ["in_app", "slack_copies"]
    ways.channels["teams"].reaches = {acme.user("bob")}
    await send(acme, 2_000, to="carol")
    assert await ways.told("carol") == ["in_app", "slack_copies"], "she has no account in Teams"
    await acme.run(ChangeOwnSettings, by="carol", notices={"credits": ()})
    await send(acme, 2_000, to="carol")
    assert await ways.told("carol") == ["slack_copies"], "who wants to hear nothing does not"


async def test_what_the_organization_chose_counts_for_who_chose_nothing(acme: Company, wall: StandingClock) -> None:
    ways = Ways(acme, wall)
    await acme.run(ChangeOwnSettings, by="carol", notices={"credits": ("slack",)})
    await acme.run(ChangeNoticeDefaults, by="grace", notices={"credits": ("in_app",)})
    await send(acme, 2_000, to="bob")
    assert await ways.told("bob") == ["in_app", "slack_copies"]
    await send(acme, 2_000, to="carol")
    assert await ways.told("carol") == ["slack", "slack_copies"]
    assert (await acme.refused(ChangeNoticeDefaults, by="carol", notices={})).because is Because.NOT_ALLOWED


async def test_an_approval_that_waits_for_me_stays_in_the_inbox_whatever_i_switch_off(
    acme: Company, wall: StandingClock
) -> None:
    changed = await acme.run(ChangeOwnSettings, by="carol", notices={"approvals": (), "quota": ()})
    assert changed.notices == {"approvals": ("in_app",), "quota": ()}
    await acme.run(ChangeNoticeDefaults, by="grace", notices={"approvals": ("slack",)})
    await send(acme, 150_000, to="bob")
    ways = Ways(acme, wall)
    assert await ways.told("carol") == ["in_app", "slack_copies"]
    assert (await acme.ask(Waiting, by="carol")).for_me


async def test_a_repetition_is_one_choice_and_the_trail_tells_what_was_and_what_is(acme: Company) -> None:
    await acme.run(ChangeOwnSettings, by="bob", id="one", notices={"quota": ("slack",)}, leaderboard="anonymous")
    await acme.run(ChangeOwnSettings, by="bob", id="two", notices={"quota": ("slack", "teams", "slack")})
    await acme.run(ChangeOwnSettings, by="bob", id="one", notices={"quota": ("slack",)}, leaderboard="anonymous")
    own = await settings_of(acme, "bob")
    assert {line.news.value: line.own for line in own.notices if line.own is not None} == {"quota": ("slack", "teams")}
    assert own.leaderboard == "anonymous"
    async with acme.database.snapshot() as connection:
        found = await connection.execute(
            select(audit_events.c.details).where(audit_events.c.type == "settings.changed").order_by(audit_events.c.id)
        )
    first, second = found.scalars()
    assert first == {
        "before": {"quota": None},
        "after": {"quota": ["slack"]},
        "leaderboard": {"before": "off", "after": "anonymous"},
    }
    assert second == {"before": {"quota": ["slack"]}, "after": {"quota": ["slack", "teams"]}}


@pytest.mark.parametrize(
    "wrong", [{"notices": {"weather": ("slack",)}}, {"notices": {"quota": ("pigeon",)}}, {"leaderboard": "first"}]
)
async def test_what_is_no_kind_and_no_way_is_refused(acme: Company, wrong: dict[str, Any]) -> None:
    assert (await acme.refused(ChangeOwnSettings, by="bob", **wrong)).because is Because.BAD_VALUE


async def test_somebody_says_how_they_want_to_hear(sqlite_company: Company) -> None:
    talk = Talk(sqlite_company)
    assert (await talk.says("bob", "settings")).title == "You hear of everything in the usual ways."
    off = await talk.says("bob", "settings quota off")
    assert off.in_words() == "Credits running low: off.\nYou can: Back to the usual."
    approvals = await talk.says("bob", "settings approvals slack")
    assert approvals.in_words() == (
        "Approvals that wait for you: Slack and inbox.\n"
        "I do not know your account in Slack yet: “link” ties it to you.\n"
        "You can: Back to the usual."
    )
    silent = await talk.says("bob", "mute everything")
    assert silent.code == "usage", "only behind the verb"
    silent = await talk.says("bob", "settings all off")
    assert silent.title == "You hear of nothing any more, but in your inbox of what cannot wait."
    assert silent.lines[-1] == "Approvals and security notices stay in your inbox: somebody waits for you there."
    assert (await talk.says("bob", "settings")).title == "14 of 14 are your own choice."
    back = await talk.presses("bob", silent.actions[0])
    assert back.in_words() == "Everything: Slack, Teams and inbox."
    assert (await talk.says("bob", "settings")).title == "You hear of everything in the usual ways."


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("settings mute the pool", "Team pools and channels: off."),
        ("settings out of office: inbox only", "Out of office: inbox."),
        ("settings loans by teams, slack", "Loans paid back: Slack and Teams."),
        ("Settings Overrides CHAT please", "Your boosts: Slack and Teams."),
        ("settings quota pigeon", "I do not know “pigeon” here."),
        ("settings quota", "How should it reach you?"),
        ("settings quota off slack", "How should it reach you?"),
        ("settings slack", "What should that be for?"),
        ("settings leaderboard on", "Leaderboards: they show you by name."),
        ("settings show me in leaderboards anonymously", "Leaderboards: they show you without your name."),
        ("settings leaderboard", "Should leaderboards show you?"),
    ],
)
async def test_it_is_understood_as_people_write_it(sqlite_company: Company, said: str, told: str) -> None:
    reply = await Talk(sqlite_company).says("bob", said)
    assert reply.title.startswith(told)


async def test_an_administrator_says_how_everybody_hears(sqlite_company: Company) -> None:
    assert (await Talk(sqlite_company).says("bob", "settings budget inbox for everyone")).code == "not_allowed"
    reply = await Talk(sqlite_company).says("grace", "settings budget inbox for everyone")
    assert reply.title == "For everybody who has chosen nothing else: budgets that you manage: inbox."
    lines = {line.news.value: line.ways for line in (await settings_of(sqlite_company, "bob")).notices}
    assert lines["budget"] == ("in_app",)


async def test_the_form_shows_what_is_chosen_and_saves_what_was_changed(sqlite_company: Company) -> None:
    talk = Talk(sqlite_company)
    await talk.says("bob", "settings quota slack")
    form = await talk.opens("bob", "settings change")
    by_name = {field.name: field for field in form.fields}
    assert len(form.fields) == 15
    assert [choice.label for choice in by_name["loans"].choices] == [
        "As everybody: Slack, Teams and inbox",
        "Inbox",
        "Off",
    ], "platforms where Bob has no account are not offered"
    assert by_name["quota"].initial == "slack"
    assert "off" not in {choice.value for choice in by_name["approvals"].choices}
    saved = await talk.sends_off("bob", form, loans="off", leaderboard="on", approvals="in_app", quota="default")
    assert isinstance(saved, Reply)
    assert saved.in_words() == "Saved.\nApprovals that wait for you: inbox.\nLoans paid back: off."
    wrong = await talk.sends_off("bob", form, approvals="off")
    assert isinstance(wrong, Mistakes)
    assert (await settings_of(sqlite_company, "bob")).leaderboard == "on"
