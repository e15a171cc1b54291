"""Where data come from, in words."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace

from core.figures.provenance import Provenance, provenance
from tests.figures.samples import SOURCE


def test_sentence_names_cohort_version_synthetic_and_cut_off() -> None:
    assert SOURCE.sentence() == (
        "Cohort Demo, version 1. Synthetic data: these patients do not exist. "
        "Data cut-off 31 July 2024 (latest date in the data)."
    )


def test_sentence_does_not_say_cohort_twice() -> None:
    assert Provenance(cohort="Demo cohort", version=2).sentence() == "Demo cohort, version 2."


def test_sentence_of_nothing_is_empty() -> None:
    assert Provenance().sentence() == ""


def test_provenance_of_a_stored_version() -> None:
    version = SimpleNamespace(
        name="Bordet", version=3, synthetic=False, data_cutoff=date(2023, 7, 23), data_cutoff_source=""
    )
    assert provenance(version, "All 110 patients").selection == "All 110 patients"
    assert provenance(version, "").sentence() == "Cohort Bordet, version 3. Data cut-off 23 July 2023."
