"""What people type as an amount, what it is worth, and what is refused."""

from decimal import Decimal

import pytest

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
