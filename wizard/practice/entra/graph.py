"""Microsoft Graph v1.0 as the practice tenant answers it: who may ask for what, and where it is."""

import base64
import re
import time
from collections.abc import Mapping
from functools import cache, lru_cache

from wizard.practice.entra import (
    applications,
    assignments,
    credentials,
    jobs,
    logs,
    objects,
    schemas,
)
from wizard.practice.entra.batch import batch
from wizard.practice.entra.call import (
    ANYBODY,
    GRAPH_PATH,
    Call,
    Permission,
    Refused,
    Route,
    Services,
    not_imitated,
)
from wizard.practice.entra.cycles import bring_up_to_date
from wizard.practice.entra.scopes import AS_USER
from wizard.practice.entra.spelling import Spelled, spelled
from wizard.practice.entra.tokens import Caller, caller_of, claims_of
from wizard.practice.messages import Answer, Request, json_answer
from wizard.practice.problems import graph_error

STEP_UP = '{"access_token":{"acrs":{"essential":true,"value":"c1"}}}'
"""What a token must claim when Graph asks for more (reference/graph-entra.md 7)."""


def _elsewhere(call: Call) -> Answer:
    raise not_imitated(f"{call.request.method} there")


_NOT_IMITATED = tuple(
    Route(method, template, "directory", ANYBODY, _elsewhere)
    for method, template in (
        ("POST", "/users"),
        ("PATCH", "/users/{user}"),
        ("DELETE", "/users/{user}"),
        ("POST", "/groups"),
        ("PATCH", "/groups/{group}"),
        ("DELETE", "/groups/{group}"),
        ("POST", "/groups/{group}/members/$ref"),
        ("POST", "/applications"),
        ("POST", "/servicePrincipals"),
    )
)
"""What scripts may well ask of Graph, and nobody does here."""

_UPSTREAM = (
    *objects.ROUTES,
    *applications.ROUTES,
    *assignments.ROUTES,
    *credentials.ROUTES,
    *jobs.ROUTES,
    *schemas.ROUTES,
    *logs.ROUTES,
    *_NOT_IMITATED,
)


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], Route], ...]:
    return tuple(
        (re.compile(_pattern(route.template), re.IGNORECASE), route) for route in _UPSTREAM
    )


def _pattern(template: str) -> str:
    return re.sub(r"\\{(\w+)\\}", r"(?P<\1>[^/]+)", re.escape(template))


@lru_cache(maxsize=256)
def _routes(path: str) -> tuple[tuple[Route, Mapping[str, str]], ...]:
    """Return the operations at a path below the version, with what its variable parts are.

    Asked for each request more than once, and for most paths often.
    """
    return tuple(
        (route, match.groupdict())
        for pattern, route in _patterns()
        if (match := pattern.fullmatch(path))
    )


class Graph:
    """The resources of Graph, for callers with a token."""

    def __init__(self, services: Services, authority: str) -> None:
        self._services = services
        self._authority = authority

    def place(self, request: Request) -> str:
        """Return where the faults of a request are."""
        found = _routes(_spelled(request).path)
        return found[0][0].place if found else "graph"

    def answer(self, request: Request) -> Answer:
        """Answer one request."""
        with self._services.world.lock:
            try:
                if (request.method, request.path) == ("POST", f"{GRAPH_PATH}/$batch"):
                    self._caller(request)
                    return batch(request, self.answer)
                return self._answer(request)
            except Refused as refused:
                content = graph_error(refused.code, refused.message, request)
                answer = json_answer(content, refused.http_status)
                if refused.http_status == 401:
                    answer.headers["WWW-Authenticate"] = self._challenge()
                return answer

    def _answer(self, request: Request) -> Answer:
        if not request.path.startswith(f"{GRAPH_PATH}/"):
            raise not_imitated("another version of Graph than v1.0")
        caller = self._caller(request)
        spelling = _spelled(request)
        operations = _routes(spelling.path)
        if not operations:
            text = f"Resource not found for the segment '{_unknown(spelling.path)[:80]}'."
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
        call = Call(
            request, caller, services, directory, parameters, spelling.cast, spelling.counts
        )
        return route.handler(call)

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
        if needs.scopes and not caller.scopes & (needs.scopes | {AS_USER}):
            if not needs.behind_graph:
                raise _denied()
            wanted = ",".join(sorted(needs.scopes))
            text = (
                '{"errorCode":"PermissionScopeNotGranted","message":"Authorization failed due to '
                f'missing permission scope {wanted}.","instanceAnnotations":[]}}'
            )
            raise Refused(403, "UnknownError", text)
        if needs.roles and not (caller.is_program or needs.roles & roles):
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


def _unknown(path: str) -> str:
    """Return the first part of a path that leads nowhere."""
    parts = path.strip("/").split("/")
    known = (
        size for size in range(len(parts), 0, -1) if any(_routes("/" + "/".join(parts[:size])))
    )
    return parts[next(known, 0)]


def _spelled(request: Request) -> Spelled:
    return spelled(request.path.removeprefix(GRAPH_PATH))


def _denied() -> Refused:
    text = "Insufficient privileges to complete the operation."
    return Refused(403, "Authorization_RequestDenied", text)
