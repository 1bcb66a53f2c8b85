"""What was asked for on the command line, as data."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from wizard import PROGRAM

PRACTICE_SHELL = "WEBEX_WIZARD_PRACTICE_SHELL"
"""The variable of a shell in which the practice tenants answer under the names of the real ones."""


BY_APPLICATION = frozenset({"status", "preview", "drift", "log"})
"""Commands that an application may run in the place of a person, as they only read."""

_USUAL_SECONDS = {"log": 3600.0, "drift": 600.0}
"""How long what reads much may take; elsewhere it is a minute."""

DEFAULT_NAME = "default"
"""The profile that is meant where none is named."""

CommandLine = Callable[..., str]
"""Makes a command line, called as `command_line` is."""


def command_line(command: str = "", *more: str, practice: bool = False, profile: str = "") -> str:
    """Return a command line with the options without which it would be about something else.

    Args:
        command: The command; none begins the setup.
        more: Its own arguments.
        practice: Whether it is about the practice tenants.
        profile: The profile; the default one is not named.
    """
    which = ("--profile", profile) if profile not in {"", DEFAULT_NAME} else ()
    common = (*(("--practice",) if practice else ()), *which)
    return " ".join((PROGRAM, *filter(None, (command,)), *common, *more))


@dataclass(frozen=True)
class Options:
    """The options that every command understands."""

    command: str = "setup"
    profile: str | None = None
    practice: bool = False
    plain: bool = False
    json: bool = False
    endpoints: Path | None = None
    use_browser: bool = True
    allow_keyring: str = ""
    organization: str | None = None
    token_stdin: bool = False
    keep_profile: bool = False
    drop_journal: bool = False
    """Whether `forget` removes the journal too."""
    without_keyring: bool = False
    """Whether `forget` leaves the keyring alone, where it cannot be used."""
    all: bool = False
    """Whether `forget` or `status` is about every profile."""
    yes: bool = False
    """Whether `forget` goes on without asking."""
    to_file: Path | None = None
    """Where a hand-over file is written."""
    from_file: Path | None = None
    """The hand-over file that is taken over."""
    facts: Path | None = None
    """Where `report` writes what the services answered."""
    verify: bool = False
    """Whether `report` tells whether the journal is what was written."""
    entra: Path | None = None
    """The people of Entra that `preview` reads; without any file both sides are asked."""
    webex: Path | None = None
    """The accounts of Webex that `preview` reads."""
    groups: tuple[Path, ...] = ()
    """Groups of either side that `preview` reads."""
    mapping: Path | None = None
    """The mapping that `preview` goes by; without it that in Entra, or of files the bundled one."""
    assigned: Path | None = None
    """Who is assigned; of files, everybody without it."""
    job: Literal["never", "running", "restarted"] | None = None
    """How the job stands that `preview` is about; without it as Entra tells, or never run."""
    since: Path | None = None
    """The plan that `preview` compares with."""
    save: Path | None = None
    """Where `preview` writes a plan."""
    plan: Path | None = None
    """The plan that `start` goes by."""
    accept: bool = False
    """Whether `drift` takes what the tenant has as the new base."""
    values: bool = False
    """Whether names and values are in that plan."""
    csv: bool = False
    """Whether `preview` writes a table for spreadsheets."""
    limit: int | None = None
    """How many people `preview` tells one by one; how many entries `log` tells, the newest."""
    format: Literal["nagios", "prometheus"] | None = None
    """For which monitoring `status` tells what it tells; None is for people, or JSON."""
    output: Path | None = None
    """Where `status` writes metrics; None is standard output."""
    log_since: str = ""
    """Where `log` begins: a moment, a span, a cursor, or a file of entries."""
    person: str = ""
    """Of whom `log` tells alone: a part of a name, an address or an id."""
    jsonl: bool = False
    """Whether `log` writes a line of JSON for each entry."""
    tenant: str = ""
    """The tenant that an application reads in; empty where a person signs in."""
    application: str = ""
    """That application, by its client id."""
    certificate: Path | None = None
    """What it proves itself with: a certificate with its key."""
    assertion: Path | None = None
    """Or an assertion that another issuer signed."""
    time_limit: float | None = None
    """Seconds for all that is asked; None is what is usual for the command."""
    port: int = 3100
    """The port for http of `practice`; the next one is for https."""
    shell: str = ""
    """For which shell `practice` or `completion` print; empty is that of the platform."""
    faults: tuple[str, ...] = ()
    """Faults of the practice tenant, for training."""

    @property
    def seconds(self) -> float:
        """How many seconds all that is asked may take."""
        return self.time_limit or _USUAL_SECONDS.get(self.command, 60.0)

    @property
    def reads_tenant(self) -> bool:
        """Whether what is in a tenant is read by an application, and no profile that is kept."""
        return bool(self.application) and self.profile is None and not self.all

    @property
    def asks_both(self) -> bool:
        """Whether `preview` asks both sides, because it was given no file of theirs."""
        files = (self.entra, self.webex, self.assigned, *self.groups)
        return self.command == "preview" and not any(files)

    def line(self, command: str = "", *more: str, profile: str = "") -> str:
        """Return a command line of this program that is about the same, under the same hosts.

        Args:
            command: The command; none begins the setup.
            more: Its own arguments.
            profile: The profile; empty for the one that was asked for.
        """
        profile = profile or self.profile or ""
        under = [("--endpoints", self.endpoints), ("--allow-keyring", self.allow_keyring)]
        if command in BY_APPLICATION:
            names = ("tenant", "application", "certificate", "assertion")
            under += [(f"--{name}", getattr(self, name)) for name in names]
        kept = (part for name, value in under if value for part in (name, _quoted(str(value))))
        return command_line(command, *kept, *more, practice=self.practice, profile=profile)


def _quoted(text: str) -> str:
    from shlex import quote  # only where somebody is told a value; the command line loads this page

    return quote(text)
