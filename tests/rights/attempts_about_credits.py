"""Attempts to send, lend, ask, allocate, decide and look at balances."""

from __future__ import annotations

from typing import Final

from core.allocation.allocate import Allocate
from core.allocation.issue_credits import IssueCredits
from core.allocation.remove_quota import RemoveQuota
from core.allocation.set_quota import SetQuota
from core.allocation.show_funding import ShowFunding
from core.allocation.withdraw import Withdraw
from core.approvals.answer_question import AnswerQuestion
from core.approvals.ask_question import AskQuestion
from core.approvals.delegate import Delegate
from core.approvals.end_delegation import EndDelegation
from core.approvals.end_preapproval import EndPreapproval
from core.approvals.find_subject import FindSubject
from core.approvals.own_preapprovals import OwnPreapprovals
from core.approvals.preapprove import Preapprove
from core.approvals.states import Subject
from core.approvals.waiting import Waiting
from core.leaving.loans_left import LoansLeft
from core.leaving.write_off_loan import WriteOffLoan
from core.overrides.cancel_override import CancelOverride
from core.overrides.decide_override import DecideOverride
from core.overrides.grant_override import GrantOverride
from core.overrides.request_override import RequestOverride
from core.overrides.revoke_override import RevokeOverride
from core.overrides.show_overrides import ActiveOverrides, OverrideHistory
from core.pools.cancel_draw import CancelDraw
from core.pools.decide_draw import DecideDraw
from core.pools.fund_pool import FundPool
from core.pools.overview import PoolOverview
from core.pools.request_draw import RequestDraw
from core.pools.set_pool_quota import SetPoolQuota
from core.pools.withdraw_from_pool import WithdrawFromPool
from core.refusals import Because
from core.reporting.activity import Activity
from core.reporting.balance import Balance
from core.reporting.find_call import FindCall
from core.reporting.team_overview import TeamOverview
from core.transfers.cancel_request import CancelRequest
from core.transfers.cancel_transfer import CancelTransfer
from core.transfers.decide_transfer import DecideTransfer
from core.transfers.decline_request import DeclineRequest
from core.transfers.grant_request import GrantRequest
from core.transfers.history import History
from core.transfers.lend_credits import LendCredits
from core.transfers.open_requests import OpenRequests
from core.transfers.own_loans import OwnLoans
from core.transfers.pay_back_loan import PayBackLoan
from core.transfers.preview_send import PreviewSend
from core.transfers.request_credits import RequestCredits
from core.transfers.send_credits import SendCredits
from core.transfers.thank_sender import ThankSender
from core.transfers.undo_transfer import UndoTransfer
from tests.rights.attempts import HERE, NODES, TEAMS, TOP, Attempt, a_quota, some

NO_QUOTA: Final = frozenset({Because.BAD_VALUE})

SENDING: Final = {
    "SendCredits": Attempt(SendCredits, lambda at: {"recipients": (at.bob,), "amount": 2_000}, HERE),
    "PreviewSend": Attempt(PreviewSend, lambda at: {"recipients": (at.bob,), "amount": 2_000}, HERE),
    "LendCredits": Attempt(
        LendCredits, lambda at: {"borrower_id": at.bob, "amount": 2_000, "due_at": at.days(9)}, HERE
    ),
    "PayBackLoan": Attempt(PayBackLoan, lambda at: {"owed_to": at.things.loan}, no=frozenset({Because.UNKNOWN_LOAN})),
    "RequestCredits": Attempt(RequestCredits, lambda at: {"colleague_id": at.bob, "amount": 2_000}, HERE),
    "OpenRequests": Attempt(OpenRequests, lambda _: {}, HERE),
    "ThankSender": Attempt(ThankSender, lambda at: {"transfer_id": at.things.received}),
    "UndoTransfer": Attempt(UndoTransfer, lambda at: {"transfer_id": at.things.transfer}),
    "CancelTransfer": Attempt(CancelTransfer, lambda at: {"transfer_id": at.things.waiting}),
    "CancelRequest": Attempt(CancelRequest, lambda at: {"request_id": at.things.asked_by_them}),
    "DeclineRequest": Attempt(DeclineRequest, lambda at: {"request_id": at.things.asked_of_them}),
    "GrantRequest": Attempt(GrantRequest, lambda at: {"request_id": at.things.asked_of_them}),
}

