"""`approvals`: what waits for me, and what I wait for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from bot.commands.paging import asked_page, page_of, place_of, turning
from bot.commands.preapprove import own_preapprovals, preapproval_line
from bot.commands.requests import answering, no_longer_asking, open_requests, request_line
from bot.commands.spans_told import hours_in_words
from bot.commands.verb import Asked, Verb
from bot.replies.chains import before_and_after, how_far
from bot.replies.kinds import ReplyKind
from bot.replies.reply import Action, Reply, Style, Tone, with_stop
from core.approvals.waiting import Waiting, WaitingLine, WaitingLists
from core.transfers.open_requests import RequestLine

_MOST_BUTTONS: Final = 6
"""What every platform shows."""
_MOST_DECISIONS: Final = 4
_MOST_SHOWN: Final = 10

_WHAT: Final = {"transfer": "transfer", "draw": "from the team pool", "override": "override"}


async def waiting(asked: Asked) -> WaitingLists:
    """The two lists of who speaks."""
    speaker = asked.speaker
    return await asked.office.engine.ask(Waiting(organization_id=speaker.organization_id, actor=speaker.actor))


async def _approvals(asked: Asked) -> Reply:
    lists = await waiting(asked)
    colleagues = await open_requests(asked)
    agreed = tuple(preapproval_line(item, asked) for item in await own_preapprovals(asked))
    if not (lists.for_me or lists.of_mine or colleagues or agreed):
        return Reply(title="Nothing waits for your decision, and you have asked for nothing that is undecided.")
    _, number = asked_page(asked.words)
    page = page_of((*lists.for_me, *lists.of_mine), number=number, size=_MOST_SHOWN)
    mine = tuple(item for item in page.shown if item in lists.for_me)
    shown = WaitingLists(mine, page.shown[len(mine) :])
    is_last = page.number == page.pages
    count = len(lists.for_me) + sum(not item.is_mine for item in colleagues)
    reply = listed(shown, asked, colleagues=colleagues if is_last else (), count=count)
    turns = turning(page, "approvals", asked=asked)
    return replace(
        reply,
        lines=(*place_of(page), *reply.lines, *(agreed if is_last else ())),
        actions=(*reply.actions[: _MOST_BUTTONS - len(turns)], *turns),
    )


def listed(lists: WaitingLists, asked: Asked, *, count: int, colleagues: tuple[RequestLine, ...] = ()) -> Reply:
    """What waits, with buttons for what can be decided or taken back. `count`: how many wait for the speaker in all."""
    title = (
        f"{count} {'request waits' if count == 1 else 'requests wait'} for you." if count else "Nothing waits for you."
    )
    asks_me = [item for item in colleagues if not item.is_mine]
    asked_by_me = [item for item in colleagues if item.is_mine]
    decisions = [action for item in lists.for_me[: _MOST_DECISIONS // 2] for action in _buttons(item, asked)]
    answers = [action for item in asks_me for action in answering(item, asked)]
    return Reply(
        title=title,
        lines=(
            *(line for item in lists.for_me for line in _for_me(item, asked)),
            *(request_line(item, asked) for item in asks_me),
            *(line for item in lists.of_mine for line in _of_mine(item, asked)),
            *(request_line(item, asked) for item in asked_by_me),
        ),
        actions=(
            *decisions,
            *answers[: (_MOST_BUTTONS - len(decisions)) // 2 * 2],
            *(taking_back(item, asked) for item in lists.of_mine),
            *(no_longer_asking(item, asked) for item in asked_by_me),
        )[:_MOST_BUTTONS],
        kind=ReplyKind.LIST,
    )


def which_one(items: Sequence[WaitingLine], asked: Asked, *, verb: str, rest: Sequence[str]) -> Reply:
    """Several are meant by `verb … rest`: each as a button that says it again, with its id."""
    return Reply(
        title="Which one?",
        lines=tuple(line for item in items for line in _for_me(item, asked)),
        actions=tuple(_meant(item, asked, verb=verb, rest=rest) for item in items[:_MOST_BUTTONS]),
        tone=Tone.REFUSED,
        code="usage",
    )


def _meant(item: WaitingLine, asked: Asked, *, verb: str, rest: Sequence[str]) -> Action:
    says = " ".join((verb, item.approval_id, *rest))
    label = f"{asked.telling.units.show_short(item.amount)} ({_WHAT[item.subject]})"
    return Action(label=label, says=says, command_id=asked.speaker.mint(says))


def what(item: WaitingLine, asked: Asked) -> str:
    """`@alice: 150,000 tokens to @bob (transfer)`."""
    return f"@{item.requester}: {_what(item, asked)}"


def _what(item: WaitingLine, asked: Asked) -> str:
    others = [f"@{name}" for name in item.gainers if name != item.requester]
    towards = f" to {', '.join(others)}" if others else ""
    lasting = "" if item.hours is None else f" for {hours_in_words(item.hours)}"
    return f"{asked.telling.amount(item.amount)}{lasting}{towards} ({_WHAT[item.subject]})"


def _for_me(item: WaitingLine, asked: Asked) -> list[str]:
    reason = f" For: {with_stop(item.reason)}" if item.reason else ""
    behalf = f" In the place of @{item.on_behalf_of}." if item.on_behalf_of else ""
    until = asked.telling.moment(item.expires_at)
    asks = [f"You asked: {question.question}" for question in item.questions]
    chain = "".join(f" {line}" for line in (*less_than_asked(item, asked), *before_and_after(item.progress)))
    return [f"{what(item, asked)}.{reason}{behalf}{chain} Until {until}. Id: {item.approval_id}", *asks]


def less_than_asked(item: WaitingLine, asked: Asked) -> tuple[str, ...]:
    """What it was at first, where somebody has agreed to less."""
    return () if item.amount == item.asked else (f"{asked.telling.amount(item.asked)} were asked for.",)


def _of_mine(item: WaitingLine, asked: Asked) -> list[str]:
    approvers = " or ".join(f"@{name}" for name in item.approvers) or "nobody at present"
    until = asked.telling.moment(item.expires_at)
    asks = [f"You are asked: {question.question}" for question in item.questions]
    chain = "".join(f" {line}" for line in (*less_than_asked(item, asked), *how_far(item.progress)))
    return [f"You wait for {approvers}: {_what(item, asked)}.{chain} Until {until}. Id: {item.approval_id}", *asks]


def taking_back(item: WaitingLine, asked: Asked) -> Action:
    """The button of who asked: nobody is asked any more."""
    says = f"cancel {item.subject_id}"
    label = f"Cancel {asked.telling.units.show_short(item.amount)} ({_WHAT[item.subject]})"
    return Action(label=label, says=says, command_id=asked.speaker.mint(says))


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
