"""Microsoft's AADSTS codes in the administrator's words (reference/graph-entra.md 8.1).

Microsoft may change its codes at any time, so nothing but words is decided by them, and what is
not in these tables is told in Microsoft's own.
"""

from wizard.words.meanings import Meaning, of_page

_AGAIN = "Start the sign-in again."
_POLICY = (
    "Ask whoever manages Conditional Access to allow this sign-in, or do the Entra side by hand "
    "in the portal."
)
_CONSENT = (
    "Let a Cloud Application Administrator or higher sign in here and consent, or open this page "
    "and accept: {consent}"
)

MEANINGS = of_page(
    "https://learn.microsoft.com/entra/identity-platform/reference-error-codes",
    Meaning(
        "redirect-not-registered",
        "The registration of this client does not list http://localhost, where the answer goes.",
        "In Entra, App registrations, open the client, then Authentication, and add "
        "http://localhost under Mobile and desktop applications.",
        theirs="AADSTS50011",
    ),
    Meaning(
        "not-a-public-client",
        "Entra takes this client for one with a secret, which a program like this cannot keep.",
        "In Entra, App registrations, open the client, then Authentication: list http://localhost "
        "under Mobile and desktop applications (not Web), and allow public client flows.",
        theirs="AADSTS7000218 invalid_client",
    ),
    Meaning(
        "client-not-found",
        "This tenant knows no client with this id.",
        "Check the client id, the tenant, and whether the tenant is in another cloud.",
        theirs="AADSTS700016 AADSTS900144 unauthorized_client",
    ),
    Meaning(
        "tenant-not-found",
        "There is no such tenant in this cloud.",
        "Check the tenant id or domain for a misprint, and whether the tenant is in another cloud.",
        theirs="AADSTS90002 invalid_tenant",
    ),
    Meaning(
        "consent-missing",
        "Nobody has consented yet to what this sign-in asks for.",
        _CONSENT,
        theirs="AADSTS65001 consent_required",
    ),
    Meaning(
        "client-not-authorized",
        "Microsoft does not let this client ask for these permissions of Graph.",
        "Use Microsoft Graph Command Line Tools or a registration of your own.",
        theirs="AADSTS65002",
    ),
    Meaning(
        "access-denied",
        "The permissions were declined: Cancel was pressed, or the account may not give them.",
        "Start again and accept the permissions. Each has its reason beside it in this wizard.",
        theirs="AADSTS65004 access_denied authorization_declined",
    ),
    Meaning(
        "scope-unknown",
        "A permission that is asked for does not exist here, or is missing in the registration.",
        "Check that the cloud is the right one, and that the registration lists the permissions "
        "this wizard names, as delegated permissions of Microsoft Graph.",
        theirs="AADSTS65005 AADSTS70011 AADSTS650057 invalid_scope",
    ),
    Meaning(
        "admin-must-approve",
        "This account may not consent to these permissions by itself; an administrator must.",
        _CONSENT,
        theirs="AADSTS90094 AADSTS90095",
    ),
    Meaning(
        "more-proof-needed",
        "Entra wants a further proof, such as multifactor authentication or enrolling for it.",
        "Start the sign-in again, in a browser, and answer what Microsoft asks.",
        theirs="AADSTS50072 AADSTS50074 AADSTS50076 AADSTS50078 AADSTS50079",
    ),
    Meaning(
        "device-not-managed",
        "The tenant accepts sign-ins only from a managed device, and this one did not prove to be "
        "one.",
        "Run this wizard on a managed device and sign in with its browser, or do the Entra side by "
        "hand in the portal there.",
        theirs="AADSTS50097 AADSTS53000 AADSTS53001",
    ),
    Meaning(
        "blocked-by-policy",
        "A Conditional Access policy of the tenant forbids this sign-in. Device codes are "
        "often forbidden altogether.",
        f"If this was a device code, sign in with a browser. {_POLICY}",
        theirs="AADSTS53003 AADSTS530032 AADSTS530035",
    ),
    Meaning(
        "not-assigned",
        "The tenant lets only assigned people use this client, and this account is not assigned.",
        "In Entra, Enterprise applications, assign the account to the client, or use another "
        "client.",
        theirs="AADSTS50105",
    ),
    Meaning(
        "account-not-in-tenant",
        "This account does not belong to the tenant: it is personal, or of another organization.",
        "Sign in with an account of the tenant, in a private browser window.",
        theirs="AADSTS50020 AADSTS90072",
    ),
    Meaning(
        "account-unknown",
        "There is no such account.",
        "Check the user name for a misprint, and whether the tenant is the right one.",
        theirs="AADSTS50034",
    ),
    Meaning(
        "wrong-password",
        "User name or password was wrong.",
        _AGAIN,
        theirs="AADSTS50126",
    ),
    Meaning(
        "account-locked",
        "The account is locked after too many failed sign-ins.",
        "Wait, or let an administrator unlock it; then start the sign-in again.",
        theirs="AADSTS50053",
    ),
    Meaning(
        "password-expired",
        "The password of the account has expired.",
        "Change it on any Microsoft page, then start the sign-in again.",
        theirs="AADSTS50055",
    ),
    Meaning(
        "account-disabled",
        "The account is disabled.",
        "Sign in with another administrator.",
        theirs="AADSTS50057",
    ),
    Meaning(
        "sign-in-again",
        "The sign-in has ended: it is too old, was withdrawn, or Microsoft wants to see you again.",
        _AGAIN,
        theirs="AADSTS16000 AADSTS50058 AADSTS50173 AADSTS50199 AADSTS70008 AADSTS70043 "
        "AADSTS700082 invalid_grant login_required",
    ),
    Meaning(
        "code-expired",
        "Nobody signed in with the code while it was valid.",
        "Start again and enter the new code within the time shown.",
        theirs="AADSTS70019 AADSTS70020 code_expired expired_token",
    ),
    Meaning(
        "code-unknown",
        "Microsoft does not know this device code, or it was used before.",
        "Start again with a new code.",
        theirs="AADSTS70018 bad_verification_code",
    ),
    Meaning(
        "browser-needed",
        "Entra wants something that only a browser can answer.",
        "Start the sign-in again, in a browser, and answer what Microsoft asks.",
        theirs="AADSTS50131 AADSTS50158 interaction_required",
    ),
    Meaning(
        "graph-not-here",
        "Microsoft Graph is not known in this tenant under the address that was asked for.",
        "Check that the cloud is the right one, and entra.graph_base if you use an endpoints file.",
        theirs="AADSTS50001 AADSTS500011 invalid_resource",
    ),
    Meaning(
        "single-tenant-client",
        "This client belongs to one tenant and cannot find yours by itself.",
        "Give the tenant id or a domain of the tenant, then start the sign-in again.",
        theirs="AADSTS50194",
    ),
    Meaning(
        "request-malformed",
        "Microsoft did not understand the request of this program.",
        "Try again. If it stays so, this is a mistake in the program: report it with the ids.",
        theirs="AADSTS50196 AADSTS900561 AADSTS9002313",
    ),
    Meaning(
        "wrong-cloud",
        "This tenant is in another of Microsoft's clouds.",
        "Choose the cloud of the tenant, then start the sign-in again.",
        theirs="AADSTS90038",
    ),
    Meaning(
        "authority-unknown",
        "Microsoft does not know the authority that the endpoints file names.",
        "Correct entra.authority. If it is right, set validate_authority = false beside it.",
        theirs="AADSTS50049 invalid_instance",
    ),
    Meaning(
        "server-error",
        "Microsoft's sign-in service had an error of its own.",
        "Wait a few minutes, then start the sign-in again.",
        theirs="server_error temporarily_unavailable",
    ),
)
"""A number decides before the name that OAuth gives an error (RFC 6749 section 4.1.2.1, RFC 8628
section 3.5); `{consent}` is the page for administrators."""
