"""Nothing was heard of Alice for two weeks; what she and her lead are told, and what they can say then."""

from __future__ import annotations

from tests.allocation.granting import until
from tests.company import Company
from tests.ooo.away import berlin
from tests.ooo.silent import BEGINS, FULL, absences_of, quiet_alice
from tests.talking import Talk, action


async def silent_since_monday(company: Company) -> Talk:
    """It is Wednesday the eighteenth, and she is away by silence."""
    await quiet_alice(company)
    await until(company, BEGINS)
    await until(company, berlin("2026-03-18", 11))
    return Talk(company)


async def test_the_status_says_why_and_what_ends_it(sqlite_company: Company) -> None:
    talk = await silent_since_monday(sqlite_company)
    own = await talk.says("alice", "ooo status")
    assert own.in_words() == (
        "You are out of office since Mon 16 Mar 2026.\n"
        "Nothing was heard of you for long; it ends with your next call or command.\n"
        "Each day's share: 80% to the pool of the team, 20% to the budget above.\n"
        "the budget of Backend · moved 4,000 · came back 0\n"
        "the pool of Backend · moved 16,000 · came back 0\n"
        "You can: I am back."
    )
    assert (await talk.says("carol", "ooo status @alice")).lines[0] == (
        "Nothing was heard of @alice for long; it ends with their next call or command."
    )
    back = await talk.presses("alice", action(own, "I am back"))
    assert back.in_words() == "Welcome back.\n20,000 tokens came back to you."
    assert await sqlite_company.balances() == FULL


async def test_her_lead_says_that_she_is_back(sqlite_company: Company) -> None:
    talk = await silent_since_monday(sqlite_company)
    reply = await talk.says("carol", "ooo back @alice")
    assert reply.in_words() == "@alice is back.\n20,000 tokens came back to @alice."
    assert await sqlite_company.balances() == FULL


async def test_the_team_sees_it_without_an_end(sqlite_company: Company) -> None:
    talk = await silent_since_monday(sqlite_company)
    table = (await talk.says("bob", "team")).table
    assert table is not None
    row = next(row for row in table.rows if row[0] == "@alice")
    assert "OOO until they do something → pool 80 %, budget 20 %" in row


async def test_an_end_is_said_in_every_way_in_which_ends_are_said(sqlite_company: Company) -> None:
    talk = await silent_since_monday(sqlite_company)
    assert (await talk.says("alice", "ooo extend by 2 days")).title == (
        "You are out of office for longer, back on Fri 20 Mar 2026."
    )
    (item,) = await absences_of(sqlite_company, "alice")
    assert (item.source, item.ends_at) == ("manual_status", berlin("2026-03-20"))
    assert (await talk.says("alice", "ooo extend until monday")).title.endswith("back on Mon 23 Mar 2026.")


async def test_back_on_friday_says_its_end_too(sqlite_company: Company) -> None:
    talk = await silent_since_monday(sqlite_company)
    reply = await talk.says("alice", "ooo back friday")
    assert reply.in_words() == (
        "Corrected: away from Mon 16 Mar 2026, back on Fri 20 Mar 2026.\nNothing had to come back."
    )
    await until(sqlite_company, berlin("2026-03-19", 9))
    assert [item.source for item in await absences_of(sqlite_company, "alice")] == ["manual_status"]


async def test_without_an_end_nobody_else_is_named(sqlite_company: Company) -> None:
    talk = await silent_since_monday(sqlite_company)
    assert (await talk.says("alice", "ooo to @bob")).title == "When are you away?"
    asked = await talk.says("alice", "ooo until friday to @bob")
    assert "It becomes one with the absence that it overlaps." in asked.lines
    assert asked.title == "Out of office from Mon 16 Mar 2026, back on Fri 20 Mar 2026?"


async def test_an_end_in_the_past_is_refused(sqlite_company: Company) -> None:
    talk = await silent_since_monday(sqlite_company)
    reply = await talk.says("carol", "ooo extend @alice until 2026-03-17")
    assert "later than before" in reply.in_words()
    assert [item.source for item in await absences_of(sqlite_company, "alice")] == ["inactivity_days"]
