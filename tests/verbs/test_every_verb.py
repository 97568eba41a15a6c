"""Every verb and every form in every front end: a table that fails when one is missing, or answers otherwise."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import pytest

from alfred.cli.app import LOCAL
from bot.commands.forms.catalogue import FORMS
from bot.commands.help_ import GROUPS
from bot.commands.say import HIDDEN, VERBS
from bot.commands.verb import Verb
from bot.replies.reply import without_stop
from bot.terminal.fragments import found_in
from core.approvals.waiting import Waiting
from tests.company import Company
from tests.talking import Talk
from tests.verbs.front_ends import FRONT_ENDS

SAID: Final = """
balance    | alice | balance                            | 500,000 tokens available
send       | alice | send @bob 1k                       | 1,000 tokens to @bob: sent.
thank      | bob   | thank @alice                       | You thanked @alice for 1,000 tokens.
undo       | alice | undo                               | 1,000 tokens back from @bob.
history    | alice | history 30d                        | 0 tokens sent and 0 received
allocate   | erin  | allocate 20k to team backend       | 20,000 tokens to Backend: done.
withdraw   | erin  | withdraw 20k from team backend     | 20,000 tokens back from Backend.
cancel     | erin  | cancel                             | All right, nothing was done.
quota      | erin  | quota @alice 200k monthly          | 200,000 tokens monthly for @alice?
request    | alice | request 5k from pool               | 5,000 tokens of the pool of Backend are yours now.
pool       | alice | pool                               | 95,000 tokens free in the pool of Backend
boost      | bob   | boost 50k for 24h P0               | 50,000 tokens for 24 hours: waits for approval.
approvals  | carol | approvals                          | 1 request waits for you.
approve    | carol | approve @bob 20k                   | Approved: 20,000 tokens for @bob until
boosts     | bob   | boosts                             | 1 boost is running.
request    | bob   | request override 50k for 24h P0    | 50,000 tokens for 24 hours: waits for approval.
ask        | carol | ask @bob what for?                 | Asked: “what for?”
answer     | bob   | answer the index is down           | Answered: “the index is down”
deny       | carol | deny @bob not today                | Denied: a boost of 50,000 tokens for @bob.
team       | carol | team                               | Backend: 0 tokens used since Sun 1 Mar 2026
preapprove | carol | preapprove list                    | You have agreed to nothing in advance.
delegate   | carol | delegate @dan until monday         | @dan decides in your place, until the end of Mon 9 Mar
ooo        | carol | ooo next week                      | Out of office from Mon 9 Mar 2026, back on Mon 16 Mar
loan       | alice | loan @bob 1k until friday          | 1,000 tokens to @bob: lent.
loans      | bob   | loans                              | You owe 1,000 tokens
keys       | alice | keys new tablet                    | Your new key “tablet”. It is shown only this once:
policy     | alice | policy explain @alice              | The rules that count for @alice
settings   | alice | settings quota off                 | Credits running low: off.
inbox      | alice | inbox                              | Nothing new.
link       | alice | link                               | {code} is your code, once
help       | alice | help send                          | send: give credits to colleagues
form       | alice | form nothing                       | I do not know that form.
suggested  | alice | suggested sug_0                    | That suggestion is over.
"""
"""What is said one after the other, by whom, and what the answer says first, wherever it is said."""

FILLED_IN: Final = """
send     | alice | send                 | people: @bob, amount: 1k            | 1,000 tokens to @bob: sent.
request  | alice | request              | amount: 5k                          | 5,000 tokens of the pool of Backend
ooo      | alice | ooo                  | first: 2026-03-09, back: 2026-03-16 | Out of office from Mon 9 Mar 2026
override | bob   | request override     | amount: 50k, hours: 24h, reason: P0 | 50,000 tokens for 24 hours: waits
question | carol | ask {id}             | question: why so much?              | Your question is on its way
answer   | bob   | answer {id}          | answer: the index is down           | Your answer is on its way
decide   | carol | approve {id} smaller | amount: 40k                         | Approved: 40,000 tokens for @bob
settings | alice | settings change      | quota: off                          | Saved.
"""
"""What opens something to fill in, what is filled in, and what is answered; {id} is the request that waits."""


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a table."""

    name: str
    who: str
    said: str
    values: str
    expected: str


