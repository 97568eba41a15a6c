"""`link`: a one-time code, by which another chat account becomes who speaks; `link CODE` from a stranger uses one."""

from __future__ import annotations

from bot.commands.door import STRANGER
from bot.commands.last_resort import away_reply
from bot.commands.office import Office
from bot.commands.parse import bare, past_courtesies, read
from bot.commands.verb import Asked, Verb, usage
from bot.replies.refusals import refusal_reply
from bot.replies.reply import Fact, Reply
from core.directory.identities import ChatAccount
from core.directory.link_codes import RANDOM_BYTES, link_code_digest, new_link_code, read_link_code
from core.directory.make_link_code import LinkCodeMade, MakeLinkCode
from core.directory.redeem_link_code import RedeemLinkCode
from core.refusals import Because, Refused, refuse
from core.storage.faults import StorageUnavailable
from core.storage.transaction import Actor


async def _link(asked: Asked) -> Reply:
    if any(read_link_code(word) for word in asked.words):
        return Reply(
            title="I know you here already; nothing was linked.",
            lines=("A code is for an account that I do not know yet. This one still works there until it ends.",),
        )
    code = new_link_code(asked.office.random_bytes(RANDOM_BYTES))
    try:
        made = await _made(code, asked)
    except Refused as refused:
        if refused.refusal.because is not Because.SAME_ID_OTHER_CONTENTS:
            raise
        return usage("That code was made already, and shown then.", "Say “link” again for another one.")
    return Reply(
        title=f"{code} is your code, once, until {asked.telling.moment(made.expires_at)}.",
        facts=(Fact("In Slack", f"/alfred link {code}"), Fact("In Teams", f"@Alfred link {code}")),
        lines=(f"Whoever types it becomes @{made.handle} there: show it to nobody.",),
    )


async def _made(code: str, asked: Asked) -> LinkCodeMade:
    speaker = asked.speaker
    return await asked.office.engine.run(
        MakeLinkCode(
            id=speaker.command_id,
            organization_id=speaker.organization_id,
            actor=speaker.actor,
            user_id=speaker.user_id,
            digest=link_code_digest(code, pepper=asked.office.pepper),
        )
    )


async def code_answer(text: str, account: ChatAccount, *, command_id: str, office: Office) -> Reply | None:
    """The answer to `link CODE` of an account that nobody knows; None when they said something else. Never raises."""
    code = _code_in(text)
    if code is None:
        return None
    try:
        return await _redeemed(code, account, command_id=command_id, office=office)
    except Refused as refused:
        return refusal_reply(refused.refusal, STRANGER)
    except StorageUnavailable as away:
        return away_reply(away)


def _code_in(text: str) -> str | None:
    words = past_courtesies(read(text))
    if words.verb not in VERB.names:
        return None
    return read_link_code(" ".join(word.strip("\"'`<>.,") for word in words.rest if bare(word) not in {"code", "my"}))


async def _redeemed(code: str, account: ChatAccount, *, command_id: str, office: Office) -> Reply:
    organization_id = await office.identities.organization_of(account)
    redeemed = await office.engine.run(
        RedeemLinkCode(
            id=command_id,
            organization_id=organization_id,
            actor=Actor.system("link"),
            digest=link_code_digest(code, pepper=office.pepper),
            platform=account.platform,
            workspace_id=account.workspace_id,
            external_id=account.external_id,
        )
    )
    if redeemed.handle is None:
        wrong = refuse(Because.UNKNOWN_LINK_CODE, left=redeemed.tries_left, resets=redeemed.resets_at)
        return refusal_reply(wrong, STRANGER)
    return Reply(
        title=f"Hello @{redeemed.handle}: this account is yours now.",
        lines=("Say “balance” to see your credits, “help” for everything else.",),
    )


VERB = Verb(
    name="link",
    does="tie a Slack or Teams account to you",
    examples=(("link", "a one-time code, good for 15 minutes"), ("link 7QK2M-XW40P", "typed in Slack or Teams")),
    run=_link,
    aliases=("connect", "login"),
)
