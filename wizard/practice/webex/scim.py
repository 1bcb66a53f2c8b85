"""The SCIM facade of the practice tenant (reference/webex.md 4), served by scim2-server."""

import json
import uuid
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
from scim2_server.routing import Operation, Target
from scim2_server.service import ScimService
from scim2_server.testserver.application import BEARER_TOKEN_SCHEME
from scim2_server.utils import (
    load_default_resource_types,
    load_default_schemas,
    load_default_service_provider_config,
    parametrize,
)

from wizard.practice.faults import Faults
from wizard.practice.messages import Answer, Request
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

_READS = frozenset({Operation.query, Operation.search, Operation.search_with_body})
_ORGANIZATION_FAULT = frozenset({"wrong-organization"})


class WebexStorage(InMemoryStorage):
    """Resources in memory, with ids in the form Webex gives them."""

    def generate_id(self, resource_type: ResourceType, resource: Resource[Any]) -> str:
        """Return a uuid with dashes."""
        return str(uuid.uuid4())


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
    """

    def __init__(self, base_url: str, prefix: str, tokens: IssuedTokens, faults: Faults) -> None:
        self._base_url, self._prefix = base_url, prefix
        self._faults = faults
        self._tokens = tokens
        provider = _provider()
        self._applications = {
            organization_id: OrganizationApplication(organization_id, provider, tokens)
            for organization_id in (ORGANIZATION_ID, OTHER_ORGANIZATION_ID)
        }
        _seed(self._applications[ORGANIZATION_ID].users, provider)

    def answer(self, request: Request) -> Answer:
        """Answer a request below `/v1/scim/{organization id}`."""
        if self._faults.take("scim", request.method, _ORGANIZATION_FAULT):
            return problem(request, 403, "The token belongs to another organization.", "scim")
        organization_id, slash, rest = request.path.removeprefix(self._prefix).partition("/")
        application = self._applications.get(organization_id.lower())
        if application is None:
            if self._tokens.accepted(request.bearer) is None:
                return problem(request, 401, UNAUTHORIZED, "scim")
            return problem(request, 404, "There is no such organization.", "scim")
        response = application.serve(
            ScimRequest(
                method=request.method,
                base_url=f"{self._base_url}{self._prefix}{organization_id}",
                path=slash + rest,
                query=request.query,
                headers=request.headers,
                body=request.body,
            )
        )
        body = b"" if response.body is None else json.dumps(response.body).encode()
        return Answer(int(response.status), body, dict(response.headers))


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
    kind = next(kind for kind in provider.resource_types if kind.name == "User")
    # The provider types its models as anything with a schema; that of User is a resource.
    model = cast("type[Resource[Any]]", provider.model_for(kind))
    users = [model.model_validate(scim_user(person)) for person in people()]
    now = storage.clock()
    for user in users:
        user.meta = Meta(
            resource_type=kind.name, created=now, last_modified=now, version=storage.next_version()
        )
    storage.resources = users


def _bearer(request: ScimRequest) -> str:
    scheme, _, token = (request.header("authorization") or "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""
