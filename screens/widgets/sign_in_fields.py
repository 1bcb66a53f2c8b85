"""What may be given before a Microsoft sign-in: a tenant, and a client of one's own."""

from collections.abc import Callable

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, Static

from screens.widgets.line_input import LineInput
from wizard.store.profiles import EntraFacts

_MORE = "F1 says more, and how to use a registration of your own."


class SignInFields(Vertical):
    """Asks for both, and says who signs in with what is typed.

    Args:
        lead: What stands above them.
        known: What is known of Entra so far.
        client: Says of a client id who signs in with it.
    """

    DEFAULT_CSS = """
    SignInFields { height: auto; margin: 1 0 0 0; }
    SignInFields Static { height: auto; margin: 0 0 1 0; }
    SignInFields .label { margin: 0; color: $text-muted; }
    SignInFields Input { margin: 0 0 1 0; }
    """

    def __init__(
        self, lead: Content | str, known: EntraFacts, client: Callable[[str], str]
    ) -> None:
        super().__init__(id="before")
        self._lead = lead
        self._known = known
        self._client = client

    def compose(self) -> ComposeResult:
        """Lay out the two fields."""
        yield Static(self._lead, markup=False)
        yield Static("Tenant, only if your account is in several:", classes="label")
        example = "for example contoso.onmicrosoft.com"
        yield LineInput(self._known.tenant_id, placeholder=example, id="tenant")
        yield Static("Client id, only for a registration of your own:", classes="label")
        empty = "empty for the client named below"
        yield LineInput(self._known.client_id, placeholder=empty, id="client")
        yield Static(self._whose(self._known.client_id), id="whose", classes="label", markup=False)

    @property
    def given(self) -> tuple[str, str]:
        """The tenant and the client id, as they were typed."""
        return self.query_one("#tenant", Input).value, self.query_one("#client", Input).value

    @on(Input.Changed, "#client")
    def name_client(self, event: Input.Changed) -> None:
        """Say who signs in with what is typed."""
        self.query_one("#whose", Static).update(Content(self._whose(event.value.strip())))

    def _whose(self, client_id: str) -> str:
        return f"{self._client(client_id)} {_MORE}"
