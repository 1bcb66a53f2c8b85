"""What a preview comes to as lines of a table: stops first, then what is riskiest."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from textual.content import Content

from screens.widgets.card import Kind
from screens.widgets.line_table import LineColumn, TableLine, Tone
from screens.widgets.marks import signs
from wizard.machine.glyphs import shows_signs
from wizard.preview.brakes import ENTRAS_LIMIT, Stop
from wizard.preview.desk import Counted, PatternShown, PreviewRow, Selection, Summary
from wizard.preview.outcome import PROSPECT_WORDS, QUIET, Prospect, off_already
from wizard.store.marks import Mark
from wizard.words.counting import so_many

_SIGNS: Final[dict[Prospect, tuple[str, Tone]]] = {
    Prospect.DELETE: ("-", "bad"),
    Prospect.DISABLE: ("-", "bad"),
    Prospect.CONFLICT: ("!", "attention"),
    Prospect.LINK: ("~", "attention"),
    Prospect.RENAME: ("~", "attention"),
    Prospect.REACTIVATE: ("+", "good"),
    Prospect.CREATE: ("+", "good"),
    Prospect.UPDATE: ("~", "good"),
    Prospect.UNKNOWN: ("?", "attention"),
    Prospect.LEFTOVER: ("", "muted"),
    Prospect.OUT_OF_SCOPE: ("", "muted"),
    Prospect.UNCHANGED: ("=", "muted"),
}
_NAME: Final = 7
_BAR: Final = 20
_SHORTEST_BAR: Final = 5
"""Cells of what shows how far reading is; a shorter one tells nothing."""
_FULL, _FREE = ("━", "╌")
_FULL_LETTER, _FREE_LETTER = ("#", "-")

ALL_OF_THEM: Final = "Everybody, the riskiest first."
PATTERN_COLUMNS: Final = (
    LineColumn("", "sign"),
    LineColumn("Count", "number"),
    LineColumn("What", "prose"),
)
PEOPLE_COLUMNS: Final = (LineColumn("", "sign"), LineColumn("Who"), LineColumn("What", "prose"))


@dataclass(frozen=True)
class PreviewEntry:
    """A line of what a preview comes to.

    Attributes:
        words: All of it, for below the table.
        lead: What is said above those it opens.
        chosen: Whom it opens; None where it opens a text.
        text: The text that it opens.
    """

    words: str
    lead: str = ""
    chosen: Selection | None = None
    text: tuple[str, ...] = ()


def preview_entries(summary: Summary) -> list[TableLine]:
    """Return the table of patterns: stops, unknown, patterns, everybody, who is in no line."""
    return [
        *map(_of_stop, summary.stops),
        *_of_unknown(summary),
        *_of_patterns(summary),
        _of_all(summary),
        *_of_inactive(summary.inactive),
    ]


def person_line(row: PreviewRow, chosen: Selection) -> TableLine:
    """Return a person, an account or a group as a line, without what all that are chosen share."""
    sign, tone = _SIGNS[row.outcome]
    outcome = PROSPECT_WORDS[row.outcome]
    said = row.said
    if said.startswith(outcome):
        more = said.removeprefix(outcome)
        is_shared = chosen.outcome is not None or chosen.pattern is not None
        said = (more.lstrip(":; ") if is_shared else "") or f"{_short(outcome)}{more}"
    name = row.called if chosen.pattern is None else row.name  # a pattern is of one kind
    return TableLine((sign, name, said), row, tone)


def stops_in_words(stops: Sequence[Stop]) -> str:
    """Return how much of what stops, each with its number and unit."""
    return ", ".join(f"{stop.number:,} {stop.unit}" for stop in stops)


def counted_lines(counted: Counted, room: int) -> Content:
    """Return how far reading is, one line for each side.

    Args:
        counted: What came.
        room: Cells of a line.
    """
    sides = (
        ("Entra", counted.people, counted.people_total, "people"),
        ("Webex", counted.accounts, counted.accounts_total, "accounts"),
    )
    lines = [_side(*side, room) for side in sides]
    more = [f"{counted.groups:,} groups"] if counted.groups else []
    if counted.in_scope is not None:
        more.append(f"{counted.in_scope:,} people in scope so far")
    lines.append(Content.styled(" " * _NAME + ", ".join(more), "$text-muted"))
    return Content("\n").join(lines)


def _side(name: str, came: int, total: int | None, what: str, room: int) -> Content:
    lead = Content.styled(name.ljust(_NAME), "bold")
    if not total:
        return Content.assemble(lead, f"{came:,} {what}")
    told = f"{came:,} of {max(total, came):,} {what}"
    length = min(_BAR, room - _NAME - 2 - len(told))
    if length < _SHORTEST_BAR:
        return Content.assemble(lead, told)
    full, free = (_FULL, _FREE) if shows_signs() else (_FULL_LETTER, _FREE_LETTER)
    done = min(length * came // total, length)
    bar = ((full * done, "$text-primary"), (free * (length - done), "$text-muted"))
    return Content.assemble(lead, *bar, f"  {told}")


def _of_stop(stop: Stop) -> TableLine:
    marks, _ = signs()
    is_stop = stop.severity == "stop"
    sign = marks[Mark.FAILED if is_stop else Mark.ATTENTION]
    tone: Tone = "bad" if is_stop else "attention"
    names = (f"Who: {', '.join(stop.names)}",) if stop.names else ()
    text = (stop.message, *names, stop.allow, f"Rule: {stop.code}")
    told = f"{stop.unit}: {stop.code.replace('-', ' ')}, limit {stop.limit:,}"
    return TableLine((sign, f"{stop.number:,}", told), PreviewEntry(stop.message, text=text), tone)


def _of_unknown(summary: Summary) -> Iterator[TableLine]:
    told = (*summary.unknown_told, *summary.remarks)
    if told:
        entry = PreviewEntry(" ".join(told), text=("What is not known", *told))
        words = "to know, or not known" if summary.remarks else "not known"
        count = summary.unknown_count + len(summary.remarks)
        yield TableLine(("?", f"{count:,}", words), entry, "attention")


def _of_patterns(summary: Summary) -> Iterator[TableLine]:
    """Yield outcomes with the patterns of each below; one that has one pattern is one line."""
    numbered = list(enumerate(summary.patterns))
    for outcome in Prospect:
        people = [each for each in numbered if _is_of(each[1], outcome)]
        count = summary.counts.get(outcome, 0)
        if len(people) == 1 and people[0][1].count == count:
            yield _of_pattern(*people[0])
        elif count:
            yield _of_outcome(outcome, count, people)
            yield from (_below(at, pattern) for at, pattern in people)
        for at, pattern in numbered:
            if pattern.kind == "group" and pattern.outcome is outcome:
                yield _of_pattern(at, pattern)


def _is_of(pattern: PatternShown, outcome: Prospect) -> bool:
    return pattern.kind != "group" and pattern.outcome is outcome


def _of_outcome(
    outcome: Prospect, count: int, patterns: Sequence[tuple[int, PatternShown]]
) -> TableLine:
    sign, tone = _SIGNS[outcome]
    words = f"{count:,} {PROSPECT_WORDS[outcome]}"
    if patterns:
        words += f", in {len(patterns):,} patterns"
    entry = PreviewEntry(f"{words}.", f"{words}.", Selection(outcome=outcome))
    return TableLine((sign, f"{count:,}", _short(PROSPECT_WORDS[outcome])), entry, tone)


def _said(pattern: PatternShown) -> str:
    """Return what would become of those of a pattern, without how many they are."""
    return pattern.words.partition(": ")[2]


def _short(outcome: str) -> str:
    """Return what would happen without where: this table is about nothing else."""
    return outcome.partition(" (")[0].removesuffix(" in Webex")


def _of_pattern(at: int, pattern: PatternShown) -> TableLine:
    sign, tone = _SIGNS[pattern.outcome]
    outcome, _, reason = _said(pattern).partition("; ")
    told = "; ".join(filter(None, (_short(outcome), reason)))
    of = "group " if pattern.count == 1 else "groups "
    groups = of if pattern.kind == "group" else ""
    cells = (sign, f"{pattern.count:,}", f"{groups}{told}")
    return TableLine(cells, _entry(at, pattern), tone)


def _below(at: int, pattern: PatternShown) -> TableLine:
    """Return a pattern below its outcome, without what the outcome says already."""
    outcome, _, reason = _said(pattern).partition("; ")
    tone: Tone = "muted" if _SIGNS[pattern.outcome][1] == "muted" else "plain"
    return TableLine(
        ("", f"{pattern.count:,}", f"  {reason or outcome}"), _entry(at, pattern), tone
    )


def _entry(at: int, pattern: PatternShown) -> PreviewEntry:
    many, colon, said = pattern.words.partition(": ")
    such = "such as " if pattern.count > len(pattern.names) else ""
    who = f", {such}{', '.join(pattern.names)}" if pattern.names else ""
    words = f"{many}{who}{colon}{said}."
    return PreviewEntry(words, f"{pattern.words}.", Selection(pattern=at))


def _of_inactive(count: int) -> Iterator[TableLine]:
    if count:
        words = f"{count:,} {off_already(count)}."
        entry = PreviewEntry(words, text=(words, "Provisioning leaves them as they are."))
        yield TableLine(("", f"{count:,}", off_already(count)), entry, "muted")


def _of_all(summary: Summary) -> TableLine:
    words = f"Everybody: {summary.lines:,} people, accounts and groups, the riskiest first."
    entry = PreviewEntry(words, ALL_OF_THEM, Selection())
    return TableLine(("", f"{summary.lines:,}", "everybody"), entry)


def preview_verdict(summary: Summary, *, binds: bool = True) -> tuple[Kind, str, *tuple[str, ...]]:
    """Return whether it is good, that in a word or two, and what has to be known beside it.

    Args:
        summary: What it comes to.
        binds: Whether a start can be bound to its plan; one from files binds none.
    """
    stops = [stop for stop in summary.stops if stop.severity == "stop"]
    read = f"{summary.people:,} people of Entra, {summary.accounts:,} accounts of Webex"
    unknown = so_many(summary.unknown_count, "thing is", "things are")
    unknown = f"{unknown} not known." if summary.unknown_count else ""
    known = " ".join(filter(None, (f"{read}.", summary.completeness, unknown)))
    if summary.interrupted:
        return "attention", "Not read to the end", summary.interrupted, known
    if stops:
        title = "1 stop" if len(stops) == 1 else f"{len(stops)} stops"
        number = stops[0].number if len(stops) == 1 else "the number of each"
        asked = f"Start will ask you to type {number}."
        title = f"{title}: {stops_in_words(stops)}"
        return ("bad", title, asked, known) if binds else ("bad", title, known)
    if any(stop.code == ENTRAS_LIMIT for stop in summary.stops):
        return "attention", "Entra's own limit would stop it", known
    if summary.is_risky or summary.stops:
        return "attention", "Nothing in the way, but look", known
    is_quiet = QUIET.issuperset((*summary.counts, *summary.group_counts))
    return "good", "Nothing would change" if is_quiet else "Nothing in the way", known
