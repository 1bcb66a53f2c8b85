"""The binding of stored secrets to hosts: each is shown to those it was obtained for only."""

import base64
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import chain
from urllib.parse import urlsplit

from wizard.errors import HostsError
from wizard.net.endpoints import Endpoints, EntraEndpoints, WebexEndpoints, bundled, clouds

HOSTS_DIFFER, HOSTS_UNKNOWN = "hosts-differ", "hosts-unknown"
"""Codes: a secret was obtained for other hosts; an earlier version did not note for which."""

_OWN, _PRACTICE = "own", "practice"
_DIGEST_LENGTH = 14
"""Characters, 84 bits: short, because a keyring entry of Windows holds 1280 in all."""

_PORTS = {"https": 443, "http": 80}


@dataclass(frozen=True)
class Place:
    """The hosts that secrets may be shown to, as one short text that is stored beside them.

    The program's own hosts are one place whatever its version lists, and with some of them
    switched off; so are the practice tenants, whose ports change with each start.

    Attributes:
        text: What is stored: a word, or `HOST#DIGEST` with the digest of all hosts.
        authority: Where a Microsoft sign-in is made; empty where that is not compared.
    """

    text: str
    authority: str = ""

    @property
    def is_own(self) -> bool:
        """Whether what carries no binding is of these hosts: nobody has named other ones."""
        return self.text in {_OWN, _PRACTICE}

    @property
    def words(self) -> str:
        """One of the hosts, as an administrator knows them."""
        return words(self.text)

    @property
    def question(self) -> str:
        """What to ask once about a secret without a binding; the answer is `words`."""
        return f"Type {self.words} if it is of these hosts:"

    def is_of(self, bound: str) -> bool:
        """Tell whether a stored binding is to these hosts."""
        return _essence(bound) == _essence(self.text)

    def require(self, what: str, bound: str, authority: str = "") -> None:
        """Let a secret be used here only if it was obtained here.

        Args:
            what: The secret, at the beginning of a sentence.
            bound: Its binding; empty when it was stored by a version without.
            authority: Where a Microsoft sign-in was made; empty where that is not known.

        Raises:
            HostsError: It was obtained for other hosts, or nobody knows for which.
        """
        if bound and not self.is_of(bound):
            raise self._elsewhere(what, words(bound), is_own=bound == _OWN)
        if self.authority and authority and authority.rstrip("/") != self.authority:
            raise self._elsewhere(what, _host(authority), is_own=False)
        if not bound and not self.is_own:
            raise HostsError(
                f"{what} was stored by an earlier version, which did not note its hosts. The hosts "
                f"here are {self.words}.",
                "Nothing was sent. In a terminal you are asked once whether it is of these; or "
                "leave --endpoints away.",
                code=HOSTS_UNKNOWN,
            )

    def _elsewhere(self, what: str, theirs: str, *, is_own: bool) -> HostsError:
        way = "Leave --endpoints away" if is_own else "Use the --endpoints FILE of those hosts"
        differs = f"for {theirs}; the hosts here are {self.words}"
        if theirs == self.words:
            differs = f"for {theirs}, with other hosts beside it than here"
        return HostsError(
            f"{what} was obtained {differs}.",
            f"Nothing was sent, and it stays in the keyring. {way}, or take another --profile "
            "for these.",
            code=HOSTS_DIFFER,
        )


PRACTICE = Place(_PRACTICE)
"""The practice tenants, whatever their ports."""


def place_of(endpoints: Endpoints) -> Place:
    """Return the place of all hosts that are shown a stored secret."""
    shown = list(_shown(endpoints.webex, endpoints.entra))
    authority = endpoints.entra.authority.rstrip("/")
    foreign = [origin for origin in shown if origin not in _own()]
    if not foreign:
        return Place(_OWN, authority)
    # Which of Microsoft's clouds goes along with other hosts makes no other place of them.
    told = {origin for origin in shown if origin not in _clouds()}
    digest = hashlib.sha256("\n".join(sorted(told)).encode()).digest()
    short = base64.urlsafe_b64encode(digest).decode()[:_DIGEST_LENGTH]
    return Place(f"{_named(foreign[0])}#{short}", authority)


def shortened(bound: str) -> str:
    """Return a binding without the host's name, where there is no room for it."""
    _host, mark, digest = bound.rpartition("#")
    return f"{mark}{digest}"


def words(bound: str) -> str:
    """Return one of the hosts of a binding, as an administrator knows them."""
    if bound == _PRACTICE:
        return "the practice tenants"
    if bound == _OWN:
        return f"Webex's and Microsoft's own ({_host(bundled().webex.authorization_endpoint)} …)"
    return bound.rpartition("#")[0] or "other hosts"


def _essence(bound: str) -> str:
    return bound.rpartition("#")[2]


def _shown(webex: WebexEndpoints, entra: EntraEndpoints) -> Iterator[str]:
    """Yield the origins of all URLs that are shown a secret; of Webex's, Graph stores the token."""
    urls = (
        webex.scim_base,
        webex.api_base,
        webex.identity_base,
        webex.token_endpoint_me,
        webex.authorization_endpoint,
        entra.graph_base,
        entra.authority,
    )
    return map(_origin, filter(None, urls))


@cache
def _own() -> frozenset[str]:
    return frozenset(_shown(bundled().webex, bundled().entra)) | _clouds()


@cache
def _clouds() -> frozenset[str]:
    urls = chain.from_iterable((each.authority, each.graph_base) for each in clouds().values())
    return frozenset(map(_origin, urls))


def _origin(url: str) -> str:
    """Return scheme, host and port of a URL, in one spelling (RFC 6454 section 4)."""
    parts = urlsplit(url)
    host = (parts.hostname or "").rstrip(".")
    port = parts.port or _PORTS.get(parts.scheme)
    return f"{parts.scheme}://{f'[{host}]' if ':' in host else host}:{port}"


def _host(url: str) -> str:
    return _named(_origin(url))


def _named(origin: str) -> str:
    """Return an origin as people write it: what goes without saying is left away."""
    return origin.removeprefix("https://").removesuffix(":443")
