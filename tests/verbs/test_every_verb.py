"""Every verb of the vocabulary in every front end: a table that fails when one is missing."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Final

import pytest

from alfred.cli.app import LOCAL
from bot.commands.help_ import GROUPS
from bot.commands.say import HIDDEN, VERBS
from bot.replies.reply import Reply, Tone
from tests.company import Company
from tests.edges.slack_side import Slack, link, slack_side
from tests.edges.teams_talk import Teams, teams_side, words
from tests.edges.teams_talk import link as link_teams
from tests.talking import Talk, office_of

VOCABULARY: Final = """
balance    | balance                                | terminal slack teams
send       | send @bob 1k                           | terminal slack teams
request    | request 20k from @bob                  | terminal slack teams
approve    | approve apr_0                          | terminal slack teams
deny       | deny apr_0                             | terminal slack teams
approvals  | approvals                              | terminal slack teams
ooo        | ooo next week                          | terminal slack teams
team       | team                                   | terminal slack teams
pool       | pool                                   | terminal slack teams
history    | history 30d                            | terminal slack teams
loan       | loan @bob 1k until friday              | terminal slack teams
keys       | keys                                   | terminal slack teams
allocate   | allocate 5k to @bob                    | terminal slack teams
quota      | quota                                  | terminal slack teams
policy     | policy explain @alice                  | terminal slack teams
delegate   | delegate @dan until monday             | terminal slack teams
link       | link                                   | terminal slack teams
help       | help send                              | terminal slack teams
undo       | undo                                   | terminal slack teams
inbox      | inbox                                  | terminal slack teams
loans      | loans                                  | terminal slack teams
ask        | ask apr_0 why?                         | terminal slack teams
answer     | answer apr_0 because                   | terminal slack teams
preapprove | preapprove list                        | terminal slack teams
settings   | settings quota off                     | terminal slack teams
withdraw   | withdraw 5k from @bob                  | terminal slack teams
"""
"""What can be said, an example, and the front ends in which it is tried here."""

TO_COME: Final = frozenset({"top", "report"})
"""Verbs of the vocabulary that are not made yet; nothing else may be missing."""

ROWS: Final = [tuple(cell.strip() for cell in line.split("|")) for line in VOCABULARY.strip().splitlines()]
ADAPTERS: Final = {verb: set(adapters.split()) for verb, _, adapters in ROWS}
SHOWN: Final = {verb.name: verb for verb in VERBS if verb not in HIDDEN}


@pytest.fixture
async def acme(sqlite_company: Company) -> Company:
    """Alice has 400,000 tokens."""
    await sqlite_company.fund("alice", 400_000)
    return sqlite_company


@pytest.fixture
async def slack(acme: Company) -> AsyncIterator[Slack]:
    await link(acme)
    async with slack_side(acme, office_of(acme)) as side:
        yield side


@pytest.fixture
async def teams(acme: Company) -> AsyncIterator[Teams]:
    await link_teams(acme)
    async with teams_side(acme, office_of(acme)) as side:
        yield side


def test_every_verb_of_the_vocabulary_is_there() -> None:
    assert ADAPTERS.keys() - TO_COME <= SHOWN.keys()
    assert {"terminal", "slack", "teams"} == set.union(*ADAPTERS.values())


def test_no_two_verbs_listen_to_the_same_word_and_none_is_a_command_of_the_shell() -> None:
    names = [name for verb in VERBS for name in verb.names]
    assert len(names) == len(set(names)), sorted(name for name in names if names.count(name) > 1)
    assert not set(names) & LOCAL


@pytest.mark.parametrize("verb", VERBS, ids=lambda verb: verb.name)
def test_every_verb_says_what_it_does_with_examples_that_begin_with_it(verb: object) -> None:
    known = next(item for item in VERBS if item is verb)
    assert known.does
    assert known.examples
    assert all(said.split()[0] in known.names and does for said, does in known.examples)


async def test_help_shows_every_verb_once_under_a_heading(acme: Company) -> None:
    reply = await Talk(acme).says("alice", "help")
    listed = [name for fact in reply.facts for name in fact.value.split(", ")]
    assert sorted(listed) == sorted(SHOWN)
    assert {fact.label for fact in reply.facts} <= {*GROUPS, "More"}
    for name in SHOWN:
        one = await Talk(acme).says("alice", f"help {name}")
        assert one.title == f"{name}: {SHOWN[name].does}."
        assert len(one.facts) == len(SHOWN[name].examples)


async def test_every_verb_answers_in_the_terminal(acme: Company) -> None:
    talk = Talk(acme)
    for verb, said, adapters in ROWS:
        if "terminal" in adapters:
            assert is_an_answer(await talk.says("alice", said)), verb


async def test_every_verb_answers_in_slack(slack: Slack) -> None:
    for at, (verb, said, adapters) in enumerate(ROWS):
        if "slack" in adapters:
            message = await slack.says("alice", said, trigger=f"row-{at}")
            assert message["blocks"], verb
            assert not message["text"].startswith(NOT_ANSWERED), verb


async def test_every_verb_answers_in_teams(teams: Teams) -> None:
    for verb, said, adapters in ROWS:
        if "teams" in adapters:
            shown = words(await teams.says("alice", said))
            assert shown, verb
            assert not shown.startswith(NOT_ANSWERED), verb


NOT_ANSWERED: Final = ("I did not understand", "Did you mean", "Something went wrong")


def is_an_answer(reply: Reply) -> bool:
    return reply.tone is not Tone.ERROR and not reply.title.startswith(NOT_ANSWERED)
