"""Screen of the steps `token` and `new-token`: capture by listener or paste, judge, keep."""

import asyncio
from collections.abc import Iterable
from contextlib import suppress
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.binding import BindingType
from textual.content import Content
from textual.getters import query_one
from textual.widget import Widget
from textual.widgets import Button, Static
from textual.worker import WorkerCancelled, WorkerFailed

from screens.alone import alone
from screens.keys import key
from screens.waiting import WaitingScreen
from screens.widgets.fact_lines import FactLines
from screens.widgets.remark import Remark
from screens.widgets.secret_input import SecretInput
from screens.widgets.sign_in_link import SignInLink
from screens.widgets.underway import Underway
from wizard.errors import KeystoreError, WizardError
from wizard.flow.session import State
from wizard.machine.browser import ssh_forward_hint
from wizard.steps.token import TokenStep
from wizard.walk.capture import WebexSignIn, capture
from wizard.walk.for_session import FOR_SESSION, WHAT_IT_MEANS
from wizard.walk.walk import Move, Visit
from wizard.words.progress import Progress

if TYPE_CHECKING:
    from wizard.workspace import Workspace

_RESTART, ASK_AGAIN = "Start over", "Ask again"
_UNKEPT = "The token that came was not kept, so it is given up then."

_INTRO = (
    "Sign in to Webex as the administrator that provisioning will act for. The token comes back "
    "here by itself. Use a private window: the ordinary history keeps the address that carried "
    "the token."
)


