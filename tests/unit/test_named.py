"""Which attributes a mapping names."""

import pytest

from wizard.mapping.document import MappingDocument, Row
from wizard.mapping.named import named, named_in, named_in_scope
from wizard.mapping.scoping.editing import new_clause, with_filter, with_scope


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("[mail]", {"mail"}),
        ("mail", {"mail"}),
        ('"mail"', set()),
        ('Join(" ", [givenName], IIF([country] = "US", [surname], "x"))',
         {"givenName", "country", "surname"}),
        ("Join(", set()),
        ("", set()),
    ],
)  # fmt: skip
def test_a_row_names_what_stands_in_brackets(source: str, names: set[str]) -> None:
    assert named_in(Row("title", source)) == names


def test_a_mapping_names_what_its_rows_and_clauses_name() -> None:
    scope = with_filter(None, "Sales", new_clause("department", "EQUALS", "Sales"))
    document = with_scope(MappingDocument.default(), scope)
    assert named_in_scope(scope) == {"department"}
    assert named_in_scope(None) == frozenset()
    assert named(document) >= {"department", "userPrincipalName", "IsSoftDeleted"}
    assert "department" not in named(MappingDocument.default())
