"""What people type who know other languages: told at its place, with what Entra wants instead."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wizard.mapping.expression.borrowed import instead_of_function
from wizard.mapping.expression.errors import ExpressionError
from wizard.mapping.expression.evaluate import evaluate
from wizard.mapping.expression.habits import CHARACTERS, SIGN_HABITS, WORD_HABITS, WORDS_BETWEEN
from wizard.mapping.expression.parser import parse
from wizard.mapping.expression.table import FUNCTIONS


def refused(text: str) -> ExpressionError:
    with pytest.raises(ExpressionError) as error:
        parse(text)
    return error.value


NAMES_INSTEAD = {
    "Concat Concatenate TextJoin": ("Join", "Append"),
    "And Or Xor": ("IIF", "Switch"),
    "If Iff IfElse": ("IIF",),
    "Case Choose Ifs Lookup VLookup": ("Switch",),
    "Trim LTrim Strip": ("StripSpaces", "Replace"),
    "Substring Substr Slice": ("Mid",),
    "Right": ("Replace",),
    "IfEmpty IfNull NVL IfBlank": ("Coalesce", "Switch"),
    "IsEmpty IsBlank": ("IsNullOrEmpty",),
    "HasValue IsNotNull": ("IsPresent",),
    "Contains Includes IndexOf Find Search CharIndex": ("InStr",),
    "StartsWith BeginsWith": ("Left",),
    "EndsWith": ("Word", "ENDS_WITH"),
    "TextBefore SubstringAfter Split_Part": ("Word",),
    "Upper UCase ToUpperCase": ("ToUpper",),
    "Lower LCase ToLowerCase": ("ToLower",),
    "Proper TitleCase InitCap": ("PCase",),
    "Length StrLen": ("Len",),
    "Substitute RegexReplace": ("Replace",),
    "Format": ("FormatDateTime", "Join"),
    "Year Month DatePart": ("FormatDateTime",),
    "Today GetDate UtcNow": ("Now",),
    "ToDate DateValue": ("CDate",),
    "AddDays": ("DateAdd",),
    "ToString Str": ("CStr",),
    "First ElementAt": ("Item",),
    "Explode": ("Split",),
    "RemoveDiacritics Unaccent": ("NormalizeDiacritics",),
    "Distinct Unique": ("RemoveDuplicates",),
    "NewGuid Uuid": ("Guid",),
    "Equals StrComp": ("=",),
    "Sum Round Mod": ("no arithmetic",),
    "IsMemberOf": ("scoping filter",),
    "tolower JOIN iif COALESCE": ("Upper and lower case matter",),
    "Repalce Swich Joinn": ("Did you mean",),
}
"""Names that people bring along, and what must be suggested."""

PLACE = "▼"
"""Stands before the fault."""


@pytest.mark.parametrize(
    ("text", "fault", "wants"),
    [
        ('[givenName]▼+ " " + [surname]', "joins texts", "Join or Append"),
        ('[givenName] ▼& " " & [surname]', "joins texts", "Join or Append"),
        ('"a" ▼&HF7', "joins texts", "Join or Append"),
        ('Left([mail], InStr([mail], "@") ▼- 1)', "no arithmetic", "Item(Split("),
        ('Left([mail], InStr([mail], "@")▼-1)', "no arithmetic", "Word("),
        ("[employeeId] ▼* 2", "no arithmetic", "Word("),
        ("[employeeId] ▼mod 2", "no arithmetic", "Word("),
        ('Split([mail], "@")▼[1]', "square brackets", "Item(..., 2)"),
        ("[proxyAddresses]▼[0]", "square brackets", "Item(..., 1)"),
        ('IIF(IsPresent([a]) ▼|| IsPresent([b]), "x", "y")', "no AND and no OR", "Switch"),
        ('[a] = "x" ▼OR [b] = "y"', "no AND and no OR", "one IIF into another"),
        ('IIF([a] = "x" ▼&& [b] = "y", "1", "2")', "no AND and no OR", "one IIF"),
        ('IIF([a] = "x" ▼-and [b] = "y", "1", "2")', "no AND and no OR", "one IIF"),
        ('▼And([a] = "x", [b] = "y")', "no function And", "one IIF into another"),
        ('IIF([a] ▼== "x", "1", "2")', "one sign", "Write = instead"),
        ('IIF([a] ▼!= "x", "1", "2")', "Not equal", "Write <> instead"),
        ('IIF([a] ▼-eq "x", "1", "2")', "does not compare", "Compare with ="),
        ('IIF([a] ▼eq "x", "1", "2")', "does not compare", "Compare with ="),
        ('IIF([a] ▼IS NULL, "1", "2")', "does not compare", "Switch([mail]"),
        ('IIF(▼![a], "1", "2")', "does not negate", "Not("),
        ("▼not [a]", "does not negate", "Not("),
        ('[a] = "x" ▼? "y" : "z"', "A choice", "Use IIF"),
        ('▼if [a] = "x" then "y"', "A choice", "Use IIF"),
        ('[mail] ▼?? "none"', "stands in", "Coalesce"),
        ("▼# a note\n[mail]", "no comments", "Remove"),
        ("▼// a note\n[mail]", "no comments", "Remove"),
        ("[mail] ▼/* a note */", "no comments", "Remove"),
        ("[mail] ▼-- a note", "no comments", "Remove"),
        ("[mail]\n ▼' a note", "no comments", "Remove"),
        ('Switch([IsSoftDeleted]▼; ; "False")', "by commas", "in all of Switch("),
        ("[mail]▼;", "without a semicolon", "Remove it"),
        ("▼=ToLower([mail])", "without the sign =", "Remove it"),
        ('Join(" ", ▼{givenName})', "not written {givenName}", "[givenName]"),
        ("▼{0}", "places such as {0}", "Join("),
        ("▼{1:D5}", "places such as {1:D5}", "Join("),
        ("▼${2}", "no places", "Join("),
        ("▼$1", "no places", "Join("),
        ("▼%1%", "no places", "Join("),
        ("▼{{ user.mail }}", "not written", "Write [mail]"),
        ("▼${mail}", "not written", "Write [mail]"),
        ("▼$user.mail", "not written", "Write [mail]"),
        ("▼%mail%", "not written", "Write [mail]"),
        ("▼user.mail", "no points", "[mail]"),
        ('▼user["mail"]', "nothing by itself", "[mail]"),
        ("[mail]▼.ToLower()", "no methods", "Split("),
        ('▼String.Join(" ", [a])', "no points", "alone"),
        ("▼mail", "nothing by itself", "[mail]"),
        ("▼Now", "nothing by itself", "Now(...)"),
        ("▼source: [mail]", "colon", "in their order"),
        ('IIF([a] = "x", ▼True, NULL)', "True", 'in quotes: "True"'),
        ('IIF([a] = "x", "y", ▼NULL)', "NULL", "leave the place empty"),
        ('Switch([a], ▼null, "x", "y")', "null", "leave the place empty"),
        ('Switch([a], ▼None, "x", "y")', "None", "leave the place empty"),
        ('Switch([a], ▼undefined, "x", "y")', "undefined", "leave the place empty"),
        ("▼'text'", "'text'", "straight double quotes"),
        ("ToUpper(▼\u201ca\u201d)", "LEFT DOUBLE QUOTATION MARK", "straight double quotes"),
        ("Join(▼\u2018 \u2019, [a])", "LEFT SINGLE QUOTATION MARK", "straight double quotes"),
        ('Join(▼\\" \\", [a])', "backslash", "JSON"),
        ("ToUpper(▼&quot;a&quot;)", "web pages", "character itself"),
        ('"say "▼"yes"""', "not doubled", r"\""),
        ('Join(",",▼\u200b [a])', "ZERO WIDTH SPACE (U+200B)", "Delete it"),
        ("Join▼\u2060([a])", "WORD JOINER (U+2060)", "Delete it"),
        ("[ma▼\u200bil]", "ZERO WIDTH SPACE (U+200B)", "Delete it"),
        ("▼\ufeff[mail]", "ZERO WIDTH NO-BREAK SPACE (U+FEFF)", "Delete it"),
        ("Join▼\uff08[a]", "FULLWIDTH LEFT PARENTHESIS", "the plain ("),
        ("Append([a]▼\uff0c [b])", "FULLWIDTH COMMA", "the plain ,"),
        ("▼\u03a4oLower([a])", "GREEK CAPITAL LETTER TAU", "letters A to Z"),
        ("[a] ▼\u2013 1", "EN DASH", "Word("),
        ('Join(▼" , [givenName], " ", [surname])', "quote is missing", "Close it"),
        ('Switch([a], , ▼"x, "y")', "quote is missing", "Close it"),
        ('Join(" ", [givenName], ▼surname")', "quote is missing", "lost before"),
        ('Join(" ", [givenName], ▼"x)', "never closed", "ends with"),
        ("givenName▼]", "closes nothing", "[givenName]"),
        ("0▼x1F", "not written 0x", "&H1F"),
        ("▼@ToLower([mail])", "function is not written @ToLower", "ToLower(...)"),
        ("▼$concat([mail])", "function is not written $concat", "concat(...)"),
        ("▼@{toLower([mail])}", "Braces", "square brackets"),
        ("▼<givenName>", "not written <givenName>", "[givenName]"),
        ("▼[[mail]]", "one pair of brackets", "[mail]"),
        ("▼ToLower[mail]", "in parentheses", "ToLower(...)"),
        ("▼DateTime.Now", "no points", "function alone"),
        ("[mail]▼?.ToLower()", "no methods", "Split("),
        ("[mail]▼->ToLower()", "no methods", "Split("),
        ("▼return [mail]", "nothing here", "only what is to be sent"),
        ('IIF([a] = "", ▼null(), [a])', "no function null", "leave the place empty"),
        ("CBool(▼True())", "no function True", '"True"'),
        ('▼f"{givenName}"', "no letter before its quotes", "Join"),
        ('▼$"{givenName}"', "no sign before its quotes", "Join"),
        ('Replace([city], , ▼/[0-9]/, , "", , )', "between slashes", '"[^0-9]"'),
        ("▼ann@contoso.example", "ann@contoso.example means", '"ann@contoso.example"'),
        ("▼https://contoso.example/a", "means nothing", '"https://contoso.example/a"'),
        ("▼2026-11-27", "means nothing", '"2026-11-27"'),
        ("CDate(▼#2026-11-27#)", "not written #2026-11-27#", "CDate("),
    ],
)
def test_a_habit_is_told_at_its_place(text: str, fault: str, wants: str) -> None:
    error = refused(text.replace(PLACE, ""))
    assert error.position == text.index(PLACE)
    assert fault in error.message
    assert wants in error.hint
    assert '"NULL"' not in error.hint
    assert error.message.endswith(".")


