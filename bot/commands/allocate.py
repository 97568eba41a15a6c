"""`allocate 5M to team backend`, `allocate 1M back from @alice`: credits down the tree, and up again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from bot.commands.giving import Giving, called, funding_of, read_giving
from bot.commands.parse import bare
from bot.commands.verb import Asked, Verb, usage
from bot.commands.wrong_amounts import wrong_amount
from bot.replies.kinds import ReplyKind
from bot.replies.reply import Action, Reply, Style
from core.allocation.allocate import Allocate, Allocated
from core.allocation.show_funding import Funding
from core.allocation.withdraw import Withdraw, Withdrawn
from core.directory.units import AmountError

ASK_ABOVE_PERCENT: Final = 10
"""Of what is there to be moved: more is asked back first."""

_BACK: Final = frozenset({"back", "withdraw", "reclaim", "from", "return"})
_EXAMPLES: Final = "For example: “allocate 5M to team backend”, “allocate 1M back from @alice”."


@dataclass(frozen=True, slots=True)
class _Move:
    """Credits from the budget above to `funding`, or back."""

    funding: Funding
    giving: Giving
    credits: int
    is_back: bool

    @property
    def there(self) -> int | None:
        """What is there to be moved; None where one may not know."""
        return self.funding.available if self.is_back else self.funding.above


async def _allocate(asked: Asked) -> Reply:
    return await moved(asked, is_back=any(bare(word) in _BACK for word in asked.words))


async def moved(asked: Asked, *, is_back: bool) -> Reply:
    """Do it, or ask back first when it is much of what is there."""
    giving = read_giving([word for word in asked.words if bare(word) not in _BACK], asked.telling.units)
    if isinstance(giving, AmountError):
        return wrong_amount(giving, _EXAMPLES)
    if giving.amount is None or not giving.whom:
        whom = "from whom" if is_back else "to whom"
        return usage(f"How much {whom}?", _EXAMPLES)
    funding = await funding_of(giving.whom, asked)
    if isinstance(funding, Reply):
        return funding
    move = _Move(funding, giving, giving.amount.credits, is_back)
    # Who may not do it, or asks for more than is there, is told so by the deed itself.
    is_much = funding.above is not None and move.there is not None and move.credits <= move.there
    if not giving.is_confirmed and is_much and move.credits * 100 > (move.there or 0) * ASK_ABOVE_PERCENT:
        return _question(move, asked)
    return await _run(move, asked)


def _question(move: _Move, asked: Asked) -> Reply:
    telling, funding = asked.telling, move.funding
    what = telling.amount(move.credits)
    left = telling.amount((move.there or 0) - move.credits)
    verb = "allocate back" if move.is_back else "allocate"
    reason = f" --reason {move.giving.reason}" if move.giving.reason else ""
    says = f"{verb} {move.credits} credits {funding.owner_id} --yes{reason}"
    source = called(funding) if move.is_back else funding.above_name
    title = f"Take {what} back from {called(funding)}?" if move.is_back else f"Give {what} to {called(funding)}?"
    return Reply(
        title=title,
        lines=(f"That is more than {ASK_ABOVE_PERCENT} % of what {source} has to give; {left} would be left there.",),
        actions=(
            Action(label="Confirm", says=says, command_id=asked.speaker.mint("confirm"), style=Style.PRIMARY),
            Action(label="Cancel", says="cancel", command_id=asked.speaker.mint("cancel")),
        ),
        code="confirm",
        kind=ReplyKind.QUESTION,
    )


async def _run(move: _Move, asked: Asked) -> Reply:
    speaker, telling, funding = asked.speaker, asked.telling, move.funding
    deed = (Withdraw if move.is_back else Allocate)(
        id=speaker.command_id,
        organization_id=speaker.organization_id,
        actor=speaker.actor,
        owner_id=funding.owner_id,
        amount=move.credits,
        reason=move.giving.reason,
    )
    receipt: Allocated | Withdrawn = await asked.office.engine.run(deed)
    what, left = telling.amount(receipt.amount), telling.amount(receipt.available)
    if isinstance(receipt, Allocated):
        undo = Action(
            label="Take it back",
            says=f"allocate back {receipt.amount} credits {funding.owner_id} --yes",
            command_id=speaker.mint("back"),
        )
        until = telling.day(receipt.expires_on)
        return Reply(
            title=f"{what} to {called(funding)}: done.",
            lines=(f"Usable until {until}. {funding.above_name} has {left} left to give.",),
            actions=(undo,),
            kind=ReplyKind.RECEIPT,
        )
    return Reply(
        title=f"{what} back from {called(funding)}.",
        lines=(f"{called(funding)} has {left} left; the dates stay.",),
        kind=ReplyKind.RECEIPT,
    )


VERB = Verb(
    name="allocate",
    does="give credits from your budget to a team, project or person",
    examples=(
        ("allocate 5M to team backend", "from the budget above it"),
        ("allocate 50k to @alice for the launch", "from their team's budget, once"),
        ("allocate 1M back from team backend", "what is still free there"),
    ),
    run=_allocate,
    aliases=("allocation", "distribute"),
)
