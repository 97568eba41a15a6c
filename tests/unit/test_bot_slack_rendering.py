"""Whatever a reply says, Slack takes the message: checked by Slack's own models and by the limits they leave out."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.replies.reply import Action, Fact, Reply, Style, Table, Tone
from bot.slack.escaping import escaped
from bot.slack.rendering import message
from tests.block_kit import check_message

LONG = st.sampled_from(["x" * 6_000, "&" * 3_000, "`" * 3_000, "*_~" * 2_000, "<!channel>", "\n"])
TEXT = st.text(max_size=50) | LONG
SAID = TEXT.filter(bool)
ROW = st.tuples(TEXT, TEXT)
REPLIES = st.builds(
    Reply,
    title=SAID,
    lines=st.lists(SAID, max_size=5).map(tuple),
    facts=st.lists(st.builds(Fact, TEXT, TEXT), max_size=25).map(tuple),
    table=st.none() | st.builds(Table, st.just(("A", "B")), st.lists(ROW, max_size=40).map(tuple)),
    actions=st.lists(
        st.builds(Action, label=SAID, says=TEXT, command_id=st.just("say_1"), style=st.sampled_from(Style)),
        max_size=30,
    ).map(tuple),
    is_private=st.booleans(),
    tone=st.sampled_from(Tone),
)


@given(reply=REPLIES)
def test_every_reply_fits_and_pings_nobody(reply: Reply) -> None:
    body = message(reply)
    blocks = body["blocks"]
    check_message(body)
    assert "<" not in body["text"]
    sections = [block for block in blocks if block["type"] == "section"]
    assert "<" not in "".join(block["text"]["text"] for block in sections if "text" in block)
    assert json.loads(json.dumps(body)) == body


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("A & B <c>", "A &amp; B &lt;c&gt;"),
        ("<!channel> <@U1> <http://x|y>", "&lt;!channel&gt; &lt;@U1&gt; &lt;http://x|y&gt;"),
        ("trg_01h4_x", "trg_01h4_x"),
        ("*bold* _it_ ~no~ `c`", "\u200b*bold\u200b* \u200b_it\u200b_ \u200b~no\u200b~ \u200b`c\u200b`"),
    ],
)
def test_what_people_write_is_shown_as_written(typed: str, shown: str) -> None:
    assert escaped(typed, 100) == shown


def test_what_is_cut_says_so_and_cuts_no_entity() -> None:
    assert escaped("&&&&", 11) == "&amp;&amp;…"
    assert escaped("abcdef", 5) == "abcd…"


def test_a_table_stands_in_columns_where_a_phone_shows_them_and_in_lines_elsewhere() -> None:
    narrow = Table(("Who", "Status", "Left"), (("@bob", "active", "1,000"), ("@carol", "active", "12,000")))
    wide = Table(("What", "When", "Amount"), (("quota from Backend", "2026-04-01 00:00", "1,000,000"),) * 2)
    shown = [message(Reply(title="5 tokens.", table=table))["blocks"][-1]["text"]["text"] for table in (narrow, wide)]
    assert shown == [
        "```Who     Status    Left\n@bob    active   1,000\n@carol  active  12,000```",
        "\n".join(["*quota from Backend*  2026-04-01 00:00 · amount 1,000,000"] * 2),
    ]
