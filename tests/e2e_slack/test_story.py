"""The story of docs/walkthrough.sh as a conversation in Slack, with the same balances at its end."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Sequence
from pathlib import Path
from urllib.request import Request, urlopen

import pytest

from bot.terminal.playing import Play
from bot.terminal.script import Line, read_script
from tests.e2e_slack.acme import HANDLES, acme_in_slack
from tests.e2e_slack.local_slack import Mode
from tests.e2e_slack.stage import SlackStage
from tests.e2e_slack.transcript import Transcript
from tests.flows.running import alfred

pytestmark = pytest.mark.e2e

SCENES = Path(__file__).parents[2] / "docs" / "walkthrough"


@pytest.mark.parametrize("mode", ["events", "socket"])
async def test_the_story_is_played_in_slack_and_every_balance_is_as_told(tmp_path: Path, mode: Mode) -> None:
    async with acme_in_slack(tmp_path, mode=mode) as acme:
        play = Play(SlackStage(acme.slack, tmp_path, HANDLES), Transcript())
        as_operator(tmp_path, "quota", "set", "@judy", "200k", "monthly", "--rollover", "none")
        await play.play(scene("1-a-gift"))
        await play.play(scene("2a-an-emergency"))
        await asyncio.to_thread(call_a_model, acme.server.url, key=as_operator(tmp_path, "keys", "new", "@dan")[:53])
        await play.play(scene("2b-it-is-over"))
        await play.play(scene("3-a-holiday"))
        await play.play(read_script("advance 22d"))
        await play.play(scene("4-the-months-end"))
        assert "Traceback" not in acme.server.log
    verified = as_operator(tmp_path, "ledger", "verify")
    assert re.search(r"^drift +0$", verified, re.MULTILINE), verified


def scene(name: str) -> Sequence[Line]:
    return read_script((SCENES / f"{name}.chat").read_text())


def as_operator(folder: Path, *words: str) -> str:
    done = alfred(folder, "admin", *words)
    assert done.returncode == 0, done.stderr
    return done.stdout


def call_a_model(url: str, *, key: str) -> None:
    """What walkthrough.sh does with curl."""
    message = {"role": "user", "content": "shard 7 does not answer; " * 2_000}
    body = json.dumps({"model": "gpt-4o-mini", "messages": [message]}).encode()
    calling = Request(f"{url}/v1/chat/completions", data=body, headers={"x-api-key": key})  # noqa: S310  our own server
    with urlopen(calling, timeout=30) as answer:  # noqa: S310
        assert answer.headers["X-Alfred-Source"] == "boost"
