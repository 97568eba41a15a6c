"""`request 50k from pool P0 incident`: credits of the team's pool, at once or after somebody agreed."""

from __future__ import annotations

from typing import Final

from bot.commands.asking import Asking
from bot.commands.parse_pool import means_pool, read_draw
from bot.commands.verb import Asked
from bot.commands.wrong_amounts import wrong_amount
from bot.replies.kinds import ReplyKind
from bot.replies.reply import Action, Reply
from core.directory.units import AmountError
from core.pools.overview import PoolOverview, PoolView
from core.pools.request_draw import DrawAsked, RequestDraw
from core.pools.states import DrawState

_EXAMPLE: Final = "For example: “request 50k from pool for the P0 incident”."
_OFFERED: Final = (10_000, 25_000, 50_000)
"""Credits that a button draws."""


async def _request_of_pool(asked: Asked) -> Reply:
    words = read_draw(asked.words, asked.telling.units)
    if isinstance(words, AmountError):
        return wrong_amount(words, _EXAMPLE)
    if words.amount is None:
        return await _ask_how_much(asked, reason=words.reason)
    return await ask_pool(words.amount.credits, reason=words.reason, asked=asked)


async def ask_pool(amount: int, *, reason: str, asked: Asked) -> Reply:
    """Draw it, or ask for it. Raises Refused."""
    speaker = asked.speaker
    made = await asked.office.engine.run(
        RequestDraw(
            id=speaker.command_id,
            organization_id=speaker.organization_id,
            actor=speaker.actor,
            amount=amount,
            reason=reason,
        )
    )
    return _paid(made, asked) if made.state is DrawState.COMPLETED else _waits(made, asked, reason=reason)


async def _ask_how_much(asked: Asked, *, reason: str) -> Reply:
    """Buttons for what would come at once."""
    speaker, telling = asked.speaker, asked.telling
    view = await asked.office.engine.ask(PoolOverview(organization_id=speaker.organization_id, actor=speaker.actor))
    left = view.own.left if view.own else 0
    offered = [amount for amount in _OFFERED if amount <= min(view.available, left, view.reason_above)]
    behind = f" for {reason}" if reason else ""
    actions = tuple(_draw(asked, amount=amount, behind=behind) for amount in offered)
    return Reply(
        title=f"How much should I ask the pool of {view.team} for?",
        lines=(
            f"It has {telling.amount(view.available)} free, and you may draw {telling.amount(left)} more this month.",
            _rule(view, asked),
            _EXAMPLE,
        ),
        actions=actions,
        code="usage",
        kind=ReplyKind.QUESTION,
    )


def _rule(view: PoolView, asked: Asked) -> str:
    line = asked.telling.amount(view.reason_above)
    return f"Up to {line} come at once; above that say what it is for, and somebody must agree."


def _draw(asked: Asked, *, amount: int, behind: str) -> Action:
    says = f"request {amount} credits from pool{behind}"
    label = asked.telling.units.show_short(amount)
    return Action(label=label, says=says, command_id=asked.speaker.mint(f"draw {amount}"))


def _paid(made: DrawAsked, asked: Asked) -> Reply:
    telling = asked.telling
    own, left = telling.amount(made.available), telling.amount(made.left)
    return Reply(
        title=f"{telling.amount(made.amount)} of the pool of {made.team} are yours now.",
        lines=(f"You have {own} of your own, and may draw {left} more this month.",),
        kind=ReplyKind.RECEIPT,
    )


def _waits(made: DrawAsked, asked: Asked, *, reason: str) -> Reply:
    telling = asked.telling
    why = (f"For: {reason}",) if reason else ()
    until = f" until {telling.moment(made.expires_at)}" if made.expires_at else ""
    approvers = ", ".join(f"@{handle}" for handle in made.approvers)
    cancel = Action(label="Cancel", says=f"cancel {made.draw_id}", command_id=asked.speaker.mint("cancel"))
    return Reply(
        title=f"{telling.amount(made.amount)} of the pool of {made.team}: waits for approval.",
        lines=(
            *why,
            f"Asked: {approvers}. They can decide{until}.",
            f"It is set aside until then; you may draw {telling.amount(made.left)} more this month.",
        ),
        actions=(cancel,),
        kind=ReplyKind.RECEIPT,
    )


ASKING: Final = Asking(
    means=means_pool,
    run=_request_of_pool,
    examples=(("request 50k from pool P0 incident", "your team's pool: small amounts come at once"),),
)
