"""`keys`, `keys new laptop`, `keys revoke key_…`: API keys; a secret is shown once, to its owner alone."""

from __future__ import annotations

from datetime import date

from bot.commands.parse import bare
from bot.commands.verb import Asked, Verb, usage
from bot.replies.kinds import ReplyKind
from bot.replies.reply import Fact, Reply, Table
from core.directory.create_key import CreateKey
from core.directory.key_making import KeyCreated
from core.directory.keys import RANDOM_BYTES, Secret, new_secret
from core.directory.list_keys import KeyLine, ListKeys
from core.directory.revoke_key import RevokeKey
from core.refusals import Because, Refused

_NEW = frozenset({"new", "create", "add", "make"})
_REVOKE = frozenset({"revoke", "delete", "remove", "end"})
_LIST = frozenset({"", "list", "show", "ls"})


async def _keys(asked: Asked) -> Reply:
    deed, *rest = (*asked.words, "")[: len(asked.words) or 1]
    if bare(deed) in _LIST:
        return _listed(await _mine(asked), asked)
    if bare(deed) in _NEW:
        return await _created(" ".join(rest).strip("\"' "), asked)
    if bare(deed) in _REVOKE:
        return await _revoked(" ".join(rest).strip("\"'` "), asked)
    return usage("Say “keys”, “keys new laptop” or “keys revoke laptop”.")


async def _mine(asked: Asked) -> tuple[KeyLine, ...]:
    speaker = asked.speaker
    return await asked.office.engine.ask(
        ListKeys(organization_id=speaker.organization_id, actor=speaker.actor, user_id=speaker.user_id)
    )


def _listed(keys: tuple[KeyLine, ...], asked: Asked) -> Reply:
    living = [key for key in keys if key.revoked_at is None]
    if not living:
        return Reply(title="You have no API keys.", lines=("“keys new laptop” makes one.",))
    rows = tuple((key.name, key.hint, key.id, asked.telling.day(_day(key, asked))) for key in living)
    count = "1 API key." if len(living) == 1 else f"{len(living)} API keys."
    return Reply(title=count, table=Table(("Name", "Key", "Id", "Made"), rows), kind=ReplyKind.LIST)


async def _created(name: str, asked: Asked) -> Reply:
    if not name or name.startswith("-") or " -" in name:
        return usage("What should the key be called?", "For example: “keys new laptop”.", "It is for yourself alone.")
    secret = new_secret(asked.office.random_bytes(RANDOM_BYTES))
    try:
        made = await _made(name, secret, asked=asked)
    except Refused as refused:
        if refused.refusal.because is not Because.SAME_ID_OTHER_CONTENTS:
            raise
        return usage("That key was made already, and shown then.", "Lost it? Revoke it with “keys”, and make another.")
    return Reply(
        title=f"Your new key “{made.name}”. It is shown only this once:",
        facts=(Fact("Key", secret.text), Fact("Id", made.key_id)),
        lines=(
            "Keep it where only you can read it; who has it spends your credits.",
            f"“keys revoke {made.key_id}” ends it.",
        ),
        kind=ReplyKind.RECEIPT,
    )


async def _made(name: str, secret: Secret, *, asked: Asked) -> KeyCreated:
    return await asked.office.engine.run(
        CreateKey(
            id=asked.speaker.command_id,
            organization_id=asked.speaker.organization_id,
            actor=asked.speaker.actor,
            user_id=asked.speaker.user_id,
            name=name,
            digest=secret.digest(asked.office.pepper),
            hint=secret.hint,
        )
    )


async def _revoked(which: str, asked: Asked) -> Reply:
    if not which:
        return usage("Which key?", "Say “keys” to see yours, then “keys revoke” and a name or id.")
    named = [key.id for key in await _mine(asked) if key.revoked_at is None and key.name.casefold() == which.casefold()]
    if len(named) > 1:
        return usage(f"{len(named)} of your keys are called “{which}”.", "Say “keys” and revoke one by its id.")
    ended = await asked.office.engine.run(
        RevokeKey(
            id=asked.speaker.command_id,
            organization_id=asked.speaker.organization_id,
            actor=asked.speaker.actor,
            key_id=named[0] if named else which,
        )
    )
    return Reply(
        title=f"The key “{ended.name}” is revoked.",
        lines=("It stops working everywhere within two seconds.",),
        kind=ReplyKind.RECEIPT,
    )


def _day(key: KeyLine, asked: Asked) -> date:
    return key.created_at.astimezone(asked.telling.zone).date()


VERB = Verb(
    name="keys",
    does="your API keys",
    examples=(
        ("keys", "those you have"),
        ("keys new laptop", "a new one, shown once"),
        ("keys revoke laptop", "end one, by name or id"),
    ),
    run=_keys,
    aliases=("key",),
)
