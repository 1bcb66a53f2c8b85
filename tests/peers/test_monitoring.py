"""Foreign judges of what monitoring is given: promtool, systemd-analyze, crontab, and a parser.

The parser is Perl's Monitoring::Plugin, which the Monitoring Plugins project keeps.
"""

import json
import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.command_here import run_here
from tests.sessions import NOW, facts
from wizard.assets import ASSETS
from wizard.reports.attention import Urgency
from wizard.reports.look import after_look
from wizard.reports.nagios import plugin_result
from wizard.reports.prometheus import exposition
from wizard.reports.status import Standing, standing
from wizard.store.job_health import JobHealth
from wizard.store.places import HOME_VARIABLE
from wizard.store.profiles import EntraFacts, Profile, ProfileStore, utc_now
from wizard.words.plugin import PluginCode

FILES = ASSETS / "monitoring"
RULES = FILES / "webex-wizard.rules.yml"
HOUR = timedelta(hours=1)

PARSE = """
use strict; use warnings; use JSON::PP;
use Monitoring::Plugin::Performance use_die => 1;
use Monitoring::Plugin::Functions;
local $/; my $text = <STDIN>;
my @found = map { {
    label => $_->label, value => $_->value, uom => $_->uom,
    status => $_->threshold->get_status($_->value),
} } Monitoring::Plugin::Performance->parse_perfstring($text);
print encode_json(\\@found);
"""


def judge(*command: str | Path, given: str = "", **environment: str) -> tuple[int, str]:
    """Return how a foreign program ends, and all that it says."""
    ran = subprocess.run(
        command,
        input=given,
        env=os.environ | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        timeout=60,
    )
    return ran.returncode, ran.stdout


def stands(name: str = "contoso", days: float = 200, **health: Any) -> Standing:
    known = {"job_id": "j", "at": NOW, "state": "running", "last_success": NOW - HOUR / 4}
    known |= {"escrowed": 3, "failed": 1, "people": 120, "log_end": NOW - HOUR, "pause": 2400}
    entra = EntraFacts(job_id="j", health=JobHealth.model_validate(known | health))
    profile = Profile.new(name, NOW).with_changes(token=facts(days, 365), entra=entra)
    return after_look(standing(profile, NOW), "", NOW)


STANDINGS = (
    stands("healthy"),
    stands("day-one", state="first cycle", last_success=None, people=None),
    stands("ill", state="quarantine", cause="TooManyDeletes", trouble='A "quote" \\ and | bar.'),
    stands("silent", last_success=NOW - 5 * HOUR),
    stands("soon", days=12),
    stands("ended", days=-3),
    stands("unread", failed=None, log_end=None),
    after_look(stands("unseen"), "Entra could not be asked: no network.", NOW),
    standing(Profile.new("new", NOW), NOW),
)


@pytest.mark.peer("prometheus")
@pytest.mark.parametrize("found", [(), STANDINGS[:1], STANDINGS], ids=["none", "one", "all"])
def test_promtool_accepts_the_metrics(found: tuple[Standing, ...]) -> None:
    assert judge("promtool", "check", "metrics", given=exposition(found, NOW)) == (0, "")


@pytest.mark.peer("prometheus")
def test_promtool_accepts_the_file_that_the_command_writes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path))
    ProfileStore(tmp_path / "profiles").save(Profile.new("contoso", utc_now()))
    (tmp_path / "profiles" / "fabrikam.json").write_text("{")
    file = tmp_path / "webex.prom"
    assert run_here("status", "--format", "prometheus", "--output", file).returncode == 4
    assert judge("promtool", "check", "metrics", given=file.read_text()) == (0, "")


@pytest.mark.peer("prometheus")
def test_promtool_is_a_judge() -> None:
    metrics = exposition(STANDINGS, NOW)
    for spoiled in (metrics.rstrip("\n"), metrics.replace("gauge", "counter"), metrics + "x y\n"):
        assert judge("promtool", "check", "metrics", given=spoiled)[0] != 0


@pytest.mark.peer("prometheus")
def test_promtool_accepts_the_alert_rules() -> None:
    code, said = judge("promtool", "check", "rules", RULES)
    assert (code, "6 rules found" in said) == (0, True), said


