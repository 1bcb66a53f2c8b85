"""The secrets of a job, and whether Webex takes them (reference/graph-entra.md 2.7 and 8.3)."""

import json
from collections.abc import Mapping
from typing import Any

from wizard.practice.entra.call import (
    READ_SYNCHRONIZATION,
    WRITE_SYNCHRONIZATION,
    Call,
    Refused,
    Route,
    of_syncfabric,
)
from wizard.practice.entra.collection import collection
from wizard.practice.entra.records import audit
from wizard.practice.entra.shapes import SECRETS
from wizard.practice.messages import Answer

_HIDDEN = "*"
"""What is shown in place of a secret."""

SECRET = frozenset(
    [
        "AppKey",
        "ClientSecret",
        "ConnectionString",
        "ConsumerSecret",
        "Oauth2AccessToken",
        "Oauth2AuthorizationCode",
        "Oauth2ClientSecret",
        "Oauth2RefreshToken",
        "Password",
        "SecretToken",
        "TokenKey",
    ]
)
_OPEN = frozenset(
    [
        "ApplicationTemplateIdentifier",
        "AuthenticationType",
        "BaseAddress",
        "ClientIdentifier",
        "CompanyId",
        "ConsumerKey",
        "Domain",
        "EnforceDomain",
        "HardDeletesEnabled",
        "InstanceName",
        "Oauth2AccessTokenCreationTime",
        "Oauth2AuthorizationUri",
        "Oauth2ClientId",
        "Oauth2RedirectUri",
        "Oauth2TokenExchangeUri",
        "PerformInboundEntitlementGrants",
        "Sandbox",
        "SandboxName",
        "Server",
        "SingleSignOnType",
        "SkipOutOfScopeDeletions",
        "SyncAgentADContainer",
        "SyncAgentCompatibilityKey",
        "SyncAll",
        "SyncNotificationSettings",
        "SynchronizationSchedule",
        "SystemOfRecord",
        "TestReferences",
        "TokenExpiration",
        "UpdateKeyOnSoftDelete",
        "Url",
        "UserName",
        "ValidateDomain",
    ]
)
"""The keys that Graph knows, save `None`."""

_BOOLEANS = frozenset({"true", "false", ""})
_SETTINGS = {
    "Enabled": bool,
    "Recipients": str,
    "DeleteThresholdEnabled": bool,
    "DeleteThresholdValue": int,
    "HumanResourcesLookaheadQueryEnabled": bool,
}


def _list(call: Call) -> Answer:
    secrets = call.service_principal().secrets
    shown = [
        {"key": key, "value": _HIDDEN if key in SECRET else value} for key, value in secrets.items()
    ]
    return collection(call, shown, SECRETS)


def _replace(call: Call) -> Answer:
    """Keep what was sent, and nothing of what was there before."""
    principal = call.service_principal()
    given = _pairs(call.body().get("value"))
    for key, value in given.items():
        if key not in SECRET | _OPEN:
            raise of_syncfabric(400, "InvalidSecretKey", f"The secret {key[:40]} is not known.")
        if key == "SyncNotificationSettings" and value:
            _check_settings(value)
        if key in {"SyncAll", "SkipOutOfScopeDeletions"} and value.casefold() not in _BOOLEANS:
            raise of_syncfabric(400, "InvalidSecretValue", f"The secret {key} is true or false.")
    principal.secrets = {key: value for key, value in given.items() if value}
    activity = "Update provisioning setting or credentials"
    audit(call.directory, call.caller, activity, principal, call.services.clock.now())
    return Answer(204)


def _pairs(value: Any) -> dict[str, str]:
    if not isinstance(value, list):
        raise of_syncfabric(400, "InvalidRequest", "The list of secrets is missing.")
    found: dict[str, str] = {}
    for pair in value:
        key = pair.get("key") if isinstance(pair, dict) else None
        text = pair.get("value") if isinstance(pair, dict) else None
        if not isinstance(key, str) or not isinstance(text, str | None):
            raise of_syncfabric(400, "InvalidRequest", "A secret has a key and a text as value.")
        found[key] = text or ""
    return found


def _check_settings(text: str) -> None:
    try:
        settings = json.loads(text)
    except ValueError:
        settings = None
    good = isinstance(settings, dict) and all(
        name in _SETTINGS and type(value) is _SETTINGS[name] for name, value in settings.items()
    )
    if not good or (settings.get("Enabled") and not settings.get("Recipients")):
        raise of_syncfabric(
            400, "InvalidNotificationSettings", "The notification settings cannot be used."
        )


def _validate(call: Call) -> Answer:
    principal, asked = call.service_principal(), call.body()
    if "job" in call.parameters:
        call.job()
    secrets: Mapping[str, str] = principal.secrets
    if not asked.get("useSavedCredentials"):
        secrets = _pairs(asked.get("credentials"))
    trouble, delay = call.services.webex.trouble_with(secrets)
    if trouble is not None:
        raise Refused(400, trouble.code, trouble.message)
    return Answer(204, delay=delay)


_BASE = "/servicePrincipals/{service_principal}/synchronization"

ROUTES = (
    Route("GET", f"{_BASE}/secrets", "synchronization", READ_SYNCHRONIZATION, _list),
    Route("PUT", f"{_BASE}/secrets", "synchronization", WRITE_SYNCHRONIZATION, _replace),
    Route(
        "POST",
        f"{_BASE}/jobs/validateCredentials",
        "synchronization",
        WRITE_SYNCHRONIZATION,
        _validate,
    ),
    Route(
        "POST",
        f"{_BASE}/jobs/{{job}}/validateCredentials",
        "synchronization",
        WRITE_SYNCHRONIZATION,
        _validate,
    ),
)
"""Secrets, and the test of them."""
