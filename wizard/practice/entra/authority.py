"""The practice authority: discovery, tokens, and devices, as MSAL asks for them.

MSAL wants https before every authority, on loopback too, and takes what stands first in the path
of the token endpoint for the tenant. So discovery and tokens are served over TLS at the root of a
port of their own, with a certificate of our own; what a browser opens is plain http on loopback,
where no browser warns of it.
"""

from urllib.parse import urlsplit

from wizard.practice.aadsts import BY_NAME, WRONG_SECRET, Met, names_met
from wizard.practice.entra.accounts import AUTOMATION, DIRECTORY_ROLES, PROGRAMS, READER
from wizard.practice.entra.directory import World
from wizard.practice.entra.grants import (
    DEVICE_SECONDS,
    OWN_SECRET,
    POLLING_INTERVAL,
    Grants,
    SignIn,
    check_client,
)
from wizard.practice.entra.refusal import SignInRefused, refusal_answer
from wizard.practice.entra.scopes import (
    OWN_CLIENT,
    READER_CLIENT,
    USER_CONSENT,
    granted,
    graph_names,
    graph_scopes,
    is_default,
)
from wizard.practice.entra.sign_in import DEVICE, ENTRA_CONSENT, ENTRA_SIGN_IN, PREFIX, SignInPages
from wizard.practice.entra.tenants import tenant_id_of
from wizard.practice.entra.tokens import (
    GRAPH_TOKEN_LIFETIME,
    RefreshGrant,
    access_token,
    client_info,
    id_token,
    refresh_token,
    session_of,
)
from wizard.practice.faults import Faults
from wizard.practice.messages import Answer, Request, json_answer
from wizard.practice.problems import problem
from wizard.practice.webex.pages import note_page

DISCOVERY = "v2.0/.well-known/openid-configuration"
DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code"

_OF_THE_TOKEN = frozenset({"granted-less", "expired"})
_EXPIRED = -60
_NOT_KEPT = {"Cache-Control": "no-store"}


