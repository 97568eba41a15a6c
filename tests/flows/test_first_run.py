"""What somebody meets who starts Alfred for the first time: the demo, its screen, and everything that it says."""

import json
import re
import shutil
import socket
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from stat import S_IMODE

import openai
import pytest

from tests.flows.running import Server, alfred, demo


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One demo for all that only look at it or add to it."""
    with demo(tmp_path_factory.mktemp("demo")) as running:
        yield running


def printed_curl(screen: str) -> str:
    found = re.search(r"^curl (?:.*\\\n)*.*$", screen, re.MULTILINE)
    assert found is not None, screen
    return found[0]


def test_the_printed_curl_line_answers_with_x_alfred_headers_and_the_balance_goes_down(server: Server) -> None:
    before = server.available()
    answer = subprocess.run(
        ["sh", "-c", printed_curl(server.screen)], capture_output=True, text=True, timeout=30, check=True
    ).stdout
    headers = dict(re.findall(r"^(X-Alfred-[\w-]+): (.*?)\r?$", answer, re.MULTILINE))
    assert answer.startswith("HTTP/1.1 200")
    assert headers["X-Alfred-Source"] == "personal"
    cost = int(headers["X-Alfred-Cost-Tokens"])
    assert cost > 0
    assert server.available() == before - cost == int(headers["X-Alfred-Quota-Remaining"])


def test_the_printed_openai_snippet_runs(server: Server) -> None:
    snippet = server.screen[server.screen.index("from openai") : server.screen.index("print(answer")]
    names: dict[str, object] = {}
    exec(snippet, names)  # noqa: S102  it is what people are told to run
    answer = names["answer"]
    client = names["client"]
    assert isinstance(client, openai.OpenAI)
    client.close()
    assert isinstance(answer, openai.types.chat.ChatCompletion)
    assert answer.choices[0].message.content


def test_the_screen_fits_eighty_columns_and_one_page(server: Server) -> None:
    lines = server.screen.splitlines()
    paths = re.compile(r"python.*-m alfred|/\S+")  # how `alfred` is called depends on where it lies
    assert [line for line in lines if len(line) > 80 and not paths.search(line)] == []
    assert len(lines) <= 48


def test_the_demo_has_ten_people_three_teams_and_a_month_of_calls(server: Server) -> None:
    with closing(sqlite3.connect(server.folder / ".alfred" / "alfred.db")) as database:
        counted = {
            name: database.execute(query).fetchone()[0]
            for name, query in {
                "people": "SELECT count(*) FROM users",
                "teams": "SELECT count(*) FROM nodes WHERE kind = 'team'",
                "days": "SELECT count(DISTINCT date(at)) FROM usage",
                "from the pool": "SELECT count(*) > 0 FROM usage WHERE sources LIKE '%pool:%'",
                "from the project": "SELECT count(*) > 0 FROM usage WHERE sources LIKE '%budget:proj%'",
            }.items()
        }
    assert (counted["people"], counted["teams"]) == (10, 3)
    assert counted["days"] > 20
    assert counted["from the pool"] == counted["from the project"] == 1


def test_nobody_else_can_read_the_keys(server: Server) -> None:
    folder = server.folder / ".alfred"
    assert S_IMODE(folder.stat().st_mode) == 0o700
    assert {S_IMODE((folder / name).stat().st_mode) for name in ("secret_key", "api_key")} == {0o600}


def test_the_terminal_says_the_same_words_through_the_server(server: Server) -> None:
    before = server.available()
    sent = alfred(server.folder, "send", "bob", "10k", "for", "the", "demo")
    assert (sent.returncode, "10,000 tokens" in sent.stdout) == (0, True)
    assert server.available() == before - 10_000
    assert alfred(server.folder, "undo").returncode == 0
    assert server.available() == before


def test_alice_sends_bob_credits_in_the_chat_window_and_takes_them_back(server: Server) -> None:
    before = server.available()
    talked = alfred(server.folder, "chat", "--as", "alice", typed="send bob 10k for lunch\nundo\nhistory\n/quit\n")
    assert (talked.returncode, talked.stderr) == (0, "")
    assert "10,000 tokens to @bob" in talked.stdout
    assert "10,000 tokens back from @bob" in talked.stdout
    assert server.available() == before


def test_a_month_passes_in_the_running_demo_and_quotas_refresh(server: Server) -> None:
    advanced = alfred(server.folder, "demo", "advance", "31d", "--json")
    assert advanced.returncode == 0
    done = json.loads(advanced.stdout)["done"]
    assert any(command.startswith("refresh:") for command in done)
    assert alfred(server.folder, "balance").returncode == 0


def test_the_books_agree_after_all_of_it(server: Server) -> None:
    verified = alfred(server.folder, "admin", "ledger", "verify")
    assert (verified.returncode, verified.stderr) == (0, "")
    assert re.search(r"^drift +0$", verified.stdout, re.MULTILINE)


def test_no_key_reaches_the_log(server: Server) -> None:
    assert server.key not in server.log


def copied(folder: Path, *, to: Path) -> None:
    """The demo of a folder as it is now, for a test that starts and kills servers of its own."""
    old, new = folder / ".alfred", to / ".alfred"
    new.mkdir(parents=True)
    for name in ("secret_key", "api_key"):
        shutil.copy(old / name, new / name)
    with closing(sqlite3.connect(old / "alfred.db")) as source, closing(sqlite3.connect(new / "alfred.db")) as target:
        source.backup(target)


def test_restarting_keeps_the_data_and_the_key_also_after_kill_9(tmp_path: Path, server: Server) -> None:
    copied(server.folder, to=tmp_path)
    with demo(tmp_path) as first:
        before = first.available()
        alfred(tmp_path, "send", "bob", "10k")
        first.kill()
    with demo(tmp_path) as again:
        assert (again.key, again.available()) == (server.key, before - 10_000)
        assert again.stop() == 0
    with demo(tmp_path, "--fresh") as fresh:
        assert fresh.key != server.key
        assert alfred(tmp_path, "history", "1d").returncode == 0


def test_a_taken_port_is_one_line(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ended = alfred(tmp_path, "up", "--demo", "--port", str(port))
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr == (
        f"alfred: Cannot listen on 127.0.0.1:{port}: address already in use. Name another port with --port.\n"
    )


def test_a_folder_that_cannot_be_one_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    ended = alfred(tmp_path, "up", "--demo", "--port", "0", "--data", "file")
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr == f"alfred: {tmp_path / 'file'} cannot be used as a data folder: file exists.\n"


def test_two_demos_do_not_share_a_folder(server: Server) -> None:
    second = alfred(server.folder, "up", "--demo", "--port", "0")
    assert second.returncode == 2
    assert second.stderr.splitlines() == [
        f"alfred: Alfred already runs on {server.folder / '.alfred'} ({server.url}).",
        "alfred: Stop it first, or name another folder with --data.",
    ]
