"""What happens reaches people: once per channel and recipient, however often it takes, and nobody holds up another."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import insert, update

from core.leaving.deactivate_user import DeactivateUser
from core.notify.channel import Message, Undelivered
from core.notify.leases import LEASE, lease
from core.notify.replay_deliveries import ReplayDeliveries
from core.ooo.plans import Part, Phase
from core.ooo.set_out_of_office import SetOutOfOffice
from core.storage.tables import outbox
from tests.allocation.granting import until
from tests.company import Company
from tests.conftest import on_both
from tests.notify.post import Recorder, in_app, inbox_of, post, send, states, types_received
from tests.ooo.silent import BEGINS, quiet_alice
from tests.standing import StandingClock


@pytest.fixture
def wall() -> StandingClock:
    """The wall clock, which the engine's clock knows nothing of."""
    return StandingClock()


@pytest.fixture
async def acme(usual_company: Company, wall: StandingClock) -> Company:
    """Acme, where alice has credits to send and nothing waits."""
    await usual_company.fund("alice", 100_000)
    await post(usual_company.database, wall=wall).fan_out()
    return usual_company


async def test_who_receives_credits_hears_of_it_once_and_who_sent_them_does_not(
    acme: Company, wall: StandingClock
) -> None:
    dispatcher = post(acme.database, in_app(acme, wall), wall=wall)
    await send(acme, 2_000, to="bob")
    await dispatcher.work_off()
    await dispatcher.work_off()
    assert await types_received(acme, "bob") == ["transfer.completed"]
    assert await types_received(acme, "alice") == []
    assert await states(acme) == {("bob", "in_app"): ("delivered", 1, None)}


async def test_the_team_hears_that_somebody_will_be_away_and_they_themselves_do_not(
    acme: Company, wall: StandingClock
) -> None:
    begins = acme.clock.at + timedelta(days=1)
    await acme.run(
        SetOutOfOffice,
        by="alice",
        user_id=acme.user("alice"),
        starts_at=begins,
        ends_at=begins + timedelta(days=5),
        phases=(Phase((Part("pool", 100),)),),
    )
    await post(acme.database, in_app(acme, wall), wall=wall).work_off()
    assert await types_received(acme, "bob") == ["absence.set"]
    assert await types_received(acme, "alice") == []


async def test_who_is_set_away_by_their_lead_hears_it_and_the_lead_does_not(acme: Company, wall: StandingClock) -> None:
    begins = acme.clock.at + timedelta(days=1)
    ends = begins + timedelta(days=5)
    await acme.run(SetOutOfOffice, by="carol", user_id=acme.user("alice"), starts_at=begins, ends_at=ends)
    await post(acme.database, in_app(acme, wall), wall=wall).work_off()
    told = [await types_received(acme, who) for who in ("alice", "bob", "carol")]
    assert told == [["absence.set"], ["absence.set"], []]


async def test_who_is_away_by_silence_and_their_lead_hear_why_and_the_team_that_they_are(
    acme: Company, wall: StandingClock
) -> None:
    await quiet_alice(acme)
    await post(acme.database, wall=wall).fan_out()
    await until(acme, BEGINS)
    await post(acme.database, in_app(acme, wall), wall=wall).work_off()
    told = [await types_received(acme, who) for who in ("alice", "carol", "bob", "dan")]
    assert told == [["absence.silence_noticed"], ["absence.silence_noticed"], ["absence.set"], []]


async def test_each_channel_gets_each_event_with_the_events_id_as_its_key(acme: Company, wall: StandingClock) -> None:
    one, other = Recorder("one"), Recorder("other")
    await send(acme, 2_000, to="bob")
    await send(acme, 3_000, to="carol")
    await post(acme.database, one, other, wall=wall).work_off()
    assert [message.payload["amount"] for message in one.got] == [2_000, 3_000]
    assert [message.event_id for message in one.got] == [message.event_id for message in other.got]
    assert len({message.event_id for message in one.got}) == 2


async def test_a_channel_that_is_down_is_tried_again_later_and_the_others_deliver_at_once(
    acme: Company, wall: StandingClock
) -> None:
    broken, well = Recorder("broken"), Recorder("well")
    broken.down[acme.user("bob")] = Undelivered("connection refused")
    dispatcher = post(acme.database, broken, well, wall=wall)
    await send(acme, 2_000, to="bob")
    await dispatcher.work_off()
    assert (len(broken.got), len(well.got)) == (0, 1)
    assert await states(acme) == {
        ("bob", "broken"): ("waiting", 1, "connection refused"),
        ("bob", "well"): ("delivered", 1, None),
    }
    broken.down.clear()
    await dispatcher.work_off()
    assert broken.got == [], "its second has not passed"
    wall.advance(seconds=1)
    await dispatcher.work_off()
    assert (len(broken.got), len(well.got)) == (1, 1)


