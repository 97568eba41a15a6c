"""How a team's pool stands, in words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from bot.commands.paging import page_of, place_of, turning
from bot.commands.verb import Asked
from bot.replies.kinds import ReplyKind
from bot.replies.reply import Action, Fact, Reply, Style, Table, with_stop
from bot.replies.telling import Telling
from core.policy.pool import FillingSchedule
from core.pools.overview import DrewLine, FilledTo, OwnRoom, PoolView, WaitingDraw

_MOST_PEOPLE: Final = 20
_MOST_WAITING: Final = 5


def pool_reply(view: PoolView, asked: Asked, *, number: int = 1) -> Reply:
    """The view, with what can be done; of those who drew one page."""
    page = page_of(view.drew, number=number, size=_MOST_PEOPLE)
    view = replace(view, drew=page.shown)
    return Reply(
        title=f"{asked.telling.amount(view.available)} free in the pool of {view.team}.",
        lines=(*_lines(view, asked.telling), *place_of(page)),
        facts=tuple(_facts(view, asked.telling)),
        table=_table(view, asked.telling),
        actions=(*_actions(view, asked), *turning(page, f"pool {view.team_id}", asked=asked)),
        kind=ReplyKind.POOL,
    )


def _lines(view: PoolView, telling: Telling) -> Iterator[str]:
    for item in view.waiting[:_MOST_WAITING]:
        yield _waits(item, telling)
    more = len(view.waiting) - _MOST_WAITING
    if more > 0:
        yield f"{more:,} more requests wait."
    how = "Calls use it when somebody's own credits are spent" if view.is_auto_draw else "Calls do not use it"
    yield f"{how}. Requests up to {telling.amount(view.reason_above)} are approved at once."


def _waits(item: WaitingDraw, telling: Telling) -> str:
    who = "You ask" if item.is_own else f"@{item.handle} asks"
    reason = f" For: {with_stop(item.reason)}" if item.reason else ""
    until = telling.moment(item.expires_at)
    return f"{who} for {telling.amount(item.amount)}.{reason} Until {until}. Id: {item.approval_id}"


def _facts(view: PoolView, telling: Telling) -> Iterator[Fact]:
    if view.held:
        yield Fact("Set aside", f"{telling.amount(view.held)}, for calls and requests that wait")
    if view.filling is not None:
        yield Fact("Filled up", _filled(view.filling, telling))
    yield Fact("Drawn this month", telling.amount(view.drawn))
    if view.own is not None:
        yield Fact("You may still draw", _own(view.own, telling))
    if view.budget is not None:
        yield Fact("The team's budget", telling.amount(view.budget))


def _filled(filling: FilledTo, telling: Telling) -> str:
    to, following = telling.amount(filling.amount), telling.since(filling.next_at)
    return f"to {to} {often(filling.schedule)} from the budget of {filling.source}, next {following}"


def often(schedule: str) -> str:
    """`weekly`, `monthly`, `every hour`."""
    return "every hour" if schedule == FillingSchedule.CONTINUOUS else schedule


def _own(own: OwnRoom, telling: Telling) -> str:
    times = "" if own.requests_left is None else f", in {own.requests_left} more requests"
    day = telling.day(own.resets.astimezone(telling.zone).date())
    limit = "" if own.left == own.limit else f" of {telling.amount(own.limit)}"
    return f"{telling.amount(own.left)}{limit}{times}, until {day}"


def _table(view: PoolView, telling: Telling) -> Table | None:
    if not view.drew:
        return None
    rows = tuple(_row(line, telling) for line in view.drew)
    return Table(("Who drew this month", "By calls", "On request", "In all"), rows)


def _row(line: DrewLine, telling: Telling) -> tuple[str, str, str, str]:
    short = telling.units.show_short
    return f"@{line.handle}", short(line.by_calls), short(line.by_request), telling.figure(line.total)


def _actions(view: PoolView, asked: Asked) -> Iterator[Action]:
    mint = asked.speaker.mint
    if view.own is not None:
        yield Action(label="Request", says="request from pool", command_id=mint("request"), style=Style.PRIMARY)
    if view.may_manage:
        for label in ("Fund", "Withdraw"):
            says = f"pool {label.lower()} {view.team_id}"
            yield Action(label=label, says=says, command_id=mint(label))
