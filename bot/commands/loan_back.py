"""`loan back @bob 5k`: pays back what is owed, before it is due."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from bot.commands.amounts import Found, find_amount
from bot.commands.finding import find_people
from bot.commands.parse import bare
from bot.commands.people import named
from bot.commands.verb import Asked, usage
from bot.commands.wrong_amounts import wrong_amount
from bot.replies.reply import Action, Reply
from core.directory.units import AmountError
from core.transfers.own_loans import LoanLine, OwnLoans
from core.transfers.pay_back_loan import PayBackLoan

_FILLERS: Final = frozenset({"all", "everything", "please", "pls", "the", "of", "it", "my", "loan", "to", "from", ""})
_EXAMPLE: Final = "For example: “loan back @bob”, or a part of it: “loan back @bob 5k”. “loans” shows what you owe."
_LOAN: Final = "loan_"


async def pay_back(asked: Asked, words: Sequence[str]) -> Reply:
    """Words behind `loan back`."""
    said = [word for word in words if bare(word) not in _FILLERS]
    found = find_amount(said, asked.telling.units)
    if isinstance(found, AmountError):
        return wrong_amount(found, _EXAMPLE)
    amount = found.amount.credits if isinstance(found, Found) else None
    rest = [*said[: found.first], *said[found.end :]] if isinstance(found, Found) else said
    owed_to = await _meant(rest[0], asked) if len(rest) == 1 else None
    return usage("Pay back to whom?", _EXAMPLE) if owed_to is None else await _paid(owed_to, amount, asked=asked)


async def _meant(word: str, asked: Asked) -> str | None:
    """A loan's id, or a lender's; None when the word names nobody."""
    text = bare(word)
    who = None if text.startswith(_LOAN) else named(word)
    if who is None:
        return text if text.startswith(_LOAN) else None
    (person,) = await find_people((who,), asked)
    return person.id


async def own_loans(asked: Asked) -> tuple[LoanLine, ...]:
    """What who speaks lent and borrowed."""
    speaker = asked.speaker
    return await asked.office.engine.ask(
        OwnLoans(organization_id=speaker.organization_id, actor=speaker.actor, user_id=speaker.user_id)
    )


async def _paid(owed_to: str, amount: int | None, *, asked: Asked) -> Reply:
    speaker, telling = asked.speaker, asked.telling
    paid = await asked.office.engine.run(
        PayBackLoan(
            id=speaker.command_id,
            organization_id=speaker.organization_id,
            actor=speaker.actor,
            owed_to=owed_to,
            amount=amount,
        )
    )
    rest = f"You still owe {telling.amount(paid.left)} of it." if paid.left else "Nothing of it is owed any more."
    return Reply(
        title=f"{telling.amount(paid.amount)} paid back to @{paid.lender}.",
        lines=(rest, f"You have {telling.amount(paid.available)} left."),
    )


def paying_back(line: LoanLine, asked: Asked) -> Action:
    """A button for one loan."""
    says = f"loan back {line.loan_id}"
    label = f"Pay back {asked.telling.units.show_short(line.left)} to @{line.other}"
    return Action(label=label, says=says, command_id=asked.speaker.mint(says))
