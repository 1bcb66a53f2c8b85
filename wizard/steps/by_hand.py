"""The steps that are done by hand in the Entra portal: what to do, where, and what to paste."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from pydantic import SecretStr

from wizard.flow.plan import StepInfo
from wizard.flow.session import Finding, Session, State
from wizard.net.endpoints import Endpoints
from wizard.steps.narrowed_by_hand import confirmation
from wizard.store.journal import JournalEntry


@dataclass(frozen=True)
class Value:
    """Something to copy into the portal; a secret is copied without being shown."""

    label: str
    text: str = ""
    secret: Callable[[], Awaitable[SecretStr]] | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Guide:
    """What to do by hand in one step, for both generations of the portal."""

    purpose: str
    link: str
    """Where to do it; empty when the portal is switched off in the endpoints file."""
    portal: tuple[str, ...]
    """Instructions for the portal as new tenants show it."""
    older_portal: tuple[str, ...]
    """Instructions for the portal with Provisioning Mode and Settings."""
    done: str
    """What the administrator confirms, as a sentence."""
    values: tuple[Value, ...] = ()
    cautions: tuple[str, ...] = ()


def portal_link(endpoints: Endpoints, view: str) -> str:
    """Return the deep link to a view of the Entra portal; empty when it is switched off."""
    portal = endpoints.entra.portal.rstrip("/")
    return f"{portal}/#view/{view}" if portal else ""


class ByHandStep:
    """A step whose work is done by the administrator and confirmed here."""

    def __init__(self, info: StepInfo, write_guide: Callable[[Session], Guide]) -> None:
        self.info = info
        self._write_guide = write_guide

    def guide(self, session: Session) -> Guide:
        """Return what to do, with the values of this profile."""
        return self._write_guide(session)

    def confirmation(self, session: Session) -> str:
        """Return what to ask before the step counts as done; mostly nothing."""
        return confirmation(session, self.info.id)

    async def check(self, session: Session) -> Finding:
        """Tell whether the administrator confirmed the step."""
        record = session.profile.steps.get(self.info.id)
        if record is None:
            return Finding(State.OPEN, "Not confirmed yet.")
        return Finding(State.DONE, f"Confirmed on {record.at:%Y-%m-%d}.")

    async def apply(self, session: Session) -> None:
        """Remember that the administrator confirmed the step."""
        session.log(self.info.id, "confirmed", self.info.title)
        session.tick(self.info.id)

    async def undo(self, session: Session, made: JournalEntry) -> None:
        """Forget the confirmation; what was done in the portal stays as it is."""
        session.untick(self.info.id)