def rows(table: str) -> list[Row]:
    split = [[cell.strip() for cell in line.split("|")] for line in table.strip().splitlines()]
    return [Row(name, who, said, ",".join(values), expected) for name, who, said, *values, expected in split]


@pytest.fixture
async def acme(sqlite_company: Company) -> Company:
    """Alice has 400,000 tokens, her department and team have budgets, her team a pool."""
    await sqlite_company.fund("alice", 400_000)
    await sqlite_company.fund("Engineering", 500_000)
    await sqlite_company.fund("Backend", 500_000)
    await sqlite_company.fund("Backend pool", 100_000)
    return sqlite_company


def test_every_verb_and_every_form_has_a_row() -> None:
    assert {row.name for row in rows(SAID)} == {verb.name for verb in VERBS}
    assert {row.name for row in rows(FILLED_IN)} == set(FORMS)


@pytest.mark.parametrize("where", FRONT_ENDS)
async def test_every_verb_is_answered_there(acme: Company, where: str) -> None:
    async with FRONT_ENDS[where](acme) as front_end:
        for row in rows(SAID):
            heading = (await front_end.says(row.who, row.said)).partition("\n")[0]
            # Where parts stand below, a heading is no sentence.
            assert found_in(heading, without_stop(row.expected), kept={}) is not None, (row.name, heading)


@pytest.mark.parametrize("where", FRONT_ENDS)
async def test_every_form_opens_there_and_is_sent_off(acme: Company, where: str) -> None:
    async with FRONT_ENDS[where](acme) as front_end:
        for row in rows(FILLED_IN):
            said = row.said.format(id=await waiting(acme))
            drawn = await Talk(acme).opens(row.who, said)
            values = dict(pair.split(": ") for pair in row.values.split(", "))
            filled = await front_end.fills(row.who, said, values=values)
            assert filled.labels == tuple(field.label for field in drawn.fields), row.name
            assert found_in(filled.answer.partition("\n")[0], row.expected, kept={}) is not None, (
                row.name,
                filled.answer,
            )


async def waiting(acme: Company) -> str:
    """The id of what waits for Carol, if anything does."""
    lines = (await acme.ask(Waiting, by="carol")).for_me
    return lines[0].approval_id if lines else "nothing"


def test_no_two_verbs_listen_to_the_same_word_and_none_is_a_command_of_the_shell() -> None:
    names = [name for verb in VERBS for name in verb.names]
    assert len(names) == len(set(names)), sorted(name for name in names if names.count(name) > 1)
    assert not set(names) & LOCAL


@pytest.mark.parametrize("verb", VERBS, ids=lambda verb: verb.name)
def test_every_verb_says_what_it_does_with_examples_that_begin_with_it(verb: Verb) -> None:
    assert verb.does
    assert verb.examples
    assert all(said.split()[0] in verb.names and does for said, does in verb.examples)


async def test_help_shows_every_verb_once_under_a_heading(acme: Company) -> None:
    shown = {verb.name: verb for verb in VERBS if verb not in HIDDEN}
    reply = await Talk(acme).says("alice", "help")
    listed = [name for fact in reply.facts for name in fact.value.split(", ")]
    assert sorted(listed) == sorted(shown)
    assert {fact.label for fact in reply.facts} <= {*GROUPS, "More"}
    for name, verb in shown.items():
        one = await Talk(acme).says("alice", f"help {name}")
        assert one.title == f"{name}: {verb.does}."
        assert len(one.facts) == len(verb.examples)
