"""The synchronization template of the gallery's Cisco Webex: directories and default mappings.

Nobody outside publishes the real one (reference/graph-entra.md 1 and 10). This one has the six
mappings of the tutorial, the groups, and more metadata and attributes than anybody documents, as
real templates have: a program must read it and keep what it does not know.
"""

import json
from collections.abc import Iterable
from functools import cache
from typing import Any, cast

from wizard.practice.entra.expressions import parse_source

TEMPLATE_ID = "practiceWebex"
"""Not a name to guess: programs must discover it."""

TARGET_USER = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
TARGET_GROUP = "urn:ietf:params:scim:schemas:core:2.0:Group"

_SOURCE_ATTRIBUTES = (
    "objectId accountEnabled:Boolean appRoleAssignments* city companyName country department "
    "dirSyncEnabled:Boolean displayName employeeHireDate:DateTime employeeId employeeType "
    "facsimileTelephoneNumber givenName immutableId IsSoftDeleted:Boolean jobTitle mail "
    "mailNickname manager:Reference mobile onPremisesSecurityIdentifier "
    "originalUserPrincipalName otherMails* physicalDeliveryOfficeName postalCode "
    "preferredLanguage proxyAddresses* sipProxyAddress state streetAddress surname "
    "telephoneNumber usageLocation userPrincipalName userType "
    + " ".join(f"extensionAttribute{number}" for number in range(1, 16))
)
_SOURCE_GROUP_ATTRIBUTES = (
    "objectId description displayName IsSoftDeleted:Boolean mail mailEnabled:Boolean "
    "mailNickname members:Reference* securityEnabled:Boolean"
)
_TARGET_ATTRIBUTES = (
    "id userName! active:Boolean displayName externalId title preferredLanguage timezone nickName "
    'name.givenName name.familyName name.formatted emails[type+eq+"work"].value '
    'phoneNumbers[type+eq+"work"].value phoneNumbers[type+eq+"mobile"].value '
    'addresses[type+eq+"work"].streetAddress addresses[type+eq+"work"].locality '
    'addresses[type+eq+"work"].postalCode addresses[type+eq+"work"].country '
    f"{TARGET_USER}:department {TARGET_USER}:employeeNumber {TARGET_USER}:organization"
)
_TARGET_GROUP_ATTRIBUTES = "id displayName! externalId members:Reference*"

_USER_MAPPINGS = {
    "userName": "[userPrincipalName]",
    "active": 'Switch([IsSoftDeleted], , "False", "True", "True", "False")',
    "displayName": "[displayName]",
    "name.givenName": "[givenName]",
    "name.familyName": "[surname]",
    "externalId": "[objectId]",
}
_GROUP_MAPPINGS = {
    "displayName": "[displayName]",
    "externalId": "[objectId]",
    "members": "[members]",
}
_OBJECT_METADATA = {
    "OriginalJoiningProperty": "",
    "Disposition": '"Normal"',
    "EscrowBehavior": '"Default"',
    "IsCustomerDefined": "false",
    "DisableMonitoringForChanges": "false",
    "ExcludeFromReporting": "false",
    "Unsynchronized": "false",
}
_TEMPLATE_METADATA = (
    ("galleryApplicationIdentifier", "practice-cisco-webex"),
    ("galleryApplicationKey", "practiceciscowebex"),
    ("isSynchronizationInPreview", "false"),
    ("isOAuthEnabled", "false"),
    ("AzureIngestionAttributeOptimization", "False"),
    ("AzureIngestionAttributeOptimization", "False"),
    (
        "configurationFields",
        json.dumps([{"name": "baseaddress"}, {"name": "secrettoken", "secret": True}]),
    ),
)


def template(application_id: str, changes: Iterable[str] = ()) -> dict[str, Any]:
    """Return the template as Graph shows it below a service principal.

    Args:
        application_id: The `appId` of the application.
        changes: What Microsoft has changed in it since, by the names of the faults.
    """
    found = _template(application_id)
    for change in changes:
        _CHANGES[change](found)
    return found


def _template(application_id: str) -> dict[str, Any]:
    return {
        "id": TEMPLATE_ID,
        "applicationId": application_id,
        "default": True,
        "description": "Provisions people and groups to Cisco Webex (practice)",
        "discoverable": True,
        "factoryTag": "practiceWebexFactory",
        "metadata": [{"key": key, "value": value} for key, value in _TEMPLATE_METADATA],
        "schema": default_schema(),
    }


def _row_more(found: dict[str, Any]) -> None:
    _rows_of_people(found).append(_attribute_mapping("title", "[jobTitle]"))


def _other_default(found: dict[str, Any]) -> None:
    rows = _rows_of_people(found)
    row = next(row for row in rows if row["targetAttributeName"] == "displayName")
    row["source"] = parse_source('Join(" ", [givenName], [surname])')


def _client_credentials(found: dict[str, Any]) -> None:
    names = ("baseaddress", "clientid", "tokenendpoint")
    fields = [*({"name": name} for name in names), {"name": "clientsecret", "secret": True}]
    told = {"configurationFields": json.dumps(fields), "isOAuthEnabled": "true"}
    for entry in found["metadata"]:
        entry["value"] = told.get(entry["key"], entry["value"])


