"""`settings`, `settings quota off`, `settings approvals slack`: by which ways somebody hears of what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from bot.commands.own_settings import own_settings
from bot.commands.parse import bare
from bot.commands.parse_settings import (
    NotAWord,
    NoticeWords,
    Unclear,
    is_about_leaderboards,
    read_leaderboard,
    read_notices,
)
from bot.commands.settings_channel import channel_settings
from bot.commands.settings_status import status_settings
from bot.commands.verb import Asked, Verb, usage
from bot.replies.reply import Action, Reply, Style, Table
from bot.replies.settings import NEWS_TOLD, SHOWN_TOLD, reached_told, unlinked_told, ways_told
from core.notify.change_notice_defaults import ChangeNoticeDefaults
from core.notify.change_own_settings import ChangeOwnSettings
from core.notify.news import ALWAYS, News
from core.notify.show_settings import OwnSettings

_SHOW: Final = frozenset({"", "show", "list", "mine", "my"})
_CHANGE: Final = frozenset({"change", "edit", "form"})
_FOR_ALL: Final = frozenset({"everyone", "everybody", "organization", "organisation", "org", "company"})
_EXAMPLES: Final = "For example: “settings quota off”, “settings approvals slack”, “settings pool default”."


def _form(words: tuple[str, ...]) -> tuple[str, ...] | None:
    """`settings change`; the verb alone shows how it is."""
    return () if len(words) == 1 and bare(words[0]) in _CHANGE else None


async def _settings(asked: Asked) -> Reply:
    words = asked.words[1:] if [bare(word) for word in asked.words[:2]] == ["team", "channel"] else asked.words
    first = bare(words[0]) if words else ""
    if first in _SHOW and len(asked.words) <= 1:
        return _shown(await own_settings(asked), asked)
    if first == "status":
        return await status_settings(asked.words[1:], asked)
    if first == "channel":
        return await channel_settings(words[1:], asked)
    if is_about_leaderboards(asked.words):
        return await _leaderboard(asked)
    is_for_all = any(bare(word) in _FOR_ALL for word in asked.words)
    said = read_notices([word for word in asked.words if bare(word) not in _FOR_ALL])
    if isinstance(said, NoticeWords):
        return await (_choose_for_all(said, asked) if is_for_all else _choose(said, asked))
    return _not_clear(said)


def _not_clear(said: NotAWord | Unclear) -> Reply:
    if isinstance(said, NotAWord):
        known = ", ".join(news.value for news in News)
        return usage(f"I do not know “{said.typed}” here.", f"You can set: {known}, leaderboard.", _EXAMPLES)
    if said is Unclear.NEWS:
        return usage("What should that be for?", _EXAMPLES)
    return usage("How should it reach you?", "Say slack, teams, inbox, off or default.", _EXAMPLES)


def _shown(own: OwnSettings, asked: Asked) -> Reply:
    rows = tuple(
        (
            NEWS_TOLD[line.news],
            reached_told(line.ways, own.platforms),
            "" if line.own is None else "your choice",
            line.news.value,
        )
        for line in own.notices
    )
    chosen = sum(line.own is not None for line in own.notices)
    title = f"{chosen} of {len(rows)} are your own choice." if chosen else "You hear of everything in the usual ways."
    unlinked = unlinked_told([way for line in own.notices for way in line.own or ()], own.platforms)
    return Reply(
        title=title,
        lines=tuple(filter(None, (f"Leaderboards: {SHOWN_TOLD[own.leaderboard].lower()}.", unlinked, _EXAMPLES))),
        table=Table(("About", "Reaches you by", "", "Called"), rows),
        actions=(
            Action(
                label="Change",
                says="form settings",
                command_id=asked.speaker.mint("change"),
                style=Style.PRIMARY,
                stays=True,
            ),
        ),
    )


async def _choose(said: NoticeWords, asked: Asked) -> Reply:
    speaker = asked.speaker
    names = None if said.ways is None else tuple(way.value for way in said.ways)
    changed = await asked.office.engine.run(
        ChangeOwnSettings(
            id=speaker.command_id,
            organization_id=speaker.organization_id,
            actor=speaker.actor,
            notices={news.value: names for news in said.news},
        )
    )
    own = await own_settings(asked)
    back = " ".join(("settings", *(news.value for news in said.news), "default"))
    action = Action(label="Back to the usual", says=back, command_id=speaker.mint("back"))
    told = told_of(changed.notices, is_off=names == ())
    return Reply(
        title=told[0],
        lines=tuple(filter(None, (*told[1:], unlinked_told(names or (), own.platforms)))),
        actions=() if names is None else (action,),
    )


async def _choose_for_all(said: NoticeWords, asked: Asked) -> Reply:
    speaker = asked.speaker
    names = None if said.ways is None else tuple(way.value for way in said.ways)
    changed = await asked.office.engine.run(
        ChangeNoticeDefaults(
            id=speaker.command_id,
            organization_id=speaker.organization_id,
            actor=speaker.actor,
            notices={news.value: names for news in said.news},
        )
    )
    title, *lines = told_of(changed.notices, is_off=names == ())
    return Reply(
        title=f"For everybody who has chosen nothing else: {title[0].lower()}{title[1:]}",
        lines=(*lines, "What people have chosen for themselves stays."),
    )


def told_of(notices: Mapping[str, Sequence[str]], *, is_off: bool) -> tuple[str, ...]:
    """What counts now, and why something that was switched off is not."""
    told = [f"{NEWS_TOLD[News(name)]}: {ways_told(ways)}." for name, ways in notices.items()]
    if is_off and len(notices) == len(News):
        told = ["You hear of nothing any more, but in your inbox of what cannot wait."]
    elif len(notices) == len(News) and len(set(map(tuple, notices.values()))) == 1:
        told = [f"Everything: {ways_told(next(iter(notices.values())))}."]
    stays = is_off and any(News(name) in ALWAYS for name in notices)
    why = "Approvals and security notices stay in your inbox: somebody waits for you there."
    return (*told, why) if stays else tuple(told)


async def _leaderboard(asked: Asked) -> Reply:
    shown = read_leaderboard(asked.words)
    if isinstance(shown, Unclear):
        return usage("Should leaderboards show you?", "Say “settings leaderboard on”, “… off” or “… anonymous”.")
    speaker = asked.speaker
    await asked.office.engine.run(
        ChangeOwnSettings(
            id=speaker.command_id,
            organization_id=speaker.organization_id,
            actor=speaker.actor,
            leaderboard=shown.value,
        )
    )
    return Reply(title=f"Leaderboards: {SHOWN_TOLD[shown].lower()}.")


VERB = Verb(
    name="settings",
    does="by which ways you hear of what",
    examples=(
        ("settings", "how it is now"),
        ("settings change", "a form with all of it"),
        ("settings quota off", "hear no more of credits running low"),
        ("settings approvals slack", "approvals that wait for you, as a direct message in Slack"),
        ("settings pool slack and inbox", "more than one way"),
        ("settings all default", "as your organization has it"),
        ("settings leaderboard anonymous", "be counted without your name"),
        ("settings channel here", "tell your team in this channel who is away and of its pool, for leads"),
        ("settings channel off", "and no longer"),
        ("settings status", "what is done when your chat status says that you are away"),
        ("settings status set", "out of office by status, without asking; suggest or off, for administrators"),
        ("settings budget inbox for everyone", "what people have who chose nothing, for administrators"),
    ),
    run=_settings,
    aliases=("setting", "preferences", "notify"),
    form="settings",
    opens=_form,
)
