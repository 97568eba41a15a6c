"""Both sides of a loan hear that it is due."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from bot.replies.notices import Heard, notice_reply
from bot.replies.telling import Telling
from core.directory.units import Metering, Units
from core.transfers.decide_transfer import DecideTransfer
from core.transfers.pay_back_loan import PayBackLoan
from tests.accounts_read import told
from tests.allocation.granting import set_quota, until
from tests.company import Company
from tests.transfers.lending import APRIL, FRIDAY, MAY, bob_spends, lend

TELLING = Telling(Units(Metering.TOKENS, Decimal(20_000), {}), ZoneInfo("Europe/Berlin"))


async def test_both_sides_hear_a_day_ahead_that_a_loan_is_due(company: Company) -> None:
    lent = await lend(company, 10_000)
    assert await until(company, FRIDAY - timedelta(days=1, seconds=1)) == []
    (done,) = await until(company, FRIDAY - timedelta(days=1))
    assert done.startswith(f"loan-due:{lent.loan_id}:")
    (event,) = await told(company, "loan.due")
    assert (event["left"], event["due_at"], event["borrower_id"]) == (
        10_000,
        "2026-03-06T23:00:00+00:00",
        company.user("bob"),
    )
    await until(company, FRIDAY)
    assert len(await told(company, "loan.due")) == 1


async def test_of_a_short_loan_they_hear_after_half_its_time_and_not_when_it_is_paid_back(
    sqlite_company: Company,
) -> None:
    company = sqlite_company
    begun = company.clock.at
    await lend(company, 10_000, due_at=begun + timedelta(hours=4))
    lent = await lend(company, 10_000, due_at=begun + timedelta(hours=4))
    await company.run(PayBackLoan, by="bob", owed_to=lent.loan_id)
    assert await until(company, begun + timedelta(hours=2) - timedelta(seconds=1)) == []
    assert len(await until(company, begun + timedelta(hours=2))) == 1
    (event,) = await told(company, "loan.due")
    assert event["loan_id"] != lent.loan_id


async def test_a_loan_until_the_refresh_is_announced_before_the_refresh_that_there_is_then(
    sqlite_company: Company,
) -> None:
    company = sqlite_company
    await company.fund("Backend", 1_000_000)
    await set_quota(company, "bob", 30_000, anchor=date(2026, 1, 10))
    await lend(company, 20_000, due_at=None)
    await set_quota(company, "bob", 30_000)
    await until(company, APRIL - timedelta(days=1, seconds=1))
    assert await told(company, "loan.due") == []
    await until(company, APRIL - timedelta(days=1))
    (event,) = await told(company, "loan.due")
    assert event["due_at"] == "2026-03-31T22:00:00+00:00"


async def test_a_loan_that_waited_for_approval_is_announced_too(sqlite_company: Company) -> None:
    company = sqlite_company
    lent = await lend(company, 150_000)
    await company.run(DecideTransfer, by="carol", approval_id=lent.sent.approval_id, is_yes=True)
    await until(company, FRIDAY - timedelta(days=1))
    assert [event["left"] for event in await told(company, "loan.due")] == [150_000]


async def test_when_nothing_is_there_at_the_due_moment_both_hear_that_it_is_still_owed(
    sqlite_company: Company,
) -> None:
    company = sqlite_company
    await lend(company, 50_000)
    await bob_spends(company, 50_000)
    await company.fund("Backend", 1_000_000)
    await set_quota(company, "bob", 30_000)
    await until(company, MAY)
    assert [event["left"] for event in await told(company, "loan.overdue")] == [50_000]
    assert [event["left"] for event in await told(company, "loan.paid_back")] == [35_000, 20_000]


def test_each_side_reads_what_it_can_do() -> None:
    payload = {"loan_id": "loan_1", "lender_id": "usr_a", "borrower_id": "usr_b", "left": 10_000,
               "due_at": FRIDAY.isoformat()}  # fmt: skip
    for reader, title, labels in (
        ("usr_b", "10,000 tokens that @alice lent you are due soon.", ["Pay back", "View"]),
        ("usr_a", "10,000 tokens that you lent @bob are due soon.", ["View"]),
    ):
        heard = Heard(event_id="evt_1", type="loan.due", payload=payload, reader_id=reader,
                      people={"usr_a": "alice", "usr_b": "bob"}, places={})  # fmt: skip
        reply = notice_reply(heard, TELLING)
        assert (reply.title, [action.label for action in reply.actions]) == (title, labels)
        assert reply.lines == ("Due by the end of Fri 6 Mar 2026: what is there then comes back by itself.",)
