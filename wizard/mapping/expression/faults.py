"""What stands where it cannot be read, told as an error at its place, with what Entra wants."""

import re
import unicodedata
from typing import Final

from wizard.mapping.expression.errors import ExpressionError
from wizard.mapping.expression.habits import (
    ARITHMETIC,
    ATTRIBUTE,
    CHARACTERS,
    COLON,
    JOINING,
    NOTE,
    QUOTES,
    SIGN_HABITS,
    WORD_HABITS,
    WORDS_BETWEEN,
    Habit,
)
from wizard.mapping.expression.lexer import Token
from wizard.mapping.expression.table import FUNCTIONS
from wizard.mapping.names import meant_by
from wizard.words.text import plain_line

_SHOWN = 60
"""Characters of what was written that a message repeats."""

_DOTTED = re.compile(r"(?:\w+\.)+(\w+)(\s*\()?")
_KEYED = re.compile(r"""\w+\[\s*["']?([A-Za-z_]\w*)["']?\s*\]""")
_BARE = re.compile(r"https?://[^\s,)]+|[\w.+-]+@[\w-]+\.[\w.-]+|\d{4}-\d\d-\d\d[^\s,)]*")
"""An address or a date that should stand in quotes."""
_IN_ANGLES = re.compile(r"<\s*([A-Za-z_]\w*)\s*>")
_INDEX = re.compile(r"\[\s*(-?[0-9]{1,9})\s*\]")

_FILLERS: Final = (0x34F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x2800, 0x3164, 0xFFA0)
_UNSEEN: Final = frozenset(map(chr, (*_FILLERS, *range(0xFE00, 0xFE10), 0xFFFD)))
"""What is not seen and is no format character either: fillers, variation selectors, and what
stands where such a character was taken out."""


def is_unseen(character: str) -> bool:
    """Tell whether a character takes no place that anybody sees; blanks are no such ones."""
    if character.isascii():
        return not character.isprintable() and not character.isspace()
    return character in _UNSEEN or unicodedata.category(character) in ("Cc", "Cf", "Cn", "Co", "Cs")


def name_of(character: str) -> str:
    """Return how Unicode names a character: `ZERO WIDTH SPACE (U+200B)`."""
    return f"{unicodedata.name(character, 'a control character')} (U+{ord(character):04X})"


def unseen(text: str, position: int) -> ExpressionError:
    """Return the error of a character that nobody sees."""
    return _error(
        Habit(
            f"Here stands a character that nobody sees: {name_of(text[position])}.",
            "Delete it, or type this place anew; such characters come along with copied text.",
        ),
        position,
    )


def strange(text: str, token: Token, *, inside: str, starts_line: bool) -> ExpressionError:
    """Return the error of a sign that begins nothing in this language.

    Args:
        text: The expression.
        token: Where the sign stands.
        inside: The function among whose arguments it stands; empty outside of all.
        starts_line: Whether only blanks stand before it in its line.
    """
    position = token.position
    if is_unseen(text[position]):
        return unseen(text, position)
    if text[position] == ";":
        return _error(_semicolon(inside), position)
    line = text[position:].partition("\n")[0]
    if starts_line and text[position] == "'" and line.count("'") == 1 and " " in line:
        return _error(NOTE, position)  # as VBA writes them
    code = "unbalanced" if text[position] == "]" else "unexpected-character"
    for pattern, habit in SIGN_HABITS:
        if found := pattern.match(text, position):
            return _told(habit, position, found[0], *found.groups(), code=code)
    return _error(_unknown(text[position]), position)


def leading_equals(position: int) -> ExpressionError:
    """Return the error of an expression that begins as one of a spreadsheet does."""
    habit = Habit("An expression begins without the sign =.", "Remove it: ToLower([mail]).")
    return _error(habit, position)


def in_angles(text: str, position: int) -> ExpressionError | None:
    """Return the error of an attribute between angle brackets; None where there is none."""
    found = _IN_ANGLES.match(text, position)
    return _told(ATTRIBUTE, position, found[0], found[1]) if found else None


def doubled_bracket(position: int) -> ExpressionError:
    """Return the error of an attribute in two pairs of brackets."""
    habit = Habit("An attribute stands in one pair of brackets.", "Write [mail].")
    return _error(habit, position, code="unbalanced")


def bare_word(text: str, token: Token) -> ExpressionError:
    """Return the error of a word that stands where a value is wanted."""
    end = token.position + len(token.text)
    if text[end : end + 1] == "]":
        shown = plain_line(token.text, _SHOWN)
        habit = Habit("This bracket closes nothing: none opens before it.", f"Write [{shown}].")
        return _error(habit, end, code="unbalanced")
    return _error(_of_word(text, token), token.position, code="unknown-word")


def second_value(text: str, token: Token, before: Token) -> ExpressionError:
    """Return the error of a value that begins where the one before should have ended.

    Args:
        text: The expression.
        token: Where the value begins.
        before: The token before it.
    """
    if before.kind == "text" and token.kind != "attribute" and runs_on(before):
        return lost_quote(before)
    if token.kind == "word" and token.text.casefold() not in WORDS_BETWEEN:
        if text[token.position - 1] == "0" and token.text[:1] in "xX":
            habit = Habit("A hexadecimal number is not written 0x.", f"Write &H{token.text[1:]}.")
            return _error(habit, token.position)
        if text[: token.position].rstrip()[-1:].isdigit() and before.kind == "number":
            return bare_word(text, token)
    if before.kind == "number" and (bare := _BARE.match(text, before.position)):
        return _error(_unquoted(bare[0]), before.position)
    written = "&" if token.kind == "hex" else token.text
    habit = _between(token) or _adjacent(token, before) or _SECOND
    return _told(habit, token.position, written, code="missing-comma")


