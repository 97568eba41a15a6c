"""What an operator does from the command line, on an organization that the command line itself sets up."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.edges.terminal import Terminal, configure, copy_of, terminal_in


@pytest.fixture
def terminal(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, sqlite_template: Path
) -> Terminal:
    """A terminal at a database with tables and nothing in them."""
    opened = terminal_in(tmp_path, capsys, monkeypatch)
    configure(monkeypatch, copy_of(sqlite_template, tmp_path))
    return opened


@pytest.fixture
def acme(terminal: Terminal) -> Terminal:
    """Acme: Engineering with the team Backend, alice in it, and 2M tokens a month for the organization."""
    for words in (
        ("org", "create", "Acme", "--zone", "Europe/Berlin", "--credits-per-usd", "200000"),
        ("department", "create", "Engineering"),
        ("team", "create", "Backend", "--in", "Engineering"),
        ("user", "create", "alice", "Alice Moreau", "--in", "Backend", "--email", "alice@acme.example"),
        ("quota", "set", "Acme", "2M", "--now"),
        ("quota", "set", "Engineering", "1M", "--now"),
        ("quota", "set", "Backend", "500k", "--now"),
    ):
        done = terminal("admin", *words)
        assert (done.code, done.err) == (0, ""), done
    return terminal


def test_the_first_thing_to_do_is_said_when_there_is_no_organization(terminal: Terminal) -> None:
    ended = terminal("admin", "user", "list")
    assert (ended.code, ended.out) == (2, "")
    assert ended.err == "alfred: There is no organization yet: `alfred admin org create NAME` makes one.\n"


def test_the_tree_is_shown_from_the_organization_down(acme: Terminal) -> None:
    tree = acme("admin", "org", "show").out.splitlines()
    assert [line.index(name) for line, name in zip(tree[2:], ("Acme", "Engineering", "Backend"), strict=True)] == [
        0,
        2,
        4,
    ]
    names = [line["name"] for line in acme("admin", "org", "show", "--json").json]
    assert names == ["Acme", "Engineering", "Backend"]
    assert [line["people"] for line in acme("admin", "org", "list", "--json").json] == [1]


def test_an_organization_is_changed_setting_by_setting(acme: Terminal) -> None:
    changed = acme("admin", "org", "change", "--zone", "UTC", "--unit", "point=1000")
    assert (changed.code, changed.out) == (0, "Changed: custom_units, time_zone.\n")
    refused = acme("admin", "org", "change", "--zone", "Mars/Olympus")
    assert (refused.code, refused.out) == (1, "")
    assert "IANA time zone" in refused.err
    wrong = acme("admin", "org", "change", "--unit", "point")
    assert (wrong.code, "point=1000" in wrong.err) == (2, True)


def test_people_are_named_by_handle_and_places_by_name(acme: Terminal) -> None:
    assert acme("admin", "user", "create", "bob", "--in", "backend", "--junior").code == 0
    assert acme("admin", "role", "grant", "@bob", "team_lead", "--at", "Backend").code == 0
    listed = acme("admin", "user", "list").out
    assert "@bob" in listed
    assert "developer, team_lead, junior" in listed
    moved = acme("admin", "user", "move", "bob", "Engineering")
    assert (moved.code, moved.out) == (0, "Moved bob to Engineering. Roles that ended: team_lead.\n")
    assert acme("admin", "user", "change", "bob", "--name", "Bob Tanaka").out == "@bob: changed name.\n"
    assert acme("admin", "role", "revoke", "bob", "developer").code == 0


def test_who_leaves_gives_back_what_they_have(acme: Terminal) -> None:
    assert acme("admin", "credits", "allocate", "10k", "@alice").code == 0
    assert acme("admin", "keys", "new", "alice", "laptop").code == 0
    left = acme("admin", "user", "deactivate", "alice")
    assert left.out == "Deactivated alice: 10,000 tokens went back, keys revoked: 1.\n"
    assert "@alice" not in acme("admin", "user", "list").out
    assert "has left" in acme("admin", "user", "list", "--gone").out
    assert acme("admin", "ledger", "verify").code == 0


def test_a_place_is_renamed_moved_and_archived(acme: Terminal) -> None:
    assert acme("admin", "team", "create", "Platform", "--in", "Engineering").code == 0
    assert acme("admin", "team", "change", "Platform", "--name", "Core").out == "Platform is called Core now.\n"
    assert acme("admin", "team", "move", "Core", "Acme").out == "Moved Core to Acme.\n"
    assert acme("admin", "team", "archive", "Core").out == "Archived Core: 0 tokens went back.\n"
    assert "Core (archived)" in acme("admin", "team", "list").out
    full = acme("admin", "department", "archive", "Engineering")
    assert (full.code, full.out) == (1, "")
    assert "not empty" in full.err


def test_a_project_has_members(acme: Terminal) -> None:
    assert acme("admin", "project", "create", "Apollo", "--in", "Backend").code == 0
    assert acme("admin", "project", "add", "Apollo", "alice").out == "alice is in Apollo.\n"
    assert acme("admin", "project", "members", "Apollo").out == "@alice\n"
    assert acme("admin", "project", "remove", "Apollo", "alice").out == "alice has left Apollo.\n"
    assert acme("admin", "project", "members", "Apollo", "--json").json == []


def test_a_quota_is_set_shown_and_removed(acme: Terminal) -> None:
    given = acme("admin", "quota", "set", "@alice", "$1", "monthly", "--now", "--rollover", "cap 2", "--json").json
    assert (given["amount"], given["granted_now"]) == (200_000, 200_000)
    shown = {line["owner"]: line["amount"] for line in acme("admin", "quota", "show", "--json").json}
    assert shown == {"Acme": 2_000_000, "Engineering": 1_000_000, "Backend": 500_000, "@alice": 200_000}
    assert acme("admin", "quota", "remove", "@alice").out == "@alice has no quota any more.\n"
    wrong = acme("admin", "quota", "set", "@alice", "1M", "monthly", "--rollover", "sometimes")
    assert (wrong.code, wrong.err) == (
        2,
        "alfred: --rollover is wrong: a rollover is written: 90 days, none, or cap 2.\n",
    )


def test_credits_are_issued_allocated_and_withdrawn_by_hand(acme: Terminal) -> None:
    issued = acme("admin", "credits", "issue", "5M", "--reason", "more for the launch")
    assert issued.out == "Issued 5,000,000 tokens; the organization has 6,000,000 tokens to give.\n"
    got = acme("admin", "credits", "allocate", "10k", "@alice")
    assert got.out == "@alice got 10,000 tokens; above are 490,000 tokens left.\n"
    taken = acme("admin", "credits", "withdraw", "4k", "@alice")
    assert taken.out == "Took 4,000 tokens from @alice; 6,000 tokens are left there.\n"
    short = acme("admin", "credits", "allocate", "1M", "@alice", "--json")
    assert (short.code, short.json["error"]["code"]) == (1, "out_of_credits")
    assert short.json["error"]["facts"]["available"] == 494_000


@pytest.mark.parametrize("amount", ["0", "-5", "1.5", "ten", "5 bananas", "2,5M", "9" * 30])
def test_an_amount_that_is_none_moves_nothing(acme: Terminal, amount: str) -> None:
    ended = acme("admin", "credits", "issue", "--", amount)
    assert (ended.code, ended.out) == (2, "")
    assert ended.err.startswith("alfred: ")
    assert "cannot be used as an amount" in ended.err
    assert len(ended.err.splitlines()) == 1


def test_a_key_is_shown_once_and_listed_without_itself(acme: Terminal) -> None:
    made = acme("admin", "keys", "new", "alice", "laptop").out
    key = made.split()[0]
    listed = acme("admin", "keys", "list", "alice", "--json")
    assert key.startswith("alf_")
    assert key not in listed.out
    assert [(line["name"], line["hint"]) for line in listed.json] == [("laptop", f"alf_…{key[-4:]}")]
    revoked = acme("admin", "keys", "revoke", listed.json[0]["id"])
    assert revoked.out == f"Revoked laptop ({listed.json[0]['id']}).\n"
    assert "revoked" in acme("admin", "keys", "list", "alice").out


def test_everything_stands_in_the_audit_trail_with_the_name_of_the_os_user(acme: Terminal) -> None:
    trail = acme("admin", "audit", "list", "--type", "user.created", "--json").json
    assert [event["type"] for event in trail["events"]] == ["user.created"]
    assert trail["events"][0]["actor_id"].startswith("operator:")
    assert acme("admin", "audit", "list", "--about", "@alice").code == 0
    assert acme("admin", "audit", "list", "--type", "nonsense").code == 1


def test_who_nobody_is_and_where_nothing_is_are_said_in_one_line(acme: Terminal) -> None:
    nobody = acme("admin", "keys", "list", "zoe")
    assert (nobody.code, nobody.out, len(nobody.err.splitlines())) == (1, "", 1)
    nowhere = acme("admin", "team", "archive", "Atlantis")
    assert nowhere.err == "alfred: There is no team called Atlantis; `alfred admin org show` shows the tree.\n"
    taken = acme("admin", "user", "create", "alice")
    assert (taken.code, "taken" in taken.err) == (1, True)


def test_with_two_organizations_one_must_be_named(acme: Terminal) -> None:
    assert acme("admin", "org", "create", "Bolt").code == 0
    which = acme("admin", "user", "list")
    assert (which.code, which.err) == (2, "alfred: Which organization? Name it with --org: Acme, Bolt.\n")
    assert "@alice" in acme("admin", "user", "list", "--org", "Acme").out
    assert acme("admin", "user", "list", "--org", "Bolt").out == "There is nobody yet.\n"


def test_a_slack_workspace_and_an_account_in_it_are_linked(acme: Terminal) -> None:
    early = acme("admin", "slack", "person", "alice", "T1", "U1")
    assert (early.code, early.out) == (1, "")
    assert acme("admin", "slack", "workspace", "T1").out == "T1 belongs to this organization.\n"
    assert acme("admin", "slack", "person", "alice", "T1", "U1").out == "U1 in T1 is alice.\n"


def test_a_teams_tenant_and_an_account_in_it_are_linked(acme: Terminal) -> None:
    assert acme("admin", "teams", "person", "alice", "tenant-1", "aad-1").code == 1
    assert acme("admin", "teams", "tenant", "tenant-1").out == "tenant-1 belongs to this organization.\n"
    assert acme("admin", "teams", "person", "alice", "tenant-1", "aad-1").out == "aad-1 in tenant-1 is alice.\n"


def test_an_install_link_is_made_where_there_is_an_install_page(
    acme: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    early = acme("admin", "slack", "install-link")
    assert (early.code, early.out) == (2, "")
    assert "slack.client_id, slack.client_secret and slack.public_url are missing" in early.err
    monkeypatch.setenv("SLACK_CLIENT_ID", "111.222")
    monkeypatch.setenv("SLACK_CLIENT_SECRET", "shhhh")
    monkeypatch.setenv("SLACK_SIGNING_SECRET", "shhhh too")
    monkeypatch.setenv("ALFRED_SLACK__PUBLIC_URL", "https://credits.example.org")
    made = acme("admin", "slack", "install-link", "--workspace", "T1")
    assert (made.code, "shhhh" in made.out) == (0, False)
    assert made.out.startswith("https://credits.example.org/slack/install?link=ey")
    assert "for this organization alone." in made.out


def test_verify_prints_what_it_checked_and_finds_drift(acme: Terminal, tmp_path: Path) -> None:
    assert acme("admin", "credits", "allocate", "10k", "@alice").code == 0
    fine = acme("admin", "ledger", "verify", "--json")
    assert (fine.code, fine.json["drift"]) == (0, [])
    assert fine.json["postings"] > 0
    with closing(sqlite3.connect(tmp_path / "alfred.db", isolation_level=None)) as somebody_else:
        somebody_else.execute("UPDATE accounts SET credits = credits + 1 WHERE kind = 'personal'")
    drifted = acme("admin", "ledger", "verify")
    assert drifted.code == 1
    assert "personal:usr_" in drifted.out


def test_the_clock_of_a_database_that_is_no_demo_stays(acme: Terminal) -> None:
    ended = acme("demo", "advance", "7d")
    assert (ended.code, ended.err) == (1, "alfred: Only a demo's clock can be moved, and this database is none.\n")
    wrong = acme("demo", "advance", "soon")
    assert (wrong.code, "45m, 12h, 7d or 2w" in wrong.err) == (2, True)


def test_a_database_that_is_no_demo_is_not_served_as_one(acme: Terminal) -> None:
    ended = acme("up", "--demo", "--port", "0")
    assert (ended.code, ended.out) == (2, "")
    assert ended.err.splitlines()[-1] == (
        "alfred: The configured database is not a demo: start it without --demo, or name an empty one."
    )


def test_an_operator_makes_a_code_for_somebodys_chat_account(acme: Terminal, tmp_path: Path) -> None:
    made = acme("admin", "user", "link-code", "@alice", "--json")
    assert (made.code, made.json["handle"]) == (0, "alice")
    assert len(made.json["code"]) == len("7QK2M-XW40P")
    shown = acme("admin", "user", "link-code", "alice").out.splitlines()
    assert shown[1].startswith(
        f"@alice types “/alfred link {shown[0]}” in Slack or “@Alfred link {shown[0]}” in Teams, by "
    )
    with closing(sqlite3.connect(tmp_path / "alfred.db")) as database:
        (digest,) = database.execute("SELECT digest FROM link_codes").fetchone()
    assert shown[0] not in digest
    assert acme("admin", "user", "link-code", "@zoe").code == 1
