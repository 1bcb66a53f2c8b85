"""The dialog that asks for the files a preview is made from."""

from pathlib import Path
from typing import ClassVar, Final, NamedTuple, cast

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.widgets import Button, Input, Select, Static

from screens.dialog import Dialog
from screens.keys import key
from screens.widgets.error_panel import ErrorPanel
from screens.widgets.fitting import Buttons, Fitting
from screens.widgets.key_line import KeyLine
from screens.widgets.line_input import LineInput
from screens.widgets.scrolled import Scrolled
from wizard.errors import PreviewError
from wizard.preview.offline import Files
from wizard.preview.settings import JobState

_FIELDS: Final = {
    "entra": ("People of Entra", "entra.json"),
    "webex": ("Accounts of Webex", "webex.json"),
    "entra-groups": ("Groups of Entra", "if groups go along"),
    "webex-groups": ("Groups of Webex", "if groups go along"),
    "assigned": ("Who is assigned", "empty: everybody"),
}
_JOBS: Final = (
    ("It has never run", "never"),
    ("It runs", "running"),
    ("It was restarted with everything forgotten", "restarted"),
)
_LABEL: Final = 1 + max(len(label) for label, _ in _FIELDS.values())


class ExportedFiles(NamedTuple):
    """What was exported, and what no file tells."""

    files: Files
    job: JobState


class FilesDialog(Dialog[ExportedFiles | None]):
    """Asks for the files, and how the job stands; answers with them, or None."""

    BINDINGS: ClassVar[list[BindingType]] = [key("close", "close", "Cancel")]

    def __init__(self, job: JobState) -> None:
        """Ask for the files.

        Args:
            job: How the job stands, as far as is known.
        """
        super().__init__()
        self._job = job

    def compose(self) -> ComposeResult:
        """Lay out a line for each file."""
        with Fitting(classes="dialog", id="files-dialog"):
            yield Static("Preview from files", classes="dialog-title")
            with Scrolled(classes="dialog-body"):
                for name, (label, placeholder) in _FIELDS.items():
                    with Horizontal(classes="field"):
                        yield Static(label.ljust(_LABEL), classes="label")
                        yield LineInput(placeholder=placeholder, id=name)
                with Horizontal(classes="field"):
                    yield Static("How the job is".ljust(_LABEL), classes="label")
                    yield Select(_JOBS, value=self._job, allow_blank=False, id="job", compact=True)
                yield ErrorPanel()
            with Buttons(classes="dialog-buttons"):
                yield Button("Read", id="read")
                yield Button("Cancel", id="cancel")
        yield KeyLine()

    def _path(self, name: str) -> Path | None:
        typed = self.query_one(f"#{name}", Input).value.strip()
        return Path(typed) if typed else None

    @on(Input.Submitted)
    def go_further(self, event: Input.Submitted) -> None:
        """Go from one line to the next, and from the last one on."""
        self.focus_next()

    @on(Button.Pressed, "#read")
    def read(self) -> None:
        """Answer with the files, once both directories are named."""
        entra, webex = self._path("entra"), self._path("webex")
        if entra is None or webex is None:
            error = PreviewError(
                "A preview needs both directories.",
                "Name the file of Entra and that of Webex.",
                code="preview-needs-files",
            )
            self.refuse(error)
            self.query_one("#entra" if entra is None else "#webex").focus()
            return
        groups = filter(None, map(self._path, ("entra-groups", "webex-groups")))
        files = Files(entra, webex, tuple(groups), self._path("assigned"))
        job = cast("JobState", self.query_one("#job", Select).value)
        self.answer(ExportedFiles(files, job))

    @on(Button.Pressed, "#cancel")
    def action_close(self) -> None:
        """Answer with nothing."""
        self.answer(None)
