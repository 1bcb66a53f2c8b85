"""The rungs below HTTP: address, name, proxy, TCP and TLS."""

import ipaddress
import ssl
import uuid
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from wizard.checks.connection import Streams, parse_proxy, resolve, tcp, tunnel
from wizard.checks.rung import (
    NOT_NEEDED,
    SWITCHED_OFF,
    Climb,
    Outcome,
    Rung,
    failed,
    passed,
    skipped,
    warned,
)
from wizard.errors import TransportError
from wizard.net.failures import connection_error
from wizard.net.transport import proxy_for
from wizard.webex.tenant_url import is_misprinted
from wizard.words.links import is_safe_url
from wizard.words.text import days, plain_line

CERTIFICATE_DAYS = 14
"""Days before its end from which a certificate is worth a warning."""


async def address(climb: Climb) -> Outcome:
    """Judge the tenant URL by its letters."""
    base, url = climb.target.endpoints.webex.scim_base, climb.target.tenant_url
    if not base:
        return skipped(SWITCHED_OFF, "The SCIM service is switched off in the endpoints file.")
    try:
        parts = urlsplit(url)
        host, _port = (parts.hostname or "").lower(), parts.port
    except ValueError:
        host, parts = "", urlsplit("")
    if not host or parts.query or parts.fragment or parts.username is not None:
        return failed(
            "address-malformed",
            "The Tenant URL is not a plain web address.",
            "It looks like https://api.ciscospark.com/v1/scim/ and then the organization ID.",
        )
    if is_misprinted(host):
        return failed(
            "address-misprinted",
            f"The host {plain_line(host, 80)} is a misprint in an old version of the tutorial. "
            "It does not belong to Webex, so nothing was sent there.",
            "Use https://api.ciscospark.com/v1/scim/ and then the organization ID.",
        )
    if not is_safe_url(url):
        return failed(
            "address-insecure",
            "The Tenant URL is not https, so the token would travel in clear text.",
            "Use an address that begins with https.",
        )
    if not _is_uuid(climb.target.organization_id):
        return failed(
            "organization-invalid",
            "The organization ID at the end of the Tenant URL is not a UUID.",
            "Copy the Organization ID from Control Hub, Management > Account.",
        )
    return passed(f"{plain_line(url)} is well formed.")


async def dns(climb: Climb) -> Outcome:
    """Look up the host's addresses."""
    if _has_proxy(climb):
        return skipped(NOT_NEEDED, "The proxy looks up the name.")
    if _is_ip(climb.host):
        return passed("The host is an IP address already.")
    try:
        found = await resolve(climb.host, climb.port)
    except (OSError, UnicodeError) as error:
        raise connection_error(error, climb.host) from error
    kinds = sorted({"IPv6" if ":" in one else "IPv4" for one in found})
    number = "1 address" if len(found) == 1 else f"{len(found)} addresses"
    return passed(f"{plain_line(climb.host, 80)} has {number} ({' and '.join(kinds)}).")


async def proxy(climb: Climb) -> Outcome:
    """Reach the platform's proxy, and ask it for a tunnel."""
    url = proxy_for(climb.target.tenant_url)
    if url is None:
        return passed("No proxy is set for this address.")
    found = parse_proxy(url)
    async with tunnel(found, climb.host, climb.port, climb.trusted):
        return passed(f"The proxy {plain_line(found.host, 80)}:{found.port} lets us through.")


async def tcp_connection(climb: Climb) -> Outcome:
    """Connect to the port."""
    if _has_proxy(climb):
        return skipped(NOT_NEEDED, "The proxy makes the connection.")
    async with tcp(climb.host, climb.port):
        return passed(f"Port {climb.port} of {plain_line(climb.host, 80)} is open.")


async def tls(climb: Climb) -> Outcome:
    """Agree on TLS and read the certificate."""
    if not climb.is_https:
        return skipped(NOT_NEEDED, "This address is on this machine and uses http.")
    url = proxy_for(climb.target.tenant_url)
    if url:
        async with tunnel(parse_proxy(url), climb.host, climb.port, climb.trusted) as streams:
            return await _handshake(climb, streams)
    async with tcp(climb.host, climb.port) as streams:
        return await _handshake(climb, streams)


def _has_proxy(climb: Climb) -> bool:
    """Tell whether a proxy is set, usable or not; the rung `proxy` judges which."""
    try:
        return proxy_for(climb.target.tenant_url) is not None
    except TransportError:
        return True


async def _handshake(climb: Climb, streams: Streams) -> Outcome:
    _reader, writer = streams
    try:
        await writer.start_tls(climb.trusted, server_hostname=climb.host)
    except (OSError, EOFError) as error:
        raise connection_error(error, climb.host) from error
    secured = writer.get_extra_info("ssl_object")
    version = str(secured.version() or "TLS").replace("TLSv", "TLS ")
    certificate = secured.getpeercert() or {}
    issuer, ends = _issuer(certificate), _ends(certificate)
    text = f"{version}, certificate issued by {issuer or 'an issuer this machine trusts'}"
    if ends is None:
        return passed(f"{text}.")
    left = (ends - datetime.now(UTC)).days
    text += f", valid until {ends:%Y-%m-%d}."
    if left < CERTIFICATE_DAYS:
        return warned(
            "certificate-expires-soon",
            f"{text} That is in {days(left)}.",
            "Nothing to do for you unless the server or an inspecting proxy is your own; its "
            "owner must renew the certificate.",
        )
    return passed(text)


def _issuer(certificate: dict[str, Any]) -> str:
    names = {key: value for row in certificate.get("issuer", ()) for key, value in row}
    return plain_line(names.get("organizationName") or names.get("commonName") or "", 80)


def _ends(certificate: dict[str, Any]) -> datetime | None:
    try:
        return datetime.fromtimestamp(ssl.cert_time_to_seconds(certificate["notAfter"]), UTC)
    except (KeyError, ValueError, OverflowError):
        return None


def _is_uuid(text: str) -> bool:
    try:
        return str(uuid.UUID(text)) == text.lower()
    except ValueError:
        return False


def _is_ip(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


NETWORK = (
    Rung("address", address),
    Rung("dns", dns, needs=("address",), limit=10),
    Rung("proxy", proxy, needs=("address",), limit=10),
    Rung("tcp", tcp_connection, needs=("address", "dns", "proxy"), limit=10),
    Rung("tls", tls, needs=("address", "dns", "proxy", "tcp"), limit=10),
)
