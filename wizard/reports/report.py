"""The redacted report: one frozen object, shown as Markdown or as JSON."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from wizard.flow.marks import SIGN_IN_OVER, mark_of, moment, outcome_of, record_of, steps_of
from wizard.net.endpoints import Endpoints
from wizard.reports.arrivals import arrivals, unassigned
from wizard.reports.evidence import EvidencePart
from wizard.reports.taken_back import taken_back_lines
from wizard.store.history import History, deed
from wizard.store.journal import IN_ENTRA, MADE, Action, Journal
from wizard.store.marks import DONE_MARKS
from wizard.store.narrowings import waits
from wizard.store.profiles import EntraFacts, Profile, TokenFacts
from wizard.store.score_record import ScoreRecord
from wizard.webex.lifetime import has_ended
from wizard.words.cycles import left_undone
from wizard.words.text import plain_line

if TYPE_CHECKING:
    from wizard.mapping.document import MappingDocument

REPORT_VERSION = 1
_LONGEST = 300
"""Characters of an expression, a filter or a result."""


@dataclass(frozen=True)
class StepLine:
    """One step in the report."""

    id: str
    title: str
    done_at: str | None
    """Empty unless it is done."""
    note: str
    mark: str = "open"
    """A `Mark`: who says so, or what became of it."""
    at: str | None = None
    """Since when it stands so."""


@dataclass(frozen=True)
class ChangeLine:
    """One thing that was changed in Entra, before and after."""

    at: str
    step: str
    subject: str
    before: str
    after: str
    is_known: bool = True
    """Whether before and after were told; earlier versions told only the word that is `after`."""
    by: str = ""
    """The Microsoft account that was signed in; empty where none is known."""


@dataclass(frozen=True)
class MappingLine:
    """One row of the attribute mapping."""

    target: str
    source: str
    matching: int
    """The order in which it finds people; 0 where it does not."""
    apply: str
    default: str


@dataclass(frozen=True)
class MappingPart:
    """The attribute mapping that the profile keeps."""

    rows: tuple[MappingLine, ...] = ()
    filters: tuple[str, ...] = ()
    switches: tuple[str, ...] = ()
    """Users and groups, on or off."""
    trouble: str = ""
    """Why it cannot be read; empty when it can."""
    seen_at: str | None = None
    """When Entra was seen to have it so; None where it was not since it was changed here."""


@dataclass(frozen=True)
class ScorePart:
    """How a preview came out, by the provisioning log."""

    seen_at: str
    plan: str
    """The code of its plan."""
    counts: dict[str, int]
    """People and groups, by how they came out."""
    said: tuple[str, ...]
    """The same in sentences."""
    misses: tuple[str, ...]
    """The first of whom something else was seen than was predicted."""
    is_over: bool
    """Whether the cycle was over."""
    is_cut: bool
    """Whether the log had more entries than were read."""


@dataclass(frozen=True)
class SetupReport:
    """What the next administrator needs to know; free of secrets."""

    version: int
    profile: str
    written_at: str
    organization_id: str | None
    tenant_url: str | None
    token_owner: str | None
    token_roles: tuple[str, ...]
    token_scopes: tuple[str, ...]
    token_expires_at: str | None
    token_lifetime_assumed: bool
    renew_by: str | None
    last_test: dict[str, Any] | None
    provisioning: str | None
    """How the provisioning job was doing when it was last looked at."""
    groups: str | None
    """Whether groups went along when provisioning was started through Graph, and which."""
    steps: tuple[StepLine, ...]
    journal: tuple[str, ...]
    waiting: str = ""
    """What was saved in Entra and waits for a restart of provisioning; empty when nothing does."""
    left: str = ""
    """What an undo could not take back in Entra, as a sentence; empty where nothing stays."""
    undone: tuple[str, ...] = ()
    """What was taken back in Entra and not made anew since."""
    journal_trouble: str = ""
    """Which lines of the journal cannot be read; empty when all can."""
    changes: tuple[ChangeLine, ...] = ()
    """What was changed in Entra and not taken back, one by one, where that is known."""
    practice: bool = False
    token_in_memory: bool = False
    """Whether the token was kept in memory only, and is gone with the program that got it."""
    token_has_ended: bool = False
    """Whether the token's end was past when this was written."""
    people: str = ""
    """Whether anybody has arrived in Webex, as far as anybody knows."""
    unassigned: str = ""
    """Why nobody is provisioned where nobody is assigned; empty where somebody may be."""
    tenant_id: str | None = None
    signed_in_as: str | None = None
    """Who was signed in to Microsoft last."""
    application_id: str | None = None
    service_principal_id: str | None = None
    job_id: str | None = None
    assigned: tuple[str, ...] = ()
    """Whom this program assigned, or found assigned when it was to assign them."""
    tried: tuple[str, ...] = ()
    """What became of each person who was provisioned at once."""
    mapping: MappingPart | None = None
    """None where the profile has no mapping of its own."""
    score: ScorePart | None = None
    """How the preview came out; None where that was not looked at."""
    evidence: EvidencePart | None = None
    """Who changed how much and when, and what vouches for it; None where that was not asked."""

    def to_json(self) -> dict[str, Any]:
        """Return the report as JSON-ready data."""
        return {"command": "report", **asdict(self)}


