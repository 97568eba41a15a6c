"""Server-sent events: however they are cut, what passes is what came, and the usage is found."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from proxy.sse import Tap, comment, event

WORD = event({"choices": [{"delta": {"content": 'Zürich 🚀 "usage": {'}}], "usage": None})
USAGE = event({"choices": [], "usage": {"prompt_tokens": 3, "completion_tokens": 2}})
LAST_WITH_USAGE = event({"choices": [{"delta": {}}], "usage": {"prompt_tokens": 3, "completion_tokens": 2}})
DONE = b"data: [DONE]\n\n"


def passed(tap: Tap, pieces: list[bytes]) -> bytes:
    """What comes out of a tap."""
    return b"".join([*(tap.feed(piece) for piece in pieces), tap.flush()])


def cut(data: bytes, at: list[int]) -> list[bytes]:
    """Data in pieces."""
    borders = sorted({0, len(data), *(border % len(data) for border in at)})
    return [data[start:end] for start, end in itertools.pairwise(borders)]


@given(st.lists(st.integers(0, 10_000)), st.sampled_from([b"\n\n", b"\r\n\r\n", b"\r\r"]))
def test_the_usage_event_is_hidden_wherever_the_network_cuts_the_stream(borders: list[int], end: bytes) -> None:
    whole = (WORD + b": comment\n\n" + WORD + USAGE + DONE).replace(b"\n\n", end)
    tap = Tap(hides_usage=True)
    assert passed(tap, cut(whole, borders)) == (WORD + b": comment\n\n" + WORD).replace(b"\n\n", end)
    assert (tap.usage, tap.has_ended, tap.output_events) == ({"prompt_tokens": 3, "completion_tokens": 2}, True, 2)
    assert tap.end == DONE.replace(b"\n\n", end)


@given(st.lists(st.integers(0, 10_000)))
def test_who_asks_for_usage_gets_every_byte_but_the_end_which_waits_for_the_settlement(borders: list[int]) -> None:
    tap = Tap(hides_usage=False)
    assert passed(tap, cut(WORD + USAGE + DONE, borders)) == WORD + USAGE
    assert tap.end == DONE


def test_usage_beside_the_last_words_is_read_and_left_where_it_is() -> None:
    tap = Tap(hides_usage=True)
    assert passed(tap, [WORD + LAST_WITH_USAGE]) == WORD + LAST_WITH_USAGE
    assert tap.usage == {"prompt_tokens": 3, "completion_tokens": 2}


def test_an_end_without_its_empty_line_is_still_an_end() -> None:
    tap = Tap(hides_usage=True)
    assert passed(tap, [WORD, b"data: [DONE]"]) == WORD
    assert tap.has_ended


def test_an_event_without_end_passes_in_pieces_and_does_not_fill_the_memory() -> None:
    tap = Tap(hides_usage=True)
    piece = b"data: " + b"x" * (2 * 1024 * 1024)
    assert tap.feed(piece) == piece
    assert tap.flush() == b""


def test_facts_stand_in_a_comment() -> None:
    assert comment({"X-Alfred-Cost-Tokens": "41", "X-Alfred-Source": "personal"}) == (
        b": X-Alfred-Cost-Tokens: 41\n: X-Alfred-Source: personal\n\n"
    )
