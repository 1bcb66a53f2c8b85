"""The browser's part of a sign-in to the practice authority: sign in, consent, go back.

A fault that Microsoft would show on a page of its own comes back to the program here where it
can, so that the program's answer to it can be tried.
"""

from html import escape
from urllib.parse import urlencode

from wizard.practice.aadsts import BY_NAME, Met, names_met
from wizard.practice.entra.accounts import ENTRA_ACCOUNTS, EntraAccount, entra_account
from wizard.practice.entra.directory import World
from wizard.practice.entra.grants import Device, Grants, SignIn
from wizard.practice.entra.refusal import SignInRefused, description
from wizard.practice.entra.scopes import ADMIN_CONSENT, PREAUTHORIZED, graph_scopes
from wizard.practice.entra.tenants import tenant_id_of
from wizard.practice.entra.tokens import RefreshGrant, client_info
from wizard.practice.faults import Faults
from wizard.practice.fronts import AUTHORITY
from wizard.practice.messages import Answer, Request, redirect
from wizard.practice.misbehaviour import HOSTILE_TEXT
from wizard.practice.webex import pages

PREFIX = AUTHORITY
ENTRA_SIGN_IN = f"{PREFIX}/practice/sign-in"
ENTRA_CONSENT = f"{PREFIX}/practice/consent"
DEVICE = f"{PREFIX}/device"

ON_THE_WAY_BACK = names_met(Met.REDIRECT) | {"hostile"}
"""Faults met when the person accepts or declines."""

_SCOPE_WORDS = {
    "Application.ReadWrite.All": "Add and change enterprise applications",
    "AppRoleAssignment.ReadWrite.All": "Assign people and groups to applications",
    "AuditLog.Read.All": "Read the audit log",
    "Domain.Read.All": "See your verified domains",
    "GroupMember.Read.All": "See groups and who is in them",
    "LicenseAssignment.Read.All": "See which licences there are",
    "ProvisioningLog.Read.All": "Read the provisioning log",
    "Synchronization.ReadWrite.All": "Set up provisioning",
    "User.Read": "Sign you in and read your profile",
    "User.Read.All": "Read everybody's profile",
}
"""What a permission means, in the words of the consent page."""


class SignInPages:
    """The pages, and what becomes of them.

    Args:
        names: What may stand before a permission of Graph.
        world: The clock, and who holds which role.
        grants: Where codes and devices are remembered.
        faults: What goes wrong.
    """

    def __init__(self, names: frozenset[str], world: World, grants: Grants, faults: Faults) -> None:
        self._names = names
        self._world = world
        self._grants = grants
        self._faults = faults

    def authorize(self, request: Request, tenant: str) -> Answer:
        """Answer the authorization endpoint with the sign-in page."""
        asked = SignIn.of(tenant, request.query_string)
        hidden = {"request": request.query_string, "tenant": tenant}
        try:
            asked.check()
            if asked.response_type != "code" or asked.response_mode not in {"query", "form_post"}:
                raise SignInRefused(900561)
        except SignInRefused as refused:
            return pages.error_page(description(request, refused))
        try:
            graph_scopes(asked.scopes, self._names, asked.client_id)
            if asked.prompt == "none":
                raise SignInRefused(50058)
        except SignInRefused as refused:
            return _back_with_refusal(request, asked, refused)
        return _sign_in_page(hidden, asked.login_hint, leads_to=asked.origin)

    def device(self, request: Request) -> Answer:
        """Answer the page on which the code of a device is typed."""
        if request.method == "GET":
            return _device_page()
        user_code = request.form.get("user_code", "")
        if self._grants.device_by_user_code(user_code) is None:
            return _device_page("This code is not known, or no longer good. Check it.")
        return _sign_in_page({"user_code": user_code})

    def sign_in(self, request: Request) -> Answer:
        """Answer the sign-in form with the consent page."""
        found = self._found(request)
        if isinstance(found, Answer):
            return found
        asked, _device = found
        hidden = {n: v for n, v in request.form.items() if n in {"request", "tenant", "user_code"}}
        account = entra_account(request.form.get("email", ""))
        if account is None:
            problem = "There is no such practice account. Choose one of the list below."
            return _sign_in_page(hidden, problem=problem, leads_to=asked.origin)
        hidden["email"] = account.email
        asks_for = graph_scopes(asked.scopes, self._names, asked.client_id)
        if self._needs_approval(asked, account, asks_for):
            return _approval_page(hidden, asked.origin)
        return pages.consent_page(
            ENTRA_CONSENT, hidden, sorted(asks_for), _SCOPE_WORDS, asked.origin or "'self'"
        )

    def consent(self, request: Request) -> Answer:
        """Answer the consent form: back to the program, or to the device that waits."""
        found = self._found(request)
        account = entra_account(request.form.get("email", ""))
        if isinstance(found, Answer):
            return found
        if account is None:
            return pages.error_page("Please sign in again.")
        asked, device = found
        accepted = request.form.get("decision") == "accept"
        fault = None
        if device is None:
            fault = self._faults.take("authority", "POST", ON_THE_WAY_BACK)
        name = fault.fault if fault else ""
        try:
            self._check(asked, account, accepted)
            if name in BY_NAME:
                raise SignInRefused(BY_NAME[name].number)
        except SignInRefused as refused:
            if name == "hostile":
                refused.text = HOSTILE_TEXT
            return _refused(request, asked, device, refused)
        session = RefreshGrant(account, asked.client_id, asked.scopes, asked.nonce, asked.claims)
        if device is not None:
            device.session = session
            return pages.note_page("Signed in", "Go back to the program: it continues by itself.")
        return _back(
            asked,
            {
                "code": self._grants.code_for(asked, session),
                "client_info": client_info(account),
                "state": asked.state,
                "session_state": request.request_id,
            },
        )

    def _found(self, request: Request) -> tuple[SignIn, Device | None] | Answer:
        """Return what is being signed in for, or the answer to a form that is out of order."""
        if request.method != "POST":
            return pages.error_page("This page is reached by a form.", 405)
        if user_code := request.form.get("user_code"):
            device = self._grants.device_by_user_code(user_code)
            return (device.asked, device) if device else _device_page("Type the code again.")
        asked = SignIn.of(request.form.get("tenant", ""), request.form.get("request", ""))
        try:
            asked.check()
            graph_scopes(asked.scopes, self._names, asked.client_id)
        except SignInRefused as refused:
            return pages.error_page(description(request, refused))
        return asked, None

    def _check(self, asked: SignIn, account: EntraAccount, accepted: bool) -> None:
        tenant_id = tenant_id_of(asked.tenant)
        if tenant_id and tenant_id != account.tenant_id:
            raise SignInRefused(50020)
        scopes = graph_scopes(asked.scopes, self._names, asked.client_id)
        if self._needs_approval(asked, account, scopes):
            raise SignInRefused(90094)
        if not accepted:
            raise SignInRefused(65004)

    def _needs_approval(self, asked: SignIn, account: EntraAccount, scopes: frozenset[str]) -> bool:
        if asked.client_id.lower() in PREAUTHORIZED:
            return False
        # Whoever holds a role finds the consent that an administrator gave before.
        trusted = bool(self._world.roles_of(account) or account.eligible)
        return bool(scopes & ADMIN_CONSENT) and not trusted


