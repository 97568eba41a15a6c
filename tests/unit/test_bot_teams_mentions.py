"""What was typed, without the bot's own mention and with those of others."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.teams.mentions import typed_text

BOT = {"id": "28:app", "name": "Alfred"}


def mention(name: str, account: str, **more: str) -> dict[str, object]:
    return {"type": "mention", "text": f"<at>{name}</at>", "mentioned": {"id": account, "name": name, **more}}


@pytest.mark.parametrize(
    ("text", "entities", "typed"),
    [
        ("balance", [], "balance"),
        ("<at>Alfred</at> balance\n", [mention("Alfred", "28:app")], "balance"),
        ("<at>Alfred</at>&nbsp;send 5 to Alfred", [mention("Alfred", "28:app")], "send 5 to Alfred"),
        ("<at>Alfred</at> thank <at>Alfred</at>", [mention("Alfred", "28:app")] * 2, "thank  <@28:app|Alfred>"),
        (
            "<at>Alfred</at> send <at>Bob Miller</at> 10k",
            [mention("Alfred", "28:app"), mention("Bob Miller", "29:bob", aadObjectId="aad-bob")],
            "send  <@aad-bob|Bob Miller>  10k",
        ),
        ("send <at>Bob</at> 1 &lt; 2", [mention("Bob", "29:bob")], "send  <@29:bob|Bob>  1 < 2"),
        ("<at>Alfred</at> hi", [{"type": "mention", "text": "<at>Alfred</at>"}], "Alfred hi"),
        ("\ue0000\ue001 &#xe000;7&#xe001; <at>Bob</at>", [mention("Bob", "29:b")], "0 \ue0007\ue001  <@29:b|Bob>"),
        ("hi <at>Bob</at>", [mention("Bob", "29:b") | {"mentioned": {"id": ["29:b"]}}], "hi Bob"),
        ("hi <@U1|x>", ["odd", {"type": "clientInfo"}, {"type": "mention", "mentioned": None}], "hi <@U1|x>"),
    ],
)
def test_only_the_bots_own_first_mention_goes(text: str, entities: list[object], typed: str) -> None:
    assert typed_text({"text": text, "entities": entities, "recipient": BOT}) == typed


@given(st.one_of(st.none(), st.text(), st.integers()), st.one_of(st.none(), st.lists(st.one_of(st.text(), st.none()))))
def test_no_text_makes_it_raise(text: object, entities: object) -> None:
    assert isinstance(typed_text({"text": text, "entities": entities, "recipient": BOT}), str)
