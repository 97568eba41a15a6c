"""What somebody who leaves has asked for and nobody has decided."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import or_, select

from core.approvals.decide import end
from core.approvals.reading import locked_approval_of
from core.approvals.states import Approval, ApprovalState, Subject
from core.overrides.ending import end_asking
from core.overrides.states import OverrideState
from core.pools.pending import PendingDraw, pending_draw
from core.pools.pending import give_back as give_back_draw
from core.pools.states import DrawState
from core.storage.tables import approvals, credit_requests
from core.storage.transaction import Transaction
from core.transfers.cancel_transfer import tell_cancelled
from core.transfers.pending import Pending, give_back, pending_by_approval
from core.transfers.requests import CreditRequest, RequestState, end_and_tell, locked_request
from core.transfers.states import TransferState


@dataclass(frozen=True, slots=True)
class OpenRequests:
    """Locked. Credits are set aside for `transfers` and `draws` alone; `asks` are between the leaver and colleagues."""

    transfers: tuple[Pending, ...]
    draws: tuple[PendingDraw, ...]
    overrides: tuple[Approval, ...]
    asks: tuple[CreditRequest, ...]

    @property
    def people(self) -> frozenset[str]:
        """Everybody who would send or receive."""
        return frozenset(user for item in self.transfers for user in (item.sender_id, *item.recipients))

    @property
    def accounts(self) -> frozenset[str]:
        """What ending the draws touches."""
        return frozenset(account for item in self.draws for account in item.accounts)


async def open_requests(tx: Transaction, user_id: str) -> OpenRequests:
    """Lock everything that this person waits for, and what colleagues ask of them."""
    found = await tx.execute(
        select(approvals.c.id, approvals.c.subject_kind)
        .where(
            approvals.c.organization_id == tx.organization_id,
            approvals.c.requester_id == user_id,
            approvals.c.state == ApprovalState.OPEN.value,
        )
        .order_by(approvals.c.id)
    )
    transfers: list[Pending] = []
    draws: list[PendingDraw] = []
    overrides: list[Approval] = []
    for row in found.all():
        if row.subject_kind == Subject.TRANSFER.value:
            transfers.append(await pending_by_approval(tx, row.id))
        elif row.subject_kind == Subject.DRAW.value:
            draws.append(await pending_draw(tx, row.id))
        else:
            overrides.append(await locked_approval_of(tx, row.id, subject=Subject.OVERRIDE))
    return OpenRequests(
        tuple(item for item in transfers if item.approval.state is ApprovalState.OPEN),
        tuple(item for item in draws if item.approval.state is ApprovalState.OPEN),
        tuple(item for item in overrides if item.state is ApprovalState.OPEN),
        await _open_asks(tx, user_id),
    )


async def _open_asks(tx: Transaction, user_id: str) -> tuple[CreditRequest, ...]:
    found = await tx.execute(
        select(credit_requests.c.id)
        .where(
            credit_requests.c.organization_id == tx.organization_id,
            or_(credit_requests.c.requester_id == user_id, credit_requests.c.colleague_id == user_id),
            credit_requests.c.state == RequestState.OPEN.value,
        )
        .order_by(credit_requests.c.id)
    )
    asks = [await locked_request(tx, name) for name in found.scalars()]
    return tuple(ask for ask in asks if ask.state is RequestState.OPEN)


async def cancel_all(tx: Transaction, requests: OpenRequests, *, leaver_id: str) -> tuple[str, ...]:
    """End them; what was set aside is free again. Returns the requests' ids."""
    for pending in requests.transfers:
        await give_back(tx, pending, state=TransferState.CANCELLED)
        tell_cancelled(tx, pending)
    for draw in requests.draws:
        await give_back_draw(tx, draw, state=DrawState.CANCELLED)
    for approval in requests.overrides:
        await end_asking(tx, approval, state=OverrideState.CANCELLED)
    transfers, draws = requests.transfers, requests.draws
    ended = (*(item.approval for item in transfers), *(item.approval for item in draws), *requests.overrides)
    for approval in ended:
        await end(tx, approval, state=ApprovalState.CANCELLED)
    for ask in requests.asks:
        # Who asked the leaver hears that no answer comes; whom the leaver asked, that nobody asks any more.
        is_own = ask.requester_id == leaver_id
        await end_and_tell(tx, ask, state=RequestState.CANCELLED if is_own else RequestState.EXPIRED)
    return (*(approval.id for approval in ended), *(ask.id for ask in requests.asks))
