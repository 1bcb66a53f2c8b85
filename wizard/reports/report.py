"""The redacted report: one frozen object, shown as Markdown or as JSON."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from wizard.flow.plan import SETUP
from wizard.net.endpoints import Endpoints
from wizard.store.history import History
from wizard.store.journal import IN_ENTRA, Action, Journal
from wizard.store.narrowings import waits
from wizard.store.profiles import Profile, ProfileStore, utc_now
from wizard.words.text import plain_line, retried

REPORT_VERSION = 1


@dataclass(frozen=True)
class StepLine:
    """One step in the report."""

    id: str
    title: str
    done_at: str | None
    note: str


@dataclass(frozen=True)
class ChangeLine:
    """One thing that was changed in Entra, before and after."""

    at: str
    step: str
    subject: str
    before: str
    after: str


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
    journal_trouble: str = ""
    """Which lines of the journal cannot be read; empty when all can."""
    changes: tuple[ChangeLine, ...] = ()
    """What was changed in Entra and not taken back, one by one, where that is known."""

    def to_json(self) -> dict[str, Any]:
        """Return the report as JSON-ready data."""
        return {"command": "report", **asdict(self)}


def stored(profiles: ProfileStore, profile: Profile, endpoints: Endpoints) -> SetupReport:
    """Return the report of a profile that nobody is working on."""
    return setup_report(profile, endpoints, Journal(profiles.journal_path(profile.name)), utc_now())


def setup_report(
    profile: Profile, endpoints: Endpoints, journal: Journal, now: datetime
) -> SetupReport:
    """Return the report of a profile."""
    facts = profile.token
    known = profile.organization_id
    last, history = profile.last_test, History(journal)
    trouble = history.trouble
    return SetupReport(
        version=REPORT_VERSION,
        profile=profile.name,
        written_at=_moment(now),
        organization_id=known,
        tenant_url=endpoints.tenant_url(known) if known else None,
        token_owner=_owner(facts.display_name, facts.email) if facts else None,
        token_roles=facts.roles if facts else (),
        token_scopes=facts.scopes if facts else (),
        token_expires_at=_moment(facts.expires_at) if facts else None,
        token_lifetime_assumed=bool(facts and facts.expires_assumed),
        renew_by=_moment(facts.renewal_at) if facts else None,
        last_test=last.model_dump(mode="json") | {"at": _moment(last.at)} if last else None,
        provisioning=_provisioning(profile),
        groups=_groups(history),
        steps=tuple(_step_line(profile, step.id, step.title) for step in SETUP),
        journal=tuple(
            f"{_moment(entry.at)} {entry.step}: {entry.action} {entry.subject}"
            for entry in history.entries
        ),
        waiting=waits(history.unrestarted(profile.entra.job_id)),
        journal_trouble=trouble.message if trouble else "",
        changes=tuple(
            ChangeLine(_moment(entry.at), entry.step, each.subject, each.before, each.after)
            for entry in history.standing(IN_ENTRA)
            for each in entry.changes
        ),
    )


def markdown(report: SetupReport) -> str:
    """Return the report as Markdown."""
    lines = [
        f"# Webex provisioning: {report.profile}",
        "",
        f"Written {report.written_at} by webex-wizard. Holds no secrets.",
        "",
        "## What is set up",
        "",
        f"- Organization: {_code(report.organization_id)}",
        f"- Tenant URL: {_code(report.tenant_url)}",
        f"- Token of: {_code(report.token_owner)}",
        f"- Roles: {_code(', '.join(report.token_roles))}",
        f"- Scopes: {_code(' '.join(report.token_scopes))}",
        f"- Token ends: {_code(report.token_expires_at)}"
        + (" (assumed: the server did not say)" if report.token_lifetime_assumed else ""),
        f"- Renew by: {_code(report.renew_by)}",
        f"- Provisioning: {_code(report.provisioning)}",
        *([f"- Waiting: {_code(report.waiting)}"] if report.waiting else []),
        f"- Groups: {_code(report.groups)}",
        "",
        "## Last connection test",
        "",
        _test_line(report.last_test),
        "",
        "## Steps",
        "",
        *(_step_text(step) for step in report.steps),
        "",
        *_changed(report.changes),
        "## Journal",
        "",
        *([_code(report.journal_trouble), ""] if report.journal_trouble else []),
        *(f"- {_code(entry)}" for entry in report.journal or ("empty",)),
        "",
    ]
    return "\n".join(lines)


def _provisioning(profile: Profile) -> str | None:
    health = profile.entra.job_health
    if health is None:
        return None
    told = (f"{health.state}, seen {_moment(health.at)}.", retried(health.escrowed), health.trouble)
    return " ".join(filter(None, told))


def _groups(history: History) -> str | None:
    """Return what was seen of groups at the last start; None where nothing was."""
    started = history.last("start", Action.CHANGED)
    seen = started.details.get("groups") if started else None
    if not (started and isinstance(seen, dict) and isinstance(seen.get("on"), bool)):
        return None
    when = f"when provisioning was started, {_moment(started.at)}"
    if not seen["on"]:
        return f"switched off {when}"
    names = seen.get("names")
    shown = [plain_line(name, 60) for name in names] if isinstance(names, list) else []
    count = seen.get("count")
    more = count - len(shown) if isinstance(count, int) else 0
    rest = [f"and {more} more"] if more > 0 else []
    return f"on {when}: {', '.join(shown + rest) or 'none in scope'}"


def _step_line(profile: Profile, step_id: str, title: str) -> StepLine:
    record = profile.steps.get(step_id)
    if record is None:
        return StepLine(step_id, title, None, "")
    return StepLine(step_id, title, _moment(record.at), record.note)


def _step_text(step: StepLine) -> str:
    mark, when = ("x", f" ({step.done_at})") if step.done_at else (" ", "")
    return f"- [{mark}] {step.title}{when}"


def _changed(changes: tuple[ChangeLine, ...]) -> list[str]:
    told = [
        f"- {_code(f'{each.step}: {each.subject}')}: from {_code(each.before or 'nothing')} "
        f"to {_code(each.after or 'nothing')}"
        for each in changes
    ]
    return ["## Changed in Entra", "", *told, ""] if told else []


def _test_line(last: dict[str, Any] | None) -> str:
    if last is None:
        return "Not tested yet."
    failed = f" Failed: {_code(', '.join(last['failed']))}." if last["failed"] else ""
    return (
        f"{last['at']}: {_code(last['verdict'])}. Entra's own test will say: "
        f"{_code(last['entra_says'])}. Writes would work: {_code(last['writes'])}.{failed}"
    )


def _code(text: str | None) -> str:
    """Return text as Markdown code, so that nothing in it acts as Markdown."""
    return f"`{text.replace('`', chr(39))}`" if text else "not known"


def _owner(name: str, email: str) -> str:
    return f"{name} <{email}>" if name and email else name or email or "an account not asked for"


def _moment(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"
