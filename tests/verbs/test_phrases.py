"""How people talk: a few hundred phrases and how each is answered; and no text at all is answered with a crash."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.commands.say import VERBS
from bot.replies.reply import Reply, Tone
from tests.company import Company
from tests.talking import Talk

PHRASES: Final = Path(__file__).with_name("phrases.txt")
_UNSEEN: Final = str.maketrans({"⍽": "\u00a0", "◌": "\u200b"})


def phrases() -> list[tuple[str, str]]:
    """What is typed, and the first line of the answer."""
    lines = [line for line in PHRASES.read_text("utf-8").splitlines() if line and not line.startswith("#")]
    return [(typed.rstrip().translate(_UNSEEN), said) for typed, _, said in (line.rpartition(" | ") for line in lines)]


@pytest.fixture
async def talk(sqlite_company: Company) -> Talk:
    """Alice has 45,000 tokens, her team 5,000,000 to give."""
    await sqlite_company.fund("Backend", 5_000_000)
    await sqlite_company.fund("alice", 45_000)
    return Talk(sqlite_company)


async def test_people_are_understood_as_they_talk(talk: Talk) -> None:
    """In the order of the file: what was lent or asked for by one phrase is there for the next."""
    answered = [(typed, (await talk.says("alice", typed)).title) for typed, _ in phrases()]
    assert answered == phrases()


async def test_a_question_in_plain_words_names_the_verb_it_used_and_changes_nothing(
    sqlite_company: Company, talk: Talk
) -> None:
    before = await sqlite_company.traces()
    for question, verb in (
        ("how much do I have left?", "balance"),
        ("who can approve my request?", "approvals"),
        ("what did I spend this month", "balance"),
        ("what did I send this week?", "history 7d"),
        ("who’s away?", "team"),
        ("how much is in the pool?", "pool"),
        ("how do I send credits?", "help send"),
    ):
        reply = await talk.says("alice", question)
        assert (reply.tone, reply.lines[-1]) == (Tone.OK, f"You can also say “{verb}”.")
    assert await sqlite_company.traces() == before


NAMES: Final = [name for verb in VERBS for name in verb.names]
WORDS: Final = st.sampled_from(
    ["@bob", "bob", "<@U1|x>", "4k", "-5", "$5", "10.000", "9" * 40, "for", "to", "from", "until", "friday", "next",
     "week", "team", "backend", "pool", "monthly", "now", "end", "back", "remove", "new", "all", "--yes", "--reason=",
     "apr_", "apr_x", "pre_x", "ooo_x", "trg_x", "crq_x", "ovr_x", "usr_x", "?", '"', "“", "%", "70%", "\ud800", "\x00",
     "7QK2M-XW40P", "why", "how", "much", "who", "…", "🙏", "to@", "@", "<@>", "/", "--", "—"]
)  # fmt: skip
TEXTS: Final = st.builds(
    lambda verb, words: " ".join((verb, *words)), st.sampled_from(NAMES), st.lists(WORDS, max_size=7)
)


@settings(max_examples=250, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=TEXTS | st.text(max_size=120), who=st.sampled_from(["alice", "carol", "frank", "henry"]))
async def test_no_text_makes_it_raise_or_answer_with_silence(talk: Talk, text: str, who: str) -> None:
    reply = await talk.says(who, text)
    assert reply.title.strip(), text
    assert reply.tone is not Tone.ERROR, text
    assert Reply.from_json(reply.to_json()) == reply
