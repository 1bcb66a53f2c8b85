"""Microsoft's refusals where a program signs in by itself, and nobody is there to sign in again.

Each row is about what an administrator changes in Entra or on the machine. What stands in no row
here means what it means to people (`aadsts`).
"""

from dataclasses import replace

from wizard.oauth.entra.aadsts import NUMBERS, PAGE
from wizard.words.meanings import Meaning, coded, of_page

_WIKI = "https://learn.microsoft.com/azure/devops/pipelines/release/troubleshoot-workload-identity"
_ANSWERS = "https://learn.microsoft.com/answers/questions"
_CERTIFICATES = (
    "In Entra, App registrations, open the application, then Certificates & secrets > Certificates"
)
_FEDERATED = (
    "In Entra, App registrations, open the application, then Certificates & secrets > Federated "
    "credentials"
)

_NUMBERS = of_page(
    PAGE,
    Meaning(
        "certificate-expired",
        "The certificate that this program signs with has ended, by Microsoft's clock.",
        f"{_CERTIFICATES}, upload a new one, and put it with its key into the file of "
        "--certificate. If it has not ended, check the clock of this machine.",
        theirs="AADSTS700027",
        words="expired",
        page=f"{_ANSWERS}/5829166/aadsts700027-the-certificate-with-identifier-used",
    ),
    Meaning(
        "certificate-not-registered",
        "Entra does not know the certificate that this program signs with.",
        f"{_CERTIFICATES}: upload the certificate of the file of --certificate there, without its "
        "key, or name the file of the one that stands there. Check --application.",
        theirs="AADSTS700027",
        page=f"{_ANSWERS}/5829166/aadsts700027-the-certificate-with-identifier-used",
    ),
    Meaning(
        "assertion-out-of-time",
        "What this program proved itself with does not hold at this time, by Microsoft's clock.",
        "Check the clock of this machine. With --assertion, check also that your platform still "
        "renews the file.",
        theirs="AADSTS700024",
        page="https://github.com/Azure/login/issues/372",
    ),
    Meaning(
        "assertion-not-trusted",
        "Entra does not trust what is in the file of --assertion for this application: issuer or "
        "subject is another one.",
        f"{_FEDERATED}: issuer, subject and audience there have to be exactly those of the "
        "assertion. Microsoft's words name what it was shown.",
        theirs="AADSTS70021 AADSTS700211 AADSTS700212 AADSTS700213",
        page=_WIKI,
    ),
    Meaning(
        "assertion-refused",
        "Entra cannot make sense of what this program proved itself with.",
        "With --assertion, check that the file holds a token whose audience is "
        "api://AzureADTokenExchange; with --certificate, make a new key and certificate.",
        theirs="AADSTS50027 AADSTS50013",
    ),
    Meaning(
        "application-not-proven",
        "Entra wants this application to prove itself in another way.",
        f"{_CERTIFICATES}: register a certificate there, or a federated credential.",
        theirs="AADSTS7000218 AADSTS7000215",
    ),
    Meaning(
        "client-not-found",
        "This tenant has no application with this id.",
        "Check --application (the Application (client) id, not the Object id), --tenant, and "
        "whether the tenant is in another cloud.",
        theirs="AADSTS700016",
    ),
    Meaning(
        "client-not-found",
        "The application is registered, but is not among the tenant's enterprise applications.",
        "Let a Privileged Role Administrator grant its permissions; that adds it there: {consent}",
        theirs="AADSTS7000229",
        page="https://github.com/Azure/Commercial-Marketplace-SaaS-Accelerator/issues/830",
    ),
    Meaning(
        "client-disabled",
        "This application is switched off in the tenant.",
        "In Entra, Enterprise applications, open it, then Properties: Enabled for users to sign in "
        "has to be Yes for it to read.",
        theirs="AADSTS7000112",
    ),
    Meaning(
        "tenant-not-found",
        "There is no such tenant in this cloud.",
        "Check --tenant for a misprint, and whether the tenant is in another cloud.",
        theirs="AADSTS90002",
    ),
    Meaning(
        "consent-missing",
        "Nobody has granted this application what it reads.",
        "Let a Privileged Role Administrator grant it, on the page API permissions of its "
        "registration or here: {consent}",
        theirs="AADSTS65001",
    ),
    Meaning(
        "blocked-by-policy",
        "A Conditional Access policy for applications forbids this sign-in, such as one that names "
        "the places it may come from.",
        "Ask whoever manages Conditional Access to allow this application from this machine.",
        theirs="AADSTS53003",
    ),
    Meaning(
        "server-error",
        "Microsoft's sign-in service had an error of its own.",
        "It is asked again the next time this runs.",
        theirs=next(row.theirs for row in NUMBERS if row.code == "server-error"),
    ),
)

UNATTENDED = (
    *_NUMBERS,
    *(
        replace(coded(_NUMBERS, code), theirs=name, page="RFC 6749 section 5.2")
        for code, name in (
            ("application-not-proven", "invalid_client"),
            ("client-not-found", "unauthorized_client"),
        )
    ),
)
"""What Microsoft's numbers and names mean to a program alone; `{consent}` is the page that
grants."""
