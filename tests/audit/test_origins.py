"""Where people spoke from: noted beside what they did, read like its words, guarded by the seal."""

from __future__ import annotations

from typing import Any, Final

import pytest
from sqlalchemy import update

from core.access.matrix import Role
from core.audit.export import ExportAudit, ReadExport
from core.audit.filters import AuditLine, Wanted
from core.audit.query import QueryAudit
from core.directory.grant_role import GrantRole
from core.refusals import Refused
from core.storage.tables import audit_texts
from core.storage.transaction import Actor, Origin
from core.transfers.send_credits import SendCredits
from tests.audit.sealed import first_flaw, look, seal, tamper
from tests.company import Company

HOME: Final = Origin(ip_address="203.0.113.7", user_agent="curl/8.5.0")
ORIGIN: Final = {"ip_address": "203.0.113.7", "user_agent": "curl/8.5.0"}
WORDS: Final = ORIGIN | {"reason": "for the demo"}
SENT: Final = ("transfer.completed",)


async def send(company: Company, origin: Origin | None, *, amount: int = 2_000) -> object:
    gift: dict[str, Any] = {"recipients": (company.user("bob"),), "amount": amount, "reason": "for the demo"}
    whose = Actor.user(company.user("alice"), origin=origin)
    return await company.run(SendCredits, by="alice", id="gift", actor=whose, **gift)


async def read(company: Company, *, by: str) -> list[AuditLine]:
    return list((await company.run(QueryAudit, by=by, types=SENT)).events)


@pytest.fixture
async def rich(company: Company) -> Company:
    await company.fund("alice", 10_000)
    return company


@pytest.fixture
async def sent(rich: Company) -> Company:
    """Alice sent bob 2,000 tokens from her own client."""
    await send(rich, HOME)
    return rich


@pytest.mark.parametrize("who", ["henry", "carol", "alice"])
async def test_whoever_reads_the_words_of_an_event_reads_where_it_came_from(sent: Company, who: str) -> None:
    assert [event.words for event in await read(sent, by=who)] == [WORDS]
    opened = await sent.run(ExportAudit, by=who, wanted=Wanted(types=SENT))
    page = await sent.ask(ReadExport, by=who, export_id=opened.export_id)
    assert [event.words for event in page.events] == [WORDS]


@pytest.mark.parametrize(("who", "words"), [("henry", ORIGIN), ("grace", ORIGIN), ("bob", {})])
async def test_whom_an_event_is_about_does_not_see_where_another_spoke_from(
    company: Company, who: str, words: dict[str, str]
) -> None:
    at_home = Actor.user(company.user("grace"), origin=HOME)
    bob, place = company.user("bob"), company.node("Platform")
    await company.run(GrantRole, by="grace", actor=at_home, user_id=bob, role=Role.DEVELOPER, scope_id=place)
    seen = await company.run(QueryAudit, by=who, types=("role.granted",), subject_id=bob)
    assert [event.words for event in seen.events][:1] == [words]


async def test_who_does_not_see_an_event_does_not_see_where_it_came_from(sent: Company) -> None:
    assert await read(sent, by="dan") == []


@pytest.mark.parametrize(
    ("origin", "words"),
    [
        (None, {"reason": "for the demo"}),
        (Origin(ip_address="203.0.113.7", user_agent=""), {"ip_address": "203.0.113.7", "reason": "for the demo"}),
    ],
)
async def test_what_nobody_knows_is_left_out(rich: Company, origin: Origin | None, words: dict[str, str]) -> None:
    await send(rich, origin)
    assert [event.words for event in await read(rich, by="henry")] == [words]


async def test_the_same_command_from_elsewhere_is_the_same_command(sent: Company) -> None:
    first = await send(sent, HOME)
    assert await send(sent, Origin(ip_address="198.51.100.4", user_agent="a phone")) == first
    assert await sent.balances() == {"alice": 8_000, "bob": 2_000}
    assert [event.words for event in await read(sent, by="henry")] == [WORDS]


async def test_a_refused_command_leaves_no_word_of_where_it_came_from(rich: Company) -> None:
    before = await rich.traces()
    with pytest.raises(Refused):
        await send(rich, HOME, amount=10_001)
    assert await rich.traces() == before
    assert await read(rich, by="henry") == []


@pytest.mark.parametrize("field", ["ip_address", "user_agent"])
async def test_another_client_put_in_its_place_is_found(sent: Company, field: str) -> None:
    await seal(sent)
    assert (await look(sent)).flaws == []
    await tamper(sent, update(audit_texts).where(audit_texts.c.field == field).values(text="203.0.113.8"))
    [event] = await read(sent, by="henry")
    flaw = await first_flaw(sent)
    assert (flaw.event_id, flaw.what) == (event.id, f"its words were changed: {field}")
