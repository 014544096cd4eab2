"""The gate: what every request must be and what every answer carries."""

from __future__ import annotations

from collections.abc import Collection, MutableMapping
from typing import Any
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import HTTPConnection
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from portraits.vocabulary.phrase import Phrase, say
from portraits.web.asked import language_asked

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
OWN_SITES = frozenset({"same-origin", "none"})


def policy(ancestors: Collection[str] = ()) -> str:
    """What a page may load, and which sites may show it in a frame: none unless some are named."""
    framed = " ".join(ancestors) or "'none'"
    return f"default-src 'self'; object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors {framed}"


HEADERS = {
    "Content-Security-Policy": policy(),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


class Gate:
    """Refuses foreign hosts and foreign origins; adds the headers of trust.

    Args:
        app: what stands behind the gate.
        hosts: names by which this server may be called. A page of another site that points its
            own name at 127.0.0.1 (DNS rebinding) comes with its own name and is refused.
    """

    def __init__(self, app: ASGIApp, hosts: Collection[str]) -> None:
        self._app = app
        self._hosts = frozenset(hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        sender = _with_headers(send, secure=scope["scheme"] == "https")
        refusal = self._refusal(scope["method"], Headers(scope=scope))
        answer = self._app if refusal is None else _refused(refusal.in_(language_asked(HTTPConnection(scope))))
        await answer(scope, receive, sender)

    def _refusal(self, method: str, headers: Headers) -> Phrase | None:
        host = headers.get("host", "")
        if _name(host) not in self._hosts:
            return say("This server does not answer to that name.")
        if method in SAFE_METHODS:
            return None
        site, origin = headers.get("sec-fetch-site"), headers.get("origin")
        if site is not None and site not in OWN_SITES:
            return say("Another site may not change things here.")
        if origin is not None and urlsplit(origin).netloc.lower() != host.lower():
            return say("Another site may not change things here.")
        return None


def _name(host: str) -> str:
    try:
        return (urlsplit(f"//{host}").hostname or "").lower()
    except ValueError:
        return ""


def _refused(what: str) -> ASGIApp:
    return JSONResponse({"error": {"what": what, "hint": "", "faults": []}}, status_code=403)


def _with_headers(send: Send, *, secure: bool) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            _add(message, secure=secure)
        await send(message)

    return sending


def _add(message: MutableMapping[str, Any], *, secure: bool) -> None:
    headers = MutableHeaders(scope=message)
    for name, value in HEADERS.items():
        headers.setdefault(name, value)
    headers.setdefault("Cache-Control", "no-store")
    if secure:
        headers["Strict-Transport-Security"] = "max-age=31536000"
