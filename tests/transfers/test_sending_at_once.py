"""Many sends at the same moment, on the database that really runs them side by side."""

from __future__ import annotations

import asyncio
from collections import Counter

import pytest

from core.refusals import Because, Refused
from core.storage.database import Database
from core.transfers.send_credits import SendCredits
from core.transfers.undo_transfer import UndoTransfer
from tests.accounts_read import assert_no_drift
from tests.company import Company, found_company

pytestmark = pytest.mark.postgres

AT_ONCE = 20
"""Twice the connections of the pool."""


async def rush(company: Company, sends: list[tuple[str, str, int]]) -> Counter[str]:
    """Send them all at once; count how they ended."""
    door = asyncio.Semaphore(AT_ONCE)

    async def one(giver: str, taker: str, amount: int) -> str:
        async with door:
            try:
                await company.run(SendCredits, by=giver, recipients=(company.user(taker),), amount=amount)
            except Refused as refused:
                return refused.refusal.because.value
            return "sent"

    return Counter(await asyncio.gather(*(one(*send) for send in sends)))


async def test_of_100_sends_at_once_only_a_days_worth_passes(postgres_database: Database) -> None:
    company = await found_company(postgres_database)
    await company.fund("alice", 2_000_000)
    ended = await rush(company, [("alice", "bob", 10_000), ("alice", "dan", 10_000)] * 50)
    assert ended == {"sent": 50, Because.OVER_DAILY_LIMIT.value: 50}
    assert (await company.balances())["alice"] == 1_500_000
    await assert_no_drift(company)


async def test_a_recipient_gets_no_more_than_a_days_worth_from_many_at_once(postgres_database: Database) -> None:
    company = await found_company(postgres_database)
    givers = ("alice", "carol", "erin")
    for giver in givers:
        await company.fund(giver, 500_000)
    ended = await rush(company, [(giver, "bob", 50_000) for giver in givers for _ in range(8)])
    assert ended == {"sent": 20, Because.RECIPIENT_OVER_DAILY_LIMIT.value: 4}
    assert (await company.balances())["bob"] == 1_000_000
    await assert_no_drift(company)


async def test_three_who_send_round_at_once_close_no_circle(postgres_database: Database) -> None:
    company = await found_company(postgres_database)
    ring = [("alice", "bob", 10_000), ("bob", "dan", 10_000), ("dan", "alice", 10_000)]
    for giver, _, _ in ring:
        await company.fund(giver, 50_000)
    assert await rush(company, ring) == {"sent": 2, Because.CIRCLE.value: 1}
    await assert_no_drift(company)


async def test_undoing_ten_times_at_once_gives_back_once(postgres_database: Database) -> None:
    company = await found_company(postgres_database)
    await company.fund("alice", 50_000)
    sent = await company.run(SendCredits, by="alice", recipients=(company.user("bob"),), amount=10_000)

    async def undo() -> str:
        try:
            await company.run(UndoTransfer, by="alice", transfer_id=sent.group_id)
        except Refused as refused:
            return refused.refusal.because.value
        return "undone"

    ended = Counter(await asyncio.gather(*(undo() for _ in range(10))))
    assert ended == {"undone": 1, Because.ALREADY_REVERSED.value: 9}
    assert await company.balances() == {"alice": 50_000}
    await assert_no_drift(company)
