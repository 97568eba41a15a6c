"""What `approve` and `deny` share: which request is meant, and who carries out the decision about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bot.commands.amounts import find_amount
from bot.commands.approvals import listed, waiting
from bot.commands.parse import after_dashes, bare
from bot.commands.people import readable
from bot.commands.requests import answered_request
from bot.commands.verb import Asked, usage
from bot.replies.reply import Reply
from core.approvals.states import ApprovalState
from core.approvals.waiting import WaitingLists
from core.directory.units import AmountError
from core.transfers.decide_transfer import DecideTransfer, TransferDecided

_GLASS: Final = frozenset({"break-glass", "breakglass", "justification"})
_FILLERS: Final = frozenset({"for", "because", "with", "only", "but", "note"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A verdict in words. `amount` is in credits, for each who gains."""

    is_yes: bool
    named: str | None
    amount: int | None
    text: str
    breaks_glass: bool


async def decided(asked: Asked, *, is_yes: bool) -> Reply:
    """Decide the request that is named by its id or by who asks, or the only one that waits."""
    said = _read(asked, is_yes=is_yes)
    if isinstance(said, AmountError):
        return usage(f"“{said.typed}” is not an amount.", "For example: “approve @alice 50k”.")
    if said.named is not None and said.named.startswith("crq_"):
        return await answered_request(asked, said.named, is_yes=said.is_yes, amount=said.amount)
    if said.named is not None and said.named.startswith("apr_"):
        return await _decide(said, asked, approval_id=said.named)
    lists = await waiting(asked)
    meant = [item for item in lists.for_me if said.named in {None, item.requester}]
    if len(meant) == 1:
        return await _decide(said, asked, approval_id=meant[0].approval_id)
    if not meant:
        return usage("Nothing like that waits for you.", "“approvals” shows what does.")
    shown = listed(WaitingLists(tuple(meant), ()), asked)
    return usage("Which one?", *shown.lines)


async def _decide(said: Said, asked: Asked, *, approval_id: str) -> Reply:
    speaker = asked.speaker
    receipt = await asked.office.engine.run(
        DecideTransfer(
            id=speaker.command_id,
            organization_id=speaker.organization_id,
            actor=speaker.actor,
            approval_id=approval_id,
            is_yes=said.is_yes,
            amount=said.amount,
            note="" if said.breaks_glass else said.text,
            justification=said.text if said.breaks_glass else "",
        )
    )
    return _told(receipt, asked)


def _told(receipt: TransferDecided, asked: Asked) -> Reply:
    each = " each" if len(receipt.recipients) > 1 else ""
    people = ", ".join(f"@{handle}" for handle in receipt.recipients)
    amount = receipt.asked if receipt.state is ApprovalState.REJECTED else receipt.each
    what = f"{asked.telling.amount(amount)}{each} from @{receipt.sender} to {people}"
    if receipt.state is ApprovalState.OPEN:
        return Reply(title=f"You agree: {what}.", lines=("The next to agree are asked now.",))
    if receipt.state is ApprovalState.REJECTED:
        return Reply(title=f"Denied: {what}.", lines=(f"@{receipt.sender} has the credits again.",))
    asked_for = f"Asked for were {asked.telling.amount(receipt.asked)}{each}."
    return Reply(title=f"Approved: {what}.", lines=(asked_for,) if receipt.each < receipt.asked else ())


def _read(asked: Asked, *, is_yes: bool) -> Said | AmountError:
    """`[apr_… | @alice] [50k] [words]`; `--break-glass` in front of the words of a super admin."""
    words = list(asked.words)
    glass = [word for word in words if after_dashes(word) in _GLASS]
    words = [word for word in words if after_dashes(word) not in _GLASS]
    named = next((word for word in words[:1] if _names_one(word)), None)
    words = words[1:] if named else words
    found = find_amount(words[:4], asked.telling.units) if is_yes else None
    if isinstance(found, AmountError):
        return found
    if found is not None and all(bare(word) in _FILLERS for word in words[: found.first]):
        return Said(
            is_yes=is_yes,
            named=_name(named),
            amount=found.amount.credits,
            text=_sentence(words[found.end :]),
            breaks_glass=bool(glass),
        )
    return Said(is_yes=is_yes, named=_name(named), amount=None, text=_sentence(words), breaks_glass=bool(glass))


def _names_one(word: str) -> bool:
    return word.startswith(("apr_", "crq_", "@")) or (bare(word).isidentifier() and bare(word) not in _FILLERS)


def _name(word: str | None) -> str | None:
    return word.strip(".,!`\"'").removeprefix("@").casefold() if word else None


def _sentence(words: Sequence[str]) -> str:
    kept = words[1:] if words and bare(words[0]) in _FILLERS else words
    return " ".join(map(readable, kept)).strip(" \"'")
