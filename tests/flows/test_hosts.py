"""With `--endpoints` of other hosts no stored secret leaves this machine, whatever the command."""

import asyncio
import hashlib
import io
import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import keyring
import pytest
from pydantic import SecretStr

from tests.foreign_keyring import ClearText, ReadOnly
from tests.practice import sign_in
from tests.sessions import session_in, tools
from wizard.commands import (
    drift,
    forget,
    log,
    mapping_apply,
    mapping_diff,
    mapping_export,
    preview,
    report,
    start,
    status,
)
from wizard.commands import test as connection_test
from wizard.linear import undo, walk
from wizard.net.endpoints import Endpoints
from wizard.options import Options
from wizard.practice.process import PracticeTenant
from wizard.practice.recorder import RecordedRequest
from wizard.preview.digests import canonical
from wizard.preview.plan import PLAN_VERSION
from wizard.store.binding import place_of
from wizard.store.keystore import Keystore, MemoryBackend, Slot, StoredSignIn, StoredToken
from wizard.store.places import HOME_VARIABLE
from wizard.store.profiles import EntraFacts, ProfileStore, TokenFacts, utc_now
from wizard.workspace import Workspace

pytestmark = pytest.mark.port_3000

FOREIGN = "tests.foreign_keyring"
SCHEMA = Path(__file__).parents[2] / "assets/mapping/default-schema.json"


class Terminal(StringIO):
    """Somebody sits there."""

    def isatty(self) -> bool:
        return True


@pytest.fixture(scope="module")
def running() -> Iterator[PracticeTenant]:
    with PracticeTenant.start() as tenant:
        yield tenant


@pytest.fixture(scope="module")
def other() -> Iterator[PracticeTenant]:
    """Other hosts: the same programs at other ports."""
    with PracticeTenant.start() as running:
        yield running


@dataclass
class Ground:
    """A profile folder, a keyring, the hosts of what is stored, and other ones."""

    tmp_path: Path
    tenant: PracticeTenant
    other: PracticeTenant
    secrets: dict[tuple[str, str], str]
    run: "Callable[..., Said]"

    @property
    def home(self) -> Path:
        return self.tmp_path / "home" / "profiles"

    def file(self, tenant: PracticeTenant, **changes: dict[str, str]) -> Path:
        return hosts(self.tmp_path, tenant.endpoints, **changes)

    def state(self) -> tuple[dict[tuple[str, str], str], dict[str, str]]:
        """Return everything that is stored."""
        files = {file.name: file.read_text() for file in self.home.iterdir() if file.is_file()}
        return dict(self.secrets), files

    def asked(self) -> list[RecordedRequest]:
        """Return what anybody was asked."""
        return self.tenant.requests() + self.other.requests()

    def forget_requests(self) -> None:
        self.tenant.forget_requests()
        self.other.forget_requests()


@pytest.fixture
def here(
    tmp_path: Path,
    tenant: PracticeTenant,
    other: PracticeTenant,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Iterator[Ground]:
    before, memory = keyring.get_keyring(), ClearText()
    memory.held = {}
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path / "home"))

    def run(command: str, file: Path | None) -> Said:
        ran, options = COMMANDS[command]
        monkeypatch.setattr(sys, "stdin", StringIO(""))
        if command in REFUSES_WHERE_NOBODY_SITS:  # before they look at anything
            options = options | {"plan": plan_of_nobody(tmp_path)}
            monkeypatch.setattr(sys, "stdin", Terminal(""))
            monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
        code = ran(Options(endpoints=file, allow_keyring=FOREIGN, **options))
        told = capsys.readouterr()
        return code, told.out + told.err

    keyring.set_keyring(memory)
    other.forget_requests()
    yield Ground(tmp_path, tenant, other, memory.held, run)
    keyring.set_keyring(before)


def hosts(folder: Path, endpoints: Endpoints, **changes: dict[str, str]) -> Path:
    """Return a file of hosts."""
    tables = asdict(endpoints)
    for section, keys in changes.items():
        tables[section] |= keys
    file = folder / "hosts.toml"
    file.write_text(
        "\n".join(
            f"[{section}]\n"
            + "\n".join(f"{key} = {json.dumps(value)}" for key, value in keys.items())
            for section, keys in tables.items()
        )
    )
    return file


