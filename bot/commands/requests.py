"""Requests of colleagues: how they are listed, and how one is answered with `approve` or `deny`."""

from __future__ import annotations

from bot.commands.verb import Asked
from bot.replies.chains import asked_in_words
from bot.replies.kinds import ReplyKind
from bot.replies.reply import Action, Reply, Style, with_stop
from core.transfers.decline_request import DeclineRequest
from core.transfers.grant_request import GrantRequest
from core.transfers.open_requests import OpenRequests, RequestLine


async def open_requests(asked: Asked) -> tuple[RequestLine, ...]:
    """Those between who speaks and a colleague."""
    speaker = asked.speaker
    return await asked.office.engine.ask(OpenRequests(organization_id=speaker.organization_id, actor=speaker.actor))


def answering(item: RequestLine, asked: Asked) -> tuple[Action, Action]:
    """The buttons of who is asked."""
    amount = asked.telling.units.show_short(item.amount)
    return (
        _action(f"Send {amount} to @{item.other}", f"approve {item.request_id}", asked=asked, style=Style.PRIMARY),
        _action(f"Decline {amount} of @{item.other}", f"deny {item.request_id}", asked=asked, style=Style.DANGER),
    )


def no_longer_asking(item: RequestLine, asked: Asked) -> Action:
    """The button of who asks."""
    amount = asked.telling.units.show_short(item.amount)
    return _action(f"Cancel {amount} from @{item.other}", f"cancel {item.request_id}", asked=asked)


def _action(label: str, says: str, *, asked: Asked, style: Style = Style.PLAIN) -> Action:
    return Action(label=label, says=says, command_id=asked.speaker.mint(says), style=style)


async def answered_request(asked: Asked, request_id: str, *, is_yes: bool, amount: int | None) -> Reply:
    """Send what a colleague asked for, or decline."""
    speaker, telling = asked.speaker, asked.telling
    shared = (speaker.command_id, speaker.organization_id, speaker.actor)
    if not is_yes:
        declined = await asked.office.engine.run(
            DeclineRequest(id=shared[0], organization_id=shared[1], actor=shared[2], request_id=request_id)
        )
        return Reply(title=f"Declined: {telling.amount(declined.amount)}.", kind=ReplyKind.DECIDED)
    sent = await asked.office.engine.run(
        GrantRequest(id=shared[0], organization_id=shared[1], actor=shared[2], request_id=request_id, amount=amount)
    )
    (part,) = sent.transfers
    waits = sent.undo_until is None
    return Reply(
        title=f"{telling.amount(part.amount)} to @{part.handle}: {'waits for approval' if waits else 'sent'}.",
        lines=(
            *((asked_in_words(sent.approvers, must_agree=sent.must_agree),) if waits else ()),
            f"You have {telling.amount(sent.available)} left.",
        ),
        kind=ReplyKind.RECEIPT,
    )


def request_line(item: RequestLine, asked: Asked) -> str:
    """Who asks whom for how much."""
    what = f"you for {asked.telling.amount(item.amount)}"
    who = f"You ask @{item.other}" if item.is_mine else f"@{item.other} asks"
    what = what.removeprefix("you ") if item.is_mine else what
    reason = f" For: {with_stop(item.reason)}" if item.reason else ""
    return f"{who} {what}.{reason} Until {asked.telling.moment(item.expires_at)}. Id: {item.request_id}"
