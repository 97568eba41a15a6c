"""Whatever is sent, the answer has a stable code and a sentence, nothing is paid, and no secret is written anywhere."""

from __future__ import annotations

import asyncio
import io
import json
import logging
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import openai
import pytest
from aiohttp import web

from core.refusals import Because
from proxy.errors import STATUS
from proxy.parts import Bounds
from tests.company import Company
from tests.edges.provider import saying
from tests.edges.stage import PROVIDER_KEY, open_stage

UNTOUCHED: Any = ({"alice": 20_000}, {}, [])
HELLO: Any = [{"role": "user", "content": "Hello"}]
MESSAGES = b'"messages":[{"role":"user","content":"Hello"}]'
GOOD = b'{"model":"gpt-4o-mini",' + MESSAGES + b"}"

WRONG = {
    "not json": (b"{", 400, "invalid_json", None),
    "not utf-8": (b'{"model":"\xff\xfe"}', 400, "invalid_utf8", None),
    "utf-16": ('{"model":"gpt-4o"}'.encode("utf-16"), 400, "invalid_utf8", None),
    "a list": (b"[]", 400, "invalid_json", None),
    "not a number": (b'{"model":"gpt-4o-mini","n":NaN,' + MESSAGES + b"}", 400, "invalid_json", None),
    "an endless number": (b'{"n":' + b"9" * 10_000 + b"}", 400, "invalid_json", None),
    "endless nesting": (b'{"a":' + b"[" * 100_000, 400, "invalid_json", None),
    "a field twice": (b'{"model":"gpt-4o-mini","n":1,"n":99,' + MESSAGES + b"}", 400, "bad_value", "n"),
    "no model": (b"{" + MESSAGES + b"}", 400, "bad_value", "model"),
    "model of another type": (b'{"model":7,' + MESSAGES + b"}", 400, "bad_value", "model"),
    "a model nobody serves": (b'{"model":"llama",' + MESSAGES + b"}", 404, "model_not_found", "model"),
    "no messages": (b'{"model":"gpt-4o-mini"}', 400, "bad_value", "messages"),
    "a message that is none": (b'{"model":"gpt-4o-mini","messages":["hi"]}', 400, "bad_value", "messages[0]"),
    "a fractional cap": (b'{"model":"gpt-4o-mini","max_tokens":1.5,' + MESSAGES + b"}", 400, "bad_value", "max_tokens"),
    "a negative cap": (b'{"model":"gpt-4o-mini","max_tokens":-1,' + MESSAGES + b"}", 400, "bad_value", "max_tokens"),
    "no choices": (b'{"model":"gpt-4o-mini","n":0,' + MESSAGES + b"}", 400, "bad_value", "n"),
    "stream of another type": (b'{"model":"gpt-4o-mini","stream":"yes",' + MESSAGES + b"}", 400, "bad_value", "stream"),
    "an address": (b'{"model":"gpt-4o-mini","api_base":"http://x",' + MESSAGES + b"}", 400, "bad_value", "api_base"),
    "an unknown project": (
        b'{"model":"gpt-4o-mini","alfred":{"project":"Zeus"},' + MESSAGES + b"}", 404, "unknown_node", "project",
    ),
    "for another": (b'{"model":"gpt-4o-mini","alfred":{"user":"b"},' + MESSAGES + b"}", 400, "bad_value", "alfred"),
    "a tag that is no text": (
        b'{"model":"gpt-4o-mini","alfred":{"tags":{"a":1}},' + MESSAGES + b"}", 400, "bad_value", "alfred.tags",
    ),
}  # fmt: skip


async def test_every_wrong_body_is_answered_with_its_code_and_costs_nothing(sqlite_company: Company) -> None:
    await sqlite_company.fund("alice", 20_000)
    async with open_stage(sqlite_company) as stage:
        key = await stage.key("alice")
        found = {name: await stage.post(body, key=key) for name, (body, *_) in WRONG.items()}
        assert {
            name: (status, answer["error"]["code"], answer["error"]["param"])
            for name, (status, answer) in found.items()
        } == {name: tuple(expected) for name, (_, *expected) in WRONG.items()}
        assert all(answer["error"]["message"].rstrip("}").endswith(".") for _, answer in found.values())
        assert stage.provider.received == []
        assert await stage.sheet() == UNTOUCHED


