"""Steps `finish` and `renewed`: the report, the reminder, and what to do next."""

from contextlib import suppress
from functools import partial
from pathlib import Path

from wizard.errors import WizardError
from wizard.flow.marks import listed_marks, moment, outcome_of, steps_of
from wizard.flow.plan import SETUP, STEPS, StepInfo
from wizard.flow.session import Finding, Session, State
from wizard.machine.files import unused, write_private
from wizard.machine.threads import to_its_end
from wizard.reports.arrivals import arrivals, unassigned
from wizard.reports.markdown import markdown
from wizard.reports.reminder import reminder
from wizard.reports.score import score_words
from wizard.reports.status import JOB_WORDS
from wizard.steps.base import Step
from wizard.steps.in_scope import WHERE
from wizard.steps.notification import tells_nobody
from wizard.steps.reporting import report_of
from wizard.store.journal import Action
from wizard.store.marks import Mark
from wizard.store.narrowings import waits
from wizard.store.verification import verified
from wizard.webex.lifetime import IN_MEMORY, ends_on, has_ended
from wizard.words.progress import silent

NEXT = (
    "After the first cycle, read the provisioning logs in Entra and compare the test user in "
    "Control Hub.",
    "Then assign the other people and groups; while groups are on, an assigned group becomes a "
    "group in Webex. Licences are given in Control Hub, by licence "
    "templates.",
)

NEXT_THROUGH_GRAPH = (
    "Compare the test user in Control Hub, then assign the other people and groups in the step "
    "Assignment; while groups are on, an assigned group becomes a group in Webex. Licences are "
    "given in Control Hub, by licence templates.",
    "Come back to the step First cycle whenever you like: it shows who failed, and why.",
)

NEXT_AFTER_RENEWAL = (
    "Look at the provisioning logs in Entra after the next cycle: it should run as before.",
    "Save the reminder again: the day of the next renewal has changed.",
)

_LEFT = {
    Mark.FAILED: "Failed",
    Mark.ATTENTION: "Needs a look",
    Mark.SKIPPED: "Skipped",
    Mark.OPEN: "Open",
}
_FIRST = (
    f"Before anything else assign a test user, in the step {STEPS['assignment'].title}: nobody is "
    "assigned, as far as is known here."
)
_UNMAILED = (
    f"Nobody gets a mail when provisioning fails, as was chosen in the step "
    f"{STEPS['notification'].title}: look at it yourself now and then."
)
_LOOK = "Look in Control Hub whether the people you expect are there."


class FinishStep(Step):
    """Writes the report and the reminder."""

    def advice(self, session: Session) -> tuple[str, ...]:
        """Return what to do next, as sentences."""
        status, undo = session.line("status"), session.line("undo")
        watched = (
            f"Put `{status}` into your monitoring: it exits with 1 when the token needs renewal"
        )
        usual: tuple[str, ...] = (*NEXT, f"{watched}; it does not look at Entra.")
        if session.profile.entra.job_id:
            monitored = (
                f"{watched}, or provisioning is in trouble, and with 4 when it could not look, as "
                "where no Microsoft sign-in is remembered."
            )
            drift = session.line("drift")
            differs = (
                f"`{drift}` tells what in Entra is not as it was set up, and exits with 1 then. On "
                f"a machine that nobody sits at, an application can read for both: `{status} "
                "--help` says how."
            )
            changed = f"Changed your mind? `{undo}` takes back what was made in Entra."
            usual = (*NEXT_THROUGH_GRAPH, changed, monitored, differs)
        if tells_nobody(session):
            usual = (*usual, _UNMAILED)
        return (_FIRST, *usual) if _unassigned(session) else usual

    def outcome(self, session: Session) -> str:
        """Return what became of the token that was replaced; empty when none was."""
        return ""

    def token(self, session: Session) -> str:
        """Return until when the token lives or lived, in a sentence; empty without one."""
        facts = session.profile.token
        if facts is None:
            return ""
        kept = f" {IN_MEMORY}" if facts.in_memory else ""
        return f"The token {ends_on(facts.expires_at, session.clock())}.{kept}"

    def score(self, session: Session) -> str:
        """Return how the preview came out, as sentences; empty where that was not looked at."""
        return score_words(session.profile.entra.job_score)

    async def check(self, session: Session) -> Finding:
        """Tell whether people arrived in Webex and go on doing so, and what is not done."""
        arrived = arrivals(session.profile, session.history)
        wrong, hint = _wrong(session)
        mark = self.ends_as(session)
        if mark is Mark.SEEN:
            return Finding(State.DONE, f"The setup is done. {arrived.words}")
        lead = "The setup is done by your word." if mark is Mark.SAID else "The setup is not done."
        nobody = _unassigned(session)
        text = " ".join(filter(None, (lead, arrived.words, nobody, *wrong)))
        hint = hint or (WHERE if nobody else _LOOK if arrived.is_said else "")
        return Finding(State.ATTENTION, text, hint)

    def ends_as(self, session: Session) -> Mark:
        """Return whether the end was seen or said; open where something is left, or went wrong."""
        arrived, health = (
            arrivals(session.profile, session.history),
            session.profile.entra.last_look,
        )
        if self.left(session) or _wrong(session)[0] or (health is not None and health.nobody):
            return Mark.OPEN
        return Mark.SEEN if arrived.is_seen else Mark.SAID if arrived.is_said else Mark.OPEN

    def left(self, session: Session) -> tuple[tuple[Mark, str], ...]:
        """Return what is not done before the end, as marks with a sentence each.

        What may be left open is named only where it went wrong.
        """
        steps = (step for step in SETUP if step.id != self.info.id)
        marks = {step: outcome_of(session.profile, step.id) for step in steps}
        return tuple(
            (mark, f"{_LEFT[mark]}: {', '.join(names)}.")
            for mark in _LEFT
            if (names := [step.title for step in marks if _is_left(step, marks[step], mark)])
        )

    def marks(self, session: Session) -> tuple[tuple[Mark, str], ...]:
        """Return each step before the end with its mark, and what that means, in words."""
        steps = (step for step in steps_of(session.profile) if step.id != self.info.id)
        return listed_marks(session.profile, steps, outcome_of)

    async def report(self, session: Session) -> str:
        """Return the redacted report as Markdown."""
        options, endpoints = self.tools.options, self.tools.endpoints
        found = await to_its_end(partial(verified, session.journal))  # which asks the keyring
        return markdown(report_of(session, endpoints, found, practice=options.practice))

    async def save_report(self, session: Session, folder: Path) -> Path:
        """Remember the end, write the report and return its file; an earlier one stays.

        Raises:
            ProfileError: It could not be written.
        """
        self._remember_end(session)
        report = await self.report(session)
        file = unused(folder / f"webex-{session.profile.name}-report.md")
        write_private(file, report)
        await session.log(self.info.id, Action.EXPORTED, "report")
        return file

    async def save_reminder(self, session: Session, folder: Path) -> Path | None:
        """Write the renewal reminder beside earlier ones, return its file; None without a token.

        Raises:
            ProfileError: It could not be written.
        """
        facts = session.profile.token
        if facts is None:
            return None
        file = unused(folder / f"webex-{session.profile.name}-renewal.ics")
        options, profile = self.tools.options, session.profile
        content = reminder(
            profile, facts, session.clock(), options.line, practice=options.practice
        ).decode()
        write_private(file, content)
        await session.log(self.info.id, Action.EXPORTED, "renewal reminder")
        return file

    async def confirm(self, session: Session) -> None:
        """Remember the end where it was seen or said; to leave is to say nothing."""
        self._remember_end(session)
        await self._keep_base(session)

    async def _keep_base(self, session: Session) -> None:
        """Keep what is in Entra at the end, for `drift`, where somebody is signed in there."""
        from wizard.steps.drift_base import ENDS_SETUP, begin_base

        if session.is_done(ENDS_SETUP) and self.tools.tenant.signed_in is not None:
            with suppress(WizardError):
                async with self.tools.tenant.graph(read_only=True) as graph:
                    await begin_base(session, graph, silent)

    def _remember_end(self, session: Session) -> None:
        mark = self.ends_as(session)
        if mark is Mark.OPEN:
            session.untick(self.info.id)
        else:
            session.tick(self.info.id, mark=mark)


