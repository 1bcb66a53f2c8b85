"""Scoping filters as one generated function, for many people.

Only names made here and literals by `repr` enter the source; attribute names, values and patterns
are never read as code. `decide` in `wizard.mapping.scoping.filters` is the oracle.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Self

from wizard.mapping.expression.functions.patterns import pattern
from wizard.mapping.schema import Filter
from wizard.mapping.scoping.filters import Condition, absent, comparable, conditions, stages
from wizard.mapping.scoping.operators import whole_number

InScope = Callable[[Mapping[str, Any]], bool]
"""Tells whether a person is in scope."""

RollCall = Callable[[Iterable[Mapping[str, Any]]], list[bool]]
"""Tells of many people, in their order, who is in scope."""


def compile_scope(scope: Filter | None) -> InScope:
    """Return a function that tells whether a person is in scope.

    The function raises MappingError when a pattern takes too long.

    Raises:
        MappingError: A clause cannot be used.
    """
    builder = _Builder.of(scope)
    body = builder.lines(no="return False", yes="return True")
    lines = ["def in_scope(person):", *(f"    {line}" for line in body)]
    in_scope: InScope = builder.compiled(lines, "in_scope")
    return in_scope


def compile_roll_call(scope: Filter | None) -> RollCall:
    """Return a function that tells of many people, in their order, who is in scope.

    For many it takes half as long as asking one by one. It raises as `compile_scope`.

    Raises:
        MappingError: A clause cannot be used.
    """
    builder = _Builder.of(scope)
    body = builder.lines(no="add(False)", yes="add(True)", then="continue")
    lines = [
        "def roll_call(people):",
        "    inside = []",
        "    add = inside.append",
        "    for person in people:",
        *(f"        {line}" for line in body),
        "    return inside",
    ]
    roll_call: RollCall = builder.compiled(lines, "roll_call")
    return roll_call


class _Builder:
    """Writes the tests of clauses, and collects the constants and attributes they need."""

    def __init__(self) -> None:
        self.constants: dict[str, Any] = {}
        self._attributes: list[str] = []
        self._as_it_came: set[str] = set()
        self._as_text: set[str] = set()
        self._tests: list[tuple[str, int]] = []
        """What must hold, and how many attributes it and those before it need."""

    @classmethod
    def of(cls, scope: Filter | None) -> Self:
        """Return a builder of all that a scope demands."""
        builder = cls()
        for _, _, groups in stages(scope):
            builder.one_of(conditions(groups))
        return builder

    def compiled(self, lines: list[str], name: str) -> Any:
        """Return what the lines define by a name."""
        names = self.constants | {
            "absent": absent,
            "as_text": comparable,
            "whole_number": whole_number,
            "__builtins__": {"str": str},
        }
        exec(compile("\n".join(lines), "<scoping filter>", "exec"), names)  # noqa: S102 - see above
        return names[name]

    def one_of(self, filters: tuple[tuple[Condition, ...], ...]) -> None:
        """Demand that one of several filters holds; the clauses of an only one go one by one."""
        if len(filters) == 1:
            tests = [(self._test(clause), len(self._attributes)) for clause in filters[0]]
        else:
            held = (" and ".join(map(self._test, clauses)) or "True" for clauses in filters)
            tests = [(" or ".join(f"({test})" for test in held), len(self._attributes))]
        self._tests += tests

    def lines(self, *, no: str, yes: str, then: str = "") -> Iterator[str]:
        """Yield what is done for a person; each attribute is read once, when it is needed.

        Args:
            no: What is done for a person who is left out.
            yes: What is done for one who is let in.
            then: What follows on `no`.
        """
        read = 0
        for test, needed in self._tests:
            for number in range(read, needed):
                yield from self._read(number)
            read = needed
            yield f"if not ({test}):"
            yield f"    {no}"
            if then:
                yield f"    {then}"
        yield yes

    def _read(self, number: int) -> Iterator[str]:
        attribute = self._attributes[number]
        raw = f"raw_{number} = " if attribute in self._as_it_came else ""
        if attribute not in self._as_text:
            yield f"{raw}person.get({attribute!a})"
            return
        text = f"text_{number}"
        yield f"{raw}{text} = person.get({attribute!a})"
        yield f"if {text}.__class__ is not str and {text} is not None:"
        yield f"    {text} = as_text({text})"

    def _test(self, asked: Condition) -> str:
        source, attribute = asked.operator.source, asked.attribute
        if attribute not in self._attributes:
            self._attributes.append(attribute)
        if "{r}" in source:
            self._as_it_came.add(attribute)
        if "{v}" in source:
            self._as_text.add(attribute)
        number = self._attributes.index(attribute)
        compared = (
            source.format(r=f"raw_{number}", v=f"text_{number}", x=self._operand(asked, value))
            for value in asked.values or ("",)
        )
        return " and ".join(f"({code})" for code in compared)

    def _operand(self, asked: Condition, value: str) -> str:
        if asked.operator.takes == "integer":
            return repr(whole_number(value))
        if asked.operator.takes == "pattern":
            name = f"pattern_{len(self.constants)}"
            self.constants[name] = pattern(value)
            return name
        return ascii(value)
