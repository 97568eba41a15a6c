"""`send @bob 10k for the demo`: from one person to others; asked back above a tenth of the balance."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from bot.commands.finding import find_people
from bot.commands.parse_send import Missing, SendWords, read_send
from bot.commands.verb import Asked, Verb, usage
from bot.commands.wrong_amounts import WRONG
from bot.replies.chains import asked_in_words, waits_in_words
from bot.replies.kinds import ReplyKind
from bot.replies.refusals import refusal_reply
from bot.replies.reply import Action, Reply, Style
from bot.replies.telling import Telling
from core.allocation.texts import LONGEST_REASON
from core.directory.people import PersonLine
from core.directory.units import AmountError
from core.refusals import Because, Refusal, Refused, refuse
from core.reporting.balance import Balance
from core.reporting.sheet import BalanceSheet
from core.transfers.preview_send import PreviewSend, SendPreview
from core.transfers.send_credits import MOST_RECIPIENTS, SendCredits, Sent
from core.transfers.states import UNDO_WINDOW

_FOR: Final = re.compile(r"^for\s+(?=\S)", re.IGNORECASE)
"""In front of what it is for: `--message "For the demo"`."""
ASK_ABOVE_PERCENT: Final = 10
"""Of the personal balance: what goes beyond it is asked back first."""

LONGEST_ON_A_BUTTON: Final = 1_800
"""Characters as JSON: the narrowest platform gives a button's value 2,000, and the command id lies in it too."""

EXAMPLE: Final = "For example: “send @bob 10k for the demo”."

_MISSING: Final[Mapping[Missing, tuple[str, ...]]] = {
    Missing.RECIPIENT: ("Who should get it?", EXAMPLE),
    Missing.AMOUNT: ("How much should I send?", EXAMPLE),
    Missing.CLEARNESS: (
        "I am not sure what to send to whom.",
        "Name people and one amount, which each of them gets, and put “for” in front of the reason.",
        EXAMPLE,
    ),
}


@dataclass(frozen=True, slots=True)
class _Gift:
    """What is to be sent, with everybody known."""

    words: SendWords
    people: tuple[PersonLine, ...]

    @property
    def total(self) -> int:
        return self.words.amount.credits * len(self.people)

    @property
    def names(self) -> dict[str, str]:
        return {person.id: person.handle for person in self.people}


async def _send(asked: Asked) -> Reply:
    words = read_send(asked.words, asked.telling.units)
    if isinstance(words, Missing):
        return usage(*_MISSING[words])
    if isinstance(words, AmountError):
        return usage(f"“{words.typed}” is not an amount that I can send.", WRONG[words.reason])
    if len(words.reason) > LONGEST_REASON or len(words.people) > MOST_RECIPIENTS:
        return usage(
            "That is too long.", f"At most {LONGEST_REASON:,} characters of reason and {MOST_RECIPIENTS} people."
        )
    gift = _Gift(words, await find_people(words.people, asked))
    telling = replace(asked.telling, names=gift.names)
    try:
        return await _ask_or_run(gift, asked)
    except Refused as refused:
        return refusal_reply(refused.refusal, telling)


async def give(words: SendWords, people: tuple[PersonLine, ...], *, asked: Asked) -> Reply:
    """Send it, or ask back first. Raises Refused."""
    return await _ask_or_run(_Gift(words, people), asked)


async def _ask_or_run(gift: _Gift, asked: Asked) -> Reply:
    engine, command = asked.office.engine, _command(gift, asked)
    # Who repeats what was sent is not asked about the balance that is left: another yes would send it twice.
    if not gift.words.is_confirmed and not await engine.has_run(command):
        sheet = await _own_sheet(asked)
        if gift.total > sheet.personal:
            raise Refused(_short(gift, sheet))
        if gift.total * 100 > sheet.personal * ASK_ABOVE_PERCENT:
            return _question(gift, sheet, preview=await _preview(gift, asked), asked=asked)
    return _receipt(gift, await engine.run(command), asked=asked)


def _command(gift: _Gift, asked: Asked) -> SendCredits:
    return SendCredits(
        id=asked.speaker.command_id,
        organization_id=asked.speaker.organization_id,
        actor=asked.speaker.actor,
        recipients=tuple(person.id for person in gift.people),
        amount=gift.words.amount.credits,
        reason=gift.words.reason,
    )


async def _own_sheet(asked: Asked) -> BalanceSheet:
    speaker = asked.speaker
    return await asked.office.engine.ask(
        Balance(organization_id=speaker.organization_id, actor=speaker.actor, user_id=speaker.user_id)
    )


async def _preview(gift: _Gift, asked: Asked) -> SendPreview:
    """Raises Refused where a yes would only lead to that refusal."""
    speaker = asked.speaker
    return await asked.office.engine.ask(
        PreviewSend(
            organization_id=speaker.organization_id,
            actor=speaker.actor,
            recipients=tuple(person.id for person in gift.people),
            amount=gift.words.amount.credits,
        )
    )