class TokenScreen(WaitingScreen[TokenStep]):
    """Waits for the browser and for a pasted address at the same moment."""

    BINDINGS: ClassVar[list[BindingType]] = [
        key("copy", "copy_link", "Copy link"),
        key("address", "show_alone", "Link alone"),
        key("again", "restart", "Start over"),
        key("practice", "practice", "Practice sign-in"),
    ]

    status = query_one("#status", Static)
    underway = query_one(Underway)
    facts = query_one(FactLines)
    main = query_one("#main", Button)

    def __init__(self, visit: Visit, space: "Workspace") -> None:
        super().__init__(visit, space)
        self.issued = self.step.issued(self.session)
        self._waiting: WebexSignIn | None = None
        self._kept = False
        self._is_leaving = False

    def compose_content(self) -> Iterable[Widget]:
        """Yield the introduction, the state of the wait, the paste field, and the link."""
        yield Static(_INTRO, id="intro")
        yield Remark(id="status")
        yield FactLines(id="facts")
        yield Underway()
        yield Static("Or paste the address the browser ended at:", classes="lead", id="paste-lead")
        yield SecretInput("for example http://localhost:3000/auth/code#…", id="paste")
        yield SignInLink("Webex sign-in", use_browser=self.space.options.use_browser)

    def compose_buttons(self) -> Iterable[Widget]:
        """Yield the main action, whose words follow the state, and the others."""
        yield Button("Open the browser", id="main")
        if self.space.practice is not None:
            yield Button("Practice sign-in", id="practice")
        yield Button(_RESTART, id="restart")
        yield Button(FOR_SESSION, id="for-session")
        yield Button("Skip", id="next")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Hide what needs a listener that waits, or a practice tenant."""
        if action == "practice":
            return self.space.practice is not None and self._waiting is not None
        return action not in {"copy_link", "show_alone"} or self._waiting is not None

    def on_mount(self) -> None:
        """Look whether there is a token; wait for one if not, or if another one is wanted."""
        self.main.disabled = True
        if self.visit.begins_anew:
            self.capture()
        else:
            self.look()

    @work(group="capture", exclusive=True, description="Look for a token")
    async def look(self) -> None:
        """Show a token that is there already, or begin to wait."""
        try:
            finding = await self.step.check(self.session)
        except WizardError as error:
            self._failed(error)
            return
        if finding.state is State.DONE:
            self._show_kept(finding.text)
        else:
            if finding.hint:  # there was one
                self.tell(f"{finding.text} {finding.hint}")
            self.capture()

    @work(group="capture", exclusive=True, description="Wait for the token")
    async def capture(self) -> None:
        """Hold the port, wait for the browser or a paste, and judge what comes."""
        self._kept = False
        self.show_error(None)
        self._offer(False)
        self._begin("Testing the keyring and port 3000.")
        try:
            await capture(self.step, self.issued, self._show_waiting, self.show_error)
        except WizardError as error:
            self._failed(error)
        else:
            await self._judge()

    @work(group="capture", exclusive=True, description="Ask Webex again")
    async def ask_again(self) -> None:
        """Ask once more whose token it is that came."""
        await self._judge()

    async def _judge(self) -> None:
        self._waiting = None
        self.show_error(None)
        self._offer(False, paste=False)
        self.link.clear()
        self._begin("Received. Asking Webex whose token this is.")
        if said := await self.issued.give_up_others():
            self.wizard.part_with(said)
        try:
            await self.issued.judge(self._progress)
        except WizardError as error:
            self._failed(error)
        else:
            self._show_judged()

    def waits(self) -> WebexSignIn | None:
        """Return the sign-in that waits for the browser."""
        return self._waiting

    def _show_waiting(self, waiting: WebexSignIn) -> None:
        self._waiting = waiting
        self._begin("Waiting for the browser at localhost:3000.")
        self.link.show(waiting.url, ssh_forward_hint())
        self._offer(True, self.link.offer)
        if not self.paste.has_focus:
            self.main.focus()

    def _begin(self, words: str) -> None:
        self.status.display = False
        self.facts.clear()
        self.underway.begin(words, "Esc goes back.")

    def _end(self, told: Content | str) -> None:
        self.underway.end()
        self.facts.clear()
        self.status.display = True
        self.status.update(told)

    def _progress(self, progress: Progress) -> None:
        self.underway.say(progress.message)

    def _failed(self, error: WizardError) -> None:
        self._waiting = None
        in_hand = self.issued.in_hand
        held = "The token came, and is held in memory." if in_hand else "No token was stored."
        self._end(held)
        self.link.clear()  # nobody waits for what it would bring
        self.show_error(error)
        self._offer(True, ASK_AGAIN if in_hand else _RESTART, paste=False)
        if isinstance(error, KeystoreError) and not in_hand:
            self._offer_for_session()
        self.main.focus()

    def _offer_for_session(self) -> None:
        """Offer to go on without a keyring, where none should hold a token already."""
        offered = self.space.may_keep_for_session(self.session)
        self.query_one("#for-session", Button).display = offered
        if offered:
            self.status.update(Content(WHAT_IT_MEANS))

    @on(Button.Pressed, "#for-session")
    def keep_for_session(self) -> None:
        """Go on without a keyring."""
        self.space.keep_for_session(self.session)
        self.capture()

    def _show_judged(self) -> None:
        self._end("Is this the right account?")
        self.facts.show(self.issued.described(), self.issued.cautions)
        self.link.clear()
        self._offer(True, "Keep this token", paste=False)
        (self.main if self.issued.may_serve else self.query_one("#restart", Button)).focus()

    def _show_kept(self, text: str) -> None:
        self._kept = True
        self._end(Content.assemble(("✓ ", "bold $text-success"), text))
        self._offer(True, "Next", paste=False)
        restart = self.query_one("#restart", Button)
        restart.disabled = self.step.replaces(self.session)
        if restart.disabled:
            self.link.clear("Entra has this token. To replace it, use Renew the token.")
        self.main.focus()
        self.renew_rail()

    def _offer(self, enabled: bool, label: str = "", *, paste: bool = True) -> None:
        self.main.disabled = not enabled
        if label:
            self.main.label = Content(label)
            self.main.refresh(layout=True)
        self.paste.display = paste
        self.query_one("#paste-lead").display = paste
        self.query_one("#next", Button).display = not self._kept
        self.query_one("#restart", Button).display = label != _RESTART
        self.query_one("#for-session", Button).display = False
        for practice in self.query("#practice"):
            practice.display = self._waiting is not None
        self.refresh_bindings()

    @on(Button.Pressed, "#main")
    def go_on(self) -> None:
        """Do what the main button says."""
        if self.main.disabled:
            return
        if self._kept:
            self.forward()
        elif self.issued.in_hand and self.issued.judged is not None:
            self.main.disabled = True
            self._keep()
        elif self.issued.in_hand:
            self.ask_again()
        elif self._waiting is not None:
            self.link.open_or_copy()
        else:
            self.capture()

    @work(group="keep", description="Keep the token")
    async def _keep(self) -> None:
        self.underway.begin("Keeping the token.")
        try:
            said = await self.issued.keep()
        except WizardError as error:
            self.underway.end()
            self.show_error(error)
            self.main.disabled = False
            self.main.focus()
            return
        self._kept = True
        self.forward()
        if said:
            self.wizard.part_with(said)

    def action_copy_link(self) -> None:
        """Send the link to the clipboard."""
        if self._waiting is not None:
            self.link.copy()

    @work(group="alone", exclusive=True, description="Show the link alone")
    async def action_show_alone(self) -> None:
        """Show the link alone, where any terminal selects it whole."""
        if self._waiting is not None:
            await alone(self.app, self._waiting.url)

    @on(Button.Pressed, "#restart")
    def action_restart(self) -> None:
        """Give up what came and begin again with a new state."""
        if not self.query_one("#restart", Button).disabled:
            self._part(None)

    @property
    def unkept(self) -> str:
        """What would get lost, a sentence."""
        return _UNKEPT if self.issued.in_hand else ""

    def answer(self, move: Move) -> None:
        """Answer, but not before a token that came is kept or given up."""
        self._part(move)

    def _part(self, move: Move | None) -> None:
        if not self._is_leaving:
            self._is_leaving = True
            self._leave(move)

    @work(group="leave", description="Give up a token that came")
    async def _leave(self, move: Move | None) -> None:
        """Part with a token in hand, then answer, or begin again."""
        try:
            said = await self.let_go()
        finally:
            self._is_leaving = False
        if move is not None:
            super().answer(move)
        if said:
            self.wizard.part_with(said)
        if move is None:
            self.capture()

    async def let_go(self) -> str:
        """Stop waiting, and give up a token that came and was not kept; what is being kept is."""
        waiting = self.workers.cancel_group(self, "capture")
        keeping = [each for each in self.workers if (each.node, each.group) == (self, "keep")]
        for worker in (*waiting, *keeping):
            with suppress(WorkerCancelled, WorkerFailed):
                await worker.wait()
        if self.issued.in_hand:
            self._offer(False, paste=False)
            self._begin("Giving up the token that came.")
        return await self.issued.give_up()

    @on(Button.Pressed, "#practice")
    def action_practice(self) -> None:
        """Let the practice tenant do the browser's part."""
        if self._waiting is not None and self.space.practice is not None:
            self._practise(self._waiting.url)

    @work(group="browser", exclusive=True, description="Practice sign-in")
    async def _practise(self, url: str) -> None:
        assert self.space.practice is not None  # noqa: S101 - the caller looked
        try:
            await asyncio.to_thread(self.space.practice.sign_in, url)
        except WizardError as error:
            self.show_error(error)
