"""Rows that say what codes mean: how one is found, and that each can be found and is whole."""

from string import Formatter

import pytest

from wizard.errors import AnswerError
from wizard.graph import catalogue
from wizard.graph import meanings as provisioning
from wizard.net import answers, failures
from wizard.oauth.entra import aadsts
from wizard.oauth.webex import refusals
from wizard.store import keyring_help
from wizard.words.meanings import Meaning, coded, meaning, of_page

TABLES = {
    "graph": catalogue.REFUSALS,
    "entries": provisioning.ENTRIES,
    "quarantines": provisioning.QUARANTINES,
    "entra sign-in": aadsts.MEANINGS,
    "webex sign-in": refusals.MEANINGS,
    "webex": answers.MEANINGS,
    "certificates": failures.CERTIFICATES,
    "connections": failures.CONNECTIONS,
    "keyring": keyring_help.MEANINGS,
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
        assert row.page.startswith(("https://", "RFC ")) or not (row.theirs or row.words), row


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
