"""What people type as an amount, what it is worth, and how it is shown."""

from decimal import Decimal

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from core.directory.units import (
    CREDIT,
    FIXED_RATE_NOTE,
    LARGEST_AMOUNT,
    TOKEN,
    USD,
    Amount,
    AmountError,
    Metering,
    Units,
    UnitsError,
    WrongAmount,
)

TOKENS = Units(Metering.TOKENS, credits_per_usd=Decimal(200_000), custom={"point": 1_000, "Story": 25_000})
COST = Units(Metering.COST, credits_per_usd=None, custom={"point": 1_000})
NO_RATE = Units(Metering.TOKENS, credits_per_usd=None, custom={})


def refusal(units: Units, text: str) -> WrongAmount:
    with pytest.raises(AmountError) as caught:
        units.parse(text)
    return caught.value.reason


# --------------------------------------------------------------------------- what people type


@pytest.mark.parametrize(
    ("text", "credits_"),
    [
        ("10000", 10_000),
        ("10,000", 10_000),
        ("10 000", 10_000),
        ("10'000", 10_000),
        ("10\u2019000", 10_000),
        ("10_000", 10_000),
        ("1,234,567", 1_234_567),
        ("007", 7),
        ("10k", 10_000),
        ("10 K", 10_000),
        ("10K tokens", 10_000),
        ("10k  credits", 10_000),
        ("1 token", 1),
        ("1 CREDIT", 1),
        ("2.5M", 2_500_000),
        ("2.5m tokens", 2_500_000),
        ("2.5 million tokens", 2_500_000),
        ("5 thousand", 5_000),
        (".5M", 500_000),
        ("1.234M", 1_234_000),
        ("1,500.5k", 1_500_500),
        ("1.2b", 1_200_000_000),
        ("3T", 3_000_000_000_000),
        ("10.0", 10),
        ("1,000.000", 1_000),
    ],
)
def test_plain_numbers_and_tokens_count_credits(text: str, credits_: int) -> None:
    assert TOKENS.parse(text) == credits_


@pytest.mark.parametrize(
    "text",
    [
        "10\u00a0000", "10\u2009000", "10\u202f000", "\uff11\uff10\uff0c\uff10\uff10\uff10", "\uff11\uff10\uff2b",
        " 10k\n", '"10k"', "'10k'", "\u201c10k\u201d", "\u201e10k\u201c", "\u2018 10k \u2019", "\u00ab10k\u00bb",
        "`10k`", "\u00a010k\u00a0",
    ],
)  # fmt: skip
def test_phones_and_clipboards_may_dress_up_ten_thousand(text: str) -> None:
    assert TOKENS.parse(text) == 10_000


@pytest.mark.parametrize(
    ("text", "cents"),
    [
        ("$50", 50_00),
        ("$ 50", 50_00),
        ("50$", 50_00),
        ("50usd", 50_00),
        ("50 USD", 50_00),
        ("USD 50", 50_00),
        ("US$50", 50_00),
        ("$50 usd", 50_00),
        ("50 dollars", 50_00),
        ("1 dollar", 1_00),
        ("$1,234.50", 1_234_50),
        ("$.50", 50),
        ("$5k", 5_000_00),
        ("2.5M usd", 2_500_000_00),
        ("\uff04\uff15\uff10", 50_00),
    ],
)
def test_dollars_are_worth_the_rate_under_tokens_and_a_million_credits_under_cost(text: str, cents: int) -> None:
    assert (TOKENS.parse(text), COST.parse(text)) == (cents * 2_000, cents * 10_000)


@pytest.mark.parametrize(
    ("text", "credits_"),
    [
        ("3 points", 3_000),
        ("1 point", 1_000),
        ("3POINTS", 3_000),
        ("0.5 points", 500),
        ("2k points", 2_000_000),
        ("1 story", 25_000),
        ("2 stories", 50_000),
        ("2 storys", 50_000),
    ],
)
def test_custom_units_are_known_in_singular_and_plural(text: str, credits_: int) -> None:
    assert TOKENS.parse(text) == credits_


def test_a_bare_number_under_cost_counts_credits_not_dollars() -> None:
    assert (COST.parse("50"), COST.parse("50 credits")) == (50, 50)


def test_reading_tells_the_unit_that_was_typed() -> None:
    typed = [TOKENS.read(text) for text in ("10k", "5 credits", "$2", "3 stories")]
    assert typed == [Amount(10_000, TOKEN), Amount(5, CREDIT), Amount(400_000, USD), Amount(75_000, "Story")]
    assert COST.read("10k") == Amount(10_000, CREDIT)


def test_dollars_under_tokens_come_with_the_caveat_and_no_other_amount_does() -> None:
    assert [TOKENS.note_on(unit) for unit in (USD, TOKEN, "point")] == [FIXED_RATE_NOTE, None, None]
    assert COST.note_on(USD) is None


# --------------------------------------------------------------------------- what is refused


