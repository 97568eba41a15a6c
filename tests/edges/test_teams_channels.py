"""Team channels in Teams: the same posts as in Slack, by the conversation that the channel is."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from bot.delivering.rooms import ToTeams
from bot.teams.rooms import TeamsRooms
from core.notify.show_channel import ShowChannels
from core.pools.fund_pool import FundPool
from core.storage.database import Database
from core.storage.tables import chat_conversations
from tests.company import StandingClock, found_company
from tests.edges.teams_side import TENANT
from tests.edges.teams_talk import link, shown_in, teams_side, words
from tests.notify.post import in_app, post, types_received
from tests.talking import office_of

ROOM = "19:backend@thread.tacv2"
THREAD: dict[str, Any] = {"id": f"{ROOM};messageid=17", "conversationType": "channel", "tenantId": TENANT}


async def test_a_lead_connects_a_channel_where_the_team_hears_of_its_pool(sqlite_database: Database) -> None:
    acme = await found_company(sqlite_database)
    await link(acme)
    await acme.fund("Backend", 900_000)
    backend = acme.node("Backend")
    async with teams_side(acme, office_of(acme)) as teams:
        wall = StandingClock()
        to_teams = ToTeams(acme.engine, TeamsRooms(acme.database, teams.port))
        dispatcher = post(acme.database, to_teams, in_app(acme, wall), wall=wall)
        await dispatcher.work_off()

        def posted() -> list[str]:
            return [words(shown_in(body)) for body in teams.connector.standing(ROOM).values()]

        await teams.deliver("carol", text="settings channel here")
        await dispatcher.work_off()
        assert await acme.ask(ShowChannels, by="carol", team_id=backend) == (), "her own chat is no channel"
        await teams.deliver("bob", text="settings channel here", conversation=THREAD)
        await dispatcher.work_off()
        assert posted() == [], "Bob does not lead the team"
        await teams.deliver("carol", text="settings channel here", conversation=THREAD)
        await acme.run(FundPool, by="carol", team_id=backend, amount=400_000)
        await dispatcher.work_off()
        first, second = posted()
        assert first.startswith("Here you hear who of Backend is away, and what happens to its pool.")
        assert second.startswith("400,000 tokens came into the pool of Backend; it has 400,000 tokens now.")
        await teams.deliver("carol", text="balance", conversation=THREAD | {"id": f"{ROOM};messageid=18"})
        async with acme.database.snapshot() as connection:
            rooms = select(chat_conversations.c.conversation_id).where(chat_conversations.c.kind == "channel")
            assert list((await connection.execute(rooms)).scalars()) == [ROOM], "of all threads one is kept"
        teams.connector.answers = [(403, {})]
        await acme.run(FundPool, by="carol", team_id=backend, amount=1_000)
        for _ in range(2):  # what comes of a delivery is an event of its own
            await dispatcher.work_off()
        assert "channel.shut" in await types_received(acme, "carol")
        (channel,) = await acme.ask(ShowChannels, by="carol", team_id=backend)
        assert channel.shut_at is not None
