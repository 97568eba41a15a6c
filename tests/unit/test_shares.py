"""A parent budget that is short is divided in proportion to its children's quotas."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.allocation.shares import share_out


def test_a_parent_with_enough_gives_every_child_its_whole_quota_and_keeps_the_rest() -> None:
    assert share_out(1_000, {"alice": 200, "bob": 300}) == {"alice": 200, "bob": 300}


def test_a_short_parent_divides_in_proportion() -> None:
    assert share_out(100, {"alice": 200, "bob": 300}) == {"alice": 40, "bob": 60}


def test_the_odd_credit_goes_to_the_largest_remainder() -> None:
    assert share_out(10, {"alice": 30, "bob": 45, "carol": 25}) == {"alice": 3, "bob": 5, "carol": 2}
    assert share_out(10, {"alice": 26, "bob": 47, "carol": 27}) == {"alice": 2, "bob": 5, "carol": 3}


def test_equal_remainders_go_by_id_whatever_the_order_of_the_children() -> None:
    assert share_out(5, {"carol": 10, "alice": 10, "bob": 10}) == {"alice": 2, "bob": 2, "carol": 1}


def test_a_child_without_a_quota_gets_nothing_of_a_short_budget() -> None:
    assert share_out(1, {"alice": 0, "bob": 1, "carol": 1}) == {"alice": 0, "bob": 1, "carol": 0}


def test_nothing_to_give_and_nobody_to_give_to_are_fine() -> None:
    assert share_out(0, {"alice": 10}) == {"alice": 0}
    assert share_out(10, {}) == {}
    assert share_out(10, {"alice": 0}) == {"alice": 0}


@pytest.mark.parametrize(("total", "quota"), [(-1, 10), (10, -1)])
def test_negative_credits_are_refused(total: int, quota: int) -> None:
    with pytest.raises(ValueError, match="negative"):
        share_out(total, {"alice": 5, "bob": quota})


QUOTAS = st.dictionaries(st.text(max_size=4), st.integers(0, 10**15) | st.integers(0, 5), max_size=12)
BUDGETS = st.integers(0, 10**15) | st.integers(0, 20)


@given(BUDGETS, QUOTAS)
def test_the_shares_add_up_to_what_there_is_or_to_what_is_due(total: int, quotas: dict[str, int]) -> None:
    assert sum(share_out(total, quotas).values()) == min(total, sum(quotas.values()))


@given(BUDGETS, QUOTAS)
def test_nobody_is_a_whole_credit_away_from_the_exact_share_or_above_the_quota(
    total: int, quotas: dict[str, int]
) -> None:
    due = sum(quotas.values())
    given_ = min(total, due)
    for child, share in share_out(total, quotas).items():
        assert 0 <= share <= quotas[child]
        assert abs(share * due - given_ * quotas[child]) < max(due, 1)


@given(BUDGETS, QUOTAS)
def test_a_larger_quota_never_gets_the_smaller_share(total: int, quotas: dict[str, int]) -> None:
    shares = share_out(total, quotas)
    ranked = sorted(quotas, key=quotas.__getitem__)
    for smaller, larger in pairwise(ranked):
        assert shares[smaller] <= shares[larger] or quotas[smaller] == quotas[larger]


@given(BUDGETS, QUOTAS, st.data())
def test_the_order_in_which_children_are_listed_changes_nothing(
    total: int, quotas: dict[str, int], data: st.DataObject
) -> None:
    shuffled = data.draw(st.permutations(list(quotas.items())))
    assert share_out(total, dict(shuffled)) == share_out(total, quotas)
