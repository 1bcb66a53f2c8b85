"""What monitoring asks of Graph, and the two formats in which it is told, whatever comes."""

import re
import string
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.graph_client import JOB, PRINCIPAL, ask, listed, refused, reply
from tests.sessions import HOSTILE, NOW, facts
from wizard.assets import ASSETS
from wizard.commands.arguments import parse_arguments
from wizard.errors import AnswerError, HostsError, MachineError
from wizard.graph.operations import Operation
from wizard.reports.attention import Urgency
from wizard.reports.look import after_look
from wizard.reports.nagios import plugin_result
from wizard.reports.prometheus import exposition
from wizard.reports.status import Standing, standing
from wizard.steps.job_health import look_at_job
from wizard.store.job_health import JobHealth
from wizard.store.profiles import EntraFacts, Profile
from wizard.words.plugin import PluginCode, plugin_line

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def stamp(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def job(**status: Any) -> dict[str, Any]:
    ended = {"state": "Succeeded", "timeBegan": stamp(NOW - HOUR), "timeEnded": stamp(NOW - HOUR)}
    return {
        "id": JOB,
        "schedule": {"interval": "PT40M", "state": "Active"},
        "status": {
            "code": "Active",
            "lastExecution": ended,
            "lastSuccessfulExecution": ended,
            "steadyStateFirstAchievedTime": stamp(NOW - 9 * DAY),
        }
        | status,
    }


def entry(who: str, status: str, at: datetime = NOW - HOUR) -> dict[str, Any]:
    return {
        "id": f"{who}{at:%H%M}",
        "activityDateTime": stamp(at),
        "sourceIdentity": {"id": who},
        "provisioningStatusInfo": {"status": status},
    }


def seen(
    told: dict[str, Any], *entries: dict[str, Any], log: Any = None, date: datetime | None = None
) -> JobHealth:
    dated = {"date": format_datetime(date, usegmt=True)} if date else {}
    return ask(
        lambda graph: look_at_job(graph, PRINCIPAL, JOB, NOW),
        {
            Operation.GET_JOB: reply(200, told, **dated),
            Operation.LIST_PROVISIONING_LOG: log or listed(*entries),
            Operation.GET_SECRETS: listed({"key": "SyncAll", "value": "true"}),
        },
        read_only=True,
        judges_answers=told["schedule"]["interval"] != "nonsense",
    )


def test_a_look_tells_the_last_success_and_who_failed_last() -> None:
    found = seen(
        job(),
        entry("a", "failure", NOW - HOUR),
        entry("b", "success", NOW - HOUR),
        entry("b", "failure", NOW - 2 * HOUR),
    )
    assert found.state == "running"
    assert (found.last_success, found.pause) == (NOW - HOUR, 2400)
    assert (found.failed, found.log_end, found.is_cut) == (1, NOW - HOUR, False)


def test_a_log_that_may_not_be_read_is_not_told_as_one_without_failures() -> None:
    found = seen(job(), log=refused(403, "Authentication_RequestFromNonPremiumTenantOrB2CTenant"))
    assert (found.failed, found.log_end) == (None, None)


@pytest.mark.parametrize(
    ("status", "code"), [(400, "BadRequest"), (403, "Forbidden"), (403, "UnknownError")]
)
def test_a_log_of_which_graph_does_not_say_why_it_may_not_be_read_is_no_look(
    status: int, code: str
) -> None:
    with pytest.raises(AnswerError) as caught:
        seen(job(), log=refused(status, code))
    assert caught.value.status == status
    assert f"HTTP {status}" in caught.value.message


@pytest.mark.parametrize("ahead", [HOUR, -HOUR])
def test_a_clock_that_differs_from_graphs_is_no_look(ahead: timedelta) -> None:
    with pytest.raises(MachineError) as caught:
        seen(job(), date=datetime.now(UTC) - ahead)
    assert caught.value.code == "clock-off"
    seen(job(), date=datetime.now(UTC) - ahead / 60)


@pytest.mark.parametrize(
    ("hours", "newest", "ends"),
    [(5, None, True), (5, 7, True), (5, 4.9, False), (1, None, False), (30, None, False)],
)
def test_a_log_without_a_cycle_that_changed_something_has_ended(
    hours: float, newest: float | None, ends: bool
) -> None:
    began, ended = NOW - hours * HOUR, NOW - hours * HOUR + 10 * timedelta(minutes=1)
    cycle = {"state": "Succeeded", "timeBegan": stamp(began), "timeEnded": stamp(ended)}
    told = job(lastSuccessfulExecutionWithExports=cycle)
    entries = [] if newest is None else [entry("a", "success", NOW - newest * HOUR)]
    if not ends:
        seen(told, *entries)
        return
    with pytest.raises(AnswerError) as caught:
        seen(told, *entries)
    assert caught.value.code == "log-ends"


@pytest.mark.parametrize(
    ("interval", "hours", "silent"),
    [
        ("PT40M", 1.9, False),
        ("PT40M", 2.1, True),
        ("PT2M", 1.9, False),
        ("PT4H", 11.9, False),
        ("PT4H", 12.1, True),
        ("nonsense", 2.1, True),
        ("-PT4H", 2.1, True),
        ("P900D", 2.1, True),
    ],
)
def test_silence_begins_after_three_intervals_or_two_hours(
    interval: str, hours: float, silent: bool
) -> None:
    ended = {"state": "Succeeded", "timeEnded": stamp(NOW - hours * HOUR)}
    told = job(lastExecution=ended, lastSuccessfulExecution=ended)
    told["schedule"]["interval"] = interval
    assert (seen(told).silent_since is not None) is silent


@pytest.mark.parametrize(
    "status",
    [
        {"code": "NotRun", "steadyStateFirstAchievedTime": "0001-01-01T00:00:00Z"},
        {"code": "Quarantine", "quarantine": {"reason": "Unknown", "seriesCount": 1}},
    ],
)
def test_what_is_told_otherwise_is_no_silence(status: dict[str, Any]) -> None:
    ended = {"state": "Succeeded", "timeEnded": stamp(NOW - 30 * DAY)}
    assert seen(job(lastExecution=ended, lastSuccessfulExecution=ended, **status)).state in {
        "first cycle",
        "quarantine",
    }
    assert (
        seen(job(lastExecution=ended, lastSuccessfulExecution=ended, **status)).silent_since is None
    )


@given(st.lists(st.tuples(st.integers(1, 60), st.integers(0, 3)), max_size=80))
def test_errors_have_grown_where_there_were_fewer_a_day_ago(looks: list[tuple[int, int]]) -> None:
    at, before, known = NOW, None, list[tuple[datetime, int]]()
    for minutes, count in ((minutes * 20, count) for minutes, count in looks):
        at += timedelta(minutes=minutes)
        health = JobHealth(job_id="j", at=at, state="running", escrowed=count)
        before = health.counted_after(before)
        then = [each for when, each in known if when <= at - DAY][-1:] or [
            each for _, each in known[:1]
        ]
        known.append((at, count))
        assert (before.grown_from is not None) is bool(then and count > then[0])
        assert len(before.counted) <= 51


def test_a_first_cycle_counts_anew() -> None:
    before = JobHealth(job_id="j", at=NOW, state="running", escrowed=1).counted_after(None)
    first = JobHealth(job_id="j", at=NOW, state="first cycle", escrowed=9).counted_after(before)
    assert (first.counted, first.grown_from) == ((), None)
    other = JobHealth(job_id="k", at=NOW, state="running", escrowed=9).counted_after(before)
    assert other.grown_from is None, "another job says nothing of this one"


# The formats.


def profile(**health: Any) -> Standing:
    known = JobHealth.model_validate({"job_id": "j", "at": NOW, "state": "running"} | health)
    entra = EntraFacts(job_id="j", health=known)
    found = Profile.new("contoso", NOW).with_changes(token=facts(), entra=entra)
    return after_look(standing(found, NOW), "", NOW)


def test_what_nobody_looked_at_is_never_ok() -> None:
    found = standing(Profile.new("contoso", NOW).with_changes(token=facts()), NOW)
    assert not found.looked
    assert plugin_result([replace(found, watched=True)], NOW, is_one=True)[1] is PluginCode.UNKNOWN


PERFORMANCE = re.compile(
    r"(?P<label>[A-Za-z0-9._-]+)=(?P<value>-?\d+(\.\d+)?)(?P<unit>s?)"
    r"(;(?P<warn>[\d.:~@-]*)(;(?P<crit>[\d.:~@-]*)(;(?P<min>-?\d+)?)?)?)?"
)
METRIC = re.compile(r'(?P<name>[a-z_]+)(\{(\w+="([^"\\\n]|\\["\\n])*",?)+\})? (?P<value>[-+\d.e]+)')

texts = st.text(
    st.characters(codec="utf-8", exclude_characters="") | st.sampled_from("|`$\n\r\t\x1b"),
    max_size=3000,
)


@given(texts, st.integers(0, 10**9), st.none() | st.integers(0, 10**9))
def test_whatever_is_told_nagios_gets_one_line_with_one_bar(
    text: str, escrowed: int, failed: int | None
) -> None:
    found = replace(
        profile(trouble=text, hint=text, state="failing", escrowed=escrowed, failed=failed),
        note=text,
    )
    line, code = plugin_result([found, found], NOW, is_one=False)
    assert not re.search(r"[\x00-\x1f\x7f]", line)
    said, bar, figures = line.partition(" | ")
    assert (bar, "|" in said, "|" in figures) == (" | ", False, False)
    assert said.startswith("WEBEX CRITICAL - ")
    assert len(said) < 500
    assert code == PluginCode.CRITICAL
    assert all(PERFORMANCE.fullmatch(each) for each in figures.split())


@given(texts)
def test_whatever_is_told_prometheus_gets_no_name_and_whole_lines(text: str) -> None:
    found = replace(profile(cause=text, state="quarantine", trouble=text), note=text)
    metrics = exposition([found], NOW)
    assert metrics.endswith("\n")
    for line in metrics[:-1].split("\n"):
        assert line.startswith("# ") or METRIC.fullmatch(line), line


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({}, PluginCode.OK),
        ({"healthy": False, "urgency": Urgency.STOPPED}, PluginCode.CRITICAL),
        ({"healthy": False, "urgency": Urgency.SOON}, PluginCode.WARNING),
        ({"healthy": False, "urgency": Urgency.UNFINISHED}, PluginCode.WARNING),
        ({"looked": False, "urgency": Urgency.STOPPED}, PluginCode.UNKNOWN),
        ({"watched": False}, PluginCode.UNKNOWN),
        ({"readable": False, "looked": False}, PluginCode.UNKNOWN),
    ],
)
def test_a_code_says_how_bad_it_is_and_what_was_not_seen_is_never_ok(
    changed: dict[str, Any], code: PluginCode
) -> None:
    found = replace(profile(), **changed)
    assert plugin_result([found], NOW, is_one=True)[1] is code


