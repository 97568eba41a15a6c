"""Who a Teams account is: known by the address its tenant vouches for, or by a code, and by nothing less."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from core.directory.change_organization import ChangeOrganization
from core.directory.change_user import ChangeUser
from core.directory.link_codes import link_code_digest
from core.directory.link_workspace import LinkWorkspace
from core.directory.make_link_code import MakeLinkCode
from core.directory.platforms import Platform
from tests.company import Company
from tests.edges.teams_side import APP_ID, TENANT
from tests.edges.teams_talk import Teams, teams_side, words
from tests.talking import PEPPER, office_of

UNKNOWN = "I do not know you yet."


def member(**more: Any) -> dict[str, Any]:  # noqa: ANN401  JSON
    """A member of Acme's tenant, as the connector shows one."""
    return {
        "id": "29:new",
        "name": "Not Authority",
        "objectId": "aad-new",
        "userPrincipalName": "alice@acme.example",
        "email": "Alice@acme.example",
        "userRole": "user",
        "tenantId": TENANT,
    } | more


@pytest.fixture
async def teams(sqlite_company: Company) -> AsyncIterator[Teams]:
    """Acme owns acme.example, and Alice has 45,000 tokens and an address there; no account is linked."""
    company = sqlite_company
    await company.run(ChangeOrganization, by="grace", email_domains=("acme.example",))
    await company.run(ChangeUser, by="erin", user_id=company.user("alice"), email="alice@acme.example")
    await company.run(LinkWorkspace, by="grace", platform=Platform.TEAMS, workspace_id=TENANT)
    await company.fund("alice", 45_000)
    async with teams_side(company, office_of(company)) as side:
        yield side


async def answer(teams: Teams, text: str = "balance") -> str:
    return words(await teams.says("new", text)).splitlines()[0]


async def test_a_member_of_the_tenant_is_known_by_their_address_and_asked_for_once(teams: Teams) -> None:
    teams.connector.people["29:new"] = member()
    assert [await answer(teams) for _ in range(3)] == ["45,000 tokens available"] * 3
    assert teams.connector.looked == ["29:new"]


async def test_without_a_mailbox_the_name_that_the_tenant_signs_in_with_counts(teams: Teams) -> None:
    teams.connector.people["29:new"] = member(email=None)
    assert await answer(teams) == "45,000 tokens available"


@pytest.mark.parametrize(
    "who",
    [
        member(userRole="guest"),
        member(userRole="anonymous"),
        member(userRole=None),
        member(userPrincipalName="alice_acme.example#EXT#@other.onmicrosoft.com"),
        member(tenantId="another-tenant"),
        member(tenantId=None),
        member(objectId="aad-somebody-else"),
        member(email="alice@elsewhere.example"),
        member(email="nobody@acme.example"),
        member(email=None, userPrincipalName=None),
        member(email=7, userPrincipalName=["alice@acme.example"]),
    ],
)
async def test_nobody_else_gets_a_colleagues_balance(teams: Teams, who: dict[str, Any]) -> None:
    teams.connector.people["29:new"] = who
    assert await answer(teams) == UNKNOWN


async def test_while_teams_does_not_say_who_it_is_nobody_is_known_and_it_is_asked_again(teams: Teams) -> None:
    assert await answer(teams) == UNKNOWN
    teams.connector.people["29:new"] = member()
    assert await answer(teams) == "45,000 tokens available"
    assert teams.connector.looked == ["29:new", "29:new"]


async def test_who_teams_does_not_name_just_now_is_no_stranger(teams: Teams) -> None:
    teams.connector.people["29:new"] = member()
    teams.connector.looks = [503] * 4
    assert await answer(teams) == "Teams does not tell me who you are just now."
    assert await answer(teams) == "45,000 tokens available"


async def test_a_stranger_becomes_somebody_by_a_code(teams: Teams) -> None:
    acme = teams.acme
    digest = link_code_digest("7QK2M-XW40P", pepper=PEPPER)
    await acme.run(MakeLinkCode, by="alice", user_id=acme.user("alice"), digest=digest)
    assert await answer(teams, "link 00000-00000") != "Hello @alice: this account is yours now."
    assert await answer(teams, "link 7QK2M-XW40P") == "Hello @alice: this account is yours now."
    assert await answer(teams) == "45,000 tokens available"


async def test_a_mentioned_colleague_is_found_by_the_id_that_mentions_have(teams: Teams) -> None:
    acme = teams.acme
    await acme.run(ChangeUser, by="erin", user_id=acme.user("bob"), email="bob@acme.example")
    teams.connector.people["29:new"] = member()
    bob = {"id": "29:b-ob", "objectId": "aad-bob", "email": "bob@acme.example"}
    teams.connector.people["29:b-ob"] = member(**bob)
    names = {"Alfred": f"28:{APP_ID}", "Bob Miller": "29:b-ob"}
    entities = [
        {"type": "mention", "text": f"<at>{name}</at>", "mentioned": {"id": known, "name": name}}
        for name, known in names.items()
    ]
    for _ in range(2):
        said = "<at>Alfred</at> send <at>Bob Miller</at> 2k for lunch"
        assert words(await teams.says("new", said, entities=entities)).startswith("2,000 tokens to @bob: sent.")
    assert await acme.balances() == {"alice": 41_000, "bob": 4_000}


async def test_whom_nobody_knows_is_named_as_they_were_typed(teams: Teams) -> None:
    teams.connector.people["29:new"] = member()
    eve = {"type": "mention", "text": "<at>Eve</at>", "mentioned": {"id": "29:eve", "name": "Eve"}}
    shown = words(await teams.says("new", "send <at>Eve</at> 2k for lunch", entities=[eve]))
    assert "@Eve" in shown
    assert "29:" not in shown