def _refused(
    request: Request, asked: SignIn, device: Device | None, refused: SignInRefused
) -> Answer:
    if device is None:
        return _back_with_refusal(request, asked, refused)
    if refused.refusal.number == 65004:
        refused = SignInRefused(65004, "authorization_declined")
    device.refused = refused
    return pages.note_page("Not signed in", description(request, refused))


def _back_with_refusal(request: Request, asked: SignIn, refused: SignInRefused) -> Answer:
    # Other than the JSON of the token endpoint, a redirect names no list of codes.
    outcome = {
        "error": refused.error,
        "error_description": description(request, refused),
        "state": asked.state,
        "error_subcode": "cancel" if refused.refusal.number == 65004 else None,
    }
    return _back(asked, outcome)


def _back(asked: SignIn, outcome: dict[str, str | None]) -> Answer:
    filled = {name: value for name, value in outcome.items() if value is not None}
    if asked.response_mode == "query":
        return redirect(f"{asked.redirect_uri}?{urlencode(filled)}")
    # Microsoft's page sends itself off by a script; ours has none, so somebody presses a button.
    return pages.page(
        "Back to the program",
        "<p>Go on to hand the sign-in to the program.</p>"
        + pages.form(asked.redirect_uri, filled, '<button type="submit" autofocus>Go on</button>'),
        asked.origin,
    )


def _sign_in_page(
    hidden: dict[str, str], chosen: str = "", problem: str = "", leads_to: str = ""
) -> Answer:
    return pages.sign_in_page(
        ENTRA_SIGN_IN,
        hidden,
        problem,
        accounts=ENTRA_ACCOUNTS,
        chosen=chosen or ENTRA_ACCOUNTS[0].email,
        leads_to=leads_to or "'self'",
    )


def _approval_page(hidden: dict[str, str], origin: str) -> Answer:
    return pages.page(
        "Approval required",
        f"<p>Signed in as <strong>{escape(hidden['email'])}</strong>. Only an administrator can "
        "give the program what it asks for.</p>"
        + pages.form(
            ENTRA_CONSENT,
            hidden,
            '<button id="decline" name="decision" value="decline">Return to the program</button>',
        ),
        origin or "'self'",
    )


def _device_page(problem: str = "") -> Answer:
    told = f'<p class="problem" role="alert">{escape(problem)}</p>' if problem else ""
    return pages.page(
        "Enter the code",
        told
        + pages.form(
            DEVICE,
            {},
            '<p><label for="user_code">The code that your program shows</label>'
            '<input id="user_code" name="user_code" required autofocus autocomplete="off"></p>'
            '<button type="submit">Next</button>',
        ),
        "'self'",
    )
