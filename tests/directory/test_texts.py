"""What may be a name, a handle, an address: the edges of each."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.directory.texts import clean_domain, clean_email, clean_external, clean_handle, clean_name
from core.refusals import Because, Refused


def name(text: str) -> str:
    return clean_name(text, field="name")


def external(text: str) -> str:
    return clean_external(text, field="external_id")


@pytest.mark.parametrize(
    ("clean", "text", "kept"),
    [
        (name, "  Zoe Ünal ", "Zoe Ünal"),
        (name, "U\u0308nal", "Ünal"),
        (name, "👩\u200d💻 Ada", "👩\u200d💻 Ada"),
        (name, "क्\u200dष", "क्\u200dष"),
        (name, "z" * 200, "z" * 200),
        (clean_handle, "zo", "zo"),
        (clean_handle, "z" * 32, "z" * 32),
        (clean_handle, "zoe.u_1-x", "zoe.u_1-x"),
        (clean_email, " Zoe+x@Acme.Example ", "zoe+x@acme.example"),
        (clean_domain, "Acme.Example", "acme.example"),
        (external, "U012AB3CD", "U012AB3CD"),
        (external, "29:1b-Xy_z", "29:1b-Xy_z"),
    ],
)
def test_what_people_may_be_called(clean: Callable[[str], str], text: str, kept: str) -> None:
    assert clean(text) == kept


@pytest.mark.parametrize(
    ("clean", "text"),
    [
        (name, ""),
        (name, " \u200d "),
        (name, "Zoe\u202eevil"),
        (name, "Zoe\u2066Bob"),
        (name, "Zoe\nBob"),
        (name, "Zoe\x00"),
        (name, "Zoe\ud800"),
        (name, "Zoe\u2028Bob"),
        (name, "z" * 201),
        (clean_handle, "Zoe"),
        (clean_handle, "z"),
        (clean_handle, "z" * 33),
        (clean_handle, "-zoe"),
        (clean_handle, "zo e"),
        (clean_handle, "zoë"),
        (clean_handle, "zoe\n"),
        (clean_handle, "usr_01h455vb4pex5vsknk084sn02q"),
        (clean_email, "zoe"),
        (clean_email, "zoe@acme"),
        (clean_email, "zoe@acme.example\nBcc: x"),
        (clean_email, "zoe zoe@acme.example"),
        (clean_email, "zoe@@acme.example"),
        (clean_email, "zoe\u202e@acme.example"),
        (clean_email, "a" * 250 + "@acme.example"),
        (clean_domain, "@acme.example"),
        (clean_domain, "acme"),
        (clean_domain, "acme..example"),
        (external, ""),
        (external, "U1 "),
        (external, "U1\x00"),
        (external, "U" * 201),
    ],
)
def test_what_nobody_may_be_called(clean: Callable[[str], str], text: str) -> None:
    with pytest.raises(Refused) as refused:
        clean(text)
    assert refused.value.refusal.because is Because.BAD_VALUE


@given(st.text(max_size=300))
def test_a_name_that_passed_once_passes_again_unchanged(text: str) -> None:
    try:
        kept = name(text)
    except Refused:
        return
    assert name(kept) == kept
