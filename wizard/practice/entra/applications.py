"""Applications and service principals of Graph (reference/graph-entra.md 2.1, 2.2, 2.3 and 2.4)."""

from typing import Any

from wizard.practice.entra.call import (
    ANYBODY,
    READ_APPLICATIONS,
    WRITE_APPLICATIONS,
    Call,
    Route,
    bad_request,
    not_found,
)
from wizard.practice.entra.clock import stamp
from wizard.practice.entra.collection import collection, one
from wizard.practice.entra.directory import ServicePrincipal
from wizard.practice.entra.gallery import APPLICATION_TEMPLATES, add_application
from wizard.practice.entra.replication import listed
from wizard.practice.entra.shapes import APPLICATIONS, GALLERY, PRINCIPALS
from wizard.practice.entra.spelling import alternate
from wizard.practice.messages import Answer, json_answer

_CHANGEABLE = {
    "accountEnabled": bool,
    "appRoleAssignmentRequired": bool,
    "displayName": str,
    "notes": str,
    "notificationEmailAddresses": list,
    "tags": list,
}


def _list_templates(call: Call) -> Answer:
    return collection(call, APPLICATION_TEMPLATES, GALLERY)


def _template_of(call: Call) -> dict[str, Any]:
    key = call.parameters["template"].casefold()
    found = next((template for template in APPLICATION_TEMPLATES if template["id"] == key), None)
    if found is None:
        raise not_found(key)
    return found


def _template(call: Call) -> Answer:
    return one(call, _template_of(call), GALLERY)


def _instantiate(call: Call) -> Answer:
    template = _template_of(call)
    name = call.body().get("displayName")
    if not isinstance(name, str) or not name.strip():
        raise bad_request("The displayName of the application is missing.")
    created = stamp(call.services.clock.now())
    application, principal = add_application(call.directory, template["id"], name, created)
    context = f"{call.context}#microsoft.graph.applicationServicePrincipal"
    content = {"application": application, "servicePrincipal": _shown(call, principal)}
    return json_answer({"@odata.context": context} | content, 201)


def _list_applications(call: Call) -> Answer:
    made = listed(call, "applications", call.directory.applications.values())
    return collection(call, made, APPLICATIONS)


def _application_of(call: Call) -> dict[str, Any]:
    key = call.parameters["application"]
    name, value = alternate(key)
    applications, wanted = call.directory.applications, value.casefold()
    if name == "appId":
        found = next((each for each in applications.values() if each["appId"] == wanted), None)
    else:
        found = None if name else applications.get(wanted)
    if found is None:
        raise not_found(key)
    return found


def _application(call: Call) -> Answer:
    return one(call, _application_of(call), APPLICATIONS)


def _change_application(call: Call) -> Answer:
    _application_of(call).update(_changes(call))
    return Answer(204)


def _delete_application(call: Call) -> Answer:
    application = _application_of(call)
    del call.directory.applications[application["id"]]
    principals = call.directory.service_principals
    for identifier in [i for i, p in principals.items() if _same(p, application)]:
        del principals[identifier]
    return Answer(204)


def _same(principal: ServicePrincipal, application: dict[str, Any]) -> bool:
    return bool(principal.resource["appId"] == application["appId"])


def _shown(call: Call, principal: ServicePrincipal) -> dict[str, Any]:
    """Return a principal as Graph shows it: with the tags of its application as well."""
    applications = call.directory.applications.values()
    tags = [
        tag
        for application in applications
        if _same(principal, application)
        for tag in application["tags"]
    ]
    own = principal.resource["tags"]
    return principal.resource | {"tags": own + [tag for tag in tags if tag not in own]}


def _list_principals(call: Call) -> Answer:
    principals = listed(call, "applications", call.directory.service_principals.values())
    return collection(call, [_shown(call, each) for each in principals], PRINCIPALS)


def _principal(call: Call) -> Answer:
    return one(call, _shown(call, call.service_principal()), PRINCIPALS)


def _change_principal(call: Call) -> Answer:
    call.service_principal().resource.update(_changes(call))
    return Answer(204)


def _delete_principal(call: Call) -> Answer:
    del call.directory.service_principals[call.service_principal().id]
    return Answer(204)


def _changes(call: Call) -> dict[str, Any]:
    changes = {name: value for name, value in call.body().items() if "@odata." not in name}
    for name, value in changes.items():
        if name not in _CHANGEABLE:
            raise bad_request(f"Property '{name[:40]}' is read-only and cannot be set.")
        if not isinstance(value, _CHANGEABLE[name]):
            raise bad_request(f"Invalid value specified for property '{name}'.")
    return changes


ROUTES = (
    Route("GET", "/applicationTemplates", "applications", ANYBODY, _list_templates),
    Route("GET", "/applicationTemplates/{template}", "applications", ANYBODY, _template),
    Route(
        "POST",
        "/applicationTemplates/{template}/instantiate",
        "applications",
        WRITE_APPLICATIONS,
        _instantiate,
    ),
    Route("GET", "/applications", "applications", READ_APPLICATIONS, _list_applications),
    Route("GET", "/applications/{application}", "applications", READ_APPLICATIONS, _application),
    Route(
        "PATCH",
        "/applications/{application}",
        "applications",
        WRITE_APPLICATIONS,
        _change_application,
    ),
    Route(
        "DELETE",
        "/applications/{application}",
        "applications",
        WRITE_APPLICATIONS,
        _delete_application,
    ),
    Route("GET", "/servicePrincipals", "applications", READ_APPLICATIONS, _list_principals),
    Route(
        "GET",
        "/servicePrincipals/{service_principal}",
        "applications",
        READ_APPLICATIONS,
        _principal,
    ),
    Route(
        "PATCH",
        "/servicePrincipals/{service_principal}",
        "applications",
        WRITE_APPLICATIONS,
        _change_principal,
    ),
    Route(
        "DELETE",
        "/servicePrincipals/{service_principal}",
        "applications",
        WRITE_APPLICATIONS,
        _delete_principal,
    ),
)
"""The gallery, and the applications of the tenant."""
