"""The synchronization schema of a job: mappings and scoping filters, read and written whole."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from wizard.errors import MappingError
from wizard.graph.connection import Connection, model_of
from wizard.graph.models import Flag, GraphLine, GraphModel, Several
from wizard.graph.operations import Operation
from wizard.graph.refusals import MICROSOFT_GRAPH
from wizard.mapping import schema as document
from wizard.mapping.schema import AttributeMappingSource, SynchronizationSchema
from wizard.net.answers import json_of
from wizard.net.transport import HttpAnswer

SCHEMA_LIMIT = document.MAX_SCHEMA_BYTES
"""Bytes of a schema that are read."""

PropertyValue = str | int | float | bool | None


class ExpressionProblem(GraphModel):
    """Why the service cannot read or evaluate an expression."""

    code: GraphLine = ""
    message: GraphLine = ""


class ParsedExpression(GraphModel):
    """What the service makes of an expression."""

    parsing_succeeded: Flag = False
    evaluation_succeeded: Flag = False
    evaluation_result: Several[str | None] = ()
    """Values as they came: they are compared with ours, and made harmless where shown."""
    parsed_expression: AttributeMappingSource | None = None
    """The tree to write into the schema."""
    error: ExpressionProblem | None = None


class SchemaRequests:
    """Reading, writing and trying the schema of one job.

    There is no PATCH: the service answers it with an error that speaks of another address, so a
    schema is always written whole (reference/graph-entra.md 2.7).
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def read(self, principal_id: str, job_id: str) -> SynchronizationSchema:
        """Return the schema with everything that came with it."""
        call = Operation.GET_SCHEMA.at(service_principal=principal_id, job=job_id)
        return schema_of(await self._connection.send(call, limit=SCHEMA_LIMIT))

    async def of_template(self, principal_id: str, template_id: str) -> SynchronizationSchema:
        """Return the schema that a new job of a template begins with."""
        call = Operation.GET_TEMPLATE_SCHEMA.at(
            service_principal=principal_id, sync_template=template_id
        )
        return schema_of(await self._connection.send(call, limit=SCHEMA_LIMIT))

    async def write(self, principal_id: str, job_id: str, schema: SynchronizationSchema) -> None:
        """Replace the whole schema; the job then begins with an initial cycle.

        Args:
            principal_id: The service principal.
            job_id: The job.
            schema: What `read` returned, with the changes.
        """
        await self._connection.send(
            Operation.PUT_SCHEMA.at(service_principal=principal_id, job=job_id),
            body=schema.as_json(),
        )

    async def parse_expression(
        self,
        principal_id: str,
        job_id: str,
        expression: str,
        person: Mapping[str, PropertyValue | Sequence[PropertyValue]] | None = None,
    ) -> ParsedExpression:
        """Let the service read an expression, and try it on a person; nothing is changed.

        Args:
            principal_id: The service principal.
            job_id: The job.
            expression: The expression.
            person: Attributes by provisioning's names; a sequence is a multi-valued one.
        """
        body: dict[str, Any] = {"expression": expression}
        if person is not None:
            pairs = [_pair(name, value) for name, value in person.items() if value is not None]
            body["testInputObject"] = {"properties": pairs}
        answer = await self._connection.send(
            Operation.PARSE_EXPRESSION.at(service_principal=principal_id, job=job_id), body=body
        )
        return model_of(ParsedExpression, json_of(answer, MICROSOFT_GRAPH), answer)


def schema_of(answer: HttpAnswer) -> SynchronizationSchema:
    """Return the schema in an answer.

    Raises:
        AnswerError: It holds none, or one that no mapping is (`graph-schema`).
    """
    try:
        return _read(answer.body)
    except MappingError as error:
        raise answer.error(
            f"The mapping that Microsoft sent cannot be read. {error.message}",
            "Try again. If it stays so, export the schema in the portal and report it.",
            "graph-schema",
        ) from error


@lru_cache(maxsize=2)
def _read(text: bytes) -> SynchronizationSchema:
    # Asked for before each thing that is done with it, a schema is mostly the one of before.
    return document.read_schema(text)


def _pair(name: str, value: PropertyValue | Sequence[PropertyValue]) -> dict[str, Any]:
    """Return an attribute as the service takes it: text, or a list that is marked as one."""
    if isinstance(value, Sequence) and not isinstance(value, str):
        texts = [str(item) for item in value if item is not None]
        return {"key": name, "value@odata.type": "#Collection(String)", "value": texts}
    return {"key": name, "value": str(value)}
