"""The certificate of the practice authority, made when somebody first wants it."""

import os
import ssl
import tempfile
import threading
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import trustme

_making = threading.Lock()
_files: list[Path] = []


def authority_file() -> Path:
    """Return the file with the certificate to trust; it is removed by `remove_certificate`."""
    with _making:
        _issuer()
        return _files[0]


def server_context(host: str = "") -> ssl.SSLContext:
    """Return the TLS context of a server.

    Args:
        host: The host it is asked as; empty for this machine.
    """
    with _making:
        return _context_for(host)


def remove_certificate() -> None:
    """Remove the file; without one this does nothing."""
    for file in _files:
        file.unlink(missing_ok=True)


@cache
def _issuer() -> "trustme.CA":
    import trustme  # slow to load, and wanted only when somebody signs in

    issuer = trustme.CA(organization_name="webex-wizard practice: trust this nowhere else")
    handle, name = tempfile.mkstemp(prefix="webex-wizard-practice-", suffix=".pem")
    with os.fdopen(handle, "wb") as file:
        file.write(issuer.cert_pem.bytes())
    _files.append(Path(name))
    return issuer


@cache
def _context_for(host: str) -> ssl.SSLContext:
    names = (host,) if host else ("127.0.0.1", "localhost")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    _issuer().issue_cert(*names).configure_cert(context)
    return context
