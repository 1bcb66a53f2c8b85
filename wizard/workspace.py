"""The workspace: everything a front end works with, put together once from the options."""

import ssl
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from wizard.errors import KeystoreError
from wizard.flow.plan import STEPS, StepInfo
from wizard.flow.renewal import settle_unused
from wizard.flow.session import Clock, Session
from wizard.machine.extras import require
from wizard.net.connect import Connect, direct
from wizard.net.endpoints import Endpoints, load_endpoints
from wizard.options import DEFAULT_NAME, Options
from wizard.steps.base import GraphStep, Step, step_class
from wizard.steps.remembered import Remembered
from wizard.steps.tenant import EntraTenant
from wizard.store.anchor import Anchor
from wizard.store.binding import PRACTICE, place_of
from wizard.store.forgotten import recovered
from wizard.store.journal import Action, Journal
from wizard.store.keystore import PRACTICE_SERVICE, Keystore, Slot
from wizard.store.places import practice_tenant_file
from wizard.store.profiles import Profile, ProfileStore, utc_now
from wizard.webex.revocation import Revoke, revoker
from wizard.words.progress import Report, nobody, silent

if TYPE_CHECKING:
    import httpx

    from wizard.graph.client import GraphClient
    from wizard.handover.exchange import Handover
    from wizard.machine.child import Child
    from wizard.practice.process import PracticeTenant
    from wizard.steps.directory import PeopleSearch
    from wizard.steps.leavers import Leavers
    from wizard.steps.log_score import LogScore
    from wizard.trial.process import Trial


Opening = Callable[[Options, Callable[[str], None]], Coroutine[Any, Any, "Workspace"]]
"""Puts a workspace together, as `open_workspace` does."""

StartPractice = Callable[[Iterable[str], Path], "tuple[PracticeTenant, Connect]"]
"""Takes what goes wrong and where both halves are kept."""


