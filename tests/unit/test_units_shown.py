"""How amounts are shown, the laws that tie showing to reading, and which units an organization may have."""

from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from core.directory.units import (
    CREDIT,
    LARGEST_AMOUNT,
    TOKEN,
    USD,
    AmountError,
    Metering,
    Units,
    UnitsError,
    WrongAmount,
)

TOKENS = Units(Metering.TOKENS, credits_per_usd=Decimal(200_000), custom={"point": 1_000, "Story": 25_000})
COST = Units(Metering.COST, credits_per_usd=None, custom={"point": 1_000})


# --------------------------------------------------------------------------- what is shown


@pytest.mark.parametrize(
    ("credits_", "words", "short"),
    [
        (0, "0 tokens", "0"),
        (1, "1 token", "1"),
        (-1, "-1 token", "-1"),
        (999, "999 tokens", "999"),
        (1_000, "1,000 tokens", "1k"),
        (1_234, "1,234 tokens", "~1.23k"),
        (45_000, "45,000 tokens", "45k"),
        (-45_000, "-45,000 tokens", "-45k"),
        (12_345, "12,345 tokens", "~12.3k"),
        (-12_345, "-12,345 tokens", "~-12.3k"),
        (100_001, "100,001 tokens", "~100k"),
        (999_999, "999,999 tokens", "~999k"),
        (2_500_000, "2,500,000 tokens", "2.5M"),
        (1_050_000, "1,050,000 tokens", "1.05M"),
        (1_005_000, "1,005,000 tokens", "~1M"),
        (1_200_000_000, "1,200,000,000 tokens", "1.2B"),
        (10**15, "1,000,000,000,000,000 tokens", "1,000T"),
    ],
)
def test_tokens_are_shown_exactly_and_shortened_honestly(credits_: int, words: str, short: str) -> None:
    assert (TOKENS.show(credits_), TOKENS.show_short(credits_)) == (words, short)


@pytest.mark.parametrize(
    ("credits_", "words", "short"),
    [
        (0, "$0.00", "$0.00"),
        (1, "$0.000001", "$0.000001"),
        (-1, "-$0.000001", "-$0.000001"),
        (9_999, "$0.009999", "$0.009999"),
        (10_000, "$0.01", "$0.01"),
        (12_340_000, "$12.34", "$12.34"),
        (12_345_000, "$12.3450", "~$12.34"),
        (-12_345_678, "-$12.345678", "~-$12.34"),
        (50_000_000, "$50.00", "$50.00"),
        (999_999_999, "$999.999999", "~$999.99"),
        (1_200_000_000, "$1,200.00", "$1.2k"),
        (1_234_560_000, "$1,234.56", "~$1.23k"),
        (2_500_000_000_000, "$2,500,000.00", "$2.5M"),
    ],
)
def test_cost_is_shown_in_dollars_to_the_last_credit(credits_: int, words: str, short: str) -> None:
    assert (COST.show(credits_), COST.show_short(credits_)) == (words, short)


@pytest.mark.parametrize(
    ("credits_", "unit", "words"),
    [
        (3_000, "point", "3 points"),
        (1_000, "point", "1 point"),
        (-2_000_000, "point", "-2,000 points"),
        (1_500, "point", "1,500 tokens"),
        (3_000, "removed since", "3,000 tokens"),
        (10_000_000, USD, "$50.00"),
        (1, USD, "$0.000005"),
        (3_000, TOKEN, "3,000 tokens"),
    ],
)
def test_an_amount_is_shown_in_the_unit_it_was_typed_in_where_that_is_exact(
    credits_: int, unit: str, words: str
) -> None:
    assert TOKENS.show_as(credits_, unit) == words


def test_dollars_that_a_rate_does_not_divide_are_shown_in_tokens() -> None:
    thirds = Units(Metering.TOKENS, credits_per_usd=Decimal(3), custom={})
    assert (thirds.show_as(1, USD), thirds.show_as(3, USD)) == ("1 token", "$1.00")


# --------------------------------------------------------------------------- laws


AMOUNTS = st.one_of(
    st.integers(1, LARGEST_AMOUNT),
    st.builds(lambda digits, zeros: digits * 10**zeros, st.integers(1, 9_999), st.integers(0, 11)),
)
EITHER = st.sampled_from([TOKENS, COST])


@given(EITHER, AMOUNTS)
def test_what_is_shown_reads_back_as_the_same_credits(units: Units, amount: int) -> None:
    assert units.parse(units.show(amount)) == amount


@given(EITHER, AMOUNTS, st.sampled_from(["point", "Story", USD, TOKEN, CREDIT]))
def test_what_is_shown_in_a_typed_unit_reads_back_too(units: Units, amount: int, unit: str) -> None:
    assert units.parse(units.show_as(amount, unit)) == amount


