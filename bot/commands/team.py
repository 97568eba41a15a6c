"""`team`, `team backend`: budget, what was used, the pool, and how everybody stands."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from bot.commands.balance import dollars
from bot.commands.paging import Page, asked_page, page_of, place_of, turning
from bot.commands.parse import bare
from bot.commands.places import HOMES, find_place, name_of, own_home_id
from bot.commands.verb import Asked, Verb
from bot.replies.kinds import ReplyKind
from bot.replies.reply import Action, Fact, Reply, Table
from bot.replies.telling import Telling
from core.reporting.team_overview import TeamOverview
from core.reporting.team_sheet import Away, Helped, MemberLine, PlaceBelow, TeamSheet

_MOST_SHOWN: Final = 25
_MOST_BUTTONS: Final = 4
_SHORT: Final = {"parent": "budget"}
_FILLERS: Final = frozenset(
    {"", "overview", "status", "show", "of", "for", "members", "who", "is", "in", "please", "pls", "now", "today"}
)


async def _team(asked: Asked) -> Reply:
    words, number = asked_page(asked.words)
    name = name_of([word for word in words if bare(word) not in _FILLERS])
    found = await find_place(name, asked, kinds=HOMES) if name else None
    if isinstance(found, Reply):
        return found
    node_id = found.id if found is not None else await own_home_id(asked)
    speaker = asked.speaker
    sheet = await asked.office.engine.ask(
        TeamOverview(organization_id=speaker.organization_id, actor=speaker.actor, node_id=node_id)
    )
    asked = replace(asked, words=words)
    if sheet.below:
        places = page_of(sheet.below, number=number, size=_MOST_SHOWN)
        return _told(replace(sheet, below=places.shown), asked, page=places)
    people = page_of(sheet.members, number=number, size=_MOST_SHOWN)
    return _told(replace(sheet, members=people.shown), asked, page=people)


def _told(sheet: TeamSheet, asked: Asked, *, page: Page[PlaceBelow] | Page[MemberLine]) -> Reply:
    """`sheet` has the lines of this page alone."""
    telling = asked.telling
    return Reply(
        title=f"{sheet.name}: {telling.amount(sheet.used.credits)} used since {_day(sheet, telling)}.",
        facts=tuple(_facts(sheet, telling)),
        lines=(*place_of(page), *_notes(sheet)),
        table=_below(sheet, telling) or _members(sheet, telling),
        actions=(*_look_below(sheet, asked), *turning(page, " ".join(("team", *asked.words)), asked=asked)),
        kind=ReplyKind.TEAM,
    )


def _day(sheet: TeamSheet, telling: Telling) -> str:
    return telling.day(sheet.used.since.astimezone(telling.zone).date())


def _facts(sheet: TeamSheet, telling: Telling) -> Iterator[Fact]:
    yield Fact("Budget", f"{telling.amount(sheet.budget)} to give")
    if sheet.quota is not None:
        following = f", next {telling.since(sheet.quota.next_refresh)}" if sheet.quota.next_refresh else ""
        yield Fact("Quota", f"{telling.amount(sheet.quota.amount)} {sheet.quota.period}{following}")
    calls = f"{sheet.used.calls:,} call{'' if sheet.used.calls == 1 else 's'}"
    yield Fact("Used", f"{calls}, {dollars(sheet.used.cost_usd)}")
    if sheet.pool is not None:
        how = "" if sheet.pool.is_auto_draw else ", on request"
        yield Fact("Pool", f"{telling.amount(sheet.pool.available)}{how}")
    if sheet.members:
        yield Fact("With people", telling.amount(sheet.held_by_people))


def _notes(sheet: TeamSheet) -> Iterator[str]:
    if sheet.members and sheet.below:
        yield f"At home there: {', '.join(map(_who, sheet.members[:_MOST_SHOWN]))}."
    if not sheet.members and not sheet.below:
        yield "Nobody is at home there yet."


def _members(sheet: TeamSheet, telling: Telling) -> Table | None:
    if not sheet.members:
        return None
    shown = sheet.members
    if any(member.available is None for member in shown):
        return Table(("Who", "Status"), tuple((_who(member), _status(member, telling)) for member in shown))
    return Table(
        ("Who", "Status", "Used", "Left"),
        tuple(
            (
                _who(member),
                _status(member, telling),
                telling.figure(member.used or 0),
                telling.figure(member.available or 0),
            )
            for member in shown
        ),
    )


def _below(sheet: TeamSheet, telling: Telling) -> Table | None:
    if not sheet.below:
        return None
    rows = [
        (place.name, place.kind, f"{place.people:,}", telling.figure(place.budget), telling.figure(place.pool))
        for place in sheet.below
    ]
    return Table(("Place", "Kind", "People", "Budget", "Pool"), tuple(rows))


def _who(member: MemberLine) -> str:
    return f"@{member.handle}{' (lead)' if member.is_lead else ' (service)' if member.is_service else ''}"


def _status(member: MemberLine, telling: Telling) -> str:
    said = []
    if member.away is not None:
        said.append(_away(member.away, telling))
    if member.boost_until is not None:
        said.append(f"boost until {telling.moment(member.boost_until)}")
    return "; ".join(said) or "active"


def _away(away: Away, telling: Telling) -> str:
    helps = ", ".join(_helped(part, is_alone=len(away.helps) == 1) for part in away.helps)
    if away.until is None:
        return f"OOO until they do something → {helps}"
    back = telling.day(away.until.astimezone(telling.zone).date())
    return f"OOO until {back} → {helps}"


def _helped(part: Helped, *, is_alone: bool) -> str:
    whom = f"@{part.to}" if part.is_person else _SHORT.get(part.to, part.to)
    return whom if is_alone else f"{whom} {part.percent} %"


def _look_below(sheet: TeamSheet, asked: Asked) -> Iterator[Action]:
    for place in sheet.below[:_MOST_BUTTONS]:
        says = f"team {place.node_id}"
        yield Action(label=f"Show {place.name}", says=says, command_id=asked.speaker.mint(says))


VERB = Verb(
    name="team",
    does="your team: budget, use, pool, who is away",
    examples=(
        ("team", "yours"),
        ("team backend", "another one, if you may see it"),
    ),
    run=_team,
    aliases=("teams", "department", "dept"),
)
