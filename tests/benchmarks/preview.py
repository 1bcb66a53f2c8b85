"""A preview of two directories of 100,000: CPU against `json.loads` of the same pages, and memory.

Budget (design 8): <= 1.15 x `json.loads` with rows and patterns in one process, <= 0.65 x on the
clock in two; <= 30 MiB for each 100,000 people a side over the idle program; 500,000 against
100,000, per person, <= 1.15 x. What two processes can gain on this machine at all is told by
`json.loads` of one side in each of them. For a desk, a third process hands the pages over, one of
each side at once, and says for how long at most its event loop did not get on: 50 ms at most. What
processes have taken before the first page, and their start, does not count; for a desk that of the
process beside does.

    .venv/bin/python -m tests.benchmarks.preview [PEOPLE] [ROUNDS]
    .venv/bin/python -m tests.benchmarks.preview instructions [PEOPLE]

People have 35 properties, as many as a tenant's have. Each round of each row is a process of its
own, and `json.loads` of all pages beside it is another: they have the machine in turn, a twentieth
of a second each, so that whatever else it does holds up both. What has several processes has both
cores in its turn, and none in the other's; on the clock, turns count from the first page to the
last stop of the preview. Pages stand behind their lengths, so that no end of one is looked for.
Ratios are medians of those of the rounds. How long an event loop did not get on is measured in a
run without turns.
The second form counts the instructions of both by valgrind: in minutes, the same each time.
"""

import asyncio
import gc
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple

import psutil  # type: ignore[import-untyped]  # psutil ships no types

from tests.benchmarks.turns import in_turn
from tests.directories import KINDS, Pair, pair
from wizard.mapping.document import MappingDocument, Row
from wizard.preview.beside import started
from wizard.preview.intake import Intake, Part
from wizard.preview.offline import told_of
from wizard.preview.process import start_previewing
from wizard.preview.questions import Begin, Conclude, PreviewQuestion, TakePage
from wizard.preview.reading import Basis
from wizard.preview.settings import Settings
from wizard.preview.sides import Sides

PEOPLE, ROUNDS = 100_000, 3
PAGE = 999, 100
SIDES = "entra", "webex"
SYNC = 180
"""People in sync for each round of differences."""
_AT_ONCE = 10_000

LONGER = (
    Row("title", 'IIF([jobTitle] = "Engineer", "Staff", [jobTitle])'),
    Row("nickName", 'Join(".", [givenName], [surname])'),
    Row('phoneNumbers[type eq "work"].value', "[telephoneNumber]"),
    Row("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department", "[department]"),
)
IDLE, JSON, EACH, READ, DEFAULT, LONG, TWO, DESK = (
    "nothing", "json.loads", "json.loads, a side each", "read and kept", "the whole preview",
    "with four rows more", "in two processes", "for a desk",
)  # fmt: skip
ALONE = (READ, DEFAULT, LONG)
"""What takes one process."""
FEW = 10_000
"""People whose instructions are counted: that takes fifty times as long as to read them."""
_BEAT = 0.002
_LENGTH = 8


def main() -> None:
    """Measure each way in turn, and print ratios."""
    if sys.argv[1:2] == ["measure"]:
        measure(sys.argv[2], Path(sys.argv[3]), *sys.argv[4:])
        return
    counts = sys.argv[1:2] == ["instructions"]
    numbers = list(map(int, sys.argv[1 + counts :]))
    people = numbers[0] if numbers else FEW if counts else PEOPLE
    with tempfile.TemporaryDirectory() as folder:
        width = written(people, Path(folder))
        lines = instructions(folder) if counts else times(folder, *numbers[1:])
        print(f"{people:,} people a side; {width}", *lines, sep="\n")  # noqa: T201 - what it is for


def times(folder: str, rounds: int = ROUNDS) -> Iterator[str]:
    """Yield a line for each way, after a head."""
    samples: dict[str, list[tuple[Measured, Measured]]] = {}
    for _ in range(rounds):
        for way in (IDLE, JSON, EACH, TWO, DESK, *ALONE):
            base, own = beside(way, folder)
            if way == DESK:
                own = own._replace(held_up=alone(way, folder).held_up)
            samples.setdefault(way, []).append((base, own))
    idle = statistics.median(each.mib for _, each in samples[IDLE])
    yield f"{'':<22}{'CPU s':>8}{'x':>7}{'clock s':>9}{'x':>7}{'MiB more':>10}{'held up ms':>12}"
    for way, pairs in samples.items():
        found = Measured(*map(statistics.median, zip(*(own for _, own in pairs), strict=True)))
        cpu = statistics.median(own.cpu / base.cpu for base, own in pairs)
        clock = statistics.median(own.clock / base.clock for base, own in pairs)
        yield (
            f"{way:<22}{found.cpu:>8.2f}{cpu:>7.2f}{found.clock:>9.2f}{clock:>7.2f}"
            f"{found.mib - idle:>10.1f}" + (f"{found.held_up * 1000:>12.1f}" if way == DESK else "")
        )


