"""The SCIM facade of the practice tenant (reference/webex.md 4), served by scim2-server."""

import json
import uuid
from collections.abc import Iterable
from dataclasses import replace
from functools import cache
from typing import Any, Union, cast

from scim2_models import (
    ForbiddenException,
    ListResponse,
    Meta,
    PatchOp,
    Resource,
    ResourceType,
    ResponseParameters,
    ScimProvider,
    SearchRequest,
    UnauthorizedException,
)
from scim2_server.applications.wsgi import WSGIApplication
from scim2_server.memory import InMemoryStorage
from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse
from scim2_server.routing import Operation, Target
from scim2_server.service import ScimService
from scim2_server.storage import SearchPage
from scim2_server.testserver.application import BEARER_TOKEN_SCHEME
from scim2_server.utils import (
    load_default_resource_types,
    load_default_schemas,
    load_default_service_provider_config,
    parametrize,
)

from wizard.practice.faults import LISTING, Fault, Faults
from wizard.practice.messages import Answer, Request, json_answer
from wizard.practice.people import people, scim_user
from wizard.practice.problems import UNAUTHORIZED, problem
from wizard.practice.webex.accounts import (
    ORGANIZATION_ID,
    OTHER_ORGANIZATION_ID,
    READERS,
    WRITERS,
    account_by_number,
)
from wizard.practice.webex.tokens import IssuedTokens

MAX_RESULTS = 100
"""Resources in one page, as Webex's own default (reference/webex.md 4.3)."""

_MEMBERS = 500
"""Members of a group that come at once, whatever is asked for (reference/webex.md 4.3)."""

_Form = tuple[str, str, str, str]
"""Where a resource is shown, what was asked of it, and its identity."""

_SHOWN = 5_000
"""Resources that are kept as they were shown."""

_READS = frozenset({Operation.query, Operation.search, Operation.search_with_body})
_ORGANIZATION_FAULT = frozenset({"wrong-organization"})


class WebexStorage(InMemoryStorage):
    """Resources in memory, with ids in the form Webex gives them."""

    def generate_id(self, resource_type: ResourceType, resource: Resource[Any]) -> str:
        """Return a uuid with dashes."""
        return str(uuid.uuid4())

    def next_version(self) -> str:
        """Return the version of a write, which no write of any storage shares."""
        return f'W/"{uuid.uuid4()}"'


class AdministratorService(ScimService):
    """The SCIM protocol, for administrators only."""

    def __init__(self, provider: ScimProvider) -> None:
        super().__init__(provider)
        # pydantic forgets a parametrized model that nobody holds, and builds it anew from its
        # source text: at each request, at ten times the request's price.
        models = self.get_models()
        self._held: list[object] = [
            parametrize(ListResponse, Union[tuple(models)])  # noqa: UP007 - asked for in this form
        ]
        for model in models:
            self._held += [
                parametrize(SearchRequest, model),
                parametrize(ResponseParameters, model),
                parametrize(PatchOp, model),
            ]

    def authorize(self, request: ScimRequest, target: Target, resource_type: ResourceType) -> None:
        """Refuse an account whose roles do not cover the operation (reference/webex.md 4.1)."""
        allowed = READERS if target.operation in _READS else WRITERS
        if not allowed & set(request.subject):
            raise ForbiddenException(detail="The account's role does not allow this operation.")

    def search_response(
        self,
        base_url: str,
        resource_types: list[ResourceType],
        page: SearchPage,
        search_request: SearchRequest[Any],
    ) -> ScimResponse:
        """Return a page of what was found; what was shown in this form before is not made anew."""
        form = base_url, repr((search_request.attributes, search_request.excluded_attributes))
        keys: list[_Form] = [(*form, *_identity(each)) for each in page.resources]
        known = {key: body for key in keys if (body := _shown().get(key))}
        made = [each for key, each in zip(keys, page.resources, strict=True) if key not in known]
        new = replace(page, resources=made)
        response = super().search_response(base_url, resource_types, new, search_request)
        page_body = cast("dict[str, Any]", response.body)
        new_keys = [key for key in keys if key not in known]
        known |= zip(new_keys, page_body.get("Resources", ()), strict=True)
        if keys:
            page_body |= {"Resources": [known[key] for key in keys], "itemsPerPage": len(keys)}
        if len(_shown()) > _SHOWN:
            _shown().clear()
        _shown().update(known)
        return response


