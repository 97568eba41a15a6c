"""`settings channel here`, `settings channel off for backend`: where a team is told together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from bot.commands.parse import bare
from bot.commands.places import find_place, name_of, own_home_id
from bot.commands.verb import Asked, usage
from bot.replies.reply import Reply
from core.directory.platforms import Platform
from core.directory.show_tree import NodeLine
from core.directory.tree import NodeKind
from core.notify.connect_channel import ConnectChannel
from core.notify.disconnect_channel import DisconnectChannel
from core.notify.show_channel import ShowChannels
from core.notify.team_channels import TeamChannel

_HERE: Final = frozenset({"here", "on", "connect", "this"})
_OFF: Final = frozenset({"off", "disconnect", "stop", "nowhere", "none", "leave"})
_FILLERS: Final = frozenset({"for", "of", "in", "channel", "posts", "to", "show"})


async def channel_settings(words: Sequence[str], asked: Asked) -> Reply:
    """What is said behind `settings channel`. Raises Refused."""
    said = [bare(word) for word in words]
    team = await _team([word for word in words if bare(word) not in _HERE | _OFF | _FILLERS], asked)
    if isinstance(team, Reply):
        return team
    if any(word in _OFF for word in said):
        return await _off(team, asked)
    if any(word in _HERE for word in said):
        return await _here(team, asked)
    return await _shown(team, asked)


async def _team(words: Sequence[str], asked: Asked) -> NodeLine | Reply:
    """The one that is named, else the own."""
    name = name_of(words) or await own_home_id(asked)
    found = await find_place(name, asked)
    if isinstance(found, Reply) or found.kind == NodeKind.TEAM.value:
        return found
    return usage("For which team?", "For example: “settings channel here for backend”.")


async def _here(team: NodeLine, asked: Asked) -> Reply:
    speaker = asked.speaker
    if not speaker.room_id:
        return usage(
            "Which channel do you mean?",
            "Say “settings channel here” in the channel where the team should be told; not in a direct message.",
        )
    done = await asked.office.engine.run(
        ConnectChannel(
            id=speaker.command_id,
            organization_id=speaker.organization_id,
            actor=speaker.actor,
            team_id=team.id,
            platform=speaker.platform,
            workspace_id=speaker.workspace_id,
            conversation_id=speaker.room_id,
        )
    )
    return Reply(
        title=f"This channel hears from now on who of {done.team} is away, and what happens to its pool.",
        lines=(
            "Everybody who reads here will see it; nobody's own credits are named.",
            "If nothing appears in a moment, I am not in this channel: invite me, in Slack with /invite @Alfred.",
            "“settings channel off” ends it.",
        ),
    )


async def _off(team: NodeLine, asked: Asked) -> Reply:
    speaker = asked.speaker
    channels = await _channels(team, asked)
    on = next((channel.platform for channel in channels), Platform.SLACK.value)
    platform = speaker.platform if speaker.platform in set(Platform) else on
    done = await asked.office.engine.run(
        DisconnectChannel(
            id=speaker.command_id,
            organization_id=speaker.organization_id,
            actor=speaker.actor,
            team_id=team.id,
            platform=platform,
        )
    )
    if not done.was_there:
        return Reply(title=f"{done.team} has no channel.")
    return Reply(title=f"I tell nothing about {done.team} in its channel any more.")


async def _shown(team: NodeLine, asked: Asked) -> Reply:
    channels = await _channels(team, asked)
    how = "“settings channel here”, said in a channel, connects it."
    if not channels:
        return Reply(title=f"{team.name} has no channel.", lines=(how,))
    return Reply(
        title=f"{team.name} is told together in {len(channels)} channel{'s' if len(channels) > 1 else ''}.",
        lines=(*(_told(channel, asked) for channel in channels), "“settings channel off” ends it."),
    )


def _told(channel: TeamChannel, asked: Asked) -> str:
    name = channel.platform.capitalize()
    since = asked.telling.moment(channel.connected_at)
    if channel.shut_at is not None:
        return f"{name}, {channel.conversation_id}: I am not let in there; invite me, in Slack with /invite @Alfred."
    return f"{name}, {channel.conversation_id}, since {since}."


async def _channels(team: NodeLine, asked: Asked) -> tuple[TeamChannel, ...]:
    speaker = asked.speaker
    return await asked.office.engine.ask(
        ShowChannels(organization_id=speaker.organization_id, actor=speaker.actor, team_id=team.id)
    )
