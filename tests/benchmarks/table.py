"""Medians and ratios, in a table that fits a terminal."""

import statistics
import sys
from collections.abc import Mapping, Sequence


def ratios(
    title: str,
    control: str,
    samples: Mapping[str, Sequence[float]],
    budgets: Mapping[str, float],
) -> None:
    """Print the median of each row in milliseconds, and its ratio to the control's."""
    base = statistics.median(samples[control])
    lines = [f"\n{title}", f"{'':<44}{'median ms':>10}{'p90 ms':>9}{'worst':>8}{'x':>7}  budget"]
    for name, seconds in samples.items():
        median = statistics.median(seconds)
        late = statistics.quantiles(seconds, n=10, method="inclusive")[-1]
        budget = f"<= {budgets[name]:.2f}" if name in budgets else ""
        lines.append(
            f"{name:<44}{median * 1000:>10.1f}{late * 1000:>9.1f}{max(seconds) * 1000:>8.1f}"
            f"{median / base:>7.2f}  {budget}"
        )
    sys.stdout.write("\n".join(lines) + "\n")
    sys.stdout.flush()


def rounds(default: int) -> int:
    """Return how many rounds are asked for on the command line."""
    return int(sys.argv[1]) if len(sys.argv) > 1 else default
