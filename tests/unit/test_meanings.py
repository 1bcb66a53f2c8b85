"""Rows that say what codes mean: how one is found, and that each can be found and is whole."""

from fnmatch import fnmatchcase
from string import Formatter

import pytest

from wizard.errors import AnswerError
from wizard.graph import catalogue, entry_checks, entry_codes, job_codes
from wizard.graph import meanings as provisioning
from wizard.net import answers, failures
from wizard.oauth.entra import aadsts
from wizard.oauth.webex import refusals
from wizard.store import keyring_help
from wizard.words.meanings import Meaning, coded, meaning, of_page

TABLES = {
    "graph": catalogue.REFUSALS,
    "entries": provisioning.ENTRIES,
    "entries of groups": entry_codes.OF_GROUPS,
    "checks": entry_checks.CHECKS,
    "checks of groups": entry_checks.GROUP_CHECKS,
    "answers about entries": entry_codes.ANSWERS,
    "answers about jobs": job_codes.ANSWERS_TO_JOBS,
    "no answers": job_codes.NO_ANSWER,
    "test connection": job_codes.TEST_CONNECTION,
    "quarantines": job_codes.QUARANTINES,
    "entra sign-in": (*aadsts.NUMBERS, *aadsts.OAUTH_ERRORS),
    "webex sign-in": refusals.IMPLICIT_GRANT_MEANINGS,
    "webex": answers.ANSWER_MEANINGS,
    "certificates": failures.CERTIFICATES,
    "connections": failures.CONNECTIONS,
    "keyring": keyring_help.KEYRING_MEANINGS,
}
OF_A_PAGE = TABLES.keys() - {"connections", "keyring"}
"""Tables of services; the others are of Python's and the platforms' own names."""


def made_up(pattern: str) -> str:
    return pattern.replace("*", "Acme")


@pytest.mark.parametrize("name", TABLES)
def test_every_code_leads_to_its_own_row(name: str) -> None:
    table = TABLES[name]
    for row in table:
        for theirs in row.theirs.split():
            words = "" if row.is_silent else row.words
            found = meaning(table, made_up(theirs), status=row.status, words=words)
            assert found == row, theirs


@pytest.mark.parametrize("name", TABLES)
def test_every_row_is_whole(name: str) -> None:
    for row in TABLES[name]:
        assert row.code == row.code.lower()
        assert row.message.endswith((".", "“", "}"))
        assert row.hint.endswith((".", "}"))
        assert row.words == row.words.lower()
        assert all(field or field is None for _, field, _, _ in Formatter().parse(row.message))


@pytest.mark.parametrize("name", sorted(OF_A_PAGE))
def test_every_code_of_a_service_stands_beside_the_page_it_comes_from(name: str) -> None:
    for row in TABLES[name]:
        at_a_page = row.page.startswith(("https://", "RFC ", "reference"))
        assert at_a_page or not (row.theirs or row.words), row


TABLE = of_page(
    "a page",
    Meaning("silent", "m", "h", theirs="*Code", status=400, is_silent=True),
    Meaning("said", "m", "h", words="out of order", page="another page"),
    Meaning("exact", "m", "h", theirs="Code Other"),
    Meaning("busy", "m {who}", "h {who}", status=5),
    Meaning("any", "m", "h"),
)


@pytest.mark.parametrize(
    ("codes", "status", "words", "code"),
    [
        (("SomeCODE",), 400, "", "silent"),
        (("SomeCode",), 400, "words", "any"),
        (("Code",), 400, "It is OUT of order today", "said"),
        (("Code",), 401, "", "exact"),
        (("x", "other"), None, "", "exact"),
        (("others",), 503, "", "busy"),
        ((), 599, "", "busy"),
        ((), 500_000, "", "any"),
        ((), None, "", "any"),
    ],
)
def test_the_first_row_that_fits_is_found(
    codes: tuple[str, ...], status: int | None, words: str, code: str
) -> None:
    found = meaning(TABLE, *codes, status=status, words=words)
    assert found is not None
    assert found.code == code


def test_where_no_row_fits_there_is_none() -> None:
    assert meaning(TABLE[:-1], "unheard of") is None
    assert meaning(TABLE[:1], "[Code]*", status=404) is None


