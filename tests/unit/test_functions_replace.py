from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wizard.mapping.expression.errors import ExpressionError
from wizard.mapping.expression.functions.arguments import MAX_VALUE
from wizard.mapping.expression.functions.dotnet import MAX_PATTERN
from wizard.mapping.expression.functions.errors import EvaluationError
from wizard.mapping.expression.functions.patterns import (
    LEAST_TIME,
    MATCHING_LIMIT,
    REST,
    TIME_BUDGET,
    TimeBudget,
    pattern,
)
from wizard.mapping.expression.functions.replace import replace
from wizard.mapping.expression.values import NOT_SUPPLIED, Argument

PHONE = r"\+(?<isdCode>\d* )(?<phoneNumber>\d{10})"
LONG_PHONE = r"\+(?<isdCode>\d* )(?<phoneNumber>.* )[x](?<extension>.*)"


@pytest.fixture(autouse=True)
def all_the_time() -> None:
    TIME_BUDGET.restore()


def by_pattern(source: Argument, found: Argument, new: Argument) -> str | None:
    return replace(source, NOT_SUPPLIED, found, NOT_SUPPLIED, new)


def code_of(source: Argument, found: Argument, new: Argument) -> str:
    """Return the code of the error; empty when there is a value."""
    try:
        by_pattern(source, found, new)
    except ExpressionError as error:
        return error.code
    return ""


@pytest.mark.parametrize(
    ("source", "old", "new", "value"),
    [
        ("Product Developer", "Product Developer", "Software Engineer", "Software Engineer"),
        ("john.doe@contoso.com", "@contoso.com", "", "john.doe"),
        ("John.doe@Contoso.com", "@contoso.com", "", "John.doe@Contoso.com"),
        ("a-b-c", "-", None, "abc"),
        ("en-US", "-", "_", "en_US"),
        ("abc", "", "x", "abc"),
        ("abc", None, "x", "abc"),
        (None, "a", "b", None),
        (1000, 0, 1, "1111"),
    ],
)
def test_an_old_value_is_replaced_everywhere(
    source: Argument, old: Argument, new: Argument, value: str | None
) -> None:
    assert replace(source, old, NOT_SUPPLIED, NOT_SUPPLIED, new) == value


def test_a_template_gets_the_source_in_it() -> None:
    rest = (NOT_SUPPLIED,) * 4
    template = "<username>@contoso.com"
    assert replace("jsmith", "<username>", *rest, template) == "jsmith@contoso.com"
    assert replace(None, "<username>", *rest, template) is None


@pytest.mark.parametrize(
    ("source", "found", "new", "value"),
    [
        ("+91 9998887777", PHONE, "${phoneNumber}", "9998887777"),
        ("+1 (999) 888-7777", r"[()\s-]+", "", "+19998887777"),
        ("john_doe72", "[a-zA-Z_]*", "", "72"),
        ("+1 (206) 291-8163 x8125", LONG_PHONE, "${extension}", "8125"),
        ("John Smith", "(?<firstName>[a-zA-Z]+ )(?<lastName>[a-zA-Z]+)", "${lastName}", "Smith"),
        ("00012345", "(?<zeros>^0+)(?<actual>[a-zA-Z0-9]+)", "${actual}", "12345"),
        ("000000789", "(.*?)(?<id>.{0,6})$", "${id}", "000789"),
        ("NLD_Van_der3", "(?<c>.*)_(?<s1>.*)_(?<s2>.*)[0-9]", "${s1} ${s2}", "Van der"),
        ("a1b2c3d4e5f678901234567890abcdef", "(.*?)(?<id>[0-9]{4})(.*)", "D${id}", "D6789"),
        ("abc", "b", "[$&$$$`$'$_$0]", "a[b$acabcb]c"),
        ("ab", "(a)(b)", "$2$1$3${9}${x}$+", "ba$3${9}${x}b"),
        ("ab", "(?<first>a)(b)", "$1-$2", "b-a"),
        ("aab", r"(?<c>a)\k<c>(b)", "$2$1", "ab"),
        ("abab", r"(?<n>a)(b)(?'m'a)\1", "x", "x"),
        ("a1b", r"\d*", "X", "XaXXbX"),
        ("faceoff", "[a-z-[aeiou]]", "_", "_a_eo__"),
        ("faceoff", "[^f-[o]]", "_", "f___off"),
        ("a[b]", r"[[\]]", "", "ab"),
        ("a&&b||c", "[&&|]", "", "abc"),
        ("x{e}", "x{e}", "ok", "ok"),
        ("x{,2}", "x{,2}", "ok", "ok"),
        ("Groß", "(?i)SS", "x", "Groß"),
        ("Abc", "a(?i:B)c|(?i)ABC", "x", "x"),
        ("a\n", r"a\Z", "b", "b\n"),
        ("a\n", r"a\z", "b", "a\n"),
        ("a\tb", r"\x09|\u0062|\cA", "-", "a--"),
        ("Ωα", r"\p{IsGreek}|\p{Lu}", "", ""),
        ("a b", "(?#blank) ", "_", "a_b"),
        ("a-b", r"[\w-.]", "", ""),
        ("E\N{COMBINING ACUTE ACCENT}a", r"\w+", "", ""),
        ("", "^$", "empty", "empty"),
        ("a", None, "b", "a"),
        (None, "a", "b", None),
    ],
)
def test_a_dotnet_pattern_is_replaced(
    source: Argument, found: Argument, new: Argument, value: str | None
) -> None:
    assert by_pattern(source, found, new) == value


