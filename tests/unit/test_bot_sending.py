"""What people are told when they send credits, word for word, on the real engine."""

from __future__ import annotations

from bot.replies.reply import Tone
from tests.company import Company
from tests.conftest import on_both
from tests.talking import Talk, action


@on_both
async def test_a_small_gift_is_sent_at_once_and_can_be_undone(acme: Company, talk: Talk) -> None:
    sent = await talk.says("alice", "send @bob 4k for the demo")
    assert sent.in_words() == (
        "4,000 tokens to @bob: sent.\n"
        "For: the demo\n"
        "You have 41,000 tokens left. Undo works for 5 minutes, until 10:05.\n"
        "You can: Undo."
    )
    assert await acme.balances() == {"alice": 41_000, "bob": 5_000}
    undone = await talk.presses("alice", action(sent, "Undo"))
    assert undone.in_words() == "4,000 tokens back from @bob.\nYou have 45,000 tokens now."
    assert await acme.balances() == {"alice": 45_000, "bob": 1_000}
    assert await talk.presses("alice", action(sent, "Undo")) == undone
    assert await acme.balances() == {"alice": 45_000, "bob": 1_000}


async def test_more_than_a_tenth_of_the_balance_is_asked_back_first(acme: Company, talk: Talk) -> None:
    asked = await talk.says("alice", "send @bob 10k for the demo")
    assert asked.in_words() == (
        "Send 10,000 tokens to @bob?\n"
        "For: the demo\n"
        "That is more than 10 % of your balance; you would have 35,000 tokens left.\n"
        "You can: Confirm, Cancel."
    )
    assert await acme.balances() == {"alice": 45_000, "bob": 1_000}
    sent = await talk.presses("alice", action(asked, "Confirm"))
    assert sent.title == "10,000 tokens to @bob: sent."
    assert sent.lines[0] == "For: the demo"
    assert await talk.presses("alice", action(asked, "Confirm")) == sent
    assert await acme.balances() == {"alice": 35_000, "bob": 11_000}


async def test_exactly_a_tenth_is_not_asked_back(acme: Company, talk: Talk) -> None:
    assert (await talk.says("alice", "send @bob 4,500")).title == "4,500 tokens to @bob: sent."
    assert (await talk.says("alice", "send @bob 4,051")).title == "Send 4,051 tokens to @bob?"
    assert await acme.balances() == {"alice": 40_500, "bob": 5_500}


async def test_asking_again_offers_the_same_button(talk: Talk) -> None:
    once = await talk.says("alice", "send @bob 10k", command_id="trigger-1")
    again = await talk.says("alice", "send @bob 10k", command_id="trigger-1")
    other = await talk.says("alice", "send @bob 10k", command_id="trigger-2")
    assert action(once, "Confirm").command_id == action(again, "Confirm").command_id
    assert action(once, "Confirm").command_id != action(other, "Confirm").command_id


async def test_cancel_leaves_everything(acme: Company, talk: Talk) -> None:
    asked = await talk.says("alice", "send @bob 10k")
    assert (await talk.presses("alice", action(asked, "Cancel"))).in_words() == "All right, nothing was done."
    assert await acme.balances() == {"alice": 45_000, "bob": 1_000}


async def test_a_terminal_may_say_yes_at_once(acme: Company, talk: Talk) -> None:
    assert (await talk.says("alice", "send bob 10000 --message For the demo --yes")).title.endswith("sent.")
    assert await acme.balances() == {"alice": 35_000, "bob": 11_000}


@on_both
async def test_several_people_get_the_amount_each_and_the_total_is_shown(acme: Company, talk: Talk) -> None:
    asked = await talk.says("alice", "send @bob and @dan 5k each for lunch")
    assert asked.title == "Send 5,000 tokens each to @bob and @dan?"
    assert asked.lines[:2] == ("10,000 tokens in all.", "For: lunch")
    await talk.presses("alice", action(asked, "Confirm"))
    assert await acme.balances() == {"alice": 35_000, "bob": 6_000, "dan": 5_000}
    undone = await talk.says("alice", "undo")
    assert undone.title == "10,000 tokens back from @bob, @dan."
    assert await acme.balances() == {"alice": 45_000, "bob": 1_000}


REFUSALS = [
    ("alice", "send @bob 50k", "out_of_credits", "45,000 tokens free: not enough for 50,000 tokens."),
    ("alice", "send @bob 999", "below_minimum", "1,000 tokens is the least you can send."),
    ("alice", "send @alice 2k", "not_to_self", "You cannot send credits to yourself."),
    ("alice", "send me 2k", "not_to_self", "You cannot send credits to yourself."),
    ("alice", "send @bob @bob 2k", "same_recipient_twice", "@bob is named twice."),
    ("alice", "send @nobody 2k", "unknown_user", "I do not know @nobody."),
    ("alice", "send <@U1|zoe> 2k", "unknown_user", "I do not know @zoe."),
    ("henry", "send @bob 2k --yes", "not_allowed", "You may not do that."),
    ("alice", "balance @dan", "not_allowed", "You may not do that."),
    ("alice", "undo", "nothing_to_undo", "There is nothing to undo."),
    ("alice", "undo trg_01h455vb4pex5vsknk084sn02q", "unknown_transfer",
     "There is no such transfer: trg_01h455vb4pex5vsknk084sn02q."),
    ("alice", "send", "usage", "Who should get it?"),
    ("alice", "send @bob", "usage", "How much should I send?"),
    ("alice", "send @bob 10.000", "usage", "“10.000” is not an amount that I can send."),
    ("alice", "send @bob $5", "usage", "“$5” is not an amount that I can send."),
    ("alice", "send @bob @dan 10k total", "usage", "I am not sure what to send to whom."),
    ("alice", "history yesterdayish", "usage", "Which days?"),
    ("alice", "keys revoke key_01h455vb4pex5vsknk084sn02q", "unknown_key", "There is no such key."),
    ("alice", "xyzzy", "usage", "I did not understand that."),
    ("alice", "balence", "usage", "Did you mean balance?"),
    ("alice", "snd @bob 2k", "usage", "Did you mean send?"),
]  # fmt: skip


