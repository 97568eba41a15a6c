"""Who is named in the words that a form is about."""

from __future__ import annotations

from bot.commands.finding import find_people
from bot.commands.people import named
from bot.commands.verb import Asked


async def known_people(asked: Asked) -> tuple[str, ...]:
    """The ids of everybody who is named. Raises Refused when somebody is unknown."""
    people = [person for person in map(named, asked.words) if person]
    return tuple(person.id for person in await find_people(people, asked))