@pytest.mark.parametrize(
    ("text", "message", "position"),
    [
        ("Left([mail])", "Left needs its argument NumChars.", 0),
        ("Mid([mail])", "Mid needs its arguments start and length.", 0),
        ("ToLower([mail], )", None, None),
        ('Join([mail], "-", )', "Join needs its argument source", 18),
        ('Append([a], "-", [b])', "Append takes 2 arguments, and this is one more.", 17),
        ('Switch([a], , "x", "y", "z")', "Switch needs a value for each key, and", 24),
        ('IIF([a] = "x", "y")', "IIF needs its argument valueIfFalse.", 0),
        ('FormatDateTime([a], "yyyy")', "FormatDateTime needs its arguments inputFormat", 0),
    ],
)
def test_a_wrong_count_of_arguments_names_them(
    text: str, message: str | None, position: int | None
) -> None:
    if message is None:
        parse(text)
        return
    error = refused(text)
    assert error.message.startswith(message)
    assert error.position == position


@pytest.mark.parametrize(
    ("text", "position", "part"),
    [
        ('Replace([city], " ", "_")', 21, "regexPattern is the third argument"),
        ('Left([city], "@")', 13, "NumChars must be a whole number"),
        ('Mid([city], 1, "many")', 15, "length must be"),
        ('DateAdd("days", 1, Now())', 8, "the argument interval of DateAdd"),
        ('DateDiff("d", Now(), [city])', 21, "the argument date2 of DateDiff"),
        ('Replace([city], , "(", , "x", , )', 18, "the argument regexPattern of Replace"),
        ('InStr([city], "a", 1, "text")', 22, "the argument compareType of InStr"),
        ("Append([many], [city])", 7, "the argument source of Append"),
    ],
)
def test_an_argument_that_cannot_be_used_is_named_where_it_stands(
    text: str, position: int, part: str
) -> None:
    with pytest.raises(ExpressionError) as error:
        evaluate(parse(text), {"city": "Reno", "many": ["a", "b"]})
    assert error.value.position == position
    assert part in error.value.message


