"""The story of docs/walkthrough.sh as a conversation in Teams, with the same balances at its end."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.story import play_story, who_is_in_it
from tests.e2e_teams.acme import acme_in_teams

pytestmark = pytest.mark.e2e


async def test_the_story_is_played_in_teams_and_every_balance_is_as_told(tmp_path: Path) -> None:
    async with acme_in_teams(tmp_path, people=who_is_in_it()) as acme:
        await play_story(acme.stage, acme.demo, acme.server)
