"""Every benchmark, each in a process of its own so that none sees another's memory: `make bench`."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent


def main() -> int:
    """Run all; 1 where one misses its figures or fails."""
    missed = []
    for file in sorted(HERE.glob("bench_*.py")):
        print(f"== {file.stem}", flush=True)
        done = subprocess.run([sys.executable, "-m", f"tests.bench.{file.stem}"], cwd=HERE.parents[1], check=False)
        if done.returncode:
            missed.append(file.stem)
    print(f"missed: {', '.join(missed)}" if missed else "every figure reached")
    return int(bool(missed))


if __name__ == "__main__":
    sys.exit(main())
