"""Everybody of a preview in a file: for spreadsheets, for programs, for a change ticket."""

import json
from collections.abc import Iterable, Iterator

from wizard.preview.dangers import DANGERS
from wizard.preview.desk import ExportKind
from wizard.preview.document import Told, not_known, person_of
from wizard.preview.fate import Fate
from wizard.preview.in_words import read_words
from wizard.preview.outcome import PROSPECT_WORDS, QUIET, Prospect, off_already
from wizard.preview.patterns import PATTERNS_TOLD
from wizard.preview.rules import reason_words
from wizard.preview.sheet import sheet_of
from wizard.words.markdown import as_code
from wizard.words.text import plain_line


def export_of(told: Told, kind: ExportKind) -> tuple[Iterable[str], Iterator[str]]:
    """Return what stands first, and then the text of each, riskiest first; every line ends.

    Args:
        told: The preview.
        kind: How it is written. Markdown leaves out those of whom nothing has to be told one by
            one; JSON lines are ASCII, so that no terminal can be driven by them.
    """
    fates = told.preview.by_risk()
    if kind == "jsonl":
        return (), (f"{json.dumps(person_of(fate), ensure_ascii=True)}\n" for fate in fates)
    if kind == "csv":
        lines = sheet_of(fates)
        return (next(lines),), lines
    loud = (fate for fate in fates if fate.outcome not in QUIET)
    return (f"{line}\n" for line in _head(told)), map(_item, loud)


def _head(told: Told) -> Iterator[str]:
    preview = told.preview
    yield "# What provisioning would do"
    yield ""
    yield f"Read: {read_words(preview)}. Nothing was written there."
    yield ""
    yield "| outcome | people and accounts | groups |"
    yield "|---|--:|--:|"
    for outcome in Prospect:
        count, groups = preview.counts[outcome], preview.group_counts[outcome]
        if count or groups:
            yield f"| {PROSPECT_WORDS[outcome]} | {count:,} | {groups:,} |"
    if preview.inactive:
        yield f"| {off_already(preview.inactive)} | {preview.inactive:,} | 0 |"
    stops = (f"{stop.severity.capitalize()}: {as_code(plain_line(stop.message, 400))}"
             for stop in told.stops)  # fmt: skip
    yield from _section("Stops", stops)
    patterns = told.patterns[:PATTERNS_TOLD]
    yield from _section(
        "What is the same, once", (as_code(plain_line(each.words, 400)) for each in patterns)
    )
    unknown = (as_code(plain_line(why, 400)) for why in not_known(preview))
    yield from _section("What is not known", unknown)
    yield from ("", "## One by one", "")
    both = (preview.counts, preview.group_counts)
    if not any(counts[each] for counts in both for each in Prospect if each not in QUIET):
        yield "None."


def _section(title: str, items: Iterable[str]) -> Iterator[str]:
    yield ""
    yield f"## {title}"
    yield ""
    told = [f"- {item}" for item in items]
    yield from told or ["None."]


def _item(fate: Fate) -> str:
    why = "; ".join(reason_words(each, fate.kind) for each in fate.reasons)
    told = [f"{as_code(plain_line(fate.name, 100))}: {PROSPECT_WORDS[fate.outcome]}"]
    told += [f"because {as_code(plain_line(why, 600))}"]
    for target, before, after in fate.changes:
        was = "empty" if before is None else as_code(plain_line(before, 80))
        told.append(f"{as_code(plain_line(target, 120))} from {was} to "
                    f"{as_code(plain_line(after or '', 80))}")  # fmt: skip
    told += [f"beware: {DANGERS[danger]}" for danger in fate.dangers]
    return f"- {'; '.join(told)}\n"
