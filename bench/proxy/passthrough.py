"""The reference: a bare aiohttp pass-through that knows nobody, holds nothing and books nothing."""

from __future__ import annotations

import argparse
import asyncio

import aiohttp
import uvloop
from aiohttp import web

SESSION = web.AppKey("session", aiohttp.ClientSession)
PROVIDER = web.AppKey("provider", str)
DROPPED = frozenset({
    "host", "connection", "keep-alive", "transfer-encoding", "content-length", "te", "trailer", "upgrade",
    "accept-encoding",
})  # fmt: skip


async def passed_on(http: web.Request) -> web.StreamResponse:
    """Body and headers there, body and type back."""
    body = await http.read()
    headers = {name: value for name, value in http.headers.items() if name.lower() not in DROPPED}
    url = http.app[PROVIDER] + http.path_qs
    async with http.app[SESSION].request(http.method, url, data=body, headers=headers) as answer:
        kind = answer.headers["Content-Type"]
        if not kind.startswith("text/event-stream"):
            return web.Response(status=answer.status, body=await answer.read(), headers={"Content-Type": kind})
        response = web.StreamResponse(status=answer.status, headers={"Content-Type": kind})
        await response.prepare(http)
        async for chunk in answer.content.iter_any():
            await response.write(chunk)
        await response.write_eof()
        return response


async def main(provider: str) -> None:
    """Serve until killed; the first line printed is the port."""
    app = web.Application()
    app[PROVIDER] = provider
    app.router.add_route("*", "/{tail:.*}", passed_on)
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=connector, auto_decompress=False) as session:
        app[SESSION] = session
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        print(site.port, flush=True)
        await asyncio.Event().wait()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--provider", required=True)
    uvloop.run(main(parser.parse_args().provider))
