"""What Microsoft says of an expression, held against what this program says."""

from dataclasses import replace
from typing import Any

import pytest

from tests.graph_client import JOB, PRINCIPAL, Asked, ask, reply
from tests.sessions import HOSTILE
from wizard.errors import TransportError
from wizard.graph.operations import Operation
from wizard.mapping.document import MappingDocument, Row
from wizard.steps.cross_check import Opinions, changed_expressions
from wizard.steps.microsoft_parser import Opinion, Specimen, opinion
from wizard.trial.outcome import Reading, Sample

ROW = Row("displayName", 'Join(" ", [givenName], [proxyAddresses])')
ANA = Sample("ana@contoso.example", {"givenName": "Ana", "proxyAddresses": ("a", "b")})


def tried(reading: Reading) -> Specimen:
    return Specimen(ANA, reading)


def said(reading: Reading, **more: Any) -> Opinion:
    return replace(Opinion("displayName", True, value="Ana", specimen=tried(reading)), **more)


@pytest.mark.parametrize(
    ("reading", "value", "agrees"),
    [
        (Reading("value", "Ana"), "Ana", True),
        (Reading("value", "Ana"), "ana", False),
        (Reading("value", "True"), "true", True),
        (Reading("value", "True"), "false", False),
        (Reading("value", "Ana"), None, False),
        (Reading("empty", ""), "", True),
        (Reading("empty", ""), "Ana", False),
        (Reading("default", "Nobody"), "", True),
        (Reading("kept", ""), "", True),
        (Reading("ignored", ""), None, True),
        (Reading("error", "No such function."), "Ana", False),
        (Reading("error", "No such function."), None, True),
    ],
)
def test_values_are_compared_as_they_would_be_sent(
    reading: Reading, value: str | None, agrees: bool
) -> None:
    found = said(reading, value=value)
    assert found.agrees is agrees
    assert bool(found.difference) is not agrees


def test_a_difference_names_the_row_the_person_and_both_values() -> None:
    found = said(Reading("value", "Ana\nRuiz"), value="ANA")
    assert found.difference == (
        'displayName: Microsoft gives "ANA" for ana@contoso.example, this program "Ana↵Ruiz".'
    )
    assert found.words == "ANA (this program: something else)"
    failed = said(Reading("value", "Ana"), value=None, said="No such culture.")
    assert "gives no value (No such culture.) for ana@contoso.example" in failed.difference
    assert failed.words.startswith("no value: No such culture.")


def test_a_reading_without_people_is_told_as_such() -> None:
    assert Opinion("title", True).words == "reads it; nobody's values were sent"
    assert Opinion("title", True).agrees
    assert Opinion("title", False, "Odd.").words == "cannot read it: Odd."
    ours = Opinion("title", True, our_problem="There is no function named New.")
    assert ours.difference == (
        "title: Microsoft reads it, this program does not: There is no function named New."
    )


def test_the_attributes_that_the_row_names_are_sent_and_no_others() -> None:
    asked = Asked()
    answer = {
        "parsingSucceeded": True,
        "evaluationSucceeded": True,
        "evaluationResult": ["Ana", None, "b"],
    }
    found = ask(
        lambda graph: opinion(graph, PRINCIPAL, JOB, ROW, tried(Reading("value", "Ana | b"))),
        {Operation.PARSE_EXPRESSION: reply(200, answer)},
        asked=asked,
    )
    (body,) = asked.bodies()
    assert [each["key"] for each in body["testInputObject"]["properties"]] == [
        "givenName",
        "proxyAddresses",
    ]
    assert (found.value, found.agrees) == ("Ana | b", True)


def test_a_bare_name_is_sent_as_an_attribute_and_hostile_answers_are_harmless() -> None:
    asked = Asked()
    answer = {
        "parsingSucceeded": True,
        "evaluationSucceeded": True,
        "evaluationResult": [HOSTILE],
        "error": {"code": HOSTILE, "message": HOSTILE},
    }
    found = ask(
        lambda graph: opinion(
            graph, PRINCIPAL, JOB, Row("title", "jobTitle"), tried(Reading("empty", ""))
        ),
        {Operation.PARSE_EXPRESSION: reply(200, answer)},
        asked=asked,
        judges_answers=False,
    )
    assert asked.bodies()[0]["expression"] == "[jobTitle]"
    for text in (found.words, found.difference, found.said):
        assert "\x1b" not in text
        assert "\u202e" not in text
    assert "\n" not in found.difference


class TestVerdict:
    BAD = Row("title", "Join(")
    GOOD = Row("title", 'Join("-", [a])')

    def test_what_microsoft_cannot_read_is_refused_by_the_row(self) -> None:
        refused = Opinions((Opinion("title", False, "Odd."),)).refusal
        assert refused is not None
        assert refused.code == "expression-refused"
        assert 'expression of title: "Odd." This program reads it' in refused.message
        both = Opinions((Opinion("title", False, our_problem="Also odd."),)).refusal
        assert both is not None
        assert both.message.endswith("This program cannot either: Also odd.")

    def test_unasked_rows_are_refused_only_if_this_program_cannot_read_them_either(self) -> None:
        reason = TransportError("No answer came.")
        good = Opinions(unread=(self.GOOD,), reason=reason)
        assert good.refusal is None
        assert "only this program did. No answer came." in good.cautions[0]
        bad = Opinions(unread=(self.GOOD, self.BAD), reason=reason)
        assert bad.refusal is not None
        assert bad.refusal.code == "expression-unreadable"
        assert bad.cautions[0].startswith("It cannot be saved like this. ")

    def test_a_difference_is_a_caution_and_no_refusal(self) -> None:
        verdict = Opinions((said(Reading("value", "x")), said(Reading("value", "Ana"))))
        assert verdict.refusal is None
        assert len(verdict.cautions) == 1

    def test_too_many_rows_are_told(self) -> None:
        verdict = Opinions((said(Reading("value", "Ana")),), (self.GOOD,))
        assert verdict.cautions == ("Microsoft reads only the first 40 of 2 changed expressions.",)


def test_only_new_and_changed_expressions_are_read() -> None:
    present = MappingDocument.default()
    name = next(row.target for row in present.rows if row.kind == "function")
    changed = present.with_typed(Row("title", 'ToUpper([jobTitle], "")')).with_typed(
        Row("timezone", "[city]")
    )
    rows = changed_expressions(changed.with_edited(name, matching_priority=7), present)
    assert [row.target for row in rows] == ["title"]
