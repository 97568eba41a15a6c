"""Whether what is stored is what the model says, and keeps every law of the ledger by itself."""

from collections import Counter
from datetime import date

from core.ledger.accounts import Account, Kind, Unit, expired_of, spent_of
from core.ledger.books import PostingKind
from tests.ledger.backends import Stocktake
from tests.ledger.model import Model
from tests.ledger.orders import Ids

SPENT = {PostingKind.SPEND, PostingKind.OVERRUN, PostingKind.LATE}


def check_books(books: Stocktake, model: Model, ids: Ids) -> None:
    """Raise AssertionError at the first difference."""
    for name in model.sheets:
        _check_account(books, model, name)
    _check_holds(books, model)
    _check_laws(books)
    _check_expiry(books)


def _check_account(books: Stocktake, model: Model, name: str) -> None:
    account, sheet = books.accounts[name], model.sheets[name]
    today = model.today
    due = sum(part.free for part in account.slices if part.expires_on < today)
    kept = {part.expires_on: part.remaining if part.expires_on >= today else part.held for part in account.slices}
    assert {day: left for day, left in kept.items() if left} == {day: left for day, left in sheet.left.items() if left}
    held = {part.expires_on: part.held for part in account.slices if part.held}
    assert held == {day: amount for (owner, day), amount in model.held.items() if owner == name and day and amount}
    assert account.unbacked == model.held[name, None]
    assert (account.owed, account.floor, account.closed_to) == (sheet.owed, sheet.floor, sheet.closed_to)
    assert account.credits - account.debits == sheet.balance + due
    if account.unit is Unit.CREDITS:
        spent = books.accounts[spent_of(name)]
        assert (account.period_base, account.period_spent) == (sheet.base, sheet.spent_in_period)
        assert account.marks_told == sheet.told
        assert _total(books, model, spent_of(name)) == spent.credits - spent.debits


def _total(books: Stocktake, model: Model, sink: str) -> int:
    """What the model spent from all accounts of this sink's owner."""
    return sum(sheet.spent for name, sheet in model.sheets.items() if spent_of(name) == sink)


def _check_holds(books: Stocktake, model: Model) -> None:
    assert {name: hold.state.value for name, hold in books.holds.items()} == {
        name: hold.state for name, hold in model.holds.items()
    }
    for name, hold in books.holds.items():
        assert hold.expires_at == model.holds[name].expires
        assert (hold.ending is None) == (hold.state.value == "open")
    settled = sorted(name for name, hold in books.holds.items() if hold.state.value == "settled")
    assert sorted(books.usage_ids) == settled, "each settled call has one usage row"
    model_expired = Counter[str]()
    for owner, sheet in model.sheets.items():
        model_expired[expired_of(owner)] += sheet.expired
    for sink, expired in model_expired.items():
        due = sum(_due(account, model.today) for name, account in books.accounts.items() if expired_of(name) == sink)
        account = books.accounts[sink]
        assert account.credits - account.debits + due == expired


def _due(account: Account, today: date) -> int:
    if account.is_endless:
        return 0
    return sum(part.free for part in account.slices if part.expires_on < today)


def _check_laws(books: Stocktake) -> None:
    credits, debits = Counter[str](), Counter[str]()
    for _, _, _, debit, credit, amount, *_ in books.postings:
        assert amount > 0
        debits[debit] += amount
        credits[credit] += amount
    for account in books.accounts.values():
        assert (account.credits, account.debits) == (credits[account.id], debits[account.id])
        _check_slices(account)
    for unit in Unit:
        assert sum(part.credits - part.debits for part in books.accounts.values() if part.unit is unit) == 0
    by_kind = Counter[Kind]()
    for account in books.accounts.values():
        by_kind[account.kind] += account.credits - account.debits
    left = sum(
        account.available + account.held
        for account in books.accounts.values()
        if account.unit is Unit.CREDITS and not account.is_endless
    )
    assert -by_kind[Kind.ISSUED] == by_kind[Kind.SPENT] + by_kind[Kind.EXPIRED] + left


def _check_slices(account: Account) -> None:
    if account.is_endless:
        assert not account.slices
        return
    days = [part.expires_on for part in account.slices]
    assert days == sorted(set(days))
    assert all(0 <= part.held <= part.remaining and part.remaining > 0 for part in account.slices)
    assert sum(part.remaining for part in account.slices) - account.owed == account.credits - account.debits
    assert sum(part.held for part in account.slices) + account.unbacked == account.held
    assert not account.owed or not any(part.free for part in account.slices), "free credits pay what is owed"


def _check_expiry(books: Stocktake) -> None:
    """Nothing expires before its day, and nothing is spent after it except what a hold had kept."""
    for _, operation, _, debit, _, _, kind, taken, _, _, at in books.postings:
        if kind == PostingKind.EXPIRE:
            assert taken is not None
            assert taken < at.date()
        elif kind in SPENT and taken is not None and taken < at.date():
            hold = books.holds[operation.rpartition(".")[0]]
            assert any((line.account, line.expires_on) == (debit, taken) for line in hold.lines)
        elif taken is not None and kind != PostingKind.UNEXPIRE:
            assert taken >= at.date()
