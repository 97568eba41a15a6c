"""Loans that stay owed although one side has left, for those who manage either side."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from sqlalchemy import Row, and_, or_, select

from core.access.matrix import Permission
from core.access.places import node_place, path_text
from core.storage.tables import loans, nodes, users
from core.storage.transaction import Actor, Place, Transaction
from core.transfers.loan_rows import LoanState

MOST_LINES = 200


@dataclass(frozen=True, slots=True)
class LeftLoan:
    """One of them; handles. `can_write_off`: the lender's home is in this place, and who asks is not the borrower."""

    loan_id: str
    lender: str
    borrower: str
    has_lender_left: bool
    has_borrower_left: bool
    left: int
    can_write_off: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LoansLeft:
    """Those of which the lender or the borrower is at home in this place or below, oldest first. At most 200."""

    needs: ClassVar[str] = Permission.ALLOCATE
    organization_id: str
    actor: Actor
    node_id: str

    async def place(self, tx: Transaction) -> Place:
        """The place."""
        return await node_place(tx, self.node_id)

    async def answer(self, tx: Transaction) -> tuple[LeftLoan, ...]:
        """Read."""
        path = path_text((await self.place(tx)).path)
        lender, borrower = users.alias("lender"), users.alias("borrower")
        lenders, borrowers = nodes.alias("lenders"), nodes.alias("borrowers")
        here = lenders.c.path.startswith(path, autoescape=True)
        own = loans.c.organization_id
        found = await tx.execute(
            select(
                loans.c.id,
                lender.c.handle.label("lender"),
                borrower.c.handle.label("borrower"),
                lender.c.deactivated_at.label("lender_left"),
                borrower.c.deactivated_at.label("borrower_left"),
                (loans.c.amount - loans.c.returned).label("left"),
                and_(here, borrower.c.id != self.actor.id).label("can_write_off"),
            )
            .join(lender, and_(lender.c.organization_id == own, lender.c.id == loans.c.lender_id))
            .join(borrower, and_(borrower.c.organization_id == own, borrower.c.id == loans.c.borrower_id))
            .join(lenders, and_(lenders.c.organization_id == own, lenders.c.id == lender.c.home_id))
            .join(borrowers, and_(borrowers.c.organization_id == own, borrowers.c.id == borrower.c.home_id))
            .where(
                own == tx.organization_id,
                loans.c.state == LoanState.OPEN.value,
                or_(lender.c.deactivated_at.is_not(None), borrower.c.deactivated_at.is_not(None)),
                or_(here, borrowers.c.path.startswith(path, autoescape=True)),
            )
            .order_by(loans.c.lent_at, loans.c.id)
            .limit(MOST_LINES)
        )
        return tuple(map(_line, found))


def _line(row: Row[Any]) -> LeftLoan:
    return LeftLoan(
        row.id,
        row.lender,
        row.borrower,
        row.lender_left is not None,
        row.borrower_left is not None,
        row.left,
        bool(row.can_write_off),
    )
