"""Every message and window that the app can make, with the longest content, as a TypeScript file of literals.

python -m tests.slack_types.goldens FILE.ts

Slack's own `@slack/types` says under `tsc --strict` whether their shapes are what Slack knows; how long each part may
be is checked by tests/block_kit.py.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from bot.commands.forms.catalogue import FORMS
from bot.commands.home import Page, Section
from bot.replies.form import YES, Choice, Field, FieldKind, Form, Mistakes
from bot.replies.notices import NOTICES, Heard, notice_reply
from bot.replies.outcomes import outcome_reply
from bot.replies.refusals import SAYINGS, refusal_reply
from bot.replies.reply import Action, Fact, Reply, Style, Table
from bot.slack.home import home_view
from bot.slack.rendering import message
from bot.slack.views import closed_form_reply, errors, form_view, loading_view, mistakes_reply, reply_view
from core.notify.request_now import RequestNow
from core.refusals import Refusal
from tests.standing import MONDAY
from tests.unit.test_bot_slack_extremes import HANDLE, MOST, SCHEMAS, TELLING, WORDS, extreme

Golden = tuple[str, dict[str, Any]]
"""The name of its type, and the literal."""

HEAD: Final = """\
import type { HomeView, KnownBlock, ModalView } from "@slack/types";

// The views' own `blocks` take whatever has a type; here only what Slack knows.
type Message = { response_type?: "ephemeral" | "in_channel"; text: string; blocks: KnownBlock[] };
type Modal = Omit<ModalView, "blocks"> & { blocks: KnownBlock[] };
type Home = Omit<HomeView, "blocks"> & { blocks: KnownBlock[] };
type Errors = { response_action: "errors"; errors: Record<string, string> };

// What Slack does not know is seen here, or the check is none.
// @ts-expect-error
const unknown: KnownBlock = { type: "hologram" };
// @ts-expect-error
const formattedHeader: KnownBlock = { type: "header", text: { type: "mrkdwn", text: "x" } };
// @ts-expect-error
const misspelt: KnownBlock = { type: "divider", blockid: "x" };
// @ts-expect-error
const untitled: Modal = { type: "modal", blocks: [] };

"""
_ACTIONS: Final = tuple(Action(label=WORDS, says="x" * 1_500, command_id="say_1", style=style) for style in Style) * 10
_EVERYTHING: Final = Reply(
    title=WORDS,
    lines=(WORDS,) * 60,
    facts=(Fact(WORDS, WORDS),) * 30,
    table=Table(("When", "How much"), (("2026-03-02", WORDS), ("2026-03-03", "1,000 tokens")) * 50),
    actions=_ACTIONS,
)
_SHORT: Final = Reply(
    title="5 tokens.", facts=(Fact("Left", "5"),), table=Table(("Who", "Left"), (("@bob", "5"),)), actions=_ACTIONS[:1]
)
_REQUEST: Final = RequestNow(
    id="apr_1",
    subject="transfer",
    state="approved",
    requester_id="usr_1",
    gainer_id="usr_1",
    gainers=1,
    amount=MOST,
    granted=MOST - 1,
    reason=WORDS,
    decided_by="usr_1",
    decided_for="usr_1",
    ended_at=MONDAY,
)


def goldens() -> Iterator[Golden]:
    """All of them."""
    for reply in _replies():
        yield "Message", message(reply)
        yield "Modal", reply_view(reply)
    yield "Modal", loading_view()
    for form in _forms():
        yield "Modal", form_view(form, accounts={"usr_1": "U0BOB"})
    yield "Errors", errors(Mistakes({"amount": WORDS}))
    sections = (Section(heading=WORDS, lines=(WORDS,), facts=(Fact("a", "b"),), actions=_ACTIONS),) * 12
    yield "Home", home_view(Page(sections=sections, number=2, pages=3))
    yield "Home", home_view(Page(sections=(), number=1, pages=1))


def _replies() -> Iterator[Reply]:
    yield _EVERYTHING
    yield _SHORT
    yield Reply(title="Done.", is_private=False)
    yield outcome_reply(_REQUEST, TELLING, note=WORDS)
    for because in SAYINGS:
        yield refusal_reply(Refusal(because, {"amount": MOST, "limit": MOST, "user": "usr_1", "why": WORDS}), TELLING)
    for name in NOTICES:
        schema = SCHEMAS[name]
        payload = extreme(schema, name=name, defs=schema.get("$defs", {}))
        heard = Heard(
            event_id="evt_1", type=name, payload=payload, reader_id="usr_1", people={"usr_1": HANDLE}, places={}
        )
        yield notice_reply(heard, TELLING)
    for form in _forms():
        yield closed_form_reply(form)
    yield mistakes_reply(Mistakes({"amount": WORDS}), says="form send", command_id="say_1")


def _forms() -> Iterator[Form]:
    """Each of ours, and one with a field of every kind, filled in and empty."""
    for name, kind in FORMS.items():
        yield _form(name, kind.fields)
    for initial in (True, False):
        yield _form("every_kind", tuple(_field(kind, is_filled=initial) for kind in FieldKind))


def _form(name: str, fields: tuple[Field, ...]) -> Form:
    return Form(
        name=name,
        about="usr_1",
        title="W" * 24,
        submit="W" * 24,
        asks=WORDS,
        lines=(WORDS,),
        fields=fields,
        command_id="say_1",
    )


def _field(kind: FieldKind, *, is_filled: bool) -> Field:
    filled = {
        FieldKind.PERSON: "usr_1",
        FieldKind.PEOPLE: "usr_1",
        FieldKind.DATE: "2026-03-02",
        FieldKind.CHOICE: "a",
        FieldKind.SWITCH: YES,
    }
    return Field(
        name=kind.value,
        kind=kind,
        label=WORDS,
        hint=WORDS,
        longest=10,
        choices=(Choice("a", WORDS), Choice("b", "B")),
        initial=filled.get(kind, "10k") if is_filled else "",
    )


def written() -> str:
    """The file."""
    literals = [
        f"export const golden{at}: {kind} = {json.dumps(body, ensure_ascii=False)};"
        for at, (kind, body) in enumerate(goldens())
    ]
    return HEAD + "\n".join(literals) + "\n"


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(written(), "utf-8")
