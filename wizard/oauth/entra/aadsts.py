"""Microsoft's refusals in the administrator's words (reference/graph-entra.md 8.1).

Microsoft may change its codes at any time, so nothing but words is decided by them, and what is
not in these tables is told in Microsoft's own.
"""

from dataclasses import replace

from wizard.words.meanings import Meaning, coded, of_page

PAGE = "https://learn.microsoft.com/entra/identity-platform/reference-error-codes"

_AGAIN = "Start the sign-in again."
_POLICY = (
    "Ask whoever manages Conditional Access to allow this sign-in, or do the Entra side by hand "
    "in the portal."
)
_CONSENT = (
    "Let a Cloud Application Administrator or higher sign in here and consent, or open this page "
    "and accept: {consent}"
)
_OURS = "Try again. If it stays so, this is a mistake in the program: report it with the ids."

NUMBERS = of_page(
    PAGE,
    Meaning(
        "redirect-not-registered",
        "The registration of this client does not list http://localhost, where the answer goes.",
        "In Entra, App registrations, open the client, then Authentication, and add "
        "http://localhost under Mobile and desktop applications.",
        theirs="AADSTS50011 AADSTS70004 AADSTS900971",
    ),
    Meaning(
        "not-a-public-client",
        "Entra takes this client for one with a secret, which a program like this cannot keep.",
        "In Entra, App registrations, open the client, then Authentication: list http://localhost "
        "under Mobile and desktop applications (not Web), and allow public client flows.",
        theirs="AADSTS7000218",
    ),
    Meaning(
        "client-missing",
        "The request came to Microsoft without the id of a client (client_id).",
        "Give the client id of your registration, or leave the field empty; with an endpoints "
        "file, check entra.client_id.",
        theirs="AADSTS900144",
        words="client_id",
    ),
    Meaning(
        "parameter-missing",
        "The request came to Microsoft without a part that it needs: {parameter}.",
        "Try again. A proxy may have cut the request; otherwise this is a mistake in the program: "
        "report it with the ids.",
        theirs="AADSTS900144 AADSTS90014",
    ),
    Meaning(
        "client-not-found",
        "This tenant knows no client with this id.",
        "Check the client id, the tenant, and whether the tenant is in another cloud.",
        theirs="AADSTS700016 AADSTS700011 AADSTS90112",
    ),
    Meaning(
        "client-disabled",
        "This client is switched off in the tenant.",
        "In Entra, Enterprise applications, open the client, then Properties, and let users sign "
        "in; or use another client.",
        theirs="AADSTS70001 AADSTS7000112 AADSTS1000031",
    ),
    Meaning(
        "client-of-another-tenant",
        "The registration of this client is for its own tenant alone, which is not this one.",
        "Check the tenant, or use a registration of this tenant.",
        theirs="AADSTS650059",
    ),
    Meaning(
        "tenant-not-named",
        "Microsoft could not tell which tenant is meant.",
        "Give the tenant id or a domain of your tenant, then start the sign-in again. If you have "
        "given it, the client id is wrong: check it for a misprint.",
        theirs="AADSTS50059 AADSTS50128 AADSTS90019",
    ),
    Meaning(
        "tenant-not-found",
        "There is no such tenant in this cloud.",
        "Check the tenant id or domain for a misprint, and whether the tenant is in another cloud.",
        theirs="AADSTS90002",
    ),
    Meaning(
        "tenant-not-found",
        "This is no tenant id, and no domain of a tenant.",
        "Check the tenant id or domain for a misprint.",
        theirs="AADSTS900023",
        page="https://github.com/microsoft/Analysis-Services/issues/194",
    ),
    Meaning(
        "consent-missing",
        "Nobody has consented yet to what this sign-in asks for.",
        _CONSENT,
        theirs="AADSTS65001 AADSTS90008 AADSTS90099",
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
        theirs="AADSTS65004",
    ),
    Meaning(
        "scope-unknown",
        "A permission that is asked for does not exist here, or is missing in the registration.",
        "Check that the cloud is the right one, and that the registration lists the permissions "
        "this wizard names, as delegated permissions of Microsoft Graph.",
        theirs="AADSTS65005 AADSTS70011 AADSTS650056 AADSTS650057 AADSTS28002 AADSTS28003 "
        "AADSTS700022 AADSTS700023",
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
        theirs="AADSTS50072 AADSTS50074 AADSTS50076 AADSTS50078 AADSTS50079 AADSTS50125 "
        "AADSTS53004",
    ),
    Meaning(
        "proof-not-here",
        "The organization lets a further proof be set up in certain places or on certain devices "
        "only.",
        "Set it up there, then start the sign-in again.",
        theirs="AADSTS53010",
    ),
    Meaning(
        "device-not-managed",
        "The tenant accepts sign-ins only from a managed device, and this one did not prove to be "
        "one.",
        "Run this wizard on a managed device and sign in with its browser, or do the Entra side by "
        "hand in the portal there.",
        theirs="AADSTS50097 AADSTS53000 AADSTS53001 AADSTS50005 AADSTS50129 AADSTS50155 "
        "AADSTS50187 AADSTS135011",
    ),
    Meaning(
        "client-not-approved",
        "The tenant accepts sign-ins from approved programs only, and this client is none.",
        f"Use a registration that is approved. {_POLICY}",
        theirs="AADSTS53002 AADSTS50127",
    ),
    Meaning(
        "blocked-by-policy",
        "A Conditional Access policy of the tenant forbids this sign-in. Device codes are "
        "often forbidden altogether.",
        f"If this was a device code, sign in with a browser. {_POLICY}",
        theirs="AADSTS53003 AADSTS530032 AADSTS530035 AADSTS50131",
    ),
    Meaning(
        "blocked-as-risky",
        "Microsoft takes this account or this sign-in for risky, and blocks it.",
        "Ask a security administrator to look at the risk in Entra ID Protection, in the tenant "
        "the account is from; or sign in with another administrator.",
        theirs="AADSTS53011 AADSTS530034",
    ),
    Meaning(
        "tenant-not-allowed",
        "This network or the organization of the account allows sign-ins to certain tenants only, "
        "and this tenant is not among them.",
        "Ask whoever runs the proxy (tenant restrictions) or the cross-tenant access settings of "
        "Entra to allow it; or work from another network.",
        theirs="AADSTS50002 AADSTS500021 AADSTS500022 AADSTS500212 AADSTS500213",
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
        theirs="AADSTS50020 AADSTS90072 AADSTS16000 AADSTS16003 AADSTS50014 AADSTS51004 "
        "AADSTS500207 AADSTS500208",
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
        theirs="AADSTS50126 AADSTS50056 AADSTS50064",
    ),
    Meaning(
        "account-locked",
        "The account is locked after too many failed sign-ins, or Microsoft blocked the address "
        "this sign-in came from.",
        "Entra's sign-in logs say which, under error 50053. Wait, or let an administrator unlock "
        "the account; then start the sign-in again.",
        theirs="AADSTS50053",
    ),
    Meaning(
        "password-expired",
        "The password of the account has expired, or has to be changed.",
        "Change it on any Microsoft page, then start the sign-in again.",
        theirs="AADSTS50055 AADSTS50135 AADSTS50137 AADSTS50142 AADSTS50144",
    ),
    Meaning(
        "account-disabled",
        "The account is disabled.",
        "Sign in with another administrator.",
        theirs="AADSTS50057",
    ),
    Meaning(
        "own-sign-in-service",
        "The organization's own sign-in service did not confirm this account.",
        "Ask whoever runs it (federation or pass-through authentication), or sign in with an "
        "account that only Entra knows, such as one that ends in onmicrosoft.com.",
        theirs="AADSTS20001 AADSTS20012 AADSTS20033 AADSTS40008 AADSTS40009 AADSTS40010 "
        "AADSTS40015 AADSTS80001 AADSTS80002 AADSTS80005 AADSTS80007 AADSTS80010 AADSTS80013 "
        "AADSTS80014",
    ),
    Meaning(
        "sign-in-again",
        "The sign-in has ended: it is too old, was withdrawn, or Microsoft wants to see you again.",
        _AGAIN,
        theirs="AADSTS50058 AADSTS50085 AADSTS50089 AADSTS50132 AADSTS50133 AADSTS50140 "
        "AADSTS50173 AADSTS50199 AADSTS70000 AADSTS70008 AADSTS70043 AADSTS700082 AADSTS700084",
    ),
    Meaning(
        "code-used",
        "The answer of the browser was used before, or belongs to another tenant.",
        _AGAIN,
        theirs="AADSTS54005 AADSTS700005",
    ),
    Meaning(
        "code-expired",
        "Nobody signed in with the code while it was valid.",
        "Start again and enter the new code within the time shown.",
        theirs="AADSTS70019",
    ),
    Meaning(
        "code-expired",
        "Nobody signed in with the code while it was valid.",
        "Start again and enter the new code within the time shown.",
        theirs="AADSTS70020",
        page="https://github.com/Azure/azure-cli/issues/22251",
    ),
    Meaning(
        "code-unknown",
        "Microsoft does not know this device code, or it was used before.",
        "Start again with a new code.",
        theirs="AADSTS70018 AADSTS90119 AADSTS90120",
    ),
    Meaning(
        "code-elsewhere",
        "The device code was given in another region than the one it was entered in.",
        "Give the tenant id or a domain of your tenant and start again, or sign in with a browser.",
        theirs="AADSTS50134",
    ),
    Meaning(
        "browser-needed",
        "Entra wants something that only a browser can answer.",
        "Start the sign-in again, in a browser, and answer what Microsoft asks.",
        theirs="AADSTS50158 AADSTS700020",
    ),
    Meaning(
        "graph-not-here",
        "Microsoft Graph is not known in this tenant under the address that was asked for, or is "
        "switched off in it.",
        "Check that the cloud is the right one, and entra.graph_base if you use an endpoints file.",
        theirs="AADSTS50001 AADSTS500011 AADSTS500014 AADSTS650052 AADSTS650054",
    ),
    Meaning(
        "single-tenant-client",
        "This client belongs to one tenant and cannot find yours by itself.",
        "Give the tenant id or a domain of the tenant, then start the sign-in again.",
        theirs="AADSTS50194 AADSTS9001023 AADSTS90124 AADSTS90130 AADSTS9002332",
    ),
    Meaning(
        "request-malformed",
        "Microsoft did not understand the request of this program.",
        _OURS,
        theirs="AADSTS900561 AADSTS9002313 AADSTS90004 AADSTS90013 AADSTS90023 AADSTS90100 "
        "AADSTS90102 AADSTS90117 AADSTS90121 AADSTS50147 AADSTS50148 AADSTS50149 AADSTS501481 "
        "AADSTS501491",
    ),
    Meaning(
        "asked-too-often",
        "Microsoft was asked for the same too often in a short time, and wants a pause.",
        "Wait some minutes, then start the sign-in again.",
        theirs="AADSTS50196 AADSTS90055",
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
        theirs="AADSTS50049",
    ),
    Meaning(
        "server-error",
        "Microsoft's sign-in service had an error of its own.",
        "Wait a few minutes, then start the sign-in again.",
        theirs="AADSTS50000 AADSTS50033 AADSTS50087 AADSTS50088 AADSTS70012 AADSTS90006 "
        "AADSTS90012 AADSTS90024 AADSTS90033 AADSTS90036 AADSTS90090 AADSTS90091 AADSTS90092",
    ),
)
"""What Microsoft's numbers mean; `{consent}` is the page for administrators, `{parameter}` what is
missing."""


