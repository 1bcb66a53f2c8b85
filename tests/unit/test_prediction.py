"""What provisioning should do with a person, and what is told of a cycle."""

import pytest

from wizard.graph.provisioning_log import LogEntry
from wizard.graph.results import StatusInformation
from wizard.mapping.document import MappingDocument
from wizard.mapping.people import Person
from wizard.mapping.scoping.editing import new_clause, with_filter, with_scope
from wizard.steps.cycle import count_failed, results_of
from wizard.trial.prediction import predict

ANN: Person = {
    "userPrincipalName": "ann@contoso.example",
    "department": "IT",
    "accountEnabled": True,
}


def scoped(operator: str) -> MappingDocument:
    clause = new_clause("department", "EQUALS", "Sales")
    clause = clause.model_copy(update={"operator_name": operator})
    return with_scope(MappingDocument.default(), with_filter(None, "Sales", clause))


def test_a_person_outside_the_filters_is_predicted_to_be_left_out() -> None:
    found = predict(scoped("EQUALS"), ANN)
    assert (found.verdict, found.is_left_out) == ("out of scope", True)


def test_filters_that_cannot_be_read_predict_nothing() -> None:
    found = predict(scoped("NEAR"), ANN)
    assert (found.verdict, found.is_left_out) == ("not known", False)
    assert found.why


@pytest.mark.parametrize(
    ("status", "action", "told"),
    [
        ("success", "create", "created"),
        ("success", "invented", "done"),
        ("warning", "create", "with a warning"),
        ("failure", "create", "failed"),
        ("postponed", "create", "not clear"),
        ("", "create", "not clear"),
    ],
)
def test_only_what_succeeded_is_told_as_done(status: str, action: str, told: str) -> None:
    entry = LogEntry(action=action, status_information=StatusInformation(status=status))
    ((_, result, _),) = results_of((entry,)).rows
    assert result == told
    assert count_failed((entry,)) == (told == "failed")


def test_failures_come_first_and_the_skipped_are_counted_below_by_reason() -> None:
    kinds = [("skipped", "other")] * 3 + [("success", "create"), ("success", "disable")]
    entries = [
        LogEntry(action=action, status_information=StatusInformation(status=status))
        for status, action in (*kinds, ("failure", "update"))
    ]
    table = results_of(tuple(entries))
    assert table.title.endswith("1 failed, 1 disabled, 1 created, 3 skipped")
    assert [result for _, result, _ in table.rows] == ["failed", "disabled", "created", "skipped"]
    assert table.rows[-1][0] == "unknown and 2 more"
