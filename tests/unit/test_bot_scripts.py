"""The language of played conversations: its lines, and what a part of a message is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pytest

from bot.replies.form import Choice, Field, FieldKind, Form, Mistakes
from bot.replies.reply import Action, Fact, Reply, Tone
from bot.terminal.fragments import NotKept, filled, found_in
from bot.terminal.playing import Play, Unexpected
from bot.terminal.script import Advances, NoSuchLine, Presses, Reads, Says, Tells, people_of, read_script

GIFT = """\
# Who reads the file sees this.

-- Monday morning.
alice> send @bob 10k
Bob< 10,000 tokens from @alice
  alice> [Undo]
alice> [1]
advance 7d
"""


def test_a_script_is_what_people_say_press_and_read_and_how_time_passes() -> None:
    assert read_script(GIFT) == (
        Tells(number=3, text="Monday morning."),
        Says(number=4, who="alice", text="send @bob 10k"),
        Reads(number=5, who="bob", text="10,000 tokens from @alice"),
        Presses(number=6, who="alice", label="Undo"),
        Presses(number=7, who="alice", label="1"),
        Advances(number=8, by="7d"),
    )
    assert people_of(read_script(GIFT)) == {"alice": 4, "bob": 5}


@pytest.mark.parametrize("line", ["alice send @bob 10k", "> send", "alice>", "bob<", "advance", "@alice> hello"])
def test_a_line_that_is_none_is_named_by_its_number(line: str) -> None:
    with pytest.raises(NoSuchLine) as error:
        read_script(f"-- It begins.\n\n{line}\n")
    assert error.value.number == 3


@pytest.mark.parametrize(
    ("message", "fragment"),
    [
        ("10,000 tokens to @bob: sent.", "10,000 tokens to @bob"),
        ("You have 990,000 tokens left.\nUndo works until 09:05.", "990,000 tokens left. Undo works"),
        ("You have 990,000 tokens left. Undo works until 09:05.", "990,000 … until 09:05"),
        ("Personal: 5 tokens", "Personal:   5 tokens"),
        ("(transfer)", "(transfer)"),
    ],
)
def test_a_part_of_a_message_is_enough(message: str, fragment: str) -> None:
    assert found_in(message, fragment, kept={}) == {}


@pytest.mark.parametrize(
    ("message", "fragment"),
    [
        ("1,990,000 tokens", "990,000 tokens"),
        ("990,000 tokens", "990 tokens"),
        ("You have 990,000.", "990"),
        ("1.5 tokens", "5 tokens"),
        ("to @bobby", "to @bob"),
        ("10 tokens", "10 TOKENS"),
    ],
)
def test_a_figure_or_a_name_is_a_whole_one(message: str, fragment: str) -> None:
    assert found_in(message, fragment, kept={}) is None


def test_a_name_stands_for_what_was_read_and_has_to_be_the_same_again() -> None:
    kept = found_in("Id: apr_01h2. Amount: 1,500 tokens.", "Id: {id}. Amount: {amount} tokens", kept={})
    assert kept == {"id": "apr_01h2", "amount": "1,500"}
    assert filled("approve {id} {amount}", kept) == "approve apr_01h2 1,500"
    assert found_in("1,500 tokens are back", "{amount} tokens", kept=kept) == {}
    assert found_in("1,501 tokens are back", "{amount} tokens", kept=kept) is None
    with pytest.raises(NotKept):
        filled("deny {other}", kept)


@dataclass
class Echo:
    """A stage whose people are answered what the test says, and whose mail is what the test put there."""

    answers: dict[str, Reply]
    mail: dict[str, list[Reply]] = field(default_factory=dict)
    log: list[str] = field(default_factory=list)

    async def says(self, who: str, text: str) -> Reply:
        self.log.append(f"{who} says {text}")
        return self.answers[text]

    async def presses(self, who: str, action: Action) -> Reply:
        self.log.append(f"{who} presses {action.command_id}")
        return self.answers[action.says]

    async def submits(self, who: str, form: Form, *, values: Mapping[str, str]) -> Reply | Mistakes:
        self.log.append(f"{who} sends off {form.name} {dict(values)}")
        return Reply(title="Sent.") if values["amount"] == "10k" else Mistakes({"amount": "that is no amount"})

    async def news(self, who: str) -> Sequence[Reply]:
        return self.mail.pop(who, [])

    async def advance(self, by: str) -> str:
        self.log.append(f"{by} pass")
        return f"{by} later."

    def told(self, text: str) -> None:
        self.log.append(text)

    def said(self, who: str, text: str) -> None:
        pass

    def answered(self, who: str, reply: Reply) -> None:
        pass

    def received(self, who: str, reply: Reply) -> None:
        self.log.append(f"{who} is told {reply.title}")


GIVING = Form(
    name="send",
    about="",
    title="Send credits",
    submit="Send",
    asks="Who?",
    fields=(
        Field(name="to", kind=FieldKind.PERSON, label="Who gets it", initial="@bob"),
        Field(name="amount", kind=FieldKind.AMOUNT, label="How much"),
        Field(name="day", kind=FieldKind.CHOICE, label="When", choices=(Choice("1", "Tomorrow"),)),
    ),
    command_id="say_2",
)
UNDO = Action(label="Undo", says="undo trg_1", command_id="say_1")
SENT = Reply(title="Sent.", facts=(Fact("Left", "5 tokens"),), actions=(UNDO,))
REFUSED = Reply(title="No.", tone=Tone.REFUSED)


async def played(echo: Echo, text: str) -> int:
    return await Play(echo, echo).play(read_script(text))


async def test_everybody_has_a_part_and_presses_what_they_were_shown() -> None:
    echo = Echo({"send": SENT, "undo trg_1": Reply(title="Back.")}, mail={"bob": [Reply(title="A gift.")]})
    read = await played(
        echo, "-- Monday.\nalice> send\nalice< Left: 5\nbob< A gift\nadvance 1h\nalice> [undo]\nalice< Back"
    )
    assert read == 3
    assert echo.log == [
        "Monday.",
        "alice says send",
        "bob is told A gift.",
        "1h pass",
        "1h later.",
        "alice presses say_1",
    ]


@pytest.mark.parametrize(
    ("text", "number", "why"),
    [
        (
            "alice> send\nalice< Left: 6",
            2,
            "alice should read\n    Left: 6\nbut alice reads\n    Sent.\n    Left: 5 tokens",
        ),
        ("alice> send\n\nbob< A gift", 3, "bob should read\n    A gift\nbut nothing has arrived for bob."),
        ("alice> [Undo]", 1, "alice cannot press [Undo].\nNothing was shown to press."),
        ("alice> send\nalice> [2]", 2, "alice cannot press [2].\nShown so far: [Undo]."),
        ("alice> approve {id}", 1, "{id} stands for nothing yet: nothing above it was read as that."),
        ("alice> steal\nbob> send", 1, "alice was not expected to be told\n    No."),
    ],
)
async def test_the_first_line_that_is_not_as_expected_ends_it(text: str, number: int, why: str) -> None:
    with pytest.raises(Unexpected) as error:
        await played(Echo({"send": SENT, "steal": REFUSED}), text)
    assert (error.value.number, str(error.value)[: len(why)]) == (number, why)


async def test_a_refusal_that_is_expected_is_no_surprise_but_a_defect_always_is() -> None:
    assert await played(Echo({"steal": REFUSED}), "alice> steal\nalice< No.") == 1
    with pytest.raises(Unexpected):
        await played(Echo({"steal": Reply(title="Oh.", tone=Tone.ERROR)}), "alice> steal\nalice< Oh.")


async def test_a_form_is_filled_in_by_its_labels_and_sent_off_by_its_button() -> None:
    echo = Echo({"send": Reply(title="Who?", tone=Tone.REFUSED, form=GIVING)})
    read = await played(
        echo,
        """\
        alice> send
        alice< Send credits Who gets it How much
        alice> how much: 10x
        alice> When: tomorrow
        alice> [Send]
        alice< How much: that is no amount
        alice> How much: 10k
        alice> [send]
        alice< Sent.
        """,
    )
    assert read == 3
    assert echo.log == [
        "alice says send",
        "alice sends off send {'to': '@bob', 'amount': '10x', 'day': '1'}",
        "alice sends off send {'to': '@bob', 'amount': '10k', 'day': '1'}",
    ]


async def test_what_is_wrong_in_a_form_is_a_surprise_that_somebody_must_read() -> None:
    with pytest.raises(Unexpected) as error:
        await played(Echo({"send": Reply(title="Who?", form=GIVING)}), "alice> send\nalice> [Send]")
    assert (error.value.number, "How much: that is no amount" in str(error.value)) == (2, True)
