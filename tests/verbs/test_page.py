"""docs/talking.md says what can be said."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from bot.commands.say import HIDDEN, VERBS, opens_form

PAGE: Final = Path(__file__).parents[2] / "docs" / "talking.md"
SAID: Final = re.findall(r"`([^`]+)`", PAGE.read_text().partition("|---|")[2].partition("**Amounts**")[0])


def test_every_verb_stands_on_the_page_and_nothing_else() -> None:
    first_words = {said.split()[0] for said in SAID} - {"now"}
    assert first_words == {verb.name for verb in VERBS if verb not in HIDDEN} | {"cancel"}


def test_what_the_page_says_needs_no_form() -> None:
    assert not [said for said in SAID if opens_form(said) and said not in {"cancel", "now"}]
