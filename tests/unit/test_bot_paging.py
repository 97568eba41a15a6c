"""Long lists come a page at a time, and every page is reached by a button or in words."""

from __future__ import annotations

import pytest

from bot.commands.paging import asked_page, page_of, place_of
from core.transfers.request_credits import RequestCredits
from core.transfers.send_credits import SendCredits
from tests.approvals.asking import LEAD, Ask
from tests.company import Company
from tests.talking import Talk


@pytest.fixture
async def acme(sqlite_company: Company) -> Company:
    await sqlite_company.fund("alice", 400_000)
    return sqlite_company


@pytest.mark.parametrize(
    ("said", "rest", "number"),
    [
        ("30d page 2", ("30d",), 2),
        ("Page 3.", (), 3),
        ("p 2", (), 2),
        ("page 0", (), 1),
        ("page two", ("page", "two"), 1),
        ("page 99999", ("page", "99999"), 1),
        ("page ²", ("page", "²"), 1),
        ("page", ("page",), 1),
        ("", (), 1),
    ],
)
def test_a_page_is_asked_for_at_the_end(said: str, rest: tuple[str, ...], number: int) -> None:
    assert asked_page(said.split()) == (rest, number)


def test_the_last_page_is_shown_where_there_are_fewer() -> None:
    page = page_of(range(61), number=9, size=25)
    assert (page.number, page.shown) == (3, tuple(range(50, 61)))
    assert place_of(page) == ("Page 3 of 3: 51 to 61 of 61.",)
    assert place_of(page_of((), number=1, size=25)) == ()


async def test_history_is_turned_forth_and_back_and_nothing_is_shown_twice(acme: Company) -> None:
    talk = Talk(acme)
    for number in range(1, 31):
        recipients = (acme.user("bob"),)
        await acme.run(SendCredits, by="alice", recipients=recipients, amount=1_000 + number, reason="")
        acme.clock.advance(minutes=10)
    first = await talk.says("bob", "history 30d")
    assert first.lines == ("Page 1 of 2: 1 to 25 of 30.",)
    [forth] = first.actions
    assert (forth.label, forth.says, forth.stays) == ("Next", "history 30d page 2", False)
    second = await talk.presses("bob", forth)
    assert [action.says for action in second.actions] == ["history 30d page 1"]
    assert first.table is not None
    assert second.table is not None
    amounts = [row[-1] for row in (*first.table.rows, *second.table.rows)]
    assert amounts == [f"{1_000 + number:,}" for number in range(30, 0, -1)]
    assert first.title == second.title


async def test_what_fits_has_no_pages(acme: Company) -> None:
    talk = Talk(acme)
    for said in ("team page 7", "approvals page 2", "pool page 2"):
        reply = await talk.says("carol", said)
        assert reply.tone == "ok", said
        assert not {"Next", "Previous"} & {action.label for action in reply.actions}
        assert not any(line.startswith("Page ") for line in reply.lines)


async def test_many_requests_are_turned_and_the_count_is_of_all(acme: Company) -> None:
    talk = Talk(acme)
    for _ in range(12):
        await acme.run(Ask, by="alice", tiers=(LEAD,))
    await acme.run(RequestCredits, by="dan", colleague_id=acme.user("carol"), amount=5_000, reason="help")
    first = await talk.says("carol", "approvals")
    assert first.title == "13 requests wait for you."
    assert first.lines[0] == "Page 1 of 2: 1 to 10 of 12."
    assert len(first.lines) == 11
    second = await talk.presses("carol", next(action for action in first.actions if action.label == "Next"))
    assert len(second.lines) == 4, "the page, two requests, and what a colleague asks"
