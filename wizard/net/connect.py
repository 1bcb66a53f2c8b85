"""How HTTP clients are made, so that what sends can be another than the network."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import httpx

Connect = Callable[..., "httpx.AsyncClient"]
"""Takes what `wizard.net.transport.client` takes, and returns a client to close."""


def direct(**options: Any) -> "httpx.AsyncClient":
    """Return a client of `wizard.net.transport.client`; httpx is loaded when somebody asks."""
    from wizard.net.transport import client

    return client(**options)