def instructions(folder: str) -> Iterator[str]:
    """Yield a line for each way that takes one process: what it executes more than nothing."""
    idle, base = counted(IDLE, folder), 0
    yield f"{'':<22}{'million':>8}{'x':>7}"
    for way in (JSON, *ALONE):
        count = counted(way, folder) - idle
        base = base or count
        yield f"{way:<22}{count / 1e6:>8.0f}{count / base:>7.2f}"


def counted(way: str, folder: str) -> int:
    """Return how many instructions one way takes, its start included."""
    valgrind = [
        "valgrind",
        "--tool=cachegrind",
        "--cache-sim=no",
        "--cachegrind-out-file=/dev/null",
    ]
    env = os.environ | {"PYTHONHASHSEED": "0"}
    command = [*valgrind, *command_of(way, folder)]
    said = subprocess.run(command, check=True, capture_output=True, text=True, env=env).stderr
    (found,) = re.findall(r"I\s+refs:\s+([\d,]+)", said)
    return int(found.replace(",", ""))


class Took(NamedTuple):
    """What a program says it took: seconds of CPU, from when to when, the peak of memory, and how
    long an event loop stood."""

    cpu: float
    began: float
    ended: float
    mib: float
    held_up: float = 0.0

    @classmethod
    def said(cls, printed: str) -> "Took":
        return cls(*map(float, printed.split()))


class Measured(NamedTuple):
    """The same, with its seconds on the clock."""

    cpu: float
    clock: float
    mib: float
    held_up: float = 0.0


def command_of(way: str, *told: str) -> list[str]:
    return [sys.executable, "-m", "tests.benchmarks.preview", "measure", way, *told]