def _named(page: str, names: dict[str, str]) -> tuple[Meaning, ...]:
    """Return what a page's names of errors mean, by our codes."""
    return tuple(
        replace(coded(NUMBERS, code), theirs=theirs, words="", page=page)
        for code, theirs in names.items()
    )


OAUTH_ERRORS = (
    *_named(
        "RFC 6749 section 4.1.2.1",
        {
            "access-denied": "access_denied",
            "client-not-found": "unauthorized_client",
            "request-malformed": "invalid_request unsupported_response_type",
            "scope-unknown": "invalid_scope",
            "server-error": "server_error temporarily_unavailable",
        },
    ),
    *_named(
        "RFC 6749 section 5.2",
        {
            "not-a-public-client": "invalid_client",
            "request-malformed": "unsupported_grant_type",
            "sign-in-again": "invalid_grant",
        },
    ),
    *_named("RFC 8628 section 3.5", {"code-expired": "expired_token"}),
    *_named(
        "https://openid.net/specs/openid-connect-core-1_0.html#AuthError",
        {
            "browser-needed": "interaction_required",
            "consent-missing": "consent_required",
            "sign-in-again": "login_required account_selection_required",
        },
    ),
    *_named(
        "https://learn.microsoft.com/entra/identity-platform/v2-oauth2-device-code",
        {"access-denied": "authorization_declined", "code-unknown": "bad_verification_code"},
    ),
    *_named(PAGE, {"graph-not-here": "invalid_resource"}),
    *_named(
        "https://github.com/Azure/azure-cli/pull/14509", {"tenant-not-found": "invalid_tenant"}
    ),
    *_named("https://github.com/Azure/azure-cli/issues/22252", {"code-expired": "code_expired"}),
    *_named(
        "https://github.com/AzureAD/microsoft-authentication-library-for-python",
        {"authority-unknown": "invalid_instance"},
    ),
)
"""What the names of OAuth's errors mean, where no number tells more."""