@on_both
async def test_a_no_has_a_reason_and_nothing_moves(acme: Company, talk: Talk) -> None:
    before = await acme.traces()
    for who, text, code, title in REFUSALS:
        reply = await talk.says(who, text)
        assert (text, reply.code, reply.title) == (text, code, title)
        assert reply.tone is Tone.REFUSED
        assert reply.is_private
    assert await acme.traces() == before


async def test_a_large_gift_waits_for_approval(acme: Company, talk: Talk) -> None:
    await acme.fund("alice", 400_000)
    reply = await talk.says("alice", "send @bob 200k --yes")
    assert reply.title == "200,000 tokens to @bob: waits for approval."
    assert await acme.balances() == {"alice": 445_000, "bob": 1_000}


async def test_the_question_says_who_will_have_to_approve(acme: Company, talk: Talk) -> None:
    await acme.fund("alice", 400_000)
    asked = await talk.says("alice", "send @bob 200k")
    assert asked.in_words() == (
        "Send 200,000 tokens to @bob?\n"
        "That is more than 10 % of your balance; you would have 245,000 tokens left.\n"
        "This will wait for @carol or @erin, up to 24 hours.\n"
        "You can: Confirm, Cancel."
    )
    waits = await talk.presses("alice", action(asked, "Confirm"))
    assert waits.title == "200,000 tokens to @bob: waits for approval."


@on_both
async def test_what_would_be_refused_is_not_asked_back(acme: Company, talk: Talk) -> None:
    await acme.fund("alice", 955_000)
    before = await acme.traces()
    reply = await talk.says("alice", "send @bob 600k")
    assert (reply.code, reply.tone, reply.actions) == ("over_daily_limit", Tone.REFUSED, ())
    assert reply.in_words() == (await talk.says("alice", "send @bob 600k --yes")).in_words()
    assert await acme.traces() == before


async def test_the_daily_limit_says_what_is_used_and_when_it_resets(acme: Company, talk: Talk) -> None:
    await acme.fund("alice", 955_000)
    for name in ("bob", "carol", "dan", "erin", "grace"):
        assert (await talk.says("alice", f"send @{name} 96k --yes")).tone is Tone.OK
    reply = await talk.says("alice", "send @bob 30k --yes")
    assert reply.in_words() == (
        "That is over your daily limit for sending.\n"
        "The limit is 500,000 tokens a day. You have sent 480,000 tokens today. "
        "It resets on Tue 3 Mar 2026, 00:00 (Europe/Berlin).\n"
        "Send less, or wait until then."
    )


async def test_what_was_used_cannot_be_undone_and_says_whom_to_ask(acme: Company, talk: Talk) -> None:
    sent = await talk.says("alice", "send @bob 10k --yes")
    await talk.says("bob", "send @dan 8k --yes")
    reply = await talk.presses("alice", action(sent, "Undo"))
    assert reply.in_words() == (
        "3,000 tokens is all that is left of it: it cannot be undone.\n"
        "Credits can only be taken back while the recipient has all of them free; this was 10,000 tokens.\n"
        "Ask @bob to send it back."
    )
    assert await acme.balances() == {"alice": 35_000, "bob": 3_000, "dan": 8_000}


async def test_after_five_minutes_it_is_too_late(acme: Company, talk: Talk) -> None:
    sent = await talk.says("alice", "send @bob 4k")
    acme.clock.advance(minutes=5, seconds=1)
    reply = await talk.presses("alice", action(sent, "Undo"))
    assert reply.lines[0] == (
        "Sending can be undone for 5 minutes; that was until Mon 2 Mar 2026, 10:05 (Europe/Berlin)."
    )
    assert (await talk.says("alice", "undo")).code == "nothing_to_undo"
    assert await acme.balances() == {"alice": 41_000, "bob": 5_000}


async def test_a_thought_that_is_too_long_for_a_button_can_still_be_sent(acme: Company, talk: Talk) -> None:
    text = f"send @bob 10k for {'x' * 900}"
    assert [item.label for item in (await talk.says("alice", text)).actions] == ["Confirm", "Cancel"]
    text = f"send @bob 10k for {chr(92) * 950}"
    asked = await talk.says("alice", text)
    assert asked.actions == ()
    assert asked.lines[-1] == "It is too long for a button: say the same again with --yes behind “send”."
    assert (await talk.says("alice", text.replace("send", "send --yes"))).title == "10,000 tokens to @bob: sent."
    assert (await talk.says("alice", f"send @bob 10k for {'x' * 1_001}")).title == "That is too long."
    assert await acme.balances() == {"alice": 35_000, "bob": 11_000}