@pytest.mark.parametrize(
    ("names", "instead"),
    NAMES_INSTEAD.items(),
)
def test_names_of_other_languages_lead_to_the_functions_that_do_it(
    names: str, instead: tuple[str, ...]
) -> None:
    for name in names.split():
        error = refused(f"ToUpper({name}([mail]))")
        assert (error.code, error.position) == ("unknown-function", 8)
        assert all(function in error.hint for function in instead), (name, error.hint)


def test_what_is_only_spelled_alike_is_not_suggested() -> None:
    for name in ("Coat", "Nob", "Mib", "Wood", "Pace", "Cont"):
        assert "Did you mean" not in instead_of_function(name)


def examples() -> list[str]:
    """Return every call that an advice shows."""
    hints = [instead_of_function(name) for names in NAMES_INSTEAD for name in names.split()]
    hints += [habit.hint for _, habit in SIGN_HABITS]
    hints += [habit.hint for habit in (*WORD_HABITS.values(), *WORDS_BETWEEN.values())]
    hints += CHARACTERS.values()
    found = re.findall(r'[A-Z]\w+\((?:[^()"]|"[^"]*"|\([^()]*\)|\w+\([^()]*\))*\)', " ".join(hints))
    return sorted({each for each in found if "..." not in each})


@pytest.mark.parametrize("example", examples())
def test_every_example_of_an_advice_can_be_read_and_has_a_value(example: str) -> None:
    person = {
        "mail": "ann@contoso.example",
        "employeeHireDate": "2026-11-01T00:00:00Z",
        "employeeId": "12345678",
    }
    evaluate(parse(example), person)


