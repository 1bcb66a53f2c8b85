"""App role assignments: who is assigned to the application."""

from collections.abc import Iterable

from wizard.graph.connection import Connection
from wizard.graph.errors import GraphError
from wizard.graph.models import GraphLine, GraphModel, GraphMoment, Id, Listing
from wizard.graph.operations import Operation

_APPEARS_WITHIN = 30.0
"""Seconds after which an assignment that is said to exist is in the list."""


class Assignment(GraphModel):
    """A person or group that is assigned to an application with a role."""

    id: Id = ""
    app_role_id: Id = ""
    principal_id: Id = ""
    principal_display_name: GraphLine = ""
    principal_type: GraphLine = ""
    """`User`, `Group` or `ServicePrincipal`."""
    created_date_time: GraphMoment = None


class AssignmentRequests:
    """Reading and changing assignments."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def list(self, principal_id: str, *, most: int | None = None) -> Listing[Assignment]:
        """Return who is assigned to a service principal."""
        return await self._connection.several(
            Operation.LIST_ASSIGNMENTS.at(service_principal=principal_id),
            Assignment,
            query={"$top": "999" if most is None else str(min(most, 999))},
            most=most,
        )

    async def assign(
        self, principal_id: str, assignee_id: str, app_role_id: str
    ) -> tuple[Assignment, bool]:
        """Assign a person or group.

        Args:
            principal_id: The service principal of the application.
            assignee_id: The person or group.
            app_role_id: A role of the service principal.

        Returns:
            The assignment, and whether it is new; one that was there already is a success.
        """
        body = {"principalId": assignee_id, "resourceId": principal_id, "appRoleId": app_role_id}
        call = Operation.ASSIGN.at(service_principal=principal_id)
        try:
            return await self._connection.one(call, Assignment, body=body), True
        except GraphError as error:
            if error.code != "graph-exists":
                raise
            present = await self._connection.patience.until(
                lambda: self.find(principal_id, assignee_id, app_role_id), seconds=_APPEARS_WITHIN
            )
            if present is None:
                raise
            return present, False

    async def remove(self, principal_id: str, assignment_id: str) -> bool:
        """Remove an assignment; return whether it was there."""
        return await self._connection.delete(
            Operation.UNASSIGN.at(service_principal=principal_id, assignment=assignment_id)
        )

    async def find(
        self, principal_id: str, assignee_id: str, app_role_id: str
    ) -> Assignment | None:
        """Return the assignment of a person or group with a role, if there is one."""
        return assignment_of((await self.list(principal_id)).items, assignee_id, app_role_id)


def assignment_of(
    assigned: Iterable[Assignment], assignee_id: str, app_role_id: str
) -> Assignment | None:
    """Return the assignment of a person or group with a role among those of an application."""
    wanted = assignee_id.lower(), app_role_id.lower()
    for each in assigned:
        if (each.principal_id.lower(), each.app_role_id.lower()) == wanted:
            return each
    return None
