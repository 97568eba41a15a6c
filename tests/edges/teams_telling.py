"""Teams with the dispatcher behind it: what Alfred says there on its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bot.delivering.copies import ToCopies
from bot.delivering.people import ToPeople
from bot.teams.channel import TeamsTransport
from core.notify.dispatcher import Dispatcher
from core.transfers.send_credits import SendCredits, Sent
from tests.company import Company, StandingClock
from tests.edges.teams_talk import Teams, shown_in, words
from tests.notify.post import in_app, post


@dataclass
class Side:
    """Teams, Alfred's endpoint, and Acme."""

    acme: Company
    teams: Teams
    wall: StandingClock
    dispatcher: Dispatcher

    async def sends(self, amount: int, *, to: str = "bob") -> Sent:
        """Alice sends credits, and everybody is told."""
        sent = await self.acme.run(
            SendCredits, by="alice", recipients=(self.acme.user(to),), amount=amount, reason="for the launch"
        )
        await self.dispatcher.work_off()
        return sent

    def shown(self, who: str) -> list[str]:
        """The words of what stands in somebody's own chat."""
        return [words(shown_in(message)) for message in self.teams.standing(who)]

    def card(self, who: str) -> dict[str, Any]:
        """The only card there."""
        [message] = self.teams.standing(who)
        return shown_in(message)


def dispatcher_on(acme: Company, teams: Teams, wall: StandingClock) -> Dispatcher:
    """A process that brings news to people."""
    transport = TeamsTransport(acme.database, teams.port, wall=wall)
    channels = (ToPeople(acme.database, transport, wall=wall), ToCopies(acme.database, transport), in_app(acme, wall))
    return post(acme.database, *channels, wall=wall)
