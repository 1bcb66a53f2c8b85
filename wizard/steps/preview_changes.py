"""What a kept preview rests on, compared with what Entra has."""

from wizard.flow.session import Session
from wizard.steps.base import Tools
from wizard.steps.kept_preview import KeptPreview
from wizard.steps.previewing import previewing


async def changed_since(tools: Tools, session: Session, kept: KeptPreview) -> tuple[str, ...]:
    """Return what a kept preview rests on that is another since, in words; nobody is read.

    Raises:
        WizardError: Keyring, Graph or Webex cannot be asked.
    """
    async with previewing(tools, session) as both:
        await both.read_assigned()
        return kept.changed(both.settings, both.assigned)