def _short(gift: _Gift, sheet: BalanceSheet) -> Refusal:
    """Too little, said before anybody is asked to confirm."""
    refresh = sheet.refresh
    return refuse(
        Because.OUT_OF_CREDITS,
        asked=gift.total,
        available=sheet.personal,
        refreshes_at=refresh.at if refresh else None,
        refresh_amount=refresh.amount if refresh else None,
    )


def _question(gift: _Gift, sheet: BalanceSheet, *, preview: SendPreview, asked: Asked) -> Reply:
    """Asked back; the button carries people by id and the amount in credits, so that nothing changes in between."""
    people = " ".join(person.id for person in gift.people)
    reason = f" --message {gift.words.reason}" if gift.words.reason else ""
    says = f"send {people} {gift.words.amount.credits} credits --yes{reason}"
    confirm = Action(label="Confirm", says=says, command_id=asked.speaker.mint("confirm"), style=Style.PRIMARY)
    cancel = Action(label="Cancel", says="cancel", command_id=asked.speaker.mint("cancel"))
    fits = len(json.dumps(says, ensure_ascii=False)) <= LONGEST_ON_A_BUTTON
    left = asked.telling.amount(sheet.personal - gift.total)
    return Reply(
        title=f"Send {_what(gift, asked.telling)}?",
        lines=(
            *_details(gift, asked.telling),
            f"That is more than {ASK_ABOVE_PERCENT} % of your balance; you would have {left} left.",
            *_wait_ahead(preview),
            *(() if fits else ("It is too long for a button: say the same again with --yes behind “send”.",)),
        ),
        actions=(confirm, cancel) if fits else (),
        code="confirm",
        kind=ReplyKind.QUESTION,
    )


def _wait_ahead(preview: SendPreview) -> Sequence[str]:
    if not preview.waits_for:
        return ()
    return (waits_in_words(preview.waits_for, must_agree=preview.must_agree, hours=preview.wait_hours),)


def undoing(group_id: str, until: datetime, *, asked: Asked) -> tuple[str, Action]:
    """How long it can be taken back, and the button."""
    minutes = int(UNDO_WINDOW.total_seconds()) // 60
    works = f"Undo works for {minutes} minutes, until {asked.telling.clock(until)}."
    return works, Action(label="Undo", says=f"undo {group_id}", command_id=asked.speaker.mint("undo"))


def _receipt(gift: _Gift, receipt: Sent, *, asked: Asked) -> Reply:
    telling = asked.telling
    if receipt.undo_until is None:
        return _waits(gift, receipt, asked=asked)
    works, undo = undoing(receipt.group_id, receipt.undo_until, asked=asked)
    return Reply(
        title=f"{_what(gift, telling)[0].upper()}{_what(gift, telling)[1:]}: sent.",
        lines=(
            *_details(gift, telling),
            f"You have {telling.amount(receipt.available)} left. {works}",
        ),
        actions=(undo,),
        kind=ReplyKind.RECEIPT,
    )


def _waits(gift: _Gift, receipt: Sent, *, asked: Asked) -> Reply:
    telling = asked.telling
    until = f" until {telling.moment(receipt.expires_at)}" if receipt.expires_at else ""
    who = asked_in_words(receipt.approvers, must_agree=receipt.must_agree)
    cancel = Action(label="Cancel", says=f"cancel {receipt.group_id}", command_id=asked.speaker.mint("cancel"))
    return Reply(
        title=f"{_what(gift, telling)[0].upper()}{_what(gift, telling)[1:]}: waits for approval.",
        lines=(
            *_details(gift, telling),
            f"{who} They can decide{until}.",
            f"It is set aside until then; you have {telling.amount(receipt.available)} left.",
        ),
        actions=(cancel,),
    )


def _what(gift: _Gift, telling: Telling) -> str:
    """`10,000 tokens to @bob`, `5,000 tokens each to @bob and @carol`."""
    handles = [f"@{person.handle}" for person in gift.people]
    everybody = handles[0] if len(handles) == 1 else f"{', '.join(handles[:-1])} and {handles[-1]}"
    each = " each" if len(handles) > 1 else ""
    return f"{telling.amount(gift.words.amount.credits)}{each} to {everybody}"


def _details(gift: _Gift, telling: Telling) -> Sequence[str]:
    amount = gift.words.amount
    typed = telling.units.show_as(amount.credits, amount.unit)
    note = telling.units.note_on(amount.unit)
    return [
        *([f"{telling.amount(gift.total)} in all."] if len(gift.people) > 1 else []),
        *([f"{typed}{f', {note}' if note else ''}."] if typed != telling.amount(amount.credits) else []),
        *([f"For: {_FOR.sub('', gift.words.reason)}"] if gift.words.reason else []),
    ]


VERB = Verb(
    name="send",
    does="give credits to colleagues",
    examples=(
        ("send @bob 10k for the demo", "10,000 credits and why"),
        ("send @bob @carol 5,000", "5,000 to each of them"),
        ("send @bob 50usd", "what that is at your organization's rate"),
        ("send @bob 100k --yes", "without being asked back"),
    ),
    run=_send,
    form="send",
    aliases=("give", "transfer", "share", "pay", "gift"),
)