class Authority:
    """Who signs in, and with which tokens.

    Args:
        base_url: Where browsers find the pages, without a slash at the end.
        secure_url: Where programs find the authority, over https.
        world: The clock, and who holds which role.
        faults: What goes wrong.
    """

    def __init__(self, base_url: str, secure_url: str, world: World, faults: Faults) -> None:
        self._pages_url = f"{base_url}{PREFIX}"
        self._secure_url = secure_url
        self._base_url = base_url
        self._names = graph_names(base_url, secure_url)
        self._world = world
        self._faults = faults
        self._grants = Grants(world.clock)
        self._pages = SignInPages(self._names, world, self._grants, faults)
        self._fixed = {
            ENTRA_SIGN_IN: self._pages.sign_in,
            ENTRA_CONSENT: self._pages.consent,
            DEVICE: self._pages.device,
        }
        self._of_a_tenant = {
            ("GET", DISCOVERY): self._discovery,
            ("GET", "discovery/instance"): self._instance,
            ("GET", "discovery/v2.0/keys"): _no_keys,
            ("GET", "adminconsent"): _consented,
            ("GET", "oauth2/v2.0/authorize"): self._pages.authorize,
            ("POST", "oauth2/v2.0/devicecode"): self._device,
            ("POST", "oauth2/v2.0/token"): self._token,
        }

    def place(self, request: Request) -> str:
        """Return where the faults of a request are: `authority` or `device`."""
        waits = request.path.endswith("/token") and request.form.get("grant_type") == DEVICE_GRANT
        return "device" if waits or request.path.endswith(("/devicecode", DEVICE)) else "authority"

    def answer(self, request: Request) -> Answer:
        """Answer a request below the authority."""
        if fixed := self._fixed.get(request.path):
            return fixed(request)
        tenant, _, rest = request.path.removeprefix(f"{PREFIX}/").partition("/")
        handler = self._of_a_tenant.get((request.method, rest))
        if handler is None:
            return problem(request, 404, "There is nothing here.", "oauth")
        try:
            return handler(request, tenant)
        except SignInRefused as refused:
            return refusal_answer(request, refused, self._front(request))

    def _front(self, request: Request) -> str:
        """Return the authority's address as the program knows it; always https, as MSAL wants."""
        return request.front if request.front.startswith("https:") else self._secure_url

    def _instance(self, request: Request, _tenant: str) -> Answer:
        """Say that this authority is the one that was asked for, and has no other names."""
        front = self._front(request)
        name = urlsplit(front).netloc
        cloud = {"preferred_network": name, "preferred_cache": name, "aliases": [name]}
        return json_answer(
            {
                "tenant_discovery_endpoint": f"{front}/common/{DISCOVERY}",
                "api-version": "1.1",
                "metadata": [cloud],
            }
        )

    def _discovery(self, request: Request, tenant: str) -> Answer:
        self._refuse("authority", "GET", names_met(Met.DISCOVERY))
        tenant_id = tenant_id_of(tenant)
        front = self._front(request)
        secure, browser = f"{front}/{tenant}", f"{self._pages_url}/{tenant}"
        return json_answer(
            {
                "issuer": f"{front}/{tenant_id or '{tenantid}'}/v2.0",
                "authorization_endpoint": f"{browser}/oauth2/v2.0/authorize",
                "token_endpoint": f"{secure}/oauth2/v2.0/token",
                "device_authorization_endpoint": f"{secure}/oauth2/v2.0/devicecode",
                "jwks_uri": f"{secure}/discovery/v2.0/keys",
                "token_endpoint_auth_methods_supported": [
                    "none",
                    "client_secret_post",
                    "private_key_jwt",
                ],
                "response_modes_supported": ["query", "form_post"],
                "response_types_supported": ["code"],
                "subject_types_supported": ["pairwise"],
                "id_token_signing_alg_values_supported": ["HS256"],
                "scopes_supported": ["openid", "profile", "email", "offline_access"],
                "claims_supported": ["sub", "iss", "aud", "exp", "iat", "nonce", "name", "tid"],
                "code_challenge_methods_supported": ["plain", "S256"],
                "cloud_instance_name": "practice.example",
                "msgraph_host": urlsplit(self._base_url).netloc,
            }
        )

    def _device(self, request: Request, tenant: str) -> Answer:
        form = request.form
        self._refuse("device", "POST", names_met(Met.DISCOVERY, Met.PAGE))
        tenant_id_of(tenant)
        asked = SignIn(
            tenant,
            form.get("client_id", ""),
            tuple(form.get("scope", "").split()),
            form.get("claims", ""),
        )
        check_client(asked.client_id, asked.scopes)
        graph_scopes(asked.scopes, self._names, asked.client_id)
        device = self._grants.device_for(asked)
        page = f"{self._base_url}{DEVICE}"
        return json_answer(
            {
                "user_code": device.user_code,
                "device_code": device.device_code,
                "verification_uri": page,
                "expires_in": DEVICE_SECONDS,
                "interval": POLLING_INTERVAL,
                "message": f"To sign in, open the page {page} in a browser and enter the code "
                f"{device.user_code}.",
            }
        )

    def _token(self, request: Request, tenant: str) -> Answer:
        form, place = request.form, self.place(request)
        tenant_id_of(tenant)
        check_client(form.get("client_id", ""), form.get("scope", "").split())
        kind = form.get("grant_type")
        if kind == "authorization_code":
            self._refuse(place, "POST", names_met(Met.EXCHANGE))
            return self._tokens(request, self._grants.redeem(form), place)
        if kind == DEVICE_GRANT:
            if self._faults.take(place, "POST", frozenset({"slow-down"})):
                slower = {"error": "slow_down", "error_description": "Ask less often."}
                return json_answer(slower, 400)
            self._refuse(place, "POST", names_met(Met.REDIRECT, Met.EXCHANGE))
            found = self._grants.poll(form.get("device_code", ""), form["client_id"])
            return self._tokens(request, found, place)
        if kind == "refresh_token":
            self._refuse(place, "POST", names_met(Met.REDIRECT, Met.EXCHANGE))
            return self._tokens(request, _renewed(request), place)
        if kind == "client_credentials":
            self._refuse(place, "POST", names_met(Met.REDIRECT, Met.EXCHANGE))
            return self._tokens(request, self._by_itself(request, tenant), place)
        raise SignInRefused(9002313)

    def _by_itself(self, request: Request, tenant: str) -> RefreshGrant:
        """Return the session of a program that signs in for itself (RFC 6749 section 4.4)."""
        form = request.form
        client_id, account = form["client_id"].lower(), AUTOMATION
        if client_id == READER_CLIENT:
            here = f"{self._front(request)}/{tenant}"
            audiences = frozenset({f"{here}/oauth2/v2.0/token", f"{here}/v2.0"})
            self._world.reader.check(form, client_id, audiences, self._world.clock.now())
            account = READER
        elif client_id != OWN_CLIENT or "client_secret" not in form:
            raise SignInRefused(7000218)
        elif form["client_secret"] != OWN_SECRET:
            raise SignInRefused(WRONG_SECRET)
        if tenant_id_of(tenant) not in {"", account.tenant_id}:
            raise SignInRefused(700016)
        scopes = tuple(form.get("scope", "").split())
        if not scopes or not all(map(is_default, scopes)):
            raise SignInRefused(70011)
        return RefreshGrant(account, client_id, scopes, claims=form.get("claims", ""))

    def _refuse(self, place: str, method: str, names: frozenset[str]) -> None:
        fault = self._faults.take(place, method, names)
        if fault is not None:
            raise SignInRefused(BY_NAME[fault.fault].number)

    def _tokens(self, request: Request, session: RefreshGrant, place: str) -> Answer:
        fault = self._faults.take(place, "POST", _OF_THE_TOKEN)
        name = fault.fault if fault else ""
        scopes = graph_scopes(session.scopes, self._names, session.client_id)
        if session.account is READER:
            scopes = self._world.reader_granted
        if name == "granted-less":
            scopes &= USER_CONSENT
        # A token that is born expired still promises its whole life in expires_in.
        life = _EXPIRED if name == "expired" else GRAPH_TOKEN_LIFETIME
        content: dict[str, object] = {
            "token_type": "Bearer",
            "expires_in": GRAPH_TOKEN_LIFETIME,
            "ext_expires_in": GRAPH_TOKEN_LIFETIME,
            "access_token": access_token(session, scopes, life),
        }
        if session.account in PROGRAMS:
            return json_answer(content, headers=_NOT_KEPT)
        content["scope"] = " ".join(granted(session.scopes, scopes))
        content["client_info"] = client_info(session.account)
        asked = {scope.casefold() for scope in session.scopes}
        if "offline_access" in asked:
            content["refresh_token"] = refresh_token(session)
        if "openid" in asked:
            issuer = f"{self._front(request)}/{session.account.tenant_id}/v2.0"
            roles = sorted(DIRECTORY_ROLES[role] for role in self._world.roles_of(session.account))
            content["id_token"] = id_token(session, issuer, roles)
        return json_answer(content, headers=_NOT_KEPT)


def _no_keys(_request: Request, _tenant: str) -> Answer:
    """Return an empty key set: what is signed with a printed key needs no public one."""
    return json_answer({"keys": []})


def _consented(_request: Request, _tenant: str) -> Answer:
    return note_page("Consent", "In practice, sign in with an account that holds a role instead.")


def _renewed(request: Request) -> RefreshGrant:
    """Return the session that a refresh token carries on, as it is asked for now."""
    form = request.form
    kept = session_of(form.get("refresh_token", ""))
    if kept is None:
        raise SignInRefused(700082)
    if kept.client_id != form["client_id"]:
        raise SignInRefused(9002313)
    scopes = tuple(form.get("scope", "").split()) or kept.scopes
    return RefreshGrant(kept.account, kept.client_id, scopes, claims=form.get("claims", ""))
