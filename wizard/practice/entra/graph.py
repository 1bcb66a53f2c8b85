"""Microsoft Graph v1.0 as the practice tenant answers it: who may ask for what, and where it is."""

import base64
import re
import time
from collections.abc import Iterator
from functools import cache

from wizard.practice.entra import (
    applications,
    assignments,
    credentials,
    jobs,
    logs,
    objects,
    schemas,
)
from wizard.practice.entra.call import GRAPH_PATH, Call, Permission, Refused, Route, Services
from wizard.practice.entra.cycles import bring_up_to_date
from wizard.practice.entra.tokens import Caller, caller_of, claims_of
from wizard.practice.messages import Answer, Request, json_answer
from wizard.practice.problems import graph_error

STEP_UP = '{"access_token":{"acrs":{"essential":true,"value":"c1"}}}'
"""What a token must claim when Graph asks for more (reference/graph-entra.md 7)."""

_UPSTREAM = (
    *objects.ROUTES,
    *applications.ROUTES,
    *assignments.ROUTES,
    *credentials.ROUTES,
    *jobs.ROUTES,
    *schemas.ROUTES,
    *logs.ROUTES,
)


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], Route], ...]:
    return tuple(
        (re.compile(re.sub(r"\\{(\w+)\\}", r"(?P<\1>[^/]+)", re.escape(route.template))), route)
        for route in _UPSTREAM
    )


def _routes(path: str) -> Iterator[tuple[Route, dict[str, str]]]:
    """Yield the operations at a path, with what stands in its variable parts."""
    below = path.removeprefix(GRAPH_PATH)
    for pattern, route in _patterns():
        if match := pattern.fullmatch(below):
            yield route, match.groupdict()


class Graph:
    """The resources of Graph, for callers with a token."""

    def __init__(self, services: Services, authority: str) -> None:
        self._services = services
        self._authority = authority

    def place(self, request: Request) -> str:
        """Return where the faults of a request are."""
        found = next(_routes(request.path), None)
        return found[0].place if found else "graph"

    def answer(self, request: Request) -> Answer:
        """Answer one request."""
        with self._services.world.lock:
            try:
                return self._answer(request)
            except Refused as refused:
                content = graph_error(refused.code, refused.message, request)
                answer = json_answer(content, refused.http_status)
                if refused.http_status == 401:
                    answer.headers["WWW-Authenticate"] = self._challenge()
                return answer

    def _answer(self, request: Request) -> Answer:
        caller = self._caller(request)
        operations = list(_routes(request.path))
        if not operations:
            part = request.path.removeprefix(GRAPH_PATH).strip("/").partition("/")[0]
            text = f"Resource not found for the segment '{part[:80]}'."
            raise Refused(404, "BadRequest", text)
        found = next((one for one in operations if one[0].method == request.method), None)
        if found is None:
            raise Refused(405, "Request_BadRequest", "Specified HTTP method is not allowed.")
        route, parameters = found
        if challenge := self._more_claims(request, caller, route):
            return challenge
        self._check(caller, route.needs)
        services = self._services
        directory = services.world.directories[caller.account.tenant_id]
        bring_up_to_date(services, directory)
        return route.handler(Call(request, caller, services, directory, parameters))

    def _caller(self, request: Request) -> Caller:
        code = "InvalidAuthenticationToken"
        if not request.bearer:
            raise Refused(401, code, "Access token is empty.")
        claims = claims_of(request.bearer)
        caller = caller_of(claims) if claims else None
        if claims is None or caller is None:
            raise Refused(401, code, "The token cannot be read.")
        if claims["exp"] <= time.time():
            raise Refused(401, code, "Lifetime validation failed, the token is expired.")
        return caller

    def _check(self, caller: Caller, needs: Permission) -> None:
        roles = self._services.world.roles_of(caller.account)
        if needs.scopes and not needs.scopes & caller.scopes:
            if not needs.behind_graph:
                raise _denied()
            wanted = ",".join(sorted(needs.scopes))
            text = (
                '{"errorCode":"PermissionScopeNotGranted","message":"Authorization failed due to '
                f'missing permission scope {wanted}.","instanceAnnotations":[]}}'
            )
            raise Refused(403, "UnknownError", text)
        if needs.roles and not needs.roles & roles:
            # The service behind Graph says nothing at all (reference/graph-entra.md 2.0).
            raise Refused(401, "UnknownError", "") if needs.behind_graph else _denied()

    def _more_claims(self, request: Request, caller: Caller, route: Route) -> Answer | None:
        """Return a claims challenge, where one is asked for and the token does not answer it."""
        faults = self._services.faults
        asked_for = frozenset({"insufficient-claims"})
        if caller.stepped_up or not faults.take(route.place, request.method, asked_for):
            return None
        text = "Continuous access evaluation resulted in challenge with result: InteractionRequired"
        content = graph_error("InvalidAuthenticationToken", text, request)
        claims = base64.b64encode(STEP_UP.encode()).decode("ascii")
        challenge = f'{self._challenge()}, error="insufficient_claims", claims="{claims}"'
        return json_answer(content, 401, {"WWW-Authenticate": challenge})

    def _challenge(self) -> str:
        return (
            f'Bearer realm="", authorization_uri="{self._authority}/common/oauth2/authorize", '
            'client_id="00000003-0000-0000-c000-000000000000"'
        )


def _denied() -> Refused:
    text = "Insufficient privileges to complete the operation."
    return Refused(403, "Authorization_RequestDenied", text)
