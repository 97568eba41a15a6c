"""What a sending would meet, asked before it is done: the same answers as the deed gives, and nothing moves."""

from __future__ import annotations

from datetime import timedelta

import pytest

from core.approvals.preapprove import Preapprove
from core.approvals.states import Subject
from core.refusals import Refusal, Refused
from core.transfers.preview_send import PreviewSend, SendPreview
from core.transfers.send_credits import SendCredits
from tests.company import Company


async def previewed(company: Company, amount: int, *, to: str = "bob", by: str = "alice") -> SendPreview | Refusal:
    """The answer, after seeing that the question left everything as it was."""
    before = await company.traces()
    try:
        return await company.ask(PreviewSend, by=by, recipients=(company.user(to),), amount=amount)
    except Refused as refused:
        return refused.refusal
    finally:
        assert await company.traces() == before


async def test_what_may_be_sent_at_once_says_only_its_total(company: Company) -> None:
    assert await previewed(company, 10_000) == SendPreview(10_000)


async def test_what_will_wait_names_who_decides_and_for_how_long(company: Company) -> None:
    await company.fund("alice", 400_000)
    assert await previewed(company, 150_000) == SendPreview(150_000, ("carol", "erin"), 24)
    sent = await company.run(SendCredits, by="alice", recipients=(company.user("bob"),), amount=150_000)
    assert sent.approvers == ("carol", "erin")
    assert sent.expires_at == company.clock.at + timedelta(hours=24)


async def test_what_was_approved_in_advance_will_not_wait(company: Company) -> None:
    ends_at = company.clock.at + timedelta(days=1)
    await company.run(Preapprove, by="carol", subject=Subject.TRANSFER, most=200_000, ends_at=ends_at)
    assert await previewed(company, 150_000) == SendPreview(150_000)


@pytest.mark.parametrize(("by", "to", "amount"), [("alice", "bob", 500_001), ("alice", "alice", 2_000)])
async def test_a_refusal_ahead_is_the_one_that_sending_meets(company: Company, by: str, to: str, amount: int) -> None:
    await company.fund("alice", 900_000)
    ahead = await previewed(company, amount, to=to, by=by)
    assert ahead == await company.refused(SendCredits, by=by, recipients=(company.user(to),), amount=amount)