def test_what_follows_a_sentence_begins_as_one() -> None:
    found = replace(profile(), days_left=None, healthy=False, attention="Ill.")
    line, _ = plugin_result([found], NOW, is_one=True)
    assert ": Ill. Provisioning " in line
    line, _ = plugin_result([replace(found, attention="")], NOW, is_one=True)
    assert ": provisioning " in line


def test_of_several_profiles_the_worst_is_told_first_and_counted() -> None:
    ill = replace(profile(), profile="b", healthy=False, urgency=Urgency.STOPPED, attention="Ill.")
    unseen = replace(profile(), profile="c", looked=False, note="No answer.")
    line, code = plugin_result([profile(), unseen, ill], NOW, is_one=False)
    assert code is PluginCode.CRITICAL
    assert line.startswith(
        "WEBEX CRITICAL - 3 profiles: 1 CRITICAL, 1 UNKNOWN, 1 OK. b: Ill. 45 days left"
    )
    assert "c: No answer." in line
    assert "c_escrowed" not in line, "what was not seen is no figure"


def test_what_a_shell_would_read_is_not_in_a_line() -> None:
    line = plugin_line(PluginCode.UNKNOWN, f"run `rm` | $HOME\n{HOSTILE}")
    assert set(line).isdisjoint("|`$\n\x1b")


