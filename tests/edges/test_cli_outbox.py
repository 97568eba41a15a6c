"""What an operator sees of messages and of jobs, and does about them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from alfred.cli.admin.jobs import giver
from core.jobs.runs import JobRun
from core.notify.channel import Undelivered
from core.storage.database import Database
from tests.edges.terminal import Terminal, configure, copy_of, terminal_in
from tests.notify.post import Recorder, post
from tests.standing import StandingClock


@pytest.fixture
def url(tmp_path: Path, sqlite_template: Path) -> str:
    """A database with tables and nothing in them."""
    return copy_of(sqlite_template, tmp_path)


@pytest.fixture
def acme(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, url: str) -> Terminal:
    """Acme, where alice was given credits, of which she has not heard yet."""
    terminal = terminal_in(tmp_path, capsys, monkeypatch)
    configure(monkeypatch, url)
    for words in (
        ("org", "create", "Acme", "--zone", "Europe/Berlin"),
        ("team", "create", "Backend"),
        ("user", "create", "alice", "Alice Moreau", "--in", "Backend"),
        ("quota", "set", "Acme", "2M", "--now"),
        ("quota", "set", "Backend", "1M", "--now"),
        ("credits", "allocate", "10k", "@alice"),
    ):
        done = terminal("admin", *words)
        assert (done.code, done.err) == (0, ""), done
    return terminal


UP, DOWN = True, False

Dispatch = Callable[[bool], None]


@pytest.fixture
def dispatch(url: str) -> Dispatch:
    """One round of a worker whose only channel is up or down."""

    async def once(*, is_up: bool) -> None:
        async with Database(url.replace("sqlite:", "sqlite+aiosqlite:")) as database:
            channel = Recorder("pigeon", schedule=())
            if not is_up:
                channel.everybody = Undelivered("no wind")
            await post(database, channel, wall=StandingClock()).work_off()

    return lambda is_up: asyncio.run(once(is_up=is_up))


def test_what_has_not_arrived_is_listed_shown_and_sent_once_more(acme: Terminal, dispatch: Dispatch) -> None:
    assert acme("admin", "outbox", "list").out == "Everything has arrived.\n"
    dispatch(DOWN)
    [dead] = acme("admin", "outbox", "list", "--state", "dead", "--json").json
    assert (dead["type"], dead["recipient"], dead["state"], dead["error"]) == (
        "allocation.made",
        "alice",
        "dead",
        "no wind",
    )
    assert "pigeon: @alice" in acme("admin", "outbox", "list").out
    shown = acme("admin", "outbox", "show", dead["event_id"], "--json").json
    assert (shown["is_dispatched"], shown["payload"]["amount"], len(shown["deliveries"])) == (True, 10_000, 1)

    again = acme("admin", "outbox", "replay", dead["event_id"])
    assert again.out == "1 dead letter on the way again.\n"
    dispatch(UP)
    assert acme("admin", "outbox", "list").out == "Everything has arrived.\n"
    [arrived] = acme("admin", "outbox", "list", "--state", "delivered", "--json").json
    assert arrived["event_id"] == dead["event_id"]


def test_dead_letters_are_replayed_by_range_and_only_when_some_are_named(acme: Terminal, dispatch: Dispatch) -> None:
    dispatch(DOWN)
    unnamed = acme("admin", "outbox", "replay")
    assert (unnamed.code, unnamed.out) == (2, "")
    assert acme("admin", "outbox", "replay", "--all", "--to", "alice").code == 2
    assert acme("admin", "outbox", "replay", "--until", "2020-01-01").out == "0 dead letters on the way again.\n"
    ranged = acme(
        "admin", "outbox", "replay", "--since", "2020-01-01", "--to", "alice", "--channel", "pigeon", "--json"
    )
    assert ranged.json == {"count": 1}
    assert acme("admin", "outbox", "replay", "--all").out == "0 dead letters on the way again.\n"
    trail = acme("admin", "audit", "list", "--type", "outbox.replayed", "--json").json
    assert [event["details"]["count"] for event in trail["events"]] == [0, 1, 0]


def test_an_event_that_is_not_there_is_said_in_one_line(acme: Terminal) -> None:
    ended = acme("admin", "outbox", "show", "evt_nothing")
    assert (ended.code, ended.out, len(ended.err.splitlines())) == (1, "", 1)


def test_jobs_are_listed_run_by_hand_and_have_a_history(acme: Terminal) -> None:
    jobs = acme("admin", "jobs", "list", "--json").json
    assert {"expire", "refresh", "shortfall"} <= {job["job"] for job in jobs}
    assert all(job["last"] is None for job in jobs)
    assert [job["job"] for job in jobs if job["waiting"]] == ["seal"], "what has been done so far has yet to be sealed"
    assert acme("admin", "jobs", "history").out == "Nothing has fallen due yet.\n"
    assert acme("admin", "jobs", "run").out == "Nothing was due; nothing done.\n"
    for name in ("refresh", "sweep", "seal"):
        assert acme("admin", "jobs", "run", name).code == 0
    unknown = acme("admin", "jobs", "run", "moonlight")
    assert (unknown.code, unknown.out) == (2, "")
    assert "refresh" in unknown.err


@pytest.mark.parametrize(
    ("job", "command_id", "told"),
    [
        ("refresh", "refresh:team_1:2026-03-01T00:00:00+01:00:usr_1", "Backend"),
        ("refresh", "refresh:issued:2026-03-01T00:00:00+01:00:org_1", "(issued)"),
        ("shortfall", "shortfall:team_2:7", "team_2"),
        ("expire", "expire:2026-03-01:personal:usr_1:7", ""),
    ],
)
def test_the_history_of_jobs_says_whose_budget_a_refresh_came_from(job: str, command_id: str, told: str) -> None:
    at = StandingClock().at
    assert giver(JobRun(job, command_id, at, at, None), names={"team_1": "Backend"}) == told
