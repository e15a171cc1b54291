"""Bombs are refused in a sentence that names the right reason, within memory and processor time.

The time that it takes on the clock, which on a busy machine is more, is held by `bench_bombs`.
"""

from __future__ import annotations

import pytest

from tests.corpus_bombs.bombs import BOMBS
from tests.corpus_bombs.measure import taken

MEBIBYTES = 500
SECONDS = 5
PATIENCE = 60
"""Seconds on the clock."""
CODES = {
    "50 MB of zeros": "nul_byte",
    "50 MB of tags": "not_a_table",
    "2 GB in a workbook that says 2 kB": "damaged",
    "archives in archives": "missing_table",
    "entities in a workbook": "unsafe_xml",
    "entities in an open document": "unsafe_xml",
}
"""Why a bomb is refused; where it is not said here, a text for its row without end and any other for its size."""


@pytest.mark.parametrize("name", BOMBS)
def test_bomb_is_refused_within_5_seconds_and_500_mib(tmp_path, name):
    path = BOMBS[name](tmp_path)
    found = taken(path, PATIENCE)
    assert found.code == CODES.get(name, "endless_row" if path.suffix == ".csv" else "too_large"), found
    assert found.message.endswith(".")
    assert len(found.message) < 400
    assert found.processor_seconds < SECONDS, found
    assert found.megabytes < MEBIBYTES, found
