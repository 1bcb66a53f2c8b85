"""Everything this program asks of Graph, by noun."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from wizard.graph.answers import AnswerRequests
from wizard.graph.application_templates import ApplicationTemplateRequests
from wizard.graph.applications import ApplicationRequests
from wizard.graph.assignments import AssignmentRequests
from wizard.graph.connection import Connection, Refusing, to_people
from wizard.graph.credentials import CredentialRequests
from wizard.graph.directory import GroupRequests, UserRequests
from wizard.graph.jobs import JobRequests
from wizard.graph.on_demand import OnDemandRequests
from wizard.graph.organization import OrganizationRequests
from wizard.graph.patience import EVERY, Result
from wizard.graph.provisioning_log import ProvisioningLogRequests
from wizard.graph.schema import SchemaRequests
from wizard.graph.secrets import SecretRequests
from wizard.graph.service_principals import ServicePrincipalRequests
from wizard.graph.templates import TemplateRequests
from wizard.words.progress import Report, silent

if TYPE_CHECKING:
    import httpx

    from wizard.graph.reading import ReadingRequests
    from wizard.net.endpoints import EntraEndpoints
    from wizard.net.pace import Pace


class GraphClient:
    """Asks Graph, and writes to it, for whoever is signed in.

    Args:
        endpoints: Where Microsoft is.
        http: `client(auth=GraphAuth(...))`; with `read_only=True` whatever is no GET is refused.
        report: Is told when there is something to wait for, also by those who ask much.
        sleep: Waits for a number of seconds.
        clock: Seconds of a clock that never goes back.
        explain: Makes of a refusal what whoever asks is told.

    Every method of its nouns raises `GraphError` when Microsoft says no, `AnswerError` for an
    answer that is not understood, `TransportError` when no answer came, and `InvalidInput` for an
    id that is none.
    """

    def __init__(
        self,
        endpoints: "EntraEndpoints",
        http: "httpx.AsyncClient",
        *,
        report: Report = silent,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        clock: Callable[[], float] = time.monotonic,
        explain: Refusing = to_people,
    ) -> None:
        connection = Connection(
            endpoints.graph_base, http, report=report, sleep=sleep, clock=clock, explain=explain
        )
        self._connection = connection
        self.report = report
        self.organization = OrganizationRequests(connection)
        self.application_templates = ApplicationTemplateRequests(connection)
        self.applications = ApplicationRequests(connection)
        self.service_principals = ServicePrincipalRequests(connection)
        self.assignments = AssignmentRequests(connection)
        self.users = UserRequests(connection)
        self.groups = GroupRequests(connection)
        self.templates = TemplateRequests(connection)
        self.jobs = JobRequests(connection)
        self.secrets = SecretRequests(connection)
        self.credentials = CredentialRequests(connection)
        self.schema = SchemaRequests(connection)
        self.on_demand = OnDemandRequests(connection)
        self.provisioning_log = ProvisioningLogRequests(connection)
        self.answers = AnswerRequests(connection)

    @property
    def clock_ahead(self) -> float | None:
        """Seconds by which this machine's clock is ahead of Graph's; None where nobody says."""
        return self._connection.clock_ahead

    def reading(self, pace: "Pace") -> "ReadingRequests":
        """Return what reads lists whole, at a pace of its own."""
        from wizard.graph.reading import ReadingRequests

        return ReadingRequests(self._connection, pace)

    def expect_young(self, identifier: str, *, age: float = 0.0) -> None:
        """Be patient with an object that was created lately, by an earlier conversation.

        What this client creates itself it is patient with anyway.

        Args:
            identifier: Its id.
            age: Seconds since it was created.
        """
        self._connection.patience.expect_young(identifier, age=age)

    async def until(
        self,
        look: Callable[[], Awaitable[Result | None]],
        *,
        seconds: float,
        message: str,
        every: float = EVERY,
    ) -> Result | None:
        """Look until something is there; return None when it is not after so many seconds."""
        patience = self._connection.patience
        return await patience.until(look, seconds=seconds, message=message, every=every)
