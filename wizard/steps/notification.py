"""Step `notification`: a mail when provisioning fails, and a limit to deletions."""

import re
from dataclasses import replace

from wizard.errors import InvalidInput, UnusableAnswer
from wizard.flow.plan import StepInfo
from wizard.flow.session import Finding, Session, State
from wizard.graph.client import GraphClient
from wizard.graph.secrets import NO_SECRETS, NOTIFICATION, Notification
from wizard.steps.base import Answers, CopyValue, GraphStep, Guide, Outlook, Question, Tools
from wizard.steps.portal import applications_link
from wizard.steps.saved_settings import NOT_OURS_HINT, Given
from wizard.steps.target import require_place
from wizard.store.journal import Action, Change, JournalEntry
from wizard.words.progress import Progress, Report
from wizard.words.text import plain_line

STEP = "notification"
MAIL, LIMIT = "mail", "limit"
_MAIL, _LIMIT = "notification mail", "deletion limit"
_NOBODY = "nobody"
_SAVE = Change("Save the {subject} in Entra.", f"{_MAIL} and {_LIMIT}")
USUAL_LIMIT = 50
"""People per cycle; a suggestion of ours, to be adapted to the size of the organization."""

_ADDRESS = re.compile(r"[^@\s,;]+@[^@\s,;]+\.[^@\s,;]+")
_NUMBER = re.compile(r"[0-9]{1,6}")


class NotificationStep(GraphStep):
    """Saves who gets a mail, and how many deletions are too many."""

    def __init__(self, info: StepInfo, tools: Tools) -> None:
        super().__init__(info, tools)
        self._given = Given(tools)

    def guide(self, session: Session) -> Guide:
        """Return what to do by hand (reference/graph-entra.md 3)."""
        return Guide(
            purpose="When provisioning stops, Entra sends one mail, to this address only: use a "
            "mailbox somebody reads. The limit stops a wrong filter from disabling everybody.",
            link=applications_link(self.tools.endpoints),
            portal=(
                "Open Cisco Webex > Provisioning > Overview > Properties and choose the pencil.",
                "Enter the notification mail address and tick the mail on failure.",
                f"Turn on accidental deletion prevention, for example at {USUAL_LIMIT}; "
                "choose Apply.",
            ),
            older_portal=(
                "Under Settings enter the Notification Email and tick "
                "Send an email notification when a failure occurs.",
                f"Tick Prevent accidental deletion and set the threshold, for example "
                f"{USUAL_LIMIT}; choose Save.",
            ),
            values=(CopyValue("Deletion limit", str(USUAL_LIMIT)),),
            done="Failures are mailed, and the deletion limit is on",
        )

    async def look(self, session: Session, graph: GraphClient) -> Outlook:
        """Look who gets a mail, and whether deletions are limited."""
        saved = await self._given.saved(session, graph)
        if saved.has_unknown_notification:
            unknown = _unknown()
            return Outlook(Finding(State.ATTENTION, unknown.message, unknown.hint))
        now = saved.notification
        mail = plain_line(now.recipients, 254) if now else ""
        limit = now.deletion_limit if now and now.limits_deletions else USUAL_LIMIT
        finding = _finding(now)
        if not self._given.are_saved_by_us(session):
            return Outlook(replace(finding, hint=NOT_OURS_HINT))
        questions = (
            Question(MAIL, "Mail address for failures; empty for none:", answer=mail),
            Question(LIMIT, "Deletions that stop a cycle; 0 for any number:",
                     answer=str(limit)),
        )  # fmt: skip
        cautions = ("Entra sends one mail, to this address only: use a mailbox somebody reads.",)
        return Outlook(finding, (_SAVE,), questions, cautions)

    async def apply(
        self, session: Session, graph: GraphClient, answers: Answers, report: Report
    ) -> Outlook:
        """Save the settings, unless they are so.

        Raises:
            InvalidInput: There are some that this program cannot read (`notification-unknown`).
        """
        saved = await self._given.saved(session, graph)
        if saved.has_unknown_notification:
            raise _unknown()
        before = saved.notification
        mail, limit = _checked(answers, before)
        wanted = (before or Notification()).model_copy(
            update={
                "is_enabled": bool(mail),
                "recipients": mail,
                "limits_deletions": limit > 0,
                "deletion_limit": limit or USUAL_LIMIT,
            }
        )
        if wanted != before:
            report(Progress("Saving notification mail and deletion limit in Entra."))
            await self._given.save(
                session,
                graph,
                STEP,
                _SAVE.subject,
                lambda secrets: secrets.with_notification(wanted),
                before=before.as_text() if before else "",
                written=wanted.as_text(),
                changes=_changes(before, wanted),
            )
        return Outlook(_finding(wanted))

    @staticmethod
    def undo_cost(made: JournalEntry) -> str:
        """Say what Entra has again then."""
        return f"What Entra has then: {made.earlier}." if made.earlier else ""

    async def undo(self, session: Session, graph: GraphClient, made: JournalEntry) -> str:
        """Save the settings that were there before, unless somebody has changed ours."""
        require_place(session, made)
        text = str(made.details.get("before") or Notification().as_text())
        saved = await self._given.saved(session, graph)
        if saved.has_unknown_notification:
            raise _unknown()
        now = saved.notification
        if now != _read(text):
            written = made.details.get("written")
            if written is not None and now != _read(str(written)):
                raise InvalidInput(
                    "The notification settings in Entra were changed since, so they were left as "
                    "they are.",
                    "Change them in the portal, if they shall be different.",
                    code="notification-changed",
                )
            await self._given.put_back(
                session, graph, lambda secrets: secrets.replacing({NOTIFICATION: text})
            )
        was = f" ({made.earlier})" if made.earlier else ""
        return f"Notification mail and deletion limit are as they were{was}."


