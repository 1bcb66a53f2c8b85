"""What a plan predicted, laid beside what the provisioning log tells, person by person.

Only what the log tells counts: who is not in it is not seen yet, and never a miss. The first write
of each decides, because later cycles find the same done already; later cycles of a job bring what
happened after the plan, and do not count.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from functools import lru_cache
from typing import Final, NamedTuple

from wizard.mapping.attributes import bare, is_manager, same
from wizard.preview.digests import mark, marks_in
from wizard.preview.outcome import PROSPECT_WORDS, Prospect
from wizard.preview.plan import Plan
from wizard.words.cycles import Became, became
from wizard.words.text import plain_line

MISSES_TOLD: Final = 200
"""People who are told one by one; the others are counted."""
_FIELDS_TOLD: Final = 4
_MEMBERS: Final = "members"
_ACCOUNT: Final = "the account"
_NEVER: Final = datetime.min.replace(tzinfo=UTC)

_EXPECTED: Final = {
    Prospect.CREATE: Became.CREATED,
    Prospect.LINK: Became.UPDATED,
    Prospect.RENAME: Became.UPDATED,
    Prospect.REACTIVATE: Became.UPDATED,
    Prospect.UPDATE: Became.UPDATED,
    Prospect.DISABLE: Became.DISABLED,
    Prospect.DELETE: Became.DELETED,
    Prospect.CONFLICT: Became.FAILED,
}
"""What the log says of whom an outcome was predicted."""
_WRITTEN: Final = frozenset(
    {Became.CREATED, Became.UPDATED, Became.DISABLED, Became.DELETED, Became.DONE}
)


class LogLine(NamedTuple):
    """What one entry of the log tells; every text but the values is harmless already."""

    id: str
    key: str
    """As `Fate.key`."""
    name: str
    status: str
    action: str
    code: str
    values: tuple[tuple[str, str | None], ...] = ()
    """What was written, by target, as it came."""
    account: str = ""
    """The id in Webex."""
    cycle: str = ""
    at: datetime | None = None


_Which = str | tuple[str, datetime | None, str]
"""What tells an entry from the others: its id, or else whom it is about, when, and what was done.
"""


class ScoreVerdict(StrEnum):
    """How one came out; what asks for a look stands first."""

    FAILED = "failed"
    UNPREDICTED = "not_predicted"
    OTHERWISE = "otherwise"
    FIELDS = "fields_differ"
    LEFT_OUT = "left_out"
    HELD_BACK = "held_back"
    UNCLEAR = "not_clear"
    NOT_SEEN = "not_seen_yet"
    UNTOLD = "preview_did_not_know"
    AS_PREDICTED = "as_predicted"
    LEFT_ALONE = "left_alone"


VERDICT_WORDS: Final[Mapping[ScoreVerdict, str]] = {
    ScoreVerdict.FAILED: "failed",
    ScoreVerdict.UNPREDICTED: "changed without being predicted",
    ScoreVerdict.OTHERWISE: "otherwise than predicted",
    ScoreVerdict.FIELDS: "with other values than predicted",
    ScoreVerdict.LEFT_OUT: "skipped, though a change was predicted",
    ScoreVerdict.HELD_BACK: "held back by the deletion limit",
    ScoreVerdict.UNCLEAR: "not clear from the log",
    ScoreVerdict.NOT_SEEN: "predicted and not in the log yet",
    ScoreVerdict.UNTOLD: "of whom the preview could not tell",
    ScoreVerdict.AS_PREDICTED: "as predicted",
    ScoreVerdict.LEFT_ALONE: "left alone as predicted",
}
"""What is said of so many people and groups."""

MISSES: Final = frozenset(
    {
        ScoreVerdict.FAILED,
        ScoreVerdict.UNPREDICTED,
        ScoreVerdict.OTHERWISE,
        ScoreVerdict.FIELDS,
        ScoreVerdict.LEFT_OUT,
        ScoreVerdict.HELD_BACK,
    }
)
"""Of these something else was seen than was predicted."""


class Scored(NamedTuple):
    """How one entry stands to the plan."""

    key: str
    name: str
    verdict: ScoreVerdict
    predicted: str
    """In words."""
    became: str
    code: str = ""
    fields: tuple[str, ...] = ()
    """Which values differ."""
    cycle: str = ""
    at: datetime = _NEVER

    @property
    def called(self) -> str:
        """Who or what it is."""
        return f"Group {self.name}" if self.key.startswith("group:") else self.name

    @property
    def happened(self) -> str:
        """What became of it, in words, with the code or the fields."""
        if self.verdict is ScoreVerdict.FIELDS:
            some = ", ".join(self.fields[:_FIELDS_TOLD])
            more = len(self.fields) - _FIELDS_TOLD
            rest = f" and {more:,} more" if more > 0 else ""
            return f"{self.became}; other: {some}{rest}"
        return f"{self.became} ({self.code})" if self.code else self.became


@dataclass(frozen=True)
class Score:
    """How a plan came out, as far as the log tells.

    Attributes:
        counts: How many people and groups came out how.
        misses: Those of whom something else was seen, the first `MISSES_TOLD`.
        waiting: What was predicted of those who are not in the log yet.
        entries: Entries of the log that count.
        is_over: Whether the cycle is over.
        is_cut: Whether the log has more entries than were read.
    """

    counts: Mapping[ScoreVerdict, int]
    misses: tuple[Scored, ...] = ()
    waiting: Mapping[Prospect, int] = field(default_factory=dict)
    entries: int = 0
    is_over: bool = True
    is_cut: bool = False

    @property
    def missed(self) -> int:
        """Of how many something else was seen than was predicted."""
        return sum(self.counts.get(each, 0) for each in MISSES)

    @property
    def is_final(self) -> bool:
        """Whether nothing more is expected of the log."""
        return self.is_over and not self.is_cut and not self.counts.get(ScoreVerdict.NOT_SEEN)

    @property
    def words(self) -> tuple[str, ...]:
        """The score in sentences."""
        hits, waiting = (
            self.counts.get(each, 0) for each in (ScoreVerdict.AS_PREDICTED, ScoreVerdict.NOT_SEEN)
        )
        told = [f"{_many(hits)} came out as the preview predicted."]
        if not self.entries:
            told = ["Not seen yet: the log has nothing from after the preview."]
        parts = [
            f"{self.counts[each]:,} {VERDICT_WORDS[each]}"
            for each in ScoreVerdict
            if each in MISSES | {ScoreVerdict.UNCLEAR, ScoreVerdict.UNTOLD}
            and self.counts.get(each)
        ]
        if parts:
            told.append(f"Not so: {'; '.join(parts)}.")
        elif self.entries:
            told.append("Nothing else was seen.")
        if waiting:
            told.append(f"Not in the log yet, so not judged: {_waiting(self.waiting)}.")
        return tuple(told)

    @property
    def limits(self) -> tuple[str, ...]:
        """What keeps the score from being all there is to say, in sentences."""
        many = "1 entry counts" if self.entries == 1 else f"{self.entries:,} entries count"
        cut = f"Not the whole log was read: {many} so far."
        return (
            *(("The cycle is not over.",) if not self.is_over else ()),
            *((cut,) if self.is_cut else ()),
        )


class Scoring:
    """Takes entries of the log, and says how a plan came out.

    Args:
        plan: What was predicted.
        began: When the cycle began that counts; None where that is not known.
        tried: The keys of whom was provisioned at once, by a cycle of its own.
        since: What is older, or of a cycle that began before, has nothing to do with the plan.
    """

    def __init__(
        self,
        plan: Plan,
        began: datetime | None = None,
        tried: Iterable[str] = (),
        since: datetime = _NEVER,
    ) -> None:
        self._plan, self._began, self._tried, self._since = plan, began, frozenset(tried), since
        self._targets = tuple(each.partition(" ")[2] for each in _rows(plan))
        self._target = lru_cache(1000)(self._target_of)
        told = (outcome for outcome, _ in plan.outcomes.values() if outcome in _EXPECTED)
        self._expected = Counter(map(Prospect, told))
        self._lines: dict[_Which, Scored] = {}

    def take(self, lines: Iterable[LogLine]) -> None:
        """Take in entries, in any order; one that was there before counts once."""
        for line in lines:
            which = line.id or (line.key, line.at, line.action)
            if which not in self._lines:
                self._lines[which] = self.of(line)

    def of(self, line: LogLine) -> Scored:
        """Return how one entry stands to the plan."""
        told, _ = self._plan.outcomes.get(line.key, ("", ""))
        predicted = Prospect(told) if told in set(Prospect) else None
        what = _became(line)
        fields: tuple[str, ...] = ()
        verdict = _verdict(predicted, what)
        if verdict is ScoreVerdict.AS_PREDICTED and what in _WRITTEN:
            fields = tuple(self._differing(line))
            verdict = ScoreVerdict.FIELDS if fields else verdict
        words = _PREDICTED[predicted] if predicted is not None else "not in the plan"
        told_as = Became.WARNED if line.status == "warning" and not line.code else what
        at, code = (
            line.at or _NEVER,
            line.code if what in {Became.FAILED, Became.SKIPPED, Became.UNCLEAR} else "",
        )
        return Scored(line.key, line.name, verdict, words, told_as, code, fields, line.cycle, at)

    def score(self, *, is_over: bool = True, is_cut: bool = False) -> Score:
        """Return how the plan came out so far.

        Args:
            is_over: Whether the cycle is over.
            is_cut: Whether the log has more entries than were taken.
        """
        counted = self._counted()
        found = _first_writes(counted)
        counts = Counter(each.verdict for each in found.values())
        order = {verdict: at for at, verdict in enumerate(ScoreVerdict)}
        misses = sorted(
            (each for each in found.values() if each.verdict in MISSES),
            key=lambda each: (order[each.verdict], each.name.casefold(), each.key),
        )
        seen = Counter(self._plan.outcomes.get(key, ("", ""))[0] for key in found)
        waiting = {each: self._expected[each] - seen[each] for each in self._expected}
        waiting = {each: count for each, count in waiting.items() if count}
        if waiting:
            counts[ScoreVerdict.NOT_SEEN] = sum(waiting.values())
        return Score(counts, tuple(misses[:MISSES_TOLD]), waiting, len(counted), is_over, is_cut)

    def _counted(self) -> list[Scored]:
        """Return the entries after the plan until the end of the cycle that counts."""
        began, lines = self._began, self._after_the_plan()
        if began is None:
            return lines
        whose: dict[str, set[str]] = {}
        for each in lines:
            whose.setdefault(each.cycle, set()).add(each.key)
        at_once = {cycle for cycle, keys in whose.items() if len(keys) == 1 and keys <= self._tried}
        later = [each for each in lines if each.at >= began and each.cycle not in at_once]
        first = min(later, key=lambda each: each.at).cycle if later else ""
        return [
            each
            for each in lines
            if each.at < began or each.cycle == first or each.cycle in at_once
        ]

    def _after_the_plan(self) -> list[Scored]:
        """Return the entries of cycles that began after the plan was made."""
        lines, since = self._lines.values(), self._since
        before = {each.cycle for each in lines if each.at < since and each.cycle}
        return [each for each in lines if each.at >= since and each.cycle not in before]

    def _differing(self, line: LogLine) -> Iterable[str]:
        """Yield which values are not those that were planned; nothing where none is told."""
        planned = marks_in(self._plan.writes.get(line.key, b""))
        if not (planned and line.values):
            return
        seen: set[bytes] = set()
        others = 0
        for name, value in line.values:
            target = self._target(name)
            if target == _MEMBERS or is_manager(target):
                continue  # what a preview does not compare either
            fits = {mark(line.key, target, each) for each in _spellings(value)} & planned
            if not fits:
                others += 1
                yield plain_line(target, 80)
            seen |= fits
        is_new = mark(line.key, "") in planned
        account = mark(line.key, "" if is_new else line.account)
        if account not in planned and line.account:
            others += 1
            yield _ACCOUNT
        missing = len(planned - seen - {account}) - others
        if missing > 0 and line.key.startswith("person:"):
            yield (
                "1 planned value that was not written"
                if missing == 1
                else (f"{missing:,} planned values that were not written")
            )

    def _target_of(self, name: str) -> str:
        """Return the target of the mapping that the log means, as the mapping spells it."""
        return next((each for each in self._targets if same(each, name)), name)


_PREDICTED: Final = {
    each: words.removesuffix(" in Webex") for each, words in PROSPECT_WORDS.items()
} | {Prospect.LEFTOVER: "left over"}


def _verdict(predicted: Prospect | None, what: str) -> ScoreVerdict:
    """Return how something that became of one stands to what was predicted."""
    expected = _EXPECTED.get(predicted) if predicted is not None else None
    found = ScoreVerdict.LEFT_OUT if what == Became.SKIPPED else ScoreVerdict.OTHERWISE
    if what == expected or (predicted is Prospect.CONFLICT and what == Became.SKIPPED):
        found = ScoreVerdict.AS_PREDICTED  # of a conflict: that nothing is done
    elif what == Became.FAILED:
        found = ScoreVerdict.FAILED
    elif what == Became.UNCLEAR:
        found = ScoreVerdict.UNCLEAR
    elif predicted is Prospect.UNKNOWN:
        found = ScoreVerdict.UNTOLD
    elif expected is None:
        is_write = what in _WRITTEN or what == Became.HELD_BACK
        found = ScoreVerdict.UNPREDICTED if is_write else ScoreVerdict.LEFT_ALONE
    elif what == Became.HELD_BACK and expected in {Became.DISABLED, Became.DELETED}:
        found = ScoreVerdict.HELD_BACK
    return found


def _became(line: LogLine) -> str:
    """Return what became of one: a warning tells of something that was done all the same."""
    if line.action.lower() == "stageddelete" and line.status in {"success", "skipped", "warning"}:
        return Became.HELD_BACK
    return became("success" if line.status == "warning" else line.status, line.action, line.code)


def _first_writes(lines: Iterable[Scored]) -> dict[str, Scored]:
    """Return what became of each: by the first write, else by the newest entry."""
    found: dict[str, Scored] = {}
    for line in sorted(lines, key=lambda each: each.at):
        known = found.get(line.key)
        if known is None or not _is_written(known):
            found[line.key] = line
    return found


def _is_written(line: Scored) -> bool:
    return line.became in _WRITTEN or line.became == Became.WARNED


def _rows(plan: Plan) -> Iterable[str]:
    rows = plan.body.get("rows")
    return map(str, rows) if isinstance(rows, dict) else ()


def _spellings(value: str | None) -> set[str]:
    """Return how a value may stand in a plan: as it came, without quotes, a Boolean as written."""
    text = bare(value)
    return {value or "", text} | ({text.capitalize()} if text in {"true", "false"} else set())


def _many(count: int) -> str:
    return "1 person or group" if count == 1 else f"{count:,} people and groups"


def _waiting(waiting: Mapping[Prospect, int]) -> str:
    return ", ".join(
        f"{waiting[each]:,} {PROSPECT_WORDS[each]}" for each in Prospect if waiting.get(each)
    )
