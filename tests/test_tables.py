"""Results as tables: the strings a journal would print."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.baseline import METHOD, Baseline, Characteristic, LevelCount
from core.fields import FIELDS
from core.malignancies import Malignancy
from core.outcome import Outcome
from core.spread import Spread
from core.strata import Strata
from core.survival import pairwise_log_rank
from core.tables import (
    INDENT,
    Table,
    assumption_table,
    baseline_table,
    compared_table,
    delta_table,
    follow_up_sentence,
    hazard_table,
    logrank_table,
    malignancy_table,
    median_table,
    pattern_sentence,
    response_table,
    shift_table,
    toxicity_table,
    treatment_table,
)
from core.toxicity import Toxicity
from core.treatment import Share, Treatment
from tests.figures import samples

PFS = "Progression-free survival"
MODELS = samples.prognosis()


def by_name(table: Table) -> dict[str, tuple[str, ...]]:
    return {row[0]: row[1:] for row in table.rows}


def test_table_refuses_rows_spanners_and_keys_that_do_not_fit() -> None:
    with pytest.raises(ValueError, match="a row has not 2 cells"):
        Table("T", ("a", "b"), (("1",),))
    with pytest.raises(ValueError, match="1 spanners for 2 columns"):
        Table("T", ("a", "b"), (("1", "2"),), spanners=("x",))
    with pytest.raises(ValueError, match="2 keys for 1 rows"):
        Table("T", ("a", "b"), (("1", "2"),), keys=("x", "y"))


def test_hazard_table_puts_both_models_side_by_side_with_their_n() -> None:
    table = hazard_table(MODELS, PFS)
    assert table.spanners[1] == "Univariable (n = 110, 83 events)"
    assert table.spanners[-1] == "Multivariable (n = 104, 78 events)"
    assert table.columns == ("Factor", "n", "Events", "HR (95% CI)", "p", "HR (95% CI)", "p")
    rows = by_name(table)
    assert rows["Grade"] == ("110", "83", "", "0.54", "", "")
    assert rows[f"{INDENT}2"] == ("64", "48", "1.03 (0.64–1.65)", "0.91", "", "")
    assert rows[f"{INDENT}≥1000 ug/L"] == ("41", "36", "2.48 (1.58–3.91)", "<0.001", "1.98 (1.21–3.23)", "0.006")
    assert rows[f"{INDENT}<1000 ug/L"] == ("69", "47", "Reference", "", "Reference", "")
    assert rows["Albumin, per g/L"] == ("104", "78", "1.09 (1.03–1.14)", "0.001", "1.09 (1.04–1.15)", "<0.001")


def test_hazard_table_prints_p_as_the_paper_does() -> None:
    rows = by_name(hazard_table(MODELS, PFS, "paper"))
    (pancreas,) = [level.p for level in MODELS.univariable[1].levels if level.level == "pancreas"]
    assert pancreas is not None
    assert rows[f"{INDENT}Pancreas"][3] == f"{pancreas:.4f}"
    assert all(len(row[3].partition(".")[2]) == 4 for row in rows.values() if row[3])


def test_hazard_table_explains_what_is_not_estimable_in_a_note() -> None:
    reason = "Not estimable: no events at this level."
    one = MODELS.univariable[0]
    level = replace(one.levels[2], hr=None, lower=None, upper=None, p=None, reason=reason)
    model = replace(MODELS, univariable=(replace(one, levels=(*one.levels[:2], level)), *MODELS.univariable[1:]))
    table = hazard_table(model, PFS)
    assert by_name(table)[f"{INDENT}3"][2:] == ("—", "", "", "")
    assert table.notes[0] == "Grade, 3: not estimable: no events at this level."
    assert not any("eference level" in note for note in table.notes)


def test_hazard_table_never_prints_a_limit_of_zero_or_infinity() -> None:
    for seed in range(6):
        for row in hazard_table(samples.prognosis(18, seed), PFS).rows:
            assert not any("inf" in cell or "(0.00" in cell or "nan" in cell for cell in row)


def test_assumption_table_tests_each_factor_and_all() -> None:
    table = assumption_table(MODELS)
    assert table is not None
    assert table.rows[0] == ("Chromogranin A", "0.80", "1", "0.37")
    assert table.rows[-1] == ("All together", "3.35", "3", "0.34")
    nothing = replace(MODELS, multivariable=replace(MODELS.multivariable, proportional_hazards=None))
    assert assumption_table(nothing) is None


def _outcome() -> Outcome:
    groups = samples.BY_GRADE.groups
    pairs = pairwise_log_rank([one.counts for one in groups], ["1", "2", "3"])
    return Outcome(
        "pfs",
        PFS,
        110,
        0,
        (),
        (),
        samples.EVERYBODY.groups[0],
        groups,
        Strata("grade"),
        "Grade",
        log_rank=samples.BY_GRADE.log_rank,
        pairwise=pairs,
        follow_up=samples.BY_GRADE.follow_up,
    )


def test_median_table_gives_medians_and_milestones_of_each_group() -> None:
    table = median_table(_outcome(), (12, 24))
    assert table.columns[:4] == ("Grade", "n", "Events", "Median, months (95% CI)")
    assert table.columns[4:] == ("12 months", "24 months")
    last = table.rows[-1]
    assert last[1:4] == ("10", "10", "5.2 (1.3–7.2)")
    assert last[5] == "0.0%"


def test_median_table_of_everybody_prints_nr() -> None:
    result = samples.NO_EVENTS
    outcome = Outcome("os", "Overall survival", 12, 0, (), (), result.groups[0])
    (row,) = median_table(outcome, (12, 240)).rows
    assert row == ("All", "12", "0", "NR", "100.0%", "—")


def test_logrank_table_adjusts_pairs() -> None:
    table = logrank_table(_outcome())
    assert table is not None
    assert len(table.rows) == 4
    assert table.rows[0][0] == "All groups"
    assert table.rows[0][2] == "2"
    assert table.columns[-1] == "p adjusted (Holm)"
    assert logrank_table(replace(_outcome(), log_rank=None)) is None


def test_follow_up_sentence_names_both_notions() -> None:
    told = follow_up_sentence(_outcome())
    assert "median observed time" in told
    assert "reverse Kaplan-Meier" in told
    assert follow_up_sentence(replace(_outcome(), follow_up=None)) == ""


def test_toxicity_table_has_the_paper_s_numbers() -> None:
    table = toxicity_table(samples.TOXICITY, "paper")
    rows = by_name(table)
    assert rows[f"{INDENT}Lymphopenia"][:2] == ("107", "92 (86.0%)")
    assert rows[f"{INDENT}Lymphopenia"][-1] == "54 (50.5%)"
    assert rows[f"{INDENT}AST increased"] == ("105", "29 (27.6%)", "25 (23.8%)", "4 (3.8%)", "0", "0", "0")
    assert f"{INDENT}Bilirubin increased" not in rows
    assert [row[0] for row in table.rows if not row[1]] == ["Haematological", "Hepatic", "Renal", "Other"]


def test_toxicity_table_shows_both_notions_under_their_names() -> None:
    rows = {notion: by_name(toxicity_table(samples.TOXICITY, notion)) for notion in ("highest", "delta")}
    assert rows["highest"][f"{INDENT}Lymphopenia"][1] == "97 (90.7%)"
    assert rows["delta"][f"{INDENT}Lymphopenia"][1] == "92 (86.0%)"
    assert rows["delta"][f"{INDENT}Bilirubin increased"][1] == "7 (6.7%)"


def test_toxicity_table_has_a_column_for_grade_five_only_where_somebody_died() -> None:
    plain = toxicity_table(samples.TOXICITY)
    assert "Grade 5" not in plain.columns
    fatal = samples.toxicity([samples.term("acute pancreatitis", (107, 0, 0, 1, 0, 2), (107, 0, 0, 1, 0))])
    table = toxicity_table(fatal)
    assert table.columns[-2:] == ("Grade 5", "Grade 3\u20134")
    assert by_name(table)[f"{INDENT}Acute pancreatitis"][-2:] == ("2 (1.8%)", "1 (0.9%)")


def test_toxicity_rows_carry_the_term_behind_them() -> None:
    table = toxicity_table(samples.TOXICITY)
    assert dict(zip((row[0] for row in table.rows), table.keys, strict=True))[f"{INDENT}Fatigue"] == "fatigue"
    assert table.keys[0] == ""


def test_toxicity_table_suppresses_small_counts() -> None:
    rows = by_name(toxicity_table(samples.TOXICITY, min_cell=5))
    assert rows[f"{INDENT}Lymphopenia"][5] == "<5"
    assert rows[f"{INDENT}Alopecia"][3] == "0"


def test_delta_table_is_the_paper_s_table_three() -> None:
    rows = by_name(delta_table(samples.TOXICITY))
    assert rows["Lymphopenia"] == ("27 (29.3%)", "32 (34.8%)", "32 (34.8%)", "1 (1.1%)", "92", "0")
    assert rows["Thrombocytopenia"][:5] == ("44 (83.0%)", "6 (11.3%)", "3 (5.7%)", "0", "53")
    assert rows["Anaemia"][:5] == ("38 (88.4%)", "5 (11.6%)", "0", "0", "43")
    assert rows["Leukopenia"][:5] == ("13 (38.2%)", "18 (52.9%)", "3 (8.8%)", "0", "34")


def test_compared_table_gives_each_group_its_own_denominator() -> None:
    levels = {"1": (30, 8, 0, 0, 0, 0), "2": (10, 40, 12, 0, 0, 0)}
    rows = [samples.term("fatigue", (40, 48, 12, 0, 0, 0), (40, 48, 12, 0, 0))]
    rows += [samples.term("fatigue", counts, counts[:5], level) for level, counts in levels.items()]
    found = Toxicity(100, tuple(rows), Strata("grade"), ("1", "2"), {"1": 38, "2": 62}, METHOD, ())
    table = compared_table(found)
    assert table is not None
    assert [spanner.endswith(("(n = 38)", "(n = 62)")) for spanner in table.spanners[1:]] == [True] * 4
    assert table.rows == (("Fatigue", "8 (21.1%)", "0", "52 (83.9%)", "0"),)
    assert compared_table(samples.TOXICITY) is None


def test_shift_table_counts_everybody_once() -> None:
    table = shift_table(samples.SHIFT)
    assert table.columns == ("Baseline", *(f"Grade {grade}" for grade in range(5)), "Missing", "Total")
    assert sum(int(row[-1]) for row in table.rows) == 110
    assert by_name(table)["Grade 0"] == ("8", "14", "25", "24", "1", "0", "72")


def test_pattern_sentence_tells_pre_existing_events_apart() -> None:
    told = pattern_sentence(samples.TOXICITY.term("diarrhoea"))
    assert "chronic 44, single 10, transient 9 of 63" in told
    assert "44 began before the course" in told
    assert pattern_sentence(samples.TOXICITY.term("lymphopenia")) == ""


def test_malignancy_table_says_when_and_whether_related() -> None:
    found = Malignancy("MDS", 2, 110, (2.0, 31.0), (False, True), 0)
    (row,) = malignancy_table([found]).rows
    assert row[:2] == ("Myelodysplastic syndrome", "2 (1.8%)")
    assert row[2] == "2.0 months (not related); 31.0 months (related)"


def test_response_table_gives_exact_intervals_and_denominators() -> None:
    (row,) = response_table(samples.RESPONSE).rows
    assert row[:3] == ("All", "110", "102")
    assert row[3:7] == ("1 (1.0%)", "22 (21.6%)", "62 (60.8%)", "17 (16.7%)")
    assert row[7:] == ("22.5 (14.9–31.9)", "83.3 (74.7–90.0)")
    assert response_table(samples.NO_RESPONSE).rows[0][-1] == "—"
    assert [one[0] for one in response_table(samples.RESPONSE_BY_GRADE, FIELDS["grade"]).rows] == [
        "Grade 1",
        "Grade 2",
        "Grade 3",
    ]


def _level(level: str, n: int, of: int) -> LevelCount:
    return LevelCount(level, n, 100 * n / of if of else None)


def test_baseline_table_counts_what_is_stated_and_shows_what_is_missing() -> None:
    sex = Characteristic("sex", "Sex", 108, 2, (_level("male", 49, 108), _level("female", 59, 108)), None)
    liver = Characteristic(
        "metastasis_liver", "Liver metastases", 110, 0, (_level("no", 8, 110), _level("yes", 102, 110)), None
    )
    albumin = Characteristic("albumin_g_l", "Albumin, g/L", 104, 6, (), Spread(104, 38.2, 41.1, 44.0, 22.0, 51.3))
    found = Baseline(110, (sex, liver, albumin), {}, {}, None, 0, METHOD, ())
    table = baseline_table(found)
    assert table.columns == ("Characteristic", "N stated", "All (n = 110)")
    assert table.rows == (
        ("Sex", "108", ""),
        (f"{INDENT}Male", "", "49 (45.4%)"),
        (f"{INDENT}Female", "", "59 (54.6%)"),
        (f"{INDENT}Missing", "", "2"),
        ("Liver metastases", "110", "102 (92.7%)"),
        ("Albumin, g/L", "104", "41.1 (38.2–44.0), 22.0–51.3"),
        (f"{INDENT}Missing", "", "6"),
    )
    assert "Percentages are of the courses that state the field" in table.notes[0]
    assert baseline_table(found, min_cell=5).rows[3][2] == "<5"


def test_treatment_table_counts_cycles_and_reasons() -> None:
    cycles = tuple(Share(name, n, None) for name, n in (("1", 10), ("2", 12), ("3", 20), ("4", 65), ("5", 3)))
    stops = (Share("completed", 68, None), Share("myelotoxicity", 3, None), Share("partial response", 0, None))
    nothing = Spread(0, None, None, None, None, None)
    rows = by_name(treatment_table(Treatment(110, cycles, 0, stops, 39, nothing, None, 0, 110, 71), FIELDS))
    assert rows[f"{INDENT}4"] == ("65 (59.1%)",)
    assert rows[f"{INDENT}Myelotoxicity"] == ("3 (4.2%)",)
    assert f"{INDENT}Partial response" not in rows
    assert rows[f"{INDENT}Missing"] == ("39",)
