"""What people read of what happened: in words, each their own, until they have seen it."""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import UTC, date, datetime

import pytest
from rich.console import Console

from bot.replies.form import Form, Mistakes
from bot.replies.reply import Reply
from bot.terminal.chat import chat
from bot.terminal.received import Window
from core.allocation.allocate import Allocate
from core.allocation.withdraw import Withdraw
from core.notify.dispatcher import Dispatcher
from core.storage.database import Database
from core.transfers.undo_transfer import UndoTransfer
from tests.allocation.granting import set_quota, until
from tests.company import Company, find_company
from tests.notify.post import in_app, inbox_of, post, send
from tests.overrides.boosts import fund_all
from tests.policies.applying import applied
from tests.standing import StandingClock
from tests.talking import Talk


@pytest.fixture
async def acme(sqlite_acme: Database) -> Company:
    """Acme, where alice has credits to send."""
    company = await find_company(sqlite_acme)
    await company.fund("alice", 100_000)
    return company


@pytest.fixture
def dispatcher(acme: Company) -> Dispatcher:
    """Delivers into the inboxes."""
    wall = StandingClock()
    return post(acme.database, in_app(acme, wall), wall=wall)


async def told(acme: Company, dispatcher: Dispatcher, who: str) -> list[str]:
    """What they read, newest first, after everything has arrived."""
    await dispatcher.work_off()
    reply = await Talk(acme).says(who, "inbox")
    return [row[1] for row in reply.table.rows] if reply.table else []


async def test_who_receives_credits_reads_how_much_from_whom_and_why(acme: Company, dispatcher: Dispatcher) -> None:
    await send(acme, 2_000, to="bob")
    assert await told(acme, dispatcher, "bob") == ["2,000 tokens from @alice. “the demo”"]
    assert await told(acme, dispatcher, "alice") == []


async def test_who_loses_credits_again_reads_that_too(acme: Company, dispatcher: Dispatcher) -> None:
    sent = await send(acme, 2_000, to="bob")
    await acme.run(UndoTransfer, by="alice", transfer_id=sent.transfers[0].transfer_id)
    assert (await told(acme, dispatcher, "bob"))[0] == (
        "2,000 tokens went back to @alice. Who sends credits can take them back within 5 minutes."
    )


async def test_those_who_have_agreed_and_are_asked_are_read_by_their_handles(
    acme: Company, dispatcher: Dispatcher
) -> None:
    await fund_all(acme)
    await applied(acme, "override_policy:\n  all_tiers_must_agree: true\n")
    talk = Talk(acme)
    await talk.says("bob", "request override 200k for 48h P0 incident")
    await talk.says("carol", "approve @bob")
    assert "1 of 2 have agreed: @carol; now asked: @erin." in (await told(acme, dispatcher, "bob"))[0]
    assert "1 of 2 have agreed: @carol." in (await told(acme, dispatcher, "erin"))[0]


async def test_a_person_reads_their_own_share_of_a_refresh(acme: Company, dispatcher: Dispatcher) -> None:
    await acme.fund("Backend", 1_000_000)
    await set_quota(acme, "alice", 500)
    await set_quota(acme, "bob", 300)
    await until(acme, datetime(2026, 3, 31, 22, 0, tzinfo=UTC))
    assert [line.partition(" They")[0] for line in await told(acme, dispatcher, "bob")] == [
        "300 tokens arrived: your quota for a new period."
    ]
    assert (await told(acme, dispatcher, "alice"))[0].startswith("500 tokens arrived")
    assert await told(acme, dispatcher, "carol") == []


async def test_a_budget_that_is_short_is_told_to_who_manages_it(acme: Company, dispatcher: Dispatcher) -> None:
    await acme.fund("Backend", 200)
    await set_quota(acme, "bob", 300)
    await until(acme, datetime(2026, 3, 31, 22, 0, tzinfo=UTC))
    short = "200 tokens of 300 tokens could be granted by Backend."
    assert [line.partition(" The")[0] for line in await told(acme, dispatcher, "carol")] == [short]
    assert await told(acme, dispatcher, "erin") == []


