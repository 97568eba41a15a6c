"""`inbox`: what has arrived for somebody, and `inbox read` when they have seen it."""

from __future__ import annotations

from typing import Final

from bot.commands.parse import bare
from bot.commands.verb import Asked, Verb
from bot.replies.kinds import ReplyKind
from bot.replies.notices import Heard, notice_reply, typed_reply
from bot.replies.reply import Action, Reply, Table
from bot.replies.telling import Telling
from core.notify.mark_inbox_read import MarkInboxRead
from core.notify.read_inbox import InboxPage, ReadInbox, Received

SHOWN: Final = 10
_SEEN: Final = frozenset({"read", "seen", "done", "clear"})
_EVERYTHING: Final = frozenset({"all", "everything", "old", "history"})


async def _inbox(asked: Asked) -> Reply:
    said = {bare(word) for word in asked.words}
    return await _mark(asked) if said & _SEEN else await _show(asked, with_read=bool(said & _EVERYTHING))


async def _mark(asked: Asked) -> Reply:
    speaker = asked.speaker
    named = tuple(bare(word) for word in asked.words if word.startswith("evt_"))
    marked = await asked.office.engine.run(
        MarkInboxRead(
            id=speaker.command_id,
            organization_id=speaker.organization_id,
            actor=speaker.actor,
            event_ids=named,
        )
    )
    return Reply(title=f"{_messages(marked.count)} marked as read." if marked.count else "Nothing was unread.")


async def _show(asked: Asked, *, with_read: bool) -> Reply:
    speaker = asked.speaker
    page = await asked.office.engine.ask(
        ReadInbox(
            organization_id=speaker.organization_id,
            actor=speaker.actor,
            only_unread=not with_read,
            limit=SHOWN,
        )
    )
    if not page.received:
        return Reply(title="Nothing new." if not with_read else "Nothing has arrived yet.")
    rest = page.unread - SHOWN
    return Reply(
        title=f"{_messages(page.unread)} unread." if page.unread else "Nothing unread.",
        lines=(f"The latest {SHOWN} are shown.",) if rest > 0 and not with_read else (),
        table=Table(("When", "What"), tuple(_row(item, page, asked=asked) for item in page.received)),
        actions=_actions(page, asked),
        kind=ReplyKind.LIST,
    )


def _row(item: Received, page: InboxPage, *, asked: Asked) -> tuple[str, ...]:
    local = item.at.astimezone(asked.telling.zone)
    said = typed_reply(_heard(item, page, reader_id=asked.speaker.user_id), asked.telling)
    return f"{local:%Y-%m-%d %H:%M}", " ".join((said.title, *said.lines))


def told(item: Received, page: InboxPage, *, reader_id: str, telling: Telling) -> Reply:
    """One message, with what can be pressed."""
    return notice_reply(_heard(item, page, reader_id=reader_id), telling)


def _heard(item: Received, page: InboxPage, *, reader_id: str) -> Heard:
    return Heard(
        event_id=item.event_id,
        type=item.type,
        payload=item.payload,
        reader_id=reader_id,
        people=page.people,
        places=page.places,
    )


def _actions(page: InboxPage, asked: Asked) -> tuple[Action, ...]:
    """The button marks what was shown, not what arrives before it is pressed."""
    unread = [item.event_id for item in page.received if not item.is_read]
    says = " ".join(("inbox read", *unread))
    return (Action(label="Mark as read", says=says, command_id=asked.speaker.mint(says)),) if unread else ()


def _messages(count: int) -> str:
    return "1 message" if count == 1 else f"{count:,} messages"


VERB = Verb(
    name="inbox",
    does="what has arrived for you",
    examples=(
        ("inbox", "what you have not read yet"),
        ("inbox all", "also what you have"),
        ("inbox read", "mark everything as read"),
    ),
    run=_inbox,
    aliases=("notifications", "messages", "news", "unread"),
)
