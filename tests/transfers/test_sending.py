"""Sending credits from person to person."""

from __future__ import annotations

from datetime import UTC, date, datetime

from core.directory.create_user import BaseRole
from core.ledger.accounts import NEVER
from core.refusals import Because
from core.transfers.send_credits import SendCredits, Sent
from tests.accounts_read import assert_no_drift, slices, told
from tests.company import Company, found_rival

SPRING, SUMMER = date(2026, 4, 30), date(2026, 7, 31)
MIDNIGHT_IN_BERLIN = "2026-03-02T23:00:00+00:00"


async def send(company: Company, by: str, *to: str, amount: int, **fields: str) -> Sent:
    recipients = tuple(company.user(handle) for handle in to)
    return await company.run(SendCredits, by=by, at=None, recipients=recipients, amount=amount, **fields)


async def test_credits_go_from_one_person_to_another(company: Company) -> None:
    await company.fund("alice", 50_000)
    receipt = await send(company, "alice", "bob", amount=10_000, reason="for the migration")
    assert await company.balances() == {"alice": 40_000, "bob": 10_000}
    assert receipt.total == 10_000
    assert receipt.available == 40_000
    assert receipt.undo_until == datetime(2026, 3, 2, 9, 5, tzinfo=UTC)
    assert [(part.handle, part.amount) for part in receipt.transfers] == [("bob", 10_000)]
    await assert_no_drift(company)


async def test_recipient_hears_of_it_with_the_reason(company: Company) -> None:
    await company.fund("alice", 50_000)
    receipt = await send(company, "alice", "bob", amount=10_000, reason="for the migration")
    told_of = {
        "transfer_id": receipt.transfers[0].transfer_id,
        "group_id": receipt.group_id,
        "sender_id": company.user("alice"),
        "recipient_id": company.user("bob"),
        "amount": 10_000,
        "reason": "for the migration",
    }
    assert await told(company, "transfer.created") == [told_of]
    until = {"undo_until": "2026-03-02T09:05:00+00:00"}
    assert await told(company, "transfer.completed") == [told_of | until]


async def test_pressing_send_twice_sends_once(company: Company) -> None:
    await company.fund("alice", 50_000)
    first = await send(company, "alice", "bob", amount=10_000, id="button-7")
    second = await send(company, "alice", "bob", amount=10_000, id="button-7")
    assert first == second
    assert await company.balances() == {"alice": 40_000, "bob": 10_000}


async def test_sent_credits_are_the_soonest_and_keep_their_dates(company: Company) -> None:
    await company.fund("alice", 5_000, expires_on=SUMMER)
    await company.fund("alice", 3_000, expires_on=SPRING)
    await company.fund("alice", 4_000)
    await send(company, "alice", "bob", amount=6_000)
    assert await slices(company, "alice") == [(SUMMER, 2_000), (NEVER, 4_000)]
    assert await slices(company, "bob") == [(SPRING, 3_000), (SUMMER, 3_000)]


async def test_each_of_several_recipients_gets_the_amount(company: Company) -> None:
    await company.fund("alice", 50_000)
    receipt = await send(company, "alice", "bob", "dan", amount=10_000)
    assert receipt.total == 20_000
    assert await company.balances() == {"alice": 30_000, "bob": 10_000, "dan": 10_000}
    await assert_no_drift(company)


async def test_several_recipients_get_all_or_nothing(company: Company) -> None:
    await company.fund("alice", 15_000)
    refusal = await company.refused(
        SendCredits, by="alice", recipients=(company.user("bob"), company.user("dan")), amount=10_000
    )
    assert refusal.because is Because.OUT_OF_CREDITS
    assert (refusal.facts["asked"], refusal.facts["available"]) == (20_000, 15_000)
    await send(company, "alice", "bob", amount=10_000)
    assert await company.balances() == {"alice": 5_000, "bob": 10_000}


async def test_credits_whose_day_has_passed_cannot_be_sent(company: Company) -> None:
    await company.fund("alice", 5_000, expires_on=date(2026, 3, 2))
    company.clock.advance(days=1)
    refusal = await company.refused(SendCredits, by="alice", recipients=(company.user("bob"),), amount=5_000)
    assert refusal.because is Because.OUT_OF_CREDITS
    assert refusal.facts["available"] == 0


