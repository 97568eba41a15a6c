"""Taking the trail out: within one's own scope, logged once, and read only by who asked."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import pytest

from alfred.cli.admin.audit_export import as_csv, harmless
from core.audit import export
from core.audit.export import ExportAudit, ExportOpened, ReadExport
from core.audit.filters import AuditLine, Wanted
from core.audit.query import QueryAudit
from core.refusals import Because, Refused
from tests.audit.sealed import event_ids, seal
from tests.company import MONDAY, Company, found_rival
from tests.directory.making_keys import make_key

SINCE = Wanted(since=MONDAY + timedelta(hours=1))


@pytest.fixture
async def busy(company: Company) -> Company:
    """A day after the founding alice, bob and dan make a key each, minutes apart."""
    company.clock.advance(days=1)
    for number, who in enumerate(("alice", "bob", "dan"), start=1):
        await make_key(company, who, number=number)
        company.clock.advance(minutes=1)
    return company


async def exported(company: Company, *, by: str, wanted: Wanted = SINCE) -> tuple[ExportOpened, list[AuditLine]]:
    opened = await company.run(ExportAudit, by=by, wanted=wanted)
    read: list[AuditLine] = []
    cursor: str | None = None
    while True:
        page = await company.ask(ReadExport, by=by, export_id=opened.export_id, cursor=cursor)
        read += page.events
        cursor = page.cursor
        if cursor is None:
            return opened, read


SEEN = {"henry": ["alice", "bob", "dan"], "erin": ["alice", "bob", "dan"], "carol": ["alice", "bob"], "dan": ["dan"]}


@pytest.mark.parametrize("who", SEEN)
async def test_everybody_exports_what_they_may_see(busy: Company, who: str) -> None:
    handles = {user_id: handle for handle, user_id in busy.users.items()}
    opened, read = await exported(busy, by=who, wanted=Wanted(types=("key.created",)))
    assert [handles[line.actor_id] for line in read] == SEEN[who]
    assert opened.events == len(SEEN[who])


async def test_an_export_is_in_the_trail_once_however_many_pages_it_has(
    busy: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export, "PAGE", 1)
    _, read = await exported(busy, by="henry")
    assert [line.type for line in read] == ["key.created"] * 3 + ["audit.exported"]
    page = await busy.run(QueryAudit, by="henry", types=("audit.exported",))
    [event] = page.events
    assert (event.actor_id, event.details["found"]) == (busy.user("henry"), 3)
    assert event.details["asked"] == {"since": "2026-03-02T10:00:00+00:00"}


async def test_what_happens_after_an_export_was_asked_for_is_not_in_it(busy: Company) -> None:
    opened = await busy.run(ExportAudit, by="henry", wanted=SINCE)
    busy.clock.advance(minutes=1)
    await make_key(busy, "bob", number=9)
    page = await busy.ask(ReadExport, by="henry", export_id=opened.export_id)
    assert [line.type for line in page.events] == ["key.created"] * 3 + ["audit.exported"]


async def test_an_export_is_read_only_by_who_asked_and_within_the_hour(busy: Company) -> None:
    opened = await busy.run(ExportAudit, by="henry", wanted=SINCE)
    for who, later in (("grace", timedelta()), ("henry", timedelta(hours=1))):
        busy.clock.at += later
        with pytest.raises(Refused) as refused:
            await busy.ask(ReadExport, by=who, export_id=opened.export_id)
        assert refused.value.refusal.facts["field"] == "export_id"


async def test_a_malformed_export_is_refused(company: Company) -> None:
    refusal = await company.refused(ExportAudit, by="henry", wanted=Wanted(types=("no.such",)))
    assert (refusal.because, refusal.facts["field"]) == (Because.BAD_VALUE, "types")


async def test_another_organizations_trail_is_not_exported(busy: Company) -> None:
    bolt = await found_rival(busy)
    _, read = await exported(bolt, by="mallory", wanted=Wanted())
    assert {line.scope[0] for line in read} == {bolt.id}


async def test_reading_and_exporting_are_sealed_like_everything_else(busy: Company) -> None:
    await exported(busy, by="henry")
    await busy.run(QueryAudit, by="henry")
    await seal(busy)
    assert len(await event_ids(busy)) == 23 + 3 + 2


@pytest.mark.parametrize(
    "cell", ["=1+1", "+1+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "  =1", '=HYPERLINK("x")', "\uff1d1", "-x"]
)
def test_no_cell_of_a_spreadsheet_is_a_formula(cell: str) -> None:
    assert harmless(cell) == f"'{cell}"
    [row] = csv.reader(io.StringIO(as_csv([[cell]]), newline=""))
    assert row == [f"'{cell}"]


@pytest.mark.parametrize("cell", ["", "alice", "-5", "1000", "a=b", '{"a": "=1"}', "x,y\nz"])
def test_other_cells_are_as_they_were(cell: str) -> None:
    [row] = csv.reader(io.StringIO(as_csv([[cell, "."]]), newline=""))
    assert row == [cell, "."]
