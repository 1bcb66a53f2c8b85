"""Screen of step `sign-in`: by browser, by device code, or not at all."""

import asyncio
from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.binding import BindingType
from textual.content import Content
from textual.getters import query_one
from textual.style import Style
from textual.widget import Widget
from textual.widgets import Button, Input, Static

from screens.alone import alone
from screens.keys import key
from screens.waiting import WaitingScreen
from screens.widgets.fact_lines import FactLines
from screens.widgets.marks import lead_sign, sign
from screens.widgets.remark import Remark
from screens.widgets.remembering import Remembering
from screens.widgets.secret_input import SecretInput
from screens.widgets.sign_in_fields import SignInFields
from screens.widgets.sign_in_link import OTHERWISE, SignInLink
from screens.widgets.underway import Underway
from wizard.errors import WizardError
from wizard.flow.session import State
from wizard.machine.browser import ssh_forward_hint
from wizard.steps.sign_in import SignInStep
from wizard.store.marks import Mark
from wizard.walk.walk import Move, Visit, Way
from wizard.words.progress import Progress

if TYPE_CHECKING:
    from wizard.oauth.entra.device_code import DeviceCode
    from wizard.oauth.entra.sign_in import BrowserSignIn, EntraSignIn
    from wizard.workspace import Workspace

_INTRO = (
    "Sign in, and this program does the Entra side: it shows each change first, and can take it "
    "back. By hand stays possible at any step."
)
_ALONE = "Sign in first: taking back what was made in Entra needs that."
_STOP = "Esc goes back."


