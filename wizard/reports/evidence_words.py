"""The evidence of a report as Markdown."""

from collections.abc import Iterable

from wizard.reports.evidence import AcceptedPreview, EvidencePart, TokenLine
from wizard.words.markdown import as_code


def evidence_lines(part: EvidencePart | None) -> list[str]:
    """Return the sections about who changed what, on which preview, and what vouches for it."""
    if part is None:
        return []
    return [
        "## Evidence",
        "",
        *_counted(part),
        "",
        *_section("Accepted previews", map(_preview, part.previews)),
        *_section("Record of tokens", map(_token, part.tokens)),
        *_section("Whether the journal is what was written", _verified(part)),
    ]


def _counted(part: EvidencePart) -> list[str]:
    when = f", from {part.first_at} to {part.last_at}" if part.first_at else ""
    told = [
        f"- Entries of changes in Entra: {part.standing} stand, {part.taken_back} taken back{when}"
    ]
    names = ", ".join(map(as_code, part.accounts))
    if names:
        told.append(f"- Signed in to Microsoft then: {names}")
    if part.of_nobody_known:
        told.append(f"- Of {part.of_nobody_known} of these no account is known")
    return told


def _preview(each: AcceptedPreview) -> str:
    counts = ", ".join(f"{as_code(name)} {number:,}" for name, number in each.counts.items())
    who = f", signed in as {as_code(each.by)}" if each.by else ""
    return f"- {each.at} {as_code(each.code)}: {counts or 'nobody'}; {as_code(each.digest)}{who}"


def _token(each: TokenLine) -> str:
    told = [f"- {each.at} {as_code(each.what)}", *map(as_code, each.changes)]
    told += [f"ends {as_code(each.expires_at)}"] if each.expires_at else []
    told += [f"Webex account {as_code(each.owner)}"] if each.owner else []
    told += [f"obtained at {as_code(each.hosts)}"] if each.hosts else []
    told += [f"signed in to Microsoft as {as_code(each.by)}"] if each.by else []
    return "; ".join(told)


def _verified(part: EvidencePart) -> list[str]:
    if part.verification is None:
        return ["- Not looked at"]
    return [f"- {as_code(sentence)}" for sentence in part.verification.sentences()]


def _section(title: str, lines: Iterable[str]) -> list[str]:
    told = list(lines)
    return [f"### {title}", "", *told, ""] if told else []
