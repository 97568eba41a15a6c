"""`pool`: how the team's pool stands; `pool fund 100k` and `pool withdraw 50k` for those who lead the team."""

from __future__ import annotations

from typing import Final

from bot.commands.paging import asked_page
from bot.commands.parse_pool import PoolWish, PoolWords, read_pool
from bot.commands.places import find_place
from bot.commands.pool_seniority import change_seniority, whose_seniority
from bot.commands.pool_told import often, pool_reply
from bot.commands.verb import Asked, Verb
from bot.commands.wrong_amounts import wrong_amount
from bot.replies.kinds import ReplyKind
from bot.replies.reply import Action, Reply
from bot.replies.telling import Telling
from core.directory.tree import NodeKind
from core.directory.units import AmountError
from core.pools.fund_pool import FundPool
from core.pools.moving import PoolMoved
from core.pools.overview import PoolOverview, PoolView
from core.pools.set_pool_quota import SetPoolQuota
from core.pools.withdraw_from_pool import WithdrawFromPool

_OFFERED: Final = (10_000, 50_000, 100_000, 500_000)
"""Credits that a button moves."""


async def _pool(asked: Asked) -> Reply:
    person = whose_seniority(asked)
    return await (_of_team(asked) if person is None else change_seniority(*person, asked=asked))


async def _of_team(asked: Asked) -> Reply:
    said, number = asked_page(asked.words)
    words = read_pool(said, asked.telling.units)
    if isinstance(words, PoolWords) and words.wish is not PoolWish.LOOK:
        words = read_pool(asked.words, asked.telling.units)  # there it is a part of the reason
    if isinstance(words, AmountError):
        return wrong_amount(words, "For example: “pool fund 100k”.")
    team = await find_place(words.team, asked, kinds=(NodeKind.TEAM,)) if words.team else None
    if isinstance(team, Reply):
        return team
    speaker = asked.speaker
    view = await asked.office.engine.ask(
        PoolOverview(
            organization_id=speaker.organization_id, actor=speaker.actor, team_id=None if team is None else team.id
        )
    )
    if words.wish is PoolWish.FUND:
        return await _fund(words, view, asked=asked)
    if words.wish is PoolWish.WITHDRAW:
        return await _withdraw(words, view, asked=asked)
    if words.wish is PoolWish.QUOTA and (words.amount is not None or words.is_none):
        return await _quota(words, view, asked=asked)
    return pool_reply(view, asked, number=number)


async def _fund(words: PoolWords, view: PoolView, *, asked: Asked) -> Reply:
    if words.amount is None:
        has = f"The budget of {view.team} has {asked.telling.amount(view.budget or 0)}."
        return _how_much("fund", view, asked=asked, has=has, most=view.budget or 0)
    speaker, telling = asked.speaker, asked.telling
    done = await asked.office.engine.run(
        FundPool(
            id=speaker.command_id,
            organization_id=speaker.organization_id,
            actor=speaker.actor,
            team_id=view.team_id,
            amount=words.amount.credits,
            reason=words.reason,
        )
    )
    return Reply(
        title=f"{telling.amount(done.amount)} are in the pool of {done.team} now.",
        lines=(_both(done, telling),),
        kind=ReplyKind.RECEIPT,
    )


async def _withdraw(words: PoolWords, view: PoolView, *, asked: Asked) -> Reply:
    if words.amount is None:
        has = f"The pool of {view.team} has {asked.telling.amount(view.available)} free."
        return _how_much("withdraw", view, asked=asked, has=has, most=view.available)
    speaker, telling = asked.speaker, asked.telling
    done = await asked.office.engine.run(
        WithdrawFromPool(
            id=speaker.command_id,
            organization_id=speaker.organization_id,
            actor=speaker.actor,
            team_id=view.team_id,
            amount=words.amount.credits,
            reason=words.reason,
        )
    )
    return Reply(
        title=f"{telling.amount(done.amount)} of the pool of {done.team} are back in the team's budget.",
        lines=(_both(done, telling),),
        kind=ReplyKind.RECEIPT,
    )


async def _quota(words: PoolWords, view: PoolView, *, asked: Asked) -> Reply:
    speaker, telling = asked.speaker, asked.telling
    done = await asked.office.engine.run(
        SetPoolQuota(
            id=speaker.command_id,
            organization_id=speaker.organization_id,
            actor=speaker.actor,
            team_id=view.team_id,
            amount=None if words.amount is None else words.amount.credits,
            typed=words.typed,
        )
    )
    if done.amount is None or done.next_at is None or done.schedule is None:
        return Reply(title=f"The pool of {done.team} is filled up no more; what it has stays.", kind=ReplyKind.RECEIPT)
    return Reply(
        title=f"The pool of {done.team} is filled up to {telling.amount(done.amount)} {often(done.schedule)}.",
        lines=(f"First on {telling.moment(done.next_at)}, from the budget above the team.",),
        kind=ReplyKind.RECEIPT,
    )


def _both(done: PoolMoved, telling: Telling) -> str:
    pool, budget = telling.amount(done.pool_available), telling.amount(done.budget_available)
    return f"The pool has {pool} free, the team's budget {budget}."


def _how_much(verb: str, view: PoolView, *, asked: Asked, has: str, most: int) -> Reply:
    """The question, with buttons for amounts that are there."""
    mint, units = asked.speaker.mint, asked.telling.units
    offered = [amount for amount in _OFFERED if amount <= most] if view.may_manage else []
    return Reply(
        title=f"How much should the pool of {view.team} {'get' if verb == 'fund' else 'give back'}?",
        lines=(has, f"For example: “pool {verb} 100k”."),
        actions=tuple(
            Action(
                label=units.show_short(amount),
                says=f"pool {verb} {amount} credits {view.team_id}",
                command_id=mint(f"{verb} {amount}"),
            )
            for amount in offered
        ),
        code="usage",
        kind=ReplyKind.QUESTION,
    )


VERB = Verb(
    name="pool",
    does="your team's pool: what it has, who drew, what you may draw",
    examples=(
        ("pool", "your team's"),
        ("pool backend", "another one, if you may see it"),
        ("pool fund 100k", "from the team's budget, for team leads"),
        ("pool withdraw 50k", "back to the team's budget, for team leads"),
        ("pool quota 500k backend", "what it is filled up to, for managers; “none” ends it"),
        ("pool junior @judy", "the limit for juniors counts for her, or again “senior”, for managers"),
    ),
    run=_pool,
    aliases=("pools", "teampool"),
)
