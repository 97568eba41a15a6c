"""What people, calls and jobs do to the ledger, drawn by Hypothesis, and compared with the model after every step."""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, ClassVar, TypeVar

from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

from core.ledger.accounts import NEVER, Piece
from core.ledger.books import PostingKind
from core.ledger.ending import Ended
from core.ledger.holding import Held
from core.ledger.moving import BeginPeriod, Close, Move, Retire, Reverse, SetFloor
from core.refusals import Refusal, Refused
from core.storage.faults import StorageUnavailable
from core.storage.tables import usage
from tests.ledger.backends import Backend, Moves, Stored, usage_row
from tests.ledger.comparison import check_books
from tests.ledger.crashing import Crash, Fault
from tests.ledger.draws import expiries, extensions, lifetimes, orders, places, releases, settles
from tests.ledger.model import Model, Short
from tests.ledger.orders import (
    ANN,
    BOB,
    BOOST,
    BUDGET,
    DRAWS,
    POOL,
    PROJECT,
    RATE,
    Answer,
    Ids,
    Order,
    Place,
    Settle,
    answer_of,
    lasting,
)

R = TypeVar("R")

START = datetime(2026, 3, 1, 23, 30, tzinfo=UTC)
"""Half an hour before a day ends: what is held today is soon settled tomorrow."""
BOOST_ENDS = START + timedelta(minutes=65)
ISSUED, ALLOTTED = "issued:acme", "allotted:ann"
ACCOUNTS = [BUDGET, PROJECT, POOL, ANN, BOB, BOOST]
EVERY = [*ACCOUNTS, RATE, DRAWS, ISSUED, ALLOTTED]

accounts = st.sampled_from(ACCOUNTS)
amounts = st.integers(1, 12)