@pytest.mark.parametrize(
    "text",
    [
        "", " ", '""', "k", "$", "tokens", "NaN", "inf", "-inf", "ten", "1e6", "1E+6", "0x10", "1,00,0",
        "1,00,000", "1,,000", "1__000", "10 00", "5 10", "1,000 000", "1.5.2", "1.", "+5", "(5)", "~10k", "5-", "50%",
        "1/2", "\u00bd", "10\u00b2", "10k\u00b2", "\u0661\u0660", "1\u0660", "\u4e94", "10\u4e07", "10\x00", "1\x000",
        "10\n000", "10\tk", "\u202e01", "1\u200b0", "10k tokens please now", "\ud800",
    ],
)  # fmt: skip
def test_what_is_not_clearly_a_number_is_refused(text: str) -> None:
    assert refusal(TOKENS, text) is WrongAmount.NOT_A_NUMBER


@pytest.mark.parametrize(
    "text",
    [
        "2,5M", "2,5", "0,5M", "0,500", "1,0000", "1234,567", "$12,50", "1.234,50", "1 234,50", "1.234.567", "10.000",
        "10.000 tokens", "$1.500", "1.500 points",
    ],
)  # fmt: skip
def test_a_comma_or_point_that_half_the_world_reads_otherwise_is_refused_with_that_reason(text: str) -> None:
    assert refusal(TOKENS, text) is WrongAmount.AMBIGUOUS_SEPARATOR


@pytest.mark.parametrize("text", ["0", "0.0", "$0", "0k", "-5", "-10k", "-$5", "$-5", "\u22125", "\u20135", "-0.5"])
def test_nothing_and_less_than_nothing_are_refused(text: str) -> None:
    assert refusal(TOKENS, text) is WrongAmount.NOT_POSITIVE


@pytest.mark.parametrize("text", ["0.5", "1.5 tokens", "1.2345k", "$0.000001", "0.0005 points"])
def test_part_of_a_credit_is_refused_rather_than_rounded(text: str) -> None:
    assert refusal(TOKENS, text) is WrongAmount.FRACTION_OF_A_CREDIT


def test_the_smallest_dollar_amount_under_cost_is_a_millionth() -> None:
    assert COST.parse("$0.000001") == 1
    assert refusal(COST, "$0.0000001") is WrongAmount.FRACTION_OF_A_CREDIT


def test_an_amount_may_be_as_large_as_the_ledger_takes_and_no_larger() -> None:
    assert TOKENS.parse(str(LARGEST_AMOUNT)) == LARGEST_AMOUNT
    assert refusal(TOKENS, str(LARGEST_AMOUNT + 1)) is WrongAmount.TOO_LARGE
    assert refusal(TOKENS, "999999T points") is WrongAmount.TOO_LARGE
    assert refusal(TOKENS, "9" * 64) is WrongAmount.TOO_LARGE


@pytest.mark.parametrize("text", ["10kk", "10 bananas", "\u20ac50", "50 \u20ac", "\u00a35", "10mb", "$5 points", "1e"])
def test_a_unit_nobody_defined_is_refused(text: str) -> None:
    assert refusal(TOKENS, text) is WrongAmount.UNKNOWN_UNIT


def test_tokens_mean_nothing_under_cost() -> None:
    assert refusal(COST, "10k tokens") is WrongAmount.UNKNOWN_UNIT


def test_dollars_under_tokens_need_a_rate() -> None:
    assert refusal(NO_RATE, "$50") is WrongAmount.NO_DOLLAR_RATE


@pytest.mark.parametrize("filler", ["9", "9,", "1,000", " ", "- ", "k", "tokens ", "\u2019", "\ufdfa", ".", "$"])
def test_ten_megabytes_are_refused_like_anything_else(filler: str) -> None:
    text = "1" + filler * (10_000_000 // len(filler)) + "x"
    assert refusal(TOKENS, text) in {WrongAmount.NOT_A_NUMBER, WrongAmount.TOO_LARGE}


def test_a_refusal_repeats_what_was_typed_in_a_form_that_is_safe_to_show() -> None:
    with pytest.raises(AmountError) as caught:
        TOKENS.parse("  \u202eten\x00\ud800" + "n" * 100)
    assert caught.value.typed == "\ufffdten\ufffd\ufffd" + "n" * 34 + "…"


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
    assert refusal(units, "$50") is WrongAmount.FRACTION_OF_A_CREDIT


def test_cost_has_no_other_rate_than_its_own() -> None:
    with pytest.raises(UnitsError):
        Units(Metering.COST, credits_per_usd=Decimal(500_000), custom={})


def test_units_do_not_change_when_the_mapping_they_were_made_from_does() -> None:
    custom = {"point": 1_000}
    units = Units(Metering.TOKENS, credits_per_usd=None, custom=custom)
    custom["point"] = 1
    assert units.parse("1 point") == 1_000


@given(st.text(min_size=1, max_size=20), st.integers(1, 10**9))
@example("St\u00fcck", 7)
@example("Stu\u0308ck", 7)
@example("Ma\u00df", 7)
@example("\u0149", 7)
def test_every_unit_that_is_accepted_can_be_typed(name: str, size: int) -> None:
    try:
        units = Units(Metering.TOKENS, credits_per_usd=None, custom={name: size})
    except UnitsError:
        assume(condition=False)
    assert {units.parse(text) for text in (f"3 {name}", f"3{name.upper()}", f"3 {name}s")} == {3 * size}
    assert units.parse(units.show_as(3 * size, name)) == 3 * size
