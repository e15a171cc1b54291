"""Export the analysis files of the demo cohort for `demo_analysis.R`: PRRT-1 and PRRT-2, and which data they are of."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from core.__main__ import main
from core.demo import DEMO_FOLDER
from core.ingest import read_source

POPULATIONS = {"prrt_1": "course=1", "prrt_2": "course=2"}
"""Name in the results -> selection."""


def export(folder: Path) -> None:
    """Write ``prrt_1.csv``, ``prrt_2.csv`` and ``cohort.json`` into a folder. Raises SystemExit when that fails."""
    for name, query in POPULATIONS.items():
        status = main(["export", "--what", "analysis-file", "--select", query, "--output", str(folder / f"{name}.csv")])
        if status:
            raise SystemExit(status)
    sha256 = read_source(DEMO_FOLDER, mapping=None, cutoff=None).sha256
    (folder / "cohort.json").write_text(json.dumps({"sha256": sha256}), encoding="utf-8")


if __name__ == "__main__":
    export(Path(sys.argv[1]))
