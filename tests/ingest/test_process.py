"""A source read in a process of its own: the same outcome, and no way for a file to hold the explorer up."""

from __future__ import annotations

import dataclasses
import tempfile
import threading
import time
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.demo import DEMO_FOLDER
from core.ingest import Ingested, Limits, process, read_source
from core.ingest.bounds import Cost, cost_in_force, limits_in_force
from core.ingest.process import read_in_process
from core.ingest.stated import Stated
from core.ingest.transport import read_outcome, write_outcome
from core.problems import CohortError
from tests.ingest.files import TODAY, write

MEGABYTE = 1_000_000


def same(one: Ingested, other: Ingested) -> None:
    """Two outcomes agree in every part, cell by cell and type by type."""
    for part in dataclasses.fields(Ingested):
        first, second = getattr(one, part.name), getattr(other, part.name)
        if part.name == "tables":
            assert list(first) == list(second)
            for table in first:
                pd.testing.assert_frame_equal(first[table], second[table], check_exact=True)
        elif part.name == "unusable":
            assert list(first) == list(second)
            assert all(np.array_equal(first[name], second[name]) for name in first)
        else:
            assert first == second, part.name


def large(folder: Path, rows: int = 60_000) -> Path:
    """A table that takes a few seconds to read."""
    lines = "".join(f"P{n},male,{n % 40 + 40},{n % 97}.{n % 89},{n * 7919 % 100_003}\n" for n in range(rows))
    return write(folder, "patient_id,sex,age,first,second\n" + lines)


def test_the_demo_cohort_is_read_as_in_this_process() -> None:
    read = read_in_process(DEMO_FOLDER)
    assert isinstance(read, Ingested)
    same(read, read_source(DEMO_FOLDER))
    assert read.tables["courses"]["course"].dtype == "Int64"


def test_what_is_stated_and_what_could_not_be_used_arrive(tmp_path: Path) -> None:
    text = "who;begin;seen;age;note;empty\nA;23/04/2020;05/06/2021;1O;=1+1;\nB;07/08/2020;09/10/2021;71;é\u200b;\n"
    stated = Stated({"first_cycle_date": "begin"}, {}, date(2022, 1, 1))
    source = write(tmp_path, text, "mine.csv")
    read = read_in_process(source, stated, today=TODAY)
    assert isinstance(read, Ingested)
    same(read, read_source(source, **stated.arguments(), today=TODAY))
    assert read.tables["courses"]["first_cycle_date"].dt.date.tolist() == [date(2020, 4, 23), date(2020, 8, 7)]
    assert read.unusable["age_years"].tolist() == [2]


def test_a_refusal_carries_its_problems_and_questions(tmp_path: Path) -> None:
    refusal = read_in_process(write(tmp_path, "just words\nand more\n"))
    with pytest.raises(CohortError) as raised:
        read_source(tmp_path / "courses.csv")
    assert isinstance(refusal, CohortError)
    assert refusal.problems == raised.value.problems
    assert refusal.problems[0].code == "not_a_table"


def test_progress_names_the_step_and_the_rows(tmp_path: Path) -> None:
    told: list[tuple[str, int, int | None]] = []
    read = read_in_process(large(tmp_path), progress=lambda *said: told.append(said))
    assert isinstance(read, Ingested)
    assert read.rows_kept == 60_000
    rows = [(done, total) for step, done, total in told if step == "Reading the rows of courses"]
    assert rows[0][0] == 20_000
    assert abs(rows[0][1] - 60_000) <= 2
    assert "Checking the courses" in [step for step, _, _ in told]


def test_cancelling_stops_the_process_at_once(tmp_path: Path) -> None:
    stop = threading.Event()
    begun = time.monotonic()
    refusal = read_in_process(
        large(tmp_path, 400_000), progress=lambda step, *_: stop.set() if "rows" in step else None,
        cancelled=stop.is_set,
    )  # fmt: skip
    assert isinstance(refusal, CohortError)
    assert refusal.problems[0].message == "Reading courses.csv was cancelled."
    assert time.monotonic() - begun < 10


def test_a_file_that_takes_too_long_is_stopped_with_a_sentence(tmp_path: Path) -> None:
    refusal = read_in_process(large(tmp_path, 400_000), cost=Cost(seconds=1))
    assert isinstance(refusal, CohortError)
    assert refusal.problems[0].code == "reading_time"
    assert "took longer than 1 seconds" in refusal.problems[0].message


def test_a_file_that_needs_too_much_memory_is_stopped_with_a_sentence(tmp_path: Path) -> None:
    source = write(tmp_path, "patient_id,age\n" + "A,60\n" * 15_000_000)
    refusal = read_in_process(source, cost=Cost(memory_bytes=100 * MEGABYTE))
    assert isinstance(refusal, CohortError)
    assert refusal.problems[0].code in ("reading_memory", "reading_died")
    assert "100 MB" in refusal.problems[0].message


def test_a_process_that_dies_is_a_sentence(tmp_path: Path) -> None:
    def kill(step: str, done: int, total: int | None) -> None:
        if "rows" in step:
            reader.process.kill()

    process.prepare()
    reader = process._spare
    assert reader is not None
    refusal = read_in_process(large(tmp_path, 400_000), progress=kill)
    assert isinstance(refusal, CohortError)
    assert refusal.problems[0].code == "reading_died"


def test_nothing_of_a_cohort_is_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path / "tmp"))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "tmp"))
    (tmp_path / "tmp").mkdir()
    assert isinstance(read_in_process(write(tmp_path, "patient_id,os_days,os_event\nA,3,1\n")), Ingested)
    assert list((tmp_path / "tmp").iterdir()) == []


def test_the_outcome_is_written_as_plain_data(tmp_path: Path) -> None:
    write_outcome(read_source(DEMO_FOLDER), tmp_path)
    assert sorted(one.name for one in tmp_path.iterdir()) == [*(f"{n}.arrow" for n in range(4)), "read.json"]
    same(read_outcome(tmp_path), read_source(DEMO_FOLDER))


def test_bounds_come_from_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert limits_in_force() == Limits()
    monkeypatch.setenv("PRRT_IMPORT_ROWS", "2")
    monkeypatch.setenv("PRRT_IMPORT_MEMORY_MB", "700")
    monkeypatch.setenv("PRRT_IMPORT_SECONDS", "20")
    assert limits_in_force() == Limits(rows=2)
    assert cost_in_force() == Cost(700 * MEGABYTE, 20)
    refusal = read_in_process(write(tmp_path, "patient_id,age\nA,1\nB,2\nC,3\n"))
    assert isinstance(refusal, CohortError)
    assert refusal.problems[-1].code == "too_many_rows"
    monkeypatch.setenv("PRRT_IMPORT_SECONDS", "soon")
    with pytest.raises(ValueError, match="PRRT_IMPORT_SECONDS is not a whole number above 0"):
        cost_in_force()
