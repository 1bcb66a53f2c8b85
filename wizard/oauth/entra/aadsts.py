"""Microsoft's AADSTS codes in the administrator's words (reference/graph-entra.md 8.1).

Microsoft may change its codes at any time, so nothing but words is decided by them, and what is
not in these tables is told in Microsoft's own.
"""

_AGAIN = "Start the sign-in again."
_POLICY = (
    "Ask whoever manages Conditional Access to allow this sign-in, or do the Entra side by hand "
    "in the portal."
)
_CONSENT = (
    "Let a Cloud Application Administrator or higher sign in here and consent, or open this page "
    "and accept: {consent}"
)

MEANINGS = {
    "redirect-not-registered": (
        "The registration of this client does not list http://localhost, where the answer goes.",
        "In Entra, App registrations, open the client, then Authentication, and add "
        "http://localhost under Mobile and desktop applications.",
    ),
    "not-a-public-client": (
        "Entra takes this client for one with a secret, which a program like this cannot keep.",
        "In Entra, App registrations, open the client, then Authentication: list http://localhost "
        "under Mobile and desktop applications (not Web), and allow public client flows.",
    ),
    "client-not-found": (
        "This tenant knows no client with this id.",
        "Check the client id, the tenant, and whether the tenant is in another cloud.",
    ),
    "tenant-not-found": (
        "There is no such tenant in this cloud.",
        "Check the tenant id or domain for a misprint, and whether the tenant is in another cloud.",
    ),
    "consent-missing": (
        "Nobody has consented yet to what this sign-in asks for.",
        _CONSENT,
    ),
    "client-not-authorized": (
        "Microsoft does not let this client ask for these permissions of Graph.",
        "Use Microsoft Graph Command Line Tools or a registration of your own.",
    ),
    "access-denied": (
        "The permissions were declined: Cancel was pressed, or the account may not give them.",
        "Start again and accept the permissions. Each has its reason beside it in this wizard.",
    ),
    "scope-unknown": (
        "A permission that is asked for does not exist here, or is missing in the registration.",
        "Check that the cloud is the right one, and that the registration lists the permissions "
        "this wizard names, as delegated permissions of Microsoft Graph.",
    ),
    "admin-must-approve": (
        "This account may not consent to these permissions by itself; an administrator must.",
        _CONSENT,
    ),
    "more-proof-needed": (
        "Entra wants a further proof, such as multifactor authentication or enrolling for it.",
        "Start the sign-in again, in a browser, and answer what Microsoft asks.",
    ),
    "device-not-managed": (
        "The tenant accepts sign-ins only from a managed device, and this one did not prove to be "
        "one.",
        "Run this wizard on a managed device and sign in with its browser, or do the Entra side by "
        "hand in the portal there.",
    ),
    "blocked-by-policy": (
        "A Conditional Access policy of the tenant forbids this sign-in. Device codes are "
        "often forbidden altogether.",
        f"If this was a device code, sign in with a browser. {_POLICY}",
    ),
    "not-assigned": (
        "The tenant lets only assigned people use this client, and this account is not assigned.",
        "In Entra, Enterprise applications, assign the account to the client, or use another "
        "client.",
    ),
    "account-not-in-tenant": (
        "This account does not belong to the tenant: it is personal, or of another organization.",
        "Sign in with an account of the tenant, in a private browser window.",
    ),
    "account-unknown": (
        "There is no such account.",
        "Check the user name for a misprint, and whether the tenant is the right one.",
    ),
    "wrong-password": (
        "User name or password was wrong.",
        _AGAIN,
    ),
    "account-locked": (
        "The account is locked after too many failed sign-ins.",
        "Wait, or let an administrator unlock it; then start the sign-in again.",
    ),
    "password-expired": (
        "The password of the account has expired.",
        "Change it on any Microsoft page, then start the sign-in again.",
    ),
    "account-disabled": (
        "The account is disabled.",
        "Sign in with another administrator.",
    ),
    "sign-in-again": (
        "The sign-in has ended: it is too old, was withdrawn, or Microsoft wants to see you again.",
        _AGAIN,
    ),
    "code-expired": (
        "Nobody signed in with the code while it was valid.",
        "Start again and enter the new code within the time shown.",
    ),
    "code-unknown": (
        "Microsoft does not know this device code, or it was used before.",
        "Start again with a new code.",
    ),
    "browser-needed": (
        "Entra wants something that only a browser can answer.",
        "Start the sign-in again, in a browser, and answer what Microsoft asks.",
    ),
    "graph-not-here": (
        "Microsoft Graph is not known in this tenant under the address that was asked for.",
        "Check that the cloud is the right one, and entra.graph_base if you use an endpoints file.",
    ),
    "single-tenant-client": (
        "This client belongs to one tenant and cannot find yours by itself.",
        "Give the tenant id or a domain of the tenant, then start the sign-in again.",
    ),
    "request-malformed": (
        "Microsoft did not understand the request of this program.",
        "Try again. If it stays so, this is a mistake in the program: report it with the ids.",
    ),
    "wrong-cloud": (
        "This tenant is in another of Microsoft's clouds.",
        "Choose the cloud of the tenant, then start the sign-in again.",
    ),
    "authority-unknown": (
        "Microsoft does not know the authority that the endpoints file names.",
        "Correct entra.authority. If it is right, set validate_authority = false beside it.",
    ),
    "server-error": (
        "Microsoft's sign-in service had an error of its own.",
        "Wait a few minutes, then start the sign-in again.",
    ),
}
"""Our code, what it means, and what to do; `{consent}` is the page for administrators."""

