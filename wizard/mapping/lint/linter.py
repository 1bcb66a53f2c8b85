"""Everything that is wrong with a mapping: without people, and for people."""

from collections.abc import Callable, Iterator, Sequence
from types import MappingProxyType

from wizard.mapping.document import MappingDocument, Row
from wizard.mapping.expression.errors import ExpressionError
from wizard.mapping.expression.evaluate import evaluate
from wizard.mapping.expression.functions.logic import rendered
from wizard.mapping.expression.tree import Attribute, FunctionCall, Node, walk
from wizard.mapping.expression.values import Context, Ignore
from wizard.mapping.lint.around import Around
from wizard.mapping.lint.breaks import Breakage
from wizard.mapping.lint.finding import (
    Broken,
    Everybody,
    MappingFinding,
    Severity,
    of_error,
    of_row,
    of_whole,
)
from wizard.mapping.lint.flows import action_findings, unread_findings
from wizard.mapping.lint.forms import form_findings
from wizard.mapping.lint.others import other_findings
from wizard.mapping.lint.patterns import pattern_findings
from wizard.mapping.lint.relations import (
    priority_findings,
    target_twice_findings,
    whole_findings,
    work_mail_findings,
)
from wizard.mapping.lint.scope import scope_findings
from wizard.mapping.lint.targets import target_findings
from wizard.mapping.lint.types import type_findings
from wizard.mapping.lint.unseen import unseen_findings
from wizard.mapping.lint.values import rules_for
from wizard.mapping.people import Person, called
from wizard.mapping.scoping.filters import decide
from wizard.mapping.trees import tree_of

_ORDER: dict[Severity, int] = {"error": 0, "warning": 1, "advice": 2}
_BY_VALUE = MappingProxyType(
    {
        "language-form": "language-refused",
        "time-zone-form": "time-zone-refused",
        "work-mail-differs": "work-mail-refused",
    }
)
"""Problems of form, and the code under which a value of that form is refused."""
_BY_UNSEEN = frozenset({"source-unknown", "unexpected-character"})
"""What is said of a place that a character spoils which nobody sees."""
_SLICE = 1000
"""People between two reports."""
_CHANGING = frozenset({"DefaultDomain", "Guid", "Now", "RandomString"})
"""Functions whose value is not known from the expression alone."""


def lint(document: MappingDocument) -> tuple[MappingFinding, ...]:
    """Return everything that is wrong with a mapping and its scope, the worst first."""
    around = Around.of(document, document.rows)
    unseen = tuple(unseen_findings(document))
    spoilt = {finding.position for finding in unseen}
    of_rows = (
        finding
        for finding in _of_rows(document.rows, around)
        if finding.position not in spoilt or finding.code not in _BY_UNSEEN
    )
    return _the_worst_first(
        (
            *whole_findings(document, around),
            *unseen,
            *of_rows,
            *scope_findings(document),
            *action_findings(document),
            *unread_findings(document),
            *other_findings(document),
        )
    )


def lint_row(row: Row, around: Around) -> tuple[MappingFinding, ...]:
    """Return what `lint` finds beside one row, the worst first."""
    return _the_worst_first(tuple(_of_rows((row,), around)))


def _of_rows(rows: Sequence[Row], around: Around) -> Iterator[MappingFinding]:
    for checks in _CHECKS:
        for row in rows:
            for check in checks:
                yield from check(row, around)


def lint_for(
    document: MappingDocument, people: Sequence[Person], report: Callable[[int], None] | None = None
) -> Everybody:
    """Return what is wrong with a mapping, and what goes wrong for people, the worst first.

    Args:
        document: The mapping.
        people: Whom it is tried on.
        report: Is told now and then how many people are done.
    """
    breakage = Breakage(document, Context())
    for done, person in enumerate(people, 1):
        breakage.add(person)
        if breakage.given_up:
            break
        if report is not None and done % _SLICE == 0:
            report(done)
    return everybody(document, breakage, len(people))