class OrganizationApplication(WSGIApplication):
    """The users of one organization, for tokens of that organization."""

    def __init__(self, organization_id: str, provider: ScimProvider, tokens: IssuedTokens) -> None:
        self.users = WebexStorage()
        super().__init__(self.users, provider, _service())
        self._organization_id = organization_id
        self._tokens = tokens

    def check_auth(self, request: ScimRequest) -> None:
        """Refuse a token that is not alive, of another organization, or without the scope."""
        grant = self._tokens.accepted(_bearer(request))
        if grant is None or account_by_number(grant.account) is None:
            raise UnauthorizedException(detail=UNAUTHORIZED)
        if grant.organization_id != self._organization_id:
            raise ForbiddenException(detail="The token belongs to another organization.")
        if "Identity:SCIM" not in grant.scopes:
            raise ForbiddenException(detail="The token lacks the scope Identity:SCIM.")

    def get_subject(self, request: ScimRequest) -> tuple[str, ...]:
        """Return the roles of the account."""
        grant = self._tokens.accepted(_bearer(request))
        account = grant and account_by_number(grant.account)
        return account.roles if account else ()


class Scim:
    """The SCIM services of all organizations; one of them has the seeded people.

    Args:
        base_url: Scheme, host and port, without a slash at the end.
        prefix: What stands before the organization id.
        tokens: The tokens that are accepted.
        faults: The faults in force.
        kept: What an earlier practice left there, as SCIM; None where there was none.
    """

    def __init__(
        self,
        base_url: str,
        prefix: str,
        tokens: IssuedTokens,
        faults: Faults,
        kept: list[dict[str, Any]] | None = None,
    ) -> None:
        self._base_url, self._prefix = base_url, prefix
        self._faults = faults
        self._tokens = tokens
        provider = _provider()
        self._applications = {
            organization_id: OrganizationApplication(organization_id, provider, tokens)
            for organization_id in (ORGANIZATION_ID, OTHER_ORGANIZATION_ID)
        }
        storage = self._applications[ORGANIZATION_ID].users
        if kept is None or not _restore(storage, kept, provider):
            _seed(storage, provider)

    def facade(self, request: Request) -> Answer:
        """Answer a request below `/v1/scim/{organization id}`."""
        organization_id, slash, rest = request.path.removeprefix(self._prefix).partition("/")
        base = f"{self._prefix}{organization_id}"
        return self._at("scim", request, organization_id, base, slash + rest)

    def v2(self, request: Request) -> Answer:
        """Answer a request below `/identity/scim/{organization id}/v2`.

        Whether the token of provisioning may read there is not known (reference/webex.md 9): here
        it may, and the fault `scim-v2:403` is a service that refuses it.
        """
        before, _, after = request.path.partition("/v2")
        organization_id = before.rpartition("/")[2]
        group, _, members = after.rpartition("/")
        is_of_members = members == "Members" and request.method == "GET"
        path = group if is_of_members else after
        answer = self._at("scim-v2", request, organization_id, f"{before}/v2", path)
        if answer.status != 200 or not path.startswith("/Groups"):
            return answer
        content = json.loads(answer.body)
        if is_of_members:
            content = _members_page(content, request.query)
        for each in content.get("Resources", ()):
            _cut_members(each, shown=request.query.get("includeMembers") == "true")
        answer.body = json.dumps(content).encode()
        return answer

    def control(self, request: Request) -> Answer:
        """Answer what a test asks for: everybody in Webex, and further ones as SCIM users."""
        storage = self._applications[ORGANIZATION_ID].users
        if request.method == "POST":
            users = json.loads(request.body)["users"]
            storage.resources = [*storage.resources, *_stored(storage, users, _provider())]
        found: dict[str, list[Any]] = {"User": [], "Group": []}
        for resource in self.resources():
            found[resource["meta"]["resourceType"]].append(resource)
        return json_answer({"users": found["User"], "groups": found["Group"]})

    def resources(self) -> list[dict[str, Any]]:
        """Return everybody and every group of the practice organization, as SCIM."""
        stored = self._applications[ORGANIZATION_ID].users.resources
        return [resource.model_dump(mode="json") for resource in stored]

    def _at(
        self, where: str, request: Request, organization_id: str, base: str, path: str
    ) -> Answer:
        if self._faults.take(where, request.method, _ORGANIZATION_FAULT):
            return problem(request, 403, "The token belongs to another organization.", "scim")
        whole = request.method == "GET" and path in {"/Users", "/Groups"}
        lists = whole and "filter" not in request.query
        fault = self._faults.take(where, "GET", LISTING) if lists else None
        if fault is None:
            return self._served(request, request.query, organization_id, base, path)
        if fault.fault == "no-listing":
            return problem(request, 403, "Nobody is listed without a filter.", "scim")
        query = request.query | _misread(fault)
        answer = self._served(request, query, organization_id, base, path)
        return _mistold(fault, request, answer) if answer.status == 200 else answer

    def _served(
        self,
        request: Request,
        query: dict[str, str],
        organization_id: str,
        base: str,
        path: str,
    ) -> Answer:
        application = self._applications.get(organization_id.lower())
        if application is None:
            if self._tokens.accepted(request.bearer) is None:
                return problem(request, 401, UNAUTHORIZED, "scim")
            return problem(request, 404, "There is no such organization.", "scim")
        response = application.serve(
            ScimRequest(
                method=request.method,
                base_url=f"{self._base_url}{base}",
                path=path,
                query=query,
                headers=request.headers,
                body=request.body,
            )
        )
        body = b"" if response.body is None else json.dumps(response.body).encode()
        return Answer(int(response.status), body, dict(response.headers))


