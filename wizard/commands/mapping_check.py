"""`webex-wizard mapping check`: what is wrong with a mapping, and whom of a file it breaks."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from wizard import DONE, FAILED, USAGE
from wizard.commands.output import listing, tell_error, write_document
from wizard.errors import WizardError
from wizard.machine.passing import show_passing
from wizard.words.text import plain, plain_line

if TYPE_CHECKING:
    from wizard.mapping.brought import Brought
    from wizard.mapping.document import MappingDocument
    from wizard.mapping.lint.finding import Broken, Everybody

_VERSION = 1
"""Version of the JSON that this command writes."""


def check(schema: str, people: str | None, *, as_json: bool) -> int:
    """Check a mapping; 0 without errors, 1 with some, 2 when a file cannot be used."""
    from wizard.mapping.lint.linter import lint_for
    from wizard.mapping.written import read_whole

    try:
        mapping = read_whole(Path(schema))
        brought = _people(people) if people else None
    except WizardError as error:
        show_passing("")
        tell_error(error, command="mapping check", as_json=as_json)
        return USAGE
    persons = brought.people if brought else ()
    found = lint_for(mapping, persons, _report(len(persons)))
    show_passing("")
    failed = any(each.finding.severity == "error" for each in found.broken)
    if as_json:
        write_document(_document(found, brought, mapping, failed=failed))
    else:
        listing("\n".join(_lines(found, brought, mapping)))
    return FAILED if failed else DONE


def _people(name: str) -> "Brought":
    from wizard.mapping.brought import load_people

    show_passing("Reading the people...")
    return load_people(Path(name))


def _report(people: int) -> Callable[[int], None]:
    return lambda done: show_passing(f"{done:,} of {people:,} people tried...")


def _document(
    found: "Everybody", brought: "Brought | None", mapping: "MappingDocument", *, failed: bool
) -> dict[str, object]:
    from wizard.mapping.objects import mapped_object

    groups = mapped_object(mapping.schema, "Group")
    return {
        "version": _VERSION,
        "command": "mapping check",
        "ok": not failed,
        "people": found.people,
        "tried": found.tried,
        "in_scope": found.inside if found.tried else None,
        "groups": {"mapped": groups.is_mapped, "on": groups.goes_along},
        "remarks": list(brought.remarks) if brought else [],
        "findings": [
            each.finding.to_json() | {"count": each.count, "names": list(each.names)}
            for each in found.broken
        ],
    }


def _lines(found: "Everybody", brought: "Brought | None", mapping: "MappingDocument") -> list[str]:
    from wizard.mapping.objects import groups_in_words

    lines = [_in_words(each) for each in found.broken] or ["Nothing is wrong with the mapping."]
    groups = groups_in_words(mapping.schema)
    if brought is None:
        nobody = "Nobody was tried; --people FILE tries the mapping on people."
        return [*lines, nobody, groups]
    return [*lines, found.words, *brought.remarks, groups]


def _in_words(broken: "Broken") -> str:
    finding = broken.finding
    where = "the mapping" if finding.target is None else plain_line(finding.target, 80)
    if finding.column is not None:
        where += f", character {finding.column + 1}"
    lines = [f"{finding.severity}: {where}: {finding.why}"]
    if broken.count:
        lines.append(f"  Concerns {broken.words}")
    lines.append(f"  Next: {finding.fix}")
    lines.append(f"  Code: {finding.code}")
    return plain("\n".join(lines))
