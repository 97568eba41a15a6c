"""`loans left`: what stays owed by and to people who have left, and writing it off."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from bot.commands.parse import bare
from bot.commands.places import HOMES, find_place, name_of, own_home_id
from bot.commands.verb import Asked, usage
from bot.commands.verdict import sentence
from bot.replies.reply import Action, Reply, Style
from core.leaving.loans_left import LeftLoan, LoansLeft
from core.leaving.write_off_loan import WriteOffLoan

_MOST_SHOWN: Final = 25
_MOST_BUTTONS: Final = 4
_FILLERS: Final = frozenset({"in", "of", "at", "by", "for", "leavers", "over"})


async def list_left(asked: Asked, words: Sequence[str]) -> Reply:
    """Words behind `loans left`: a place, by default one's own."""
    name = name_of([word for word in words if bare(word) not in _FILLERS])
    found = await find_place(name, asked, kinds=HOMES) if name else None
    if isinstance(found, Reply):
        return found
    node_id = found.id if found is not None else await own_home_id(asked)
    speaker, telling = asked.speaker, asked.telling
    lines = await asked.office.engine.ask(
        LoansLeft(organization_id=speaker.organization_id, actor=speaker.actor, node_id=node_id)
    )
    if not lines:
        return Reply(title="No loan of anybody who has left is still owed.")
    shown = lines[:_MOST_SHOWN]
    more = (f"The {len(shown)} oldest of {len(lines)} are shown.",) if len(lines) > len(shown) else ()
    can_end = [line for line in shown if line.can_write_off][:_MOST_BUTTONS]
    return Reply(
        title=f"{telling.amount(sum(line.left for line in lines))} stay owed by or to people who have left.",
        lines=(*(_line(line, asked) for line in shown), *more),
        actions=tuple(_writing_off(line, asked) for line in can_end),
    )


def _line(line: LeftLoan, asked: Asked) -> str:
    borrower = f"@{line.borrower}{' (left)' if line.has_borrower_left else ''}"
    lender = f"@{line.lender}{' (left)' if line.has_lender_left else ''}"
    return f"{borrower} owes {lender} {asked.telling.amount(line.left)}. Id: {line.loan_id}"


def _writing_off(line: LeftLoan, asked: Asked) -> Action:
    says = f"loans write off {line.loan_id}"
    label = f"Write off {asked.telling.units.show_short(line.left)} of @{line.borrower}"
    return Action(label=label, says=says, command_id=asked.speaker.mint(says), style=Style.DANGER)


async def write_off(asked: Asked, words: Sequence[str]) -> Reply:
    """Words behind `loans write`: `off loan_… because …`."""
    at = next((at for at, word in enumerate(words) if word.startswith("loan_")), None)
    if at is None:
        return usage("Which loan?", "“loans left” shows those of people who have left, with their ids.")
    speaker, telling = asked.speaker, asked.telling
    gone = await asked.office.engine.run(
        WriteOffLoan(
            id=speaker.command_id,
            organization_id=speaker.organization_id,
            actor=speaker.actor,
            loan_id=bare(words[at]),
            reason=sentence(words[at + 1 :]),
        )
    )
    return Reply(
        title=f"{telling.amount(gone.left)} written off: @{gone.borrower} owes @{gone.lender} nothing of it any more.",
        lines=("No credits were moved.",),
    )