def _cut_members(group: dict[str, Any], *, shown: bool) -> None:
    members = group.pop("members", None)
    if shown and members:
        group["members"] = members[:_MEMBERS]


def _members_page(group: dict[str, Any], query: dict[str, str]) -> dict[str, Any]:
    """Return some members of a group (Webex, "Get Group Members")."""
    members = group.get("members") or []
    start = int(query.get("startIndex", 1))
    shown = members[start - 1 :][: min(int(query.get("count", _MEMBERS)), _MEMBERS)]
    return {
        "schemas": ["urn:scim:schemas:extension:cisco:webexidentity:2.0:GroupMembers"],
        "displayName": group.get("displayName"),
        "memberSize": len(members),
        "startIndex": start,
        "itemsPerPage": len(shown),
        "members": [{"value": each["value"], "type": "user"} for each in shown],
    }


def _misread(fault: Fault) -> dict[str, str]:
    """Return the options of a listing that are taken for other ones."""
    count = {} if fault.amount is None else {"count": str(round(fault.amount))}
    if fault.fault == "repeats-page":
        return {"startIndex": "1"} | count
    if fault.fault == "ignores-count":
        return count or {"count": str(MAX_RESULTS)}
    return {}


def _mistold(fault: Fault, request: Request, answer: Answer) -> Answer:
    """Return a page that says of itself what is not so."""
    page = json.loads(answer.body)
    if fault.fault == "total-lies":
        said = page["totalResults"] + 1 if fault.amount is None else round(fault.amount)
        page["totalResults"] = said
    if fault.fault == "repeats-page" and "startIndex" in request.query:
        page["startIndex"] = int(request.query["startIndex"])
    answer.body = json.dumps(page).encode()
    return answer


@cache
def _shown() -> dict[_Form, dict[str, Any]]:
    """Return resources as they were shown, by the form that was asked for and their identity."""
    return {}


@cache
def _service() -> AdministratorService:
    return AdministratorService(_provider())


@cache
def _provider() -> ScimProvider:
    config = load_default_service_provider_config()
    config.authentication_schemes = [BEARER_TOKEN_SCHEME]
    if config.filter is not None:
        config.filter.max_results = MAX_RESULTS
    return ScimProvider.from_discovery(
        load_default_schemas().values(), load_default_resource_types().values(), config=config
    )


def _seed(storage: WebexStorage, provider: ScimProvider) -> None:
    storage.resources = _stored(storage, map(scim_user, people()), provider)


def _stored(
    storage: WebexStorage, users: Iterable[dict[str, Any]], provider: ScimProvider
) -> list[Resource[Any]]:
    """Return SCIM users as they are kept; one without an id gets it."""
    kind = next(kind for kind in provider.resource_types if kind.name == "User")
    # The provider types its models as anything with a schema; that of User is a resource.
    model = cast("type[Resource[Any]]", provider.model_for(kind))
    kept = [model.model_validate({"id": str(uuid.uuid4())} | user) for user in users]
    now = storage.clock()
    for user in kept:
        user.meta = Meta(
            resource_type=kind.name, created=now, last_modified=now, version=storage.next_version()
        )
    return kept


def _restore(storage: WebexStorage, kept: list[dict[str, Any]], provider: ScimProvider) -> bool:
    """Let a storage hold what was kept; tell whether it could be understood."""
    try:
        storage.resources = [_restored(storage, each, provider) for each in kept]
    except (LookupError, TypeError, ValueError):
        return False
    return True


def _restored(storage: WebexStorage, kept: dict[str, Any], provider: ScimProvider) -> Resource[Any]:
    """Return a resource as it was when it was kept, but for its version, which none shares."""
    name = kept["meta"]["resourceType"]
    kind = {kind.name: kind for kind in provider.resource_types}[name]
    model = cast("type[Resource[Any]]", provider.model_for(kind))
    meta = kept["meta"] | {"version": storage.next_version()}
    return model.model_validate(kept | {"meta": meta})


def _identity(resource: Resource[Any]) -> tuple[str, str]:
    """Return what no other content of any resource has."""
    version = resource.meta.version if resource.meta else None
    return str(resource.id), str(version)


def _bearer(request: ScimRequest) -> str:
    scheme, _, token = (request.header("authorization") or "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""
