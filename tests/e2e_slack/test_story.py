"""The story of docs/walkthrough.sh as a conversation in Slack, with the same balances at its end."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from bot.replies.reply import Reply
from bot.terminal.playing import Play
from bot.terminal.script import read_script
from tests.e2e_slack.acme import HANDLES, acme_in_slack
from tests.e2e_slack.local_slack import Mode
from tests.e2e_slack.stage import SlackStage
from tests.flows.running import alfred

pytestmark = pytest.mark.e2e

SCENES = Path(__file__).parents[2] / "docs" / "walkthrough"


class Transcript:
    """Prints the conversation, for whom it fails."""

    def told(self, text: str) -> None:
        sys.stdout.write(f"\n-- {text}\n")

    def said(self, who: str, text: str) -> None:
        sys.stdout.write(f"\n{who}> {text}\n")

    def answered(self, _who: str, reply: Reply) -> None:
        sys.stdout.write(f"{reply.in_words()}\n")

    def received(self, who: str, reply: Reply) -> None:
        sys.stdout.write(f"\n{who} is told:\n{reply.in_words()}\n")


@pytest.mark.parametrize("mode", ["events"])
async def test_the_story_is_played_in_slack_and_every_balance_is_as_told(tmp_path: Path, mode: Mode) -> None:
    async with acme_in_slack(tmp_path, mode=mode) as acme:
        play = Play(SlackStage(acme.slack, tmp_path, HANDLES), Transcript())
        alfred(tmp_path, "admin", "quota", "set", "@judy", "200k", "monthly", "--rollover", "none")
        for scene in ("1-a-gift", "3-a-holiday"):
            await play.play(read_script((SCENES / f"{scene}.chat").read_text()))
        await play.play(read_script("advance 22d"))
        await play.play(read_script((SCENES / "4-the-months-end.chat").read_text()))
        assert "Traceback" not in acme.server.log
    verified = alfred(tmp_path, "admin", "ledger", "verify")
    assert re.search(r"^drift +0$", verified.stdout, re.MULTILINE), verified.stdout
