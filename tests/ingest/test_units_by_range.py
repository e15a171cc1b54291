"""Units: by header, by a stated mapping, by the middle of the column; asked about where the middle does not decide."""

import pytest

from core.fields import FIELDS
from core.ingest.header_units import other_units, unit_factor
from core.units import CANONICAL, conversions, factor
from tests.ingest.files import cells, read
from tests.ingest.test_doubts import column, keys


@pytest.mark.parametrize(
    ("field", "unit", "step"),
    [
        ("cga_ug_l", "ng/mL", 1.0),
        ("cga_ug_l", "nmol/L", None),
        ("haemoglobin_g_dl", "g/L", 0.1),
        ("haemoglobin_g_dl", "mmol/L", 1.6114),
        ("creatinine_mg_dl", "µmol/L", 1 / 88.4),
        ("bilirubin_mg_dl", "µmol/L", 1 / 17.1),
        ("albumin_g_l", "g/dL", 10.0),
        ("platelets_1e9_l", "/µL", 0.001),
        ("platelets_1e9_l", "10³/µL", 1.0),
        ("platelets_1e9_l", "G/L", 1.0),
        ("leukocytes_1e9_l", "/mm³", 0.001),
        ("sodium_mmol_l", "mEq/L", 1.0),
        ("alp_u_l", "UI/L", 1.0),
        ("os_days", "weeks", 7.0),
        ("os_days", "semaines", 7.0),
        ("os_days", "jaren", 365.25),
        ("os_months", "mois", 1.0),
        ("os_months", "maanden", 1.0),
        ("os_days", "mois", None),
    ],
)
def test_unit_of_a_header(field, unit, step):
    assert unit_factor(FIELDS[field], unit) == (None if step is None else pytest.approx(step))


@pytest.mark.parametrize("analyte", CANONICAL)
def test_units_of_an_analyte_are_each_another_step(analyte):
    steps = [step for _, step in conversions(analyte)]
    assert len(set(steps)) == len(steps)
    assert all(factor(analyte, unit) == step for unit, step in conversions(analyte))


def test_units_besides_the_fields_own():
    assert other_units(FIELDS["haemoglobin_g_dl"]) == [("g/L", 0.1), ("mmol/L", 1.6114)]
    assert other_units(FIELDS["cga_ug_l"]) == []


@pytest.mark.parametrize(
    ("header", "field", "values", "expected"),
    [
        ("OS (weeks)", "os_days", ["1", "2.5"], [7.0, 17.5]),
        ("survie (mois)", "os_months", ["12", "20"], [12.0, 20.0]),
        ("Survie globale (semaines)", "os_days", ["2"], [14.0]),
        ("overleving (jaren)", "os_days", ["1", "2"], [365.25, 730.5]),
        ("Algehele overleving (dagen)", "os_days", ["400"], [400.0]),
    ],
)
def test_durations_by_header(tmp_path, header, field, values, expected):
    assert cells(read(tmp_path, column(header, values)), field) == expected


def test_durations_of_a_stated_column_follow_its_header(tmp_path):
    ingested = read(tmp_path, column("suivi (mois)", ["2", "4"]), mapping={"os_days": "suivi (mois)"})
    assert cells(ingested, "os_days") == [60.875, 121.75]
    assert "courses: 'suivi (mois)': converted from mois to days: 2 mois -> 60.88 days (2 cells)." in ingested.changes


@pytest.mark.parametrize(
    ("header", "field", "values", "expected", "units", "example"),
    [
        ("Hb", "haemoglobin_g_dl", ["134", "118"], [13.4, 11.8], "g/L to g/dL", "134 g/L -> 13.4 g/dL"),
        ("albumine", "albumin_g_l", ["3.8", "4.1"], [38.0, 41.0], "g/dL to g/L", "3.8 g/dL -> 38 g/L"),
        ("Créat", "creatinine_mg_dl", ["88.4", "44.2"], [1.0, 0.5], "µmol/L to mg/dL", "88.4 µmol/L -> 1 mg/dL"),
        ("PLT", "platelets_1e9_l", ["234000", "99000"], [234.0, 99.0], "/µL to 10⁹/L", "234000 /µL -> 234 10⁹/L"),
        ("WBC", "leukocytes_1e9_l", ["5600", "4100"], [5.6, 4.1], "/µL to 10⁹/L", "5600 /µL -> 5.6 10⁹/L"),
    ],
)
def test_unit_by_range_is_converted_and_listed(tmp_path, header, field, values, expected, units, example):
    ingested = read(tmp_path, column(header, values))
    assert cells(ingested, field) == [pytest.approx(one, rel=1e-5) for one in expected]
    listed = f"converted from {units}, the unit that its values tell: {example} (2 cells)."
    assert f"courses: '{header}': {listed}" in ingested.changes
    assert keys(ingested) == []


@pytest.mark.parametrize(
    ("header", "values"),
    [
        ("Hb", ["13.4", "9.9", "134"]),  # one typing error does not make a unit
        ("haemoglobin_g_dl", ["134", "118", "120"]),  # the name states the unit
        ("Hb (g/dL)", ["134", "118", "120"]),
        ("sodium", ["14", "13", "12"]),  # no other unit is known
    ],
)
def test_unit_that_nothing_tells_is_the_fields_own(tmp_path, header, values):
    ingested = read(tmp_path, column(header, values))
    assert not [one for one in ingested.changes if "converted" in one]
    assert keys(ingested) == []


@pytest.mark.parametrize(
    ("header", "field", "values", "answer", "first"),
    [
        ("Hb", "haemoglobin_g_dl", ["8.0", "7.9", "8.4"], "mmol/L", 12.8912),
        ("Hb", "haemoglobin_g_dl", ["8.0", "7.9", "8.4"], "g/dL", 8.0),
        ("bilirubine", "bilirubin_mg_dl", ["17.1", "9", "14"], "µmol/L", 1.0),
        ("bilirubine", "bilirubin_mg_dl", ["17.1", "9", "14"], "mg/L", 1.71),
        ("Ki67", "ki67_percent", ["0.02", "0.15", "0.3"], "fraction", 2.0),
        ("Ki67", "ki67_percent", ["0.02", "0.15", "0.3"], "%", 0.02),
    ],
)
def test_unit_of_a_plausible_but_unusual_column_is_asked_about(tmp_path, header, field, values, answer, first):
    key = f"courses.{header}.unit"
    ingested = read(tmp_path, column(header, values), answers={key: answer})
    assert cells(ingested, field)[0] == pytest.approx(first)
    assert [one.code for one in ingested.problems] == ["no_times"]
    waiting = read(tmp_path, column(header, values))
    assert (keys(waiting), cells(waiting, field)[0]) == ([key], float(values[0]))
    assert "doubtful_unit" in [one.code for one in waiting.problems]


def test_limits_are_converted_and_kept_with_their_sign(tmp_path):
    ingested = read(tmp_path, column("Hb (g/L)", ["<80", "134"]))
    assert (cells(ingested, "haemoglobin_g_dl"), ingested.signs) == ([8.0, 13.4], {"haemoglobin_g_dl": {2: "<"}})


def test_units_that_no_header_states_are_listed(tmp_path):
    text = "patient_id;cga;albumin;Hb (g/dL);crp_mg_l;ki67\nP1;120;39;13;4;3\nP2;250;41;12;7;4\n"
    said = [one for one in read(tmp_path, text).changes if "state no unit" in one]
    assert said == ["courses: the headers state no unit, and the values are taken as ug/L in 'cga'; g/L in 'albumin'."]
