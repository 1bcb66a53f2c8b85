"""Why a connection failed, from whatever the operating system or httpx raised."""

import errno
import re
import ssl
from ast import literal_eval
from collections.abc import Iterator
from contextlib import suppress

import httpx

from wizard.errors import TransportError
from wizard.words.meanings import Meaning, coded, meaning, of_page
from wizard.words.text import plain_line

_SAVED_BY_INSPECTION = (
    "If a proxy of your company inspects TLS, install its root certificate in this machine's "
    "certificate store; truststore reads it from there."
)

_QUOTED = re.compile(r"""(?:bytearray\()?(b'(?:[^'\\]|\\.)*'|b"(?:[^"\\]|\\.)*")\)?""")
"""How Python writes bytes."""

_CONNECTING = (httpx.ConnectError, httpx.ConnectTimeout)

_CUTS = (httpx.ReadError, httpx.WriteError, httpx.CloseError, EOFError)

CERTIFICATES = of_page(
    "https://docs.openssl.org/master/man3/X509_STORE_CTX_get_error/",
    Meaning(
        "tls-expired",
        "The certificate of {host} has expired.",
        "Check this machine's clock. If it is right, the owner of the server or of an "
        "inspecting proxy must renew the certificate.",
        theirs="10 0x800B0101 -67818",
    ),
    Meaning(
        "tls-not-yet-valid",
        "The certificate of {host} is not valid yet.",
        "Check this machine's clock first: it may be behind.",
        theirs="9 -67819",
    ),
    Meaning(
        "tls-self-signed",
        "The certificate of {host} is self-signed, so nobody vouches for it.",
        _SAVED_BY_INSPECTION,
        theirs="18",  # the certificate itself; 19 is an authority that came along
    ),
    Meaning(
        "tls-wrong-host",
        "The certificate was issued for another name than {host}.",
        "Check the address for a misprint. A captive portal or a proxy may answer in its place.",
        theirs="62 64 0x800B010F -67602",
    ),
    Meaning(
        "tls-unknown-issuer",
        "The certificate of {host} was issued by somebody this machine does not trust.",
        _SAVED_BY_INSPECTION,
        theirs="2 19 20 21 0x800B0109 0x800B010A -67843",
    ),
)
"""Verify codes of OpenSSL, then CERT_E_* of Windows, then OSStatus of macOS."""

CONNECTIONS = (
    Meaning(
        "dns",
        "The name {host} could not be found.",
        "Check the address for a misprint, and whether this machine's DNS and VPN work.",
        theirs="gaierror UnicodeError",
    ),
    Meaning(
        "timeout",
        "{host} did not answer in time.",
        "Try again. If it stays so, a firewall may drop the connection silently.",
        theirs="TimeoutError TimeoutException",
    ),
    Meaning(
        "answer-encoding",
        "{host} compressed its answer in a way that cannot be read.",
        "Try again. If it stays so, ask whether a proxy changes answers on the way.",
        theirs="DecodingError",
    ),
    Meaning(
        "connection-refused",
        "{host} is there but refused the connection.",
        "Check the port in the address, or ask whether a firewall refuses it.",
        theirs="ConnectionRefusedError",
    ),
    Meaning(
        "connection-cut",
        "{host} cut the connection before its answer was complete.",
        "Try again. If it stays so, ask whether a firewall or proxy cuts it.",
        theirs="ConnectionResetError BrokenPipeError ConnectionAbortedError",
    ),
    Meaning(
        "network-unreachable",
        "There is no way from this machine to {host}.",
        "Check the network cable, Wi-Fi or VPN.",
        theirs="*ENETUNREACH *EHOSTUNREACH *ENETDOWN",  # on Windows WSAENETUNREACH and so on
    ),
)
"""By the classes of an exception, as Python and httpx call them, and by the name of its errno."""

_SAID_BY_US = (
    Meaning(
        "tls",
        "A secure connection to {host} could not be agreed on: {reason}.",
        "A firewall or proxy may answer in its place, or only speak old versions of TLS.",
    ),
    Meaning(
        "proxy-authentication",
        "The proxy {host} wants you to sign in (HTTP 407).",
        "Put the proxy's user name and password in the system's proxy settings, or ask for an "
        "exception for this host.",
    ),
    Meaning(
        "proxy-refused",
        "The proxy {host} refused to connect us: {reason}.",
        "Ask whoever runs the proxy to allow this host on port 443.",
    ),
    Meaning(
        "proxy-unreachable",
        "The proxy {host} could not be reached: {reason}.",
        "Check the system's proxy settings, or whether you must be on the VPN.",
    ),
    Meaning(
        "not-http",
        "What answers at {host} does not speak HTTP as it should: {reason}.",
        "Check host and port of the address; something else may listen there.",
    ),
    Meaning(
        "transport",
        "The request to {host} failed: {reason}.",
        "Try again, and check the network connection of this machine.",
    ),
)
"""What no code tells alone."""