async def test_100_000_is_the_most_that_needs_nobodys_yes(company: Company) -> None:
    await company.fund("alice", 300_000)
    await send(company, "alice", "bob", amount=100_000)
    assert await company.balances() == {"alice": 200_000, "bob": 100_000}
    assert (await send(company, "alice", "bob", amount=100_001)).state == "pending"


async def test_500_000_is_what_a_person_may_send_in_a_day(company: Company) -> None:
    await company.fund("alice", 700_000)
    for _ in range(4):
        await send(company, "alice", "bob", amount=100_000)
    await send(company, "alice", "dan", amount=99_000)
    refusal = await company.refused(SendCredits, by="alice", recipients=(company.user("dan"),), amount=1_001)
    assert refusal.because is Because.OVER_DAILY_LIMIT
    assert refusal.facts == {
        "amount": 1_001,
        "limit": 500_000,
        "used": 499_000,
        "resets": MIDNIGHT_IN_BERLIN,
        "time_zone": "Europe/Berlin",
    }
    await send(company, "alice", "dan", amount=1_000)
    company.clock.at = datetime.fromisoformat(MIDNIGHT_IN_BERLIN)
    await send(company, "alice", "dan", amount=100_000)
    assert await company.balances() == {"alice": 100_000, "bob": 400_000, "dan": 200_000}


async def test_1_000_000_is_what_a_person_may_receive_in_a_day(company: Company) -> None:
    for giver in ("alice", "carol", "erin"):
        await company.fund(giver, 500_000)
    for giver in ("alice", "carol"):
        for _ in range(5):
            await send(company, giver, "bob", amount=100_000)
    refusal = await company.refused(SendCredits, by="erin", recipients=(company.user("bob"),), amount=1_000)
    assert refusal.because is Because.RECIPIENT_OVER_DAILY_LIMIT
    assert refusal.facts == {
        "user": company.user("bob"),
        "amount": 1_000,
        "limit": 1_000_000,
        "used": 1_000_000,
        "resets": MIDNIGHT_IN_BERLIN,
        "time_zone": "Europe/Berlin",
    }
    company.clock.at = datetime.fromisoformat(MIDNIGHT_IN_BERLIN)
    await send(company, "erin", "bob", amount=1_000)


async def test_finance_auditors_and_service_accounts_do_not_send(company: Company) -> None:
    for sender in ("frank", "henry", "ci-bot"):
        await company.fund(sender, 50_000)
        refusal = await company.refused(SendCredits, by=sender, recipients=(company.user("bob"),), amount=10_000)
        assert refusal.because is Because.NOT_ALLOWED


async def test_developers_leads_managers_and_super_admins_send(company: Company) -> None:
    for sender in ("alice", "carol", "erin", "grace"):
        await company.fund(sender, 10_000)
        await send(company, sender, "bob", amount=10_000)
    assert await company.balances() == {"bob": 40_000}


async def test_to_oneself_twice_to_one_or_to_nobody_is_refused(company: Company) -> None:
    await company.fund("alice", 50_000)
    alice, bob = company.user("alice"), company.user("bob")
    for recipients, because in (
        ((alice,), Because.NOT_TO_SELF),
        ((bob, alice), Because.NOT_TO_SELF),
        ((bob, bob), Because.SAME_RECIPIENT_TWICE),
        ((), Because.BAD_VALUE),
        (("usr_nobody",), Because.UNKNOWN_USER),
        ((bob,) * 101, Because.BAD_VALUE),
    ):
        refusal = await company.refused(SendCredits, by="alice", recipients=recipients, amount=10_000)
        assert refusal.because is because


async def test_an_impossible_amount_is_refused(company: Company) -> None:
    await company.fund("alice", 50_000)
    for amount in (-10_000, 0, 10**15 + 1, 10**40):
        refusal = await company.refused(SendCredits, by="alice", recipients=(company.user("bob"),), amount=amount)
        assert refusal.because is Because.AMOUNT_OUT_OF_RANGE


