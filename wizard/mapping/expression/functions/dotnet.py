"""The syntax of .NET regular expressions, rewritten for the `regex` library.

Groups keep .NET's numbers: unnamed ones first, then the named ones. Everything that `regex`
reads in its own way (sets of sets, fuzzy counts, possessive repetition) becomes literal or is
refused as .NET refuses it.
"""

import re
from dataclasses import dataclass, field

from wizard.mapping.expression.functions.errors import EvaluationError, shown

MAX_PATTERN = 10_000
"""Characters of a pattern: those of a whole expression."""

_LONGEST_LITERAL = 200
"""Characters in a row after which the library's preparation of a search gets slow."""

_MOST_REPETITIONS = 500
"""Repetitions in one pattern; with more, the library looks at its clock too seldom."""

_DEEPEST = 100
"""Groups or sets inside each other; deeper ones overflow the compiler."""

_WORD = r"\p{L}\p{Mn}\p{Nd}\p{Pc}"
_CLASSES = {
    **{letter: f"\\{letter}" for letter in "dDsS"},
    "w": f"[{_WORD}]",
    "W": f"[^{_WORD}]",
}
_ASSERTIONS = {
    **{letter: f"\\{letter}" for letter in "AbBG"},
    "z": r"\Z",
    "Z": r"(?=\n?\Z)",
}
_CONTROLS = {"a": 7, "e": 27, "f": 12, "n": 10, "r": 13, "t": 9, "v": 11}
_SPECIAL = frozenset("\\[](){}^$.|?*+-&~#")

_CATEGORY = re.compile(
    r"\{(?:C[cfnos]?|L[lmotu]?|M[cen]?|N[dlo]?|P[cdefios]?|S[ckmo]?|Z[lps]?"
    r"|Is[A-Za-z0-9-]{1,60})\}"
)
"""General categories and named blocks, which is all that .NET has."""
_OCTAL = re.compile(r"0[0-7]{0,2}")
_HEXADECIMAL = re.compile(r"x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}")
_CONTROL = re.compile(r"c([@-_a-z])")
_NUMBER = re.compile(r"[1-9][0-9]{0,8}")
_NAMED = re.compile(r"<(\w+)>|'(\w+)'")
_OPTIONS = re.compile(r"([imsnx]*(?:-[imsnx]+)?)([:)])")
_QUANTIFIER = re.compile(r"(?:[*+?]|\{[0-9]{1,9}(?:,[0-9]{0,9})?\})\??")
_LOOKS = ("(?:", "(?=", "(?!", "(?>", "(?<=", "(?<!")


def translate(source: str) -> tuple[str, dict[str, int]]:
    """Return a pattern for `regex`, and the place of each group by .NET name and number.

    Raises:
        EvaluationError: It cannot be read, or uses what only .NET has.
    """
    if len(source) > MAX_PATTERN:
        raise EvaluationError(
            f"The regular expression is longer than {MAX_PATTERN:,} characters.",
            "Shorten it.",
            code="bad-pattern",
        )
    return _Translation(source).translated()


@dataclass
class _Reference:
    """A reference back to a group, whose place is known at the end."""

    name: str
    at: int


