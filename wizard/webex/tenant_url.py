"""Addresses on another host than the one Entra is given: none is replaced without a word."""

from typing import Final
from urllib.parse import SplitResult, urlsplit

from wizard.errors import InvalidInput
from wizard.net.endpoints import is_webex
from wizard.words.text import plain_line

_MISPRINTED: Final = "ciscoweb.com"
"""Printed in a generation of the tutorial; not Webex's (reference/webex.md 1.2)."""
_GOVERNMENT: Final = ("idbroker-f.", "identity-f.")
"""How hosts of Webex for Government begin that do not name it (reference/webex.md 1.4)."""


def is_misprinted(host: str) -> bool:
    """Tell whether a host is the misprint of an old tutorial."""
    return host == _MISPRINTED or host.endswith(f".{_MISPRINTED}")


def is_government(host: str) -> bool:
    """Tell whether a host is of Webex for Government."""
    return host.endswith(".webex.com") and ("-usgov." in host or host.startswith(_GOVERNMENT))


def about_the_host(address: SplitResult, base: str) -> tuple[str, ...]:
    """Return what is to be said of an address that is not where Entra will ask.

    Args:
        address: Of a tenant, or a page of Control Hub.
        base: What stands before the ID in the tenant URL that Entra is given; empty where that is
            switched off.

    Raises:
        InvalidInput: It is of another cloud of Webex, or of a host that is neither Webex's nor the
            one that Entra is given (`organization-other-host`).
    """
    host, ours = (address.hostname or "").lower(), (urlsplit(base).hostname or "").lower()
    if is_misprinted(host):
        return (
            "The host api.ciscoweb.com is a misprint in an old version of the tutorial and does "
            f"not belong to Webex. It was replaced by {ours or 'nothing'}.",
        )
    theirs, asked = _base_of(address), urlsplit(base)
    both = is_webex(f"https://{host}") and is_webex(base)
    if both and is_government(host) != is_government(ours):
        raise _other_cloud(host, base, theirs)
    if not theirs or not base or theirs == f"{_server_of(asked)}{asked.path.lower()}":
        return ()
    if not is_webex(theirs) and host != ours:
        raise _no_webex(host, base)
    return (f"This address is not on {_shown(base)}, where Entra will ask. {keeping(theirs)}",)


def about_the_cluster(name: str, base: str) -> tuple[str, ...]:
    """Return what is to be said of the cluster that an ID of the REST API names."""
    host = urlsplit(base).hostname or ""
    if "us-gov" not in name.lower() or not host or is_government(host):
        return ()
    return (
        f"This ID is of a cluster of Webex for Government, and Entra is given {_shown(base)}. If "
        "that is your cloud, start with --endpoints FILE, which names its hosts under [webex].",
    )


def other_base(url: str, organization_id: str) -> str:
    """Return what stands before the ID in a tenant URL of an organization; empty for another's.

    What addresses may say or leave out is left out: the port of the scheme, and a password.
    """
    try:
        address = urlsplit(url.strip())
    except ValueError:
        return ""
    before, _, last = address.path.rstrip("/").rpartition("/")
    if last.lower() != organization_id or not address.hostname:
        return ""
    return f"{_server_of(address)}{before}"


def is_same(url: str, other: str, organization_id: str) -> bool:
    """Tell whether two tenant URLs of an organization are one address, written otherwise."""
    base = other_base(url, organization_id)
    return bool(base) and base == other_base(other, organization_id)


def keeping(base: str) -> str:
    """Return how a tenant URL of another base is used, in a sentence; only Webex gets tokens."""
    if not is_webex(base) or urlsplit(base).scheme != "https":
        return "That is no address of Webex that begins with https, so no token belongs there."
    if not base.endswith("/scim"):
        return "That service cannot be used here: Entra's Webex application does not know it."
    return (
        "To use yours, start with --endpoints FILE, in which scim_base under [webex] is "
        f'"{_shown(base)}".'
    )


def _base_of(address: SplitResult) -> str:
    """Return a tenant URL up to the ID, or all before a later service; empty for a page."""
    before, mark, after = address.path.lower().partition("/scim/")
    if not mark:
        return ""
    end = "/scim/v2" if after.partition("/")[2].startswith("v2") else "/scim"
    return f"{_server_of(address)}{before}{end}"


def _server_of(address: SplitResult) -> str:
    """Return the scheme and the host, with a port only where it is not that of the scheme."""
    scheme, where = address.scheme.lower(), address.netloc.lower().rpartition("@")[2]
    port = ":443" if scheme == "https" else ":80"
    return f"{scheme}://{where.removesuffix(port).removesuffix(':')}"


def _no_webex(host: str, base: str) -> InvalidInput:
    return InvalidInput(
        f"{plain_line(host, 80)} is no host of Webex, and Entra would be given {_shown(base)}. "
        "Whoever gets the token may change your organization, so nothing was taken over.",
        "In Control Hub, open Management > Account, and copy the Organization ID alone.",
        code="organization-other-host",
    )


def _other_cloud(host: str, base: str, theirs: str) -> InvalidInput:
    scim = theirs or "https://api-usgov.webex.com/v1/scim"
    here, there = "the commercial Webex", "Webex for Government"
    if not is_government(host):
        here, there, scim = there, here, "https://api.ciscospark.com/v1/scim"
    return InvalidInput(
        f"{plain_line(host, 80)} is of {there}, and Entra would be given {_shown(base)}, which is "
        f"{here}. An organization is in one of them only, so nothing was taken over.",
        "Start with --endpoints FILE, which names the hosts of your cloud under [webex]: "
        f'scim_base = "{_shown(scim)}", and api_base, identity_base, authorization_endpoint, '
        "token_endpoint_me and control_hub. Cisco publishes no token link for Webex for "
        "Government: ask Cisco's support for it. Here it was not tried.",
        code="organization-other-host",
    )


def _shown(base: str) -> str:
    return plain_line(base, 120)
