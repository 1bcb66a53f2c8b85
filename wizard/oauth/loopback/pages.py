"""The pages at our redirect URIs, and what our listeners say to them."""

import base64
import hashlib
import json
import re
from functools import cache
from html import escape
from http import HTTPStatus
from string import Template

from wizard.assets import asset
from wizard.errors import WizardError
from wizard.oauth.loopback.exchange import Reply

_INLINE = re.compile(r"<(script|style)>(.*?)</\1>", re.DOTALL)

_HEADERS = (
    ("Cache-Control", "no-store"),
    ("Referrer-Policy", "no-referrer"),
    ("X-Content-Type-Options", "nosniff"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("X-Frame-Options", "DENY"),
)


_LANDINGS = {
    "received": (
        "Received",
        "You can close this window and go back to the terminal.",
        "",
    ),
    "refused": (
        "The sign-in did not succeed",
        "Microsoft refused it.",
        "Go back to the terminal to see what to do next.",
    ),
    "ignored": (
        "This answer was not used",
        "It belongs to another sign-in.",
        "Go back to the terminal. If it still waits, open the link shown there.",
    ),
    "already": (
        "Already received",
        "This sign-in was already answered; nothing was changed.",
        "You can close this window and go back to the terminal.",
    ),
}


@cache
def page() -> Reply:
    """Return the page that reads the fragment and hands it over.

    Its policy names the hash of its own script and style, so that nothing else runs in it.
    """
    html = asset("callback.html")
    hashes = {name: _hash(content) for name, content in _INLINE.findall(html)}
    policy = (
        f"default-src 'none'; script-src '{hashes['script']}'; style-src '{hashes['style']}'; "
        "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
    return _reply(HTTPStatus.OK, "text/html; charset=utf-8", html, policy)


def landing(status: HTTPStatus, outcome: str, error: WizardError | None = None) -> Reply:
    """Return a page without script, for an answer that came in the query of the address.

    Args:
        status: The HTTP status.
        outcome: `received`, `refused`, `ignored` or `already`.
        error: What the page says instead of its own words.
    """
    heading, message, hint = _LANDINGS[outcome]
    if error is not None:
        message, hint = error.message, error.hint
    style = dict(_INLINE.findall(asset("callback.html")))["style"]
    words = {"outcome": outcome, "heading": heading, "message": message, "hint": hint}
    escaped = {name: escape(text) for name, text in words.items()}
    html = Template(asset("landing.html")).substitute(escaped, style=style)
    policy = (
        f"default-src 'none'; style-src '{_hash(style)}'; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'none'"
    )
    return _reply(status, "text/html; charset=utf-8", html, policy)


def verdict(status: HTTPStatus, outcome: str, error: WizardError | None = None) -> Reply:
    """Return what the page shows next.

    Args:
        status: The HTTP status.
        outcome: `received`, `refused`, `ignored` or `already`.
        error: What the page says instead of its own words.
    """
    words = {"message": error.message, "hint": error.hint} if error else {}
    return _reply(status, "application/json", json.dumps({"outcome": outcome} | words))


def sentence(status: HTTPStatus, text: str, *headers: tuple[str, str]) -> Reply:
    """Return a plain sentence, for requests that are none of ours."""
    reply = _reply(status, "text/plain; charset=utf-8", text)
    return Reply(reply.status, reply.content_type, reply.body, (*reply.headers, *headers))


def _reply(
    status: HTTPStatus, content_type: str, text: str, policy: str = "default-src 'none'"
) -> Reply:
    headers = (*_HEADERS, ("Content-Security-Policy", policy))
    return Reply(status, content_type, text.encode(), headers)


def _hash(content: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
