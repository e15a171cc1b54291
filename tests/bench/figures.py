"""How the benchmarks of the running product print what they measured."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Measured:
    """One figure beside its target: reached when it is not above it."""

    what: str
    value: float
    target: float
    unit: str = ""

    @property
    def reached(self) -> bool:
        """Whether the target is kept."""
        return self.value <= self.target


def report(measured: Sequence[Measured]) -> int:
    """Print a table of figures; 1 where one is missed."""
    width = max(len(one.what) for one in measured)
    for one in measured:
        verdict = "ok" if one.reached else "MISSED"
        print(f"{one.what:<{width}}  {one.value:8.2f} {one.unit:<3} at most {one.target:6.2f}  {verdict}", flush=True)
    return int(not all(one.reached for one in measured))


def cpu_seconds(pid: int) -> float:
    """CPU that a process has used, all its threads, seconds (Linux)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / 100
