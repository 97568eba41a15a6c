"""Forms: what is drawn, what its fields become, and what is said at which field."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.commands.forms.catalogue import FORMS
from bot.commands.say import VERBS
from bot.commands.submit import Submitted, submit
from bot.replies.form import Form, Mistakes
from bot.replies.reply import Reply, Tone
from core.approvals.waiting import Waiting
from tests.company import Company
from tests.conftest import on_both
from tests.talking import Talk, action


def title(outcome: Reply | Mistakes) -> str:
    assert isinstance(outcome, Reply), outcome
    return outcome.title


def mistakes(outcome: Reply | Mistakes) -> dict[str, str]:
    assert isinstance(outcome, Mistakes), outcome
    return dict(outcome.by_field)


def test_every_verb_with_a_form_has_one() -> None:
    assert {verb.form for verb in VERBS if verb.form} <= set(FORMS)


@on_both
async def test_sending_by_form_is_sending(acme: Company, talk: Talk) -> None:
    form = await talk.opens("alice", "send")
    sent = await talk.sends_off("alice", form, people="@bob <@U0>", amount="1k")
    assert mistakes(sent)["people"].startswith("I do not know @U0. Nobody in your organization has that handle,")
    sent = await talk.sends_off("alice", form, people="bob and @carol", amount="2k", reason=" the “demo”\nand more ")
    assert isinstance(sent, Reply)
    assert sent.in_words() == (
        "2,000 tokens each to @bob and @carol: sent.\n"
        "4,000 tokens in all.\n"
        'For: the "demo" and more\n'
        "You have 41,000 tokens left. Undo works for 5 minutes, until 10:05.\n"
        "You can: Undo."
    )
    assert await acme.balances() == {"alice": 41_000, "bob": 3_000, "carol": 2_000}


@on_both
async def test_sending_a_form_off_twice_sends_once(acme: Company, talk: Talk) -> None:
    form = await talk.opens("alice", "send")
    first = await talk.sends_off("alice", form, people="@bob", amount="4k")
    assert await talk.sends_off("alice", form, people="@bob", amount="4k") == first
    assert await acme.balances() == {"alice": 41_000, "bob": 5_000}
    changed = await talk.sends_off("alice", form, people="@bob", amount="3k")
    assert title(changed) == "This form was sent off before."
    assert await acme.balances() == {"alice": 41_000, "bob": 5_000}


@on_both
async def test_what_was_refused_is_said_at_its_field_and_can_be_changed(acme: Company, talk: Talk) -> None:
    await acme.fund("alice", 955_000)
    form = await talk.opens("alice", "send")
    before = await acme.traces()
    wrong = mistakes(await talk.sends_off("alice", form, people="@bob", amount="600k"))
    assert wrong == {
        "amount": "That is over your daily limit for sending. The limit is 500,000 tokens a day. You have sent "
        "0 tokens today. It resets on Tue 3 Mar 2026, 00:00 (Europe/Berlin). Send less, or wait until then."
    }
    for people, amount, field, said in (
        ("@alice", "2k", "people", "You cannot send credits to yourself."),
        ("@bob bob", "2k", "people", "@bob is named twice."),
        ("@bob", "1", "amount", "1,000 tokens is the least you can send."),
    ):
        wrong = await mistakes_of(talk, form, people=people, amount=amount)
        assert {name: sentence[: len(said)] for name, sentence in wrong.items()} == {field: said}
    assert await mistakes_of(talk, form, people="", amount="10.000") == {
        "people": "This is needed.",
        "amount": "“10.000” is not an amount that I can take. "
        "A comma groups thousands and a point marks decimals: 10,000 or 2.5M.",
    }
    assert await acme.traces() == before
    assert title(await talk.sends_off("alice", form, people="@bob", amount="5k")) == "5,000 tokens to @bob: sent."


async def mistakes_of(talk: Talk, form: Form, **values: str) -> dict[str, str]:
    return mistakes(await talk.sends_off("alice", form, **values))


async def test_a_large_gift_is_confirmed_once(acme: Company, talk: Talk) -> None:
    form = await talk.opens("alice", "send")
    asked = await talk.sends_off("alice", form, people="@bob", amount="10k")
    assert title(asked) == "Send 10,000 tokens to @bob?"
    again = await talk.sends_off("alice", form, people="@bob", amount="10k")
    first = await talk.presses("alice", action(asked, "Confirm"))
    assert await talk.presses("alice", action(again, "Confirm")) == first
    assert await acme.balances() == {"alice": 35_000, "bob": 11_000}


async def test_a_form_about_somebody_names_them(acme: Company, talk: Talk) -> None:
    form = await talk.opens("alice", "form send @bob")
    assert form.fields[0].initial == acme.user("bob")
    assert form.says == f"form send {acme.user('bob')}"
    assert title(await talk.sends_off("alice", form, amount="1k")) == "1,000 tokens to @bob: sent."


@on_both
async def test_going_away_by_form_shows_what_happens_and_waits_for_a_yes(acme: Company, talk: Talk) -> None:
    form = await talk.opens("alice", "ooo")
    assert [field.initial for field in form.fields[:2]] == ["2026-03-02", "2026-03-03"]
    values = {"first": "Monday", "back": "2026-03-16", "to": "half", "colleagues": "@bob", "delegate": "carol"}
    assert await mistakes_of(talk, form, **values | {"back": "2026-03-09"}) == {
        "back": "You should be back after the first day away."
    }
    assert await mistakes_of(talk, form, **values | {"colleagues": ""}) == {
        "colleagues": "Name the colleagues who should have them."
    }
    assert await mistakes_of(talk, form, **values | {"to": "pool"}) == {
        "to": "You name colleagues, too: should they have all of it, or half?"
    }
    assert (
        "nobody stands in for themselves"
        in (await mistakes_of(talk, form, **values | {"colleagues": "@alice"}))["colleagues"]
    )
    shown = await talk.sends_off("alice", form, **values)
    assert title(shown) == "Out of office from Mon 9 Mar 2026, back on Mon 16 Mar 2026?"
    confirm = action(shown, "Confirm")
    assert confirm.says == (
        f"ooo 2026-03-09 until 2026-03-16 to 50% pool 50% {acme.user('bob')} delegate {acme.user('carol')} --yes"
    )
    assert (await talk.presses("alice", confirm)).title == (
        "You are out of office from Mon 9 Mar 2026, back on Mon 16 Mar 2026."
    )
    assert (await talk.opens("alice", "ooo")).lines == ("Out of office from Mon 9 Mar 2026 to Mon 16 Mar 2026.",)


@on_both
async def test_a_colleague_is_asked_by_form_once(talk: Talk) -> None:
    form = await talk.opens("bob", "request")
    values = {"source": "colleague", "colleague": "@alice", "amount": "5k", "reason": "tests"}
    asked = await talk.sends_off("bob", form, **values)
    assert title(asked) == "@alice is asked for 5,000 tokens."
    assert (
        await talk.sends_off("bob", form, source="colleague", colleague="@alice", amount="5k", reason="tests") == asked
    )
    assert len([line for line in (await talk.says("alice", "approvals")).lines if "@bob asks" in line]) == 1
    two = await talk.opens("bob", "request")
    assert set(mistakes(await talk.sends_off("bob", two, source="colleague", colleague="@bob", amount="5k"))) == {
        "colleague"
    }


@on_both
async def test_the_pool_and_boosts_are_asked_for_by_the_same_form(acme: Company, talk: Talk) -> None:
    await acme.fund("Backend pool", 100_000)
    form = await talk.opens("alice", "request")
    assert form.fields[0].initial == "pool"
    for values, field in (
        ({"source": "colleague"}, "colleague"),
        ({"colleague": "@bob"}, "colleague"),
        ({"source": "override"}, "hours"),
        ({"hours": "2 days"}, "hours"),
        ({"source": "override", "hours": "soon"}, "hours"),
        ({"source": "override", "hours": "9999"}, "hours"),
        ({"source": "override", "hours": "2d"}, "reason"),
    ):
        assert set(await mistakes_of(talk, form, amount="5k", **values)) == {field}, values
    drawn = await talk.sends_off("alice", form, amount="5k")
    assert title(drawn) == "5,000 tokens of the pool of Backend are yours now."
    assert await talk.sends_off("alice", form, amount="5k") == drawn
    boost = await talk.opens("alice", "request")
    asked = await talk.sends_off("alice", boost, source="override", amount="50k", hours="48", reason="P0")
    assert title(asked) == "50,000 tokens for 48 hours: waits for approval."
    approval_id = (await acme.ask(Waiting, by="carol")).for_me[0].approval_id
    decide = await talk.opens("carol", f"approve {approval_id} smaller")
    assert mistakes(await talk.sends_off("carol", decide, hours="72h")).keys() == {"hours"}
    await acme.fund("Backend", 100_000)
    decided = await talk.sends_off("carol", decide, amount="20k", hours="24h")
    assert title(decided).startswith("Approved: 20,000 tokens for @alice until Tue 3 Mar 2026")


async def waiting_id(acme: Company, talk: Talk) -> str:
    """Alice wants to send 200,000 to Bob; Carol or Erin decide."""
    await acme.fund("alice", 400_000)
    await talk.says("alice", "send @bob 200k for “only <!channel>” --yes")
    return (await acme.ask(Waiting, by="carol")).for_me[0].approval_id


@on_both
async def test_a_part_is_approved_by_form_and_twice_is_once(acme: Company, talk: Talk) -> None:
    approval_id = await waiting_id(acme, talk)
    form = await talk.opens("carol", f"form decide {approval_id}")
    assert form.lines[0] == "@alice: 200,000 tokens to @bob (transfer)."
    wrong = mistakes(await talk.sends_off("carol", form, amount="300k"))
    assert set(wrong) == {"amount"}
    done = await talk.sends_off("carol", form, amount="50k", note="only 50 this month --break-glass")
    assert title(done) == "Approved: 50,000 tokens from @alice to @bob."
    assert await talk.sends_off("carol", form, amount="50k", note="only 50 this month --break-glass") == done
    assert await acme.balances() == {"alice": 395_000, "bob": 51_000}


@on_both
async def test_a_no_with_a_note_and_a_form_that_came_too_late(acme: Company, talk: Talk) -> None:
    approval_id = await waiting_id(acme, talk)
    late = await talk.opens("erin", f"form decide {approval_id}")
    form = await talk.opens("carol", f"form decide {approval_id} deny")
    assert form.fields[0].initial == "deny"
    denied = await talk.sends_off("carol", form, amount="5k", note="only after the launch")
    assert title(denied) == "Denied: 200,000 tokens from @alice to @bob."
    assert title(await talk.sends_off("erin", late)) == "@carol has decided that already: rejected."
    assert (await talk.says("erin", late.says)).code == "unknown_approval"
    assert await acme.balances() == {"alice": 445_000, "bob": 1_000}


@on_both
async def test_a_question_is_asked_and_answered_by_forms(acme: Company, talk: Talk) -> None:
    approval_id = await waiting_id(acme, talk)
    question = await talk.opens("carol", f"form question {approval_id}")
    assert mistakes(await talk.sends_off("carol", question)) == {"question": "This is needed."}
    put = await talk.sends_off("carol", question, question="Which <demo>?")
    assert await talk.sends_off("carol", question, question="Which <demo>?") == put
    answer = await talk.opens("alice", f"form answer {approval_id}")
    assert answer.lines[-1] == "You are asked: “Which <demo>?”"
    given = await talk.sends_off("alice", answer, answer="The big one.")
    assert title(given) == "Your answer is on its way."
    assert await talk.sends_off("alice", answer, answer="The big one.") == given
    assert (await talk.says("alice", answer.says)).code == "unknown_question"


async def test_an_unknown_form_is_an_answer(acme: Company, talk: Talk) -> None:
    reply = await talk.says("alice", "form xyzzy")
    assert (reply.code, reply.form) == ("usage", None)
    form = await talk.opens("alice", "send")
    speaker = talk.speaker("alice", form.command_id)
    gone = await submit(Submitted(name="gone", about="", values={}), speaker=speaker, office=talk.office)
    assert title(gone) == "I do not know that form."


ODD = ("@bob", "bob, carol", "me", "<@U1|x>", "10k", "$5", "-1", "friday", "9999-12-31", "0001-01-01", "half", "--yes")
VALUES = st.one_of(st.text(max_size=60), st.sampled_from([*ODD, "\x00", "\ud800", "9" * 70, "x" * 5_000]))


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(data=st.data(), name=st.sampled_from(sorted(FORMS)), about=st.text(max_size=20))
async def test_nothing_that_is_filled_in_makes_it_fail(talk: Talk, data: st.DataObject, name: str, about: str) -> None:
    values = {field.name: data.draw(VALUES, label=field.name) for field in FORMS[name].fields}
    speaker = talk.speaker("alice", "say_form")
    outcome = await submit(Submitted(name=name, about=about, values=values), speaker=speaker, office=talk.office)
    assert isinstance(outcome, Mistakes) or outcome.tone is not Tone.ERROR