def _is_left(step: StepInfo, mark: Mark, wanted: Mark) -> bool:
    may_be = step.sets_nothing or (step.optional and mark in {Mark.SKIPPED, Mark.OPEN})
    return mark is wanted and not may_be


def _unassigned(session: Session) -> str:
    history = session.history
    return unassigned(session.profile, history, arrivals(session.profile, history))


def _wrong(session: Session) -> tuple[tuple[str, ...], str]:
    """Return what keeps people from being provisioned, as far as is known, and what to do."""
    health, facts = session.profile.entra.job_health, session.profile.token
    told, hint = [waits(session.history.unrestarted(session.profile.entra.job_id))], ""
    if health is not None and health.state not in {"running", "first cycle"}:
        told.append(f"Provisioning {JOB_WORDS[health.state]}, seen {moment(health.at)}.")
        told.append(health.trouble)
        hint = health.hint
    if facts is not None and has_ended(facts.expires_at, session.clock()):
        told.append("The token has ended.")
        hint = f"Run `{session.line('renew')}`."
    return tuple(filter(None, told)), hint


class RenewedStep(FinishStep):
    """Writes the same at the end of a renewal."""

    def advice(self, session: Session) -> tuple[str, ...]:
        """Return what to do next, as sentences."""
        return NEXT_AFTER_RENEWAL

    def outcome(self, session: Session) -> str:
        """Return what became of the token that was replaced."""
        record = session.profile.steps.get("replacement")
        return record.note if record else ""

    def token(self, session: Session) -> str:
        """Return nothing: how the token stands is said first."""
        return ""

    async def _keep_base(self, session: Session) -> None:
        """Keep nothing: a renewal sets nothing up."""

    def score(self, session: Session) -> str:
        """Return nothing, for the same reason."""
        return ""

    def left(self, session: Session) -> tuple[tuple[Mark, str], ...]:
        """Return nothing: a renewal is no setup."""
        return ()

    def marks(self, session: Session) -> tuple[tuple[Mark, str], ...]:
        """Return nothing, for the same reason."""
        return ()

    def ends_as(self, session: Session) -> Mark:
        """Return whether the new token was seen in force, or said to be."""
        facts = session.profile.token
        is_there = facts is not None and not has_ended(facts.expires_at, session.clock())
        is_done = is_there and session.is_done("replacement")
        return session.mark_of("replacement") if is_done else Mark.OPEN

    async def check(self, session: Session) -> Finding:
        """Tell whether the new token is in force."""
        facts = session.profile.token
        if facts is None or not session.is_done("replacement"):
            return Finding(State.ATTENTION, "The new token is not in force yet.")
        if has_ended(facts.expires_at, session.clock()):
            ended = f"The token that was new ended on {facts.expires_at:%Y-%m-%d}."
            return Finding(State.ATTENTION, ended, f"Run `{session.line('renew')}` once more.")
        until = f"{facts.expires_at:%Y-%m-%d}"
        if session.mark_of("replacement") is Mark.SAID:
            return Finding(
                State.DONE, f"By your word, Entra has the new token, valid until {until}."
            )
        return Finding(State.DONE, f"The new token is in force until {until}.")