async def in_pieces(body: bytes) -> AsyncIterator[bytes]:
    """A body whose length is not told beforehand."""
    for start in range(0, len(body), 65_536):
        yield body[start : start + 65_536]


async def test_a_body_of_ten_megabytes_is_refused_whether_its_length_is_known_or_not(sqlite_company: Company) -> None:
    await sqlite_company.fund("alice", 20_000)
    async with open_stage(sqlite_company) as stage:
        key = await stage.key("alice")
        ten = b"x" * (10 * 1024 * 1024)

        codes = [await stage.post(body, key=key) for body in (io.BytesIO(ten), in_pieces(ten))]
        assert [(status, answer["error"]["code"]) for status, answer in codes] == [(413, "body_too_large")] * 2
        assert await stage.sheet() == UNTOUCHED


async def test_compressed_bodies_are_refused(sqlite_company: Company, caplog: pytest.LogCaptureFixture) -> None:
    await sqlite_company.fund("alice", 20_000)
    async with open_stage(sqlite_company) as stage:
        key = await stage.key("alice")
        status, answer = await stage.post(GOOD, key=key, headers={"Content-Encoding": "gzip"})
        assert (status, answer["error"]["code"]) == (415, "unsupported_encoding")
        assert await stage.sheet() == UNTOUCHED
    assert not [record for record in caplog.records if record.exc_info], "what a caller sends is no defect of ours"


@pytest.mark.parametrize(
    "tags", ["a", "=b", "a=", "a=b,c", "ä=b", "a=" + "b" * 129, ",".join(f"t{number}=x" for number in range(17))]
)
async def test_wrong_tags_are_refused(sqlite_company: Company, tags: str) -> None:
    await sqlite_company.fund("alice", 20_000)
    async with open_stage(sqlite_company) as stage:
        key = await stage.key("alice")
        status, answer = await stage.post(GOOD, key=key, headers={"X-Alfred-Tags": tags})
        assert (status, answer["error"]["param"]) == (400, "X-Alfred-Tags")
        assert await stage.sheet() == UNTOUCHED


async def test_paths_that_could_spend_and_are_not_known_are_refused_and_other_methods_too(
    sqlite_company: Company,
) -> None:
    await sqlite_company.fund("alice", 20_000)
    async with open_stage(sqlite_company) as stage, aiohttp.ClientSession() as session:
        headers = {"Authorization": f"Bearer {await stage.key('alice')}"}

        async def code(method: str, path: str) -> tuple[int, str]:
            async with session.request(method, f"{stage.url}{path}", headers=headers, data=b"{}") as answer:
                return answer.status, (await answer.json())["error"]["code"]

        unknown = ("/v1/embeddings", "/v1/responses", "/v1/../v1/images/generations")
        assert {await code("POST", path) for path in unknown} == {(404, "unknown_path")}
        assert await code("GET", "/v1/chat/completions") == (405, "method_not_allowed")
        assert await code("DELETE", "/v1/models") == (405, "method_not_allowed")
        assert stage.provider.received == []
        assert await stage.sheet() == UNTOUCHED


async def raw(stage_url: str, sent: bytes) -> bytes:
    """What comes back on a bare connection, until the other side closes it."""
    host, port = stage_url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(sent)
    answer = await reader.read()
    writer.close()
    return answer


async def test_a_caller_who_never_finishes_the_headers_is_cut(sqlite_company: Company) -> None:
    async with open_stage(sqlite_company, header_seconds=0.05) as stage:
        half = b"POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nAuthoriz"
        assert (await raw(stage.url, half)).startswith(b"HTTP/1.1 408 ")
        assert await raw(stage.url, b"") == b""


async def test_a_caller_who_never_finishes_the_body_is_cut(sqlite_company: Company) -> None:
    await sqlite_company.fund("alice", 20_000)
    async with open_stage(sqlite_company, bounds=Bounds(body_seconds=0.05)) as stage:
        key = await stage.key("alice")
        head = "POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nContent-Length: 99\r\n"
        head += f"Authorization: Bearer {key}\r\n\r\n"
        answer = await raw(stage.url, head.encode() + b"{")
        assert answer.startswith(b"HTTP/1.1 408 ")
        assert b'"too_slow"' in answer
        assert await stage.sheet() == UNTOUCHED


