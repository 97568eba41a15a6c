"""What a terminal shows, line by line, on 80 columns and in a pipe."""

from __future__ import annotations

import io
from collections.abc import Mapping

import pytest
from rich.console import Console

from bot.commands.form import form_reply
from bot.replies.form import Form, Mistakes
from bot.replies.reply import Action, Fact, Reply, Table, Tone
from bot.terminal.chat import chat
from bot.terminal.exit_codes import exit_code
from bot.terminal.forms import ReadLine
from bot.terminal.rendering import draw
from tests.company import Company
from tests.talking import Talk

RECEIPT = Reply(
    title="10,000 tokens to @bob: sent.",
    lines=("For: the demo", "You have 35,000 tokens left. Undo works for 5 minutes, until 10:05."),
    actions=(Action(label="Undo", says="undo trg_1", command_id="say_1"),),
)
HISTORY = Reply(
    title="4,000 tokens sent and 1,000 tokens received in the last 7 days.",
    table=Table(
        ("When", "What", "Who", "Amount", "State"),
        (
            ("2026-03-02 11:00", "received from", "@bob", "1,000 tokens", "completed"),
            ("2026-03-02 10:00", "sent to", "@bob", "14,000 tokens", "completed"),
        ),
    ),
)
BALANCE = Reply(
    title="45,000 tokens available.",
    facts=(Fact("Personal", "45,000 tokens"), Fact("This month", "3 calls, 1,200 tokens, $0.02")),
)


def drawn(reply: Reply, *, numbered: bool = False, terminal: bool = False) -> str:
    out = io.StringIO()
    draw(reply, Console(file=out, width=80, force_terminal=terminal, highlight=False), numbered=numbered)
    return "\n".join(line.rstrip() for line in out.getvalue().splitlines())


def test_a_receipt_in_a_pipe_is_plain_lines_and_the_command_to_undo() -> None:
    assert drawn(RECEIPT) == (
        "10,000 tokens to @bob: sent.\n"
        "For: the demo\n"
        "You have 35,000 tokens left. Undo works for 5 minutes, until 10:05.\n"
        "\n"
        "  Undo:  alfred undo trg_1"
    )


def test_the_command_to_undo_is_called_as_it_can_be_called_from_here() -> None:
    out = io.StringIO()
    draw(RECEIPT, Console(file=out, width=80, highlight=False), alfred=".venv/bin/alfred")
    assert out.getvalue().rstrip().endswith("Undo:  .venv/bin/alfred undo trg_1")


def test_in_a_chat_there_is_something_to_press() -> None:
    assert drawn(RECEIPT, numbered=True).endswith("\n[1] Undo")


def test_facts_stand_in_two_columns() -> None:
    assert drawn(BALANCE) == (
        "45,000 tokens available.\n"
        "  Personal    45,000 tokens\n"
        "  This month  3 calls, 1,200 tokens, $0.02"
    )  # fmt: skip


def test_a_table_fits_eighty_columns_with_amounts_at_the_right() -> None:
    assert drawn(HISTORY) == (
        "4,000 tokens sent and 1,000 tokens received in the last 7 days.\n"
        "  When               What            Who           Amount   State\n"
        "  ───────────────────────────────────────────────────────────────────\n"
        "  2026-03-02 11:00   received from   @bob    1,000 tokens   completed\n"
        "  2026-03-02 10:00   sent to         @bob   14,000 tokens   completed"
    )


def test_a_terminal_gets_colours_a_pipe_does_not() -> None:
    refused = Reply(title="You may not do that.", tone=Tone.REFUSED)
    assert "\x1b[" in drawn(refused, terminal=True)
    assert drawn(refused) == "You may not do that."


def test_what_people_wrote_cannot_colour_or_move_anything() -> None:
    reply = Reply(title="To @bob", lines=("For: [red]x[/red] \x1b[2J :smile:\r\nforged line",))
    assert drawn(reply) == "To @bob\nFor: [red]x[/red]  [2J :smile:  forged line"


def test_the_command_to_type_is_quoted_for_a_shell() -> None:
    asked = Reply(title="?", actions=(Action(label="Confirm", says="send usr_1 5 --message it's $5", command_id="c"),))
    assert drawn(asked) == "?\n\n  Confirm:  alfred send usr_1 5 --message 'it'\"'\"'s' '$5'"


@pytest.mark.parametrize(
    ("reply", "code"),
    [
        (Reply(title="Done."), 0),
        (Reply(title="No.", tone=Tone.REFUSED, code="not_allowed"), 1),
        (Reply(title="Send?", code="confirm"), 1),
        (Reply(title="What?", tone=Tone.REFUSED, code="usage"), 2),
        (Reply(title="Away.", tone=Tone.ERROR, code="database_unavailable"), 3),
    ],
)
def test_scripts_see_whether_it_was_done(reply: Reply, code: int) -> None:
    assert exit_code(reply) == code


@pytest.fixture
async def acme(sqlite_company: Company) -> Company:
    await sqlite_company.fund("alice", 45_000)
    await sqlite_company.fund("bob", 1_000)
    return sqlite_company


def typing(*lines: str, out: io.StringIO) -> ReadLine:
    """What is typed; prompts but the ordinary one are written down."""
    waiting = iter(lines)

    async def read_line(prompt: str) -> str | None:
        if prompt != "alice> ":
            out.write(f"{prompt}\n")
        return next(waiting, None)

    return read_line


