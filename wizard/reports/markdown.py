"""The report as Markdown, for a change ticket; nothing in it acts as Markdown."""

from collections.abc import Iterable
from typing import Any

from wizard.flow.marks import MARK_SIGNS, MARK_WORDS
from wizard.reports.evidence_words import evidence_lines
from wizard.reports.report import ChangeLine, MappingPart, ScorePart, SetupReport, StepLine
from wizard.store.marks import Mark
from wizard.webex.lifetime import IN_MEMORY
from wizard.words.markdown import as_code

_WORDS = {**MARK_WORDS, Mark.SAID: "said by hand, not seen"}
_NOBODY = "nobody by this program, as far as its journal tells"
_LEGEND = ", ".join(f"{sign} {_WORDS[mark]}" for mark, sign in MARK_SIGNS.items())


def markdown(report: SetupReport) -> str:
    """Return the report as Markdown."""
    lines = [
        f"# {'PRACTICE: ' if report.practice else ''}Webex provisioning: {report.profile}",
        "",
        *(["PRACTICE: nothing in this report is about a real organization.", ""]
          if report.practice else []),
        f"Written {report.written_at} by webex-wizard. Holds no secrets.",
        "",
        *_set_up(report),
        *_section("Steps", (_step_text(step) for step in report.steps)),
        f"{_LEGEND}.",
        "",
        "## Last connection test",
        "",
        *_test(report.last_test),
        *_section("Taken back in Entra", map(_item, report.undone)),
        *_section("Assigned", map(_item, report.assigned or (_NOBODY,))),
        *_section("Tried one by one", map(_item, report.tried)),
        *_score(report.score),
        *_mapping(report),
        *_section("Changed in Entra", map(_changed, report.changes)),
        *evidence_lines(report.evidence),
        "## Journal",
        "",
        *([as_code(report.journal_trouble), ""] if report.journal_trouble else []),
        *map(_item, report.journal or ("empty",)),
        "",
    ]  # fmt: skip
    return "\n".join(lines)


def _set_up(report: SetupReport) -> list[str]:
    assumed = " (assumed: the server did not say)" if report.token_lifetime_assumed else ""
    kept = f". {IN_MEMORY}" if report.token_in_memory else ""
    return [
        "## What is set up",
        "",
        f"- Organization: {as_code(report.organization_id)}",
        f"- Tenant URL: {as_code(report.tenant_url)}",
        f"- Token of: {as_code(report.token_owner)}",
        f"- Roles: {as_code(', '.join(report.token_roles))}",
        f"- Scopes: {as_code(' '.join(report.token_scopes))}",
        f"- Token {'ended' if report.token_has_ended else 'ends'}: "
        f"{as_code(report.token_expires_at)}{assumed}{kept}",
        f"- Renew by: {as_code(report.renew_by)}",
        f"- Entra tenant id: {as_code(report.tenant_id)}",
        f"- Signed in last as: {as_code(report.signed_in_as)}",
        f"- Application, object id: {as_code(report.application_id)}",
        f"- Enterprise application, object id: {as_code(report.service_principal_id)}",
        f"- Provisioning job: {as_code(report.job_id)}",
        f"- Provisioning: {as_code(report.provisioning)}",
        *([f"- Waiting: {as_code(report.waiting)}"] if report.waiting else []),
        *([f"- After an undo: {as_code(report.left)}"] if report.left else []),
        f"- People: {as_code(report.people)}",
        *([f"- In scope: {as_code(report.unassigned)}"] if report.unassigned else []),
        f"- Groups: {as_code(report.groups)}",
        "",
    ]


def _section(title: str, lines: Iterable[str]) -> list[str]:
    told = list(lines)
    return [f"## {title}", "", *told, ""] if told else []


def _step_text(step: StepLine) -> str:
    mark = Mark(step.mark)
    note = f" ({as_code(step.note)})" if step.note else ""
    when = f", {step.at}" if step.at else ""
    return f"- {MARK_SIGNS[mark]} {step.title}: {_WORDS[mark]}{when}{note}"


def _test(last: dict[str, Any] | None) -> list[str]:
    if last is None:
        return ["Not tested yet.", ""]
    failed = f" Failed: {as_code(', '.join(last['failed']))}." if last["failed"] else ""
    checks = [
        f"- {as_code(each['status'])} {as_code(each['title'])}: {as_code(each['message'])}"
        for each in last["checks"]
    ]
    return [
        f"{last['at']}: {as_code(last['verdict'])}. Entra's own test should say: "
        f"{as_code(last['entra_says'])}. Writes would work: {as_code(last['writes'])}.{failed}",
        "",
        *([*checks, ""] if checks else []),
    ]


def _score(part: ScorePart | None) -> list[str]:
    if part is None:
        return []
    return [
        "## The preview, and what happened",
        "",
        f"By the provisioning log, seen {part.seen_at}. Code of the plan: {as_code(part.plan)}",
        "",
        *map(_item, part.said),
        "",
        *_section("Otherwise than predicted", map(_item, part.misses)),
    ]


def _mapping(report: SetupReport) -> list[str]:
    part = report.mapping
    if part is None:
        return []
    if part.trouble:
        return ["## Attribute mapping", "", as_code(part.trouble), ""]
    whose = "As this profile keeps it; what Entra has may differ."
    if part.seen_at:
        whose = f"As found in Entra, {part.seen_at}."
    return [
        "## Attribute mapping",
        "",
        whose,
        "",
        *_rows(part),
        *_section("Scoping filters", map(_item, part.filters or ("none",))),
    ]


def _rows(part: MappingPart) -> list[str]:
    rows = []
    for row in part.rows:
        told = [f"- {as_code(row.target)} from {as_code(row.source)}", row.apply.lower()]
        told += [f"matching {row.matching}"] if row.matching else []
        told += [f"by default {as_code(row.default)}"] if row.default else []
        rows.append(", ".join(told))
    return [*rows, *(f"- {line}" for line in part.switches), ""]


def _changed(each: ChangeLine) -> str:
    what = f"- {each.at} {as_code(f'{each.step}: {each.subject}')}"
    who = f", signed in as {as_code(each.by)}" if each.by else ""
    if not each.is_known:
        return f"{what}: {as_code(each.after)}{who}"
    both = f"from {as_code(each.before or 'nothing')} to {as_code(each.after or 'nothing')}"
    return f"{what}: {both}{who}"


def _item(text: str) -> str:
    return f"- {as_code(text)}"