def transport_error(code: str, host: str, reason: str = "") -> TransportError:
    """Return the error of a code, told about a host.

    Args:
        code: The code of a row, such as `timeout` or `proxy-refused`.
        host: Who we talked to, or tried to.
        reason: What the system or the server says, from outside.
    """
    known = coded((*CONNECTIONS, *CERTIFICATES, *_SAID_BY_US), code)
    shown = {"host": plain_line(host, 80), "reason": plain_line(reason, 120).rstrip(".")}
    return known.filled(**shown).error(TransportError)


def connection_error(error: BaseException, host: str, proxy: str | None = None) -> TransportError:
    """Return what a failed connection means.

    Args:
        error: What asyncio, ssl or httpx raised; its causes are read too.
        host: The server we wanted.
        proxy: The proxy's host, when the connection went through one.
    """
    chain = list(causes(error))
    for cause in chain:
        if isinstance(cause, ssl.SSLError):
            code = certificate_code(cause)
            said = getattr(cause, "verify_message", "") or getattr(cause, "reason", "")
            reason = said or type(cause).__name__
            return transport_error(code, host, str(reason).replace("_", " ").lower())
    for cause in chain:
        if isinstance(cause, httpx.ProxyError):
            return proxy_refusal(proxy or host, str(cause))
    code, reason = _network_code(chain)
    connecting = any(isinstance(cause, _CONNECTING) for cause in chain)
    if proxy and (connecting or code in {"dns", "connection-refused", "network-unreachable"}):
        return transport_error("proxy-unreachable", proxy, _in_short(code, reason))
    return transport_error(code, host, reason)


def proxy_refusal(proxy: str, status_line: str) -> TransportError:
    """Return the error of a proxy that answered CONNECT with anything but success."""
    if status_line.startswith("407"):
        return transport_error("proxy-authentication", proxy)
    return transport_error("proxy-refused", proxy, f"HTTP {status_line}".strip())


def certificate_code(error: ssl.SSLError) -> str:
    """Return our code of a failed TLS handshake."""
    number = getattr(error, "verify_code", None)
    if number is None:
        return "tls"
    if known := meaning(CERTIFICATES, str(number), f"{number & 0xFFFFFFFF:#x}"):
        return known.code
    text = str(getattr(error, "verify_message", "")).lower()
    if "expired" in text:
        return "tls-expired"
    return "tls-wrong-host" if "host" in text or "name" in text else "tls-unknown-issuer"


def _network_code(chain: list[BaseException]) -> tuple[str, str]:
    for cause in chain:
        named = errno.errorcode.get(getattr(cause, "errno", None) or 0, "")
        if known := meaning(CONNECTIONS, *(kind.__name__ for kind in type(cause).__mro__), named):
            return known.code, ""
    for cause in chain:
        if isinstance(cause, httpx.RemoteProtocolError):
            cut = "disconnected" in str(cause) or "closed" in str(cause)
            return ("connection-cut", "") if cut else ("not-http", _readable(str(cause)))
        if isinstance(cause, _CUTS):
            return "connection-cut", ""
    return "transport", type(chain[0]).__name__


def _readable(words: str) -> str:
    """Return what h11 says with the bytes that it quotes as text."""

    def as_text(found: re.Match[str]) -> str:
        with suppress(ValueError, SyntaxError):
            return f"“{plain_line(literal_eval(found[1]), 60)}”"
        return "something else"

    return _QUOTED.sub(as_text, words)


def _in_short(code: str, reason: str) -> str:
    words = {
        "dns": "its name could not be found",
        "connection-refused": "it refused the connection",
        "timeout": "it did not answer in time",
        "network-unreachable": "there is no way to it",
    }
    return words.get(code, reason or "the connection failed")


def causes(error: BaseException) -> Iterator[BaseException]:
    """Yield an error, what it wraps and what caused it, each once."""
    waiting: list[BaseException | None] = [error]
    seen: set[int] = set()
    while waiting:
        cause = waiting.pop(0)
        if cause is None or id(cause) in seen:
            continue
        seen.add(id(cause))
        yield cause
        if isinstance(cause, BaseExceptionGroup):
            waiting.extend(cause.exceptions)
        waiting.extend((cause.__cause__, cause.__context__))
