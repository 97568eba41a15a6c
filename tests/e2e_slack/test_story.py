"""The story of docs/walkthrough.sh as a conversation in Slack, with the same balances at its end."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.story import play_story
from tests.e2e_slack.acme import HANDLES, acme_in_slack
from tests.e2e_slack.local_slack import Mode
from tests.e2e_slack.stage import SlackStage

pytestmark = pytest.mark.e2e


@pytest.mark.parametrize("mode", ["events", "socket"])
async def test_the_story_is_played_in_slack_and_every_balance_is_as_told(tmp_path: Path, mode: Mode) -> None:
    async with acme_in_slack(tmp_path, mode=mode) as acme:
        await play_story(SlackStage(acme.slack, acme.demo, HANDLES), acme.demo, acme.server)
