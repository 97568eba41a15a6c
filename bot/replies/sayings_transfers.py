"""Words for refusals of sending and undoing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from bot.replies.saying import Saying
from core.refusals import Because

TRANSFERS: Final[Mapping[Because, Saying]] = {
    Because.TRANSFERS_OFF: Saying(
        "Sending credits is switched off.",
        "Your organization's policy does not allow it at present.",
        "Ask an administrator, or your team lead for credits.",
        to_operator="“alfred admin policy” shows and changes what it allows.",
    ),
    Because.ROLE_MAY_NOT_SEND: Saying(
        "Your role may not send credits.",
        "[The policy allows it for: {allowed|allowed_roles|roles:text}.]",
        "Ask a team lead to send them.",
        to_operator="“alfred admin policy” shows and changes what it allows.",
    ),
    Because.NOT_TO_SELF: Saying(
        "You cannot send credits to yourself.",
        "They are yours already.",
        "Name somebody else.",
    ),
    Because.SAME_RECIPIENT_TWICE: Saying(
        "[{user|recipient:person} is named twice. || Somebody is named twice.]",
        "Each recipient gets the amount once, so I do not know what you meant.",
        "Name everybody once.",
    ),
    Because.BELOW_MINIMUM: Saying(
        "[{minimum|least|limit:amount} is the least you can send. || That is too little to send.]",
        "[You asked for {amount|asked:amount}.]",
        "Send more at once.",
    ),
    Because.NEEDS_APPROVAL: Saying(
        "[{threshold|limit:amount} is the most you can send without approval. || That needs approval.]",
        "[You asked for {total|amount|asked:amount} in all.]",
        "Send less, or ask your team lead to send it.",
        to_operator="Send less, or let somebody send it who may.",
    ),
    Because.OVER_DAILY_LIMIT: Saying(
        "[{left:amount} is what you may still send today. || That is over your daily limit for sending.]",
        "[The limit is {limit:amount} a day.][ You have sent {used|sent:amount} today.]"
        "[ It resets on {resets|resets_at:moment}.]",
        "Send less, or wait until then.",
    ),
    Because.RECIPIENT_OVER_DAILY_LIMIT: Saying(
        "[{recipient|user:person} || The recipient] cannot receive that much today.",
        "[The limit is {limit:amount} a day.][ {used|received:amount} arrived today.]"
        "[ It resets on {resets|resets_at:moment}.]",
        "Send less, or wait until then.",
    ),
    Because.CIRCLE: Saying(
        "That would send credits round in a circle.",
        "Credits from you came to [{recipient|user:person} || the recipient] through others within the last 24 hours.",
        "Wait until then is 24 hours ago, or send to somebody else.",
    ),
    Because.NOT_YOUR_TRANSFER: Saying(
        "That is not your transfer.",
        "Only who sent credits can take them back.",
        "Ask the sender.",
    ),
    Because.UNDO_TOO_LATE: Saying(
        "It is too late to undo that.",
        "Sending can be undone for 5 minutes[; that was until {undo_until|until|ended:moment}].",
        "Ask [{recipient|user:person} || the recipient] to send it back.",
    ),
    Because.ALREADY_REVERSED: Saying(
        "That was undone already.",
        "[It was taken back on {reversed_at|at:moment}.]",
        "Nothing is left to do.",
    ),
    Because.NOT_COMPLETED: Saying(
        "That transfer is not complete.",
        "Only credits that have arrived can be taken back[; it is {state:text}].",
        "See how it stands with “history”.",
    ),
    Because.ALREADY_THANKED: Saying(
        "You have thanked for that already.",
        "[{sender:person} heard it on {at:moment}. || The sender heard it.]",
        "Nothing is left to do.",
    ),
    Because.NOTHING_TO_THANK_FOR: Saying(
        "There is nothing to thank for.",
        "Nothing has arrived for you that you have not thanked for.",
        "See what you received with “history”.",
    ),
    Because.NOTHING_TO_UNDO: Saying(
        "There is nothing to undo.",
        "Sending can be undone for 5 minutes, and only by who sent.",
        "Later, ask the recipient to send it back.",
    ),
    Because.NOT_PENDING: Saying(
        "That transfer waits for nobody.",
        "Only what waits for approval can be cancelled[; it is {state:text}].",
        "What has arrived can be taken back with “undo” for 5 minutes.",
    ),
    Because.UNKNOWN_REQUEST: Saying(
        "I do not know that request.",
        "[Nobody has asked you for credits under {request:text}.]",
        "See what waits with “approvals”.",
    ),
}