def test_a_row_has_its_page_from_its_table_or_its_own() -> None:
    assert [row.page for row in TABLE[:2]] == ["a page", "another page"]


def test_a_row_becomes_an_error_with_further_facts() -> None:
    row = coded(TABLE, "busy").filled(who="{who}")
    error = row.error(AnswerError, status=503)
    assert (error.message, error.hint, error.code) == ("m {who}", "h {who}", "busy")
    assert error.status == 503
    assert row.error(AnswerError, message="other").message == "other"


_ENTRA = "https://learn.microsoft.com/entra/identity/"
_GRAPH = "https://learn.microsoft.com/graph/"
_ISSUES = "https://github.com/microsoftgraph/microsoft-graph-docs-contrib/issues/"
ON_PAGES = {
    f"{_ENTRA}monitoring-health/howto-analyze-provisioning-logs": "Conflict EntryConflict "
    "TooManyRequests InternalServerError InsufficientRights MethodNotAllowed NotPermitted "
    "Unauthorized UnprocessableEntity WebExceptionProtocolError InvalidAnchor NotImplemented "
    "MandatoryFieldsMissing MissingValues SchemaAttributeNotFound InternalError InvalidDomain "
    "Timeout LicenseLimitExceeded DuplicateTargetEntries DuplicateSourceEntries ImportSkipped "
    "EntrySynchronizationSkipped SystemForCrossDomainIdentityManagementMultipleEntriesInResponse "
    "SystemForCrossDomainIdentityManagementServiceIncompatible SchemaPropertyCanOnlyAcceptValue",
    f"{_ENTRA}app-provisioning/application-provisioning-quarantine-status": "InvalidCredentials "
    "EncounteredQuarantineException EncounteredEscrowProportionThreshold QuarantineOnDemand",
    f"{_GRAPH}api/resources/synchronization-synchronizationquarantine": "TooManyDeletes Unknown "
    "EncounteredBaseEscrowThreshold EncounteredTotalEscrowThreshold IngestionInterrupted "
    "EncounteredEscrowProportionThreshold EncounteredQuarantineException QuarantinedOnDemand",
    f"{_ENTRA}app-provisioning/application-provisioning-config-problem-no-users-provisioned": (
        "NotEffectivelyEntitled"
    ),
    f"{_GRAPH}api/synchronization-synchronizationjob-provision-on-demand": "RedundantExport",
    f"{_GRAPH}aad-advanced-queries": "Request_UnsupportedQuery",
    "https://github.com/bitwarden/server/issues/7309": "CredentialValidationUnavailable",
    f"{_ISSUES}6659": "Authentication_MSGraphPermissionMissing "
    "Authentication_ApplicationHasNoReadAuditLogDataAccess",
    f"{_ISSUES}4818": "Authentication_ApplicationHasNoDirectoryReadAccess",
    f"{_ISSUES}3581": "Authentication_RequestFromNonPremiumTenantOrB2CTenant",
    "RFC 7644 section 3.12": "invalidFilter tooMany uniqueness mutability invalidSyntax "
    "invalidPath noTarget invalidValue sensitive",
}
"""The codes on each page, as they were read there in 2026."""
OF_MICROSOFT = {row for name in ("graph", "entries", "quarantines") for row in TABLES[name]}


@pytest.mark.parametrize("page", ON_PAGES)
def test_every_code_on_a_page_is_explained(page: str) -> None:
    known = [*provisioning.ENTRIES, *provisioning.JOB_MEANINGS, *catalogue.REFUSALS]
    for code in ON_PAGES[page].split():
        assert meaning([row for row in known if row.theirs], code, status=400) is not None, code


@pytest.mark.parametrize("page", ON_PAGES)
def test_no_row_cites_a_page_that_does_not_name_its_codes(page: str) -> None:
    on_it = ON_PAGES[page].lower().split()
    for row in (row for row in OF_MICROSOFT if row.page == page and row.code != "on-hold"):
        for theirs in row.theirs.lower().split():
            assert any(fnmatchcase(each, theirs) for each in on_it), theirs


def test_a_row_with_a_code_cites_a_page_that_was_read_or_says_that_it_was_seen() -> None:
    for row in OF_MICROSOFT:
        if row.theirs:
            assert row.page in ON_PAGES or row.page.startswith("reference"), row
