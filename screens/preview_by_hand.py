"""Screen of step `preview` by hand: how both directories are exported, and what they then tell."""

from collections.abc import Iterable
from contextlib import suppress
from typing import TYPE_CHECKING, cast

from textual import on, work
from textual.widget import Widget
from textual.widgets import Button

from screens.by_hand import ByHandScreen
from screens.widgets.remark import Remark
from wizard.errors import WizardError
from wizard.flow.session import State
from wizard.steps.preview import PreviewStep
from wizard.walk.walk import Way

if TYPE_CHECKING:
    from wizard.walk.walk import Move


class PreviewByHandScreen(ByHandScreen):
    """Shows the guide, and reads the files that it leads to."""

    AUTO_FOCUS = "#read"

    def compose_content(self) -> Iterable[Widget]:
        """Yield what was accepted before, and the guide."""
        yield Remark(id="kept")
        yield from super().compose_content()

    def compose_buttons(self) -> Iterable[Widget]:
        """Yield what reads the files, and what every guide has; nobody's word stands for a look."""
        yield Button("Read files", id="read")
        others = super().compose_buttons()
        yield from (each for each in others if each.id not in {"main", "portal"})

    def on_mount(self) -> None:
        """Look how the preview that was accepted before stands."""
        self.look()

    @work(group="look", exclusive=True, description="Look for a preview")
    async def look(self) -> None:
        """Tell of the preview that was accepted before, and whether it is old."""
        with suppress(WizardError):  # a damaged journal is told of where it is mended
            found = await cast("PreviewStep", self.step).kept_by_hand(self.session)
            self.query_one("#kept", Remark).update("" if found.state is State.OPEN else found.text)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer no older portal: the files come from elsewhere, and from there alone."""
        return action != "other_portal" and super().check_action(action, parameters)

    @on(Button.Pressed, "#read")
    @work(group="files", exclusive=True, description="Preview from files")
    async def read(self) -> None:
        """Ask for the files and show what would happen; back from there is back here."""
        from screens.preview import PreviewScreen
        from screens.preview_files import FilesDialog

        step, session = cast("PreviewStep", self.step), self.session
        asked = await self.app.push_screen_wait(FilesDialog(await step.job_state(session)))
        if asked is None:
            return
        screen = PreviewScreen(self.visit, self.space, lambda: step.files_desk(session, *asked))
        move: Move = await self.app.push_screen_wait(screen)
        if move.way is not Way.BACK:
            self.answer(move)
