"""The mappings of a profile: its own, that of its job in Entra, and the template it came from."""

from wizard.errors import AnswerError
from wizard.flow.session import Session
from wizard.mapping.document import MappingDocument
from wizard.steps.base import Tools
from wizard.steps.mapping_file import MappingFile
from wizard.steps.switches import with_decisions
from wizard.steps.target import job_of, principal_of
from wizard.words.progress import Report, silent


def of_profile(tools: Tools, session: Session) -> MappingDocument:
    """Return the mapping that a profile keeps, switched as decided; the default one if it has none.

    Raises:
        MappingError: The stored document is damaged.
    """
    document = MappingFile(tools.profiles).document(session)
    return MappingDocument(with_decisions(document.schema, session))


async def of_tenant(tools: Tools, session: Session, report: Report = silent) -> MappingDocument:
    """Return the mapping that the job has in Entra, reading only.

    Raises:
        InvalidInput: Nobody is signed in, or application or job are not chosen yet.
        WizardError: Graph could not be asked.
    """
    async with tools.tenant.graph(report, read_only=True) as graph:
        job = await job_of(session, graph)
        return MappingDocument(await graph.schema.read(principal_of(session), job.id))


async def of_template(tools: Tools, session: Session, report: Report = silent) -> MappingDocument:
    """Return the mapping that Microsoft gives to a new job of this application, reading only.

    Raises:
        AnswerError: The application has no template (`graph-no-template`).
        InvalidInput: Nobody is signed in, or the application is not chosen yet.
        WizardError: Graph could not be asked.
    """
    principal_id = principal_of(session)
    async with tools.tenant.graph(report, read_only=True) as graph:
        found = await graph.templates.list(principal_id)
        if not found:
            raise AnswerError(
                "Microsoft tells no template for this application.",
                "Choose the application Cisco Webex from the gallery, or compare with a file.",
                code="graph-no-template",
            )
        jobs = await graph.jobs.list(principal_id)
        used = {job.template_id for job in jobs}
        template = next((each for each in found if each.id in used), found[0])
        return MappingDocument(await graph.schema.of_template(principal_id, template.id))
