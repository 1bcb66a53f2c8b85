import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.expressions import any_name, trees
from wizard.mapping.expression.errors import ExpressionError
from wizard.mapping.expression.lexer import MAX_CHARACTERS
from wizard.mapping.expression.parser import parse
from wizard.mapping.expression.printer import show
from wizard.mapping.expression.tree import (
    MAX_DEPTH,
    Attribute,
    Comparison,
    FunctionCall,
    HexNumber,
    Node,
    Number,
    Omitted,
    Text,
    Word,
)

A = Attribute("a")


@pytest.mark.parametrize(
    ("text", "node"),
    [
        ("[mail]", Attribute("mail")),
        ("  [ mail ]\n", Attribute("mail")),
        ("[extension_0a_b-c.d:e]", Attribute("extension_0a_b-c.d:e")),
        ('"text"', Text("text")),
        ('""', Text("")),
        (r'"a\"b"', Text('a"b')),
        (r'"a\\b"', Text(r"a\b")),
        (r'"\+\d\n"', Text(r"\+\d\n")),
        (r'"\\\\+"', Text(r"\\+")),
        ('"two\nlines, [x] (y)"', Text("two\nlines, [x] (y)")),
        ("42", Number(42)),
        ("-7", Number(-7)),
        ("42568.75", Number(42568.75)),
        ("129699324000000000", Number(129699324000000000)),
        ("&HF7", HexNumber(247)),
        ("&hf7", HexNumber(247)),
        ("IgnoreObjectFlow", Word("IgnoreObjectFlow")),
        ("Now()", FunctionCall("Now", ())),
        ("Now ( )", FunctionCall("Now", ())),
        ("Not\n(\t[a]\u00a0)", FunctionCall("Not", (A,))),
        ('ToLower([a], "de")', FunctionCall("ToLower", (A, Text("de")))),
        ("ToLower([a], )", FunctionCall("ToLower", (A, Omitted()))),
        ('Switch([a], , "x", 1)', FunctionCall("Switch", (A, Omitted(), Text("x"), Number(1)))),
        (
            'IIF([a]="x",1,2)',
            FunctionCall("IIF", (Comparison(A, "=", Text("x")), Number(1), Number(2))),
        ),
        ("CBool([a] <> [b])", FunctionCall("CBool", (Comparison(A, "<>", Attribute("b")),))),
        ("CBool(1<=-2)", FunctionCall("CBool", (Comparison(Number(1), "<=", Number(-2)),))),
        (
            'Replace([a], "x", , , "y", , )',
            FunctionCall(
                "Replace",
                (A, Text("x"), Omitted(), Omitted(), Text("y"), Omitted(), Omitted()),
            ),
        ),
    ],
)
def test_an_expression_is_read(text: str, node: Node) -> None:
    assert parse(text) == node


@pytest.mark.parametrize(
    ("text", "code", "position"),
    [
        ("", "empty", 0),
        (" \n ", "empty", 0),
        ("Not([a]", "unbalanced", 3),
        ("Not(Not([a])", "unbalanced", 3),
        ("Not([a]))", "unbalanced", 8),
        (")", "unbalanced", 0),
        ('Not("a)', "unbalanced", 4),
        (r'Not("a\")', "unbalanced", 4),
        ("Not([a)", "unbalanced", 4),
        ("[a]]", "unbalanced", 3),
        ("Not([a[b]])", "unbalanced", 4),
        ("[ ]", "empty-attribute", 0),
        ("Not(“a”)", "unexpected-character", 4),
        ("[a];", "unexpected-character", 3),
        ("[a], [b]", "unexpected-character", 3),
        ("([a])", "unexpected-character", 0),
        ("Not((1))", "unexpected-character", 4),
        ("Not([a] [b])", "missing-comma", 8),
        ('"a" & "b"', "unexpected-character", 4),
        ("5abc", "unknown-word", 1),
        ("Not(Now() Now())", "missing-comma", 10),
        ("mail", "unknown-word", 0),
        ("Not(Now)", "unknown-word", 4),
        ("not([a])", "unknown-function", 0),
        ("Not(Evil([a]))", "unknown-function", 4),
        ("Not()", "wrong-arity", 0),
        ("Not([a], [b])", "wrong-arity", 9),
        ("Not(Append([a]))", "wrong-arity", 4),
        ('Append(, "b")', "wrong-arity", 7),
        ("InStr([a], )", "wrong-arity", 11),
        ("InStr([a], , 2)", "wrong-arity", 11),
        ("RandomString(6, 3, 0, 0, )", "wrong-arity", 25),
        ("ToLower(, )", "wrong-arity", 8),
        ('Switch([a], "d", "k")', "wrong-arity", 0),
        ('Switch([a], "d")', "wrong-arity", 0),
        ('IIF([a] = , "b", "c")', "missing-operand", 10),
        ('IIF(= "a", "b", "c")', "unexpected-character", 4),
        ('IIF([a] = [b] = [c], "b", "c")', "unexpected-character", 14),
        ('[a] = "b"', "comparison-outside", 4),
        ("9" * 31, "number-too-large", 0),
        ("&H" + "F" * 17, "number-too-large", 0),
    ],
)
def test_what_cannot_be_read_says_where_and_why(text: str, code: str, position: int) -> None:
    with pytest.raises(ExpressionError) as refused:
        parse(text)
    assert (refused.value.code, refused.value.position) == (code, position)
    assert refused.value.message.endswith(".")
    assert refused.value.hint


