"""Who may do what where: written by hand from the specification, by nobody's code.

Words: own = with oneself; mates = with somebody in one's team, or in the team itself; team = own and mates; teams =
one's own team and another of the same department; below = teams and the department; dept = own and below; others =
everywhere but with oneself; afar = in another department and at the top, where nobody else leads; all = everywhere in
the organization; - = nowhere. A row counts only for the places where its deed can be tried. What belongs to another
organization is beyond everybody.
"""

from __future__ import annotations

from typing import Final

from core.access.matrix import Role

TABLE: Final = """
deed                          | super_admin | finance_admin | dept_manager | team_lead | developer | auditor | service_account

SendCredits                   | own         | -             | own          | own       | own       | -       | -
PreviewSend                   | own         | -             | own          | own       | own       | -       | -
LendCredits                   | own         | -             | own          | own       | own       | -       | -
PayBackLoan                   | own         | -             | own          | own       | own       | -       | -
RequestCredits                | own         | -             | own          | own       | own       | -       | -
OpenRequests                  | own         | own           | own          | own       | own       | own     | own
ThankSender                   | own         | own           | own          | own       | own       | own     | -
UndoTransfer                  | own         | -             | own          | own       | own       | -       | -
CancelTransfer                | own         | -             | own          | own       | own       | -       | -
CancelRequest                 | own         | -             | own          | own       | own       | -       | -
DeclineRequest                | own         | -             | own          | own       | own       | -       | -
GrantRequest                  | own         | -             | own          | own       | own       | -       | -

Allocate to a person          | others      | others        | below        | mates     | -         | -       | -
Allocate to a place           | all         | all           | teams        | -         | -         | -       | -
Allocate to a project         | all         | all           | teams        | mates     | -         | -       | -
Allocate to one's own project | -           | -             | -            | -         | -         | -       | -
Withdraw from a person        | all         | all           | dept         | team      | -         | -       | -
Withdraw from a place         | all         | all           | teams        | -         | -         | -       | -
SetQuota of a person          | others      | others        | below        | mates     | -         | -       | -
SetQuota of a place           | all         | all           | teams        | -         | -         | -       | -
SetQuota of one's own project | -           | -             | -            | -         | -         | -       | -
WriteOffLoan                  | all         | all           | dept         | team      | -         | -       | -
LoansLeft                     | all         | all           | below        | mates     | -         | -       | -
RemoveQuota of a person       | all         | all           | dept         | team      | -         | -       | -
RemoveQuota of a place        | all         | all           | teams        | -         | -         | -       | -
IssueCredits                  | all         | all           | -            | -         | -         | -       | -
FundPool                      | all         | -             | teams        | mates     | -         | -       | -
WithdrawFromPool              | all         | -             | teams        | mates     | -         | -       | -
SetPoolQuota                  | all         | all           | teams        | -         | -         | -       | -
RequestDraw                   | own         | -             | own          | own       | own       | -       | -
CancelDraw                    | own         | -             | own          | own       | own       | -       | -
DecideDraw                    | others      | -             | below        | mates     | -         | -       | -
PoolOverview                  | all         | all           | dept         | team      | team      | all     | team

DecideTransfer                | others      | -             | below        | mates     | -         | -       | -
AskQuestion                   | others      | -             | below        | mates     | -         | -       | -
DecideTransfer at once        | others      | -             | below        | mates     | -         | -       | -
AskQuestion at once           | afar        | -             | below        | mates     | -         | -       | -
AnswerQuestion                | own         | own           | own          | own       | own       | own     | -
Waiting                       | own         | own           | own          | own       | own       | own     | -
Preapprove                    | own         | own           | own          | own       | -         | -       | -
EndPreapproval                | own         | own           | own          | own       | -         | -       | -
Delegate                      | own         | -             | own          | own       | own       | -       | -
EndDelegation                 | own         | -             | own          | own       | own       | -       | -

RequestOverride               | own         | -             | own          | own       | own       | -       | -
CancelOverride                | own         | -             | own          | own       | own       | -       | -
DecideOverride                | others      | others        | below        | mates     | -         | -       | -
GrantOverride                 | others      | others        | below        | mates     | -         | -       | -
RevokeOverride                | all         | all           | dept         | team      | -         | -       | -
ActiveOverrides               | own         | own           | own          | own       | own       | own     | -
OverrideHistory               | all         | own           | dept         | team      | own       | all     | own

FindSubject                   | all         | all           | all          | all       | all       | all     | -
OwnPreapprovals               | own         | own           | own          | own       | own       | own     | -
ShowFunding of a person       | all         | all           | dept         | team      | own       | all     | own
ShowFunding of a place        | all         | all           | below        | mates     | -         | all     | -
TeamOverview                  | all         | all           | below        | mates     | mates     | all     | mates
Balance                       | all         | all           | dept         | team      | own       | all     | own
FindCall                      | own         | own           | own          | own       | own       | own     | own
Activity                      | all         | own           | dept         | team      | own       | all     | own
History                       | all         | own           | dept         | team      | own       | all     | own
OwnLoans                      | all         | own           | dept         | team      | own       | all     | own

CreateUser                    | all         | -             | below        | -         | -         | -       | -
ChangeUser's name             | all         | -             | dept         | -         | -         | -       | -
ChangeUser's seniority        | others      | -             | below        | -         | -         | -       | -
ChangeUser's address          | all         | -             | -            | -         | -         | -       | -
MoveUser                      | others      | -             | below        | -         | -         | -       | -
DeactivateUser                | all         | -             | dept         | -         | -         | -       | -
ErasePerson                   | all         | -             | -            | -         | -         | -       | -
GrantRole                     | others      | -             | -            | -         | -         | -       | -
RevokeRole                    | all         | -             | -            | -         | -         | -       | -
LinkIdentity                  | own         | own           | own          | own       | own       | own     | -
FindUser                      | own         | own           | own          | own       | own       | own     | own
ListUsers                     | own         | own           | own          | own       | own       | own     | own

CreateNode, a project         | all         | -             | teams        | mates     | -         | -       | -
CreateNode, a team            | all         | -             | -            | -         | -         | -       | -
ChangeNode, a project         | all         | -             | teams        | mates     | -         | -       | -
ChangeNode, a place           | all         | -             | -            | -         | -         | -       | -
MoveNode, a project           | all         | -             | teams        | -         | -         | -       | -
MoveNode, a team              | all         | -             | -            | -         | -         | -       | -
ArchiveNode, a project        | all         | -             | teams        | mates     | -         | -       | -
ArchiveNode, a team           | all         | -             | -            | -         | -         | -       | -
JoinProject                   | all         | -             | teams        | mates     | -         | -       | -
LeaveProject                  | all         | -             | teams        | mates     | -         | -       | -
FindNode                      | own         | own           | own          | own       | own       | own     | own
Tree                          | own         | own           | own          | own       | own       | own     | own

CreateOrganization            | -           | -             | -            | -         | -         | -       | -
ChangeOrganization            | all         | -             | -            | -         | -         | -       | -
LinkWorkspace                 | all         | -             | -            | -         | -         | -       | -
InstallWorkspace              | all         | -             | -            | -         | -         | -       | -
ApplyPolicy                   | all         | -             | -            | -         | -         | -       | -
TryPolicy                     | all         | -             | -            | -         | -         | -       | -
ShowPolicies                  | all         | all           | below        | mates     | -         | all     | -
ExplainPolicy                 | all         | all           | dept         | team      | own       | all     | own
ReadUnits                     | own         | own           | own          | own       | own       | own     | own

CreateKey                     | own         | own           | own          | own       | own       | -       | own
CreateServiceKey              | all         | -             | below        | -         | -         | -       | -
MakeLinkCode                  | own         | own           | own          | own       | own       | own     | -
ListKeys                      | all         | own           | dept         | team      | own       | -       | own
RevokeKey                     | all         | own           | dept         | team      | own       | -       | own

SetOutOfOffice                | all         | -             | dept         | team      | own       | -       | -
PreviewAbsence                | all         | -             | dept         | team      | own       | -       | -
ShowAbsences                  | all         | -             | dept         | team      | own       | -       | -
ExtendAbsence                 | all         | -             | dept         | team      | own       | -       | -
CorrectAbsence                | all         | -             | dept         | team      | own       | -       | -
CancelAbsence                 | all         | -             | dept         | team      | own       | -       | -
ReturnEarly                   | all         | -             | dept         | team      | own       | -       | -

QueryAudit                    | all         | all           | dept         | team      | own       | all     | own
ExportAudit                   | all         | all           | dept         | team      | own       | all     | own
ReadExport                    | own         | own           | own          | own       | own       | own     | own
ReadInbox                     | own         | own           | own          | own       | own       | own     | -
MarkInboxRead                 | own         | own           | own          | own       | own       | own     | -
ChangeOwnSettings             | own         | own           | own          | own       | own       | own     | -
ShowSettings                  | own         | own           | own          | own       | own       | own     | -
ChangeNoticeDefaults          | all         | -             | -            | -         | -         | -       | -
ConnectChannel                | all         | -             | teams        | mates     | -         | -       | -
DisconnectChannel             | all         | -             | teams        | mates     | -         | -       | -
ShowChannels                  | all         | -             | below        | mates     | -         | -       | -
ChangeStatusSync              | all         | -             | -            | -         | -         | -       | -
ShowStatusSync                | own         | own           | own          | own       | own       | own     | own
SuggestedAbsence              | own         | -             | own          | own       | own       | -       | -
ReplayDeliveries              | all         | -             | -            | -         | -         | -       | -

AllowDraws                    | -           | -             | -            | -         | -         | -       | -
CollectLoans                  | -           | -             | -            | -         | -         | -       | -
EscalateApproval              | -           | -             | -            | -         | -         | -       | -
RedeemLinkCode                | -           | -             | -            | -         | -         | -       | -
NoteChannel                   | -           | -             | -            | -         | -         | -       | -
NoteChatStatus                | -           | -             | -            | -         | -         | -       | -
RemoveWorkspace               | -           | -             | -            | -         | -         | -       | -
EndOverride                   | -           | -             | -            | -         | -         | -       | -
WarnOfEnd                     | -           | -             | -            | -         | -         | -       | -
ExpireOverrideRequest         | -           | -             | -            | -         | -         | -       | -
ExpireAccounts                | -           | -             | -            | -         | -         | -       | -
ExpireRequest                 | -           | -             | -            | -         | -         | -       | -
ExpireDraw                    | -           | -             | -            | -         | -         | -       | -
ExpireTransfer                | -           | -             | -            | -         | -         | -       | -
GrantShortfall                | -           | -             | -            | -         | -         | -       | -
BeginBySilence                | -           | -             | -            | -         | -         | -       | -
EndWhenHeard                  | -           | -             | -            | -         | -         | -       | -
MoveDayShare                  | -           | -             | -            | -         | -         | -       | -
RefreshQuotas                 | -           | -             | -            | -         | -         | -       | -
RemindApprovers               | -           | -             | -            | -         | -         | -       | -
WarnOfUse                     | -           | -             | -            | -         | -         | -       | -
RemindOfLoan                  | -           | -             | -            | -         | -         | -       | -
ReplenishPools                | -           | -             | -            | -         | -         | -       | -
ReturnFromAbsence             | -           | -             | -            | -         | -         | -       | -
"""  # noqa: E501  a table is read by its columns


def read_table() -> dict[str, dict[Role, str]]:
    """The table's word per deed and role."""
    head, *lines = [[cell.strip() for cell in line.split("|")] for line in TABLE.splitlines() if line]
    return {line[0]: {Role(role): word for role, word in zip(head[1:], line[1:], strict=True)} for line in lines}
