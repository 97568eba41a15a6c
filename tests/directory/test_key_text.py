"""A key as text: what makes one, and what is refused before anybody asks the database."""

from __future__ import annotations

import hashlib
import hmac
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.directory.keys import Secret, new_secret, parse_key
from core.refusals import Because, Refused

PEPPER = bytes(range(32))


@given(st.binary(min_size=32, max_size=32))
def test_every_key_reads_back_as_itself(random_bytes: bytes) -> None:
    secret = new_secret(random_bytes)
    assert parse_key(secret.text) == secret
    assert len(secret.text) == len("alf_") + 43 + 6
    assert set(secret.text[4:]) <= set(string.ascii_letters + string.digits)


def test_the_same_bytes_make_the_same_key_and_other_bytes_another() -> None:
    assert new_secret(bytes(32)) == new_secret(bytes(32))
    assert new_secret(bytes(32)) != new_secret(bytes(31) + b"\x01")


@given(st.binary(min_size=32, max_size=32), st.integers(4, 52), st.sampled_from(string.ascii_letters + string.digits))
def test_one_wrong_letter_is_noticed_without_a_look_up(random_bytes: bytes, at: int, letter: str) -> None:
    text = new_secret(random_bytes).text
    mistyped = text[:at] + letter + text[at + 1 :]
    if mistyped == text:
        return
    with pytest.raises(Refused) as refused:
        parse_key(mistyped)
    assert refused.value.refusal.because is Because.UNKNOWN_KEY
    assert not refused.value.refusal.facts


@pytest.mark.parametrize(
    "text",
    [
        "",
        "alf_",
        "sk-1234",
        "alf_" + "0" * 48,
        "alf_" + "0" * 50,
        "ALF_" + "0" * 49,
        "alf_" + "é" * 49,
        "\x00",
        "a" * 10**6,
    ],
)
def test_what_is_no_key_is_refused(text: str) -> None:
    with pytest.raises(Refused):
        parse_key(text)


def test_a_key_with_a_line_end_is_no_key() -> None:
    with pytest.raises(Refused):
        parse_key(new_secret(bytes(32)).text + "\n")


def test_the_digest_is_an_hmac_under_the_pepper() -> None:
    secret = new_secret(bytes(32))
    assert secret.digest(PEPPER) == hmac.new(PEPPER, secret.text.encode(), hashlib.sha256).hexdigest()
    assert secret.digest(PEPPER) != secret.digest(bytes(32))


def test_a_key_does_not_tell_itself_to_a_log() -> None:
    secret = new_secret(bytes(range(32)))
    assert secret.text not in f"{secret} {secret!r}"
    assert secret.hint == f"alf_…{secret.text[-4:]}"
    assert isinstance(secret, Secret)
