"""Mapping 10,000 people: the compiled default mapping, by hand, and what stands around it.

Budget (design 8): <= 1.3 x the same mapping written by hand in Python, and <= 0.45 x
`json.loads` of the people; a scoping filter <= 0.2 x mapping the person. The tree evaluator and
compiling again are printed for comparison.
"""

import json
import time
from collections.abc import Callable, Mapping, Sequence

from tests.benchmarks.table import ratios, rounds
from wizard.assets import asset
from wizard.mapping.document import Row
from wizard.mapping.expression.compiler import compile_mapping
from wizard.mapping.expression.evaluate import evaluate
from wizard.mapping.expression.parser import parse
from wizard.mapping.expression.values import Context
from wizard.mapping.schema import Filter
from wizard.mapping.scoping.compiler import compile_roll_call
from wizard.mapping.scoping.editing import new_clause, with_filter
from wizard.mapping.sent import Sending

PEOPLE = 10_000
BY_HAND, COMPILED = "by hand", "compiled"
SENT_BY_HAND, SENT = "what is sent, by hand", "what is sent"
ONE_CLAUSE, TWO_CLAUSES = "in scope or not, by one clause", "in scope or not, by two clauses"
EVALUATED, DECODED, PREPARED = "evaluated", "json.loads of the people", "parsed and compiled, once"

LONGER = (
    ("preferredLanguage", 'Coalesce([preferredLanguage], "en_US")'),
    ("title", 'IIF([jobTitle] = "Engineer", "Staff", [jobTitle])'),
    ("nickName", 'Join(".", [givenName], [surname])'),
    ("department", 'Switch([department], [department], "Sales", "S", "IT", "I", "Legal", "L")'),
    ("organization", 'Append([companyName], "s")'),
)
"""Rows that the default mapping does not have: what administrators add."""


def main() -> None:
    """Map everybody by hand and by machine, in turn, and compare medians."""
    texts = _default_rows()
    people = [_person(number) for number in range(PEOPLE)]
    stored = json.dumps(people)
    _compare("The default mapping, 10,000 people", texts, _default_by_hand, people, stored)
    longer = (*texts, *LONGER)
    _compare("With five rows more", longer, _longer_by_hand, people, stored)


def _compare(
    title: str,
    texts: Sequence[tuple[str, str]],
    by_hand: Callable[[Mapping[str, object]], Sequence[object]],
    people: Sequence[Mapping[str, object]],
    stored: str,
) -> None:
    trees = [parse(text) for _, text in texts]
    mapper = compile_mapping(trees)
    sending = Sending((Row(*each) for each in texts), None, Context())
    one_clause, two_clauses = (compile_roll_call(scope) for scope in _scopes())
    assert [mapper(person) for person in people] == [by_hand(person) for person in people]
    cases: dict[str, Callable[[], object]] = {
        BY_HAND: lambda: [by_hand(person) for person in people],
        COMPILED: lambda: [mapper(person) for person in people],
        SENT_BY_HAND: lambda: [tuple([v or None for v in by_hand(person)]) for person in people],
        SENT: lambda: [sending.of(person) for person in people],
        ONE_CLAUSE: lambda: one_clause(people),
        TWO_CLAUSES: lambda: two_clauses(people),
        EVALUATED: lambda: [[evaluate(tree, person) for tree in trees] for person in people[::10]],
        DECODED: lambda: json.loads(stored),
        PREPARED: lambda: compile_mapping([parse(text) for _, text in texts]),
    }
    samples: dict[str, list[float]] = {name: [] for name in cases}
    for _ in range(rounds(15)):
        for name, work in cases.items():
            samples[name].append(_seconds(work) * (10 if name == EVALUATED else 1))
    ratios(title, BY_HAND, samples, {COMPILED: 1.3})
    sent = {name: samples[name] for name in (SENT_BY_HAND, SENT)}
    ratios("What is sent, empty values told apart", SENT_BY_HAND, sent, {SENT: 1.3})
    ratios(
        "Against decoding", DECODED, {n: samples[n] for n in (DECODED, COMPILED)}, {COMPILED: 0.45}
    )
    scopes = {name: samples[name] for name in (COMPILED, ONE_CLAUSE, TWO_CLAUSES)}
    ratios("The scope", COMPILED, scopes, {ONE_CLAUSE: 0.2, TWO_CLAUSES: 0.2})


def _seconds(work: Callable[[], object]) -> float:
    before = time.perf_counter()
    work()
    return time.perf_counter() - before


def _default_rows() -> tuple[tuple[str, str], ...]:
    schema = json.loads(asset("mapping/default-schema.json"))
    mappings = schema["synchronizationRules"][0]["objectMappings"]
    users = next(mapping for mapping in mappings if mapping["sourceObjectName"] == "User")
    return tuple(
        (row["targetAttributeName"], row["source"]["expression"])
        for row in users["attributeMappings"]
    )


def _scopes() -> tuple[Filter, Filter]:
    clauses = (new_clause("department", "EQUALS", "Sales"), new_clause("mail", "IS NOT NULL"))
    return with_filter(None, "Sales", clauses[0]), with_filter(None, "With mail", *clauses)


def _person(number: int) -> dict[str, object]:
    name = f"person{number}"
    return {
        "objectId": f"00000000-0000-4000-8000-{number:012}",
        "userPrincipalName": f"{name}@contoso.example",
        "displayName": f"Given{number} Sur{number}",
        "givenName": f"Given{number}",
        "surname": f"Sur{number}",
        "mail": f"{name}@contoso.example" if number % 3 else None,
        "jobTitle": "Engineer" if number % 4 else None,
        "department": ("Sales", "IT", "Legal", "Research")[number % 4],
        "preferredLanguage": "de_DE" if number % 2 else None,
        "companyName": "Contoso",
        "proxyAddresses": [f"SMTP:{name}@contoso.example", f"smtp:{number}@contoso.example"],
        "IsSoftDeleted": "True" if number % 50 == 0 else "False",
    }


def _default_by_hand(person: Mapping[str, object]) -> tuple[object, ...]:
    get = person.get
    deleted = get("IsSoftDeleted")
    return (
        get("userPrincipalName"),
        "True" if deleted == "False" else "False" if deleted == "True" else None,
        get("displayName"),
        get("givenName"),
        get("surname"),
        get("objectId"),
    )


def _longer_by_hand(person: Mapping[str, object]) -> tuple[object, ...]:
    get = person.get
    language, title, department = get("preferredLanguage"), get("jobTitle"), get("department")
    given, last, kind = get("givenName"), get("surname"), get("companyName")
    return (
        *_default_by_hand(person),
        "en_US" if language is None else language,
        "Staff" if title == "Engineer" else title,
        ".".join(str(part) for part in (given, last) if part),
        {"Sales": "S", "IT": "I", "Legal": "L"}.get(str(department), department),
        None if kind is None else f"{kind}s",
    )


if __name__ == "__main__":
    main()
