"""Applications, which are the registrations behind enterprise applications."""

from collections.abc import Iterable

from wizard.errors import AnswerError, TransportError
from wizard.graph.connection import Connection
from wizard.graph.errors import GraphError, was_cut
from wizard.graph.models import GraphLine, GraphModel, GraphMoment, Id
from wizard.graph.odata import odata_text
from wizard.graph.operations import Operation
from wizard.graph.service_principals import ServicePrincipal, ServicePrincipalRequests
from wizard.words.text import plain_line

_SELECT = {"$select": "id,appId,displayName,createdDateTime"}
_APPEARS_WITHIN = 120.0


class Application(GraphModel):
    """The registration behind a service principal; deleting it deletes both."""

    id: Id = ""
    app_id: Id = ""
    display_name: GraphLine = ""
    created_date_time: GraphMoment = None


class Instance(GraphModel):
    """What adding an application from the gallery makes."""

    application: Application
    service_principal: ServicePrincipal


class ApplicationRequests:
    """Adding and deleting applications."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def of_template(self, template_id: str) -> tuple[Application, ...]:
        """Return the applications made from a gallery template."""
        return await self._where(f"applicationTemplateId eq {odata_text(template_id)}")

    async def of_app(self, app_id: str) -> Application | None:
        """Return the application with that client id."""
        found = await self._where(f"appId eq {odata_text(app_id)}")
        return found[0] if found else None

    async def instantiate(
        self, template_id: str, display_name: str, *, before: Iterable[str] | None = None
    ) -> Instance:
        """Add an application from the gallery, exactly one.

        Graph may answer 404, or not at all, although it has made the application
        (reference/graph-entra.md 2.3). So the request is never simply repeated: the applications
        before and after are compared, and the new one is taken.

        Args:
            template_id: The gallery template.
            display_name: What to call the application.
            before: The ids of the applications of the template that are there; None looks first.

        Raises:
            GraphError: It was refused, or it is not known whether it was made
                (`graph-instantiate-unclear`), or several appeared (`graph-instantiate-several`).
        """
        call = Operation.INSTANTIATE.at(template=template_id)
        if before is None:
            before = [found.id for found in await self.of_template(template_id)]
        try:
            made = await self._connection.one(call, Instance, body={"displayName": display_name})
        except (AnswerError, TransportError) as error:
            if not _may_have_worked(error):
                raise
            made = await self._appeared(template_id, display_name, frozenset(before), error)
        for identifier in (made.application.id, made.service_principal.id):
            self._connection.patience.expect_young(identifier)
        return made

    async def delete(self, application_id: str) -> bool:
        """Delete an application and its service principal; it can be restored for 30 days.

        Returns:
            Whether it was there to be deleted.
        """
        return await self._connection.delete(
            Operation.DELETE_APPLICATION.at(application=application_id)
        )

    async def _appeared(
        self,
        template_id: str,
        display_name: str,
        before: frozenset[str],
        reason: AnswerError | TransportError,
    ) -> Instance:
        """Return the application that appeared since, with its service principal."""
        patience = self._connection.patience

        async def look() -> Instance | None:
            present = await self.of_template(template_id)
            new = [
                found
                for found in present
                if found.id not in before and found.display_name == plain_line(display_name)
            ]
            if len(new) > 1:
                raise _unclear("several", f"{len(new)} new applications appeared.", reason)
            principal = await self._principal_of(new[0]) if new else None
            return Instance(application=new[0], service_principal=principal) if principal else None

        found = await patience.until(look, seconds=_APPEARS_WITHIN)
        if found is None:
            raise _unclear("unclear", "No new application has appeared so far.", reason)
        return found

    async def _principal_of(self, application: Application) -> ServicePrincipal | None:
        principals = ServicePrincipalRequests(self._connection)
        found = await principals.of_app(application.app_id)
        return found[0] if found else None

    async def _where(self, condition: str) -> tuple[Application, ...]:
        query = {"$filter": condition, **_SELECT}
        found = await self._connection.several(
            Operation.LIST_APPLICATIONS.at(), Application, query=query
        )
        return found.items


def _may_have_worked(error: AnswerError | TransportError) -> bool:
    if isinstance(error, TransportError):
        return was_cut(error)
    status = error.status or 0
    return status == 404 or status >= 500 or 200 <= status < 300


def _unclear(how: str, what: str, reason: AnswerError | TransportError) -> GraphError:
    return GraphError(
        f"Adding the application did not end clearly. {what} {reason.message}",
        "Look at Enterprise applications in the portal, wait some minutes, then run this step "
        "again: it uses what is there. It is never added a second time blindly.",
        code=f"graph-instantiate-{how}",
        status=getattr(reason, "status", None),
        tracking_id=reason.tracking_id,
    )