async def test_less_than_1_000_is_too_little(company: Company) -> None:
    await company.fund("alice", 50_000)
    refusal = await company.refused(SendCredits, by="alice", recipients=(company.user("bob"),), amount=999)
    assert refusal.because is Because.BELOW_MINIMUM
    assert refusal.facts == {"amount": 999, "minimum": 1_000}


async def test_another_organizations_people_are_simply_unknown(company: Company) -> None:
    bolt = await found_rival(company)
    await company.fund("alice", 50_000)
    refusal = await company.refused(SendCredits, by="alice", recipients=(bolt.user("mallory"),), amount=10_000)
    assert refusal.because is Because.UNKNOWN_USER
    assert await bolt.balances() == {}


async def test_a_chain_that_leads_back_within_24_hours_is_refused(company: Company) -> None:
    await company.fund("alice", 50_000)
    await send(company, "alice", "bob", amount=10_000)
    await send(company, "bob", "carol", amount=10_000)
    await send(company, "carol", "dan", amount=10_000)
    refusal = await company.refused(SendCredits, by="dan", recipients=(company.user("alice"),), amount=5_000)
    assert refusal.because is Because.CIRCLE
    assert refusal.facts == {"user": company.user("alice"), "links": 4, "returnable": 0}
    company.clock.advance(hours=24)
    await send(company, "dan", "alice", amount=5_000)
    assert await company.balances() == {"alice": 45_000, "dan": 5_000}


async def test_a_circle_of_five_links_is_refused_and_one_of_six_is_not(company: Company) -> None:
    await company.hire("eve", home="Field")
    await company.hire("fay", home="Field")
    await company.fund("alice", 50_000)
    for giver, taker in (("alice", "bob"), ("bob", "carol"), ("carol", "dan"), ("dan", "eve")):
        await send(company, giver, taker, amount=10_000)
    refusal = await company.refused(SendCredits, by="eve", recipients=(company.user("alice"),), amount=5_000)
    assert refusal.facts["links"] == 5
    await send(company, "eve", "fay", amount=10_000)
    await send(company, "fay", "alice", amount=5_000)
    assert await company.balances() == {"alice": 45_000, "fay": 5_000}


async def test_giving_back_up_to_what_was_sent_is_no_circle(company: Company) -> None:
    await company.fund("alice", 10_000)
    await company.fund("bob", 50_000)
    await send(company, "alice", "bob", amount=10_000)
    refusal = await company.refused(SendCredits, by="bob", recipients=(company.user("alice"),), amount=10_001)
    assert refusal.because is Because.CIRCLE
    assert refusal.facts == {"user": company.user("alice"), "links": 2, "returnable": 10_000}
    await send(company, "bob", "alice", amount=4_000)
    refusal = await company.refused(SendCredits, by="bob", recipients=(company.user("alice"),), amount=6_001)
    assert refusal.facts["returnable"] == 6_000
    await send(company, "bob", "alice", amount=6_000)
    assert await company.balances() == {"alice": 10_000, "bob": 50_000}


async def test_giving_back_a_large_amount_needs_no_approval(company: Company) -> None:
    await company.fund("alice", 200_000)
    await send(company, "alice", "bob", amount=100_000)
    await send(company, "alice", "bob", amount=100_000)
    await send(company, "bob", "alice", amount=200_000)
    assert await company.balances() == {"alice": 200_000}


async def test_a_service_account_may_be_given_credits(company: Company) -> None:
    await company.fund("alice", 50_000)
    await send(company, "alice", "ci-bot", amount=10_000)
    assert await company.balances() == {"alice": 40_000, "ci-bot": 10_000}


async def test_a_newcomer_without_a_role_cannot_send(company: Company) -> None:
    await company.hire("ivy", home="Field", base_role=BaseRole.NONE)
    await company.fund("ivy", 50_000)
    refusal = await company.refused(SendCredits, by="ivy", recipients=(company.user("bob"),), amount=10_000)
    assert refusal.because is Because.NOT_ALLOWED
