"""A program that sets up provisioning with Microsoft's own libraries, as its tutorials write it.

It knows nothing of the practice tenants: its environment leads it there. Only the person who signs
in with the device code is played by us. It prints what it saw as JSON.
"""

import asyncio
import json
import os
import sys
from collections.abc import Awaitable
from datetime import datetime
from typing import Any

from azure.identity import ClientSecretCredential, DefaultAzureCredential, DeviceCodeCredential
from kiota_abstractions.base_request_configuration import RequestConfiguration
from kiota_abstractions.method import Method
from msgraph import GraphServiceClient
from msgraph.generated.application_templates.application_templates_request_builder import (
    ApplicationTemplatesRequestBuilder,
)
from msgraph.generated.application_templates.item.instantiate.instantiate_post_request_body import (
    InstantiatePostRequestBody,
)
from msgraph.generated.models.app_role_assignment import AppRoleAssignment
from msgraph.generated.models.o_data_errors.o_data_error import ODataError
from msgraph.generated.models.synchronization_job import SynchronizationJob
from msgraph.generated.models.synchronization_job_application_parameters import (
    SynchronizationJobApplicationParameters,
)
from msgraph.generated.models.synchronization_job_subject import SynchronizationJobSubject
from msgraph.generated.models.synchronization_secret import SynchronizationSecret
from msgraph.generated.models.synchronization_secret_key_string_value_pair import (
    SynchronizationSecretKeyStringValuePair,
)
from msgraph.generated.service_principals.item.synchronization.jobs.item.provision_on_demand.provision_on_demand_post_request_body import (  # noqa: E501 - Microsoft's name
    ProvisionOnDemandPostRequestBody,
)
from msgraph.generated.service_principals.item.synchronization.jobs.item.validate_credentials.validate_credentials_post_request_body import (  # noqa: E501 - Microsoft's name
    ValidateCredentialsPostRequestBody,
)
from msgraph.generated.service_principals.item.synchronization.secrets.secrets_put_request_body import (  # noqa: E501 - Microsoft's name
    SecretsPutRequestBody,
)
from msgraph.generated.users.users_request_builder import UsersRequestBuilder

from wizard.practice.visitor import approve_device

SECRETS = {
    SynchronizationSecret.BaseAddress: "https://api.ciscospark.com/v1/scim/"
    + os.environ["WEBEX_ORGANIZATION_ID"],
    SynchronizationSecret.SecretToken: os.environ["WEBEX_ACCESS_TOKEN"],
    SynchronizationSecret.SyncAll: "false",
}


def person(address: str, code: str, _until: datetime) -> None:
    approve_device(address, code, "admin@practice.example")


async def signed_in_person() -> dict[str, Any]:
    """Set everything up, and take it back."""
    credential = DeviceCodeCredential(
        client_id=os.environ["AZURE_CLIENT_ID"],
        tenant_id=os.environ["AZURE_TENANT_ID"],
        prompt_callback=person,
    )
    client = GraphServiceClient(credential)
    me = await client.me.get()
    names = ApplicationTemplatesRequestBuilder.ApplicationTemplatesRequestBuilderGetQueryParameters(
        filter="displayName eq 'Cisco Webex'"
    )
    templates = await client.application_templates.get(RequestConfiguration(query_parameters=names))
    (template,) = templates.value
    made = await client.application_templates.by_application_template_id(
        template.id
    ).instantiate.post(InstantiatePostRequestBody(display_name="Cisco Webex"))
    principal = await client.service_principals_with_app_id(made.application.app_id).get()
    seen: dict[str, Any] = {"me": me.user_principal_name, "principal": principal.display_name}
    try:
        seen |= await set_up(client, principal)
    finally:
        await client.applications.by_application_id(made.application.id).delete()
    left = await client.service_principals.get()
    return seen | {"left": len(left.value)}