@given(EITHER, AMOUNTS)
def test_short_forms_are_exact_or_say_that_they_are_not_and_never_promise_more(units: Units, amount: int) -> None:
    short = units.show_short(amount)
    read = units.parse(short.removeprefix("~"))
    cut = amount - read
    assert read > 0
    assert cut >= 0
    assert (read == amount) == (not short.startswith("~"))
    assert cut * 100 < amount or cut < (units.parse("$0.01") if units is COST else 1)


@given(EITHER, AMOUNTS)
def test_a_debt_looks_like_a_balance_with_a_minus(units: Units, amount: int) -> None:
    assert units.show(-amount) == "-" + units.show(amount)
    assert units.show_short(-amount).replace("-", "") == units.show_short(amount)


@given(EITHER, st.one_of(st.text(), st.text("0123456789.,'_ -$kKmM\u00a0\u2019\u20ac\uff11pointsusd", max_size=70)))
@example(TOKENS, "9" * 5_000)
@example(COST, "0." + "0" * 61 + "1")
def test_any_text_is_credits_or_an_amount_error(units: Units, text: str) -> None:
    try:
        amount = units.parse(text)
    except AmountError as error:
        assert error.typed.isprintable()  # noqa: PT017 - most texts raise, some do not
    else:
        assert 1 <= amount <= LARGEST_AMOUNT


# --------------------------------------------------------------------------- an organization's own units


@pytest.mark.parametrize(
    "name",
    [
        "", " ", "a b", "p1", "x" * 21, "k", "K", "m", "b", "t", "ks", "million", "usd", "USD", "dollar", "token",
        "Tokens", "credit", "credits", "\uff4b", "\u0661", "caf\u00e9!",
    ],
)  # fmt: skip
def test_a_unit_that_cannot_be_told_apart_is_refused(name: str) -> None:
    with pytest.raises(UnitsError):
        Units(Metering.TOKENS, credits_per_usd=None, custom={name: 10})


@pytest.mark.parametrize("other", ["points", "Point", "POINTES", "\uff50oint"])
def test_two_units_that_people_would_mix_up_are_refused(other: str) -> None:
    with pytest.raises(UnitsError, match="confused"):
        Units(Metering.TOKENS, credits_per_usd=None, custom={"point": 10, other: 20})


@pytest.mark.parametrize("size", [0, -1, LARGEST_AMOUNT + 1])
def test_a_unit_is_worth_at_least_one_credit_and_no_more_than_the_ledger_takes(size: int) -> None:
    with pytest.raises(UnitsError):
        Units(Metering.TOKENS, credits_per_usd=None, custom={"point": size})


@pytest.mark.parametrize(
    "rate", ["0", "-1", "NaN", "sNaN", "Infinity", "1e999999", "1e-999999", "0.0000001", "1.0000001"]
)
def test_a_dollar_rate_without_exact_meaning_is_refused(rate: str) -> None:
    with pytest.raises(UnitsError):
        Units(Metering.TOKENS, credits_per_usd=Decimal(rate), custom={})


def test_a_dollar_rate_may_have_decimals_and_is_applied_exactly() -> None:
    units = Units(Metering.TOKENS, credits_per_usd=Decimal("333.3300000000"), custom={})
    assert units.parse("$100") == 33_333
    with pytest.raises(AmountError) as caught:
        units.parse("$50")
    assert caught.value.reason is WrongAmount.FRACTION_OF_A_CREDIT


def test_cost_has_no_other_rate_than_its_own() -> None:
    with pytest.raises(UnitsError):
        Units(Metering.COST, credits_per_usd=Decimal(500_000), custom={})


def test_units_do_not_change_when_the_mapping_they_were_made_from_does() -> None:
    custom = {"point": 1_000}
    units = Units(Metering.TOKENS, credits_per_usd=None, custom=custom)
    custom["point"] = 1
    assert units.parse("1 point") == 1_000


LETTERS = st.characters(categories=("Lu", "Ll", "Lt", "Lo", "Lm", "Mn"))


@given(st.text(LETTERS, min_size=1, max_size=20), st.integers(1, 10**9))
@example("St\u00fcck", 7)
@example("Stu\u0308ck", 7)
@example("Ma\u00df", 7)
@example("\u0149", 7)
@example("\u0131", 7)
def test_every_unit_that_is_accepted_can_be_typed(name: str, size: int) -> None:
    try:
        units = Units(Metering.TOKENS, credits_per_usd=None, custom={name: size})
    except UnitsError:
        return  # a mark without its letter, or a word that means something already: not a unit
    assert {units.parse(text) for text in (f"3 {name}", f"3{name.upper()}", f"3 {name}s")} == {3 * size}
    assert units.parse(units.show_as(3 * size, name)) == 3 * size
