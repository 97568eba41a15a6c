"""Making, listing and revoking keys."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from core.directory.create_key import CreateKey
from core.directory.create_service_key import CreateServiceKey
from core.directory.list_keys import ListKeys
from core.directory.revoke_key import RevokeKey
from core.refusals import Because, Refused
from core.storage.tables import commands
from tests.company import MONDAY, Company, found_rival
from tests.directory.making_keys import PEPPER, make_key, secret


async def test_a_key_is_stored_and_receipted_without_its_secret(company: Company) -> None:
    made = await make_key(company, "alice")
    assert made.hint == secret(1).hint
    assert secret(1).text not in repr(made)
    async with company.database.snapshot() as connection:
        outcomes = (await connection.execute(select(commands.c.outcome))).scalars().all()
    assert secret(1).text not in repr(outcomes)
    assert secret(1).digest(PEPPER) not in repr(outcomes)


async def test_everybody_sees_their_own_keys_newest_first(company: Company) -> None:
    await make_key(company, "alice", number=1)
    company.clock.advance(minutes=1)
    await make_key(company, "alice", number=2)
    await make_key(company, "bob", number=3)
    keys = await company.ask(ListKeys, by="alice", user_id=company.user("alice"))
    assert [(key.name, key.hint, key.revoked_at) for key in keys] == [
        ("key 2", secret(2).hint, None),
        ("key 1", secret(1).hint, None),
    ]


async def test_nobody_makes_a_key_in_somebody_elses_name(company: Company) -> None:
    fields: dict[str, Any] = {"user_id": company.user("alice"), "name": "x", "digest": "0" * 64, "hint": secret(1).hint}
    for who in ("bob", "carol", "erin", "grace"):
        refusal = await company.refused(CreateKey, by=who, **fields)
        assert refusal.because is Because.NOT_ALLOWED
    refusal = await company.refused(CreateServiceKey, by="grace", **fields)
    assert (refusal.because, refusal.facts["field"]) == (Because.BAD_VALUE, "user_id")


async def test_who_manages_people_makes_a_service_accounts_keys(company: Company) -> None:
    made = await make_key(company, "ci-bot", by="erin")
    assert made.user_id == company.user("ci-bot")
    fields: dict[str, Any] = {
        "user_id": company.user("ci-bot"),
        "name": "x",
        "digest": "0" * 64,
        "hint": secret(1).hint,
    }
    refusal = await company.refused(CreateServiceKey, by="carol", **fields)
    assert refusal.because is Because.NOT_ALLOWED


async def test_an_auditor_has_no_keys(company: Company) -> None:
    fields: dict[str, Any] = {"user_id": company.user("henry"), "name": "x", "digest": "0" * 64, "hint": secret(1).hint}
    assert (await company.refused(CreateKey, by="henry", **fields)).because is Because.NOT_ALLOWED


async def test_a_whole_key_cannot_be_stored_by_mistake(company: Company) -> None:
    own: dict[str, Any] = {"user_id": company.user("alice"), "name": "x"}
    refusal = await company.refused(CreateKey, by="alice", **own, digest=secret(1).text, hint=secret(1).hint)
    assert refusal.facts["field"] == "digest"
    refusal = await company.refused(CreateKey, by="alice", **own, digest="0" * 64, hint=secret(1).text)
    assert refusal.facts["field"] == "hint"


async def test_a_key_must_end_in_the_future_and_be_new(company: Company) -> None:
    await make_key(company, "alice", number=1, expires_at=MONDAY + timedelta(seconds=1))
    fields: dict[str, Any] = {"user_id": company.user("bob"), "name": "x", "hint": secret(2).hint}
    past = await company.refused(CreateKey, by="bob", **fields, digest="0" * 64, expires_at=MONDAY)
    assert past.facts["field"] == "expires_at"
    naive = await company.refused(
        CreateKey, by="bob", **fields, digest="0" * 64, expires_at=MONDAY.replace(tzinfo=None)
    )
    assert naive.facts["field"] == "expires_at"
    twice = await company.refused(CreateKey, by="bob", **fields, digest=secret(1).digest(PEPPER))
    assert twice.because is Because.NAME_TAKEN


async def test_a_key_is_revoked_by_its_owner_or_who_leads_them(company: Company) -> None:
    for number, who in enumerate(("alice", "carol", "erin", "grace", "operator")):
        key = await make_key(company, "alice", number=number)
        revoked = await company.run(RevokeKey, by=who, key_id=key.key_id)
        company.clock.advance(hours=1)
        again = await company.run(RevokeKey, by=who, key_id=key.key_id)
        assert again.revoked_at == revoked.revoked_at == company.clock.now() - timedelta(hours=1)


async def test_a_key_is_not_revoked_or_listed_by_anybody_else(company: Company) -> None:
    key = await make_key(company, "alice")
    for who in ("bob", "dan", "frank", "henry", "ci-bot"):
        assert (await company.refused(RevokeKey, by=who, key_id=key.key_id)).because is Because.NOT_ALLOWED
        with pytest.raises(Refused):
            await company.ask(ListKeys, by=who, user_id=company.user("alice"))


async def test_another_organizations_key_is_simply_unknown(company: Company) -> None:
    key = await make_key(company, "alice")
    bolt = await found_rival(company)
    refusal = await bolt.refused(RevokeKey, by="mallory", key_id=key.key_id)
    assert refusal.because is Because.UNKNOWN_KEY
