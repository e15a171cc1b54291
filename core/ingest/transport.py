"""What a source was read as, carried from one process to another: tables as Arrow files, the rest as JSON.

Both are plain data: nothing that comes back from the process that reads a stranger's file can run.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pandas as pd
import pyarrow as pa

from core.ingest.columns import ColumnRead
from core.ingest.questions import Question
from core.ingest.source import Ingested
from core.problems import CohortError, Problem

_READ = "read.json"
_REFUSED = "refused.json"


class _Refusal(msgspec.Struct):
    """The parts of a `CohortError`."""

    problems: tuple[Problem, ...]
    questions: tuple[Question, ...]
    columns: tuple[ColumnRead, ...]


def write_outcome(outcome: Ingested | CohortError, folder: Path) -> None:
    """Write an outcome of reading into an empty folder."""
    if isinstance(outcome, CohortError):
        refusal = _Refusal(outcome.problems, outcome.questions, outcome.columns)
        (folder / _REFUSED).write_bytes(msgspec.json.encode(refusal, enc_hook=_plain))
        return
    frames: list[pd.DataFrame] = []

    def plain(value: object) -> Any:
        if isinstance(value, pd.DataFrame):
            frames.append(value)
            return len(frames) - 1
        return _plain(value)

    text = msgspec.json.encode(outcome, enc_hook=plain)
    for place, frame in enumerate(frames):
        table = pa.Table.from_pandas(frame, preserve_index=False)
        with pa.ipc.new_file(folder / f"{place}.arrow", table.schema) as file:
            file.write_table(table)
    (folder / _READ).write_bytes(text)


def read_outcome(folder: Path) -> Ingested | CohortError:
    """The outcome that `write_outcome` wrote.

    Raises
    ------
    OSError, ValueError
        The folder does not hold one.
    """
    if (folder / _REFUSED).exists():
        refusal = msgspec.json.decode((folder / _REFUSED).read_bytes(), type=_Refusal)
        return CohortError(refusal.problems, refusal.questions, refusal.columns)

    def restored(kind: type, value: Any) -> Any:
        if kind is pd.DataFrame:
            return _frame(folder / f"{int(value)}.arrow")
        if kind is np.ndarray:
            return np.asarray(value, np.int64)
        raise NotImplementedError(kind)

    return msgspec.json.decode((folder / _READ).read_bytes(), type=Ingested, dec_hook=restored)


def _frame(file: Path) -> pd.DataFrame:
    with pa.OSFile(str(file)) as source, pa.ipc.open_file(source) as reader:
        table = reader.read_all()
    table.validate()
    return table.to_pandas()


def _plain(value: object) -> Any:
    """Arrays of lines and NumPy's scalars as JSON knows them."""
    if isinstance(value, np.ndarray):
        return value.tolist()
    if isinstance(value, np.generic):
        return value.item()
    raise NotImplementedError(type(value))
