"""What somebody finds when they come to Alfred's own place on a platform: how it stands, and what waits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bot.commands.activity import Happening, activity
from bot.commands.approvals import less_than_asked, waiting, what
from bot.commands.balance import balance_reply
from bot.commands.door import through_the_door
from bot.commands.history import undos
from bot.commands.office import Office, Speaker
from bot.commands.paging import page_of
from bot.commands.requests import open_requests, request_line
from bot.commands.verb import Asked
from bot.replies.chains import before_and_after, how_far
from bot.replies.reply import Action, Fact, Reply, Style
from bot.replies.telling import Telling
from core.approvals.waiting import WaitingLine
from core.reporting.balance import Balance
from core.transfers.open_requests import RequestLine

ON_A_PAGE: Final = 10
"""Of what waits."""
_RECENT: Final = 5
_RECENT_DAYS: Final = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A part of a page; `heading` may be empty."""

    heading: str = ""
    lines: tuple[str, ...] = ()
    facts: tuple[Fact, ...] = ()
    actions: tuple[Action, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One of `pages`, counted from 1."""

    sections: tuple[Section, ...]
    number: int
    pages: int


async def home_page(number: int, *, speaker: Speaker, office: Office) -> Page | Reply:
    """The page, the last one where there are fewer; or why there is none. Never raises."""

    async def work(telling: Telling) -> Page:
        return await _page(number, Asked(words=(), speaker=speaker, office=office, telling=telling, verbs=()))

    return await through_the_door(work, speaker=speaker, office=office)


async def _page(number: int, asked: Asked) -> Page:
    items = await _waiting(asked)
    page = page_of(items, number=max(1, number), size=ON_A_PAGE)
    sections = (await _overview(asked), *page.shown, *await _recent(asked))
    return Page(sections=sections, number=page.number, pages=page.pages)


async def _overview(asked: Asked) -> Section:
    speaker = asked.speaker
    sheet = await asked.office.engine.ask(
        Balance(organization_id=speaker.organization_id, actor=speaker.actor, user_id=speaker.user_id)
    )
    told = balance_reply(sheet, asked.telling, is_own=True)
    return Section(heading=told.title, lines=told.lines, facts=told.facts, actions=_quick(asked))


def _quick(asked: Asked) -> tuple[Action, ...]:
    labels = {"Send": "send", "Request": "request", "Out of office": "ooo", "Help": "help"}
    return tuple(
        Action(label=label, says=says, command_id=asked.speaker.mint(f"home {says}"), stays=True)
        for label, says in labels.items()
    )


async def _waiting(asked: Asked) -> list[Section]:
    """What waits for me, then what I wait for, the first of each under a heading."""
    lists = await waiting(asked)
    colleagues = await open_requests(asked)
    for_me = [_for_me(item, asked) for item in lists.for_me]
    for_me += [_asked_of_me(item, asked) for item in colleagues if not item.is_mine]
    of_mine = [_of_mine(item, asked) for item in lists.of_mine]
    of_mine += [_asked_by_me(item, asked) for item in colleagues if item.is_mine]
    return [
        *_headed(f"Waits for your decision ({len(for_me)})", for_me),
        *_headed(f"You wait for ({len(of_mine)})", of_mine),
    ]


def _headed(heading: str, sections: Sequence[Section]) -> list[Section]:
    if not sections:
        return []
    first = sections[0]
    return [Section(heading=heading, lines=first.lines, actions=first.actions), *sections[1:]]


def _for_me(item: WaitingLine, asked: Asked) -> Section:
    reason = (f"For: {item.reason}",) if item.reason else ()
    behalf = (f"In the place of @{item.on_behalf_of}.",) if item.on_behalf_of else ()
    asks = tuple(f"Asked: {question.question}" for question in item.questions)
    until = f"Until {asked.telling.moment(item.expires_at)}."
    chain = (*less_than_asked(item, asked), *before_and_after(item.progress))
    lines = (f"{what(item, asked)}.", *chain, *reason, *behalf, *asks, until)
    return Section(lines=lines, actions=_decisions(item, asked))


def _decisions(item: WaitingLine, asked: Asked) -> tuple[Action, ...]:
    named = item.approval_id
    return (
        _action("Approve", f"approve {named}", asked=asked, style=Style.PRIMARY),
        _action("Deny", f"deny {named}", asked=asked, style=Style.DANGER),
        _opening("Ask a question", f"ask {named}", asked=asked),
        _opening("Smaller amount", f"approve {named} smaller", asked=asked),
    )


def _of_mine(item: WaitingLine, asked: Asked) -> Section:
    approvers = ", ".join(f"@{name}" for name in item.approvers) or "nobody at present"
    asks = tuple(f"You are asked: {question.question}" for question in item.questions)
    who = how_far(item.progress) or (f"Asked: {approvers}.",)
    chain = " ".join((*less_than_asked(item, asked), *who))
    line = f"{what(item, asked)}. {chain} Until {asked.telling.moment(item.expires_at)}."
    answer = (_opening("Answer", f"answer {item.approval_id}", asked=asked),) if item.questions else ()
    return Section(lines=(line, *asks), actions=answer)


def _asked_of_me(item: RequestLine, asked: Asked) -> Section:
    return Section(
        lines=(request_line(item, asked),),
        actions=(
            _action("Send it", f"approve {item.request_id}", asked=asked, style=Style.PRIMARY),
            _action("Decline", f"deny {item.request_id}", asked=asked, style=Style.DANGER),
        ),
    )


def _asked_by_me(item: RequestLine, asked: Asked) -> Section:
    cancel = _action("Cancel", f"cancel {item.request_id}", asked=asked)
    return Section(lines=(request_line(item, asked),), actions=(cancel,))


async def _recent(asked: Asked) -> list[Section]:
    happened = (await activity(asked, days=_RECENT_DAYS, limit=_RECENT))[:_RECENT]
    if not happened:
        return []
    told = tuple(_told(item, asked) for item in happened)
    transfers = [item.transfer for item in happened if item.transfer is not None]
    return [Section(heading="Lately", lines=told, actions=tuple(undos(transfers, asked)))]


def _told(item: Happening, asked: Asked) -> str:
    day = asked.telling.day(item.at.astimezone(asked.telling.zone).date())
    state = "" if item.is_completed else f", {item.came_to}"
    return f"{asked.telling.amount(item.amount)} {item.told} on {day}{state}."


def _action(label: str, says: str, *, asked: Asked, style: Style = Style.PLAIN) -> Action:
    return Action(label=label, says=says, command_id=asked.speaker.mint(f"home {says}"), style=style)


def _opening(label: str, says: str, *, asked: Asked) -> Action:
    """What asks for more may be pressed again and mean something else."""
    return Action(label=label, says=says, command_id=asked.speaker.mint(f"home {says}"), stays=True)