@pytest.mark.peer("prometheus")
def test_the_alert_rules_tell_what_the_metrics_say(tmp_path: Path) -> None:
    """Prometheus reckons from our own metrics, at the time that they were made and later."""
    alerts = {
        "WebexProvisioningStopped": {"ill", "silent", "ended"},
        "WebexProvisioningNeedsAttention": {"soon"},
        "WebexProvisioningUnseen": {"unseen", "new"},
        "WebexProvisioningSilent": {"silent"},
        "WebexTokenEndsSoon": {"ended"},
    }
    # Prometheus begins its tests in 1970; our times are moved there, and an hour on.
    began = NOW.timestamp() - 3600
    series = []
    for line in exposition(STANDINGS, NOW).splitlines():
        if not line.startswith("#"):
            name, _, value = line.rpartition(" ")
            at = float(value) - began * ("_timestamp_" in name)
            series.append({"series": name, "values": f"{at:.0f}x400"})
    rules = {
        "rule_files": [str(RULES)],
        "evaluation_interval": "1m",
        "tests": [
            {
                "interval": "1m",
                "input_series": series,
                "promql_expr_test": [
                    {
                        "expr": f'count by (profile) (ALERTS{{alertname="{alert}",'
                        'alertstate="firing"})',
                        "eval_time": "170m",
                        "exp_samples": [
                            {"labels": f'{{profile="{name}"}}', "value": 1} for name in names
                        ],
                    }
                    for alert, names in alerts.items()
                    if alert != "WebexProvisioningSilent"  # by then everything is
                ]
                + [
                    {
                        "expr": 'count by (profile) (ALERTS{alertname="WebexProvisioningSilent",'
                        'alertstate="firing"})',
                        "eval_time": "61m",
                        "exp_samples": [{"labels": '{profile="silent"}', "value": 1}],
                    },
                    {
                        "expr": 'count(ALERTS{alertname="WebexWizardNotRunning",'
                        'alertstate="firing"})',
                        "eval_time": "170m",
                        "exp_samples": [{"labels": "{}", "value": 1}],
                    },
                ],
            }
        ],
    }
    file = tmp_path / "test.yml"
    file.write_text(json.dumps(rules))  # which is YAML
    code, said = judge("promtool", "test", "rules", file)
    assert code == 0, said


@pytest.mark.peer("systemd")
def test_systemd_accepts_service_and_timer(tmp_path: Path) -> None:
    programs = tmp_path / ".local" / "bin"
    programs.mkdir(parents=True)
    (programs / "webex-wizard").symlink_to(Path(sys.executable).with_name("webex-wizard"))
    here = {"HOME": str(tmp_path), "XDG_RUNTIME_DIR": str(tmp_path)}
    units = [FILES / f"webex-wizard-status.{kind}" for kind in ("service", "timer")]
    assert judge("systemd-analyze", "--user", "verify", *units, **here) == (0, "")
    (programs / "webex-wizard").unlink()
    code, said = judge("systemd-analyze", "--user", "verify", *units, **here)
    assert (code, "is not executable" in said) == (1, True), "it is a judge"


@pytest.mark.peer("cron")
def test_cron_accepts_its_line(tmp_path: Path) -> None:
    file = FILES / "webex-wizard.crontab"
    code, said = judge("crontab", "-n", file)
    assert code == 0, said
    spoiled = tmp_path / "crontab"
    spoiled.write_text(file.read_text().replace("*/10 *", "*/10 twice"))
    assert judge("crontab", "-n", spoiled)[0] == 1, "it is a judge"


@pytest.mark.peer("libmonitoring-plugin-perl")
@pytest.mark.parametrize("found", [*((each,) for each in STANDINGS), STANDINGS])
def test_a_parser_of_plugins_reads_the_figures(found: tuple[Standing, ...]) -> None:
    line, code = plugin_result(found, NOW, is_one=len(found) == 1)
    _said, _bar, figures = line.partition("|")
    answered, said = judge("perl", "-e", PARSE, given=figures)
    assert answered == 0, said
    parsed = json.loads(said)
    assert len(parsed) == figures.count("=")
    if len(found) == 1:
        told = {each["label"]: each["value"] for each in parsed}
        assert (told.get("escrowed", 3), told.get("failed", 1)) == (3, 1)
        reckoned = max((each["status"] for each in parsed), default=0)
        by_figures = found[0].looked and found[0].urgency in {Urgency.SOON, Urgency.NOTHING}
        assert not by_figures or reckoned == code, "thresholds and code say the same"
        if found[0].profile in {"silent", "ended"}:
            assert reckoned == code == PluginCode.CRITICAL


@pytest.mark.peer("libmonitoring-plugin-perl")
def test_the_parser_is_a_judge() -> None:
    for spoiled in ("token_days=;30:", "=3", "no figures"):
        answered, said = judge("perl", "-e", PARSE, given=spoiled)
        assert answered != 0 or json.loads(said) == []
