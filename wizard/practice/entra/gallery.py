"""The gallery of applications, as far as practice needs it (reference/graph-entra.md 2.1)."""

import uuid
from typing import Any

from wizard.practice.entra.directory import Directory, ServicePrincipal, new_id

NON_GALLERY = "8adf8e6e-67b2-4cf2-a259-e3dc5476c621"
"""The template of applications that are in no gallery."""

_IDS = uuid.UUID("f3b1d7e6-0a52-4c98-b64f-2e81c5a90d37")

_ENTRIES = (
    ("Cisco Webex", ("saml", "external"), ("sync",)),
    ("Cisco Webex Meetings", ("saml",), ()),
    ("Cisco Webex Contact Center", ("saml",), ()),
    ("Webex Calling for Partners", ("external",), ()),
    ("Practice CRM", ("saml", "password"), ("sync",)),
    ("Practice O'Reilly Library", ("password",), ()),
)


def _template(
    name: str, sign_on: tuple[str, ...], provisioning: tuple[str, ...], identifier: str = ""
) -> dict[str, Any]:
    return {
        "id": identifier or str(uuid.uuid5(_IDS, name)),
        "displayName": name,
        "categories": ["collaboration"],
        "description": f"{name} (practice)",
        "homePageUrl": "https://www.example",
        "logoUrl": "https://www.example/logo.png",
        "publisher": "Practice",
        "supportedProvisioningTypes": list(provisioning),
        "supportedSingleSignOnModes": list(sign_on),
        "isEntraIntegrated": False,
    }


APPLICATION_TEMPLATES = (
    *(_template(*entry) for entry in _ENTRIES),
    _template("Custom", ("saml", "password", "external"), ("sync",), NON_GALLERY),
)

WEBEX_TEMPLATE = str(APPLICATION_TEMPLATES[0]["id"])
"""The template that provisions to Webex."""


def add_application(
    directory: Directory, template_id: str, name: str, created: str
) -> tuple[dict[str, Any], ServicePrincipal]:
    """Add an instance of a template to a tenant, and return its application and principal."""
    shared = {
        "appId": new_id(),
        "applicationTemplateId": template_id,
        "appRoles": [_role("User"), _role("msiam_access")],
        "createdDateTime": created,
        "displayName": name,
        "signInAudience": "AzureADMyOrg",
    }
    application: dict[str, Any] = shared | {
        "id": new_id(),
        "description": None,
        "identifierUris": [],
        "publisherDomain": directory.domain,
        "serviceManagementReference": None,
        "tags": [],
    }
    principal = ServicePrincipal(
        shared
        | {
            "id": new_id(),
            "accountEnabled": True,
            "appDisplayName": name,
            "appOwnerOrganizationId": directory.tenant_id,
            "appRoleAssignmentRequired": True,
            "homepage": "https://www.example",
            "notificationEmailAddresses": [],
            "preferredSingleSignOnMode": None,
            "servicePrincipalNames": [shared["appId"]],
            "servicePrincipalType": "Application",
            "tags": ["WindowsAzureActiveDirectoryIntegratedApp"],
        }
    )
    directory.applications[str(application["id"])] = application
    directory.service_principals[principal.id] = principal
    return application, principal


def _role(name: str) -> dict[str, Any]:
    return {
        "id": new_id(),
        "allowedMemberTypes": ["User"],
        "description": name,
        "displayName": name,
        "isEnabled": True,
        "origin": "Application",
        "value": None,
    }
