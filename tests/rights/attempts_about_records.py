"""Attempts to read the audit trail and messages, and to do what only jobs do."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from core.allocation.expire_accounts import ExpireAccounts
from core.allocation.grant_shortfall import GrantShortfall
from core.allocation.refresh_quotas import RefreshQuotas
from core.allocation.warn_of_use import WarnOfUse
from core.approvals.escalate import EscalateApproval
from core.approvals.remind import RemindApprovers
from core.audit.export import ExportAudit, ReadExport
from core.audit.filters import Wanted
from core.audit.query import QueryAudit
from core.directory.platforms import Platform
from core.directory.redeem_link_code import RedeemLinkCode
from core.directory.remove_workspace import RemoveWorkspace
from core.notify.change_notice_defaults import ChangeNoticeDefaults
from core.notify.change_own_settings import ChangeOwnSettings
from core.notify.connect_channel import ConnectChannel
from core.notify.disconnect_channel import DisconnectChannel
from core.notify.mark_inbox_read import MarkInboxRead
from core.notify.note_channel import NoteChannel
from core.notify.read_inbox import ReadInbox
from core.notify.replay_deliveries import ReplayDeliveries
from core.notify.show_channel import ShowChannels
from core.notify.show_settings import ShowSettings
from core.ooo.begin_by_silence import BeginBySilence
from core.ooo.change_status_sync import ChangeStatusSync
from core.ooo.end_when_heard import EndWhenHeard
from core.ooo.move_day_share import MoveDayShare
from core.ooo.note_chat_status import NoteChatStatus
from core.ooo.return_from_absence import ReturnFromAbsence
from core.ooo.show_status_sync import ShowStatusSync
from core.ooo.suggested_absence import SuggestedAbsence
from core.overrides.end_override import EndOverride
from core.overrides.expire_override import ExpireOverrideRequest
from core.overrides.warn_of_end import WarnOfEnd
from core.pools.expire_draw import ExpireDraw
from core.pools.replenish_pools import ReplenishPools
from core.refusals import Because
from core.spending.allow_draws import AllowDraws
from core.transfers.collect_loans import CollectLoans
from core.transfers.expire_request import ExpireRequest
from core.transfers.expire_transfer import ExpireTransfer
from core.transfers.remind_of_loan import RemindOfLoan
from core.transfers.try_policy import TryPolicy
from tests.rights.attempts import HERE, NODES, TEAMS, TOP, Attempt
from tests.rights.attempts_about_people import POLICY

RECORDS: Final = {
    "QueryAudit": Attempt(QueryAudit, lambda at: {"subject_id": at.user}, shows=lambda page: bool(page.events)),
    "ExportAudit": Attempt(
        ExportAudit, lambda at: {"wanted": Wanted(subject_id=at.user)}, shows=lambda opened: opened.events > 0
    ),
    "ReadExport": Attempt(ReadExport, lambda at: {"export_id": at.things.export}, no=frozenset({Because.BAD_VALUE})),
    "ReadInbox": Attempt(ReadInbox, lambda _: {}, HERE),
    "MarkInboxRead": Attempt(MarkInboxRead, lambda _: {}, HERE),
    "ChangeOwnSettings": Attempt(ChangeOwnSettings, lambda _: {"notices": {"quota": ()}}, HERE),
    "ShowSettings": Attempt(ShowSettings, lambda _: {}, HERE),
    "ChangeNoticeDefaults": Attempt(ChangeNoticeDefaults, lambda _: {"notices": {"quota": ("in_app",)}}, TOP),
    "ConnectChannel": Attempt(
        ConnectChannel,
        lambda at: {"team_id": at.node, "platform": "slack", "workspace_id": "T9", "conversation_id": "C1"},
        TEAMS,
        frozenset({Because.BAD_VALUE}),
    ),
    "DisconnectChannel": Attempt(DisconnectChannel, lambda at: {"team_id": at.node, "platform": "slack"}, TEAMS),
    "ShowChannels": Attempt(ShowChannels, lambda at: {"team_id": at.node}, NODES),
    "ChangeStatusSync": Attempt(ChangeStatusSync, lambda _: {"sync": "set"}, TOP),
    "ShowStatusSync": Attempt(ShowStatusSync, lambda _: {}, HERE),
    "SuggestedAbsence": Attempt(
        SuggestedAbsence, lambda _: {"suggestion_id": "sug_1"}, HERE, frozenset({Because.SUGGESTION_OVER})
    ),
    "ReplayDeliveries": Attempt(ReplayDeliveries, lambda _: {"channel": "in_app"}, TOP),
    "TryPolicy": Attempt(
        TryPolicy, lambda at: {"scope_id": at.company.id, "text": POLICY, "since": at.now - timedelta(days=9)}, TOP
    ),
}

JOBS: Final = {
    "AllowDraws": Attempt(
        AllowDraws, lambda at: {"team_id": at.node, "user_id": at.user, "month": at.now.date()}, HERE
    ),
    "CollectLoans": Attempt(CollectLoans, lambda at: {"borrower_id": at.user, "due": at.now}, HERE),
    "EscalateApproval": Attempt(EscalateApproval, lambda at: {"approval_id": at.things.approval}, HERE),
    "RedeemLinkCode": Attempt(
        RedeemLinkCode,
        lambda _: {"digest": "0" * 64, "platform": Platform.SLACK, "workspace_id": "T1", "external_id": "U9"},
        HERE,
    ),
    "NoteChannel": Attempt(
        NoteChannel,
        lambda at: {"team_id": at.node, "platform": "slack", "conversation_id": "C1", "is_open": True},
        TEAMS,
    ),
    "NoteChatStatus": Attempt(
        NoteChatStatus,
        lambda at: {"user_id": at.user, "text": "ooo", "emoji": "", "ends_at": None, "said_at": at.now},
        HERE,
    ),
    "RemoveWorkspace": Attempt(
        RemoveWorkspace, lambda at: {"platform": Platform.SLACK, "workspace_id": "T1", "happened_at": at.now}, HERE
    ),
    "EndOverride": Attempt(EndOverride, lambda at: {"override_id": at.things.boost}, HERE),
    "WarnOfEnd": Attempt(WarnOfEnd, lambda at: {"override_id": at.things.boost}, HERE),
    "ExpireOverrideRequest": Attempt(ExpireOverrideRequest, lambda at: {"approval_id": at.things.boost_approval}, HERE),
    "ExpireAccounts": Attempt(ExpireAccounts, lambda at: {"day": at.now.date(), "first": "", "version": 1}, HERE),
    "ExpireRequest": Attempt(ExpireRequest, lambda at: {"request_id": at.things.asked_by_them}, HERE),
    "ExpireDraw": Attempt(ExpireDraw, lambda at: {"approval_id": at.things.draw_approval}, HERE),
    "ExpireTransfer": Attempt(ExpireTransfer, lambda at: {"approval_id": at.things.approval}, HERE),
    "GrantShortfall": Attempt(GrantShortfall, lambda at: {"parent_id": at.node, "version": 1}, HERE),
    "BeginBySilence": Attempt(BeginBySilence, lambda at: {"user_id": at.user}, HERE),
    "EndWhenHeard": Attempt(EndWhenHeard, lambda at: {"absence_id": at.things.absence, "version": 1}, HERE),
    "MoveDayShare": Attempt(
        MoveDayShare, lambda at: {"absence_id": at.things.absence, "day": at.now.date(), "version": 1}, HERE
    ),
    "RefreshQuotas": Attempt(RefreshQuotas, lambda at: {"parent_id": at.node, "due": at.now}, HERE),
    "RemindApprovers": Attempt(RemindApprovers, lambda at: {"approval_id": at.things.approval}, HERE),
    "WarnOfUse": Attempt(WarnOfUse, lambda at: {"owner_id": at.node}, HERE),
    "RemindOfLoan": Attempt(RemindOfLoan, lambda at: {"loan_id": at.things.loan}, HERE),
    "ReplenishPools": Attempt(ReplenishPools, lambda at: {"parent_id": at.node, "due": at.now}, HERE),
    "ReturnFromAbsence": Attempt(ReturnFromAbsence, lambda at: {"absence_id": at.things.absence, "version": 1}, HERE),
}