@dataclass
class Workspace:
    """What the front ends share; `close` ends what was started."""

    options: Options
    endpoints: Endpoints
    keystore: Keystore
    profiles: ProfileStore
    revoke: Revoke
    practice: "PracticeTenant | None" = None
    connect: Connect = direct
    """Makes HTTP clients, to Webex and to Microsoft."""
    clock: Clock = utc_now
    keeps_secrets: bool = True
    """False where tokens are in memory alone: practice without a keyring, sessions begun so."""
    note: str = ""
    """What is to be said before anything else."""
    sessions: dict[str, Session] = field(default_factory=dict)
    by_hand: set[str] = field(default_factory=set)
    """Steps that are done by hand although somebody is signed in."""
    start_preview: "Callable[[], Child] | None" = None
    """Starts what keeps the people of a preview; None is a process of its own."""

    def __post_init__(self) -> None:
        """Prepare the Entra side; nobody is signed in there."""
        self.tenant = EntraTenant(self.endpoints, self.connect)
        self.remembered = Remembered(self.tenant, self.keystore)
        self.recalled: set[str] = set()
        """Profiles whose remembered sign-in was tried."""
        self._worked_on = ""
        self._for_session: set[str] = set()
        """Profiles whose token is kept for this session only."""

    @cached_property
    def trial(self) -> "Trial":
        """The people that mappings and scopes are tried on; costs nothing before it is asked."""
        from wizard.trial.process import Trial

        return Trial()

    @cached_property
    def directory(self) -> "PeopleSearch":
        """The people of the tenant that somebody is signed in to."""
        from wizard.steps.directory import PeopleSearch

        return PeopleSearch(self.tenant, self.trial)

    @cached_property
    def leavers(self) -> "Leavers":
        """Who would be switched off by a change; costs nothing before it is asked."""
        from wizard.steps.leavers import Leavers

        return Leavers(self)

    @cached_property
    def log_score(self) -> "LogScore":
        """How the preview that was kept came out; costs nothing before it is asked."""
        from wizard.steps.log_score import LogScore

        return LogScore(self.start_preview)

    @property
    def profile_name(self) -> str:
        """The profile that was asked for, or the default one."""
        return self.profiles.known_as(self.options.profile or DEFAULT_NAME)

    def work_on(self, name: str | None = None) -> Session:
        """Return the session of a profile; signs out whoever was signed in for another one.

        Raises:
            ProfileError: The stored profile cannot be read.
        """
        session = self.session(name)
        if self._worked_on not in {"", session.profile.name}:
            self.tenant.signed_in = None  # each profile has a sign-in of its own, or none
        self._worked_on = session.profile.name
        self._keep_where_it_belongs()
        return session

    def may_keep_for_session(self, session: Session) -> bool:
        """Tell whether a token may be kept in memory: where the keyring should hold none."""
        known = session.profile.token
        return self.keeps_secrets and (known is None or known.in_memory)

    def keep_for_session(self, session: Session) -> None:
        """Keep the tokens of a profile in memory until the program ends, as somebody has chosen."""
        self._for_session.add(session.profile.name)
        self._worked_on = session.profile.name
        self._keep_where_it_belongs()

    def _keep_where_it_belongs(self) -> None:
        if self._for_session:
            in_memory = self._worked_on in self._for_session
            self.keystore.keep_in_memory(on=in_memory)
            self.keeps_secrets = not in_memory
            vars(self).pop("handover", None)  # it was told the other

    def session(self, name: str | None = None) -> Session:
        """Return the session of a profile, as it is on the disk.

        A new profile is not stored before it says something.

        Raises:
            ProfileError: The stored profile cannot be read.
        """
        name = self.profiles.known_as(name) if name else self.profile_name
        session = self.sessions.get(name)
        if session is not None and self.profiles.exists(name):
            session.refresh()
            return session
        profile = self.profiles.load(name) or Profile.new(name, self.clock())
        journal = Journal(self.profiles.journal_path(name), Anchor(self.keystore, name))
        session = Session(profile, self.profiles, journal, self.clock, self._signed_in_as)
        self.sessions[name] = session
        return session

    def _signed_in_as(self) -> str:
        return self.tenant.known_as

    def require_profile(self, name: str | None = None, command: str = "") -> None:
        """Let a mistyped name make no new profile: only a setup makes one.

        Raises:
            InvalidInput: There is no such profile (`no-such-profile`).
            ProfileError: The folder cannot be read.
        """
        named = name or self.options.profile
        if named is not None and (command or self.options.command) != "setup":
            self.profiles.require(self.profiles.known_as(named))

    @asynccontextmanager
    async def undoing(self, name: str | None = None) -> AsyncIterator[Session]:
        """Yield the session to take things back in, also of a profile that was forgotten.

        Such a profile is not there again afterwards, unless it remembers a sign-in, or another
        window has set it up meanwhile.

        Raises:
            InvalidInput: There is no profile, no journal of it, and no note of one
                (`no-such-profile`).
            ProfileError: The stored profile or its journal cannot be read.
        """
        name = self.profiles.known_as(name) if name else self.profile_name
        existed = self.profiles.exists(name)
        session = self.work_on(name)
        folder, file = self.profiles.folder, session.journal.file
        if not (existed or file.exists()):
            await Anchor(self.keystore, name).require_noted(self.profiles.no_such(name))
        was_there = [each for each in (folder, folder.parent) if each.exists()]
        if not existed:
            session.profile = recovered(session.profile, session.history)
        try:
            yield session
        finally:
            if not (existed or session.profile.entra.is_remembered):
                session.withdraw()
                self.sessions.pop(name, None)
                self.profiles.sweep(keep=was_there)

    async def bind(self, session: Session) -> None:
        """Bind what earlier versions stored of a profile to these hosts, as somebody has said.

        Raises:
            KeystoreError: The keyring cannot be used.
            ProfileError: The profile could not be saved.
        """
        await self.keystore.bind(session.profile.name)
        place, token = self.keystore.place, session.profile.token
        if token is not None and not token.place:
            session.change(token=token.model_copy(update={"place": place.text}))
        await session.log("token", Action.BOUND, f"what is in the keyring, to {place.words}")

    @asynccontextmanager
    async def graph(
        self, session: Session, report: Report = silent, *, read_only: bool = False
    ) -> "AsyncIterator[GraphClient]":
        """Hold a conversation with Graph for a step, patient with what was made lately.

        Each step holds one of its own, which knows nothing of the one before.

        Raises:
            InvalidInput: Nobody is signed in (`not-signed-in`).
        """
        from wizard.steps.ownership import expect_young

        async with self.tenant.graph(report, read_only=read_only) as graph:
            expect_young(session, graph)
            yield graph

    def does(self, info: StepInfo) -> bool:
        """Tell whether Graph does a step that it can do: somebody is signed in, and wants that."""
        return self.tenant.signed_in is not None and info.id not in self.by_hand

    def action_of(self, step_id: str) -> GraphStep | None:
        """Return what can be done through Graph in a step, whoever is signed in."""
        step = self.step(STEPS[step_id]) if step_id in STEPS else None
        return step if isinstance(step, GraphStep) else None

    @cached_property
    def handover(self) -> "Handover":
        """What writes and reads hand-over files."""
        from wizard.handover.exchange import Handover

        return Handover(
            keystore=self.keystore,
            profiles=self.profiles,
            endpoints=self.endpoints,
            practice=self.practice is not None,
            keeps_secrets=self.keeps_secrets,
        )

    def step(self, info: StepInfo) -> Step:
        """Return the step of that name, with this for its tools."""
        return step_class(info)(info, self)

    async def settle(self, session: Session) -> str:
        """Revoke a replaced token that still waits for it, and say what became of it.

        While nobody has confirmed that Entra has the token in force, or a renewal was cut off,
        Entra may still use the replaced one; then it waits until a renewal has put another there.

        Returns:
            A sentence; empty when nothing was done.

        Raises:
            KeystoreError: The keyring cannot be used.
        """
        if not session.is_done("credentials"):
            return ""
        if await self.keystore.read(session.profile.name, Slot.RETIRED) is None:
            return ""
        return await settle_unused(session, self.keystore, self.revoke)

    def close(self) -> None:
        """End the processes that were started."""
        for name in {"trial", "leavers", "log_score"} & vars(self).keys():
            getattr(self, name).close()
        if self.practice is not None:
            self.practice.close()


