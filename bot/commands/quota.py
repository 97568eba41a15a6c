"""`quota @alice 200k monthly`: what a person or place is given each period."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from bot.commands.giving import Giving, called, funding_of, read_giving
from bot.commands.parse import after_dashes, bare
from bot.commands.verb import Asked, Verb, usage
from bot.commands.wrong_amounts import wrong_amount
from bot.replies.kinds import ReplyKind
from bot.replies.reply import Action, Fact, Reply, Style
from core.allocation.remove_quota import RemoveQuota
from core.allocation.set_quota import SetQuota
from core.allocation.show_funding import Funding, StandingQuota
from core.directory.units import AmountError
from core.policy.periods import DEFAULT_ROLLOVER, Period, Rollover

_PERIODS: Final[Mapping[str, Period]] = {
    "daily": Period.DAILY,
    "day": Period.DAILY,
    "weekly": Period.WEEKLY,
    "week": Period.WEEKLY,
    "monthly": Period.MONTHLY,
    "month": Period.MONTHLY,
    "quarterly": Period.QUARTERLY,
    "quarter": Period.QUARTERLY,
    "yearly": Period.YEARLY,
    "annually": Period.YEARLY,
    "year": Period.YEARLY,
}
_NOW: Final = frozenset({"now", "immediately"})
_REMOVE: Final = frozenset({"remove", "delete", "none", "end", "stop"})
_FILLERS: Final = frozenset({"per", "every", "each", "a", "/", "set", "show", "my", "is", "quota", "at", "once", "="})
_EXAMPLE: Final = "For example: “quota @alice 200k monthly”, “quota team backend 5M quarterly”."


@dataclass(frozen=True, slots=True)
class _Wish:
    """The quota that is wanted. `period` None: as it was, else monthly."""

    giving: Giving
    credits: int
    period: Period | None
    is_now: bool


async def _quota(asked: Asked) -> Reply:
    period, is_now, is_end, words = _read(asked.words)
    giving = read_giving(words, asked.telling.units)
    if isinstance(giving, AmountError):
        return wrong_amount(giving, _EXAMPLE)
    if giving.amount is not None and not giving.whom:
        return usage("Whose quota?", _EXAMPLE)
    funding = await funding_of(giving.whom or ("me",), asked)
    if isinstance(funding, Reply):
        return funding
    if is_end and giving.whom:
        return await _remove(funding, asked, is_confirmed=giving.is_confirmed)
    if giving.amount is None:
        return _shown(funding, asked)
    wish = _Wish(giving, giving.amount.credits, period, is_now)
    # Who may not set it is told so by the deed itself.
    return _question(wish, funding, asked=asked) if _is_asked(wish, funding) else await _set(wish, funding, asked=asked)


def _is_asked(wish: _Wish, funding: Funding) -> bool:
    """Every quota is asked back: it counts again and again."""
    return not wish.giving.is_confirmed and (funding.above is not None or funding.above_name is None)


def _read(words: Sequence[str]) -> tuple[Period | None, bool, bool, list[str]]:
    """The period, `now`, `remove`, and the other words. `200k/month` is two words."""
    said = [part for word in words for part in _apart(word)]
    periods = [_PERIODS[bare(word)] for word in said if bare(word) in _PERIODS]
    is_now = any(bare(word) in _NOW or after_dashes(word) in _NOW for word in said)
    is_end = any(bare(word) in _REMOVE for word in said)
    gone = _PERIODS.keys() | _NOW | _REMOVE | _FILLERS
    rest = [word for word in said if bare(word) not in gone and after_dashes(word) not in _NOW]
    return (periods[0] if periods else None), is_now, is_end, rest


def _apart(word: str) -> list[str]:
    amount, slash, period = word.partition("/")
    return [amount, period] if slash and bare(period) in _PERIODS else [word]


def _shown(funding: Funding, asked: Asked) -> Reply:
    telling, quota = asked.telling, funding.quota
    has = Fact("Available", telling.amount(funding.available))
    if quota is None:
        return Reply(title=f"{called(funding)} has no quota.", facts=(has,), lines=(_EXAMPLE,))
    following = telling.since(quota.next_refresh) if quota.next_refresh else "never: it has ended"
    ends = (Fact("Until", telling.day(quota.valid_until)),) if quota.valid_until else ()
    overdraft = (Fact("Overdraft", telling.amount(quota.overdraft)),) if quota.overdraft else ()
    return Reply(
        title=f"{telling.amount(quota.amount)} {quota.period} for {called(funding)}.",
        facts=(has, Fact("Next refresh", following), Fact("Rollover", quota.rollover), *overdraft, *ends),
        kind=ReplyKind.BALANCE,
    )


def _question(wish: _Wish, funding: Funding, *, asked: Asked) -> Reply:
    telling, period = asked.telling, _period(wish, funding)
    before = funding.quota
    was = f"Until now: {telling.amount(before.amount)} {before.period}." if before else "Until now there is none."
    when = (
        "What this period has not been given of it is granted at once."
        if wish.is_now
        else "It counts from the next period on."
    )
    above = (
        () if funding.above is None else (f"{funding.above_name} has {telling.amount(funding.above)} to give today.",)
    )
    now = " now" if wish.is_now else ""
    says = f"quota {funding.owner_id} {wish.credits} credits {period.value}{now} --yes"
    title = f"{telling.amount(wish.credits)} {period.value} for {called(funding)}?"
    return _asked_back(title, was, when, *above, says=says, asked=asked)


def _remove_question(quota: StandingQuota, funding: Funding, *, asked: Asked) -> Reply:
    return _asked_back(
        f"No more quota for {called(funding)}?",
        f"Until now: {asked.telling.amount(quota.amount)} {quota.period}.",
        "What was granted stays; nothing more comes.",
        says=f"quota remove {funding.owner_id} --yes",
        asked=asked,
    )


def _asked_back(title: str, *lines: str, says: str, asked: Asked) -> Reply:
    return Reply(
        title=title,
        lines=lines,
        actions=(
            Action(label="Confirm", says=says, command_id=asked.speaker.mint("confirm"), style=Style.PRIMARY),
            Action(label="Cancel", says="cancel", command_id=asked.speaker.mint("cancel")),
        ),
        code="confirm",
        kind=ReplyKind.QUESTION,
    )


async def _set(wish: _Wish, funding: Funding, *, asked: Asked) -> Reply:
    speaker, telling, before = asked.speaker, asked.telling, funding.quota
    period = _period(wish, funding)
    today = asked.office.engine.clock.now().astimezone(telling.zone).date()
    keeps = before is not None and before.period == period.value
    receipt = await asked.office.engine.run(
        SetQuota(
            id=speaker.command_id,
            organization_id=speaker.organization_id,
            actor=speaker.actor,
            owner_id=funding.owner_id,
            amount=wish.credits,
            typed=wish.giving.typed,
            period=period,
            anchor=before.anchor if before and keeps else _anchor(period, today=today),
            rollover=Rollover.parse(before.rollover) if before else DEFAULT_ROLLOVER,
            hard_limit=before.hard_limit if before else True,
            overdraft=before.overdraft if before else 0,
            valid_until=before.valid_until if before else None,
            grant_now=wish.is_now,
        )
    )
    granted = f"{telling.amount(receipt.granted_now)} granted at once. " if receipt.granted_now else ""
    following = f"Next refresh: {telling.since(receipt.next_refresh)}." if receipt.next_refresh else ""
    return Reply(
        title=f"{telling.amount(receipt.amount)} {period.value} for {called(funding)}: set.",
        lines=tuple(filter(None, (f"{granted}{following}".strip(),))),
        kind=ReplyKind.RECEIPT,
    )


async def _remove(funding: Funding, asked: Asked, *, is_confirmed: bool) -> Reply:
    speaker = asked.speaker
    if funding.quota is not None and not is_confirmed:
        return _remove_question(funding.quota, funding, asked=asked)
    await asked.office.engine.run(
        RemoveQuota(
            id=speaker.command_id,
            organization_id=speaker.organization_id,
            actor=speaker.actor,
            owner_id=funding.owner_id,
        )
    )
    return Reply(
        title=f"{called(funding)} has no quota any more.", lines=("What was granted stays.",), kind=ReplyKind.RECEIPT
    )


def _period(wish: _Wish, funding: Funding) -> Period:
    return wish.period or (Period(funding.quota.period) if funding.quota else Period.MONTHLY)


def _anchor(period: Period, *, today: date) -> date:
    """Where calendars begin: the Monday, the first of the month, of the quarter, of the year."""
    firsts = {
        Period.DAILY: today,
        Period.WEEKLY: today - timedelta(days=today.weekday()),
        Period.MONTHLY: today.replace(day=1),
        Period.QUARTERLY: today.replace(month=(today.month - 1) // 3 * 3 + 1, day=1),
        Period.YEARLY: today.replace(month=1, day=1),
    }
    return firsts[period]


VERB = Verb(
    name="quota",
    does="what you or your people are given each period",
    examples=(
        ("quota @alice 200k monthly", "from the next month on"),
        ("quota @alice 200k monthly now", "also grant what it is more than before"),
        ("quota team backend 5M quarterly", "a place's, from the budget above"),
        ("quota @alice", "what it is"),
        ("quota remove @alice", "nothing any more; what was granted stays"),
    ),
    run=_quota,
    aliases=("quotas", "limit"),
)