def test_the_right_case_of_a_function_is_suggested() -> None:
    with pytest.raises(ExpressionError, match="Did you mean ToLower"):
        parse("toLower([a])")


def test_ten_thousand_characters_are_read_and_one_more_is_refused() -> None:
    longest = '"' + "x" * (MAX_CHARACTERS - 2) + '"'
    assert parse(longest) == Text("x" * (MAX_CHARACTERS - 2))
    with pytest.raises(ExpressionError) as refused:
        parse(f"{longest} ")
    assert (refused.value.code, refused.value.position) == ("too-long", MAX_CHARACTERS)


def test_positions_are_kept_and_do_not_count_for_equality() -> None:
    tree = parse('Append( [a], "b")')
    assert isinstance(tree, FunctionCall)
    assert [argument.position for argument in tree.arguments] == [8, 13]
    assert tree == parse('Append([a],"b")')
    assert hash(tree) == hash(parse('Append([a],"b")'))
    assert tree != parse('Append([a],"c")')


@pytest.mark.parametrize(
    ("opening", "closing"),
    [("Not(", ")"), ("IIF(", "=1,2,3)"), ('IIF("a"="b",1,', ")"), ("Coalesce([a],", ")")],
)
def test_deep_nesting_is_read_and_shown_and_deeper_is_refused(opening: str, closing: str) -> None:
    deepest = f"{opening * MAX_DEPTH}1{closing * MAX_DEPTH}"
    tree = parse(deepest)
    assert parse(show(tree)) == tree
    with pytest.raises(ExpressionError) as refused:
        parse(opening + deepest + closing)
    assert refused.value.code == "nested-too-deep"
    assert refused.value.position == len(opening) * MAX_DEPTH


@pytest.mark.parametrize(
    "piece", ["(", "Not(", "[", '"', "Not([a],", ")", ",", "\\", "=", "-", "&"]
)
def test_a_wall_of_one_piece_is_refused_at_once(piece: str) -> None:
    text = (piece * MAX_CHARACTERS)[:MAX_CHARACTERS]
    before = time.process_time()
    with pytest.raises(ExpressionError):
        parse(text)
    assert time.process_time() - before < 1


@given(trees(any_name(), without=frozenset()))
def test_what_is_shown_reads_as_the_same_tree(tree: Node) -> None:
    assert parse(show(tree)) == tree


_pieces = st.sampled_from(
    ["[", "]", "(", ")", ",", '"', "\\", " ", "=", "<>", "-", "&H", "1", ".", "Not", "IIF(", "[a]"]
)


@given(st.text() | st.lists(_pieces).map("".join))
def test_no_text_is_anything_but_a_tree_or_a_positioned_error(text: str) -> None:
    try:
        tree = parse(text)
    except ExpressionError as error:
        assert error.position is not None  # noqa: PT017
        assert 0 <= error.position <= len(text)  # noqa: PT017
    else:
        assert parse(show(tree)) == tree