@dataclass
class _Translation:
    """One pattern on its way from .NET to `regex`."""

    source: str
    at: int = 0
    depth: int = 0
    repeatable: bool = False
    """Whether a repetition may follow."""
    repetitions: int = 0
    literals: int = 0
    """How many characters stood for themselves."""
    parts: list[str | _Reference] = field(default_factory=list)
    groups: list[str | None] = field(default_factory=list)
    """The names of the groups in the order `regex` counts them; None for unnamed ones."""

    def translated(self) -> tuple[str, dict[str, int]]:
        while self.at < len(self.source):
            self._step()
        if self.depth:
            raise self._bad("a parenthesis is not closed")
        numbers = self._numbers()
        return "".join(self._resolved(part, numbers) for part in self.parts), numbers

    def _step(self) -> None:
        character = self.source[self.at]
        if found := _QUANTIFIER.match(self.source, self.at):
            self._repeat(found[0])
        elif character == "\\":
            self._escape()
        elif character == "[":
            self._emit(self._set(0))
        elif character == "(":
            self._open()
        elif character == ")":
            self._close()
        else:
            self.at += 1
            if character in "^$.|":
                self._emit(character, repeats=character != "|")
            else:
                self._emit_literal(character)

    def _emit(self, part: str | _Reference, *, repeats: bool = True) -> None:
        self.parts.append(part)
        self.repeatable = repeats

    def _emit_literal(self, character: str) -> None:
        """Add a character; after many, what is always true stands before it, as a break."""
        self.literals += 1
        if self.literals % _LONGEST_LITERAL == 0:
            self.parts.append("(?!(?!))")
        self._emit(_literal(character))

    def _repeat(self, quantifier: str) -> None:
        if not self.repeatable:
            raise self._bad(f"{quantifier} repeats nothing")
        self.repetitions += 1
        if self.repetitions > _MOST_REPETITIONS:
            raise self._bad(f"it has more than {_MOST_REPETITIONS:,} repetitions")
        self.at += len(quantifier)
        self._emit(quantifier, repeats=False)

    def _open(self) -> None:
        self.depth += 1
        if self.depth > _DEEPEST:
            raise self._bad(f"more than {_DEEPEST} parentheses stand inside each other")
        if not self.source.startswith("(?", self.at):
            self.groups.append(None)
            self._skip("(")
        elif self.source.startswith("(?#", self.at):
            self._comment()
        elif look := next((x for x in _LOOKS if self.source.startswith(x, self.at)), None):
            self._skip(look)
        elif found := _NAMED.match(self.source, self.at + 2):
            self._open_named(found)
        elif found := _OPTIONS.match(self.source, self.at + 2):
            self._options(found)
        else:
            raise self._unsupported("this kind of group")

    def _skip(self, opening: str) -> None:
        self.at += len(opening)
        self._emit(opening, repeats=False)

    def _open_named(self, found: re.Match[str]) -> None:
        name: str = found[1] or found[2]
        if name[0].isdigit():
            raise self._unsupported("a group whose name is a number")
        if name not in self.groups:
            self.groups.append(name)
        self.at = found.end()
        self._emit(f"(?P<{self._place(name)}>", repeats=False)

    def _place(self, name: str) -> str:
        """Return a name that `regex` accepts, whatever letters .NET's has."""
        return f"g{self.groups.index(name) + 1}"

    def _comment(self) -> None:
        end = self.source.find(")", self.at)
        if end < 0:
            raise self._bad("a comment is not closed")
        self.at = end + 1
        self.depth -= 1

    def _options(self, found: re.Match[str]) -> None:
        if set(found[1]) & set("nx"):
            raise self._unsupported("the options n and x")
        self.at = found.end()
        if found[2] == ")":
            self.depth -= 1
        # The library folds ß to ss from version 1 on unless f is switched off; .NET never does.
        on, _, off = found[1].partition("-")
        self._emit(f"(?{on}-{off}f{found[2]}", repeats=False)

    def _close(self) -> None:
        if not self.depth:
            raise self._bad("a parenthesis was never opened")
        self.depth -= 1
        self.at += 1
        self._emit(")")

    def _escape(self) -> None:
        self.at += 1
        letter = self.source[self.at : self.at + 1]
        if letter in _ASSERTIONS:
            self.at += 1
            self._emit(_ASSERTIONS[letter])
        elif letter == "k":
            found = _NAMED.match(self.source, self.at + 1)
            if not found:
                raise self._bad("\\k needs a name, as in \\k<name>")
            self._emit(_Reference(found[1] or found[2], self.at))
            self.at = found.end()
        elif found := _NUMBER.match(self.source, self.at):
            self._emit(_Reference(found[0], self.at))
            self.at = found.end()
        elif many := self._class_escape():
            self._emit(many)
        else:
            self._emit_literal(self._character_escape())

    def _class_escape(self) -> str | None:
        """Read what follows a backslash if it stands for many characters."""
        letter = self.source[self.at : self.at + 1]
        if letter in _CLASSES:
            self.at += 1
            return _CLASSES[letter]
        if letter not in ("p", "P"):
            return None
        found = _CATEGORY.match(self.source, self.at + 1)
        if not found:
            raise self._bad("\\p needs a category or block, as in \\p{Lu} or \\p{IsGreek}")
        self.at = found.end()
        return f"\\{letter}{found[0].replace('{Is', '{In')}"

    def _character_escape(self) -> str:
        """Read what follows a backslash if it stands for one character."""
        letter = self.source[self.at : self.at + 1]
        if letter in _CONTROLS:
            self.at += 1
            return chr(_CONTROLS[letter])
        for escape, base, skipped in ((_HEXADECIMAL, 16, 1), (_OCTAL, 8, 0)):
            if found := escape.match(self.source, self.at):
                self.at = found.end()
                return chr(int(found[0][skipped:], base))
        if found := _CONTROL.match(self.source, self.at):
            self.at = found.end()
            return chr(ord(found[1].upper()) - 64)
        if not letter or letter.isalnum() or letter == "_":
            raise self._bad(f"\\{letter} means nothing")
        self.at += 1
        return letter

    def _set(self, nested: int) -> str:
        """Read a set of characters, and what is subtracted from it."""
        if nested > _DEEPEST:
            raise self._bad("too many brackets stand inside each other")
        self.at += 1
        sign = "^" if self.source.startswith("^", self.at) else ""
        self.at += len(sign)
        members = ""
        while not (members and self.source.startswith("]", self.at)):
            if members and self.source.startswith("-[", self.at):
                return f"[[{sign}{members}]--{self._subtracted(nested)}]"
            members += self._member()
        self.at += 1
        return f"[{sign}{members}]"

    def _subtracted(self, nested: int) -> str:
        """Read the set after a minus, and the bracket that closes what it is taken from."""
        self.at += 1
        left_out = self._set(nested + 1)
        if not self.source.startswith("]", self.at):
            raise self._bad("a subtracted set must stand at the end")
        self.at += 1
        return left_out

    def _member(self) -> str:
        """Read one character, range or class inside a set."""
        low = self._set_character()
        if len(low) != 1:
            return low
        ranged = self.source.startswith("-", self.at) and not self.source.startswith(
            ("-]", "-["), self.at
        )
        if not ranged:
            return _literal(low)
        self.at += 1
        high = self._set_character()
        if len(high) != 1 or high < low:
            raise self._bad("a range in brackets is the wrong way round")
        return f"{_literal(low)}-{_literal(high)}"

    def _set_character(self) -> str:
        """Read one character inside a set, or a class, which is longer than one character."""
        character = self.source[self.at : self.at + 1]
        if not character:
            raise self._bad("a bracket is not closed")
        self.at += 1
        if character != "\\":
            return character
        if self.source.startswith("b", self.at):
            self.at += 1
            return "\b"
        return self._class_escape() or self._character_escape()

    def _numbers(self) -> dict[str, int]:
        unnamed = [place for place, name in enumerate(self.groups, 1) if name is None]
        named = [(place, name) for place, name in enumerate(self.groups, 1) if name is not None]
        ordered = [*unnamed, *(place for place, _ in named)]
        numbers = {str(number): place for number, place in enumerate(ordered, 1)}
        return {"0": 0, **numbers, **{name: place for place, name in named}}

    def _resolved(self, part: str | _Reference, numbers: dict[str, int]) -> str:
        if isinstance(part, str):
            return part
        if place := numbers.get(part.name):
            return f"\\g<{place}>"
        self.at = part.at
        raise self._bad(f"it refers back to a group {shown(part.name)} that does not exist")

    def _bad(self, reason: str) -> EvaluationError:
        return EvaluationError(
            f'The regular expression "{shown(self.source)}" cannot be read: {shown(reason)}.',
            "In an expression, write every backslash twice.",
            code="bad-pattern",
        )

    def _unsupported(self, what: str) -> EvaluationError:
        return EvaluationError(
            f'The regular expression "{shown(self.source)}" uses {what}, which only Entra can '
            "carry out.",
            "Write it with plain groups such as (?<name>...) to see its result here.",
            code="pattern-unsupported",
        )


def _literal(character: str) -> str:
    return f"\\{character}" if character in _SPECIAL else character