def _changes(before: Notification | None, wanted: Notification) -> tuple[Change, ...]:
    was, becomes = _told(before), _told(wanted)
    return tuple(
        replace(_SAVE, subject=name, before=was[name], after=text)
        for name, text in becomes.items()
        if was[name] != text
    )


def _told(settings: Notification | None) -> dict[str, str]:
    """Return the settings in words, by what they are called."""
    found = settings or Notification()
    mail = plain_line(found.recipients, 254) if found.is_enabled else ""
    limit = f"{found.deletion_limit}" if found.limits_deletions else ""
    return {_MAIL: mail or _NOBODY, _LIMIT: limit or "none"}


def _finding(settings: Notification | None) -> Finding:
    """Tell who gets a mail, and whether deletions are limited.

    Without a mail it is done: Entra asks for none, and whoever saved none chose so. Without a
    limit it needs a look, for nothing else stops a wrong filter from disabling everybody.
    """
    if settings is None:
        return Finding(State.OPEN, "Entra tells nobody yet when provisioning fails.")
    told = _told(settings)
    mail, limit = settings.is_enabled and bool(settings.recipients), settings.limits_deletions
    who = f"Failures are mailed to {told[_MAIL]}." if mail else "Nobody gets a mail about failures."
    stops = f"{told[_LIMIT]} deletions stop a cycle." if limit else "Deletions are not limited."
    return Finding(State.DONE if limit else State.ATTENTION, f"{who} {stops}")


def tells_nobody(session: Session) -> bool:
    """Tell whether no mail address was saved here last, so that nobody is told by mail."""
    saved = (
        change.after
        for entry in reversed(session.history.standing({Action.CHANGED}))
        if entry.step == STEP
        for change in entry.changes
        if change.subject == _MAIL
    )
    return next(saved, "") == _NOBODY


def _read(text: str) -> Notification | None:
    return NO_SECRETS.replacing({NOTIFICATION: text}).notification


def _unknown() -> InvalidInput:
    return InvalidInput(
        "Entra has notification settings in a form that this program does not know, so they stay "
        "as they are.",
        "Do this step by hand in the portal.",
        code="notification-unknown",
    )


def _checked(answers: Answers, before: Notification | None) -> tuple[str, int]:
    """Return the mail address and the limit; several addresses only where they are there."""
    mail = answers.get(MAIL, "").strip()
    if before is not None and mail and mail == plain_line(before.recipients, 254).strip():
        mail = before.recipients
    elif mail and not _ADDRESS.fullmatch(mail):
        raise UnusableAnswer(
            f"{plain_line(mail, 80)} is not one mail address.",
            "Give one address, such as that of a shared mailbox, or leave it empty.",
            code="notification-mail",
            question=MAIL,
        )
    limit = answers.get(LIMIT, str(USUAL_LIMIT)).strip()
    if not _NUMBER.fullmatch(limit):
        raise UnusableAnswer(
            f"{plain_line(limit, 40)} is not a number of deletions.",
            "Give a whole number, or 0 for no limit.",
            code="notification-limit",
            question=LIMIT,
        )
    return mail, int(limit)
