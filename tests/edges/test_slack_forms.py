"""Windows in Slack: opened, filled in, sent off, twice and too late, over signed HTTP."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from core.approvals.waiting import Waiting
from tests.company import Company
from tests.conftest import on_both
from tests.edges.slack_hung import hung_side
from tests.edges.slack_side import Slack, button
from tests.talking import Talk


async def opens(slack: Slack, who: str, text: str, *, trigger: str = "t1") -> dict[str, Any]:
    """A slash command that opens a window."""
    assert await slack.hears(slack.command(who, text, trigger=trigger)) is None
    return await slack.api.window()


async def sends_off(slack: Slack, who: str, view: dict[str, Any], **values: object) -> dict[str, Any]:
    answer: dict[str, Any] = await slack.hears(
        slack.send_off(who, view, {f"field:{name}": value for name, value in values.items()})
    )
    return answer


def words(view: dict[str, Any]) -> str:
    return json.dumps(view["blocks"], ensure_ascii=False)


async def approval(acme: Company, reason: str = "the demo") -> str:
    """Alice wants to send 200,000 to Bob; Carol or Erin decide."""
    await acme.fund("alice", 400_000)
    await Talk(acme).says("alice", f"send @bob 200k --yes --message {reason}")
    return (await acme.ask(Waiting, by="carol")).for_me[0].approval_id


@on_both
async def test_credits_are_sent_by_window_and_a_double_click_sends_once(acme: Company, slack: Slack) -> None:
    view = await opens(slack, "alice", "send")
    assert view["title"]["text"] == "Send credits"
    values = {"people": ["U0BOB", "U0CAROL"], "amount": "2k", "reason": "<!channel> & *you*"}
    first, second = await asyncio.gather(
        sends_off(slack, "alice", view, **values), sends_off(slack, "alice", view, **values)
    )
    assert first == second
    assert first["response_action"] == "update"
    assert "*2,000 tokens each to @bob and @carol: sent.*" in words(first["view"])
    assert "<!channel" not in words(first["view"])
    assert await acme.balances() == {"alice": 41_000, "bob": 3_000, "carol": 2_000}
    window = slack.api.windows[view["id"]] | first["view"]
    assert await slack.hears(slack.press_in("alice", button(window, "Undo"), window)) is None
    assert "4,000 tokens back from" in words(await slack.api.window("views.update"))
    assert await acme.balances() == {"alice": 45_000, "bob": 1_000}


@on_both
async def test_what_is_wrong_is_said_at_its_field_and_can_be_changed(acme: Company, slack: Slack) -> None:
    view = await opens(slack, "alice", "send")
    answer = await sends_off(slack, "alice", view, people=["U0NOBODY"], amount="lots")
    assert answer["response_action"] == "errors"
    assert answer["errors"]["field:amount"].startswith("“lots” is not an amount that I can take.")
    assert answer["errors"]["field:people"].startswith("I do not know @U0NOBODY.")
    answer = await sends_off(slack, "alice", view, people=["U0BOB"], amount="46k")
    assert set(answer["errors"]) == {"field:amount"}
    answer = await sends_off(slack, "alice", view, people=["U0BOB"], amount="4k")
    assert "*4,000 tokens to @bob: sent.*" in words(answer["view"])
    assert await acme.balances() == {"alice": 41_000, "bob": 5_000}


async def test_a_large_gift_is_confirmed_in_the_window(acme: Company, slack: Slack) -> None:
    view = await opens(slack, "alice", "send")
    asked = (await sends_off(slack, "alice", view, people=["U0BOB"], amount="10k"))["view"] | {"id": view["id"]}
    press = slack.press_in("alice", button(asked, "Confirm"), asked)
    assert await slack.hears(press) is None
    assert "*10,000 tokens to @bob: sent.*" in words(await slack.api.window("views.update"))
    assert await slack.hears(press) is None
    assert await acme.balances() == {"alice": 35_000, "bob": 11_000}


async def test_an_absence_is_shown_and_then_set(acme: Company, slack: Slack) -> None:
    view = await opens(slack, "alice", "ooo")
    answer = await sends_off(slack, "alice", view, first="2026-03-09", back="2026-03-09")
    assert answer["errors"] == {"field:back": "You should be back after the first day away."}
    asked = await sends_off(
        slack, "alice", view, first="2026-03-09", back="2026-03-16", to="colleagues", colleagues=["U0BOB"]
    )
    shown = asked["view"] | {"id": view["id"]}
    assert "Out of office from Mon 9 Mar 2026, back on Mon 16 Mar 2026?" in words(shown)
    await slack.hears(slack.press_in("alice", button(shown, "Confirm"), shown))
    assert "*You are out of office from Mon 9 Mar 2026" in words(await slack.api.window("views.update"))


async def test_a_button_opens_the_window_of_a_smaller_amount(acme: Company, slack: Slack) -> None:
    named = await approval(acme)
    view = await opens(slack, "carol", f"approve {named} smaller")
    assert "@alice: 200,000 tokens to @bob (transfer)." in words(view)
    answer = await sends_off(slack, "carol", view, amount="50k", note="only half of half")
    assert "*Approved: 50,000 tokens from @alice to @bob.*" in words(answer["view"])
    assert await acme.balances() == {"alice": 395_000, "bob": 51_000}
    late = await slack.says("carol", f"approve {named} smaller", trigger="t9")
    assert late["text"].startswith("I do not know that request.")


async def test_two_questions_by_one_button_are_two(acme: Company, slack: Slack) -> None:
    named = await approval(acme)
    home = await slack_home(slack, "carol")
    asking = button(home, "Ask a question")
    for question in ("Why?", "How long?"):
        await slack.hears(slack.press_in("carol", asking, home))
        view = await slack.api.window()
        answer = await sends_off(slack, "carol", view, question=question)
        assert "*Your question is on its way.*" in words(answer["view"])
    questions = (await acme.ask(Waiting, by="carol")).for_me[0].questions
    assert [(named, asked.question) for asked in questions] == [(named, "Why?"), (named, "How long?")]


async def slack_home(slack: Slack, who: str) -> dict[str, Any]:
    body = slack.opened_home(who)
    assert await slack.hears(body, content_type="application/json") is None
    return await slack.api.home(f"U0{who.upper()}")


async def test_a_trigger_that_has_expired_leaves_a_button(acme: Company, slack: Slack) -> None:
    slack.api.error("views.open", "expired_trigger_id")
    assert await slack.hears(slack.command("alice", "send", trigger="t1")) is None
    message = await slack.answers.bodies.get()
    assert message["text"].startswith("Who should get it?\nFor example: “send @bob 10k for the demo”.")
    body = slack.press("alice", button(message, "Open the form"))
    assert await slack.hears(body) is None
    view = await slack.api.window()
    answer = await sends_off(slack, "alice", view, people=["U0BOB"], amount="1k")
    assert "*1,000 tokens to @bob: sent.*" in words(answer["view"])


async def test_a_form_that_takes_long_waits_in_its_window(acme: Company) -> None:
    async with hung_side(acme) as (slack, hung):
        assert await slack.hears(slack.command("alice", "send", trigger="t1")) is None
        assert "One moment" in words(await slack.api.window())
        hung.may_go_on.set()
        view = await slack.api.window("views.update")
        hung.may_go_on.clear()
        answer = await sends_off(slack, "alice", view, people=["U0BOB"], amount="1k")
        assert "One moment" in words(answer["view"])
        hung.may_go_on.set()
        assert "*1,000 tokens to @bob: sent.*" in words(await slack.api.window("views.update"))
        assert await acme.balances() == {"alice": 44_000, "bob": 2_000}
        slack.api.error("views.update", "not_found")
        hung.may_go_on.clear()
        await sends_off(slack, "alice", view, people=["U0NOBODY"], amount="1k")
        hung.may_go_on.set()
        told = await slack.api.told.get()
        assert told["channel"] == "DU0ALICE"
        assert told["text"].startswith("That cannot stay as it was filled in.\nI do not know @U0NOBODY.")


async def test_a_stranger_and_a_window_of_another_version_are_answered(slack: Slack) -> None:
    view = await opens(slack, "alice", "send")
    answer = await sends_off(slack, "U0STRANGER", view, people=["U0BOB"], amount="1k")
    assert "I do not know you yet." in words(answer["view"])
    answer = await sends_off(slack, "alice", view | {"callback_id": "form:gone"}, people=["U0BOB"], amount="1k")
    assert "I do not know that form." in words(answer["view"])
    answer = await sends_off(slack, "alice", view | {"private_metadata": "{"}, people=["U0BOB"], amount="1k")
    assert "Something went wrong on my side." in words(answer["view"])


async def test_somebody_who_is_named_already_stands_in_the_window(slack: Slack) -> None:
    view = await opens(slack, "alice", "form send @bob @dan")
    assert view["blocks"][0]["element"]["initial_users"] == ["U0BOB"]
