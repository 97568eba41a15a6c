"""What a log line may hold: no secret, and nothing that a caller could write a line of their own with."""

import logging

from alfred.logs import TextFormat

KEY = "alf_7uOwAotV10wZhg1ZvT73A07nbBefSoGXet3FhXASOz0474iYQ"


def line_of(message: str, *arguments: object) -> str:
    """The line as it goes to standard error, behind the time."""
    record = logging.LogRecord("aiohttp.access", logging.INFO, "", 0, message, arguments, None)
    return TextFormat().format(record).partition(" ")[2]


def test_a_path_with_a_line_feed_stays_in_its_line() -> None:
    forged = "/x\n09:99:99 error   core.ledger  drift\x1b[31m\u202e\0\ud800"
    assert line_of("GET %s 404", forged) == (
        r"info    aiohttp.access  GET /x\n09:99:99 error   core.ledger  drift\x1b[31m\u202e\x00\ud800 404"
    )


def test_what_looks_like_a_key_is_blacked_out() -> None:
    assert line_of("GET /v1/%s", KEY) == "info    aiohttp.access  GET /v1/•••"
