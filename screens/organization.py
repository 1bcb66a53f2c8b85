"""Screen of step `organization`: type or paste it in any dress."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from textual import events, on, work
from textual.content import Content
from textual.getters import query_one
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Button, Input, Static

from screens.base import StepScreen
from screens.widgets.cutting import middle_cut
from screens.widgets.hanging import Hanging
from screens.widgets.marks import lead_sign
from screens.widgets.remark import Remark
from screens.widgets.wary_input import WaryInput
from wizard.errors import WizardError
from wizard.steps.organization import OrganizationStep
from wizard.store.marks import Mark
from wizard.walk.walk import Visit

if TYPE_CHECKING:
    from wizard.webex.organization import Understood
    from wizard.workspace import Workspace


class _Understood(Remark):
    """What was understood, which is cut to the room there is."""

    class Fits(Message):
        """There is other room than before."""

    _room = 0

    def on_resize(self, event: events.Resize) -> None:
        """Tell when there is other room than before."""
        if event.size.width != self._room:
            self._room = event.size.width
            self.post_message(self.Fits())


class OrganizationScreen(StepScreen[OrganizationStep]):
    """Asks for the organization and says what it understood."""

    AUTO_FOCUS = "#organization"

    typed = query_one("#organization", Input)
    understood = query_one("#understood", Static)

    def __init__(self, visit: Visit, space: "Workspace") -> None:
        super().__init__(visit, space)
        practice = space.practice.organization_id if space.practice else ""
        self.suggestion = space.options.organization or practice

    def compose_content(self) -> Iterable[Widget]:
        """Yield the question."""
        yield Hanging(
            f"Sign in to Control Hub ({self.step.control_hub}), open Management > Account, "
            "and copy the Organization ID. A tenant URL or the address of a Control Hub page works "
            "too.",
            markup=False,
        )
        yield Static("Organization ID:", classes="lead")
        yield WaryInput(
            self.session.profile.organization_id or self.suggestion,
            refuse=self.step.refused_token,
            placeholder="for example 2f6b1c9e-5a3d-4d70-9c1b-7e08d4a1f235",
            id="organization",
        )
        yield _Understood(id="understood")

    @on(Input.Changed, "#organization")
    def explain(self, event: Input.Changed) -> None:
        """Say what is understood while it is typed."""
        self._read(event.value)

    @on(WaryInput.Refused)
    def warn(self, event: WaryInput.Refused) -> None:
        """Say that a token does not belong here; it is not in the field any more."""
        self.show_error(event.error)

    @on(Input.Submitted, "#organization")
    @on(Button.Pressed, "#main")
    @work(group="apply", exclusive=True, description="Remember the organization")
    async def accept(self) -> None:
        """Remember the organization and go on."""
        try:
            found = self.step.understand(self.typed.value)
            await self.step.apply(self.session, found.organization_id)
        except WizardError as error:
            self.understood.update(Content(""))
            self.show_error(error)
            self.typed.focus()
            return
        self.forward()

    def _read(self, text: str) -> None:
        if text.strip():  # else what was refused has emptied the field, and stays explained
            self.show_error(None)
        self._tell(text)

    def _tell(self, text: str) -> None:
        self.understood.update(Content(""))
        if not text.strip():
            return
        try:
            found = self.step.understand(text)
        except WizardError as error:
            self.understood.update(Content.styled(error.message, "$text-muted"))
            return
        self.understood.update(self._meaning(found))

    def _fitted(self, text: str) -> str:
        """Return an id or an address as far as a line has room for it."""
        return middle_cut(text, self.understood.size.width - 16)

    def _parted(self, address: str, organization: str) -> str:
        """Return an address in one line, or where that is too long, the organization in its own."""
        before = address.removesuffix(organization)
        if before == address or self._fitted(address) == address:
            return self._fitted(address)
        return f"{self._fitted(before)}\n{' ' * 16}{self._fitted(organization)}"

    @on(_Understood.Fits)
    def fit(self) -> None:
        """Show as much as there is room for."""
        if not self.understood.has_class("-empty"):
            self._tell(self.typed.value)  # an error beside it stays

    def _meaning(self, found: "Understood") -> Content:
        organization = found.organization_id
        address = self.step.tenant_url(organization)
        lines = [
            Content.assemble(("✓ Understood: ", "bold $text-success"), found.explanation),
            *(Content.assemble(lead_sign(Mark.ATTENTION), text) for text in found.corrections),
            Content.assemble(("  Organization  ", "$text-muted"), self._fitted(organization)),
            Content.assemble(
                ("  Tenant URL    ", "$text-muted"), self._parted(address, organization)
            ),
        ]
        return Content("\n").join(lines)
