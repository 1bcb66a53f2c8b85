"""Microsoft's own libraries, as everybody writes them, against `webex-wizard practice`."""

import json
import signal
import subprocess
import sys
from pathlib import Path

from tests.conversation import WIZARD, environment

ROOT = Path(__file__).parents[2]
PROGRAM = [sys.executable, "-m", "tests.peers.graph_program"]


def test_microsofts_own_client_sets_everything_up_and_takes_it_back(tmp_path: Path) -> None:
    own = environment(tmp_path)
    serving = subprocess.Popen(
        [*WIZARD, "practice", "--port", "0", "--json"],
        env=own,
        stdout=subprocess.PIPE,
        text=True,
    )
    with serving:
        assert serving.stdout is not None
        lines = iter(serving.stdout.readline, "}\n")
        told = json.loads("".join(lines) + "}")
        ran = subprocess.run(
            [*PROGRAM, told["graph"], told["authority"]],
            env=own | told["environment"],
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=100,
            check=False,
        )
        serving.send_signal(signal.SIGINT)
    assert ran.returncode == 0, ran.stderr
    assert json.loads(ran.stdout) == {
        "me": "admin@practice.example",
        "principal": "Cisco Webex",
        "assigned": ["Ana Ruiz"],
        "refused": "SystemForCrossDomainIdentityManagementCredentialValidationFailure",
        "patched": "UnknownError",
        "groups": False,
        "functions": 22,
        "operators": 12,
        "tried": "Success",
        "schedule": "Active",
        "status": "NotRun",
        "paused": "Disabled",
        "left": 0,
        "people": 65,
        "unknown": "BadRequest",
        "me without a person": "BadRequest",
        "organization": "Practice Example",
    }
    assert serving.returncode == 0
    assert not Path(told["certificate"]).exists()
