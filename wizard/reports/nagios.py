"""How profiles stand, as a plugin of Nagios, Icinga and their kin says it: a line and a code.

Source: the Monitoring Plugins Development Guidelines, "Plugin Output for Nagios".
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from wizard.reports.attention import Urgency
from wizard.reports.status import Standing
from wizard.words.plugin import PluginCode, plugin_line
from wizard.words.text import days, lasting

_WORST_FIRST = (PluginCode.CRITICAL, PluginCode.UNKNOWN, PluginCode.WARNING, PluginCode.OK)
_NOTHING = "Provisioning is not set up with this profile, so there is nothing to watch."


def plugin_code(standing: Standing) -> PluginCode:
    """Return the code of one profile; what could not be looked at is never `OK`."""
    if not (standing.looked and standing.watched):
        return PluginCode.UNKNOWN
    if standing.urgency == Urgency.STOPPED:
        return PluginCode.CRITICAL
    return PluginCode.OK if standing.healthy else PluginCode.WARNING


def plugin_result(
    found: Sequence[Standing], now: datetime, *, is_one: bool
) -> tuple[str, PluginCode]:
    """Return the line of a plugin and its code.

    Args:
        found: How the profiles stand.
        now: The time.
        is_one: Whether one profile was asked for, whose name then stands in no figure.
    """
    if not found:
        return plugin_line(PluginCode.UNKNOWN, "Nothing is set up yet."), PluginCode.UNKNOWN
    codes = [plugin_code(each) for each in found]
    worst = next(code for code in _WORST_FIRST if code in codes)
    ordered = sorted(zip(codes, found, strict=True), key=lambda each: _WORST_FIRST.index(each[0]))
    told = "; ".join(_told(each, now) for code, each in ordered if code == worst or code)
    if len(found) > 1:
        told = f"{_counted(codes)}. {told}"
    figures = " ".join(
        figure for each in found for figure in _figures(each, now, "" if is_one else each.profile)
    )
    return plugin_line(worst, told) + (f" | {figures}" if figures else ""), worst


def _counted(codes: Sequence[PluginCode]) -> str:
    each = (f"{codes.count(code)} {code.name}" for code in _WORST_FIRST if code in codes)
    return f"{len(codes)} profiles: {', '.join(each)}"


def _told(standing: Standing, now: datetime) -> str:
    if not standing.readable:
        return f"{standing.profile}: {standing.attention}"
    facts = [f"{days(standing.days_left)} left"] if standing.days_left is not None else []
    if standing.job and standing.looked:
        facts.append(f"provisioning {standing.job['words']}")
        if (age := _success_age(standing, now)) is not None:
            facts.append(f"last success {lasting(age)} ago")
        if standing.job["failed"] is None:
            facts.append("its log cannot be read")
    nothing = "" if standing.watched or standing.note else _NOTHING
    wrong = " ".join(filter(None, (standing.note, standing.attention, nothing)))
    seen = ", ".join(facts)
    if wrong:
        seen = f"{seen[:1].upper()}{seen[1:]}"
    return f"{standing.profile}: {' '.join(filter(None, (wrong, seen)))}"


def _figures(standing: Standing, now: datetime, name: str) -> Iterator[str]:
    """Yield `label=value[unit];warn;crit;min`; what was not seen is left out."""
    if standing.days_left is not None and standing.expires_at and standing.renew_at:
        ends, renew = map(datetime.fromisoformat, (standing.expires_at, standing.renew_at))
        soon = (ends - renew) / timedelta(days=1)
        yield f"{_label(name, 'token_days')}={standing.days_left};{soon:g}:;0:"
    job = standing.job
    if job is None or not standing.looked:
        return
    if (age := _success_age(standing, now)) is not None:
        yield f"{_label(name, 'success_age')}={age}s;;{job['silent_after']};0"
    for figure in ("escrowed", "failed", "people"):
        if job[figure] is not None:
            yield f"{_label(name, figure)}={job[figure]};;;0"


def _label(name: str, figure: str) -> str:
    """Return what a figure is called; the second job of a tenant has a blank in its name."""
    label = f"{name}_{figure}" if name else figure
    return f"'{label}'" if " " in label else label


def _success_age(standing: Standing, now: datetime) -> int | None:
    at = standing.job and standing.job["last_success"]
    return max(0, round((now - datetime.fromisoformat(at)).total_seconds())) if at else None
