"""Thanks reach the sender once for each transfer, and move nothing."""

from __future__ import annotations

import asyncio

import pytest

from core.refusals import Because, Refused
from core.transfers.send_credits import SendCredits
from core.transfers.thank_sender import Thanked, ThankSender
from core.transfers.undo_transfer import UndoTransfer
from tests.accounts_read import told
from tests.company import Company
from tests.talking import Talk


async def gift(company: Company, amount: int = 5_000) -> str:
    """Alice sends Bob credits; the transfer's id."""
    sent = await company.run(SendCredits, by="alice", recipients=(company.user("bob"),), amount=amount, reason="demo")
    return sent.transfers[0].transfer_id


@pytest.fixture
async def acme(company: Company) -> Company:
    await company.fund("alice", 100_000)
    return company


async def test_the_sender_hears_it_once_and_nothing_moves(acme: Company) -> None:
    transfer = await gift(acme)
    before = await acme.balances()
    thanked = await acme.run(ThankSender, by="bob", id="thanks-1", transfer_id=transfer)
    again = await acme.run(ThankSender, by="bob", id="thanks-1", transfer_id=transfer)
    assert thanked == again == Thanked(transfer, acme.user("alice"), "alice", 5_000)
    refusal = await acme.refused(ThankSender, by="bob", transfer_id=transfer)
    assert (refusal.because, refusal.facts["sender"]) == (Because.ALREADY_THANKED, acme.user("alice"))
    assert [event["amount"] for event in await told(acme, "transfer.thanked")] == [5_000]
    assert await acme.balances() == before


async def test_two_presses_at_once_thank_once(acme: Company) -> None:
    transfer = await gift(acme)
    done = await asyncio.gather(
        *(acme.run(ThankSender, by="bob", id=f"thanks-{number}", transfer_id=transfer) for number in range(4)),
        return_exceptions=True,
    )
    assert len([one for one in done if isinstance(one, Thanked)]) == 1
    assert {one.refusal.because for one in done if isinstance(one, Refused)} == {Because.ALREADY_THANKED}
    assert len(await told(acme, "transfer.thanked")) == 1


async def test_only_who_received_it_thanks_and_only_for_what_they_have(acme: Company) -> None:
    transfer = await gift(acme)
    for who in ("alice", "carol"):
        assert (await acme.refused(ThankSender, by=who, transfer_id=transfer)).because is Because.UNKNOWN_TRANSFER
    await acme.run(UndoTransfer, by="alice", transfer_id=transfer)
    assert (await acme.refused(ThankSender, by="bob", transfer_id=transfer)).because is Because.NOT_COMPLETED
    nothing = await acme.refused(ThankSender, by="bob", sender_id=acme.user("alice"))
    assert nothing.because is Because.NOTHING_TO_THANK_FOR


async def test_thanks_in_words_go_to_the_colleague_and_never_by_courtesy(acme: Company) -> None:
    talk = Talk(acme)
    await gift(acme, 4_000)
    await gift(acme, 5_000)
    assert (await talk.says("bob", "thank you so much!")).title == "You are welcome."
    assert (await talk.says("bob", "thanks")).title == "You are welcome."
    assert await told(acme, "transfer.thanked") == []
    assert (await talk.says("bob", "thank @alice a lot")).title == "You thanked @alice for 5,000 tokens."
    assert (await talk.says("bob", "thanks @alice")).title == "You thanked @alice for 4,000 tokens."
    assert (await talk.says("bob", "thank @alice")).code == "nothing_to_thank_for"
