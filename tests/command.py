"""Run the command line as a person does, or within the process where only the answer matters."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.__main__ import main

ROOT = Path(__file__).parents[1]


@dataclass(frozen=True)
class Answer:
    """Exit status, standard output and standard error."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The output as JSON, which has no NaN and no Infinity."""
        return json.loads(self.out, parse_constant=_refuse)


def _refuse(constant: str) -> None:
    raise AssertionError(f"the output holds {constant}")


def run(*arguments: object) -> Answer:
    """Run a command within this process."""
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        try:
            status = main([str(one) for one in arguments])
        except SystemExit as stop:  # argparse
            status = int(stop.code or 0)
    return Answer(status, out.getvalue(), err.getvalue())


def run_process(*arguments: object) -> Answer:
    """Run a command as its own process."""
    command = [sys.executable, "-m", "core", *(str(one) for one in arguments)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, timeout=120, check=False)
    return Answer(done.returncode, done.stdout.decode("utf-8"), done.stderr.decode("utf-8"))
