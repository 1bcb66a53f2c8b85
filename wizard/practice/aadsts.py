"""The ways in which Microsoft's sign-in says no (reference/graph-entra.md 8.1).

The words are ours: Microsoft tells programs not to depend on its own.
"""

from dataclasses import dataclass
from enum import Enum


class Met(Enum):
    """Where a refusal is met when it is asked for as a fault."""

    DISCOVERY = "before anything else, where the tenant is looked up"
    PAGE = "on a page of Microsoft's, from which no redirect leads back"
    REDIRECT = "at the end of the sign-in, and whenever a token is renewed or polled for"
    EXCHANGE = "where the code is exchanged for tokens"


@dataclass(frozen=True)
class Refusal:
    """One refusal: its number, the OAuth error it is, and why."""

    number: int
    error: str
    text: str
    met: Met = Met.REDIRECT
    suberror: str = ""
    claims: str = ""
    """What a program shall ask for with the next sign-in, as JSON."""

    @property
    def name(self) -> str:
        """The name of the fault: `AADSTS` and the number."""
        return f"AADSTS{self.number}"


_STEP_UP = '{"access_token":{"capolids":{"essential":true,"values":["practice-policy"]}}}'

_AGAIN = "interaction_required"
_GRANT = "invalid_grant"

AADSTS_REFUSALS = {
    refusal.number: refusal
    for refusal in (
        Refusal(16000, _AGAIN, "The account does not exist in this tenant; choose another."),
        Refusal(50001, "invalid_resource", "The resource is not known in this tenant."),
        Refusal(50011, "invalid_request", "The redirect address is not registered.", Met.PAGE),
        Refusal(50020, _GRANT, "The account does not exist in this tenant; invite it first."),
        Refusal(50034, _GRANT, "The account does not exist in this directory."),
        Refusal(50053, _GRANT, "The account is locked."),
        Refusal(50055, _GRANT, "The password is expired.", suberror="user_password_expired"),
        Refusal(50057, _GRANT, "The account is disabled."),
        Refusal(
            50058, "login_required", "A silent sign-in was asked for, but nobody is signed in."
        ),
        Refusal(
            50072, _AGAIN, "Enrol in multifactor authentication first.", suberror="basic_action"
        ),
        Refusal(50074, _AGAIN, "Strong authentication is required.", suberror="basic_action"),
        Refusal(
            50076,
            _AGAIN,
            "Multifactor authentication is required.",
            suberror="basic_action",
            claims=_STEP_UP,
        ),
        Refusal(50078, _AGAIN, "The multifactor authentication has expired."),
        Refusal(
            50079, _AGAIN, "Multifactor authentication must be set up.", suberror="basic_action"
        ),
        Refusal(50097, _AGAIN, "Device authentication is required.", claims=_STEP_UP),
        Refusal(50105, _AGAIN, "The account is not assigned to the program."),
        Refusal(50126, _GRANT, "The user name or the password is wrong."),
        Refusal(50131, _AGAIN, "Conditional Access asks for more than was given."),
        Refusal(50158, _AGAIN, "An external challenge was not satisfied.", claims=_STEP_UP),
        Refusal(50173, _GRANT, "The grant is revoked; sign in again.", suberror="bad_token"),
        Refusal(50194, "unauthorized_client", "The program is not for several tenants.", Met.PAGE),
        Refusal(50196, _GRANT, "The program asks in a loop."),
        Refusal(50199, _AGAIN, "The sign-in must be confirmed."),
        Refusal(
            53000, _AGAIN, "The device does not comply.", suberror="message_only", claims=_STEP_UP
        ),
        Refusal(53001, _AGAIN, "The device is not joined.", suberror="message_only"),
        Refusal(
            53003,
            "access_denied",
            "Conditional Access does not allow this.",
            suberror="message_only",
        ),
        Refusal(54005, _GRANT, "The code was used before.", Met.EXCHANGE),
        Refusal(65001, _GRANT, "Nobody consented to this.", suberror="consent_required"),
        Refusal(65002, "invalid_client", "This program may not ask for that permission."),
        Refusal(65004, "access_denied", "The person declined to consent."),
        Refusal(65005, "invalid_resource", "The permission is not in the program's list."),
        Refusal(70008, _GRANT, "The grant has expired.", suberror="token_expired"),
        Refusal(70011, "invalid_scope", "The permission asked for is not valid."),
        Refusal(70016, "authorization_pending", "The person has not finished yet."),
        Refusal(70018, "bad_verification_code", "The device code is not known."),
        Refusal(70019, "expired_token", "The device code has expired."),
        Refusal(70043, _GRANT, "The sign-in is too old for the policy.", suberror="bad_token"),
        Refusal(
            90002, "invalid_tenant", "The tenant does not exist. Check the name.", Met.DISCOVERY
        ),
        Refusal(
            90038,
            "invalid_tenant",
            "The request is redirected to the National Cloud 'microsoftonline.us'.",
            Met.DISCOVERY,
        ),
        Refusal(90072, _GRANT, "The account comes from another provider."),
        Refusal(90094, "access_denied", "An administrator must consent to this."),
        Refusal(90095, "access_denied", "An administrator was asked to consent to this."),
        Refusal(500011, "invalid_resource", "The resource was not found in this tenant."),
        Refusal(501481, _GRANT, "The verifier does not fit the challenge.", Met.EXCHANGE),
        Refusal(530032, "access_denied", "A security policy blocks this.", suberror="message_only"),
        Refusal(
            530035,
            "access_denied",
            "Security defaults block this way of signing in.",
            suberror="message_only",
        ),
        Refusal(650057, "invalid_resource", "The resource is not in the program's list."),
        Refusal(700016, "unauthorized_client", "The program is not known here.", Met.PAGE),
        Refusal(700082, _GRANT, "The refresh token has expired.", suberror="token_expired"),
        Refusal(900144, "invalid_request", "The parameter client_id is missing.", Met.PAGE),
        Refusal(900561, "invalid_request", "The endpoint accepts other requests.", Met.PAGE),
        Refusal(7000218, "invalid_client", "The program must prove who it is.", Met.EXCHANGE),
        Refusal(9002313, "invalid_request", "The request is malformed.", Met.EXCHANGE),
    )
}
"""Every refusal by its number."""

WRONG_SECRET = Refusal(7000215, "invalid_client", "The secret of the program is wrong.")
"""Of no fault: only a program that signs in by itself has a secret."""

BY_NAME = {refusal.name: refusal for refusal in AADSTS_REFUSALS.values()}

REFUSAL_NAMES = frozenset(BY_NAME)
"""The names of all refusals, as faults."""


def names_met(*places: Met) -> frozenset[str]:
    """Return the names of the refusals that are met in these places."""
    return frozenset(name for name, refusal in BY_NAME.items() if refusal.met in places)
