"""Bombs are refused in a sentence within memory and time; the bounds here are wide, `bench_bombs` holds the figures."""

from __future__ import annotations

import pytest

from tests.corpus_bombs.bombs import BOMBS
from tests.corpus_bombs.measure import taken

MEGABYTES = 700
SECONDS = 60


@pytest.mark.parametrize("name", BOMBS)
def test_bomb_is_refused_within_bounds(tmp_path, name):
    found = taken(BOMBS[name](tmp_path), SECONDS)
    assert found.code, "read as a cohort"
    assert found.message.endswith(".")
    assert len(found.message) < 400
    assert found.megabytes < MEGABYTES, found
