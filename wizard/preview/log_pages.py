"""Pages of the provisioning log as they came, read for what a score needs and for nothing else.

An entry is 5 kB of steps and details, of which that is a tenth (reference/graph-entra.md 2.10).
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, Final

import msgspec

from wizard.preview.score import LogLine
from wizard.words.redact import redact
from wizard.words.text import plain_line

_NAME: Final = 60


class _Error(msgspec.Struct):
    code: Any = msgspec.field(default=None, name="errorCode")


class _Status(msgspec.Struct):
    status: Any = None
    error: _Error | None = msgspec.field(default=None, name="errorInformation")
    code: Any = msgspec.field(default=None, name="errorCode")
    """Where documents of 2021 have it."""


class _Identity(msgspec.Struct):
    id: Any = None
    name: Any = msgspec.field(default=None, name="displayName")
    kind: Any = msgspec.field(default=None, name="identityType")


class _Value(msgspec.Struct):
    name: Any = msgspec.field(default=None, name="displayName")
    value: Any = msgspec.field(default=None, name="newValue")


class _Step(msgspec.Struct):
    details: dict[str, Any] | None = None


class _Entry(msgspec.Struct):
    id: Any = None
    at: Any = msgspec.field(default=None, name="activityDateTime")
    cycle: Any = msgspec.field(default=None, name="cycleId")
    action: Any = msgspec.field(default=None, name="provisioningAction")
    older_action: Any = msgspec.field(default=None, name="action")
    status: _Status | None = msgspec.field(default=None, name="provisioningStatusInfo")
    older_status: _Status | None = msgspec.field(default=None, name="statusInfo")
    values: list[_Value] | None = msgspec.field(default=None, name="modifiedProperties")
    source: _Identity | None = msgspec.field(default=None, name="sourceIdentity")
    target: _Identity | None = msgspec.field(default=None, name="targetIdentity")
    steps: msgspec.Raw = msgspec.Raw(b"null")
    more_steps: msgspec.Raw = msgspec.field(default=msgspec.Raw(b"null"), name="provisioningSteps")


_ENTRY: Final = msgspec.json.Decoder(_Entry)
_STEPS: Final = msgspec.json.Decoder(list[_Step] | None)
_PAGE: Final = msgspec.json.Decoder(dict[str, msgspec.Raw])
_LIST: Final = msgspec.json.Decoder(list[msgspec.Raw])


def log_lines(page: bytes) -> Iterator[LogLine]:
    """Yield the entries of a page; one that cannot be read is as if it had not come yet.

    Args:
        page: The answer of Graph to a list.
    """
    try:
        entries = _LIST.decode(_PAGE.decode(page).get("value", msgspec.Raw(b"[]")))
    except (msgspec.DecodeError, RecursionError):
        return
    for raw in entries:
        try:
            entry = _ENTRY.decode(raw)
        except (msgspec.DecodeError, RecursionError):
            continue
        yield _line(entry)


def _line(entry: _Entry) -> LogLine:
    source, target = entry.source or _Identity(), entry.target or _Identity()
    status = entry.status or entry.older_status or _Status()
    whom = _text(source.id)
    identity = source if whom else target
    kind = "person" if whom else "account"
    if _text(identity.kind or target.kind).lower().rpartition(":")[2] == "group":
        kind = "group"
    return LogLine(
        id=_text(entry.id),
        key=f"{kind}:{whom or _text(target.id)}",
        name=_harmless(source.name or target.name or whom or target.id),
        status=_text(status.status).lower(),
        action=_text(entry.action or entry.older_action),
        code=_harmless((status.error and status.error.code) or status.code or _skipped(entry)),
        values=tuple((_text(each.name), _value(each.value)) for each in entry.values or ()),
        account=_text(target.id),
        cycle=_text(entry.cycle),
        at=_moment(entry.at),
    )


def _skipped(entry: _Entry) -> object:
    """Return the reason of a skip, where the steps alone tell it."""
    for raw in (entry.more_steps, entry.steps):
        try:
            steps = _STEPS.decode(raw) or ()
        except (msgspec.DecodeError, RecursionError):
            continue
        for step in steps:
            if reason := (step.details or {}).get("SkipReason"):
                return reason
    return None


def _value(value: Any) -> str | None:
    return value if value is None or isinstance(value, str) else msgspec.json.encode(value).decode()


def _text(value: Any) -> str:
    return "" if value is None else str(value)


def _harmless(value: Any) -> str:
    return redact(plain_line(_text(value), _NAME))


def _moment(value: Any) -> datetime | None:
    try:
        moment = datetime.fromisoformat(_text(value))
    except ValueError:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