@on_both
async def test_after_the_last_try_it_is_a_dead_letter_which_the_operator_replays(
    acme: Company, wall: StandingClock
) -> None:
    broken = Recorder("broken")
    broken.down[acme.user("bob")] = Undelivered("connection refused")
    dispatcher = post(acme.database, broken, wall=wall)
    await send(acme, 2_000, to="bob")
    for _ in range(5):
        await dispatcher.work_off()
        wall.advance(minutes=1)
    assert broken.tries == 3
    assert await states(acme) == {("bob", "broken"): ("dead", 3, "connection refused")}

    broken.down.clear()
    nothing = await acme.run(ReplayDeliveries, by="operator", channel="elsewhere")
    replayed = await acme.run(ReplayDeliveries, by="operator", type="transfer.completed", channel="broken")
    assert (nothing.count, replayed.count) == (0, 1)
    await dispatcher.work_off()
    assert [message.payload["amount"] for message in broken.got] == [2_000]
    assert await states(acme) == {("bob", "broken"): ("delivered", 1, None)}


async def test_dead_letters_are_replayed_by_the_time_when_they_happened(acme: Company, wall: StandingClock) -> None:
    broken = Recorder("broken", schedule=())
    broken.down[acme.user("bob")] = Undelivered("gone", is_final=True)
    dispatcher = post(acme.database, broken, wall=wall)
    for amount in (1_000, 2_000, 3_000):
        await send(acme, amount, to="bob")
        acme.clock.advance(hours=1)
    await dispatcher.work_off()
    broken.down.clear()
    begun = acme.clock.at - timedelta(hours=3)
    receipt = await acme.run(
        ReplayDeliveries, by="grace", since=begun + timedelta(hours=1), until=begun + timedelta(hours=2)
    )
    await dispatcher.work_off()
    assert (receipt.count, [message.payload["amount"] for message in broken.got]) == (1, [2_000])


async def test_what_can_never_arrive_is_not_tried_again(acme: Company, wall: StandingClock) -> None:
    gone = Recorder("gone")
    gone.down[acme.user("bob")] = Undelivered("410 Gone", is_final=True)
    await send(acme, 2_000, to="bob")
    await post(acme.database, gone, wall=wall).work_off()
    assert await states(acme) == {("bob", "gone"): ("dead", 1, "410 Gone")}


async def test_a_receiver_that_asks_for_time_gets_it(acme: Company, wall: StandingClock) -> None:
    busy = Recorder("busy")
    busy.down[acme.user("bob")] = Undelivered("429", retry_after=timedelta(minutes=1))
    dispatcher = post(acme.database, busy, wall=wall)
    await send(acme, 2_000, to="bob")
    await dispatcher.work_off()
    wall.advance(seconds=59)
    await dispatcher.work_off()
    assert busy.tries == 1
    wall.advance(seconds=1)
    await dispatcher.work_off()
    assert busy.tries == 2


class Faulty(Recorder):
    """A channel with a defect."""

    async def deliver(self, message: Message) -> None:
        """Fail as no channel should."""
        del message
        msg = "a secret in a traceback"
        raise LookupError(msg)


async def test_a_defect_of_one_channel_is_written_down_without_its_words_and_stops_no_other(
    acme: Company, wall: StandingClock
) -> None:
    well = Recorder("well")
    await send(acme, 2_000, to="bob")
    await post(acme.database, Faulty("faulty"), well, wall=wall).work_off()
    assert len(well.got) == 1
    assert (await states(acme))["bob", "faulty"] == ("waiting", 1, "defect: LookupError")


@on_both
async def test_a_recipient_who_never_answers_delays_nobody_else(acme: Company, wall: StandingClock) -> None:
    channel = Recorder()
    channel.silent.add(acme.user("bob"))
    for amount in (1_000, 2_000, 3_000):
        await send(acme, amount, to="bob")
    await send(acme, 4_000, to="carol")
    running = asyncio.create_task(post(acme.database, channel, wall=wall).run())
    await channel.rang.wait()
    assert [message.payload["amount"] for message in channel.got] == [4_000]
    running.cancel()
    channel.answers.set()  # what is under way may finish
    await asyncio.wait([running])
    assert sorted(message.payload["amount"] for message in channel.got) == [1_000, 4_000]


