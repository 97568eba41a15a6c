"""Alice tells Alfred that she is away, sees what will happen, and is told what came back."""

from __future__ import annotations

from bot.replies.reply import Action, Reply
from tests.company import Company
from tests.ooo.away import give_march, morning_of
from tests.talking import Talk


def action(reply: Reply, label: str) -> Action:
    return next(action for action in reply.actions if action.label == label)


async def test_next_week_is_previewed_confirmed_and_ended_early(sqlite_company: Company) -> None:
    company, talk = sqlite_company, Talk(sqlite_company)
    await give_march(company, "alice")
    asked = await talk.says("alice", "ooo next week")
    assert asked.in_words() == (
        "Out of office from Mon 9 Mar 2026, back on Mon 16 Mar 2026?\n"
        "60,000 tokens will help others, a share a day from Tue 10 Mar 2026 on.\n"
        "On Mon 16 Mar 2026 what is left of it comes back, and your quota is as always.\n"
        "To the pool of Backend: 48,000 tokens\n"
        "To the budget of Backend: 12,000 tokens\n"
        "You can: Confirm, Cancel."
    )
    confirmed = await talk.presses("alice", action(asked, "Confirm"))
    assert confirmed.title == "You are out of office from Mon 9 Mar 2026, back on Mon 16 Mar 2026."
    assert await talk.presses("alice", action(asked, "Confirm")) == confirmed
    await morning_of(company, "2026-03-11")
    assert (await talk.says("alice", "ooo status")).in_words() == (
        "You are out of office, back on Mon 16 Mar 2026.\n"
        "the budget of Backend · 4,000 tokens · 0 tokens\n"
        "the pool of Backend · 16,000 tokens · 0 tokens"
    )
    back = await talk.says("alice", "ooo back", command_id="trigger-1")
    assert back.in_words() == "Welcome back.\n20,000 tokens came back to you."
    assert await talk.says("alice", "ooo back", command_id="trigger-1") == back
    assert (await talk.says("alice", "ooo back")).title == "You are not out of office."
    assert (await talk.says("alice", "ooo status")).title == "You are not out of office."
    assert await company.balances() == {"alice": 310_000}


async def test_somebody_may_name_who_gets_it_and_who_decides(sqlite_company: Company) -> None:
    company, talk = sqlite_company, Talk(sqlite_company)
    await give_march(company, "alice")
    asked = await talk.says("alice", "ooo until wednesday to 50% pool 50% @bob delegate @carol")
    assert "@carol decides for you meanwhile." in asked.lines
    by_id = await talk.says("alice", f"ooo until wednesday delegate {company.user('carol')}")
    assert "@carol decides for you meanwhile." in by_id.lines
    await talk.presses("alice", action(asked, "Confirm"))
    await morning_of(company, "2026-03-03")
    assert await company.balances() == {"alice": 300_000, "Backend pool": 5_000, "bob": 5_000}


async def test_a_mistake_is_cancelled_with_the_button(sqlite_company: Company) -> None:
    talk = Talk(sqlite_company)
    confirmed = await talk.says("alice", "ooo next week --yes")
    cancelled = await talk.presses("alice", action(confirmed, "Cancel the absence"))
    assert cancelled.in_words() == "All right, you are not out of office.\nNothing had to come back."
    assert await talk.presses("alice", action(confirmed, "Cancel the absence")) == cancelled


async def test_days_that_were_wrong_are_corrected(sqlite_company: Company) -> None:
    company, talk = sqlite_company, Talk(sqlite_company)
    await give_march(company, "alice")
    await talk.says("alice", "ooo 2026-03-09 - 2026-03-20 --yes")
    await morning_of(company, "2026-03-13")
    corrected = await talk.says("alice", "ooo correct until 2026-03-12")
    assert corrected.in_words() == (
        "Corrected: away from Mon 9 Mar 2026, back on Thu 12 Mar 2026.\n40,000 tokens came back to you."
    )


async def test_unclear_words_are_asked_back(sqlite_company: Company) -> None:
    talk = Talk(sqlite_company)
    assert (await talk.says("alice", "ooo whenever")).title == "When are you away?"
    assert (await talk.says("alice", "ooo next week to @nobody")).code == "unknown_user"
    assert (await talk.says("alice", "ooo next week to @alice")).code == "bad_value"
