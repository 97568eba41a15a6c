"""Which chat account is whom."""

from __future__ import annotations

from typing import Any

import pytest

from core.directory.identities import ChatAccount, Identities
from core.directory.link_identity import LinkIdentity
from core.directory.link_workspace import LinkWorkspace
from core.directory.platforms import Platform
from core.leaving.deactivate_user import DeactivateUser
from core.refusals import Because, Refusal, Refused
from tests.company import Company, found_rival

SLACK: dict[str, Any] = {"platform": Platform.SLACK, "workspace_id": "T1"}


@pytest.fixture
async def identities(company: Company) -> Identities:
    """Acme's Slack workspace is T1."""
    await company.run(LinkWorkspace, by="grace", **SLACK)
    return Identities(company.database)


def account(external_id: str, email: str | None = None, *, workspace: str = "T1") -> ChatAccount:
    return ChatAccount(Platform.SLACK, workspace, external_id, email)


async def refusal_of(identities: Identities, asked: ChatAccount) -> Refusal:
    with pytest.raises(Refused) as refused:
        await identities.who(asked)
    return refused.value.refusal


async def test_a_linked_account_is_its_person(company: Company, identities: Identities) -> None:
    alice = {"user_id": company.user("alice"), "external_id": "U1", **SLACK}
    assert not (await company.run(LinkIdentity, by="alice", **alice)).was_linked
    assert (await company.run(LinkIdentity, by="alice", **alice)).was_linked
    found = await identities.who(account("U1"))
    assert (found.organization_id, found.user_id, found.handle, found.is_linked) == (
        company.id,
        company.user("alice"),
        "alice",
        True,
    )


async def test_a_verified_address_in_the_organizations_domain_is_enough(
    company: Company, identities: Identities
) -> None:
    found = await identities.who(account("U2", "Bob@Acme.Example"))
    assert (found.user_id, found.is_linked) == (company.user("bob"), False)


async def test_strangers_and_guests_are_nobody(company: Company, identities: Identities) -> None:
    for asked in (account("U3"), account("U3", "bob@elsewhere.example"), account("U3", "nobody@acme.example")):
        assert (await refusal_of(identities, asked)).because is Because.UNKNOWN_USER
    unknown = account("U1", "bob@acme.example", workspace="T2")
    assert (await refusal_of(identities, unknown)).because is Because.UNKNOWN_ORGANIZATION


async def test_a_link_counts_more_than_an_address(company: Company, identities: Identities) -> None:
    await company.run(LinkIdentity, by="dan", user_id=company.user("dan"), external_id="U4", **SLACK)
    assert (await identities.who(account("U4", "bob@acme.example"))).handle == "dan"


async def test_nobody_links_an_account_for_another_or_takes_one(company: Company, identities: Identities) -> None:
    alice = {"user_id": company.user("alice"), "external_id": "U1", **SLACK}
    for who in ("bob", "erin", "grace"):
        assert (await company.refused(LinkIdentity, by=who, **alice)).because is Because.NOT_ALLOWED
    await company.run(LinkIdentity, by="alice", **alice)
    stolen = alice | {"user_id": company.user("bob")}
    assert (await company.refused(LinkIdentity, by="bob", **stolen)).because is Because.NAME_TAKEN


async def test_who_has_left_is_told_so(company: Company, identities: Identities) -> None:
    await company.run(LinkIdentity, by="alice", user_id=company.user("alice"), external_id="U1", **SLACK)
    await company.run(DeactivateUser, by="erin", user_id=company.user("alice"))
    assert (await refusal_of(identities, account("U1"))).because is Because.INACTIVE_USER


async def test_a_workspace_belongs_to_one_organization(company: Company, identities: Identities) -> None:
    bolt = await found_rival(company)
    assert (await bolt.refused(LinkWorkspace, by="mallory", **SLACK)).because is Because.NAME_TAKEN
    assert (await company.run(LinkWorkspace, by="grace", **SLACK)).was_linked
    foreign: dict[str, Any] = {"user_id": bolt.user("mallory"), "external_id": "U9", **SLACK}
    assert (await bolt.refused(LinkIdentity, by="mallory", **foreign)).because is Because.BAD_VALUE