class Ledger(RuleBasedStateMachine):
    """Draws what people and jobs do."""

    make: ClassVar[Callable[[], Backend]]

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.backend = type(self).make()
        self.now = START
        self.model = Model([*ACCOUNTS, RATE, DRAWS], START)
        self.model.sheets[BOOST].ends_at = BOOST_ENDS
        self.ids = Ids({})
        self.numbers_used = 0
        self.sent: tuple[str, str, list[tuple[date, int]]] | None = None
        self.run(self.backend.open(EVERY, ends_at={BOOST: BOOST_ENDS}))

    def run(self, work: Coroutine[Any, Any, R]) -> R:
        return self.loop.run_until_complete(work)

    def teardown(self) -> None:
        self.run(self.backend.close())
        self.loop.close()

    @initialize(amounts=st.lists(st.integers(0, 20), min_size=len(ACCOUNTS), max_size=len(ACCOUNTS)))
    def everybody_has_something(self, amounts: list[int]) -> None:
        for place, (account, amount) in enumerate(zip(ACCOUNTS, amounts, strict=True)):
            self.credits_are_issued(account, amount + 1, (0, 1, 0, None)[place % 4])
            self.credits_are_issued(account, 5, 1)
        self.an_allowance_is_allotted(RATE, 12)
        self.an_allowance_is_allotted(DRAWS, 6)

    # ----------------------------------------------------------------- time

    @rule(step=st.sampled_from([60, 5, 60 * 24, 1]))
    def time_passes(self, step: int) -> None:
        self._travel(timedelta(minutes=step))

    @rule()
    @precondition(lambda self: self.numbers_used > 8)
    def a_month_passes(self) -> None:
        self._travel(timedelta(days=36))

    def _travel(self, step: timedelta) -> None:
        self.now += step
        self.model.now = self.now
        self.model.tidy()

    # ----------------------------------------------------------------- calls

    @rule(order=places)
    def a_call_begins(self, order: Order) -> None:
        self._submit([self._numbered(order)])

    @rule(order=settles)
    def a_call_is_settled(self, order: Order) -> None:
        self._submit([self._numbered(order)])

    @rule(order=st.one_of(releases, expiries, extensions))
    def a_call_ends_otherwise(self, order: Order) -> None:
        self._submit([self._numbered(order)])

    @rule(together=st.lists(orders, min_size=2, max_size=5))
    def calls_at_once(self, together: list[Order]) -> None:
        self._submit([self._numbered(order) for order in together])

    def _numbered(self, order: Order) -> Order:
        """A new hold mostly has a new number; an end mostly names one of the latest holds."""
        placed = [number for number in self.ids.made if self.ids.of(number, self.now) in self.model.holds]
        if not placed or order.number in ((0, 1, 2, 3, 4, 5, 6) if isinstance(order, Place) else (9,)):
            self.numbers_used += 1
            return replace(order, number=self.numbers_used)
        latest = max(1, self.numbers_used) if order.number == 8 else placed[-1 - order.number // 2 % len(placed)]
        return replace(order, number=latest)

    @rule(
        together=st.lists(orders, min_size=1, max_size=4),
        fault=st.sampled_from(Fault),
        statements=st.integers(0, 9),
        is_after=st.booleans(),
    )
    @precondition(lambda self: isinstance(self.backend, Stored))
    def calls_that_meet_a_fault(self, together: list[Order], fault: Fault, statements: int, *, is_after: bool) -> None:
        """What a caller does not know, it finds out by asking again under the same id."""
        together = [self._numbered(order) for order in together]
        self.backend.plan.arrange(fault, statements=statements, is_after=is_after)
        struck = self.backend.plan.struck
        answers = self.run(self._ask(together))
        expected = [order.expected(self.model, self.ids) for order in together]
        if any(answer is None for answer in answers):
            self.run(self.backend.book.__aexit__())
            self.backend.plan.clear()
            self.run(self.backend.restart())
            again = self.run(self._ask(together))
            answers = [first or second for first, second in zip(answers, again, strict=True)]
        self.backend.plan.clear()
        if self.backend.plan.struck == struck:
            assert answers == expected
        else:
            self._compare_after_fault(together, answers, expected)

    def _compare_after_fault(self, together: list[Order], answers: list[Answer | None], expected: list[Answer]) -> None:
        """A batch that was repeated answers as a batch done later: each id alone has one outcome."""
        if len({order.number for order in together}) == len(together):
            assert [lasting(answer or ()) for answer in answers] == [lasting(answer) for answer in expected]

    def _submit(self, together: list[Order]) -> None:
        answers = self.run(self._ask(together))
        assert answers == [order.expected(self.model, self.ids) for order in together]

    async def _ask(self, together: list[Order]) -> list[Answer | None]:
        return list(await asyncio.gather(*(self._one(order) for order in together)))

    async def _one(self, order: Order) -> Answer | None:
        """None when the outcome is not known."""
        operation = order.operation(self.ids, self.now)

        def record(ended: Held | Ended) -> list[tuple[Any, Any]]:
            if not isinstance(order, Settle):
                return []
            return [(usage, usage_row(operation.hold_id, credits=order.actual, at=self.now))]

        outcome: Held | Ended | Refusal
        try:
            outcome = await self.backend.book.submit(operation, record)
        except Refused as refused:
            outcome = refused.refusal
        except (Crash, StorageUnavailable):
            return None
        return answer_of(outcome)

    # ----------------------------------------------------------------- deeds

    @rule(account=accounts, amount=amounts, days=lifetimes)
    def credits_are_issued(self, account: str, amount: int, days: int | None) -> None:
        if self.model.sheets[account].closed_to is not None:
            return
        until = NEVER if days is None else self.now.date() + timedelta(days=days)
        self._deed(Move(ISSUED, account, amount, PostingKind.ISSUE, given=until))
        self.model.receive(account, until, amount)

    @rule(allowance=st.sampled_from([RATE, DRAWS]), amount=amounts)
    def an_allowance_is_allotted(self, allowance: str, amount: int) -> None:
        self._deed(Move(ALLOTTED, allowance, amount, PostingKind.ALLOT, given=NEVER))
        self.model.receive(allowance, NEVER, amount)

    @rule(debit=accounts, credit=accounts, amount=st.integers(0, 12), outlive=lifetimes, given=lifetimes)
    def credits_move(self, debit: str, credit: str, amount: int, outlive: int | None, given: int | None) -> None:
        if debit == credit:
            return
        today = self.now.date()
        not_before = None if outlive is None else today + timedelta(days=outlive)
        until = None if given is None else today + timedelta(days=given)
        answer = self._deed(Move(debit, credit, amount, PostingKind.SEND, given=until, not_before=not_before))
        if any(self.model.sheets[name].closed_to for name in (debit, credit)) or not amount:
            assert answer == ("refused", "amount_out_of_range" if not amount else "closed_account")
            return
        expected: Answer | None = None
        try:
            pieces = self.model.move(debit, credit, amount=amount, given=until, not_before=not_before)
        except Short as short:
            expected = ("refused", "out_of_credits", amount, short.found)
        else:
            self.sent = (debit, credit, pieces)
            expected = tuple(Piece(day, part) for day, part in pieces) if until is None else answer
        assert answer == expected

    @rule()
    @precondition(lambda self: self.sent is not None)
    def the_last_move_is_undone(self) -> None:
        sender, recipient, pieces = self.sent or ("", "", [])
        taken_back = tuple(Piece(day, amount) for day, amount in pieces)
        answer = self._deed(Reverse(recipient, sender, taken_back, PostingKind.UNDO))
        self.sent = None
        expected: object
        try:
            expected = self.model.undo(recipient, sender, pieces)
        except Short as short:
            expected = ("refused", "already_used", short.found)
        assert answer == expected

    @rule(account=st.sampled_from([BOB, BOOST, PROJECT, POOL]), heir=accounts)
    def an_account_is_closed(self, account: str, heir: str) -> None:
        answer = self._deed(Close(account, heir))
        sheet = self.model.sheets[account]
        if sheet.closed_to is None and self._leads_to(heir, account):
            assert answer == ("refused", "closed_account")
            return
        sheet.closed_to = sheet.closed_to or heir
        self.model.tidy()

    def _leads_to(self, heir: str, account: str) -> bool:
        name: str | None = heir
        while name is not None and name != account:
            name = self.model.sheets[name].closed_to
        return name == account

    @rule(account=accounts, floor=st.sampled_from([0, -5, -10]))
    def a_floor_is_set(self, account: str, floor: int) -> None:
        self._deed(SetFloor(account, floor))
        self.model.sheets[account].floor = floor

    @rule(account=accounts)
    def a_period_begins(self, account: str) -> None:
        self._deed(BeginPeriod(account))
        self.model.begin_period(account)

    @rule(account=accounts)
    def what_is_due_is_retired(self, account: str) -> None:
        self._deed(Retire(account))

    def _deed(self, operation: Moves[R]) -> R | Answer:
        try:
            return self.run(self.backend.deed(operation, names=EVERY, now=self.now))
        except Refused as refused:
            facts = refused.refusal.facts
            return (
                "refused",
                refused.refusal.because.value,
                *(facts[name] for name in ("asked", "available", "left") if name in facts),
            )

    # ----------------------------------------------------------------- after every step

    @invariant()
    def the_books_are_right(self) -> None:
        check_books(self.run(self.backend.read()), self.model, self.ids)
        if isinstance(self.backend, Stored):
            assert self.run(self.backend.drift()) == []
