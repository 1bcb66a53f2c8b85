"""A preview of two directories of 100,000: CPU against `json.loads` of the same pages, and memory.

Budget (design 8): <= 1.15 x `json.loads` with rows and patterns in one process; <= 30 MiB for each
100,000 people a side over the idle program; 500,000 against 100,000, per person, <= 1.15 x.

    .venv/bin/python -m tests.benchmarks.preview [PEOPLE] [ROUNDS]

People have 35 properties, as many as a tenant's have. Each round of each row is a process of its
own, in turn.
"""

import gc
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any

from tests.directories import KINDS, Pair, pair
from wizard.mapping.document import MappingDocument, Row
from wizard.preview.intake import Intake
from wizard.preview.offline import told_of
from wizard.preview.settings import Settings
from wizard.preview.sides import Sides

PEOPLE, ROUNDS = 100_000, 3
PAGE = 999, 100
SYNC = 180
"""People in sync for each round of differences."""
_AT_ONCE = 10_000

LONGER = (
    Row("title", 'IIF([jobTitle] = "Engineer", "Staff", [jobTitle])'),
    Row("nickName", 'Join(".", [givenName], [surname])'),
    Row('phoneNumbers[type eq "work"].value', "[telephoneNumber]"),
    Row("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department", "[department]"),
)
IDLE, JSON, READ, DEFAULT, LONG = (
    "nothing", "json.loads", "read and kept", "the whole preview", "with four rows more",
)  # fmt: skip


def main() -> None:
    """Measure each way in turn, and print ratios."""
    if sys.argv[1:2] == ["measure"]:
        measure(sys.argv[2], Path(sys.argv[3]))
        return
    people = int(sys.argv[1]) if len(sys.argv) > 1 else PEOPLE
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else ROUNDS
    with tempfile.TemporaryDirectory() as folder:
        width = written(people, Path(folder))
        samples: dict[str, list[tuple[float, float]]] = {}
        for _ in range(rounds):
            for way in (IDLE, JSON, READ, DEFAULT, LONG):
                samples.setdefault(way, []).append(measured(way, folder))
    base = statistics.median(cpu for cpu, _ in samples[JSON])
    idle = statistics.median(mib for _, mib in samples[IDLE])
    lines = [f"{people:,} people a side; {width}", f"{'':<24}{'CPU s':>8}{'x':>7}{'MiB more':>10}"]
    for way, found in samples.items():
        cpu, mib = (statistics.median(each) for each in zip(*found, strict=True))
        lines.append(f"{way:<24}{cpu:>8.2f}{cpu / base:>7.2f}{mib - idle:>10.1f}")
    print("\n".join(lines))  # noqa: T201 - what it is for


def measured(way: str, folder: str) -> tuple[float, float]:
    """Return seconds of CPU and the peak of memory of one way, in a process of its own."""
    command = [sys.executable, "-m", "tests.benchmarks.preview", "measure", way, folder]
    said = subprocess.run(command, check=True, capture_output=True, text=True, env=os.environ)
    cpu, mib = said.stdout.split()
    return float(cpu), float(mib)


def measure(way: str, folder: Path) -> None:
    """Go through all pages in one way, and print seconds of CPU and MiB."""
    forget_peak()
    if way != JSON:
        gc.disable()  # as the command does
    document = MappingDocument.default()
    if way == LONG:
        for row in LONGER:
            document = document.with_typed(row)
    intake = Intake(Settings(document, "running"), Sides())
    people, accounts = intake.people, intake.accounts
    started, spent = time.process_time(), 0.0
    if way == JSON:
        for page in chain(pages(folder, "entra"), pages(folder, "webex")):
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
    print(spent, peak_mib())  # noqa: T201 - what the process before reads


def peak_mib() -> float:
    """Return the most memory that this process has held since `forget_peak`, where Linux tells."""
    status = Path("/proc/self/status")
    found = [line for line in status.read_text().split("\n") if line.startswith("VmHWM")]
    return int(found[0].split()[1]) / 1024


def forget_peak() -> None:
    """Forget the peak, which a process inherits from the one that started it."""
    Path("/proc/self/clear_refs").write_text("5")


def pages(folder: Path, name: str) -> Iterator[bytes]:
    with (folder / name).open("rb") as stream:
        while page := stream.readline():
            yield page


def written(people: int, folder: Path) -> str:
    """Write both directories in pages, one a line; return how wide an entry is."""
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
                    file.write(json.dumps({listed: records[at : at + size]}).encode() + b"\n")
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
