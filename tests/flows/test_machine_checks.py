"""What is found out about this machine before the first sign-in."""

import asyncio
import socket
from collections.abc import Iterator
from email.utils import format_datetime
from pathlib import Path

import pytest

from tests.servers import Reply, served
from tests.sessions import PLACE, Forgetful, memory_keystore, session_in, tools
from wizard.checks.check import Check, Status
from wizard.checks.machine import TITLES, machine_checks
from wizard.flow.plan import SETUP
from wizard.net.endpoints import Endpoints, bundled, override
from wizard.steps.prepare import PrepareStep
from wizard.store.keystore import Keystore
from wizard.store.profiles import utc_now

pytestmark = pytest.mark.port_3000

OFF = {"webex": {"scim_base": "", "authorization_endpoint": ""}}


def endpoints(scim_base: str) -> Endpoints:
    return override(bundled(), {"webex": {"scim_base": scim_base}})


async def checked(table: Endpoints, keystore: Keystore | None = None) -> dict[str, Check]:
    found: dict[str, Check] = {}
    async for check in machine_checks(keystore or memory_keystore(), table, use_browser=False):
        assert check.title == TITLES[check.id]
        found[check.id] = check
    return found


@pytest.fixture
def port_taken() -> Iterator[None]:
    with socket.create_server(("127.0.0.1", 3000), reuse_port=False):
        yield


def test_a_machine_that_is_ready() -> None:
    async def run() -> dict[str, Check]:
        async with served(lambda _: Reply(404)) as server:
            found = await checked(endpoints(server.url("/v1/scim")))
            assert [(seen.method, seen.target) for seen in server.seen] == [("HEAD", "/v1/scim")]
            return found

    found = asyncio.run(run())
    assert {check.id: str(check.status) for check in found.values()} == {
        "keyring": "passed",
        "port": "passed",
        "browser": "warned",
        "reach": "passed",
        "clock": "skipped",
    }
    assert list(found) == list(TITLES)


def test_a_keyring_that_forgets_is_a_failure() -> None:
    found = asyncio.run(checked(override(bundled(), OFF), Keystore(PLACE, backend=Forgetful())))
    assert found["keyring"].status is Status.FAILED
    assert found["keyring"].code == "keyring-forgetful"
    assert found["keyring"].hint


@pytest.mark.usefixtures("port_taken")
def test_a_port_that_is_taken_is_a_failure_with_a_name() -> None:
    found = asyncio.run(checked(override(bundled(), OFF)))["port"]
    assert (found.status, found.code) == (Status.FAILED, "port-taken")
    assert "3000" in found.message
    assert found.hint


def test_a_server_that_is_not_there_is_a_failure() -> None:
    found = asyncio.run(checked(endpoints("http://127.0.0.1:9/v1/scim")))
    assert found["reach"].status is Status.FAILED
    assert found["reach"].hint
    assert found["clock"].status is Status.SKIPPED


def test_switched_off_hosts_are_not_asked() -> None:
    found = asyncio.run(checked(override(bundled(), OFF)))
    assert [found[name].code for name in ("reach", "clock")] == ["switched-off"] * 2


def test_a_date_of_this_machine_says_nothing_about_its_clock() -> None:
    async def run() -> Check:
        date = format_datetime(utc_now().replace(year=2020), usegmt=True)
        async with served(lambda _: Reply(200, headers={"date": date})) as server:
            return (await checked(endpoints(server.url("/scim"))))["clock"]

    assert asyncio.run(run()).code == "clock-unknown"


def test_the_step_is_done_when_nothing_failed(tmp_path: Path) -> None:
    def prepared(keystore: Keystore) -> bool:
        step = PrepareStep(
            SETUP[0], tools(keystore, endpoints=override(bundled(), OFF), use_browser=False)
        )
        return asyncio.run(step.apply(session, checks.append))

    session = session_in(tmp_path)
    checks: list[Check] = []
    assert prepared(memory_keystore())
    assert session.is_done("prepare")
    assert not prepared(Keystore(PLACE, backend=Forgetful()))
    assert not session.is_done("prepare")
    assert len(checks) == 2 * len(TITLES)
