"""Loans that are due, and before that the word of it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from core.jobs.items import ACTOR, Due, Rank
from core.transfers.collect_loans import CollectLoans
from core.transfers.loan_reminders import reminders_due
from core.transfers.loans_due import loans_due
from core.transfers.remind_of_loan import RemindOfLoan


async def paybacks_due(connection: AsyncConnection, organization_id: str, *, until: datetime) -> list[Due]:
    """What borrowers owe at their due moments and refreshes."""
    return [
        Due(
            item.at,
            Rank.LOAN,
            0,
            CollectLoans(
                id=f"loans:{item.borrower_id}:{item.at.isoformat()}",
                organization_id=organization_id,
                actor=ACTOR,
                borrower_id=item.borrower_id,
                due=item.at,
            ),
        )
        for item in await loans_due(connection, organization_id, until=until)
    ]


async def loan_reminders_due(connection: AsyncConnection, organization_id: str, *, until: datetime) -> list[Due]:
    """What both sides of loans are to be told ahead."""
    return [
        Due(
            item.at,
            Rank.LOAN_REMINDER,
            0,
            RemindOfLoan(
                id=f"loan-due:{item.loan_id}:{item.at.isoformat()}",
                organization_id=organization_id,
                actor=ACTOR,
                loan_id=item.loan_id,
            ),
        )
        for item in await reminders_due(connection, organization_id, until=until)
    ]
