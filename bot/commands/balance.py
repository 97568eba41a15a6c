"""`balance`: what somebody has, what binds, what is in flight, what expires, what comes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from bot.commands.finding import find_people
from bot.commands.parse import bare
from bot.commands.people import Named, is_explicit, named
from bot.commands.verb import Asked, Verb
from bot.replies.kinds import ReplyKind
from bot.replies.reply import Fact, Reply
from bot.replies.telling import Telling
from core.reporting.balance import Balance
from core.reporting.sheet import BalanceSheet, MonthUsage, PoolBalance

_MOST_EXPIRING: Final = 3
_FILLERS: Final = frozenset(
    {
        "",
        "check",
        "credits",
        "current",
        "for",
        "left",
        "my",
        "now",
        "of",
        "please",
        "pls",
        "remaining",
        "thanks",
        "today",
    }
)


async def _balance(asked: Asked) -> Reply:
    who = _whose(asked.words)
    user_id = (await find_people((who,), asked))[0].id if who else asked.speaker.user_id
    question = Balance(organization_id=asked.speaker.organization_id, actor=asked.speaker.actor, user_id=user_id)
    sheet = await asked.office.engine.ask(question)
    return balance_reply(sheet, asked.telling, is_own=user_id == asked.speaker.user_id)


def _whose(words: Sequence[str]) -> Named | None:
    """Somebody with an @, or a lone name; other words behind `balance` mean nothing."""
    surely = next((word for word in words if is_explicit(word)), None)
    said = [word for word in words if bare(word) not in _FILLERS]
    return named(surely or said[0]) if surely or len(said) == 1 else None


def balance_reply(sheet: BalanceSheet, telling: Telling, *, is_own: bool) -> Reply:
    """The whole sheet in words."""
    whose = "" if is_own else f" to @{sheet.handle}"
    return Reply(
        title=f"{telling.amount(sheet.available)} available{whose}.",
        lines=tuple(_what_binds(sheet, telling)),
        facts=tuple(_facts(sheet, telling)),
        kind=ReplyKind.BALANCE,
    )


def _what_binds(sheet: BalanceSheet, telling: Telling) -> Iterator[str]:
    if sheet.owed:
        yield f"{telling.amount(sheet.owed)} are owed and paid from whatever arrives next."
    if not sheet.available and sheet.refresh:
        yield f"Nothing is left until {telling.since(sheet.refresh.at)}; ask a teammate or your team lead for credits."


def _facts(sheet: BalanceSheet, telling: Telling) -> Iterator[Fact]:
    yield Fact("Personal", telling.amount(sheet.personal))
    for boost in sheet.boosts:
        yield Fact("Boost", f"{telling.amount(boost.available)}, until {telling.moment(boost.ends_at)}")
    if sheet.pool:
        yield Fact(f"Pool of {sheet.pool.team_name}", _pool(sheet.pool, telling))
    for project in sheet.projects:
        yield Fact(f"Project {project.name}", f"{telling.amount(project.available)}, for calls that name it")
    if sheet.held:
        yield Fact("In flight", telling.amount(sheet.held))
    yield from _dates(sheet, telling)
    yield Fact("This month", _month(sheet.month, telling))


def _pool(pool: PoolBalance, telling: Telling) -> str:
    if pool.is_auto_draw:
        reach = telling.amount(pool.reach)
        there = telling.units.show_short(pool.available)
        return reach if pool.reach == pool.available else f"{reach} this month, of {there}"
    return f"{telling.amount(pool.available)}, on request"


def _dates(sheet: BalanceSheet, telling: Telling) -> Iterator[Fact]:
    for part in sheet.expiring[:_MOST_EXPIRING]:
        yield Fact("Expires", f"{telling.amount(part.amount)} on {telling.day(part.expires_on)}")
    more = sheet.expiring[_MOST_EXPIRING:]
    if more:
        yield Fact("Expires", f"{telling.amount(sum(part.amount for part in more))} on later days")
    if sheet.refresh:
        yield Fact("Next refresh", f"{telling.amount(sheet.refresh.amount)} on {telling.since(sheet.refresh.at)}")


def _month(month: MonthUsage, telling: Telling) -> str:
    calls = f"{month.calls:,} call{'' if month.calls == 1 else 's'}"
    boosted = f", {telling.amount(month.boosted)} of them by boosts" if month.boosted else ""
    return f"{calls}, {telling.amount(month.credits)}{boosted}, {dollars(month.cost_usd)}"


def dollars(cost: Decimal) -> str:
    """Whole cents; what is less than one says so."""
    if 0 < cost < Decimal("0.01"):
        return "less than $0.01"
    return f"${cost.quantize(Decimal('0.01'), ROUND_HALF_UP):,}"


VERB = Verb(
    name="balance",
    does="what you have, what expires, when more comes",
    examples=(("balance", "your credits"), ("balance @bob", "somebody else's, if you may see it")),
    run=_balance,
    aliases=("bal", "credits", "left", "remaining"),
)