def alone(way: str, *told: str) -> Took:
    """Measure one way in a process of its own, without turns."""
    command = command_of(way, *told)
    return Took.said(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def beside(way: str, folder: str) -> tuple[Measured, Measured]:
    """Measure `json.loads` and one way, which have the machine in turn."""
    programs = in_turn(command_of(JSON, folder), command_of(way, folder))
    took = [(program, Took.said(program.said())) for program in programs]
    base, own = (
        Measured(each.cpu, program.seconds(each.began, each.ended), each.mib, each.held_up)
        for program, each in took
    )
    return base, own


def a_side_each(folder: Path) -> Took:
    """Have two processes decode at once, each the pages of one side."""
    with ThreadPoolExecutor() as both:
        one, other = both.map(partial(alone, JSON, str(folder)), SIDES)
    longest = max(one, other, key=lambda took: took.ended - took.began)
    return longest._replace(cpu=one.cpu + other.cpu, mib=max(one.mib, other.mib))


def measure(way: str, folder: Path, *names: str) -> None:
    """Go through all pages in one way, and print what it took."""
    forget_peak()
    if way == EACH:
        print(*a_side_each(folder))  # noqa: T201 - what the process before reads
        return
    if way == DESK:
        print(*asyncio.run(for_a_desk(folder)))  # noqa: T201 - what the process before reads
        return
    if way != JSON:
        gc.disable()  # as the command does
    if way == TWO:
        print(*in_two_processes(folder))  # noqa: T201 - what the process before reads
        return
    document = MappingDocument.default()
    if way == LONG:
        for row in LONGER:
            document = document.with_typed(row)
    intake = Intake(Settings(document, "running"), Sides())
    people, accounts = intake.people, intake.accounts
    started, spent, begun = time.process_time(), 0.0, time.perf_counter()
    if way == JSON:
        for page in chain(*(pages(folder, name) for name in names or SIDES)):
            began = time.process_time()
            json.loads(page)
            spent += time.process_time() - began
    elif way != IDLE:
        for name, take in (("entra", people.take), ("webex", accounts.take)):
            for page in pages(folder, name):
                began = time.process_time()
                take(page)
                spent += time.process_time() - began
        started = time.process_time()
        if way != READ:
            told_of(intake.result())
            spent += time.process_time() - started
    took = Took(spent, begun, time.perf_counter(), peak_mib())
    print(*took)  # noqa: T201 - what the process before reads


def in_two_processes(folder: Path) -> Took:
    """Have a second process read pages too, as the command does."""
    settings, reader = Settings(MappingDocument.default(), "running"), started()
    assert reader is not None
    reader.begin(Basis(settings, None, may_be_assigned=False).as_json)
    while not reader.has_begun():  # nothing is measured yet
        os.sched_yield()
    intake = Intake(settings, Sides(), reader)
    (other,) = psutil.Process().children()
    before, idle, own = seconds(other), peak_mib(other.pid), time.process_time()
    begun = time.perf_counter()
    parts: tuple[tuple[Part, str], ...] = (("people", "entra"), ("accounts", "webex"))
    for part, name in parts:
        for page in pages(folder, name):
            intake.take(part, page)
    intake.settle()
    there, mib = seconds(other) - before, peak_mib(other.pid) - idle
    told_of(intake.result())
    ended = time.perf_counter()
    return Took(time.process_time() - own + there, begun, ended, mib + peak_mib())


async def for_a_desk(folder: Path) -> Took:
    """Hand the pages to a process as a desk does."""
    child = start_previewing()

    async def asked(question: PreviewQuestion[Any]) -> None:
        await child.ask(question.as_json(), body=question.body)

    async def handed(part: Part, name: str) -> None:
        for page in pages(folder, name):
            await asked(TakePage(part, page))

    await asked(Begin(Settings(MappingDocument.default(), "running")))
    (process,) = psutil.Process().children()
    before, idle, own = seconds(process), peak_mib(process.pid), time.process_time()
    beat, begun = asyncio.create_task(longest_pause()), time.perf_counter()
    await asyncio.gather(handed("people", "entra"), handed("accounts", "webex"))
    readers = process.children()
    there, mib = sum(map(seconds, readers)), sum(peak_mib(each.pid) for each in readers)
    await asked(Conclude(None, is_whole=True))
    ended = time.perf_counter()
    cpu = time.process_time() - own + seconds(process) - before + there
    mib += peak_mib() + peak_mib(process.pid) - idle
    beat.cancel()
    held_up = await beat
    child.close()
    return Took(cpu, begun, ended, mib, held_up)


def seconds(process: psutil.Process) -> float:
    """Return how long a process has had a core."""
    return float(sum(process.cpu_times()[:2]))


async def longest_pause() -> float:
    """Return by how much an event loop was late at most, when this is called off."""
    worst = 0.0
    try:
        while True:
            slept = time.perf_counter()
            await asyncio.sleep(_BEAT)
            worst = max(worst, time.perf_counter() - slept - _BEAT)
    except asyncio.CancelledError:
        return worst


def peak_mib(pid: int | str = "self") -> float:
    """Return the most memory that a process has held, this one since `forget_peak`."""
    status = Path(f"/proc/{pid}/status")
    found = [line for line in status.read_text().split("\n") if line.startswith("VmHWM")]
    return int(found[0].split()[1]) / 1024


def forget_peak() -> None:
    """Forget the peak, which a process inherits from the one that started it."""
    Path("/proc/self/clear_refs").write_text("5")


def pages(folder: Path, name: str) -> Iterator[bytes]:
    with (folder / name).open("rb") as stream:
        while length := stream.read(_LENGTH):
            yield stream.read(int.from_bytes(length))


def written(people: int, folder: Path) -> str:
    """Write both directories in pages, each behind its length; return how wide an entry is."""
    kinds = ("in sync",) * SYNC + KINDS
    widths = [0, 0]
    with (folder / "entra").open("wb") as entra, (folder / "webex").open("wb") as webex:
        for first in range(0, people, _AT_ONCE):
            made = pair(min(_AT_ONCE, people - first), kinds=kinds, first=first)
            wide = Pair(list(map(wide_person, made.people)), list(map(wide_account, made.accounts)))
            for records, file, size, listed in (
                (wide.people, entra, PAGE[0], "value"),
                (wide.accounts, webex, PAGE[1], "Resources"),
            ):
                for at in range(0, len(records), size):
                    page = json.dumps({listed: records[at : at + size]}).encode()
                    file.write(len(page).to_bytes(_LENGTH) + page)
            if not first:
                widths = [len(json.dumps(each[0])) for each in (wide.people, wide.accounts)]
    return f"{widths[0]:,} B a person, {widths[1]:,} B an account"


def wide_person(person: dict[str, Any]) -> dict[str, Any]:
    attributes = {f"extensionAttribute{number}": None for number in range(1, 16)}
    return person | {
        "onPremisesExtensionAttributes": attributes | person["onPremisesExtensionAttributes"],
        "city": "Berlin", "companyName": "Contoso", "country": "Germany", "employeeId": None,
        "faxNumber": None, "officeLocation": "B 12", "postalCode": "10115", "state": "Berlin",
        "preferredLanguage": "de-DE", "streetAddress": "Street 1",
    }  # fmt: skip


def wide_account(account: dict[str, Any]) -> dict[str, Any]:
    name = account["userName"]
    address = {"type": "work", "streetAddress": "Street 1", "locality": "Berlin",
               "region": "Berlin", "postalCode": "10115", "country": "DE"}  # fmt: skip
    cisco = {
        "accountStatus": ["active"], "provisionSource": "aad",
        "meta": {"organizationId": account["id"] * 3},
        "sipAddresses": [{"value": name, "type": "cloud-calling", "primary": True}],
    }  # fmt: skip
    return account | {
        "title": "Staff", "addresses": [address], "locale": "de_DE", "preferredLanguage": "de_DE",
        "timezone": "Europe/Berlin", "userType": "user", "profileUrl": "",
        "nickName": f"Person.N{account['displayName'].split()[1]}",
        "photos": [{"type": "photo", "value": f"https://avatar.example/{account['id']}~1600"}],
        "urn:scim:schemas:extension:cisco:webexidentity:2.0:User": cisco,
    }  # fmt: skip


if __name__ == "__main__":
    main()