BY_NUMBER = {
    **dict.fromkeys((50011,), "redirect-not-registered"),
    **dict.fromkeys((7000218,), "not-a-public-client"),
    **dict.fromkeys((700016, 900144), "client-not-found"),
    **dict.fromkeys((90002,), "tenant-not-found"),
    **dict.fromkeys((65001,), "consent-missing"),
    **dict.fromkeys((65002,), "client-not-authorized"),
    **dict.fromkeys((65004,), "access-denied"),
    **dict.fromkeys((65005, 70011, 650057), "scope-unknown"),
    **dict.fromkeys((90094, 90095), "admin-must-approve"),
    **dict.fromkeys((50072, 50074, 50076, 50078, 50079), "more-proof-needed"),
    **dict.fromkeys((50097, 53000, 53001), "device-not-managed"),
    **dict.fromkeys((53003, 530032, 530035), "blocked-by-policy"),
    **dict.fromkeys((50105,), "not-assigned"),
    **dict.fromkeys((50020, 90072), "account-not-in-tenant"),
    **dict.fromkeys((50034,), "account-unknown"),
    **dict.fromkeys((50126,), "wrong-password"),
    **dict.fromkeys((50053,), "account-locked"),
    **dict.fromkeys((50055,), "password-expired"),
    **dict.fromkeys((50057,), "account-disabled"),
    **dict.fromkeys((16000, 50058, 50173, 50199, 70008, 70043, 700082), "sign-in-again"),
    **dict.fromkeys((70019, 70020), "code-expired"),
    **dict.fromkeys((70018,), "code-unknown"),
    **dict.fromkeys((50131, 50158), "browser-needed"),
    **dict.fromkeys((50001, 500011), "graph-not-here"),
    **dict.fromkeys((50194,), "single-tenant-client"),
    **dict.fromkeys((50196, 900561, 9002313), "request-malformed"),
    **dict.fromkeys((90038,), "wrong-cloud"),
    **dict.fromkeys((50049,), "authority-unknown"),
}
"""Our code of a number after AADSTS."""

BY_NAME = {
    "access_denied": "access-denied",
    "authorization_declined": "access-denied",
    "bad_verification_code": "code-unknown",
    "code_expired": "code-expired",
    "consent_required": "consent-missing",
    "expired_token": "code-expired",
    "interaction_required": "browser-needed",
    "invalid_client": "not-a-public-client",
    "invalid_grant": "sign-in-again",
    "invalid_instance": "authority-unknown",
    "invalid_resource": "graph-not-here",
    "invalid_scope": "scope-unknown",
    "invalid_tenant": "tenant-not-found",
    "login_required": "sign-in-again",
    "server_error": "server-error",
    "temporarily_unavailable": "server-error",
    "unauthorized_client": "client-not-found",
}
"""Our code of an OAuth error name, for answers without a number of Microsoft's."""
