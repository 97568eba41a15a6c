"""Words for credits that were issued, granted, allocated, sent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from bot.replies.kinds import ReplyKind
from bot.replies.notice import Notice, Offer
from bot.replies.reply import Style

_SEE_HISTORY: Final = Offer("View", "history", stays=True)
_PAY_BACK: Final = Offer("Pay back", "[{own_borrower_id:if}loan back {loan_id:text}]", Style.PRIMARY)
_SEE_LOANS: Final = Offer("View", "loans", stays=True)
_SEE_BALANCE: Final = Offer("Balance", "balance", stays=True)
_MORE: Final = (
    # A budget's managers have other ways than the person whose credits run out.
    Offer("Request from pool", "[{owner:if} || request from pool]", stays=True),
    Offer("Ask for an override", "[{owner:if} || request override]", stays=True),
    _SEE_BALANCE,
)

CREDITS: Final[Mapping[str, Notice]] = {
    "credits.issued": Notice(
        "[{amount:amount} were issued || Credits were issued] to your organization.",
        "[They can be used until the end of {expires_on:day}.]",
    ),
    "allocation.made": Notice(
        "[{given:amount} were allocated to {owner:text}. || {taken:amount} were withdrawn from {owner:text}. || "
        "{given:amount} were allocated to you. || {taken:amount} were withdrawn from you. || Credits were moved.]"
    ),
    "quota.refreshed": Notice(
        "[{granted:amount} arrived: your quota for a new period. || Your quota for a new period arrived.]",
        "[They can be used until the end of {expires_on:day}.]",
    ),
    "quota.shortfall_granted": Notice(
        "[{granted:amount} arrived: || Credits arrived:] what was still missing of your quota.",
        "[They can be used until the end of {expires_on:day}.]",
    ),
    "quota.short": Notice(
        "[{granted:amount} of {wanted:amount} || Only a part] could be granted[ by {parent:text}].",
        "The budget is short. The rest is granted as it receives credits, until the period ends.",
    ),
    "budget.low": Notice(
        "[{percent:count} % || Most] of what [{owner:text} || a budget] had this period is spent.",
        "[{left:amount} are left among its people, projects and pool until {period_ends:moment}.]",
    ),
    "credits.requested": Notice(
        "[{requester_id:person} || A colleague] asks you for [{amount:amount} || credits].",
        "[“{reason:text}”][ Until {expires_at:moment}.]",
        typed="[“approve {request_id:text}” or “deny {request_id:text}” answers it.]",
        offers=(
            Offer("Send[ {amount:amount}]", "[approve {request_id:text}]", Style.PRIMARY),
            Offer("Decline", "[deny {request_id:text}]"),
        ),
        kind=ReplyKind.APPROVAL,
    ),
    "credits.declined": Notice(
        "[{colleague_id:person} || Your colleague] does not send the [{amount:amount} || credits] you asked for."
    ),
    "credits.request_ended": Notice(
        "[{expired_amount:amount}: {colleague_id:person} gave no answer. || "
        "{cancelled_amount:amount}: {requester_id:person} no longer asks. || A request for credits has ended.]"
    ),
    "quota.low": Notice(
        "[{percent:count} % of what {owner:text} had is spent. || {percent:count} % of your credits are spent."
        " || Most of your credits are spent.]",
        "Say “balance” to see what is left and when more comes.",
        offers=_MORE,
    ),
    "quota.exhausted": Notice(
        "[The credits of {owner:text} || Your credits] are spent.",
        "Calls are refused until more comes; “balance” shows when. Until then a teammate or a team lead can help.",
        offers=_MORE,
    ),
    "loan.due": Notice(
        "[{own_borrower_id:if}{left:amount} that {lender_id:person} lent you are due soon. || "
        "{left:amount} that you lent {borrower_id:person} are due soon. || A loan is due soon.]",
        "[Due {due_at:end}: what is there then comes back by itself.]",
        typed="[{own_borrower_id:if}“loan back {loan_id:text}” pays it back now.]",
        offers=(_PAY_BACK, _SEE_LOANS),
    ),
    "loan.overdue": Notice(
        "[{own_borrower_id:if}You still owe {lender_id:person} {left:amount}: nothing was there to be taken back. || "
        "{borrower_id:person} still owes you {left:amount}: nothing was there to be taken back. || A loan is overdue.]",
        "It is taken from the next refreshes, at most half of each.",
        typed="[{own_borrower_id:if}“loan back {loan_id:text}” pays it back now.]",
        offers=(_PAY_BACK, _SEE_LOANS),
    ),
    "loan.left": Notice(
        "[{borrower_id:person} still owes {lender_id:person} {left:amount}, and {leaver_id:person} has left. || "
        "Somebody has left, and a loan stays owed.]",
        "Who allocates credits where the lender is or was at home may write it off.",
        offers=(
            Offer(
                "View", "[{own_lender_id:if}loans || {own_borrower_id:if}loans || {loan_id:if}loans left]", stays=True
            ),
        ),
    ),
    "loan.written_off": Notice(
        "[{left:amount} that {lender_id:person} lent {borrower_id:person} were written off. || "
        "A loan was written off.]",
        "[{by_id:person} decided it.] Nothing of it is owed any more, and no credits were moved.",
    ),
    "loan.paid_back": Notice(
        "[{amount:amount} || A part] of a loan went from [{borrower_id:person} || a colleague] back to "
        "[{lender_id:person} || who lent it].",
        "[{left:some} are still owed. || {left:if}Nothing of it is owed any more.]",
        offers=(_SEE_LOANS,),
    ),
    "transfer.completed": Notice(
        "[{amount:amount} || Credits] from [{sender_id:person} || a colleague].",
        "[“{reason:text}”]",
        offers=(Offer("Thank[ {sender_id:person}]", "[thank {transfer_id:text}]", Style.PRIMARY), _SEE_HISTORY),
    ),
    "transfer.thanked": Notice(
        "[{recipient_id:person} || A colleague] thanks you for [{amount:amount} || your credits].",
    ),
    "transfer.reversed": Notice(
        "[{amount:amount} || Credits] went back to [{sender_id:person} || the sender].",
        "Who sends credits can take them back within 5 minutes.",
    ),
}
