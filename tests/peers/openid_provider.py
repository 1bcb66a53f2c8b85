"""npm's oidc-provider over https, as an authority to sign in at: an OpenID provider not of ours."""

import json
import os
import ssl
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx
import platformdirs
import pytest
import trustme

from tests.certificates import key, public_pem
from wizard.net.endpoints import EntraEndpoints, bundled
from wizard.net.transport import client
from wizard.oauth.entra.consent import requested

PACKAGE = "oidc-provider"
VERSION = "8.8.1"
"""The last that runs on the nodejs of Debian 12."""

TENANT = "8d1f6a2c-3b47-4e59-9c60-1a2b3c4d5e6f"
OBJECT_ID = "2b9e4c11-7f35-4d68-8a90-0f1e2d3c4b5a"
NAME = "Ada Admin"
LIFETIME = 60
"""Seconds of an access token: less than the margin, so that each use renews it."""

GRAPH = "https://graph.microsoft.com"
APPLICATION = "7c1e5a90-4d2b-4f86-9b3a-6e8f0d1c2b3a"
"""A program alone, whose key is `certificates.key()`."""

PROGRAM = Path(__file__).with_suffix(".mjs")


@dataclass(frozen=True)
class OpenIdProvider:
    """A running provider, and what is needed to trust it."""

    port: int
    trusted: ssl.SSLContext

    @property
    def endpoints(self) -> EntraEndpoints:
        authority = f"https://127.0.0.1:{self.port}"
        return replace(bundled().entra, authority=authority, validate_authority=False)

    @property
    def issuer(self) -> str:
        return f"{self.endpoints.authority}/{TENANT}/v2.0"

    def connect(self, **options: Any) -> httpx.AsyncClient:
        return client(trusted=self.trusted, **options)

    async def owner_of(self, token: str) -> str:
        """Return whose access token this is, as the provider itself says."""
        async with self.connect() as http:
            answer = await http.get(
                f"{self.issuer}/me", headers={"Authorization": f"Bearer {token}"}
            )
        return str(answer.json().get("sub", answer.status_code))

    async def introspected(self, token: str, assertion: str) -> dict[str, Any]:
        """Return what the provider says of a token (RFC 7662), to the program alone.

        Args:
            token: The token.
            assertion: What the program proves itself with.
        """
        form = {
            "token": token,
            "client_id": APPLICATION,
            "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
            "client_assertion": assertion,
        }
        async with self.connect() as http:
            answer = await http.post(f"{self.issuer}/token/introspection", data=form)
        return dict(answer.json())

    async def revoke(self, token: str) -> int:
        """Take a token and everything granted with it back."""
        form = {"token": token, "client_id": self.endpoints.client_id}
        async with self.connect() as http:
            return (await http.post(f"{self.issuer}/token/revocation", data=form)).status_code


def installed() -> Path:
    """Return the folder with the provider, which npm fills the first time."""
    cache = platformdirs.user_cache_path("webex-wizard-tests")
    folder = cache / f"{PACKAGE}-{VERSION}"
    if (folder / "node_modules").exists():
        return folder
    cache.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=cache) as made:
        options = ("--no-package-lock", "--no-save", "--ignore-scripts", "--no-audit", "--no-fund")
        npm = subprocess.run(
            ["npm", "install", *options, "--prefix", made, f"{PACKAGE}@{VERSION}"],
            cwd=made,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        if npm.returncode:
            reason = f"npm could not install {PACKAGE}: {npm.stderr[-500:]}"
            pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)
        folder.mkdir(exist_ok=True)
        (Path(made) / "node_modules").rename(folder / "node_modules")
    return folder


@contextmanager
def openid_provider(folder: Path, without: str = "") -> Iterator[OpenIdProvider]:
    """Run the provider on a free port.

    Args:
        folder: For what it says on standard error.
        without: A scope that this provider does not know, and so never grants.
    """
    authority = trustme.CA()
    certificate = authority.issue_cert("127.0.0.1")
    trusted = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    authority.configure_trust(trusted)
    told = {
        "folder": str(installed()),
        "key": certificate.private_key_pem.bytes().decode(),
        "certificate": b"".join(pem.bytes() for pem in certificate.cert_chain_pems).decode(),
        "tenant": TENANT,
        "client_id": bundled().entra.client_id,
        "scopes": [s for s in requested(bundled().entra) if not without or without not in s],
        "lifetime": LIFETIME,
        "program": {
            "client_id": APPLICATION,
            "key": public_pem(key()),
            "scope": f"{GRAPH}/.default",
        },
        "account": {"tid": TENANT, "oid": OBJECT_ID, "name": NAME},
    }
    with (
        (folder / "node.err").open("w") as errors,
        subprocess.Popen(
            ["node", str(PROGRAM), json.dumps(told)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        ) as node,
    ):
        assert node.stdout is not None
        line = node.stdout.readline()
        assert line, (folder / "node.err").read_text()
        yield OpenIdProvider(json.loads(line)["port"], trusted)
        assert node.stdin is not None
        node.stdin.close()
        node.wait(10)