def everybody(document: MappingDocument, breakage: Breakage, people: int) -> Everybody:
    """Return what was found for people beside what is wrong with the mapping anyway.

    Args:
        document: The mapping.
        breakage: To which they were added.
        people: How many should have been added.
    """
    broken = breakage.result(people)
    if breakage.left_out and breakage.inside == 0:
        broken = (*broken, _nobody(document, breakage))
    return Everybody(people, breakage.tried, breakage.inside, _merged(document, broken))


def _nobody(document: MappingDocument, breakage: Breakage) -> Broken:
    scope, names = document.users.scope, tuple(map(called, breakage.left_out))
    # Whoever has a value says more than who has none.
    told = [(each, decide(scope, each).why) for each in breakage.left_out]
    first, why = next((each for each in told if not each[1].endswith("is empty.")), told[0])
    who = f"Nobody of the {breakage.tried:,} people tried is in scope"
    if breakage.tried == 1:
        who = "The one person tried is not in scope"
    finding = of_whole(
        "scope-lets-in-nobody",
        "error",
        f"{who}; about others nothing was seen. For {called(first)}: {why}",
        "Try people who are meant to be in scope. If these are, correct the scoping filter.",
    )
    return Broken(finding, breakage.tried, names)


def _merged(document: MappingDocument, broken: Sequence[Broken]) -> tuple[Broken, ...]:
    """Return what `lint` finds beside what was found for people, each once, the worst first.

    A finding that concerns nobody in particular has the count 0.
    """
    concerned = {(each.finding.position, each.finding.code): each for each in broken}
    found = [
        finding
        for finding in lint(document)
        if (finding.position, finding.code) not in concerned
        and (finding.position, _BY_VALUE.get(finding.code)) not in concerned
    ]
    every = [*broken, *(Broken(finding, 0, ()) for finding in found)]
    return tuple(sorted(every, key=lambda each: _ORDER[each.finding.severity]))


def _expression(row: Row, _around: Around) -> Iterator[MappingFinding]:
    """Yield what is wrong with what the source says."""
    if not row.source.strip():
        return
    try:
        tree = tree_of(row)
    except ExpressionError as error:
        yield of_error(row, error)
        return
    yield from pattern_findings(row, tree)
    yield from type_findings(row, tree)
    if not _depends(tree):
        yield from _constant_findings(row, tree)


def _constant_findings(row: Row, tree: Node) -> Iterator[MappingFinding]:
    """Yield what Webex will say to a value that is the same for everybody."""
    try:
        value = rendered(evaluate(tree, {}))
    except ExpressionError as error:
        yield of_error(row, error)
        return
    if value in (None, "", Ignore.ATTRIBUTE):
        if not row.default_value:
            yield _always_empty(row)
    elif isinstance(value, str):
        for rule in rules_for(row):
            if not rule.accepts(value):
                yield of_row(row, rule.code, rule.severity, rule.why(row.target, value), rule.fix)


def _always_empty(row: Row) -> MappingFinding:
    return of_row(
        row,
        "always-empty",
        "error" if row.required else "warning",
        f"The source of {row.target} yields no value for anybody.",
        "Use an attribute, or remove the mapping.",
    )


def _depends(tree: Node) -> bool:
    return any(
        isinstance(node, Attribute) or (isinstance(node, FunctionCall) and node.name in _CHANGING)
        for node in walk(tree)
    )


def _the_worst_first(found: Sequence[MappingFinding]) -> tuple[MappingFinding, ...]:
    return tuple(sorted(_once(found), key=lambda finding: _ORDER[finding.severity]))


def _once(found: Sequence[MappingFinding]) -> Iterator[MappingFinding]:
    """Leave out what is said twice, and a problem of form where the value itself is refused."""
    refused = {(finding.position, finding.code) for finding in found}
    seen: set[tuple[object, ...]] = set()
    for finding in found:
        key = (finding.position, finding.code, finding.column, finding.why)
        better = _BY_VALUE.get(finding.code)
        if key not in seen and (finding.position, better) not in refused:
            yield finding
        seen.add(key)


_CHECKS = (
    (priority_findings,),
    (target_twice_findings,),
    (work_mail_findings,),
    (target_findings, form_findings),
    (_expression,),
)
"""The checks of rows; those that stand together look at a row one after the other."""
