"""Prints in how many of so many people a preview and the practice service differ, in each state."""

import sys

from tests.agreeing import company_of, cycle, differences, previewed
from wizard.preview.settings import JobState

_PEOPLE = 10_000
_STATES: tuple[JobState, ...] = ("never", "running", "restarted")


def main() -> None:
    """Compare as many people as the argument says."""
    people = int(sys.argv[1]) if len(sys.argv) > 1 else _PEOPLE
    with company_of(people) as company:
        for job in _STATES:
            if job != "never":
                company.move_on()
            preview = previewed(company, job)
            found = differences(preview, cycle(company, restart=job == "restarted"))
            counts = ", ".join(f"{outcome} {n:,}" for outcome, n in preview.counts.most_common())
            print(f"{job}: {len(found):,} differences in {people:,} people ({counts})")  # noqa: T201
            for each in found[:10]:
                print(f"  {each}")  # noqa: T201


if __name__ == "__main__":
    main()
