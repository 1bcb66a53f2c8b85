"""Signs and words of other languages, and what this one has instead.

They come from VBA and Excel, SQL, PowerShell, JavaScript, C#, Python, and from other identity
products; what this language has is in reference/graph-entra.md 4.
"""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, NamedTuple


class Habit(NamedTuple):
    """What somebody is used to write."""

    message: str
    """Why it means nothing here; `{0}` is what was written, `{1}` a name in it."""
    hint: str
    """What to write instead."""


QUOTES: Final = 'Text is written in straight double quotes: "text".'
NO_VALUE: Final = (
    'For no value leave the place empty, as in Switch([city], , "Reno", "x"); where a function '
    'needs one, write "".'
)

_JOIN = (
    'Join texts with Join or Append: Join(" ", [givenName], [surname]), Append([mailNickname], '
    '"@contoso.com").'
)
JOINING: Final = Habit("The sign {0} neither joins texts nor adds numbers here.", _JOIN)
LOGIC: Final = Habit(
    "There is no AND and no OR.",
    'Put one IIF into another: IIF([country] = "US", IIF([city] = "Reno", "both", "one"), "none"). '
    'One of several values is a Switch: Switch([country], "no", "US", "yes", "DE", "yes").',
)
ARITHMETIC: Final = Habit(
    "There is no arithmetic.",
    'Cut a text with Word or Item: Word([mail], 1, "@"), Item(Split([mail], "@"), 1). Reckon with '
    "dates by DateAdd and DateDiff.",
)
NOTE: Final = Habit(
    "There are no comments in an expression.",
    "Remove the note; keep it where you keep the expression.",
)
CHOICE: Final = Habit(
    "A choice is not written with {0}.", 'Use IIF: IIF([country] = "US", "yes", "no").'
)
COMPARING: Final = Habit(
    "{0} does not compare here.",
    'Compare with = <> > >= < <=. InStr([mail], "@") finds a part of a text.',
)
COLON: Final = Habit(
    "A colon means nothing here: the place of an argument tells what it is.",
    "Give the values alone, in their order, with commas between them.",
)
ATTRIBUTE: Final = Habit("An attribute is not written {0}.", "Write [{1}].")
_FUNCTION = Habit("A function is not written {0}.", "Write {1}(...) without the sign before it.")
_PLACE = Habit("Texts have no places such as {0} that are filled in.", _JOIN)
_NEGATION = Habit("{0} does not negate here.", "Put Not(...) around the value, or compare with <>.")
_EQUAL = Habit("Equal is written with one sign, not as {0}.", "Write = instead.")
_UNEQUAL = Habit("Not equal is not written {0}.", "Write <> instead.")
_QUOTED = Habit("Text does not stand between {0}.", QUOTES)
_ADDRESS = Habit("Text stands in quotes, also the end of an address.", 'Write "{0}".')
_WHOLE = Habit(
    "The whole expression stands between single quotes.",
    "Write it without them. In cmd.exe of Windows put it between double quotes, with a backslash "
    "before each double quote inside.",
)
_ASSIGNING = Habit("Nothing is assigned in an expression.", "Write only what is to be sent.")
_RETURNING = Habit("The word {0} means nothing here.", "Write only what is to be sent.")
_BRACES = Habit(
    "Braces mean nothing here.",
    "An attribute stands in square brackets: [givenName]. Texts are put together with Join.",
)
_METHOD = Habit(
    "Values have no parts and no methods, so {0} means nothing here.",
    'A function stands around its value: Split([mail], "@").',
)