@on_both
async def test_who_has_many_in_line_is_passed_over_while_one_is_under_way(acme: Company, wall: StandingClock) -> None:
    for amount in range(1_000, 1_006):
        await send(acme, amount, to="bob")
    await send(acme, 4_000, to="carol")
    await post(acme.database, Recorder(), wall=wall).fan_out()
    taken = [await lease(acme.database, "recorder", wall=wall.at, limit=1) for _ in range(3)]
    assert [[item.message.payload["amount"] for item in items] for items in taken] == [[1_000], [4_000], []]


@on_both
async def test_a_worker_that_dies_while_delivering_loses_nothing(acme: Company, wall: StandingClock) -> None:
    await send(acme, 2_000, to="bob")
    inbox = in_app(acme, wall)
    dispatcher = post(acme.database, inbox, wall=wall)
    await dispatcher.fan_out()
    [taken] = await lease(acme.database, "in_app", wall=wall.at, limit=10)
    await inbox.deliver(taken.message)  # and it dies before it can write that down

    await dispatcher.work_off()
    assert await states(acme) == {("bob", "in_app"): ("waiting", 1, None)}
    wall.advance(seconds=LEASE.total_seconds())
    await dispatcher.work_off()
    assert await states(acme) == {("bob", "in_app"): ("delivered", 2, None)}
    assert await types_received(acme, "bob") == ["transfer.completed"]


@on_both
async def test_a_delivery_whose_workers_always_die_becomes_a_dead_letter(acme: Company, wall: StandingClock) -> None:
    channel = Recorder()
    await send(acme, 2_000, to="bob")
    dispatcher = post(acme.database, channel, wall=wall)
    await dispatcher.fan_out()
    for _ in range(3):
        assert await lease(acme.database, "recorder", wall=wall.at, limit=10)
        wall.advance(seconds=LEASE.total_seconds())
    await dispatcher.work_off()
    assert channel.got == []
    assert await states(acme) == {("bob", "recorder"): ("dead", 4, "its worker ended during the last try")}


@on_both
async def test_two_workers_share_the_work_and_deliver_each_event_once(acme: Company, wall: StandingClock) -> None:
    channel = Recorder()
    for amount in (1_000, 1_001, 1_002):
        for handle in ("bob", "carol", "dan"):
            await send(acme, amount, to=handle)
    one, other = post(acme.database, channel, wall=wall), post(acme.database, channel, wall=wall)
    await asyncio.gather(one.work_off(), other.work_off())
    await one.work_off()
    assert len(channel.got) == len({message.event_id for message in channel.got}) == 9
    for handle in ("bob", "carol", "dan"):
        to_them = [message for message in channel.got if message.recipient_id == acme.user(handle)]
        assert [message.payload["amount"] for message in to_them] == [1_000, 1_001, 1_002]


@on_both
async def test_an_event_that_nobody_can_read_holds_up_no_other(acme: Company, wall: StandingClock) -> None:
    dispatcher = post(acme.database, in_app(acme, wall), wall=wall)
    odd = {"organization_id": acme.id, "type": "transfer.completed", "at": acme.clock.at}
    await acme.execute(insert(outbox).values(**odd, id="evt_odd", payload={"nothing": "fits"}))
    await send(acme, 2_000, to="bob")
    await dispatcher.work_off()
    assert await types_received(acme, "bob") == ["transfer.completed"]
    assert (await states(acme))["", "routing"] == ("dead", 0, "its payload does not fit its type")

    repaired = {"recipient_id": acme.user("carol")}
    await acme.execute(update(outbox).where(outbox.c.id == "evt_odd").values(payload=repaired))
    assert (await acme.run(ReplayDeliveries, by="operator", event_id="evt_odd")).count == 1
    await dispatcher.work_off()
    assert (await inbox_of(acme, "carol")).unread == 1


async def test_people_who_have_left_and_service_accounts_are_told_nothing(acme: Company, wall: StandingClock) -> None:
    await send(acme, 2_000, to="bob")
    await send(acme, 3_000, to="ci-bot")
    await acme.run(DeactivateUser, by="operator", user_id=acme.user("bob"))
    await post(acme.database, Recorder(), wall=wall).work_off()
    assert {who for who, _ in await states(acme)}.isdisjoint({"bob", "ci-bot"})


async def test_only_who_may_change_the_organization_replays(acme: Company) -> None:
    refusal = await acme.refused(ReplayDeliveries, by="alice")
    assert refusal.because.value == "not_allowed"
