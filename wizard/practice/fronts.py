"""The addresses by which the practice tenants are asked, and what each means inside.

One port speaks http, for browsers and for Webex; the other one https, for Graph and the authority,
because programs want that. Whoever comes through the proxy asks Microsoft's and Webex's own hosts.
"""

from collections.abc import Mapping
from functools import cache
from urllib.parse import urlsplit

from wizard.net.endpoints import bundled

GRAPH = "/graph"
"""Below this path is Graph; its own address leaves it out."""

AUTHORITY = "/entra"
"""Below this path is what the authority answers; its own address leaves it out."""

_VERSIONS = ("/v1.0", "/beta")
_NOT_OF_THE_AUTHORITY = ("/v1/", "/idb/", "/identity/", "/practice/")


@cache
def real_hosts() -> Mapping[str, str]:
    """Return the hosts that the proxy leads to, with the path inside that each is."""
    webex, entra = bundled().webex, bundled().entra
    of_webex = (
        webex.authorization_endpoint,
        webex.token_endpoint_me,
        webex.api_base,
        webex.identity_base,
        webex.scim_base,
    )
    addresses = dict.fromkeys(of_webex, "")
    addresses |= {entra.graph_base: GRAPH, entra.authority: AUTHORITY}
    return {urlsplit(url).hostname or "": inside for url, inside in addresses.items()}


def inside(scheme: str, host: str, path: str) -> tuple[str, str]:
    """Return the path inside, and the address that stands before what is below it.

    Args:
        scheme: `http` or `https`.
        host: The host that was asked, with the port where one was named.
        path: The path that was asked for.
    """
    origin = f"{scheme}://{host}"
    for known in (GRAPH, AUTHORITY):
        if path.startswith(f"{known}/"):
            return path, f"{origin}{known}"
    prefix = real_hosts().get(host.partition(":")[0].lower())
    if prefix is None:
        prefix = _prefix(scheme, path)
    return f"{prefix}{path}", origin


def _prefix(scheme: str, path: str) -> str:
    if path.startswith(_VERSIONS):
        return GRAPH
    is_authority = scheme == "https" and not path.startswith(_NOT_OF_THE_AUTHORITY)
    return AUTHORITY if is_authority else ""
