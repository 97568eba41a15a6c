"""What people see of their transfers."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from core.refusals import Because, Refused
from core.transfers.history import History
from core.transfers.send_credits import SendCredits
from tests.company import Company

Line = tuple[bool, str, int, str, datetime | None]
UNTIL = datetime(2026, 3, 2, 9, 11, tzinfo=UTC)


async def lines(company: Company, of: str, *, by: str) -> list[Line]:
    found = await company.ask(History, by=by, user_id=company.user(of))
    return [(line.is_sent, line.other_handle, line.amount, line.state, line.undo_until) for line in found]


async def _send_three(company: Company) -> None:
    await company.fund("alice", 50_000)
    await company.fund("dan", 50_000)
    bob, alice = company.user("bob"), company.user("alice")
    await company.run(SendCredits, by="alice", recipients=(bob,), amount=1_000)
    company.clock.advance(minutes=5)
    await company.run(SendCredits, by="dan", recipients=(alice,), amount=2_000)
    company.clock.advance(minutes=1)
    await company.run(SendCredits, by="alice", recipients=(bob,), amount=3_000)


async def test_history_shows_both_sides_newest_first_and_what_can_be_undone(company: Company) -> None:
    await _send_three(company)
    assert await lines(company, "alice", by="alice") == [
        (True, "bob", 3_000, "completed", UNTIL),
        (False, "dan", 2_000, "completed", None),
        (True, "bob", 1_000, "completed", None),
    ]
    assert await lines(company, "bob", by="bob") == [
        (False, "alice", 3_000, "completed", None),
        (False, "alice", 1_000, "completed", None),
    ]


async def test_managers_and_auditors_see_it_colleagues_and_finance_do_not(company: Company) -> None:
    await _send_three(company)
    for who in ("carol", "erin", "henry", "grace"):
        assert len(await lines(company, "alice", by=who)) == 3
    for who in ("bob", "frank"):
        with pytest.raises(Refused) as refused:
            await lines(company, "alice", by=who)
        assert refused.value.refusal.because is Because.NOT_ALLOWED
