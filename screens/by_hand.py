"""Screen of every step that is done by hand: what to do, what to copy, and a tick when done."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.getters import query_one
from textual.widget import Widget
from textual.widgets import Button, Static

from screens.base import StepScreen
from screens.widgets.item import Item
from wizard.browser import can_open, open_url
from wizard.errors import WizardError
from wizard.steps.by_hand import ByHandStep, Guide, Value
from wizard.steps.replacement import ReplacementStep

if TYPE_CHECKING:
    from wizard.flow import Flow
    from wizard.workspace import Workspace

_PORTALS = ("entra.microsoft.com today", "the older portal, with Provisioning Mode")
_OTHER = ("Older portal", "Newer portal")


class ByHandScreen(StepScreen):
    """Shows one guide; digits copy its values."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *(
            Binding(str(digit), f"copy_value({digit - 1})", "Copy value", show=False)
            for digit in range(1, 10)
        ),
        Binding("o", "open_link", "Open the portal"),
        Binding("p", "other_portal", "Other portal"),
    ]

    instructions = query_one("#instructions", Vertical)

    def __init__(self, flow: "Flow", space: "Workspace") -> None:
        super().__init__(flow)
        step = space.step(flow.current)
        assert isinstance(step, ByHandStep | ReplacementStep)  # noqa: S101 - narrows the type
        self.step = step
        self.guide: Guide = step.guide(flow.session)
        self._older = False
        self._use_browser = space.options.use_browser

    def compose_content(self) -> Iterable[Widget]:
        """Yield purpose, instructions, values and cautions."""
        yield Static(self.guide.purpose, markup=False)
        yield Vertical(id="instructions")
        for number, value in enumerate(self.guide.values, 1):
            yield Item(*_value(number, value))
        for place, caution in enumerate(self.guide.cautions):
            item = Item(Content.styled("! ", "bold $text-warning"), caution)
            yield item.add_class("caution").set_class(place == 0, "-first")
        if self.guide.link:
            key = ("o", "bold $text-primary")
            link = Content.assemble("Press ", key, " to open  ", self.guide.link)
            yield Static(link, classes="lead-link")

    def compose_buttons(self) -> Iterable[Widget]:
        """Yield the tick, the portal, and the way back."""
        yield Button("Done, next", id="main", variant="primary")
        yield Button("Open the portal", id="open", disabled=not self.guide.link)
        yield Button(_OTHER[0], id="portal")
        yield Button("Skip", id="next")
        if not self.flow.is_first:
            yield Button("Back", id="back")

    async def on_mount(self) -> None:
        """Show the instructions."""
        await self._instruct()

    async def _instruct(self) -> None:
        lines = self.guide.older_portal if self._older else self.guide.portal
        await self.instructions.remove_children()
        await self.instructions.mount(
            Static(Content.assemble("In ", (_PORTALS[self._older], "bold"), ":")),
            *(Item(f"{number}. ", line) for number, line in enumerate(lines, 1)),
            Static(Content.assemble(("Done when: ", "bold"), f"{self.guide.done}.")),
        )

    @on(Button.Pressed, "#portal")
    async def action_other_portal(self) -> None:
        """Show the instructions for the other generation of the portal."""
        self._older = not self._older
        self.query_one("#portal", Button).label = _OTHER[self._older]
        await self._instruct()

    @on(Button.Pressed, "#open")
    def action_open_link(self) -> None:
        """Open the deep link, or copy it where no browser can be opened."""
        if not self.guide.link:
            return
        if self._use_browser and can_open():
            self._open()
        else:
            self.wizard.copy_text(self.guide.link)

    @work(group="browser", exclusive=True, exit_on_error=False, description="Open the portal")
    async def _open(self) -> None:
        if not await open_url(self.guide.link):
            self.wizard.copy_text(self.guide.link)

    @work(group="copy", exclusive=True, exit_on_error=False, description="Copy a value")
    async def action_copy_value(self, index: int) -> None:
        """Copy a value; a secret is copied without being shown."""
        if index >= len(self.guide.values):
            return
        value = self.guide.values[index]
        if value.secret is None:
            self.wizard.copy_text(value.text)
            return
        try:
            self.wizard.copy_secret(await value.secret())
        except WizardError as error:
            self.show_error(error)

    @on(Button.Pressed, "#main")
    def confirm(self) -> None:
        """Remember that it is done and go on; ask first where a token is about to be revoked."""
        if isinstance(self.step, ByHandStep):
            self._finish(True)
            return
        from screens.confirm import Confirm

        question = f"{self.guide.done}? Then the old token will be revoked."
        self.app.push_screen(Confirm(question, "Yes, revoke the old one", "Not yet"), self._finish)

    def _finish(self, sure: bool | None) -> None:
        if sure:
            self.query_one("#main", Button).disabled = True
            self.finish()

    @work(group="apply", exclusive=True, exit_on_error=False, description="Confirm the step")
    async def finish(self) -> None:
        """Do what follows from the confirmation."""
        self.show_error(None)
        try:
            await self.step.apply(self.session)
        except WizardError as error:
            self.show_error(error)
            self.query_one("#main", Button).disabled = False
            return
        self.forward()


def _value(number: int, value: Value) -> tuple[Content, Content]:
    shown = "••••••••" if value.secret else value.text or "switched off in the endpoints file"
    return (
        Content.assemble("Press ", (str(number), "bold $text-primary"), " to copy  "),
        Content.assemble(f"{value.label}: ", (shown, "bold")),
    )
