"""Records that nobody decides by are kept for as long as the settings say, and no row more goes."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import select

from core.directory.link_codes import link_code_digest
from core.directory.link_workspace import LinkWorkspace
from core.directory.make_link_code import MakeLinkCode
from core.directory.platforms import Platform
from core.directory.redeem_link_code import RedeemLinkCode
from core.jobs.housekeeping import Chore, chore_states
from core.jobs.retention import Retention, prune_records
from core.jobs.runs import latest_runs
from core.jobs.scheduler import Jobs
from core.notify.backlog import Backlog, Unanswered
from core.notify.channel import Undelivered
from core.storage.tables import commands, deliveries, inbox, job_runs, outbox
from core.transfers.send_credits import SendCredits
from tests.accounts_read import assert_no_drift, told
from tests.allocation.granting import until
from tests.audit.sealed import sealer_of
from tests.company import Company
from tests.notify.post import Recorder, in_app, inbox_of, post, send
from tests.spending.desk import open_desk

DAY: Final = timedelta(days=1)
KEEP: Final = Retention(
    deliveries=30 * DAY,
    dead_letters=90 * DAY,
    inbox=60 * DAY,
    job_runs=30 * DAY,
    events=95 * DAY,
    commands=400 * DAY,
)


async def prune(company: Company, *, days: int, limit: int = 1_000) -> int:
    """So many days from now."""
    at = company.clock.now() + timedelta(days=days)
    return await prune_records(company.database, KEEP, now=at, wall=at, limit=limit)


async def kept(company: Company) -> Counter[str]:
    """Deliveries by state, and messages in inboxes."""
    async with company.database.snapshot() as connection:
        states = Counter(await connection.scalars(select(deliveries.c.state)))
        messages = len((await connection.execute(select(inbox))).all())
    return states + Counter({"inbox": messages})


async def events(company: Company) -> list[str]:
    """The ids of those in the outbox."""
    async with company.database.snapshot() as connection:
        return list(await connection.scalars(select(outbox.c.id).order_by(outbox.c.id)))


async def ids(company: Company) -> set[str]:
    """Of commands that are known."""
    async with company.database.snapshot() as connection:
        return set(await connection.scalars(select(commands.c.id).where(commands.c.organization_id == company.id)))


async def test_what_arrived_goes_after_30_days_dead_letters_after_90_and_what_waits_stays(company: Company) -> None:
    await company.fund("alice", 100_000)
    broken, slow = Recorder("broken", schedule=()), Recorder("slow")
    broken.everybody = slow.everybody = Undelivered("nobody is there")
    dispatcher = post(company.database, in_app(company, company.clock), broken, slow, wall=company.clock)
    await send(company, 10_000, to="bob")
    await dispatcher.work_off()
    before = await kept(company)
    arrived, dead, waiting = before["delivered"], before["dead"], before["waiting"]
    assert min(arrived, dead, waiting, before["inbox"]) > 0
    assert await prune(company, days=30) == 0
    assert await prune(company, days=31) == arrived
    assert (await inbox_of(company, "bob")).received, "a message outlives its delivery"
    assert await prune(company, days=61) == before["inbox"]
    assert await prune(company, days=90) == 0
    assert await prune(company, days=91) == dead
    assert await kept(company) == {"waiting": waiting}
    assert await dispatcher.fan_out() == 0, "nothing is sent again"
    [event] = await told(company, "transfer.completed")
    assert len(await events(company)) > 1
    await prune(company, days=96)
    assert len(await events(company)) == 1, "the one that waits"
    assert await told(company, "transfer.completed") == [event]


async def test_an_event_that_nobody_was_told_of_yet_stays(company: Company) -> None:
    await company.fund("alice", 100_000)
    await send(company, 10_000, to="bob")
    before = await events(company)
    assert before
    assert await prune(company, days=399) == 0
    assert await events(company) == before


async def test_the_id_of_a_command_is_known_for_400_days_and_what_moved_stays(company: Company) -> None:
    await company.fund("alice", 100_000)
    gift: dict[str, Any] = {"by": "alice", "recipients": (company.user("bob"),), "amount": 10_000, "id": "a-gift"}
    first = await company.run(SendCredits, **gift)
    assert await prune(company, days=400) == 0
    assert await company.run(SendCredits, **gift) == first
    company.clock.advance(hours=1)
    await company.run(SendCredits, **gift | {"id": "another"})
    assert await prune(company, days=400) > 0
    assert await ids(company) == {"another"}
    again = await company.run(SendCredits, **gift)
    assert again.group_id != first.group_id, "as a new one"
    assert await company.balances() == {"alice": 70_000, "bob": 30_000}
    await assert_no_drift(company)


async def test_codes_go_a_day_after_their_time(company: Company) -> None:
    code: dict[str, Any] = {"digest": link_code_digest("7QK2M-XW40P", pepper=b"p"), "user_id": company.user("dan")}
    await company.run(MakeLinkCode, by="dan", **code)
    wrong: dict[str, Any] = {"digest": link_code_digest("00000-00000", pepper=b"p"), "platform": Platform.SLACK}
    await company.run(LinkWorkspace, by="operator", platform=Platform.SLACK, workspace_id="T1")
    await company.run(RedeemLinkCode, by="system", **wrong, workspace_id="T1", external_id="U1")
    company.clock.advance(minutes=15)
    assert await prune(company, days=1) == 0
    company.clock.advance(seconds=1)
    assert await prune(company, days=1) == 2


async def test_what_no_server_answered_goes_after_a_day(company: Company) -> None:
    await company.run(LinkWorkspace, by="operator", platform=Platform.SLACK, workspace_id="T1")
    said: dict[str, Any] = {"platform": Platform.SLACK, "workspace_id": "T1", "kind": "command", "payload": {}}
    await Backlog(company.database).keep(Unanswered(id="late_1", heard_at=company.clock.now(), **said))
    assert await prune(company, days=1) == 0
    company.clock.advance(seconds=1)
    assert await prune(company, days=1) == 1


async def test_a_thousand_days_of_history_go_bit_by_bit_but_for_the_last_of_each_job(company: Company) -> None:
    for day in range(3, 10):
        await company.fund("alice", 1_000, expires_on=date(2026, 3, day))
        await until(company, datetime.fromisoformat(f"2026-03-{day + 1:02}T12:00:00+00:00"))
    assert [await prune(company, days=100, limit=4) for _ in range(3)] == [4, 2, 0]
    async with company.database.snapshot() as connection:
        [last] = await latest_runs(connection, company.id, limit=10)
    assert (last.job, last.due_at.date()) == ("expire", date(2026, 3, 9))


async def test_sweeping_and_sealing_leave_a_history_of_what_they_did_and_how_late(company: Company) -> None:
    await company.fund("alice", 1_000)
    async with open_desk(company) as desk:
        jobs = Jobs(
            company.engine,
            database=company.database,
            book=desk.book,
            clock=company.clock,
            wall=company.clock,
            sealer=sealer_of(company),
            keep=KEEP,
        )
        await jobs.seal()
        await desk.hold("alice", 300)
        await desk.hold("alice", 300)
        company.clock.advance(minutes=20)
        [sweeping, sealing] = await chore_states(company.database, company.id, now=company.clock.now())
        assert (sweeping.waiting, sealing.waiting) == (2, 0)
        for _ in range(2):
            await jobs.sweep()
            await jobs.seal()
    async with company.database.snapshot() as connection:
        [swept] = await latest_runs(connection, company.id, job=Chore.SWEEP.value, limit=10)
        sealed = await latest_runs(connection, company.id, job=Chore.SEAL.value, limit=10)
        assert len((await connection.execute(select(job_runs))).all()) == 1 + len(sealed)
    assert (swept.ran_at, swept.lag) == (company.clock.now(), timedelta(minutes=5))
    assert len(sealed) == 1
    [sweeping, sealing] = await chore_states(company.database, company.id, now=company.clock.now())
    assert (sweeping.last, sweeping.waiting, sealing.waiting) == (swept, 0, 0)