def _rows_of_people(found: dict[str, Any]) -> list[dict[str, Any]]:
    mappings = found["schema"]["synchronizationRules"][0]["objectMappings"]
    people = next(each for each in mappings if each["sourceObjectName"] == "User")
    rows: list[dict[str, Any]] = people["attributeMappings"]
    return rows


_CHANGES = {
    "template-row": _row_more,
    "template-default": _other_default,
    "template-credentials": _client_credentials,
}


def default_schema() -> dict[str, Any]:
    """Return a new copy of the default schema."""
    return cast("dict[str, Any]", json.loads(_schema()))


@cache
def _schema() -> str:
    schema = {
        "id": f"{TEMPLATE_ID}.schema",
        "version": "Date:2026-01-05T08:00:00.0000000Z, Tick:1",
        "provisioningTaskIdentifier": TEMPLATE_ID,
        "synchronizationRules": [_rule()],
        "directories": [
            _directory(
                "66e4a8cc-1b7b-435e-95f8-f06cea133828",
                "Azure Active Directory",
                read_only=True,
                objects={"Group": _SOURCE_GROUP_ATTRIBUTES, "User": _SOURCE_ATTRIBUTES},
            ),
            _directory(
                "8ffa6169-f354-4751-9b77-9c00765be92d",
                TEMPLATE_ID,
                read_only=False,
                objects={TARGET_GROUP: _TARGET_GROUP_ATTRIBUTES, TARGET_USER: _TARGET_ATTRIBUTES},
            ),
        ],
    }
    return json.dumps(schema)


def _rule() -> dict[str, Any]:
    return {
        "id": "0b7d0e55-94c2-4d1f-8a60-3f5c2be8a917",
        "name": "USERGROUP_OUTBOUND_USERGROUP",
        "editable": True,
        "priority": 1,
        "sourceDirectoryName": "Azure Active Directory",
        "targetDirectoryName": TEMPLATE_ID,
        "containerFilter": None,
        "groupFilter": None,
        "metadata": [
            {"key": "defaultSourceObjectMappings", "value": "[]"},
            {"key": "supportsProvisionOnDemand", "value": "true"},
            {"key": "practiceOnly", "value": "a name that no description knows"},
        ],
        # The groups first: programs must look for the people, not count.
        "objectMappings": [
            _object_mapping(
                "Provision Azure Active Directory Groups", "Group", TARGET_GROUP, _GROUP_MAPPINGS
            ),
            _object_mapping(
                "Provision Azure Active Directory Users", "User", TARGET_USER, _USER_MAPPINGS
            ),
        ],
    }


def _object_mapping(
    name: str, source: str, target: str, mappings: dict[str, str]
) -> dict[str, Any]:
    joining = next(iter(mappings))
    metadata = _OBJECT_METADATA | {"OriginalJoiningProperty": joining}
    return {
        "enabled": True,
        # With blanks, as some templates have it.
        "flowTypes": "Add, Update, Delete",
        "name": name,
        "sourceObjectName": source,
        "targetObjectName": target,
        "scope": None,
        "attributeMappings": [
            _attribute_mapping(attribute, expression, matching=attribute == joining)
            for attribute, expression in mappings.items()
        ],
        "metadata": [{"key": key, "value": value} for key, value in metadata.items()],
    }


def _attribute_mapping(
    attribute: str, expression: str, *, matching: bool = False
) -> dict[str, Any]:
    return {
        "defaultValue": None,
        "exportMissingReferences": False,
        "flowBehavior": "FlowWhenChanged",
        "flowType": "Always",
        "matchingPriority": 1 if matching else 0,
        "targetAttributeName": attribute,
        "source": parse_source(expression),
    }


def _directory(
    identifier: str, name: str, *, read_only: bool, objects: dict[str, str]
) -> dict[str, Any]:
    return {
        "id": identifier,
        "name": name,
        "readOnly": read_only,
        "discoverabilities": "None",
        "discoveryDateTime": None,
        "version": None,
        "objects": [
            {
                "name": kind,
                "supportedApis": [],
                "metadata": [],
                "attributes": [_attribute(text) for text in attributes.split()],
            }
            for kind, attributes in objects.items()
        ],
    }


def _attribute(text: str) -> dict[str, Any]:
    """Return the definition of `name`, with `:Type`, `*` for many values and `!` for required."""
    name = text.rstrip("*!").replace("+", " ")
    stem, _, kind = name.rpartition(":")
    typed = kind in {"Boolean", "DateTime", "Reference"}
    return {
        "name": stem if typed else name,
        "type": kind if typed else "String",
        "anchor": name in {"id", "objectId"},
        "caseExact": False,
        "defaultValue": None,
        "flowNullValues": False,
        "multivalued": text.endswith("*"),
        "mutability": "ReadWrite",
        "required": text.endswith("!"),
        "apiExpressions": [],
        "metadata": [],
        "referencedObjects": [],
    }
