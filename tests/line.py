"""The way from a program to the practice tenants, on which a test meddles with what passes."""

import asyncio
import json
import ssl
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any

import httpx

from tests.practice_here import PracticeHere
from wizard.net import transport
from wizard.practice.process import PracticeTenant

Send = Callable[[httpx.Request], Awaitable[httpx.Response]]
Meddle = Callable[[httpx.Request, Send], Awaitable[httpx.Response]]


class Line(httpx.AsyncBaseTransport):
    """The way to the practice tenants, on which a test may meddle with what passes."""

    def __init__(self, inner: httpx.AsyncBaseTransport) -> None:
        self._inner = inner
        self._meddle: Meddle | None = None

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        send = self._inner.handle_async_request
        return await (self._meddle(request, send) if self._meddle else send(request))

    @contextmanager
    def meddled(self, meddle: Meddle) -> Iterator[None]:
        self._meddle = meddle
        try:
            yield
        finally:
            self._meddle = None


class KilledError(Exception):
    """What ends a run as `kill -9` would: nothing of ours catches it."""


def killing(method: str, ending: str, *, landed: bool = True) -> Meddle:
    """End the program at a request to a path that ends so, before it has landed or after."""

    async def meddle(request: httpx.Request, send: Send) -> httpx.Response:
        if request.method != method or not request.url.path.endswith(ending):
            return await send(request)
        if landed:
            await send(request)
        raise KilledError

    return meddle


def changing(ending: str, change: Callable[[Any], Any], method: str = "GET") -> Meddle:
    """Change the JSON that answers requests to a path that ends so."""

    async def meddle(request: httpx.Request, send: Send) -> httpx.Response:
        response = await send(request)
        if request.method == method and request.url.path.endswith(ending):
            content = change(json.loads(await response.aread()))
            response = httpx.Response(response.status_code, json=content, request=request)
        return response

    return meddle


def silent_at(part: str) -> Meddle:
    """Return what lets nothing come back of requests whose address has this in it."""

    async def meddle(request: httpx.Request, send: Send) -> httpx.Response:
        if part in str(request.url):
            await asyncio.Event().wait()
        return await send(request)

    return meddle


def refusing(ending: str) -> Meddle:
    """Answer requests to a path that ends so as Graph does to whoever may not ask."""

    async def meddle(request: httpx.Request, send: Send) -> httpx.Response:
        if not request.url.path.endswith(ending):
            return await send(request)
        error = {"code": "Authorization_RequestDenied", "message": "You may not."}
        return httpx.Response(403, json={"error": error}, request=request)

    return meddle


def way_to(tenant: PracticeTenant) -> httpx.AsyncBaseTransport:
    """Return what reaches a practice tenant."""
    if isinstance(tenant, PracticeHere):
        return tenant.transport
    return transport.SystemTransport(ssl.create_default_context(cafile=tenant.certificate()))
