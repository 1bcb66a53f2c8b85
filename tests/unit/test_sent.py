"""What is sent of a person: for one row, and compiled for many."""

import json
from pathlib import Path
from typing import Any

import pytest

from wizard.mapping.document import Row
from wizard.mapping.expression.values import Context
from wizard.mapping.people import practice_people
from wizard.mapping.schema import Filter
from wizard.mapping.scoping.editing import new_clause, with_filter
from wizard.mapping.sent import IGNORED, Sending, Sent, sent_by, text_of

DATA = Path(__file__).parent.parent / "data"
EXAMPLES = json.loads((DATA / "expression-examples.json").read_text(encoding="utf-8"))["examples"]
RANDOM = ("Guid(", "Now(", "RandomString(")
NOW = Context()


def plain(sent: Sent) -> tuple[object, ...]:
    if isinstance(sent, str):
        return "value", sent
    return sent.kind, sent.text, sent.several, sent.error and (sent.error.code, sent.error.position)


@pytest.mark.parametrize(
    ("source", "default", "kind", "text"),
    [
        ("[city]", "d", "value", "Rome"),
        ("[city]", None, "value", "Rome"),
        ("[number]", None, "value", "5"),
        ("[flag]", None, "value", "True"),
        ("[one]", None, "value", "a"),
        ("[none]", "d", "default", "d"),
        ("[none]", None, "empty", ""),
        ("[empty]", "d", "default", "d"),
        ("", "d", "default", "d"),
        ("IgnoreFlowIfNullOrEmpty([none])", "d", "kept", "d"),
        ("IgnoreFlowIfNullOrEmpty([none])", None, "kept", ""),
    ],
)
def test_what_becomes_of_a_value(source: str, default: str | None, kind: str, text: str) -> None:
    person = {"city": "Rome", "number": 5, "flag": True, "one": ("a",), "empty": ""}
    sent = sent_by(Row("title", source, default_value=default), person, NOW)
    assert plain(sent)[:2] == (kind, text)
    assert text_of(sent) == text


def test_several_values_stay_apart_and_are_no_text() -> None:
    sent = sent_by(Row("title", "[many]", default_value="d"), {"many": ("a", "b")}, NOW)
    assert plain(sent) == ("value", "", ("a", "b"), None)
    assert text_of(sent) == ""


def test_what_is_compiled_for_many_is_what_each_row_sends() -> None:
    sources = [e["expression"] for e in EXAMPLES]
    stable = [each for each in sources if not any(word in each for word in RANDOM)]
    rows = [
        Row(f"x{at}", source, default_value=("d", None, "")[at % 3])
        for at, source in enumerate([*stable, "[otherMails]", "[city]", "", "ToUpper("])
        if "IgnoreObjectFlow" not in source
    ]
    sending = Sending(rows, None, NOW)
    assert len(sending.rows) > 100
    for person in practice_people()[:20]:
        sent = sending.of(person)
        assert sent is not None
        one_by_one = [sent_by(row, person, NOW) for row in sending.rows]
        assert list(map(plain, sent)) == list(map(plain, one_by_one))


@pytest.mark.parametrize(
    ("department", "is_sent"), [("Sales", True), ("IT", False), ("Legal", False)]
)
def test_who_is_out_of_scope_or_left_alone_is_not_sent(department: str, is_sent: bool) -> None:
    rows = [Row("title", 'IIF([department] = "Legal", IgnoreObjectFlow, [department])')]
    scope = with_filter(None, "All", new_clause("department", "NOT EQUALS", "IT"))
    sent = Sending(rows, scope, NOW).of({"department": department})
    assert sent == (("Sales",) if is_sent else None)
    assert (sent_by(rows[0], {"department": department}, NOW) is IGNORED) == (department == "Legal")


def test_a_scope_that_cannot_be_used_lets_everybody_in() -> None:
    odd: Any = {"groups": [{"clauses": [{"sourceOperandName": "a", "operatorName": "LIKE"}]}]}
    sending = Sending([Row("title", "[a]")], Filter.model_validate(odd), NOW)
    assert sending.of({"a": "x"}) == ("x",)
