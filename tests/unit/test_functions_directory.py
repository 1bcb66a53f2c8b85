from collections.abc import Callable
from importlib import import_module
from typing import Any

import pytest

from wizard.mapping.expression.errors import ExpressionError
from wizard.mapping.expression.functions import directory
from wizard.mapping.expression.functions.directory import ONLY_THE_SERVICE_KNOWS
from wizard.mapping.expression.values import NOT_SUPPLIED, Argument, Context, Ignore

call: dict[str, Callable[..., Any]] = {
    function.name: function.call for function in directory.FUNCTIONS
}

DOCUMENTED = frozenset(
    {
        "Append",
        "AppRoleAssignments",
        "AppRoleAssignmentsComplex",
        "AssertiveAppRoleAssignmentsComplex",
        "BitAnd",
        "CBool",
        "CDate",
        "Coalesce",
        "ConvertToBase64",
        "ConvertToUTF8Hex",
        "Count",
        "CStr",
        "DateAdd",
        "DateDiff",
        "DateFromNum",
        "DefaultDomain",
        "FormatDateTime",
        "Guid",
        "IgnoreFlowIfNullOrEmpty",
        "IIF",
        "InStr",
        "IsNothing",
        "IsNull",
        "IsNullOrEmpty",
        "IsPresent",
        "IsString",
        "Item",
        "Join",
        "Left",
        "Len",
        "Mid",
        "NormalizeDiacritics",
        "Not",
        "Now",
        "NumFromDate",
        "PCase",
        "Prepend",
        "RandomString",
        "Redact",
        "RemoveDuplicates",
        "Replace",
        "SelectUniqueValue",
        "SingleAppRoleAssignment",
        "Split",
        "StripSpaces",
        "Switch",
        "ToLower",
        "ToUpper",
        "Word",
    }
)
MODULES = ("convert", "dates", "directory", "logic", "replace", "text")


def test_every_documented_function_is_there_once() -> None:
    names = [
        function.name
        for module in MODULES
        for function in import_module(f"wizard.mapping.expression.functions.{module}").FUNCTIONS
    ]
    assert len(DOCUMENTED) == 49
    assert sorted(names) == sorted(DOCUMENTED)


def test_a_function_names_its_fewest_and_most_arguments() -> None:
    functions = {
        function.name: function
        for module in MODULES
        for function in import_module(f"wizard.mapping.expression.functions.{module}").FUNCTIONS
    }
    arities = {name: (functions[name].least, functions[name].most) for name in functions}
    assert arities["Replace"] == (1, 7)
    assert arities["FormatDateTime"] == (3, 4)
    assert arities["Join"] == (2, None)
    assert arities["SelectUniqueValue"] == (2, None)
    assert arities["Guid"] == (0, 0)


def test_the_default_domain_comes_from_the_tenant() -> None:
    assert call["DefaultDomain"](Context(default_domain="contoso.com")) == "contoso.com"


@pytest.mark.parametrize(
    ("taken", "value"),
    [
        ((), "John.Smith@contoso.com"),
        (("John.Smith@contoso.com",), "J.Smith@contoso.com"),
        (("JOHN.SMITH@CONTOSO.COM", "j.smith@contoso.com"), "Jo.Smith@contoso.com"),
    ],
)
def test_the_first_value_that_nobody_has_is_selected(taken: tuple[str, ...], value: str) -> None:
    rules = ("John.Smith@contoso.com", None, "", "J.Smith@contoso.com", "Jo.Smith@contoso.com")
    assert call["SelectUniqueValue"](Context(taken=frozenset(taken)), *rules) == value


def test_no_value_is_selected_from_nothing() -> None:
    assert call["SelectUniqueValue"](Context(), None, "") is None


def test_it_is_an_error_when_every_value_is_taken() -> None:
    with pytest.raises(ExpressionError) as caught:
        call["SelectUniqueValue"](Context(taken=frozenset({"a", "b"})), "A", "b")
    assert caught.value.code == "no-unique-value"


@pytest.mark.parametrize("value", ["a@contoso.com", None, ("a", "b"), 7, Ignore.ATTRIBUTE])
def test_redacting_changes_only_the_log(value: Argument) -> None:
    assert call["Redact"](value) == value


def test_nothing_to_redact_is_null() -> None:
    assert call["Redact"](NOT_SUPPLIED) is None


def test_one_role_is_its_name() -> None:
    single = call["SingleAppRoleAssignment"]
    assert single(("User",)) == "User"
    assert single("User") == "User"
    assert single(None) is None


@pytest.mark.parametrize(
    "name",
    ["AppRoleAssignments", "AppRoleAssignmentsComplex", "AssertiveAppRoleAssignmentsComplex"],
)
def test_no_role_is_null_in_every_form(name: str) -> None:
    assert call[name](None) is None
    with pytest.raises(ExpressionError) as caught:
        call[name](("User", "Admin"))
    assert caught.value.code == ONLY_THE_SERVICE_KNOWS == "only-the-service-knows"


def test_what_only_the_service_knows_says_so() -> None:
    attempts: tuple[Callable[[], object], ...] = (
        lambda: call["SingleAppRoleAssignment"](("User", "Admin")),
        lambda: call["DefaultDomain"](Context()),
    )
    for attempt in attempts:
        with pytest.raises(ExpressionError) as caught:
            attempt()
        assert caught.value.code == ONLY_THE_SERVICE_KNOWS
        assert caught.value.hint