ALLOCATING: Final = {
    "Allocate to a person": Attempt(Allocate, lambda at: some(at.user)),
    "Allocate to a place": Attempt(Allocate, lambda at: some(at.node), NODES - TOP),
    "Allocate to a project": Attempt(Allocate, lambda at: some(at.project), TEAMS),
    "Allocate to one's own project": Attempt(Allocate, lambda at: some(at.joined), HERE),
    "Withdraw from a person": Attempt(Withdraw, lambda at: some(at.user)),
    "WriteOffLoan": Attempt(WriteOffLoan, lambda at: {"loan_id": at.things.lost}, no=frozenset({Because.UNKNOWN_LOAN})),
    "LoansLeft": Attempt(LoansLeft, lambda at: {"node_id": at.node}, NODES),
    "Withdraw from a place": Attempt(Withdraw, lambda at: some(at.node), NODES - TOP),
    "SetQuota of a person": Attempt(SetQuota, lambda at: a_quota(at.user)),
    "SetQuota of a place": Attempt(SetQuota, lambda at: a_quota(at.node), NODES),
    "SetQuota of one's own project": Attempt(SetQuota, lambda at: a_quota(at.joined), HERE),
    "RemoveQuota of a person": Attempt(RemoveQuota, lambda at: {"owner_id": at.user}, besides=NO_QUOTA),
    "RemoveQuota of a place": Attempt(RemoveQuota, lambda at: {"owner_id": at.node}, NODES, besides=NO_QUOTA),
    "IssueCredits": Attempt(IssueCredits, lambda _: {"amount": 1_000}, TOP),
    "FundPool": Attempt(FundPool, lambda at: {"team_id": at.node, "amount": 1_000}, TEAMS),
    "WithdrawFromPool": Attempt(WithdrawFromPool, lambda at: {"team_id": at.node, "amount": 1_000}, TEAMS),
    "SetPoolQuota": Attempt(SetPoolQuota, lambda at: {"team_id": at.node, "amount": 5_000, "typed": "5k"}, TEAMS),
    "RequestDraw": Attempt(RequestDraw, lambda _: {"amount": 2_000}, HERE),
    "CancelDraw": Attempt(
        CancelDraw, lambda at: {"draw_id": at.things.draw}, TEAMS | HERE, no=frozenset({Because.UNKNOWN_DRAW})
    ),
    "DecideDraw": Attempt(
        DecideDraw, lambda at: {"approval_id": at.things.draw_approval, "is_yes": True}, TEAMS | HERE
    ),
    "PoolOverview": Attempt(PoolOverview, lambda at: {"team_id": at.node}, TEAMS | HERE),
}

DECIDING: Final = {
    "DecideTransfer": Attempt(DecideTransfer, lambda at: {"approval_id": at.things.approval, "is_yes": True}),
    "DecideTransfer at once": Attempt(
        DecideTransfer, lambda at: {"approval_id": at.things.urgent, "is_yes": True, "justification": "It burns."}
    ),
    "AskQuestion at once": Attempt(AskQuestion, lambda at: {"approval_id": at.things.urgent, "question": "Why?"}),
    "AskQuestion": Attempt(AskQuestion, lambda at: {"approval_id": at.things.approval, "question": "Why?"}),
    "AnswerQuestion": Attempt(AnswerQuestion, lambda at: {"approval_id": at.things.approval, "answer": "So."}),
    "Waiting": Attempt(Waiting, lambda _: {}, HERE),
    "Preapprove": Attempt(Preapprove, lambda at: {"subject": Subject.TRANSFER, "most": 1, "ends_at": at.days(9)}, HERE),
    "EndPreapproval": Attempt(EndPreapproval, lambda at: {"preapproval_id": at.things.preapproval}),
    "Delegate": Attempt(Delegate, lambda at: {"delegate_id": at.bob, "starts_at": at.days(200)}, HERE),
    "EndDelegation": Attempt(EndDelegation, lambda at: {"delegation_id": at.things.delegation}),
}

OVERRIDES: Final = {
    "RequestOverride": Attempt(RequestOverride, lambda _: {"amount": 1_000, "hours": 2, "reason": "P0"}, HERE),
    "CancelOverride": Attempt(CancelOverride, lambda at: {"override_id": at.things.boost_asked_for}),
    "DecideOverride": Attempt(DecideOverride, lambda at: {"approval_id": at.things.boost_approval, "is_yes": True}),
    "GrantOverride": Attempt(
        GrantOverride, lambda at: {"user_id": at.user, "amount": 1_000, "hours": 2, "reason": "P0"}
    ),
    "RevokeOverride": Attempt(RevokeOverride, lambda at: {"override_id": at.things.boost}),
    "ActiveOverrides": Attempt(ActiveOverrides, lambda _: {}, HERE),
    "OverrideHistory": Attempt(OverrideHistory, lambda at: {"user_id": at.user}),
}

SEEING: Final = {
    "FindSubject": Attempt(FindSubject, lambda at: {"approval_id": at.things.approval}),
    "OwnPreapprovals": Attempt(OwnPreapprovals, lambda _: {}, HERE),
    "ShowFunding of a person": Attempt(ShowFunding, lambda at: {"owner_id": at.user}),
    "ShowFunding of a place": Attempt(ShowFunding, lambda at: {"owner_id": at.node}, NODES),
    "TeamOverview": Attempt(TeamOverview, lambda at: {"node_id": at.node}, NODES),
    "Balance": Attempt(Balance, lambda at: {"user_id": at.user}),
    "FindCall": Attempt(FindCall, lambda at: {"call_id": at.things.call}),
    "Activity": Attempt(Activity, lambda at: {"user_id": at.user, "since": at.now}),
    "History": Attempt(History, lambda at: {"user_id": at.user}),
    "OwnLoans": Attempt(OwnLoans, lambda at: {"user_id": at.user}),
}
