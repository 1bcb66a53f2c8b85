"""What a save does to rows and filters, told one by one with before and after."""

from wizard.mapping.document import MappingDocument, Row
from wizard.mapping.schema import Filter
from wizard.mapping.scoping.editing import (
    ClausePlace,
    new_clause,
    placed,
    with_scope,
    without_filter,
)
from wizard.steps.mapping_changes import changes_between

DEFAULT = MappingDocument.default()
SALES = placed(None, ClausePlace(), new_clause("department", "EQUALS", "Sales"))
BOTH = placed(SALES, ClausePlace(), new_clause("country", "EQUALS", "NL"))


def words(before: MappingDocument, after: MappingDocument) -> list[str]:
    return [change.words for change in changes_between(before, after)]


def filtered(scope: Filter | None) -> MappingDocument:
    return with_scope(DEFAULT, scope)


def test_rows_are_told_as_added_changed_and_removed() -> None:
    after = DEFAULT.with_typed(Row("title", "[jobTitle]"))
    after = after.with_edited("displayName", source="[mail]", default_value="Nobody")
    after = after.without("name.givenName")
    assert words(DEFAULT, after) == [
        "Fill displayName from [mail] instead of [displayName].",
        'Change displayName: by default "Nobody" instead of without a default.',
        "Remove name.givenName, filled from [givenName].",
        "Add title from [jobTitle].",
    ]


def test_filters_are_told_one_by_one() -> None:
    narrower = placed(BOTH, ClausePlace(0), new_clause("city", "EQUALS", "Bonn"))
    assert words(filtered(SALES), filtered(BOTH)) == ['Add Filter 2: country is "NL".']
    assert words(filtered(BOTH), filtered(narrower)) == [
        'Change Filter 1 to department is "Sales" and city is "Bonn", instead of department is '
        '"Sales".'
    ]
    assert BOTH is not None
    assert words(filtered(BOTH), filtered(without_filter(BOTH, 0))) == [
        'Remove Filter 1: department is "Sales".'
    ]
    assert words(filtered(BOTH), filtered(None)) == [
        'Remove Filter 1: department is "Sales".',
        'Remove Filter 2: country is "NL".',
    ]
    assert words(filtered(BOTH), filtered(BOTH)) == []
