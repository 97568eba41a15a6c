"""What happened to somebody's credits stands in one list: in their history, and in short on their Home."""

from __future__ import annotations

from bot.commands.home import Page, home_page
from core.allocation.withdraw import Withdraw
from tests.allocation.granting import until
from tests.company import Company
from tests.ooo.away import away, berlin, give_march, split
from tests.pools.drawing import draw
from tests.talking import Talk


async def test_every_way_in_which_credits_come_and_go_stands_in_the_history(company: Company) -> None:
    talk = Talk(company)
    await give_march(company, "alice", "bob")
    company.clock.advance(minutes=1)
    await company.fund("Backend pool", 100_000)
    await draw(company, "alice", 50_000)
    company.clock.advance(minutes=1)
    await talk.says("alice", "send @bob 2k")
    await away(company, "alice", "2026-03-09", "2026-03-11", phases=split(company, pool=50, bob=50))
    await until(company, berlin("2026-03-11", 9))
    await company.run(Withdraw, by="grace", owner_id=company.user("alice"), amount=5_000)
    assert await history(talk, "alice") == [
        ("withdrawn to Backend", "5,000"),
        ("returned from @bob", "5,000"),
        ("returned from Backend", "5,000"),
        ("shared while away", "10,000"),
        ("to @bob", "2,000"),
        ("drawn from Backend", "50,000"),
        ("quota from Backend", "310,000"),
    ]
    assert ("shared by @alice", "5,000") in await history(talk, "bob")
    page = await home_page(1, speaker=talk.speaker("alice", "home"), office=talk.office)
    assert isinstance(page, Page)
    [lately] = [section for section in page.sections if section.heading == "Lately"]
    assert lately.lines == (
        "5,000 tokens withdrawn to Backend on Wed 11 Mar 2026.",
        "5,000 tokens returned from @bob on Wed 11 Mar 2026.",
        "5,000 tokens returned from Backend on Wed 11 Mar 2026.",
        "10,000 tokens shared while away on Tue 10 Mar 2026.",
        "2,000 tokens to @bob on Mon 2 Mar 2026.",
    )


async def history(talk: Talk, who: str) -> list[tuple[str, str]]:
    """What and how much, newest first."""
    table = (await talk.says(who, "history")).table
    assert table is not None
    return [(row[0], row[-1]) for row in table.rows]