@pytest.mark.parametrize(
    ("source", "found", "group", "new", "value"),
    [
        ("545 Tremont Street", r"(?<number>^\d*)", "number", "888", "888 Tremont Street"),
        ("jsmith@contoso.com", "(?<Suffix>@(.)*)", "Suffix", "", "jsmith"),
        ("a1 a2", r"a(?<digit>\d)", "digit", "$&", "a$& a$&"),
        ("ab", "a(?<g>x)?b", "g", "y", "ab"),
        ("12-34", r"(\d+)-(\d+)", "2", "x", "12-x"),
    ],
)
def test_only_a_group_is_replaced(
    source: str, found: str, group: str, new: str, value: str
) -> None:
    assert replace(source, NOT_SUPPLIED, found, group, new) == value


def test_another_attribute_fills_an_empty_source() -> None:
    def extracted(source: Argument, mobile: Argument) -> str | None:
        return replace(source, NOT_SUPPLIED, PHONE, "phoneNumber", NOT_SUPPLIED, mobile)

    assert extracted("", "+91 8887779999") == "8887779999"
    assert extracted(None, "+91 8887779999") == "8887779999"
    assert extracted("+1 5551112222", "+91 8887779999") == "+1 5551112222"
    assert extracted("", "none") is None
    assert extracted("", None) is None


@pytest.mark.parametrize(
    ("found", "code"),
    [
        ("(", "bad-pattern"),
        (")", "bad-pattern"),
        ("[a", "bad-pattern"),
        ("[z-a]", "bad-pattern"),
        ("*a", "bad-pattern"),
        ("a**", "bad-pattern"),
        ("a++", "bad-pattern"),
        (r"\y", "bad-pattern"),
        ("\\", "bad-pattern"),
        (r"\2(a)", "bad-pattern"),
        (r"\k<none>", "bad-pattern"),
        (r"\p{Nothing}", "bad-pattern"),
        (r"\p{Latin}", "bad-pattern"),
        (r"\p{Alphabetic}", "bad-pattern"),
        (r"\p{lu}", "bad-pattern"),
        ("(?<open>a)(?<close-open>b)", "pattern-unsupported"),
        ("(?<1>a)", "pattern-unsupported"),
        ("(?(a)b|c)", "pattern-unsupported"),
        ("(?P<a>b)", "pattern-unsupported"),
        ("(?R)", "pattern-unsupported"),
        ("(?x) a", "pattern-unsupported"),
        ("(?#never closed", "bad-pattern"),
        ("(" * 200 + ")" * 200, "bad-pattern"),
        ("[a-" * 3000, "bad-pattern"),
        ("a" * (MAX_PATTERN + 1), "bad-pattern"),
        ("a{99999999}{2}", "bad-pattern"),
        ("a?" * 600, "bad-pattern"),
        ("(((a{1000}){1000}){1000}){1000}", "bad-pattern"),
        ("(?#[)(((a{1000}){1000}){1000}){1000}]", "bad-pattern"),
        ("((((a{9,1000}?){1000})*){1000}b)+", "bad-pattern"),
    ],
)
def test_a_pattern_that_cannot_be_used_says_so(found: str, code: str) -> None:
    with pytest.raises(EvaluationError) as caught:
        by_pattern("abc", found, "")
    assert caught.value.code == code
    assert caught.value.hint


def test_a_group_that_the_pattern_lacks_is_an_error() -> None:
    with pytest.raises(EvaluationError) as caught:
        replace("a", NOT_SUPPLIED, "(?<b>a)", "c", "x")
    assert caught.value.code == "no-such-group"