async def test_what_is_allocated_or_taken_is_told_to_the_person_or_the_places_manager(
    acme: Company, dispatcher: Dispatcher
) -> None:
    await acme.fund("Engineering", 10_000)
    await acme.run(Allocate, by="erin", owner_id=acme.node("Backend"), amount=6_000, expires_on=date(2026, 12, 31))
    await acme.run(Allocate, by="carol", owner_id=acme.user("bob"), amount=4_000, expires_on=date(2026, 12, 31))
    await acme.run(Withdraw, by="carol", owner_id=acme.user("bob"), amount=1_000)
    assert await told(acme, dispatcher, "carol") == ["6,000 tokens were allocated to Backend."]
    assert await told(acme, dispatcher, "bob") == [
        "1,000 tokens were withdrawn from you.",
        "4,000 tokens were allocated to you.",
    ]


async def test_what_was_marked_as_read_is_not_shown_again_and_what_came_since_is(
    acme: Company, dispatcher: Dispatcher
) -> None:
    talk = Talk(acme)
    await send(acme, 2_000, to="bob")
    await dispatcher.work_off()
    shown = await talk.says("bob", "inbox")
    assert shown.title == "1 message unread."
    await send(acme, 3_000, to="bob")
    await dispatcher.work_off()
    assert (await talk.presses("bob", shown.actions[0])).title == "1 message marked as read."
    assert (await talk.presses("bob", shown.actions[0])).title == "1 message marked as read.", "the same press"
    assert await told(acme, dispatcher, "bob") == ["3,000 tokens from @alice. “the demo”"]
    assert (await talk.says("bob", "inbox read")).title == "1 message marked as read."
    assert (await talk.says("bob", "inbox read")).title == "Nothing was unread."
    assert (await talk.says("bob", "inbox")).title == "Nothing new."
    everything = await talk.says("bob", "inbox all")
    assert everything.table is not None
    assert len(everything.table.rows) == 2


async def test_nobody_marks_or_reads_anothers_messages(acme: Company, dispatcher: Dispatcher) -> None:
    await send(acme, 2_000, to="bob")
    await dispatcher.work_off()
    [received] = (await inbox_of(acme, "bob")).received
    assert (await Talk(acme).says("carol", f"inbox read {received.event_id}")).title == "Nothing was unread."
    assert (await inbox_of(acme, "bob")).unread == 1


async def test_the_chat_window_shows_what_arrives_between_two_prompts(acme: Company, dispatcher: Dispatcher) -> None:
    talk, out = Talk(acme), io.StringIO()
    await send(acme, 1_000, to="bob")
    lines = iter(["inbox read", "hello", None])

    async def read_line(prompt: str) -> str | None:
        out.write(prompt + "\n")
        line = next(lines)
        if line == "hello":
            await send(acme, 2_000, to="bob")
        return line

    async def say(text: str, command_id: str | None) -> Reply:
        return await talk.says("bob", text, command_id=command_id)

    window = Window(talk.office, organization_id=acme.id, user_id=acme.user("bob"), deliver=dispatcher.work_off)
    console = Console(file=out, width=80, highlight=False)

    async def no_forms(form: Form, values: Mapping[str, str]) -> Reply | Mistakes:
        raise AssertionError(form, values)

    await chat(say, submit=no_forms, console=console, name="bob", read_line=read_line, news=window.news)
    shown = out.getvalue()
    assert "1 unread message: “inbox” shows them.\n\nbob> \n1 message marked as read." in shown
    # The reply before offers the first three.
    assert shown.endswith("2,000 tokens from @alice.\n“the demo”\n[4] Thank @alice   [5] View\n\nbob> \n")
    assert (await inbox_of(acme, "bob")).unread == 0
