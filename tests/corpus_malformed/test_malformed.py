"""Every malformed file ends as intended: named by line and column, or refused in one sentence; the store as before."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from hashlib import sha256

import pytest

from core.ingest import read_source, report
from core.problems import CohortError
from core.store import Store
from tests.corpus_malformed.cells import CELLS
from tests.corpus_malformed.defect import Defect, table_rows, write_cohort
from tests.corpus_malformed.rules import RULES
from tests.corpus_malformed.structure import STRUCTURE
from tests.ingest.files import TODAY

DEFECTS: dict[str, Defect] = {**CELLS, **RULES, **STRUCTURE}
LONGEST = 400
"""Characters of a refusal: a sentence, not a page."""


@dataclass(frozen=True)
class Held:
    """A store with one good cohort, and what it holds."""

    store: Store
    digest: str


def contents(store: Store) -> str:
    """SHA-256 of every cell of every table of the store."""
    digest = sha256()
    with store.cursor() as cursor:
        names = cursor.execute("SELECT table_name FROM duckdb_tables() ORDER BY table_name").fetchall()
        for (name,) in names:
            digest.update(name.encode())
            digest.update(repr(cursor.execute(f'SELECT * FROM "{name}" ORDER BY ALL').fetchall()).encode())
    return digest.hexdigest()


@pytest.fixture(scope="module")
def held(tmp_path_factory):
    folder = tmp_path_factory.mktemp("held")
    with Store(folder / "cohorts.duckdb") as store:
        store.commit(read_source(write_cohort(folder, "labs", table_rows("labs")), today=TODAY), "Known")
        yield Held(store, contents(store))


def outcome(defect: Defect, path):
    """What reading gives; anything but a cohort or a refusal fails the test."""
    try:
        return read_source(path, today=TODAY, limits=defect.limits, cutoff=defect.cutoff)
    except CohortError as refusal:
        return refusal


@pytest.mark.parametrize("name", DEFECTS)
def test_malformed_file_ends_as_intended(tmp_path, held, name):
    defect = DEFECTS[name]
    found = outcome(defect, defect.build(tmp_path))
    said = json.dumps(report(found), ensure_ascii=False, default=str)
    for text in defect.hidden:
        assert text not in said
    if defect.refused:
        refused_in_one_sentence(found, defect)
        assert contents(held.store) == held.digest
        return
    assert not isinstance(found, CohortError), [one.sentence() for one in found.problems]
    if defect.asked:
        assert any(re.search(defect.asked, one.key) and len(one.choices) > 1 for one in found.questions), (
            found.questions
        )
    elif defect.listed:
        assert any(defect.listed in one for one in found.changes), found.changes
    else:
        named(found, defect)


def refused_in_one_sentence(found, defect: Defect) -> None:
    assert isinstance(found, CohortError), "read as a cohort"
    last = found.problems[-1]
    assert not defect.codes or last.code in defect.codes, last
    assert last.message.endswith(".")
    assert "\n" not in last.message
    assert len(last.message) <= LONGEST
    assert last.remedy.endswith((".", "?"))
    assert "Traceback" not in last.message


def named(found, defect: Defect) -> None:
    fitting = [
        one
        for one in found.problems
        if (not defect.codes or one.code in defect.codes)
        and (not defect.table or one.table == defect.table)
        and (defect.line is None or one.line == defect.line)
        and (not defect.column or one.column == defect.column)
        and (defect.value is None or one.value == defect.value)
    ]
    assert fitting, [(one.code, one.table, one.line, one.column, one.value) for one in found.problems][:8]
    for one in fitting:
        assert one.message.endswith(".")
        assert one.remedy.endswith((".", "?"))


def test_malformed_files_are_many_and_the_good_one_has_no_problem(tmp_path):
    assert len(DEFECTS) >= 200
    assert sum(one.refused for one in DEFECTS.values()) >= 80
    good = read_source(write_cohort(tmp_path, "labs", table_rows("labs")), today=TODAY)
    assert good.problems == ()
    assert good.questions == ()


def test_malformed_files_that_can_be_used_are_stored_and_analysed(tmp_path):
    """One of each module and kind: what is left of a cohort can be committed, and every derivation runs."""
    usable = [name for name, one in DEFECTS.items() if not one.refused]
    with Store(tmp_path / "cohorts.duckdb") as store:
        for place, name in enumerate(usable[::6]):
            folder = tmp_path / str(place)
            folder.mkdir()
            read = outcome(DEFECTS[name], DEFECTS[name].build(folder))
            if not isinstance(read, CohortError):
                version = store.commit(read, f"Cohort {place}")
                assert version.n_courses == read.rows_kept
        assert len(store.cohorts()) >= len(usable[::6]) - 1
