"""A key in the row dialog, with 6, 23 and 60 rows: what its one question costs to answer.

Budget: with 60 rows <= 1.3 x with 6, because the other rows are asked once when the dialog opens.
"""

import time

from tests.benchmarks.table import ratios, rounds
from wizard.mapping.attributes import webex_attributes
from wizard.mapping.document import MappingDocument, Row
from wizard.trial.bench import Bench
from wizard.trial.questions import Judge

SIZES = (6, 23, 60)
KEYS = 200
TYPED = 'Join(" ", [givenName], [surname], "{}")'


def main() -> None:
    """Type into the display name of each mapping in turn, and compare medians."""
    names = {size: f"{size} rows" for size in SIZES}
    benches = {size: _bench(size) for size in SIZES}
    samples: dict[str, list[float]] = {name: [] for name in names.values()}
    for turn in range(rounds(5)):
        for key in range(KEYS):
            for size, bench in benches.items():
                row = next(row for row in bench.document.rows if row.target == "displayName")
                typed = Row(row.target, TYPED.format(f"{size}-{turn}-{key}"), position=row.position)
                samples[names[size]].append(_seconds(bench, typed))
    ratios("A key in the row dialog", names[6], samples, {names[60]: 1.3})


def _bench(size: int) -> Bench:
    bench, document = Bench(), MappingDocument.default()
    mapped = {row.target for row in document.rows}
    targets = [a.path for a in webex_attributes() if a.mappable and a.path not in mapped]
    for target in targets[: size - len(mapped)]:
        document = document.with_typed(Row(target, 'Append([department], "x")'))
    assert len(document.rows) == size
    bench.show(document)
    return bench


def _seconds(bench: Bench, typed: Row) -> float:
    began = time.perf_counter()
    Judge(typed, 0).answer(bench)
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