async def test_a_connection_that_waits_between_two_requests_is_left_alone(sqlite_company: Company) -> None:
    await sqlite_company.fund("alice", 20_000)
    async with open_stage(sqlite_company, header_seconds=0.05) as stage:
        stage.provider.script = stage.provider.waiting
        client = await stage.client("alice")
        call = asyncio.create_task(client.chat.completions.create(model="gpt-4o-mini", messages=HELLO))
        # A silent connection beside it is cut meanwhile, so the time is over.
        assert await raw(stage.url, b"") == b""
        stage.provider.go_on.set()
        assert (await call).choices[0].message.content == "Guten Tag"


async def test_headers_cannot_be_injected_through_what_a_caller_names(sqlite_company: Company) -> None:
    await sqlite_company.fund("alice", 20_000)
    async with open_stage(sqlite_company) as stage:
        key = await stage.key("alice")
        body = json.dumps({"model": "gpt-4o\r\nX-Evil: 1", "messages": [{"role": "user", "content": "Hi"}]}).encode()
        status, answer = await stage.post(body, key=key)
        assert (status, answer["error"]["param"]) == (400, "model")
        body = GOOD.replace(b"{", b'{"alfred":{"project":"a\\r\\nX-Evil: 1"},', 1)
        status, answer = await stage.post(body, key=key)
        assert (status, answer["error"]["param"]) == (400, "alfred.project")
        smuggled = (
            f"POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {key}\r\n"
            f"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
        )
        assert (await raw(stage.url, smuggled.encode())).startswith(b"HTTP/1.0 400 ")
        assert stage.provider.received == []
        assert await stage.sheet() == UNTOUCHED


async def test_neither_keys_nor_prompts_reach_a_log_or_an_error(
    sqlite_company: Company, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    prompt = "canary-prompt-4711"
    await sqlite_company.fund("alice", 20_000)
    said: list[str] = []
    async with open_stage(sqlite_company) as stage:
        key = await stage.key("alice")
        body = GOOD.replace(b"Hello", prompt.encode())
        scripts = [None, saying({"error": {"message": PROVIDER_KEY}}, status=500), _broken]
        for script in scripts:
            stage.provider.script = script
            said += [json.dumps((await stage.post(sent, key=key))[1]) for sent in (body, body[:-1], body + b"}")]
        said.append(json.dumps((await stage.post(body, key=f"{key[:-1]}!"))[1]))
        too_long = f"GET / HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {key}{'x' * 9_000}\r\n\r\n"
        await raw(stage.url, too_long.encode())
    logged = "\n".join(caplog.handler.format(record) for record in caplog.records)
    assert "a request could not be read" in logged
    for secret in (key, PROVIDER_KEY, prompt):
        assert secret not in logged
        assert not any(secret in answer for answer in said)


async def _broken(_http: web.Request) -> web.StreamResponse:
    return web.Response(body=b"canary-prompt-4711 {", content_type="application/json")


async def test_an_unexpected_error_is_logged_with_the_request_id_and_tells_nothing(
    sqlite_company: Company, caplog: pytest.LogCaptureFixture
) -> None:
    await sqlite_company.fund("alice", 20_000)
    async with open_stage(sqlite_company) as stage:
        # A provider that is not what it should be: a defect of ours.
        stage.proxy.routes._find.cache_clear()  # noqa: SLF001
        object.__setattr__(stage.proxy, "routes", None)
        client = await stage.client("alice")
        with pytest.raises(openai.InternalServerError) as raised:
            await client.chat.completions.create(model="gpt-4o-mini", messages=HELLO)
        request_id = raised.value.response.headers["X-Alfred-Request-ID"]
    assert raised.value.code == "internal_error"
    assert request_id in raised.value.message
    assert "NoneType" not in raised.value.response.text
    record = next(record for record in caplog.records if record.message == "a request failed")
    assert record.__dict__["request_id"] == request_id
    assert record.exc_info is not None


def test_every_reason_has_a_status() -> None:
    assert STATUS.keys() == set(Because)
    assert {status for status, _ in STATUS.values()} <= {400, 401, 402, 403, 404, 409, 500}
