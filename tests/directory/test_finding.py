"""Finding colleagues, and what one may know about them."""

from __future__ import annotations

import pytest

from core.directory.find_user import FindUser
from core.directory.list_users import ListUsers
from core.directory.show_tree import Tree
from core.leaving.deactivate_user import DeactivateUser
from core.refusals import Because, Refused
from tests.company import Company, found_rival
from tests.talking import Talk


async def test_a_colleague_is_found_by_whatever_people_type(company: Company) -> None:
    known = (company.user("bob"), "Bob", "Backend", True, None)
    for text in ("bob", "@bob", " @Bob ", "bob@acme.example", "BOB@acme.example"):
        bob = await company.ask(FindUser, by="alice", text=text)
        assert (bob.id, bob.name, bob.home, bob.is_active, bob.email) == known


async def test_a_person_is_found_by_id_and_also_after_leaving(company: Company) -> None:
    await company.run(DeactivateUser, by="erin", user_id=company.user("bob"))
    assert not (await company.ask(FindUser, by="alice", text=company.user("bob"))).is_active


async def test_addresses_are_for_managers_and_oneself(company: Company) -> None:
    for who, seen in (("alice", "alice@acme.example"), ("erin", "alice@acme.example"), ("carol", None), ("dan", None)):
        assert (await company.ask(FindUser, by=who, text="alice")).email == seen


async def test_who_is_not_there_is_unknown(company: Company) -> None:
    await found_rival(company)
    for text in ("nobody", "", "@", "mallory", "%", "b_b", "b" * 10_000):
        with pytest.raises(Refused) as refused:
            await company.ask(FindUser, by="alice", text=text)
        assert refused.value.refusal.because is Because.UNKNOWN_USER


async def test_who_was_nearly_named_is_suggested_unless_they_have_left(company: Company) -> None:
    talk = Talk(company)
    reply = await talk.says("alice", "send @bbo 2k")
    assert (reply.code, reply.title) == ("unknown_user", "I do not know @bbo.")
    assert reply.lines[1].startswith("Did you mean @bob? Check the spelling")
    await company.run(DeactivateUser, by="erin", user_id=company.user("bob"))
    assert (await talk.says("alice", "send @bbo 2k")).lines[1].startswith("Check the spelling")


async def test_people_are_listed_by_where_they_are_a_page_at_a_time(company: Company) -> None:
    page = await company.ask(ListUsers, by="alice", under=company.node("Engineering"), limit=4)
    assert [line.handle for line in page.people] == ["alice", "bob", "carol", "ci-bot"]
    rest = await company.ask(ListUsers, by="alice", under=company.node("Engineering"), after=page.next_after, limit=4)
    assert [line.handle for line in rest.people] == ["dan", "erin"]
    assert rest.next_after is None
    everybody = await company.ask(ListUsers, by="operator")
    assert len(everybody.people) == 9
    assert everybody.people[0].email == "alice@acme.example"


async def test_who_has_left_is_listed_only_when_asked_for(company: Company) -> None:
    await company.run(DeactivateUser, by="erin", user_id=company.user("dan"))
    platform = company.node("Platform")
    assert not (await company.ask(ListUsers, by="alice", under=platform)).people
    assert len((await company.ask(ListUsers, by="alice", under=platform, with_inactive=True)).people) == 1


async def test_the_tree_can_be_asked_from_anywhere_down(company: Company) -> None:
    lines = await company.ask(Tree, by="alice", under=company.node("Sales"))
    assert [(line.kind, line.name) for line in lines] == [("department", "Sales"), ("team", "Field")]
