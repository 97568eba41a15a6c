"""Words for refusals about commands, people and places."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from bot.replies.saying import Saying
from core.refusals import Because

DIRECTORY: Final[Mapping[Because, Saying]] = {
    Because.SAME_ID_OTHER_CONTENTS: Saying(
        "This was asked before with other contents.",
        "The same request id came with something else, so nothing was done the second time.",
        "Ask again; a new request gets a new id.",
    ),
    Because.MALFORMED_ID: Saying(
        "The request's id cannot be used.",
        "It is empty or too long[; it may have at most {most:count} characters].",
        "Send another Idempotency-Key, or none.",
    ),
    Because.NOT_ALLOWED: Saying(
        "You may not do that.",
        "It takes[ the permission “{needs:words}” || a permission] there, and your roles do not give it.",
        "Ask whoever leads that place, or an administrator.",
        to_operator="Grant the role that it takes with “alfred admin role grant”.",
    ),
    Because.UNKNOWN_ORGANIZATION: Saying(
        "I do not know this organization.",
        "[There is none with the id {organization:text}.]",
        "Ask an administrator whether Alfred was set up here.",
        to_operator="“alfred admin org create NAME” makes one.",
    ),
    Because.UNKNOWN_USER: Saying(
        "[I do not know {typed:text}. || I do not know {user:person}. || I do not know that person.]",
        "Nobody in your organization has that handle, address or id, or they have not joined Alfred yet.",
        "[Did you mean @{near:text}?] "
        "Check the spelling (a handle looks like @bob), or ask an administrator to add them.",
        to_operator="[Did you mean @{near:text}?] “alfred admin user list” shows everybody.",
    ),
    Because.UNKNOWN_NODE: Saying(
        "There is no such department, team or project[: {node:text}].",
        "Nothing in your organization has that name or id, or you are not part of it.",
        "[Did you mean {near:text}?] Check the spelling.",
    ),
    Because.UNKNOWN_ROLE: Saying(
        "That person does not hold that role there.",
        "[The role {role:text} is not held at that place.]",
        "Look at who holds which role, and try again.",
    ),
    Because.UNKNOWN_KEY: Saying(
        "There is no such key[: {key:text}].",
        "It is not one of your keys, or it was revoked already.",
        "See your keys with “keys”.",
    ),
    Because.UNKNOWN_LINK_CODE: Saying(
        "That code does not work.",
        "It is mistyped, used, or older than 15 minutes.[ {left:count} more tries until {resets:moment}.]",
        "Take a new one: “alfred link” in a terminal.",
    ),
    Because.TOO_MANY_TRIES: Saying(
        "Too many wrong codes.",
        "Nothing more is tried for a while[: until {resets:moment}].",
        "Wait until then, and take a new code with “alfred link” in a terminal.",
    ),
    Because.UNKNOWN_TRANSFER: Saying(
        "There is no such transfer[: {transfer|id:text}].",
        "Nothing with that id was sent or received by you.",
        "See what you sent and received with “history”.",
    ),
    Because.INACTIVE_USER: Saying(
        "[{user:person} is deactivated. || This account is deactivated.]",
        "Deactivated people neither send nor receive nor spend credits.",
        "Ask an administrator if this is a mistake.",
        to_operator="Name somebody who is active.",
    ),
    Because.ARCHIVED_NODE: Saying(
        "It is archived[: {name:text}].",
        "Archived departments, teams and projects take and give no credits.",
        "Choose another one.",
    ),
    Because.NAME_TAKEN: Saying(
        "That is taken[: the {field:text}].",
        "Another one has it, and it must be unique.",
        "Choose another.",
    ),
    Because.BAD_VALUE: Saying(
        "That value cannot be used[: {field:text}].",
        "[It was refused because: {why:text}.]",
        "Correct it and try again.",
    ),
    Because.WRONG_POLICY: Saying(
        "That policy cannot be used.",
        "[Line {line:count}: {field:text} {why:text}. || Something in it is wrong.]",
        "Correct it; “alfred admin policy check FILE” says everything that is wrong with it.",
    ),
    Because.WRONG_PARENT: Saying(
        "That cannot live there.",
        "The tree goes from the organization to departments, teams and projects[; this is a {kind:text}].",
        "Choose another place.",
    ),
    Because.NOT_EMPTY: Saying(
        "It is not empty.",
        "Something that is still in use lives below it.",
        "Move or archive that first.",
    ),
    Because.OWN_GAIN: Saying(
        "Nobody raises their own limit.",
        "What lets somebody spend more is never decided by the person who gains by it.",
        "Ask another manager or an administrator.",
        to_operator="Let another manager decide it.",
    ),
    Because.LAST_SUPER_ADMIN: Saying(
        "This is the last super admin.",
        "An organization keeps at least one, so that somebody can always decide.",
        "Make another person super admin first.",
    ),
    Because.STILL_ACTIVE: Saying(
        "[{user:person} has not left. || That person has not left.]",
        "Only somebody who was deactivated can be erased.",
        "Deactivate them first.",
    ),
    Because.ERASED: Saying(
        "That was erased.",
        "This request was about somebody whose traces were erased; it was done then and is not done again.",
        "Ask again under a new request.",
    ),
    Because.UNITS_FIXED: Saying(
        "The way of counting is fixed.",
        "It cannot change any more once credits were issued.",
        "Set up another organization to count differently.",
    ),
}