async def set_up(client: GraphServiceClient, principal: Any) -> dict[str, Any]:
    own = client.service_principals.by_service_principal_id(principal.id)
    wanted = UsersRequestBuilder.UsersRequestBuilderGetQueryParameters(
        search='"displayName:ana"', select=["id", "displayName"], count=True
    )
    eventual = RequestConfiguration(query_parameters=wanted)
    eventual.headers.add("ConsistencyLevel", "eventual")
    (ana,) = (await client.users.get(eventual)).value
    role = next(role for role in principal.app_roles if role.display_name == "User")
    assigned = await own.app_role_assigned_to.post(
        AppRoleAssignment(principal_id=ana.id, resource_id=principal.id, app_role_id=role.id)
    )
    (template,) = (await own.synchronization.templates.get()).value
    job = await own.synchronization.jobs.post(SynchronizationJob(template_id=template.id))
    secrets = [SynchronizationSecretKeyStringValuePair(key=k, value=v) for k, v in SECRETS.items()]
    await own.synchronization.secrets.put(SecretsPutRequestBody(value=secrets))
    this = own.synchronization.jobs.by_synchronization_job_id(job.id)
    await this.validate_credentials.post(
        ValidateCredentialsPostRequestBody(use_saved_credentials=True)
    )
    wrong = SynchronizationSecretKeyStringValuePair(
        key=SynchronizationSecret.SecretToken, value="wrong"
    )
    refused = await refusal(
        this.validate_credentials.post(
            ValidateCredentialsPostRequestBody(credentials=[*secrets[:1], wrong])
        )
    )
    schema = await this.schema.get()
    (rule,) = schema.synchronization_rules
    groups = next(one for one in rule.object_mappings if one.source_object_name == "Group")
    groups.enabled = False
    patched = await refusal(this.schema.patch(schema))
    put = this.schema.to_patch_request_information(schema)
    put.http_method = Method.PUT
    await client.request_adapter.send_no_response_content_async(put, {"XXX": ODataError})
    mappings = (await this.schema.get()).synchronization_rules[0].object_mappings
    functions = await this.schema.functions.get()
    operators = await this.schema.filter_operators.get()
    await this.start.post()
    tried = await this.provision_on_demand.post(
        ProvisionOnDemandPostRequestBody(
            parameters=[
                SynchronizationJobApplicationParameters(
                    rule_id=rule.id,
                    subjects=[SynchronizationJobSubject(object_id=ana.id, object_type_name="User")],
                )
            ]
        )
    )
    status = await this.get()
    await this.pause.post()
    paused = await this.get()
    listed = await own.app_role_assigned_to.get()
    await own.app_role_assigned_to.by_app_role_assignment_id(assigned.id).delete()
    return {
        "assigned": [one.principal_display_name for one in listed.value],
        "refused": refused,
        "patched": patched,
        "groups": next(one.enabled for one in mappings if one.source_object_name == "Group"),
        "functions": len(functions.value),
        "operators": len(operators.value),
        "tried": json.loads(tried.key)["result"],
        "schedule": status.schedule.state.value,
        "status": status.status.code.value,
        "paused": paused.schedule.state.value,
    }


async def refusal(question: Awaitable[Any]) -> str:
    try:
        await question
    except ODataError as error:
        return str(error.error.code)
    return ""


async def by_itself() -> dict[str, Any]:
    """Sign in with what the environment says alone, and page through everybody."""
    client = GraphServiceClient(DefaultAzureCredential())
    wanted = UsersRequestBuilder.UsersRequestBuilderGetQueryParameters(
        top=20, select=["id", "userPrincipalName"]
    )
    page = await client.users.get(RequestConfiguration(query_parameters=wanted))
    found = list(page.value)
    while page.odata_next_link:
        page = await client.users.with_url(page.odata_next_link).get()
        found += page.value
    unknown = UsersRequestBuilder.UsersRequestBuilderGetQueryParameters(select=["shoeSize"])
    return {
        "people": len({one.id for one in found}),
        "unknown": await refusal(client.users.get(RequestConfiguration(query_parameters=unknown))),
        "me without a person": await refusal(client.me.get()),
    }


async def by_address(graph: str, authority: str) -> dict[str, Any]:
    """Go to the addresses themselves, without the proxy, as Microsoft documents it."""
    credential = ClientSecretCredential(
        os.environ["AZURE_TENANT_ID"],
        os.environ["AZURE_CLIENT_ID"],
        os.environ["AZURE_CLIENT_SECRET"],
        authority=authority,
        disable_instance_discovery=True,
    )
    client = GraphServiceClient(credential)
    client.request_adapter.base_url = graph
    return {"organization": (await client.organization.get()).value[0].display_name}


async def main() -> None:
    seen = await signed_in_person() | await by_itself()
    for name in ("HTTPS_PROXY", "NO_PROXY"):
        del os.environ[name]
    json.dump(seen | await by_address(*sys.argv[1:]), sys.stdout)


if __name__ == "__main__":
    asyncio.run(main())
