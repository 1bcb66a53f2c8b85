"""Screen of every step that is done by hand: what to do, what to copy, and a tick when done."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.binding import BindingType
from textual.content import Content
from textual.getters import query_one
from textual.widget import Widget
from textual.widgets import Button

from screens.base import StepScreen
from screens.keys import key
from screens.widgets.hanging import Hanging
from screens.widgets.instructions import OTHER, Instructions, cautions, lead, notes
from screens.widgets.remark import Remark
from screens.widgets.sign_in_link import OTHERWISE
from screens.widgets.value_line import ValueLine
from wizard.errors import WizardError
from wizard.steps.base import Guide, Step
from wizard.steps.replacement import ReplacementStep
from wizard.walk.walk import Move, Visit, Way

if TYPE_CHECKING:
    from wizard.workspace import Workspace


class ByHandScreen(StepScreen[Step]):
    """Shows one guide; digits copy its values."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *(
            key(str(digit), f"copy_value({digit - 1})", "Copy value", show=False)
            for digit in range(1, 10)
        ),
        key("open", "open_link", "Open the portal"),
        key("generation", "other_portal", "Older or newer portal", show=False),
        key("by-hand", "automatic", "Do it for me"),
    ]

    instructions = query_one(Instructions)

    def __init__(self, visit: Visit, space: "Workspace") -> None:
        super().__init__(visit, space)
        guide = self.step.guide(self.session)
        assert guide is not None  # noqa: S101 - else the step has a screen of its own
        self.guide: Guide = guide
        self.copied = Remark(id="copied")

    def compose_content(self) -> Iterable[Widget]:
        """Yield purpose, cautions, instructions and values."""
        yield Hanging(self.guide.purpose, markup=False)
        yield from cautions(self.guide)
        yield Instructions(self.guide)
        for number, value in enumerate(self.guide.values, 1):
            yield ValueLine(number, value)
        yield self.copied
        if self.guide.link:
            yield lead(self.guide.link)
        yield from notes(self.guide)

    def compose_buttons(self) -> Iterable[Widget]:
        """Yield the tick, the portal, and the way back."""
        yield Button("Next", id="main")
        yield Button("Open the portal", id="open", disabled=not self.guide.link)
        yield Button(OTHER[False], id="portal")
        if self.visit.is_put_off:
            yield Button("Do it for me", id="automatic")
        yield Button("Skip", id="next")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer Graph where that was put off."""
        if action == "automatic":
            return self.visit.is_put_off
        return super().check_action(action, parameters)

    @on(Button.Pressed, "#automatic")
    def action_automatic(self) -> None:
        """Do the step through Graph after all."""
        self.answer(Move(Way.THROUGH_GRAPH))

    @on(Button.Pressed, "#portal")
    async def action_other_portal(self) -> None:
        """Show the instructions for the other generation of the portal."""
        older = not self.instructions.older
        self.query_one("#portal", Button).label = OTHER[older]
        await self.instructions.show(older=older)

    @on(Button.Pressed, "#open")
    def action_open_link(self) -> None:
        """Open the deep link, or copy it where no browser can be opened."""
        if self.guide.link:
            self.open_link(self.guide.link)

    @on(ValueLine.Taken)
    def take_value(self, event: ValueLine.Taken) -> None:
        """Copy the value that was pressed."""
        self.action_copy_value(event.number - 1)

    @work(group="copy", exclusive=True, description="Copy a value")
    async def action_copy_value(self, index: int) -> None:
        """Copy a value; a secret is copied without being shown."""
        if index >= len(self.guide.values):
            return
        value = self.guide.values[index]
        if value.secret is None:
            said = await self.wizard.copied(value.label, value.text, OTHERWISE)
            self.offer_alone(value.text)
            self.say_within(self.copied, Content(said))
            return
        try:
            said = await self.wizard.copy_secret(await value.secret())
        except WizardError as error:
            self.show_error(error)
            return
        self.offer_alone("")
        self.say_within(self.copied, Content(f"{value.label}: {said}"))

    @on(Button.Pressed, "#main")
    @work(group="apply", exclusive=True, description="Confirm the step")
    async def confirm(self) -> None:
        """Remember that it is done and go on; ask first where that may cost somebody something."""
        main = self.query_one("#main", Button)
        self.show_error(None)
        try:
            if not await self.is_meant():
                return
            main.disabled = True
            await self.step.confirm(self.session)
        except WizardError as error:
            self.show_error(error)
            main.disabled = False
            return
        self.forward()

    async def is_meant(self) -> bool:
        """Ask, also whether Entra has the new token, with what follows from that."""
        if not isinstance(self.step, ReplacementStep):
            return await super().is_meant()
        from screens.confirm import Confirm

        question = f"{self.guide.done}? {await self.step.consequence(self.session)}"
        asked = Confirm(question, "Yes, Entra has it", "Not yet")
        return await self.app.push_screen_wait(asked) is True
