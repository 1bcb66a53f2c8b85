"""How a program that nobody here wrote is pointed at the practice tenants: by its environment.

Every name but one is one that such programs know of already: curl, OpenSSL, requests, httpx,
Node.js, Microsoft's identity libraries, and Webex's SDK. The one tells this program where it is.
"""

from collections.abc import Mapping

from wizard.options import PRACTICE_SHELL

SHELLS = {"posix": "export {}='{}'", "powershell": "$env:{} = '{}'"}
"""How each shell sets a variable."""

_QUOTES = {"posix": "'\\''", "powershell": "''"}
"""How each writes a quotation mark between quotation marks."""


def variables(base_url: str, certificate: str, token: str) -> dict[str, str]:
    """Return the variables and their values.

    Args:
        base_url: Scheme, host and port of the tenants' http port, which is the proxy.
        certificate: The file with the certificate to trust.
        token: A token of the practice Webex.
    """
    # Parents of the tenants read here too, and do without them.
    from wizard.practice.entra.accounts import TENANT_ID
    from wizard.practice.entra.grants import OWN_SECRET
    from wizard.practice.entra.scopes import OWN_CLIENT
    from wizard.practice.webex.accounts import ORGANIZATION_ID

    trusting = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "NODE_EXTRA_CA_CERTS")
    return {
        PRACTICE_SHELL: "1",
        "HTTPS_PROXY": base_url,
        "NO_PROXY": "127.0.0.1,localhost",
        **dict.fromkeys(trusting, certificate),
        "AZURE_TENANT_ID": TENANT_ID,
        "AZURE_CLIENT_ID": OWN_CLIENT,
        "AZURE_CLIENT_SECRET": OWN_SECRET,
        "WEBEX_ACCESS_TOKEN": token,
        "WEBEX_ORGANIZATION_ID": ORGANIZATION_ID,
    }


def snippet(values: Mapping[str, str], shell: str) -> str:
    """Return what sets variables in a shell, one in a line.

    Args:
        values: The variables.
        shell: One of `SHELLS`.
    """
    line, quote = SHELLS[shell], _QUOTES[shell]
    lines = [line.format(name, value.replace("'", quote)) for name, value in values.items()]
    return "\n".join(lines) + "\n"