@pytest.mark.parametrize(
    "rest", [(), ("a",), (NOT_SUPPLIED, "a"), (NOT_SUPPLIED, NOT_SUPPLIED, NOT_SUPPLIED, "b")]
)
def test_arguments_that_fit_no_way_to_replace_are_an_error(rest: tuple[Argument, ...]) -> None:
    with pytest.raises(EvaluationError) as caught:
        replace("a", *rest)
    assert caught.value.code == "replace-arguments"


@pytest.mark.parametrize(
    ("found", "source"),
    [
        ("(a|aa)+$", "a" * 60 + "b"),
        (r"^(\w+\s?)*$|x", "aaaaaaaaaaaaaaaa " * 10_000 + "!"),
        (r"\s+$", " " * 1_000_000 + "x"),
        ("(?<n>(a|aa)+)$", "a" * 80 + "b"),
    ],
)
def test_a_catastrophic_pattern_ends(found: str, source: str) -> None:
    assert code_of(source, found, "") in ("", "pattern-too-slow")


@pytest.mark.parametrize(
    "found", ["(?i)" + "é" * 5000, "b" + "a" * 9000, r"\x61b" * 1600, "[ab]" * 2000 + "c"]
)
def test_a_long_pattern_ends(found: str) -> None:
    assert code_of("a" * 1_000_000, found, "") in ("", "pattern-too-slow")


def test_a_long_literal_keeps_its_meaning() -> None:
    assert by_pattern("xab" + "ab" * 4000, "(?i)" + "AB" * 4000 + "+", "y") == "xyab"


def test_a_search_that_runs_out_of_time_leaves_less_to_all_that_follow() -> None:
    for number in range(3):
        assert TIME_BUDGET.seconds == MATCHING_LIMIT / 2**number
        with pytest.raises(EvaluationError):
            by_pattern("a" * (60 + number) + "c", f"(a|aa)+$|never{number}", "")


def test_slow_patterns_hold_up_nobody_and_searches_get_their_time_back() -> None:
    now = 1000.0
    patience = TimeBudget(lambda: now)
    allowed = 0.0
    for _ in range(100):
        allowed += patience.seconds
        patience.lose()
    assert allowed < 2 * MATCHING_LIMIT + 100 * LEAST_TIME
    now += REST
    assert patience.seconds == LEAST_TIME
    now += 1
    assert patience.seconds == MATCHING_LIMIT


def test_a_result_that_would_fill_the_memory_is_refused() -> None:
    many, long = "a" * 10_000, "x" * (MAX_VALUE // 1000)
    attempts: tuple[Callable[[], object], ...] = (
        lambda: replace(many, "a", NOT_SUPPLIED, NOT_SUPPLIED, long),
        lambda: by_pattern(many, "a", long),
        lambda: by_pattern("ab" * 20_000, "a", "$`$'"),
        lambda: replace(many, NOT_SUPPLIED, "(?<g>a)", "g", long),
    )
    for attempt in attempts:
        with pytest.raises(EvaluationError) as caught:
            attempt()
        assert caught.value.code == "result-too-long"


def test_a_megabyte_is_replaced() -> None:
    source = "+1 (999) 888-7777 " * 55_000
    assert replace(source, "-", NOT_SUPPLIED, NOT_SUPPLIED, "_") == source.replace("-", "_")
    assert by_pattern(source, "nothing like it", "") == source


def test_a_pattern_is_compiled_once() -> None:
    assert pattern("(?<a>b)") is pattern("(?<a>b)")
    assert pattern("b").search("abc")


PIECES = st.one_of(
    st.sampled_from(".()[]^$-*+?|{}\\ab1é, "),
    st.sampled_from(["(?:", "(?<n>", "(?'m'", "(?i)", "(?=", "(?<=", "{2}", "-[", "&&", "--"]),
    st.sampled_from([r"\d", r"\w", r"\W", r"\b", r"\1", r"\k<n>", r"\p{L}", r"\x41", "~~"]),
)


@given(st.lists(PIECES, max_size=12).map("".join), st.text("ab1 é-[]", max_size=20))
def test_random_patterns_give_a_text_or_an_error(found: str, source: str) -> None:
    for new in (found, "$1${n}"):
        assert code_of(source, found, new) in (
            "",
            "bad-pattern",
            "pattern-unsupported",
            "pattern-too-slow",
        )


@given(st.text(max_size=30), st.text(max_size=30))
def test_an_escaped_text_finds_itself(source: str, new: str) -> None:
    escaped = "".join(f"\\u{ord(c):04x}" if ord(c) < 0x10000 else c for c in source)
    if source:
        assert by_pattern(source, escaped, new.replace("$", "$$")) == new