def plan_of_nobody(folder: Path) -> Path:
    """Write a plan that says of nobody what would happen."""
    body = canonical({"plan": PLAN_VERSION})
    digest = hashlib.sha256(body).hexdigest()
    head = canonical({"webex_wizard_plan": PLAN_VERSION, "digest": digest, "made": {}})
    file = folder / "plan.jsonl"
    file.write_bytes(b"\n".join((head, body, b"")))
    return file


def known(tenant: PracticeTenant, **changes: Any) -> TokenFacts:
    now = utc_now()
    facts = {
        "organization_id": tenant.organization_id,
        "obtained_at": now,
        "expires_at": now + timedelta(days=45),
    }
    return TokenFacts.model_validate(facts | changes)


def holding(home: Path, tenant: PracticeTenant, *slots: Slot) -> list[str]:
    """Store tokens as setup and renewal do; return them."""
    keystore, tokens = Keystore(place_of(tenant.endpoints), allowed=FOREIGN), []
    session = session_in(home, organization_id=tenant.organization_id)
    for slot in slots:
        tokens.append(sign_in(tenant).token)
        token = StoredToken(token=SecretStr(tokens[-1]), facts=known(tenant))
        kept = asyncio.run(keystore.write("default", slot, token))
        if slot is Slot.CURRENT:
            session.change(token=kept.facts)
        if slot is Slot.PENDING:
            session.tick("new-token")
    return tokens


def remembering(home: Path, tenant: PracticeTenant) -> None:
    """Remember a Microsoft sign-in, with nothing of Webex's beside it."""
    signed_in = StoredSignIn(
        authority=tenant.endpoints.entra.authority,
        client_id=tenant.endpoints.entra.client_id,
        tenant_id="t",
        object_id="o",
        refresh_token=SecretStr("r" * 60),
    )
    keystore = Keystore(place_of(tenant.endpoints), allowed=FOREIGN)
    asyncio.run(keystore.write_sign_in("default", signed_in))
    entra = EntraFacts(is_remembered=True, job_id="j", service_principal_id="p")
    session_in(home, entra=entra)


def _apply(options: Options) -> int:
    return mapping_apply.run(options, SCHEMA)


def _diff(options: Options) -> int:
    return mapping_diff.run(options, "tenant", "profile")


def _export(options: Options) -> int:
    return mapping_export.run(options, "tenant", None, in_text=True)


COMMANDS: dict[str, tuple[Callable[[Options], int], dict[str, Any]]] = {
    "test": (connection_test.run, {}),
    "test --json": (connection_test.run, {"json": True}),
    "status": (status.run, {}),
    "status --json": (status.run, {"json": True}),
    "report": (report.run, {}),
    "report --facts": (report.run, {"facts": Path("facts.json")}),
    "forget": (forget.run, {"yes": True}),
    "forget --json": (forget.run, {"yes": True, "json": True}),
    "forget --keep-profile": (forget.run, {"yes": True, "keep_profile": True}),
    "renew": (walk.run, {"command": "renew"}),
    "setup": (walk.run, {"command": "setup"}),
    "undo": (undo.run, {"command": "undo"}),
    "start": (start.run, {"command": "start"}),
    "preview": (preview.run, {"command": "preview"}),
    "preview --json": (preview.run, {"command": "preview", "json": True}),
    "drift": (drift.run, {"command": "drift"}),
    "drift --accept": (drift.run, {"command": "drift", "accept": True}),
    "log": (log.run, {"command": "log"}),
    "mapping diff": (_diff, {"command": "mapping"}),
    "mapping export": (_export, {"command": "mapping"}),
    "mapping apply": (_apply, {"command": "mapping"}),
}
ASKS_ENTRA = ("preview", "drift", "log", "mapping diff", "mapping export", "mapping apply")
USES_A_SIGN_IN = (
    *("status", "status --json", "forget", "renew", "setup", "undo", "start"),
    *("drift --accept", "preview --json", *ASKS_ENTRA),
)
REFUSES_WHERE_NOBODY_SITS = ("start", "mapping apply")