def setup_report(
    profile: Profile,
    endpoints: Endpoints,
    journal: Journal,
    now: datetime,
    *,
    practice: bool = False,
    mapping: MappingPart | None = None,
) -> SetupReport:
    """Return the report of a profile.

    Args:
        profile: The profile.
        endpoints: Where Webex is.
        journal: What was done.
        now: The time.
        practice: Whether it is one of a practice, which the report then says.
        mapping: The attribute mapping that the profile keeps.
    """
    known, last, history = profile.organization_id, profile.last_test, History(journal)
    trouble, arrived = history.trouble, arrivals(profile, history)
    return SetupReport(
        version=REPORT_VERSION,
        profile=profile.name,
        written_at=moment(now),
        organization_id=known,
        tenant_url=endpoints.tenant_url(known) if known else None,
        **_of_token(profile.token, now),
        last_test=last.model_dump() | {"at": moment(last.at)} if last else None,
        provisioning=_provisioning(profile),
        steps=tuple(_step_line(profile, step.id, step.title) for step in steps_of(profile)),
        waiting=waits(history.unrestarted(profile.entra.job_id)),
        journal_trouble=trouble.message if trouble else "",
        practice=practice,
        people=arrived.words,
        unassigned=unassigned(profile, history, arrived),
        **_of_entra(profile.entra),
        **_of_history(history),
        mapping=mapping,
    )


def _score(score: ScoreRecord | None) -> ScorePart | None:
    if score is None:
        return None
    return ScorePart(
        seen_at=moment(score.at),
        plan=score.code,
        counts=score.counts,
        said=score.said,
        misses=score.misses,
        is_over=score.is_over,
        is_cut=score.is_cut,
    )


def _of_history(history: History) -> dict[str, Any]:
    return {
        "groups": _groups(history),
        "journal": tuple(
            f"{moment(entry.at)} {entry.step}: {deed(entry)} {entry.subject}"
            for entry in history.entries
        ),
        "changes": tuple(_changes(history)),
        "assigned": tuple(_assigned(history)),
        "tried": tuple(_tried(history)),
        "left": history.left_in_words,
        "undone": taken_back_lines(history),
    }


def _of_token(facts: TokenFacts | None, now: datetime) -> dict[str, Any]:
    return {
        "token_owner": _owner(facts.display_name, facts.email) if facts else None,
        "token_roles": facts.roles if facts else (),
        "token_scopes": facts.scopes if facts else (),
        "token_expires_at": moment(facts.expires_at) if facts else None,
        "token_lifetime_assumed": bool(facts and facts.expires_assumed),
        "renew_by": moment(facts.renewal_at) if facts else None,
        "token_in_memory": bool(facts and facts.in_memory),
        "token_has_ended": bool(facts and has_ended(facts.expires_at, now)),
    }