class SignInScreen(WaitingScreen[SignInStep]):
    """Signs in to Microsoft, or decides for by hand."""

    BINDINGS: ClassVar[list[BindingType]] = [
        key("copy", "copy_link", "Copy link"),
        key("address", "show_alone", "Link alone"),
        key("again", "restart", "Start over"),
        key("code", "device", "Device code"),
        key("by-hand", "by_hand", "By hand"),
        key("practice", "practice", "Practice sign-in"),
    ]

    before = query_one(SignInFields)
    remembering = query_one(Remembering)
    status = query_one("#status", Static)
    underway = query_one(Underway)
    facts = query_one(FactLines)
    main = query_one("#main", Button)

    def __init__(self, visit: Visit, space: "Workspace") -> None:
        super().__init__(visit, space)
        self._may_go_by_hand = visit.flow.remembers  # an undo alone needs the sign-in
        self._done = False
        self._link = ""
        self._code = ""
        self._client = ""
        self._waiting: BrowserSignIn | None = None

    def compose_content(self) -> Iterable[Widget]:
        """Yield the introduction, the two fields, and the state of the sign-in."""
        ended = self.step.has_ended(self.session)
        lead = Content.assemble(lead_sign(Mark.ATTENTION), self.step.ended(self.session))
        intro = _INTRO if self._may_go_by_hand else _ALONE
        yield SignInFields(
            lead if ended and self._may_go_by_hand else intro,
            self.session.profile.entra,
            self.step.client,
        )
        yield Remark(id="status")
        yield FactLines(id="facts")
        yield Underway()
        yield Remembering()
        yield Static("Or paste the address the browser ended at:", id="paste-lead")
        yield SecretInput("for example http://localhost/?code=…", id="paste")
        yield SignInLink("Microsoft sign-in", use_browser=self.space.options.use_browser)

    def compose_buttons(self) -> Iterable[Widget]:
        """Yield the ways to sign in, and the way without."""
        yield Button("Sign in", id="main")
        yield Button("Device code", id="device")
        if self._may_go_by_hand:
            yield Button("By hand", id="by-hand")
        if self.space.practice is not None:
            yield Button("Practice sign-in", id="practice")
        yield Button("Hand over", id="hand-over")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Hide what needs a sign-in that waits, or a practice tenant."""
        if action == "device":
            return not (self._done or self._code)
        if action == "by_hand":
            return self._may_go_by_hand
        if action == "practice":
            return self.space.practice is not None and bool(self._link or self._code)
        if action in {"copy_link", "show_alone"}:
            return bool(self._link or self._code)
        return action != "restart" or self._done or bool(self._link or self._code)

    def on_mount(self) -> None:
        """Say who is signed in already."""
        self._wait_for("", "")
        self.remembering.display = False
        self.look()

    @work(group="sign-in", exclusive=True, description="Look who is there")
    async def look(self) -> None:
        """Say who is signed in, or sign in with what is remembered."""
        signed_in = self.step.tenant.signed_in is not None
        try:
            if not signed_in and self.step.is_remembered(self.session):
                self._begin("Signing in again, as remembered.")
                signed_in = await self.step.recall(self.session, self._report)
            if signed_in:
                await self._show_account()
                return
        except WizardError as error:
            self._failed(error)
            return
        finding = await self.step.check(self.session)
        is_by_hand = finding.state is State.DONE and self._may_go_by_hand
        lead = Content.assemble(sign(Mark.SAID), " ") if is_by_hand else Content()
        # That it has ended stands at the top already.
        text = "" if finding.state is State.ATTENTION else finding.text
        self.status.update(Content.assemble(lead, text))
        self.before.display = True
        if self.main.disabled or is_by_hand:
            self._offer("Sign in")
        if is_by_hand:
            self.query_one("#by-hand").focus()  # what was chosen

    @work(group="sign-in", exclusive=True, description="Sign in")
    async def sign_in(self, *, device: bool) -> None:
        """Wait for the administrator to sign in, in a browser here or anywhere."""
        self._begin()
        try:
            request = self._request()
            if device:
                await self.step.by_device_code(self.session, request, self._show_code)
            else:
                await self.step.by_browser(
                    self.session, request, self._show_waiting, self.show_error
                )
            await self._show_account()
        except WizardError as error:
            self._failed(error)

    def _begin(self, text: str = "Preparing the sign-in.") -> None:
        self._be_done(False)
        self.before.display = False
        self.remembering.display = False
        self.show_error(None)
        self._wait_for("", "")
        self.status.update("")
        self.underway.begin(text, _STOP)
        self.main.disabled = True

    def _be_done(self, done: bool) -> None:
        """Offer no other way to sign in beside Next; to start over is one."""
        self._done = done
        self.query_one("#device", Button).display = not done

    def _failed(self, error: WizardError) -> None:
        """Tell why nobody is signed in, or why it is not known who, and offer to try again."""
        self._wait_for("", "")
        nobody = self.step.tenant.signed_in is None
        self.show_error(error)
        if not nobody and self.step.tenant.claims is None:
            self._finished(self.step.signed_in_but, warning=True)
            return
        self.status.update(Content("Nobody is signed in." if nobody else self.step.signed_in_but))
        self.before.display = True
        self._offer("Sign in")

    def waits(self) -> "BrowserSignIn | None":
        """Return the sign-in that waits for the browser."""
        return self._waiting

    def _request(self) -> "EntraSignIn":
        tenant, client = self.before.given
        self._client = self.step.client(client.strip())
        return self.step.request(tenant, client, self._report)

    def _report(self, progress: Progress) -> None:
        self.underway.say(progress.message)

    def _show_waiting(self, waiting: "BrowserSignIn") -> None:
        self._wait_for(waiting.url, "")
        self._waiting = waiting
        self._offer_paste(True)
        self.underway.begin(f"Waiting for the browser at port {waiting.port}.", _STOP)
        self.status.update(Content(self._client))
        self.link.show(waiting.url, ssh_forward_hint(forward=waiting.port))
        self._offer(self.link.offer)
        self.link.open_or_copy()  # that is what was asked for

    def _show_code(self, code: "DeviceCode") -> None:
        self._wait_for(code.verification_uri, code.user_code)
        self.status.update(
            Content.assemble(
                "Open ",
                (code.verification_uri, Style(bold=True, link=code.verification_uri)),
                " in any browser and enter  ",
                (code.user_code, "bold reverse"),
                f"\n{code.in_words()}\n{self._client}",
            )
        )
        self.underway.begin("Waiting for the sign-in.", _STOP)
        self._offer("Copy the code")

    def _offer_paste(self, offered: bool) -> None:
        self.paste.display = offered
        self.query_one("#paste-lead").display = offered

    def _wait_for(self, link: str, code: str) -> None:
        self._link, self._code, self._waiting = link, code, None
        self._offer_paste(False)
        self.facts.clear()
        for practice in self.query("#practice"):
            practice.display = bool(link or code)
        self.query_one("#device", Button).display = not (self._done or code)
        # What leads away from a sign-in that waits is By hand and Back, which must be in sight.
        self.query_one("#hand-over", Button).display = not (link or code)
        if not link:
            self.link.clear()
        self.refresh_bindings()

    async def _show_account(self) -> None:
        self._wait_for("", "")
        self.status.update("")
        self.underway.begin("Signed in. Asking Microsoft who you are.", _STOP)
        facts, warnings = await self.step.described(self._report)
        self._finished("Signed in.")
        self.facts.show(facts, warnings)

    def _finished(self, text: str, *, warning: bool = False) -> None:
        self._be_done(True)
        self.before.display = False
        if not warning:
            self.show_error(None)  # what went wrong before is over
        lead = ("! ", "bold $text-warning") if warning else ("✓ ", "bold $text-success")
        self.status.update(Content.assemble(lead, text))
        self._show_whether()
        self._offer("Next")
        self.renew_rail()

    def _show_whether(self) -> None:
        """Say whether the sign-in is remembered, and offer the other."""
        self.remembering.display = self.step.tenant.signed_in is not None
        self.remembering.show(
            self.step.consequence(self.session),
            is_remembered=self.step.is_remembered(self.session),
            can=self.step.can_remember,
        )

    def _offer(self, label: str) -> None:
        if not (self._link or self._code):
            self.underway.end()
        self.main.disabled = False
        self.main.label = Content(label)
        self.main.refresh(layout=True)
        self.main.focus()
        self.refresh_bindings()

    @on(Input.Submitted, "#tenant, #client")
    @on(Button.Pressed, "#main")
    def go_on(self) -> None:
        """Do what the main button says."""
        if self._done:
            self.forward()
        elif self._code:
            self._copy("The code", self._code, "type it")
        elif self._link:
            self.link.open_or_copy()
        else:
            self.sign_in(device=False)

    @on(Button.Pressed, "#device")
    def action_device(self) -> None:
        """Sign in with a code, in a browser anywhere."""
        self.sign_in(device=True)

    def action_restart(self) -> None:
        """Begin again, with another account perhaps."""
        self.sign_in(device=False)

    @on(Button.Pressed, "#by-hand")
    @work(group="sign-in", exclusive=True, description="Go on by hand")
    async def action_by_hand(self) -> None:
        """Do the Entra side by hand."""
        try:
            was_remembered = await self.step.by_hand(self.session)
        except WizardError as error:
            self.show_error(error)
            return
        told = "The remembered sign-in is no longer in the keyring." if was_remembered else ""
        self.answer(Move(Way.FORWARD, told=told))

    @on(Button.Pressed, "#hand-over")
    def hand_over(self) -> None:
        """Write a file for the colleague who does the Entra side."""
        from screens.hand_over import HandOverDialog

        self.app.push_screen(HandOverDialog(self.session, self.space))

    @on(Button.Pressed, "#remember")
    @work(group="sign-in", exclusive=True, description="Remember or forget")
    async def remember(self) -> None:
        """Remember the sign-in in the keyring, or take it out."""
        self.show_error(None)
        try:
            if self.step.is_remembered(self.session):
                await self.step.forget(self.session)
            else:
                await self.step.remember(self.session)
        except WizardError as error:
            self.show_error(error)
        self._show_whether()

    def action_copy_link(self) -> None:
        """Send the link to the clipboard."""
        if self._code:
            self._copy("The address", self._link, OTHERWISE)
        else:
            self.link.copy()

    @work(group="copy", exclusive=True, description="Copy the code, or where it is entered")
    async def _copy(self, what: str, text: str, otherwise: str) -> None:
        said = await self.wizard.copied(what, text, otherwise)
        if text in {self._code, self._link}:  # else nobody waits for it any more
            self.link.clear(said)

    @work(group="alone", exclusive=True, description="Show the link alone")
    async def action_show_alone(self) -> None:
        """Show the link alone, where any terminal selects it whole."""
        if self._link:
            await alone(self.app, self._link)

    @on(Button.Pressed, "#practice")
    def action_practice(self) -> None:
        """Let the practice tenant do the browser's part."""
        if self.space.practice is not None and (self._link or self._code):
            self._practise(self._link, self._code)

    @work(group="browser", exclusive=True, description="Practice sign-in")
    async def _practise(self, link: str, code: str) -> None:
        practice = self.space.practice
        assert practice is not None  # noqa: S101 - the caller looked
        try:
            if code:
                await asyncio.to_thread(practice.approve_device, code)
            else:
                await asyncio.to_thread(practice.sign_in, link)
        except WizardError as error:
            self.show_error(error)