Said = tuple[int, str]
"""Exit code, and what was said."""


def refusing(command: str) -> int:
    """Return how a command ends that does not use a secret of other hosts."""
    if command == "mapping apply":
        return 1
    return 4 if command.startswith(("status", *ASKS_ENTRA)) else 1


def unwrapped(said: str) -> str:
    """Return what was said in lines as one."""
    return " ".join(said.split())


def test_the_words_of_a_refusal(here: Ground) -> None:
    holding(here.home, here.tenant, Slot.CURRENT)
    code, said = here.run("test", here.file(here.other))
    assert code == 1
    theirs, ours = here.tenant.base_url, here.other.base_url
    assert f"obtained for {theirs}; the hosts here are {ours}." in unwrapped(said)
    assert "Nothing was sent, and it stays in the keyring." in said
    assert "Code: hosts-differ" in said


@pytest.mark.parametrize("slot", Slot)
@pytest.mark.parametrize("command", COMMANDS)
def test_a_stored_token_is_sent_nowhere_else(here: Ground, command: str, slot: Slot) -> None:
    holding(here.home, here.tenant, slot)
    before = here.state()
    here.forget_requests()
    code, said = here.run(command, here.file(here.other))
    assert code == refusing(command), said
    assert here.tenant.base_url in said
    assert here.other.base_url in said
    assert here.asked() == []
    assert here.state() == before


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize(
    ("section", "key"),
    [("webex", "token_endpoint_me"), ("webex", "scim_base"), ("entra", "graph_base")],
)
def test_one_host_among_the_others_is_enough(
    here: Ground, command: str, section: str, key: str
) -> None:
    holding(here.home, here.tenant, Slot.CURRENT)
    before = here.state()
    here.forget_requests()
    moved = {section: {key: asdict(here.other.endpoints)[section][key]}}
    code, said = here.run(command, here.file(here.tenant, **moved))
    assert code == refusing(command), said
    named = f"hosts here are {here.other.base_url}" if key == "scim_base" else "beside it"
    assert named in unwrapped(said)
    assert here.asked() == []
    assert here.state() == before


@pytest.mark.parametrize("command", USES_A_SIGN_IN)
@pytest.mark.parametrize("what", ["port", "scheme"])
def test_a_remembered_sign_in_is_sent_nowhere_else(here: Ground, command: str, what: str) -> None:
    remembering(here.home, here.tenant)
    before = here.state()
    scheme, rest = here.tenant.endpoints.entra.authority.split("://")
    moved = {
        "port": here.other.endpoints.entra.authority,
        "scheme": f"{'http' if scheme == 'https' else 'https'}://{rest}",
    }
    here.forget_requests()
    file = here.file(here.tenant, entra={"authority": moved[what]})
    code, said = here.run(command, file)
    assert code == refusing(command), said
    assert "remembered Microsoft sign-in" in said
    assert here.asked() == []
    assert here.state() == before


@pytest.mark.parametrize("command", ["test", "report", "forget", "renew", "setup", "undo"])
def test_a_token_of_other_hosts_is_not_sent_to_webex_either(here: Ground, command: str) -> None:
    holding(here.home, here.tenant, Slot.CURRENT)
    code, said = here.run(command, None)
    assert (code, "idbroker.webex.com" in said) == (1, True), said


def test_status_without_other_hosts_only_tells_what_is_stored(here: Ground) -> None:
    holding(here.home, here.tenant, Slot.CURRENT)
    code, said = here.run("status", None)
    assert (code, "44 days left" in said) == (0, True)


def unbound(here: Ground) -> None:
    """Store a token as earlier versions did."""
    facts = known(here.tenant)
    token = StoredToken(token=SecretStr(sign_in(here.tenant).token), facts=facts)
    here.secrets["webex-wizard", "default/current"] = token.to_secret()
    organization = here.tenant.organization_id
    session_in(here.home, organization_id=organization, token=facts).tick("token")
    here.forget_requests()