def require_practice(faults: Iterable[str]) -> None:
    """Raise of a fault that was mistyped, or of a missing extra, before anything starts."""
    require("practice")
    from wizard.practice.faults import from_argument

    for fault in faults:
        from_argument(fault)


def start_practice(faults: Iterable[str], state: Path) -> "tuple[PracticeTenant, Connect]":
    """Start the practice tenant in a process of its own; return it, and what makes its clients.

    Raises:
        MachineError: It did not start.
    """
    from wizard.practice.process import PracticeTenant

    practice = PracticeTenant.start(faults, state)

    @cache
    def trusted() -> ssl.SSLContext:
        return ssl.create_default_context(cafile=practice.certificate())

    def connect(**options: Any) -> "httpx.AsyncClient":
        return direct(**{"trusted": trusted()} | options)

    return practice, connect


def serve_practice(faults: Iterable[str], port: int) -> "PracticeTenant":
    """Start the practice tenants for other programs, which forget everything at the end.

    Args:
        faults: What they do wrong.
        port: For http; the next one is for https. 0 takes any two.

    Raises:
        InvalidInput: There is no such fault.
        MachineError: They did not start, or their extra is missing.
    """
    from wizard.practice.process import PracticeTenant

    require_practice(faults)
    return PracticeTenant.start(faults, port=port)


def in_shell(variables: Mapping[str, str], shell: str) -> str:
    """Return what sets variables in a shell, `posix` or `powershell`, one in a line."""
    from wizard.practice.environment import snippet

    return snippet(variables, shell)


async def open_workspace(
    options: Options, tell: Callable[[str], None] = nobody, start: StartPractice = start_practice
) -> Workspace:
    """Put the workspace together; in practice, start the tenant.

    Args:
        options: What was asked for.
        tell: Takes a sentence while the keyring may be asking the person.
        start: Starts the practice tenant.

    Raises:
        EndpointsError: The endpoints file is not usable.
        MachineError: The practice tenant did not start, or its extra is missing.
    """
    profiles = ProfileStore.here(options)
    if options.practice:
        return await _practice_workspace(options, profiles, tell, start)
    endpoints = load_endpoints(options.endpoints)
    place, allowed = place_of(endpoints), options.allow_keyring
    keystore = Keystore(place, allowed=allowed, tell=tell, line=options.line)
    return Workspace(options, endpoints, keystore, profiles, revoker(endpoints.webex))


async def _practice_workspace(
    options: Options, profiles: ProfileStore, tell: Callable[[str], None], start: StartPractice
) -> Workspace:
    import asyncio

    from wizard.practice.process import set_aside_notice

    require_practice(options.faults)
    service, allowed = PRACTICE_SERVICE, options.allow_keyring
    keystore = Keystore(PRACTICE, service=service, allowed=allowed, tell=tell, line=options.line)
    keeps_secrets = True
    try:
        await keystore.probe()
    except KeystoreError:
        keystore.keep_in_memory(on=True)
        keeps_secrets = False
    note = await asyncio.to_thread(set_aside_notice, practice_tenant_file())
    tenant, connect = await asyncio.to_thread(start, options.faults, practice_tenant_file())
    return Workspace(
        options,
        tenant.endpoints,
        keystore,
        profiles,
        revoker(tenant.endpoints.webex, connect),
        practice=tenant,
        connect=connect,
        keeps_secrets=keeps_secrets,
        note=note,
    )
