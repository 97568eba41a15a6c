"""How one request looks to one person now: who can decide it sees the buttons, others how it stands or ended."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from bot.commands.door import through_the_door
from bot.commands.office import Office, Speaker
from bot.replies.background import telling_of
from bot.replies.notices import Heard, notice_reply
from bot.replies.outcomes import outcome_reply, standing_reply
from bot.replies.reply import Reply
from bot.replies.telling import Telling
from core.approvals.waiting import Waiting, WaitingLine
from core.notify.background import background_of
from core.notify.message_copies import copies_of
from core.notify.request_now import RequestNow, request_now
from core.refusals import Because, Refused, refuse
from core.transfers.open_requests import OpenRequests, RequestLine

COLLEAGUES: Final = "crq_"
"""What the ids of requests between colleagues begin with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A request, and the conversation in which somebody looks at it."""

    request_id: str
    conversation_id: str


async def request_view(seen: Seen, *, speaker: Speaker, office: Office) -> Reply:
    """The speaker's own view. Nothing is done. Never raises."""

    async def work(_telling: Telling) -> Reply:
        return await _view(seen, speaker=speaker, office=office)

    return await through_the_door(work, speaker=speaker, office=office)


async def _view(seen: Seen, *, speaker: Speaker, office: Office) -> Reply:
    database = office.engine.database
    request = await request_now(database, organization_id=speaker.organization_id, request_id=seen.request_id)
    if request is None:
        raise _unknown(seen)
    waits = await _waits(request, speaker=speaker, office=office) if request.is_open else None
    if waits is not None:
        return await _to_decide(request, waits, speaker=speaker, office=office)
    if not await _may_see(request, seen, speaker=speaker, office=office):
        raise _unknown(seen)
    telling = telling_of(await background_of(database, speaker.organization_id, mentioning=request.people))
    return standing_reply(request, telling) if request.is_open else outcome_reply(request, telling)


async def _waits(request: RequestNow, *, speaker: Speaker, office: Office) -> RequestLine | WaitingLine | None:
    """The request as it waits for the speaker, who may stand in for somebody; None when it does not."""
    organization_id, actor = speaker.organization_id, speaker.actor
    if request.id.startswith(COLLEAGUES):
        asks = await office.engine.ask(OpenRequests(organization_id=organization_id, actor=actor))
        return next((line for line in asks if line.request_id == request.id and not line.is_mine), None)
    lists = await office.engine.ask(Waiting(organization_id=organization_id, actor=actor))
    return next((line for line in lists.for_me if line.approval_id == request.id), None)


async def _may_see(request: RequestNow, seen: Seen, *, speaker: Speaker, office: Office) -> bool:
    """Who asked or decided, and whoever looks at a message of ours that shows it; not yet who would gain."""
    if speaker.user_id in {request.requester_id, request.decided_by, request.decided_for}:
        return True
    copies = await copies_of(
        office.engine.database, organization_id=speaker.organization_id, request_id=seen.request_id
    )
    here = (speaker.platform, speaker.workspace_id, seen.conversation_id)
    return any(
        copy.user_id == speaker.user_id or (copy.platform, copy.workspace_id, copy.conversation_id) == here
        for copy in copies
    )


async def _to_decide(
    request: RequestNow, waits: RequestLine | WaitingLine, *, speaker: Speaker, office: Office
) -> Reply:
    """As the notice of it says it, with its buttons; they are the same however often somebody looks."""
    is_approval = isinstance(waits, WaitingLine)
    payload: dict[str, Any] = {
        "approval_id" if is_approval else "request_id": request.id,
        "subject": request.subject,
        "requester_id": request.requester_id,
        "gainer_id": request.gainer_id,
        "gainers": request.gainers,
        "amount": request.amount,
        "reason": request.reason,
        "expires_at": waits.expires_at.isoformat(),
        "hours": waits.hours if isinstance(waits, WaitingLine) else None,
        "asked": waits.asked if isinstance(waits, WaitingLine) else request.amount,
        "must_agree": request.must_agree,
        "agreed": request.agreed,
        "approvers": (),
    }
    background = await background_of(office.engine.database, speaker.organization_id, mentioning=payload)
    heard = Heard(
        event_id=request.id,
        type="approval.requested" if is_approval else "credits.requested",
        payload=payload,
        reader_id=speaker.user_id,
        people=background.people,
        places=background.places,
    )
    return notice_reply(heard, telling_of(background))


def _unknown(seen: Seen) -> Refused:
    return Refused(refuse(Because.UNKNOWN_APPROVAL, approval=seen.request_id))
