"""Every copy of a request is remembered once, so that each can show how it was decided."""

from dataclasses import replace
from datetime import timedelta

from core.notify.message_copies import MessageCopy, copies_of, remember_copy
from tests.company import MONDAY, Company

SLACK = MessageCopy(
    organization_id="",
    request_id="apr_1",
    platform="slack",
    workspace_id="T1",
    conversation_id="D1",
    message_id="1700000000.000100",
    user_id="usr_carol",
    sent_at=MONDAY,
)


async def test_all_copies_of_a_request_are_found_oldest_first_and_no_others(company: Company) -> None:
    slack = replace(SLACK, organization_id=company.id)
    teams = replace(slack, platform="teams", conversation_id="19:x", message_id="m-1", sent_at=MONDAY - timedelta(1))
    for copy in (slack, teams, slack, replace(slack, request_id="apr_2"), replace(slack, organization_id="org_other")):
        await remember_copy(company.database, copy)
    found = await copies_of(company.database, organization_id=company.id, request_id="apr_1")
    assert found == (teams, slack)
    assert await copies_of(company.database, organization_id=company.id, request_id="apr_3") == ()
