"""What the ledger promises, written as plainly as possible: one credit at a time, nothing clever, nothing shared.

It shares no code with the ledger but the dataclasses of commands. Balances here are always tidy as of `today`; the
ledger retires what is due only when it touches an account, so a comparison retires first.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple

from core.ledger.holds import Source

NEVER = date.max


@dataclass
class Sheet:
    """One account: what is left by day, and what is owed."""

    left: Counter[date] = field(default_factory=Counter)
    owed: int = 0
    floor: int = 0
    closed_to: str | None = None
    ends_at: datetime | None = None
    base: int = 0
    spent_in_period: int = 0
    told: int = 0
    began: datetime | None = None
    spent: int = 0
    expired: int = 0

    @property
    def balance(self) -> int:
        return self.left.total() - self.owed


class Credit(NamedTuple):
    """One held credit; without a day it is on overdraft."""

    account: str
    day: date | None
    allowance: str | None


@dataclass
class Hold:
    """One hold, credit by credit."""

    contents: str
    credits: list[Credit]
    created: datetime
    expires: datetime
    state: str = "open"
    gave_up: list[Credit] = field(default_factory=list)
    answer: dict[str, object] | None = None


class Short(Exception):
    """So many credits were found, and no more."""

    def __init__(self, found: int) -> None:
        super().__init__(found)
        self.found = found


class Model:
    """All accounts of one organization."""

    def __init__(self, names: list[str], now: datetime) -> None:
        self.sheets = {name: Sheet() for name in names}
        self.holds: dict[str, Hold] = {}
        self.held: Counter[tuple[str, date | None]] = Counter()
        self.issued: Counter[str] = Counter()
        self.now = now

    @property
    def today(self) -> date:
        return self.now.date()

    # ----------------------------------------------------------------- what is there

    def free(self, name: str, day: date) -> int:
        return self.sheets[name].left[day] - self.held[name, day]

    def spare(self, name: str) -> int:
        """What may be reserved or moved."""
        free = sum(self.free(name, day) for day in self.sheets[name].left if day >= self.today)
        return free - self.sheets[name].owed - self.held[name, None]

    def soonest(self, name: str, not_before: date) -> date | None:
        return min(
            (day for day in self.sheets[name].left if day >= not_before and self.free(name, day) > 0), default=None
        )

    def is_open(self, name: str) -> bool:
        sheet = self.sheets[name]
        return sheet.closed_to is None and (sheet.ends_at is None or self.now < sheet.ends_at)

    def usable(self, name: str) -> int:
        return max(0, self.spare(name)) if self.is_open(name) else 0

    def _credit_of(self, source: Source) -> Credit | None:
        if self.usable(source.account) <= 0 or not self._is_allowed(source):
            return None
        return Credit(source.account, self.soonest(source.account, self.today), source.allowance)

    def _overdraft_of(self, source: Source) -> Credit | None:
        sheet = self.sheets[source.account]
        room = -sheet.floor - sheet.owed - self.held[source.account, None]
        if room <= 0 or not self.is_open(source.account) or not self._is_allowed(source):
            return None
        return Credit(source.account, None, source.allowance)

    def _is_allowed(self, source: Source) -> bool:
        return source.allowance is None or self.spare(source.allowance) > 0

    # ----------------------------------------------------------------- holds

    def _reserve(self, credit: Credit, sign: int) -> None:
        self.held[credit.account, credit.day] += sign
        if credit.allowance is not None:
            self.held[credit.allowance, NEVER] += sign

    def _let_go(self, credits: list[Credit]) -> None:
        for credit in credits:
            self._reserve(credit, -1)

    def place(self, hold_id: str, *, amount: int, sources: tuple[Source, ...], contents: str, until: datetime) -> Hold:
        credits: list[Credit] = []
        for _ in range(amount):
            found = [self._credit_of(source) for source in sources] + [self._overdraft_of(source) for source in sources]
            credit = next((credit for credit in found if credit is not None), None)
            if credit is None:
                self._let_go(credits)
                raise Short(len(credits))
            self._reserve(credit, +1)
            credits.append(credit)
        self.holds[hold_id] = Hold(contents, credits, self.now, until)
        self.tidy()
        return self.holds[hold_id]

    def give_back(self, hold: Hold, state: str) -> None:
        self._let_go(hold.credits)
        hold.gave_up = [credit for credit in hold.credits if credit.day is not None and credit.day < self.today]
        hold.state = state
        hold.answer = _answer()
        self.tidy()

    def settle(self, hold: Hold, *, actual: int, sources: tuple[Source, ...], personal: str) -> set[tuple[str, int]]:
        """Book it; return the marks told now."""
        if hold.state == "open" and self.now >= hold.expires:
            self.give_back(hold, "expired")
        is_late = hold.state == "expired"
        charged: Counter[str] = Counter()
        if not is_late:
            self._let_go(hold.credits)
        own = hold.gave_up if is_late else hold.credits
        for credit in own[:actual]:
            if is_late and credit.day is not None:
                self.sheets[credit.account].left[credit.day] += 1
                self.sheets[credit.account].expired -= 1
            self._spend(credit, hold, charged)
        owed = 0
        for _ in range(actual - min(actual, len(own))):
            more = next((found for source in sources if (found := self._credit_of(source)) is not None), None)
            owed += more is None
            self._spend(more or Credit(personal, None, None), hold, charged, is_owed=more is None)
        hold.state = "settled"
        overrun = max(0, actual - len(hold.credits))
        hold.answer = _answer(settled=actual, charged=dict(charged), overrun=overrun, owed=owed, is_late=is_late)
        self.tidy()
        return {mark for name in charged for mark in self._marks(name)}

    def _spend(self, credit: Credit, hold: Hold, charged: Counter[str], *, is_owed: bool = False) -> None:
        sheet = self.sheets[credit.account]
        day = credit.day or (None if is_owed else self.soonest(credit.account, self.today))
        if day is None:
            sheet.owed += 1
        else:
            sheet.left[day] -= 1
        sheet.spent += 1
        charged[credit.account] += 1
        if sheet.began is not None and hold.created < sheet.began:
            sheet.base -= 1
        else:
            sheet.spent_in_period += 1
        if credit.allowance is not None:
            self._use(credit.allowance)

    def _use(self, allowance: str) -> None:
        sheet = self.sheets[allowance]
        if self.spare(allowance) > 0:
            sheet.left[NEVER] -= 1
        else:
            sheet.owed += 1
        sheet.spent += 1

    def _marks(self, name: str) -> list[tuple[str, int]]:
        sheet = self.sheets[name]
        if sheet.base <= 0:
            return []
        percent = 100 * sheet.spent_in_period / sheet.base
        reached = 5 if sheet.balance <= 0 else sum(percent >= mark for mark in (50, 75, 85, 95))
        if reached <= sheet.told:
            return []
        sheet.told = reached
        return [(name, (50, 75, 85, 95, 100)[reached - 1])]

    # ----------------------------------------------------------------- moves

    def receive(self, name: str, day: date, amount: int) -> None:
        """From a source."""
        self.issued[name] += amount
        self.sheets[name].left[day] += amount
        self.sheets[name].base += amount
        self.tidy()

    def move(
        self, debit: str, credit: str, *, amount: int, given: date | None, not_before: date | None
    ) -> list[tuple[date, int]]:
        """Return the pieces as received."""
        taken: Counter[date] = Counter()
        for found in range(amount):
            day = self.soonest(debit, max(not_before or self.today, self.today))
            if day is None or self.spare(debit) <= 0:
                self.sheets[debit].left.update(taken)
                raise Short(found)
            self.sheets[debit].left[day] -= 1
            taken[day] += 1
        for day, part in taken.items():
            self.sheets[credit].left[given or day] += part
        self.sheets[debit].base -= amount
        self.sheets[credit].base += amount
        self.tidy()
        return [(given or day, part) for day, part in sorted(taken.items())]

    def undo(self, debit: str, credit: str, pieces: list[tuple[date, int]]) -> int:
        live = sorted((day for day, amount in pieces for _ in range(amount) if day >= self.today), reverse=True)
        taken: list[date] = []
        for day in live:
            found = self.soonest(debit, day)
            if found is not None:
                self.sheets[debit].left[found] -= 1
                taken.append(found)
        spare = self.spare(debit) + len(taken)
        if len(taken) < len(live) or spare < len(live):
            self.sheets[debit].left.update(taken)
            raise Short(max(0, min(len(taken), spare)))
        self.sheets[credit].left.update(live)
        self.sheets[debit].base -= len(live)
        self.sheets[credit].base += len(live)
        self.tidy()
        return len(live)

    def begin_period(self, name: str) -> None:
        sheet = self.sheets[name]
        sheet.base, sheet.spent_in_period, sheet.told, sheet.began = sheet.balance, 0, 0, self.now

    # ----------------------------------------------------------------- time

    def tidy(self) -> None:
        """Retire, pay what is owed, empty what is closed, until nothing changes."""
        while sum(self._tidy_one(name) for name in self.sheets):
            pass

    def _tidy_one(self, name: str) -> bool:
        sheet = self.sheets[name]
        before = (sheet.left.total(), sheet.owed)
        for day in sorted(sheet.left):
            free = self.free(name, day)
            if day < self.today:
                sheet.left[day] -= free
                sheet.expired += free
        while sheet.owed and (soonest := self.soonest(name, self.today)) is not None:
            sheet.left[soonest] -= 1
            sheet.owed -= 1
        if sheet.closed_to is not None:
            self._empty(name, self.sheets[sheet.closed_to])
        return before != (sheet.left.total(), sheet.owed)

    def _empty(self, name: str, heir: Sheet) -> None:
        sheet = self.sheets[name]
        for day in sorted(sheet.left):
            free = self.free(name, day)
            sheet.left[day] -= free
            heir.left[day] += free
            sheet.base -= free
            heir.base += free
        heir.owed += sheet.owed
        heir.base -= sheet.owed
        sheet.base += sheet.owed
        sheet.owed = 0


def _answer(
    *, settled: int = 0, charged: dict[str, int] | None = None, overrun: int = 0, owed: int = 0, is_late: bool = False
) -> dict[str, object]:
    return {"settled": settled, "charged": charged or {}, "overrun": overrun, "owed": owed, "is_late": is_late}
