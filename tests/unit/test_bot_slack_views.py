"""Every window with the longest content stays within Slack's limits."""

from __future__ import annotations

import pytest

from bot.commands.forms.catalogue import FORMS
from bot.replies.form import Choice, Field, FieldKind, Form, Mistakes
from bot.replies.reply import Action, Fact, Reply, Table
from bot.slack.views import closed_form_reply, errors, form_view, loading_view, mistakes_reply, reply_view
from tests.edges.slack_limits import check_view

LONG = "<!channel> & *" * 1_000


@pytest.mark.parametrize("name", sorted(FORMS))
def test_every_form_with_the_longest_content_is_a_window(name: str) -> None:
    kind = FORMS[name]
    form = Form(
        name=name,
        about="usr_01h455vb4pex5vsknk084sn02q " * 100,
        title="W" * 24,
        submit="W" * 24,
        asks=LONG,
        lines=(LONG,) * 5,
        in_words=(LONG,),
        fields=kind.fields,
        command_id=f"say_{'f' * 40}",
    )
    view = form_view(form, accounts={})
    check_view(view)
    assert "<!channel>" not in str(view["blocks"][0])
    check_view(reply_view(closed_form_reply(form)))


def test_fields_of_every_kind_with_the_longest_words_fit() -> None:
    choices = tuple(Choice(f"{at}{'v' * 200}", f"{at} {LONG}") for at in range(150))
    fields = tuple(
        Field(name=f"f{at}", kind=kind, label=LONG, hint=LONG, longest=50_000, choices=choices)
        for at, kind in enumerate(FieldKind)
        if kind not in {FieldKind.PEOPLE, FieldKind.DATE}
    )
    form = Form(name="x", about="", title="x", submit="x", asks="x", fields=fields, command_id="say_1")
    check_view(form_view(form, accounts={}))


def test_answers_of_any_length_are_windows() -> None:
    actions = tuple(Action(label=LONG, says="x" * 1_500, command_id=f"say_{'f' * 40}") for _ in range(40))
    table = Table(("When", "What"), tuple((str(at), LONG) for at in range(200)))
    facts = tuple(Fact(LONG, LONG) for _ in range(300))
    check_view(reply_view(Reply(title=LONG, lines=(LONG,) * 300, facts=facts, table=table, actions=actions)))
    check_view(loading_view())


def test_mistakes_are_cut_and_told_where_the_form_is_gone() -> None:
    wrong = Mistakes({f"field{at}": LONG for at in range(30)})
    assert max(map(len, errors(wrong)["errors"].values())) <= 500
    check_view(reply_view(mistakes_reply(wrong, says="form send", command_id="say_1")))