def _of_entra(entra: EntraFacts) -> dict[str, Any]:
    return {
        "tenant_id": entra.tenant_id or None,
        "signed_in_as": entra.account or None,
        "application_id": entra.application_id or None,
        "service_principal_id": entra.service_principal_id or None,
        "job_id": entra.job_id or None,
        "score": _score(entra.job_score),
    }


def mapping_part(document: "MappingDocument", seen: datetime | None) -> MappingPart:
    """Return what a report tells of a mapping, and when Entra was seen to have it."""
    from wizard.mapping.objects import NAMES, switches_of
    from wizard.mapping.scoping.outline import outline

    found, words = switches_of(document.schema), {True: "on", False: "off", None: "not said"}
    return MappingPart(
        seen_at=moment(seen) if seen else None,
        rows=tuple(
            MappingLine(
                plain_line(row.target, 80),
                plain_line(row.source, _LONGEST),
                row.matching_priority,
                plain_line(row.apply, 40),
                plain_line(row.default_value or "", 80),
            )
            for row in document.rows
        ),
        filters=tuple(
            plain_line(line.text, _LONGEST) for line in outline(document.users.scope, _LONGEST)
        ),
        switches=tuple(
            f"{name} are {words[found[kind]]}" for kind, name in NAMES.items() if kind in found
        ),
    )


def _changes(history: History) -> Iterator[ChangeLine]:
    """Yield what was changed in Entra and stands; what tells no before and after, by its word."""
    for entry in history.standing(IN_ENTRA):
        at = moment(entry.at)
        if not entry.changes:
            told = (entry.subject, "", entry.action)
            yield ChangeLine(at, entry.step, *told, is_known=False, by=entry.by)
        for each in entry.changes:
            told = (each.subject, each.before, each.after)
            yield ChangeLine(at, entry.step, *told, by=entry.by)


def _assigned(history: History) -> Iterator[str]:
    for entry in history.standing(MADE | {Action.ADOPTED}):
        if entry.step == "assignment":
            ours = "by this program" if entry.action == Action.MADE else "already, when looked at"
            role = f", with {entry.changes[0].after}" if entry.changes else ""
            yield f"{entry.subject}{role}: assigned {ours}, {moment(entry.at)}"


def _tried(history: History) -> Iterator[str]:
    for entry in history.entries:
        if entry.step == "on-demand" and entry.details.get("said"):
            yield f"{moment(entry.at)}: {plain_line(entry.details['said'], _LONGEST)}"


def _provisioning(profile: Profile) -> str | None:
    health = profile.entra.job_health
    if health is None:
        return None
    seen = f"{health.state}, seen {moment(health.at)}."
    undone = left_undone(health.escrowed, health.next_try, dropped=health.dropped)
    return " ".join(filter(None, (seen, health.trouble, *undone)))


def _groups(history: History) -> str | None:
    """Return what was seen of groups at the last start; None where nothing was."""
    started = history.last("start", Action.CHANGED)
    seen = started.details.get("groups") if started else None
    if not (started and isinstance(seen, dict) and isinstance(seen.get("on"), bool)):
        return None
    when = f"when provisioning was started, {moment(started.at)}"
    if not seen["on"]:
        return f"switched off {when}"
    names = seen.get("names")
    shown = [plain_line(name, 60) for name in names] if isinstance(names, list) else []
    count = seen.get("count")
    more = count - len(shown) if isinstance(count, int) else 0
    rest = [f"and {more} more"] if more > 0 else []
    return f"on {when}: {', '.join(shown + rest) or 'none in scope'}"


def _step_line(profile: Profile, step_id: str, title: str) -> StepLine:
    record, mark = record_of(profile, step_id), outcome_of(profile, step_id)
    if record is None:
        return StepLine(step_id, title, None, "")
    at, note = moment(record.at), record.note
    if mark is not mark_of(profile, step_id):
        note = f"{note}; {SIGN_IN_OVER}"
    return StepLine(step_id, title, at if mark in DONE_MARKS else None, note, mark, at)


def _owner(name: str, email: str) -> str:
    return f"{name} <{email}>" if name and email else name or email or "an account not asked for"