def test_metrics_say_when_and_never_beside_a_value() -> None:
    found = profile(last_success=NOW - HOUR, log_end=NOW - HOUR, cause="")
    lines = exposition([found], NOW).splitlines()
    values = {line.rpartition(" ")[0]: line.rpartition(" ")[2] for line in lines if line[0] != "#"}
    label = '{profile="contoso"}'
    assert values[f"webex_wizard_last_look_timestamp_seconds{label}"] == str(int(NOW.timestamp()))
    success = int((NOW - HOUR).timestamp())
    assert values[f"webex_wizard_last_success_timestamp_seconds{label}"] == str(success)
    assert values["webex_wizard_run_timestamp_seconds"] == str(int(NOW.timestamp()))
    assert all(METRIC.fullmatch(line) for line in lines if line[0] != "#")


@given(st.text(string.printable, max_size=40))
def test_an_age_is_told_wherever_nobody_looked(said: str) -> None:
    found = after_look(profile(), said or None, NOW + 3 * DAY)
    assert not found.looked
    assert not found.healthy
    assert "The last look is 3 days old." in found.note


def test_where_nobody_looked_what_was_seen_is_told_of_the_time_it_was() -> None:
    found = profile(state="quarantine", trouble="Webex said no.", hint="Renew.")
    assert found.attention == "Webex said no. Renew."
    then = "When provisioning was last looked at, 2026-11-23 10:30 UTC: Webex said no. Renew."
    for said in (None, "Entra could not be asked.", HostsError("Of other hosts.", "Bind them.")):
        told = after_look(found, said, NOW + DAY)
        assert told.attention.startswith(then)
        assert "provisioning was in quarantine (seen 2026-11-23 10:30 UTC)" in told.sentence
        assert "is in quarantine" not in told.sentence
    assert "is in quarantine" in after_look(found, "", NOW).sentence, "somebody looked"


@pytest.mark.parametrize("file", ["service", "crontab", "cmd"])
def test_the_files_for_monitoring_call_the_program_as_it_wants(file: str) -> None:
    (found,) = (ASSETS / "monitoring").glob(f"*.{file}")
    line = next(each for each in found.read_text().splitlines() if " status --all" in each)
    rest = line.partition(" status --all")[2].replace('\\"', "").replace('"', "")
    asked = parse_arguments(["status", "--all", *rest.split()])
    assert (asked.format, asked.all) == ("prometheus", True)
    assert asked.output is not None
