"""scim2-server that accepts the tokens of another server, behind an organization path."""

from collections.abc import Callable
from typing import Any

from scim2_models import ScimProvider
from scim2_server.memory import InMemoryStorage
from scim2_server.testserver.application import BEARER_TOKEN_SCHEME, BearerTokenApplication
from scim2_server.utils import (
    load_default_resource_types,
    load_default_schemas,
    load_default_service_provider_config,
)

Application = Callable[[dict[str, Any], Any], Any]


class _Tokens:
    """A set of tokens that asks whether one is in it."""

    def __init__(self, is_good: Callable[[str], bool]) -> None:
        self._is_good = is_good

    def __contains__(self, token: str) -> bool:
        return self._is_good(token)


def scim_application(is_good: Callable[[str], bool]) -> Application:
    """Return scim2-server, which asks `is_good` about every token."""
    config = load_default_service_provider_config()
    config.authentication_schemes = [BEARER_TOKEN_SCHEME]
    provider = ScimProvider.from_discovery(
        load_default_schemas().values(), load_default_resource_types().values(), config=config
    )
    application = BearerTokenApplication(InMemoryStorage(), provider)
    application.bearer_tokens = _Tokens(is_good)  # type: ignore[assignment]  # is only looked into
    answer: Application = application
    return answer


def behind(organization_id: str, scim: Application, otherwise: Application) -> Application:
    """Return an application that is SCIM below the organization, and something else elsewhere."""
    prefix = f"/v1/scim/{organization_id}"

    def application(environ: dict[str, Any], start_response: Any) -> Any:
        path = environ["PATH_INFO"]
        if not path.startswith(prefix):
            return otherwise(environ, start_response)
        environ["SCRIPT_NAME"], environ["PATH_INFO"] = prefix, path.removeprefix(prefix)
        return scim(environ, start_response)

    return application
