"""Steps `finish` and `renewed`: the report, the reminder, and what to do next."""

from pathlib import Path

from wizard.flow.plan import SETUP, StepInfo
from wizard.flow.session import Finding, Session, State
from wizard.machine.files import write_private
from wizard.reports.reminder import reminder
from wizard.reports.report import markdown, setup_report
from wizard.steps.base import Step
from wizard.store.journal import Action
from wizard.store.narrowings import waits

NEXT = (
    "After the first cycle, read the provisioning logs in Entra and compare the test user in "
    "Control Hub.",
    "Then assign the other people and groups; while groups are on, an assigned group becomes a "
    "group in Webex. Licences are given in Control Hub, by licence "
    "templates.",
    "Put `webex-wizard status` into your monitoring: it exits with 1 when the token needs renewal.",
)

NEXT_THROUGH_GRAPH = (
    "Compare the test user in Control Hub, then assign the other people and groups in the step "
    "Assignment; while groups are on, an assigned group becomes a group in Webex. Licences are "
    "given in Control Hub, by licence templates.",
    "Come back to the step First cycle whenever you like: it shows who failed, and why.",
    "Changed your mind? `webex-wizard undo` takes back what was made in Entra.",
    NEXT[-1],
)

NEXT_AFTER_RENEWAL = (
    "Look at the provisioning logs in Entra after the next cycle: it should run as before.",
    "Save the reminder again: the day of the next renewal has changed.",
)


class FinishStep(Step):
    """Writes the report and the reminder."""

    def advice(self, session: Session) -> tuple[str, ...]:
        """Return what to do next, as sentences."""
        return NEXT_THROUGH_GRAPH if session.profile.entra.job_id else NEXT

    def outcome(self, session: Session) -> str:
        """Return what became of the token that was replaced; empty when none was."""
        return ""

    async def check(self, session: Session) -> Finding:
        """Tell what is still open."""
        still = [step.title for step in self.open_steps(session)]
        waiting = waits(session.history.unrestarted(session.profile.entra.job_id))
        if still or waiting:
            so = f"Still open: {', '.join(still)}." if still else "All steps are done."
            return Finding(State.ATTENTION, f"{so} {waiting}".rstrip())
        return Finding(State.DONE, "Everything is done.")

    def open_steps(self, session: Session) -> list[StepInfo]:
        """Return the steps of the setup before its end that are neither done nor optional."""
        return [
            step
            for step in SETUP
            if step.id != "finish" and not step.optional and not session.is_done(step.id)
        ]

    def report(self, session: Session) -> str:
        """Return the redacted report as Markdown."""
        now = session.clock()
        return markdown(setup_report(session.profile, self.tools.endpoints, session.journal, now))

    def save_report(self, session: Session, folder: Path) -> Path:
        """Write the report and return its file.

        Raises:
            ProfileError: It could not be written.
        """
        file = folder / f"webex-{session.profile.name}-report.md"
        write_private(file, self.report(session))
        session.log(self.info.id, Action.EXPORTED, "report")
        return file

    def save_reminder(self, session: Session, folder: Path) -> Path | None:
        """Write the renewal reminder and return its file; None without a token.

        Raises:
            ProfileError: It could not be written.
        """
        facts = session.profile.token
        if facts is None:
            return None
        file = folder / f"webex-{session.profile.name}-renewal.ics"
        content = reminder(session.profile, facts, session.clock()).decode()
        write_private(file, content)
        session.log(self.info.id, Action.EXPORTED, "renewal reminder")
        return file

    async def confirm(self, session: Session) -> None:
        """Remember that the administrator saw the end."""
        session.tick(self.info.id)


class RenewedStep(FinishStep):
    """Writes the same at the end of a renewal."""

    def advice(self, session: Session) -> tuple[str, ...]:
        """Return what to do next, as sentences."""
        return NEXT_AFTER_RENEWAL

    def outcome(self, session: Session) -> str:
        """Return what became of the token that was replaced."""
        record = session.profile.steps.get("replacement")
        return record.note if record else ""

    async def check(self, session: Session) -> Finding:
        """Tell whether the new token is in force."""
        facts = session.profile.token
        if facts is None or not session.is_done("replacement"):
            return Finding(State.ATTENTION, "The new token is not in force yet.")
        return Finding(State.DONE, f"The new token is in force until {facts.expires_at:%Y-%m-%d}.")