@pytest.mark.parametrize("command", COMMANDS)
def test_what_an_earlier_version_stored_is_asked_about_in_a_terminal_only(
    here: Ground, command: str
) -> None:
    unbound(here)
    before = here.state()
    code, said = here.run(command, here.file(here.tenant))
    assert code == refusing(command), said
    assert "stored by an earlier version" in unwrapped(said)
    assert "In a terminal you are asked once" in unwrapped(said)
    assert here.asked() == []
    assert here.state() == before


@pytest.mark.parametrize("command", ["test", "status", "report", "renew"])
def test_who_says_that_it_is_of_these_hosts_is_asked_once(
    here: Ground, command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    unbound(here)
    ran, options = COMMANDS[command]
    given = Options(endpoints=here.file(here.tenant), allow_keyring=FOREIGN, **options)

    def typing(text: str) -> tuple[int, str]:
        out = Terminal()
        for name, stream in (("stdin", Terminal(text)), ("stdout", out), ("stderr", out)):
            monkeypatch.setattr(sys, name, stream)
        return ran(given), out.getvalue()

    question, name = "if it is of these hosts:", here.tenant.base_url
    code, said = typing("yes\n")
    assert (code, f"Type {name} {question}" in unwrapped(said), here.asked()) == (
        refusing(command),
        True,
        [],
    )
    code, said = typing(f"{name}\nq\n")
    assert question in said
    assert "hosts-unknown" not in said
    code, said = typing("q\n")
    assert question not in said
    bound = json.loads(here.secrets["webex-wizard", "default/current"])["facts"]["place"]
    assert place_of(here.tenant.endpoints).is_of(bound)
    profile = ProfileStore(here.home).load("default")
    assert profile is not None
    assert profile.token is not None
    assert profile.token.place == bound


def test_a_binding_is_made_in_the_workspace_that_the_command_works_with(
    here: Ground, monkeypatch: pytest.MonkeyPatch
) -> None:
    unbound(here)
    entry = "webex-wizard", "default/current"
    backend = MemoryBackend()
    backend.set_password(*entry, here.secrets.pop(entry))
    keystore = Keystore(place_of(here.tenant.endpoints), backend=backend)

    async def opening(_options: Options, _tell: Callable[[str], None]) -> Workspace:
        profiles = ProfileStore(here.home)
        return tools(keystore, endpoints=here.tenant.endpoints, profiles=profiles)

    out = Terminal()
    answers = Terminal(f"{here.tenant.base_url}\n")
    for name, stream in (("stdin", answers), ("stdout", out), ("stderr", out)):
        monkeypatch.setattr(sys, name, stream)
    file = here.file(here.tenant)
    assert status.run(Options(endpoints=file), opening) == 0, out.getvalue()
    bound = json.loads(backend.get_password(*entry) or "")["facts"]["place"]
    assert place_of(here.tenant.endpoints).is_of(bound)
    assert here.secrets == {}


def test_a_given_token_goes_where_it_is_told(
    here: Ground, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    holding(here.home, here.tenant, Slot.CURRENT)
    given = io.TextIOWrapper(io.BytesIO(sign_in(here.other).token.encode()))
    monkeypatch.setattr(sys, "stdin", given)
    options = Options(
        "test",
        endpoints=here.file(here.other),
        token_stdin=True,
        organization=here.other.organization_id,
    )
    assert connection_test.run(options) == 0, capsys.readouterr().out


def test_status_blames_a_binding_that_failed_on_nothing_else(
    here: Ground, monkeypatch: pytest.MonkeyPatch
) -> None:
    unbound(here)
    keyring.set_keyring(ReadOnly(here.secrets))
    out = Terminal()
    for name, stream in (
        ("stdin", Terminal(f"{here.tenant.base_url}\n")),
        ("stdout", out),
        ("stderr", out),
    ):
        monkeypatch.setattr(sys, name, stream)
    given = Options(endpoints=here.file(here.tenant), allow_keyring=FOREIGN)
    assert status.run(given) == 4
    assert "could not be bound" in out.getvalue()
    assert "stored by an earlier version" in out.getvalue()
    assert "Entra could not be asked" not in out.getvalue()
