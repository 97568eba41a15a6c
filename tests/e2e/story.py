"""The story of docs/walkthrough.sh, wherever it is played, and what has to be true at its end."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Final
from urllib.request import Request, urlopen

from bot.terminal.playing import Play, Stage
from bot.terminal.script import Line, Presses, Reads, Says, read_script
from tests.e2e.demo import Demo
from tests.e2e.transcript import Transcript
from tests.flows.running import Server

_SCENES: Final = Path(__file__).parents[2] / "docs" / "walkthrough"


async def play_story(stage: Stage, demo: Demo, server: Server) -> None:
    """Play it to its end, where the balances are as told, and the books and the trail agree."""
    play = Play(stage, Transcript())
    await demo.operator("quota", "set", "@judy", "200k", "monthly", "--rollover", "none")
    await play.play(_scene("1-a-gift"))
    await play.play(_scene("2a-an-emergency"))
    await asyncio.to_thread(_call_a_model, server.url, key=(await demo.operator("keys", "new", "@dan"))[:53])
    await play.play(_scene("2b-it-is-over"))
    await play.play(_scene("3-a-holiday"))
    await play.play(read_script("advance 22d"))
    await play.play(_scene("4-the-months-end"))
    assert "Traceback" not in server.log
    await books_agree(demo)


async def books_agree(demo: Demo) -> None:
    """The ledger has no drift, and nothing was taken from the trail or changed in it."""
    verified = await demo.operator("ledger", "verify")
    assert re.search(r"^drift +0$", verified, re.MULTILINE), verified
    head = demo.folder / "head.json"
    head.write_text(await demo.operator("audit", "head"))
    await demo.operator("audit", "verify", "--head", str(head))


def who_is_in_it() -> tuple[str, ...]:
    """Everybody who says or reads something."""
    lines = (line for path in sorted(_SCENES.glob("*.chat")) for line in read_script(path.read_text()))
    return tuple(sorted({line.who for line in lines if isinstance(line, Says | Presses | Reads)}))


def _scene(name: str) -> Sequence[Line]:
    return read_script((_SCENES / f"{name}.chat").read_text())


def _call_a_model(url: str, *, key: str) -> None:
    """What walkthrough.sh does with curl."""
    message = {"role": "user", "content": "shard 7 does not answer; " * 2_000}
    body = json.dumps({"model": "gpt-4o-mini", "messages": [message]}).encode()
    calling = Request(f"{url}/v1/chat/completions", data=body, headers={"x-api-key": key})  # noqa: S310  our own server
    with urlopen(calling, timeout=30) as answer:  # noqa: S310
        assert answer.headers["X-Alfred-Source"] == "boost"
