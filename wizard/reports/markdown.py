"""The report as Markdown, for a change ticket; nothing in it acts as Markdown."""

from collections.abc import Iterable
from typing import Any

from wizard.flow.marks import MARK_SIGNS, MARK_WORDS
from wizard.reports.report import ChangeLine, MappingPart, SetupReport, StepLine
from wizard.store.marks import Mark
from wizard.webex.lifetime import IN_MEMORY

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
        *_mapping(report),
        *_section("Changed in Entra", map(_changed, report.changes)),
        "## Journal",
        "",
        *([_code(report.journal_trouble), ""] if report.journal_trouble else []),
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
        f"- Organization: {_code(report.organization_id)}",
        f"- Tenant URL: {_code(report.tenant_url)}",
        f"- Token of: {_code(report.token_owner)}",
        f"- Roles: {_code(', '.join(report.token_roles))}",
        f"- Scopes: {_code(' '.join(report.token_scopes))}",
        f"- Token {'ended' if report.token_has_ended else 'ends'}: "
        f"{_code(report.token_expires_at)}{assumed}{kept}",
        f"- Renew by: {_code(report.renew_by)}",
        f"- Entra tenant id: {_code(report.tenant_id)}",
        f"- Signed in last as: {_code(report.signed_in_as)}",
        f"- Application, object id: {_code(report.application_id)}",
        f"- Enterprise application, object id: {_code(report.service_principal_id)}",
        f"- Provisioning job: {_code(report.job_id)}",
        f"- Provisioning: {_code(report.provisioning)}",
        *([f"- Waiting: {_code(report.waiting)}"] if report.waiting else []),
        *([f"- After an undo: {_code(report.left)}"] if report.left else []),
        f"- People: {_code(report.people)}",
        *([f"- In scope: {_code(report.unassigned)}"] if report.unassigned else []),
        f"- Groups: {_code(report.groups)}",
        "",
    ]


def _section(title: str, lines: Iterable[str]) -> list[str]:
    told = list(lines)
    return [f"## {title}", "", *told, ""] if told else []


def _step_text(step: StepLine) -> str:
    mark = Mark(step.mark)
    note = f" ({_code(step.note)})" if step.note else ""
    when = f", {step.at}" if step.at else ""
    return f"- {MARK_SIGNS[mark]} {step.title}: {_WORDS[mark]}{when}{note}"


def _test(last: dict[str, Any] | None) -> list[str]:
    if last is None:
        return ["Not tested yet.", ""]
    failed = f" Failed: {_code(', '.join(last['failed']))}." if last["failed"] else ""
    checks = [
        f"- {_code(each['status'])} {_code(each['title'])}: {_code(each['message'])}"
        for each in last["checks"]
    ]
    return [
        f"{last['at']}: {_code(last['verdict'])}. Entra's own test will say: "
        f"{_code(last['entra_says'])}. Writes would work: {_code(last['writes'])}.{failed}",
        "",
        *([*checks, ""] if checks else []),
    ]


def _mapping(report: SetupReport) -> list[str]:
    part = report.mapping
    if part is None:
        return []
    if part.trouble:
        return ["## Attribute mapping", "", _code(part.trouble), ""]
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
        told = [f"- {_code(row.target)} from {_code(row.source)}", row.apply.lower()]
        told += [f"matching {row.matching}"] if row.matching else []
        told += [f"by default {_code(row.default)}"] if row.default else []
        rows.append(", ".join(told))
    return [*rows, *(f"- {line}" for line in part.switches), ""]


def _changed(each: ChangeLine) -> str:
    what = f"- {each.at} {_code(f'{each.step}: {each.subject}')}"
    if not each.is_known:
        return f"{what}: {_code(each.after)}"
    return f"{what}: from {_code(each.before or 'nothing')} to {_code(each.after or 'nothing')}"


def _item(text: str) -> str:
    return f"- {_code(text)}"


def _code(text: str | None) -> str:
    """Return text as Markdown code, so that nothing in it acts as Markdown."""
    return f"`{text.replace('`', chr(39))}`" if text else "not known"