async def talked(acme: Company, *lines: str) -> str:
    talk, out = Talk(acme), io.StringIO()

    async def say(text: str, command_id: str | None) -> Reply:
        return await talk.says("alice", text, command_id=command_id)

    async def send_off(form: Form, values: Mapping[str, str]) -> Reply | Mistakes:
        return await talk.sends_off("alice", form, **values)

    console = Console(file=out, width=80)
    await chat(say, submit=send_off, console=console, name="alice", read_line=typing(*lines, out=out))
    return "\n".join(line.rstrip() for line in out.getvalue().splitlines())


async def test_alice_sends_to_bob_and_takes_it_back_by_pressing_numbers(acme: Company) -> None:
    said = await talked(acme, "send @bob 10k for the demo", "1", "", "1", "/quit", "send @bob 4k")
    assert said == (
        "You are alice. Say help to see what Alfred can do, /quit to leave.\n"
        "Send 10,000 tokens to @bob?\n"
        "For: the demo\n"
        "That is more than 10 % of your balance; you would have 35,000 tokens left.\n"
        "[1] Confirm   [2] Cancel\n"
        "\n"
        "10,000 tokens to @bob: sent.\n"
        "For: the demo\n"
        "You have 35,000 tokens left. Undo works for 5 minutes, until 10:05.\n"
        "[1] Undo\n"
        "\n"
        "10,000 tokens back from @bob.\n"
        "You have 45,000 tokens now.\n"
    )
    assert await acme.balances() == {"alice": 45_000, "bob": 1_000}


async def test_a_button_is_pressed_by_its_name_and_yes_confirms(acme: Company) -> None:
    said = await talked(acme, "send @bob 10k", "yes", "undo", "7", "/leave")
    assert "10,000 tokens to @bob: sent.\n" in said
    assert "10,000 tokens back from @bob.\n" in said
    assert "Nothing here has the number 7.\n" in said
    assert said.endswith("There is no form to leave.\n/quit ends the chat.\n")
    assert await acme.balances() == {"alice": 45_000, "bob": 1_000}


async def test_a_number_that_nothing_has_leaves_what_can_be_pressed(acme: Company) -> None:
    said = await talked(acme, "send @bob 10k", "3", "cancel")
    assert said.count("[1] Confirm   [2] Cancel\n") == 2
    assert "All right, nothing was done.\n" in said
    assert await acme.balances() == {"alice": 45_000, "bob": 1_000}


async def test_the_end_of_input_ends_the_chat(acme: Company) -> None:
    assert (await talked(acme, "undo")).splitlines()[1] == "There is nothing to undo."


async def test_a_form_is_asked_line_by_line_and_again_where_something_is_wrong(acme: Company) -> None:
    said = await talked(acme, "send", "@bob, @nobody", "lots", "the demo", "@bob", "2k", "1")
    assert said == (
        "You are alice. Say help to see what Alfred can do, /quit to leave.\n"
        "Send credits. /leave ends it without doing anything; nothing typed takes what is\n"
        "in [brackets].\n"
        "  Each of them gets the amount; names, as @bob @carol.\n"
        "Who gets it:\n"
        "  10000, 10,000, 10k, 2.5M or $50.\n"
        "How much:\n"
        "  They read it; may stay empty.\n"
        "What for:\n"
        "Who gets it: I do not know @nobody. Nobody in your organization has that handle,\n"
        "address or id, or they have not joined Alfred yet. Check the spelling (a handle\n"
        "looks like @bob), or ask an administrator to add them.\n"
        "How much: “lots” is not an amount that I can take. Write it as 10000, 10,000,\n"
        "10k, 2.5M or $50.\n"
        "Once more, please; /leave ends it without doing anything.\n"
        "  Each of them gets the amount; names, as @bob @carol.\n"
        "Who gets it [@bob, @nobody]:\n"
        "  10000, 10,000, 10k, 2.5M or $50.\n"
        "How much [lots]:\n"
        "2,000 tokens to @bob: sent.\n"
        "For: the demo\n"
        "You have 43,000 tokens left. Undo works for 5 minutes, until 10:05.\n"
        "[1] Undo\n"
        "\n"
        "2,000 tokens back from @bob.\n"
        "You have 45,000 tokens now.\n"
    )
    assert await acme.balances() == {"alice": 45_000, "bob": 1_000}


async def test_a_form_can_be_left_and_choices_are_numbered(acme: Company) -> None:
    said = await talked(acme, "ooo", "", "", "2", "/leave", "balance")
    assert "Why [Just away]:\n  [1] Whoever the policy says\n  [2] All to the pool of my team\n" in said
    assert "All right, nothing was done.\n\n45,000 tokens available.\n" in said


def test_who_cannot_fill_in_a_form_sees_how_to_say_it() -> None:
    form = Form(
        name="send",
        about="",
        title="Send credits",
        submit="Send",
        asks="Who should get it?",
        fields=(),
        command_id="say_1",
        in_words=("For example: “send @bob 10k for the demo”.",),
    )
    reply = form_reply(form)
    assert drawn(reply) == "Who should get it?\nFor example: “send @bob 10k for the demo”."
    assert exit_code(reply) == 2
    assert Reply.from_json(reply.to_json()) == reply