_SIGNS: Final = (
    (r"[$%@#]?\{+\s*\d+\s*(?:[,:][^{}\n]{0,30})?\}+|%\d+%|[$@]\d+\b", _PLACE),
    (r"[$%@#]?\{+\s*(?:\w+\.)*(\w+)\s*\}+", ATTRIBUTE),
    (r"%(\w+)%", ATTRIBUTE),
    (r"@[\w-]+(?:\.[\w-]+)+", _ADDRESS),
    (r"[$@](?:\w+\.)*(\w+)(?=\s*\()", _FUNCTION),
    (r"[$@](?:\w+\.)*(\w+)", ATTRIBUTE),
    (
        r"&(?:[a-z]{2,6}|#x?[0-9A-Fa-f]{1,6});",
        Habit(
            "{0} is how web pages write a character.",
            'Type the character itself, such as " for &quot;.',
        ),
    ),
    (r"-(?:and|or|xor)\b", LOGIC),
    (r"-not\b", _NEGATION),
    (r"-(?:[ci]?(?:eq|ne|gt|ge|lt|le|like|match|contains|in|notlike|notmatch))\b", COMPARING),
    (
        r"-(?:join|split|replace|f|creplace)\b",
        Habit("{0} is an operator of PowerShell.", "Use the functions Join, Split and Replace."),
    ),
    (
        r"#[0-9][^#\n]{0,30}#",
        Habit("A date is not written {0}.", 'Use CDate("2026-11-27").'),
    ),
    (r"===?", _EQUAL),
    (r"!==?", _UNEQUAL),
    (r"=<", Habit("At most is not written {0}.", "Write <= instead.")),
    (r"=>", Habit("The sign {0} means nothing here.", "At least is written >=.")),
    (r"&&", LOGIC),
    (
        r"\|\|?",
        Habit("There is no AND and no OR, and {0} joins no texts.", LOGIC.hint + " " + _JOIN),
    ),
    (r"//|/\*|\*/|--|<!--|#", NOTE),
    (
        r"/[^/\n]+/[gimsuy]*(?=\s*(?:[,)]|$))",
        Habit(
            "A pattern does not stand between slashes.",
            'It is a text: Replace([mobile], , "[^0-9]", , "", , ).',
        ),
    ),
    (r"\?\.|->|::|\.", _METHOD),
    (
        r"\?\?",
        Habit(
            "There is no sign for a value that stands in.",
            'Use Coalesce([mail], "none"), or Switch([mail], [mail], "", "none") for empty text.',
        ),
    ),
    (r"\?", CHOICE),
    (r":=", _ASSIGNING),
    (
        r":",
        COLON,
    ),
    (r"[+&]", JOINING),
    (r"[-*/%^]", ARITHMETIC),
    (r"[$@]?\{\{?|\}\}?", _BRACES),
    (r"!|~", _NEGATION),
    (r"'\s*(?:[A-Za-z]\w*\s*\(.*\)|\[.*\])\s*'\s*$", _WHOLE),
    (r"'[^']*'", _QUOTED),
    (r"`[^`]*`|['`]", _QUOTED),
    (
        r"\\",
        Habit(
            "A backslash stands only inside of quotes.",
            'Quotes that were escaped for JSON or a shell are written plainly: "text".',
        ),
    ),
    (r"\]", Habit("This bracket closes nothing.", "Attributes are written [name].")),
    (
        r"[$@]+(?=\")",
        Habit(
            "Text has no sign before its quotes.",
            "Remove the sign; put values into a text with Join.",
        ),
    ),
    (
        r"[$@]",
        Habit("There are no variables.", "An attribute stands in square brackets: [mail]."),
    ),
)

SIGN_HABITS: Final = tuple((re.compile(pattern), habit) for pattern, habit in _SIGNS)
"""What a sign that begins nothing here means elsewhere; the first that fits is meant."""


def _each(words: str, habit: Habit) -> dict[str, Habit]:
    return dict.fromkeys(words.split(), habit)


_TRUTH = Habit(
    "The word {0} means nothing by itself.", f'Text stands in quotes: "{{0}}". {NO_VALUE}'
)
_EMPTY = Habit("The word {0} means nothing by itself.", f"{NO_VALUE} Text stands in quotes.")
_LOGICAL = _each("and or xor andalso orelse", LOGIC)
_PRESENCE = Habit(
    "{0} does not compare here.",
    'Compare with = or <>. Empty is the key "" of a Switch: Switch([mail], [mail], "", "none").',
)
_CHOOSING = _each(
    "if then else elseif elif case when end select",
    CHOICE._replace(hint=f"{CHOICE.hint} Many cases are a Switch."),
)

WORD_HABITS: Final[Mapping[str, Habit]] = MappingProxyType(
    _each("true false yes no", _TRUTH)
    | _each(
        "null none nil undefined nothing empty dbnull blank void na nan vbnull vbnullstring", _EMPTY
    )
    | _each("not isnot", _NEGATION)
    | _LOGICAL
    | _CHOOSING
    | _each("var let const dim set", _ASSIGNING)
    | _each("return print echo output new function", _RETURNING)
    | _each("rem", NOTE)
)
"""Words where a value is wanted, in lower case."""

WORDS_BETWEEN: Final[Mapping[str, Habit]] = MappingProxyType(
    _LOGICAL
    | _CHOOSING
    | _each("mod div", ARITHMETIC)
    | _each(
        "eq ne gt ge lt le like in co sw ew contains startswith endswith equals matches match "
        "notmatch between not",
        COMPARING,
    )
    | _each("is isnot pr", _PRESENCE)
    | _each("as", Habit("Values are not made another kind by {0}.", "Leave it out."))
)
"""Words between two values, in lower case."""

_DASHES: Final = (0x2010, 0x2011, 0x2012, 0x2013, 0x2014, 0x2212, 0xD7, 0xF7, 0xB7)
_MARKS: Final = (0x2018, 0x2019, 0x201A, 0x201B, 0x201C, 0x201D, 0x201E, 0x201F, 0x2032, 0x2033)
_MORE_MARKS: Final = (0xAB, 0xBB, 0x2039, 0x203A, 0x3003, 0x301D, 0x301E, 0xB4)

CHARACTERS: Final[Mapping[str, str]] = MappingProxyType(
    dict.fromkeys(map(chr, _DASHES), ARITHMETIC.hint)
    | dict.fromkeys(map(chr, _MARKS + _MORE_MARKS), QUOTES)
    | {"≠": "Write <> instead.", "≤": "Write <= instead.", "≥": "Write >= instead."}
    | {"¬": _NEGATION.hint, "∧": LOGIC.hint, "\N{LOGICAL OR}": LOGIC.hint, "¦": LOGIC.hint}
)
"""What word processors and other keyboards put in, and what to write instead."""
