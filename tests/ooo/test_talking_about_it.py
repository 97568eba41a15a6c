"""Alice tells Alfred that she is away, sees what will happen, and is told what came back."""

from __future__ import annotations

from bot.replies.form import Mistakes
from bot.replies.reply import Reply
from tests.company import Company
from tests.ooo.away import give_march, morning_of
from tests.talking import Talk, action


async def test_next_week_is_previewed_confirmed_and_ended_early(sqlite_company: Company) -> None:
    company, talk = sqlite_company, Talk(sqlite_company)
    await give_march(company, "alice")
    asked = await talk.says("alice", "ooo next week")
    assert asked.in_words() == (
        "Out of office from Mon 9 Mar 2026, back on Mon 16 Mar 2026?\n"
        "60,000 tokens will help others, a share a day from Tue 10 Mar 2026 on.\n"
        "What is left of it comes back on Mon 16 Mar 2026.\n"
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
        "Each day's share: 80% to the pool of the team, 20% to the budget above.\n"
        "the budget of Backend · moved 4,000 · came back 0\n"
        "the pool of Backend · moved 16,000 · came back 0\n"
        "You can: I am back."
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


async def test_shares_go_to_one_after_the_other(sqlite_company: Company) -> None:
    company, talk = sqlite_company, Talk(sqlite_company)
    await give_march(company, "alice")
    asked = await talk.says("alice", "ooo next week to 50% pool 50% @bob for 2 days, then department")
    assert asked.in_words() == (
        "Out of office from Mon 9 Mar 2026, back on Mon 16 Mar 2026?\n"
        "60,000 tokens will help others, a share a day from Tue 10 Mar 2026 on.\n"
        "What is left of it comes back on Mon 16 Mar 2026.\n"
        "Each day's share: 50% to the pool of the team, 50% to @bob for 2 days, "
        "then all to the budget of the department.\n"
        "To the pool of Backend: 10,000 tokens\nTo @bob: 10,000 tokens\n"
        "To the budget of Engineering: 40,000 tokens\n"
        "You can: Confirm, Cancel."
    )
    await talk.presses("alice", action(asked, "Confirm"))
    await morning_of(company, "2026-03-13")
    assert await company.balances() == {"alice": 270_000, "Backend pool": 10_000, "bob": 10_000, "Engineering": 20_000}
    back = await talk.says("alice", "ooo back")
    assert back.in_words() == "Welcome back.\n40,000 tokens came back to you."
    assert await company.balances() == {"alice": 310_000}


async def test_the_form_takes_a_split_in_words(sqlite_company: Company) -> None:
    company, talk = sqlite_company, Talk(sqlite_company)
    await give_march(company, "alice")
    form = await talk.opens("alice", "ooo")
    days = {"first": "2026-03-09", "back": "2026-03-16"}
    for values, sentence in (
        ({"split": "pool for 3 days"}, "I do not understand that."),
        ({"split": "pool", "to": "pool"}, "Choose above who has them, or write it here; not both."),
        ({"split": "60% pool 30% @bob"}, "its percentages should be 1 to 100 and add to 100"),
        ({"split": "@nobody"}, "I do not know @nobody."),
    ):
        wrong = await talk.sends_off("alice", form, **days, **values)
        assert isinstance(wrong, Mistakes)
        assert sentence in wrong.by_field["split"]
    shown = await talk.sends_off("alice", form, **days, split="pool for 3 days, then 60% @bob 40% department")
    assert isinstance(shown, Reply)
    assert action(shown, "Confirm").says == (
        f"ooo 2026-03-09 until 2026-03-16 to 100% pool for 3 days then 60% {company.user('bob')} 40% department --yes"
    )


async def test_back_on_another_day_than_was_said_earlier_or_later(sqlite_company: Company) -> None:
    company, talk = sqlite_company, Talk(sqlite_company)
    await give_march(company, "alice")
    await talk.says("alice", "ooo next week --yes")
    await morning_of(company, "2026-03-10")
    for said, back in (
        ("ooo back thursday", "Corrected: away from Mon 9 Mar 2026, back on Thu 12 Mar 2026."),
        ("ooo back on saturday", "You are out of office for longer, back on Sat 14 Mar 2026."),
        ("ooo extend until tuesday", "You are out of office for longer, back on Tue 17 Mar 2026."),
        ("ooo extend by 2 days", "You are out of office for longer, back on Thu 19 Mar 2026."),
        ("ooo longer until wednesday", "You are out of office for longer, back on Wed 25 Mar 2026."),
        ("ooo back tomorrow", "Corrected: away from Mon 9 Mar 2026, back on Wed 11 Mar 2026."),
    ):
        assert (await talk.says("alice", said)).title == back
    assert (await talk.says("alice", "ooo back when it rains")).code == "usage"
    assert (await talk.says("alice", "ooo extend a bit")).code == "usage"
    assert (await talk.says("alice", "ooo extend until today")).code == "bad_value"
    assert await company.balances() == {"alice": 300_000, "Backend": 2_000, "Backend pool": 8_000}
    assert (await talk.says("alice", "ooo back early")).title == "Welcome back."
    assert await company.balances() == {"alice": 310_000}


async def test_who_has_them_and_who_decides_may_be_said_anew(sqlite_company: Company) -> None:
    company, talk = sqlite_company, Talk(sqlite_company)
    await give_march(company, "alice")
    assert (await talk.says("alice", "ooo to @bob")).title == "When are you away?"
    await talk.says("alice", "ooo next week --yes")
    await morning_of(company, "2026-03-11")
    asked = await talk.says("alice", "ooo to @bob delegate @carol")
    assert asked.title == "Out of office from Mon 9 Mar 2026, back on Mon 16 Mar 2026?"
    await talk.presses("alice", action(asked, "Confirm"))
    await morning_of(company, "2026-03-12")
    assert await company.balances() == {"alice": 280_000, "Backend": 4_000, "Backend pool": 16_000, "bob": 10_000}
    status = await talk.says("alice", "ooo status")
    assert status.lines == ("Each day's share: all to @bob.", "@carol decides for you meanwhile.")


async def test_of_two_absences_the_one_is_meant_whose_days_are_said(sqlite_company: Company) -> None:
    company, talk = sqlite_company, Talk(sqlite_company)
    await talk.says("alice", "ooo next week --yes")
    await talk.says("alice", "ooo 2026-04-06 - 2026-04-10 --yes")
    status = await talk.says("alice", "ooo status")
    assert [button.label for button in status.actions] == ["Cancel Mon 9 Mar 2026", "Cancel Mon 6 Apr 2026"]
    moved = await talk.says("alice", "ooo correct 2026-04-07 - 2026-04-10")
    assert moved.title == "Corrected: away from Tue 7 Apr 2026, back on Sat 11 Apr 2026."
    assert (await talk.says("alice", "ooo cancel 2026-05-01")).code == "unknown_absence"
    await talk.says("alice", "ooo cancel 2026-04-08")
    assert (await talk.says("alice", "ooo status")).title == "Out of office from Mon 9 Mar 2026 to Mon 16 Mar 2026."
    await talk.presses("alice", status.actions[0])
    assert (await talk.says("alice", "ooo status")).title == "You are not out of office."
    assert await company.balances() == {}


async def test_unclear_words_are_asked_back(sqlite_company: Company) -> None:
    talk = Talk(sqlite_company)
    assert (await talk.says("alice", "ooo whenever")).title == "When are you away?"
    assert (await talk.says("alice", "ooo next week to @nobody")).code == "unknown_user"
    assert (await talk.says("alice", "ooo next week to @alice")).code == "bad_value"


async def test_where_nothing_moves_nothing_comes_back_either(sqlite_company: Company) -> None:
    reply = await Talk(sqlite_company).says("dan", "ooo tomorrow")
    assert reply.lines == ("None of your credits will move.",)
    assert reply.facts == ()