_PIECES = [
    *"[]()\",\\ =<>-+&|!?:;{}#$%@^*/~'`.",
    *(
        "[mail]",
        "Join(",
        "IIF(",
        '"x"',
        "OR",
        "NULL",
        "mail",
        "0x1F",
        "//",
        "==",
        "\u200b",
        "\u201c",
    ),
    *(
        "\u200b",
        "\u201c",
        "\uff08",
        "\n",
        "user.mail",
        "-eq",
        "1",
        "&H1",
        "a,[b]",
        "\ufe0f",
        "\u00e9",
    ),
]


@given(st.lists(st.sampled_from(_PIECES), max_size=12).map("".join))
def test_whatever_is_typed_is_a_tree_or_an_error_inside_of_the_text(text: str) -> None:
    try:
        parse(text)
    except ExpressionError as error:
        assert error.position is not None  # noqa: PT017
        assert 0 <= error.position <= len(text)  # noqa: PT017
        assert error.message.endswith(".")  # noqa: PT017
        assert error.hint  # noqa: PT017


def test_no_name_of_ours_is_called_unknown() -> None:
    for name in FUNCTIONS:
        assert f"Did you mean {name}?" in instead_of_function(name.swapcase())


@pytest.mark.parametrize(
    ("text", "wants"),
    [
        ("Append([mailNickname], @contoso.com)", 'Write "@contoso.com".'),
        ("Append([mailNickname], @mail.contoso.co.uk)", 'Write "@mail.contoso.co.uk".'),
        ("${user.lastName}", "[surname]"),
        ("{{user.email}}", "[mail]"),
        ("$user.firstName", "[givenName]"),
        ("%lastname%", "[surname]"),
        ("<email>", "[mail]"),
        ("user.login", "[userPrincipalName]"),
        ("person['firstName']", "[givenName]"),
        ("==[mail]", "Remove it"),
        ("'Join(\" \", [givenName], [surname])'", "without them"),
        ("'[mail]'", "without them"),
        ('Join(" ", [givenName], )', "Remove the comma"),
        ('Join(" ", [givenName], [surname], , )', "Remove the comma"),
    ],
)
def test_what_is_advised_can_be_used_in_entra(text: str, wants: str) -> None:
    assert wants in refused(text).hint
