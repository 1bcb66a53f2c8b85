"""Answers as they are, also refusals, for whoever looks at their form."""

from wizard.graph.connection import Connection
from wizard.graph.operations import GraphCall, Query
from wizard.graph.schema import SCHEMA_LIMIT
from wizard.net.transport import HttpAnswer


class AnswerRequests:
    """Reading without understanding."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def whole(self, call: GraphCall, *, query: Query | None = None) -> HttpAnswer:
        """Send an operation that reads, once, and return its answer, whatever its status.

        Args:
            call: What to ask, and of which objects.
            query: Query parameters.

        Raises:
            TransportError: No answer came.
        """
        return await self._connection.whole(call, query, SCHEMA_LIMIT)
