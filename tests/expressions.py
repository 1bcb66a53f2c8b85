"""Random expressions and people for property tests, and the outcome of an evaluation as data."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from hypothesis import strategies as st

from wizard.mapping.expression.compiler import compile_mapping
from wizard.mapping.expression.errors import ExpressionError
from wizard.mapping.expression.evaluate import evaluate
from wizard.mapping.expression.faults import is_unseen
from wizard.mapping.expression.table import FUNCTIONS
from wizard.mapping.expression.tree import (
    COMPARISON_SIGNS,
    WORDS,
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
from wizard.mapping.expression.values import Context, Value

NAMES = ("mail", "givenName", "IsSoftDeleted", "proxyAddresses", "__import__('os')", 'a" + "b')
RANDOM = frozenset({"Guid", "RandomString"})
SOME_DAY = Context(
    now=datetime(2026, 11, 23, 4, 5, 6, tzinfo=UTC),
    taken=frozenset({"x", "True"}),
    default_domain="contoso.example",
    guid="00000000-0000-4000-8000-000000000001",
)

_words = ("", "x", "True", "false", "a,b", "10", "d", "2026-01-31", "yyyy-MM-dd", "É ü", 'q"\\+')
texts = st.sampled_from(_words) | st.text(max_size=8)
numbers = st.integers(-(10**18), 10**18) | st.decimals(-(10**6), 10**6, places=3).map(float)
small = st.integers(-2, 4)


def attributes(names: st.SearchStrategy[str]) -> st.SearchStrategy[Node]:
    """Return attributes whose names come from a strategy."""
    return names.map(Attribute)


def any_name() -> st.SearchStrategy[str]:
    """Return names as an expression can write them."""
    return st.text(min_size=1, max_size=12).filter(
        lambda name: (
            name == name.strip() and not set("[]") & set(name) and not any(map(is_unseen, name))
        )
    )


@st.composite
def _calls(
    draw: st.DrawFn, operands: st.SearchStrategy[Node], chosen: tuple[str, ...]
) -> FunctionCall:
    function = FUNCTIONS[draw(st.sampled_from(chosen))]
    fewest = function.least
    if function.repeated:
        count = fewest + function.repeated * draw(st.integers(0, 2))
    else:
        count = draw(st.integers(fewest, len(function.parameters)))
    compared = st.builds(Comparison, operands, st.sampled_from(COMPARISON_SIGNS), operands)
    arguments: list[Node] = []
    for index in range(count):
        optional = not function.parameter(index).required and function.most in (count, None)
        argument = st.one_of(operands, operands, compared)
        arguments.append(draw(argument | st.just(Omitted()) if optional else argument))
    return FunctionCall(function.name, tuple(arguments))


def trees(
    names: st.SearchStrategy[str] | None = None, without: frozenset[str] = RANDOM
) -> st.SearchStrategy[Node]:
    """Return trees as the parser makes them, with functions whose value is not random."""
    chosen = tuple(name for name in FUNCTIONS if name not in without)
    leaves: st.SearchStrategy[Node] = st.one_of(
        attributes(st.sampled_from(NAMES) if names is None else names),
        texts.map(Text),
        (numbers | small).map(Number),
        st.integers(0, 2**64 - 1).map(HexNumber),
        st.sampled_from(sorted(WORDS)).map(Word),
    )
    return st.recursive(leaves, lambda operands: _calls(operands, chosen), max_leaves=12)


_scalars = texts | small | numbers | st.booleans()
people = st.dictionaries(
    st.sampled_from(NAMES),
    st.one_of(
        texts, texts, st.none(), _scalars, st.lists(_scalars | st.none(), max_size=3), st.just({})
    ),
)


def evaluated(node: Node, person: Mapping[str, object]) -> str:
    """Return what the evaluator yields on a certain day, as text that compares exactly."""
    return _outcome(evaluate, node, person)


def compiled(node: Node, person: Mapping[str, object]) -> str:
    """Return what the compiled expression yields on that day."""
    return _outcome(value, node, person)


def value(node: Node, person: Mapping[str, object], context: Context | None = None) -> Value:
    """Return what an expression that is compiled as a mapping's only row yields."""
    mapped = compile_mapping([node])(person, context)
    assert mapped is not None
    if isinstance(mapped[0], ExpressionError):
        raise mapped[0]
    return mapped[0]


def told(value: object) -> str:
    """Return a value with its type, or an error with its place, as text that compares exactly."""
    if isinstance(value, ExpressionError):
        return f"{value.code} at {value.position}: {value.message}"
    return repr(value)


def _outcome(
    work: Callable[[Node, Mapping[str, object], Context], object],
    node: Node,
    person: Mapping[str, object],
) -> str:
    try:
        return told(work(node, person, SOME_DAY))
    except ExpressionError as error:
        return told(error)