def runs_on(token: Token) -> bool:
    """Tell whether a text holds what rather comes behind a text."""
    return "[" in token.text or "," in token.text


def lost_quote(token: Token) -> ExpressionError:
    """Return the error of a text that holds what should have come behind it."""
    habit = Habit(
        "A quote is missing: the text that begins here runs on over "
        f"{plain_line(token.text, _SHOWN)}.",
        'Close it where it should end: "text". A quote inside of text is written \\".',
    )
    return _error(habit, token.position, code="unbalanced")


_SECOND = Habit(
    "Here something new begins where a comma or the end was expected.",
    "Separate arguments with commas, and join texts with Join or Append.",
)


def _between(token: Token) -> Habit | None:
    if token.kind == "word":
        return WORDS_BETWEEN.get(token.text.casefold())
    if token.kind == "hex":
        return JOINING
    return ARITHMETIC if token.kind == "number" and token.text[0] == "-" else None


def _adjacent(token: Token, before: Token) -> Habit | None:
    if token.kind == "attribute" and (number := _INDEX.fullmatch(token.text)):
        return Habit(
            "Values are not counted with square brackets.",
            f"Use Item, which counts from 1: Item(..., {max(int(number[1]), 0) + 1}).",
        )
    touches = before.position + len(before.text) == token.position
    if touches and {before.kind, token.kind} == {"text"}:
        return Habit(
            "A quote inside of a text is not doubled here.",
            r'Write \" for it: "say \"yes\"".',
        )
    return None


def _of_word(text: str, token: Token) -> Habit:
    if habit := _by_what_touches(text, token):
        return habit
    shown, end = plain_line(token.text, _SHOWN), token.position + len(token.text)
    message = f"The word {shown} means nothing by itself."
    if text[end:].lstrip()[:1] == ":":
        return COLON
    if found := _KEYED.match(text, token.position):
        name = meant_by(found[1]) or found[1]
        return Habit(message, f"An attribute has its name alone: [{name}].")
    if found := _DOTTED.match(text, token.position):
        hint = f"An attribute has its name alone: [{meant_by(found[1]) or found[1]}]."
        if found[2] or found[1] in FUNCTIONS:
            hint = "Write the function alone, around its value: ToLower([mail])."
        return Habit(f"{plain_line(found[0], _SHOWN)} means nothing: names have no points.", hint)
    if habit := WORD_HABITS.get(token.text.casefold()):
        shown = shown.capitalize() if shown.casefold() in ("true", "false") else shown
        return Habit(habit.message.format(shown), habit.hint.format(shown))
    first = f"Write {shown}(...) for the function, " if token.text in FUNCTIONS else "Write "
    return Habit(message, f'{first}[{shown}] for an attribute or "{shown}" for text.')


def _by_what_touches(text: str, token: Token) -> Habit | None:
    """Return what a word means by what stands right behind it; mostly nothing."""
    shown, end = plain_line(token.text, _SHOWN), token.position + len(token.text)
    behind = text[end : end + 1]
    if bare := _BARE.match(text, token.position):
        return _unquoted(bare[0])
    if behind == "[" and token.text in FUNCTIONS:
        return Habit(
            "The arguments of a function stand in parentheses.",
            f"Write {shown}(...) with them between the parentheses.",
        )
    if behind == '"' and len(token.text) == 1:
        return Habit(
            "Text has no letter before its quotes.",
            "Remove it; put values into a text with Join. Or look for a quote that was lost.",
        )
    if behind == '"':
        hint = f'Write "{shown}", or look for the quote that was lost before it.'
        return Habit(f"Before {shown} a quote is missing.", hint)
    return None


def _unquoted(bare: str) -> Habit:
    shown = plain_line(bare, _SHOWN)
    return Habit(f"{shown} means nothing by itself.", f'Text stands in quotes: "{shown}".')


def _semicolon(inside: str) -> Habit:
    if not inside:
        return Habit(
            "An expression ends without a semicolon.",
            "Remove it and what stands behind it: a row holds one expression.",
        )
    return Habit(
        "Arguments are separated by commas, not by semicolons.",
        f"Write commas in all of {inside}(...). An empty place stands between two commas.",
    )


def _unknown(character: str) -> Habit:
    message = f"The character {plain_line(character)}, {name_of(character)}, means nothing here."
    meant = unicodedata.normalize("NFKC", character)
    if hint := CHARACTERS.get(character):
        return Habit(message, hint)
    if meant != character and meant.isascii() and meant.isprintable():
        return Habit(message, f"Type the plain {meant} instead.")
    only = "Functions have only the letters A to Z. " if character.isalpha() else ""
    return Habit(message, f"{only}{QUOTES}")


def _told(
    habit: Habit, position: int, *written: str | None, code: str = "unexpected-character"
) -> ExpressionError:
    parts = [plain_line(part or "", _SHOWN) for part in written]
    if habit is ATTRIBUTE and len(parts) > 1:
        parts[1] = meant_by(parts[1]) or parts[1]
    told = Habit(habit.message.format(*parts), habit.hint.format(*parts))
    return _error(told, position, code=code)


def _error(habit: Habit, position: int, *, code: str = "unexpected-character") -> ExpressionError:
    return ExpressionError(*habit, code=code, position=position)
