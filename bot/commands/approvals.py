"""`approvals`: what waits for me, and what I wait for."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from bot.commands.paging import asked_page, page_of, place_of, turning
from bot.commands.preapprove import own_preapprovals, preapproval_line
from bot.commands.requests import request_lines
from bot.commands.spans_told import hours_in_words
from bot.commands.verb import Asked, Verb
from bot.replies.kinds import ReplyKind
from bot.replies.reply import Action, Reply, Style
from core.approvals.waiting import Waiting, WaitingLine, WaitingLists

_MOST_BUTTONS: Final = 4
_MOST_SHOWN: Final = 10

_WHAT: Final = {"transfer": "transfer", "draw": "from the team pool", "override": "override"}


async def waiting(asked: Asked) -> WaitingLists:
    """The two lists of who speaks."""
    speaker = asked.speaker
    return await asked.office.engine.ask(Waiting(organization_id=speaker.organization_id, actor=speaker.actor))


async def _approvals(asked: Asked) -> Reply:
    lists = await waiting(asked)
    colleagues = await request_lines(asked)
    agreed = tuple(preapproval_line(item, asked) for item in await own_preapprovals(asked))
    if not (lists.for_me or lists.of_mine or colleagues or agreed):
        return Reply(title="Nothing waits for your decision, and you have asked for nothing that is undecided.")
    _, number = asked_page(asked.words)
    page = page_of((*lists.for_me, *lists.of_mine), number=number, size=_MOST_SHOWN)
    mine = tuple(item for item in page.shown if item in lists.for_me)
    shown = WaitingLists(mine, page.shown[len(mine) :])
    reply = listed(shown, asked, count=len(lists.for_me))
    rest = (*colleagues, *agreed) if page.number == page.pages else ()
    return replace(
        reply,
        lines=(*place_of(page), *reply.lines, *rest),
        actions=(*reply.actions, *turning(page, "approvals", asked=asked)),
    )


def listed(lists: WaitingLists, asked: Asked, *, count: int | None = None) -> Reply:
    """Both lists, with buttons for what can be decided. `count`: how many wait in all, where these are a page."""
    count = len(lists.for_me) if count is None else count
    title = (
        f"{count} {'request waits' if count == 1 else 'requests wait'} for you." if count else "Nothing waits for you."
    )
    return Reply(
        title=title,
        lines=(
            *(line for item in lists.for_me for line in _for_me(item, asked)),
            *(line for item in lists.of_mine for line in _of_mine(item, asked)),
        ),
        actions=tuple(action for item in lists.for_me[: _MOST_BUTTONS // 2] for action in _buttons(item, asked)),
        kind=ReplyKind.LIST,
    )


def what(item: WaitingLine, asked: Asked) -> str:
    """`@alice: 150,000 tokens to @bob`."""
    others = [f"@{name}" for name in item.gainers if name != item.requester]
    towards = f" to {', '.join(others)}" if others else ""
    lasting = "" if item.hours is None else f" for {hours_in_words(item.hours)}"
    return f"@{item.requester}: {asked.telling.amount(item.amount)}{lasting}{towards} ({_WHAT[item.subject]})"


def _for_me(item: WaitingLine, asked: Asked) -> list[str]:
    reason = f" For: {item.reason}" if item.reason else ""
    behalf = f" In the place of @{item.on_behalf_of}." if item.on_behalf_of else ""
    until = asked.telling.moment(item.expires_at)
    asks = [f"You asked: {question.question}" for question in item.questions]
    return [f"{what(item, asked)}.{reason}{behalf} Until {until}. Id: {item.approval_id}", *asks]


def _of_mine(item: WaitingLine, asked: Asked) -> list[str]:
    approvers = ", ".join(f"@{name}" for name in item.approvers) or "nobody at present"
    until = asked.telling.moment(item.expires_at)
    asks = [f"You are asked: {question.question}" for question in item.questions]
    return [f"You wait for {approvers}: {what(item, asked)}, until {until}. Id: {item.approval_id}", *asks]


def _buttons(item: WaitingLine, asked: Asked) -> tuple[Action, Action]:
    mint = asked.speaker.mint
    yes, no = f"approve {item.approval_id}", f"deny {item.approval_id}"
    amount = asked.telling.units.show_short(item.amount)
    return (
        Action(label=f"Approve {amount} of @{item.requester}", says=yes, command_id=mint(yes), style=Style.PRIMARY),
        Action(label=f"Deny {amount} of @{item.requester}", says=no, command_id=mint(no), style=Style.DANGER),
    )


VERB = Verb(
    name="approvals",
    does="what waits for your decision, and what you wait for",
    examples=(("approvals", "both lists, with buttons"),),
    run=_approvals,
    aliases=("requests", "pending", "waiting"),
)
