"""Our application at the preview of two exported directories, which a process of its own reads."""

import os
import sys
from pathlib import Path

from textual import work

from screens.app import WizardApp
from screens.preview import PreviewScreen
from tests.directories import pair
from tests.pilot.preview_shown import previewed_by
from wizard.assets import ASSETS
from wizard.mapping.document import MappingDocument
from wizard.options import Options
from wizard.preview.offline import Files
from wizard.preview.process import FilesDesk


class Previewing(WizardApp):
    """Begins with the preview of files that stand in the folder of the settings."""

    @work(group="begin", description="Begin")
    async def begin(self) -> None:
        """Show the screen until it is answered."""
        self.stylesheet.read(ASSETS / "first.tcss")
        space = await self.workspace()
        folder = Path(os.environ["WEBEX_WIZARD_HOME"])
        files = Files(folder / "entra.jsonl", folder / "webex.jsonl")
        desk = FilesDesk(files, MappingDocument.default(), "running")
        await self.push_screen_wait(PreviewScreen(previewed_by(space, desk), space))
        self.exit(0)


if __name__ == "__main__":
    home = Path(os.environ["WEBEX_WIZARD_HOME"])
    assert home.is_dir(), "never beside real profiles"
    pair(int(sys.argv[1])).write(home)
    Previewing(Options(practice=True)).run()
