"""Messy values: numbers, dates, units, words, missing codes, limits of detection, coded events, misspelt headers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

from tests.corpus_messy.cohort import Row
from tests.corpus_messy.files import delimited, save
from tests.corpus_messy.languages import EN, FR, PLURAL_WORDS
from tests.corpus_messy.style import Style
from tests.corpus_messy.variant import COURSES, READY, Variant, early_days, rounded, without
from tests.corpus_messy.variants_text import DUTCH, ENGLISH, FRENCH, text

FR_MONTHS = ["janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc."]
NL_MONTHS = ["jan", "feb", "mrt", "apr", "mei", "jun", "jul", "aug", "sep", "okt", "nov", "dec"]
EN_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
THOUSANDS = COURSES.changed(
    "courses", lambda row: {**row, "cga_ug_l": 1000.0 + round(float(str(row["cga_ug_l"] or 0)))}
)
WHOLE = THOUSANDS.changed("courses", lambda row: {name: row[name] for name in (*list(row)[:3], "cga_ug_l")})
"""Patients with nothing but a chromogranin of whole thousands: "1.234" may be 1234 here or 1.234."""
LIMIT = 5.0


def named(months: list[str]) -> Callable[[date], str]:
    """Dates such as 03-avr.-20."""
    return lambda one: f"{one.day:02d}-{months[one.month - 1]}-{one.year % 100:02d}"


def serial(one: date, zero: date = date(1899, 12, 30)) -> str:
    """A date as the number that a spreadsheet keeps."""
    return str((one - zero).days)


def french(name: str = "cohort.csv", **changes):
    """A builder of a French file that differs in some ways."""
    return text(replace(FRENCH, **changes).rows(COURSES), name, delimiter=";")


def english(**changes):
    """A builder of an English file that differs in some ways."""
    return text(replace(ENGLISH, **changes).rows(COURSES))


_G_L, _UMOL_CREATININE, _UMOL_BILIRUBIN = Fraction(10), Fraction(884, 10), Fraction(171, 10)
UNITS = {
    "haemoglobin_g_dl": _G_L,
    "albumin_g_l": Fraction(1, 10),
    "creatinine_mg_dl": _UMOL_CREATININE,
    "bilirubin_mg_dl": _UMOL_BILIRUBIN,
    "platelets_1e9_l": Fraction(1000),
}
UNIT_HEADERS = {
    "haemoglobin_g_dl": "Hb (g/L)",
    "albumin_g_l": "Albumine (g/dL)",
    "creatinine_mg_dl": "Créatinine (µmol/L)",
    "bilirubin_mg_dl": "Bilirubine totale (µmol/L)",
    "platelets_1e9_l": "Plaquettes (/µL)",
    "cga_ug_l": "CgA (ng/mL)",
}
BY_RANGE = {"haemoglobin_g_dl": "Hb", "albumin_g_l": "Albumine", "creatinine_mg_dl": "Créatinine"}
MISSPELT = {
    "patient_id": "Patients ID",
    "age_years": "Age at PRRRT (years)",
    "albumin_g_l": "Albumine level (g/L)",
    "haemoglobin_g_dl": "Haemoglobine (g/dL)",
    "first_cycle_date": "Frist cycle",
    "last_contact_date": "Last contcat",
    "death_date": "Date of deaht",
    "primary_site": "Primary tumor site ",
}


def _limits() -> Variant:
    def low(value: object) -> str:
        if value is None:
            return ""
        return "<5" if float(str(value)) < LIMIT else str(value)

    def used(row: Row) -> Row:
        crp, cga = row["crp_mg_l"], row["cga_ug_l"]
        return {
            **row,
            "crp_mg_l": crp if crp is None else max(float(str(crp)), LIMIT),
            "cga_ug_l": cga if cga is None else min(float(str(cga)), 10000.0),
        }

    def high(value: object) -> str:
        if value is None:
            return ""
        return "> 10000" if float(str(value)) > 10000 else str(value)

    crp = [row["crp_mg_l"] for row in COURSES.courses]
    cga = [row["cga_ug_l"] for row in COURSES.courses]
    signs = {
        "crp_mg_l": tuple("<" for one in crp if one is not None and float(str(one)) < LIMIT),
        "cga_ug_l": tuple(">" for one in cga if one is not None and float(str(one)) > 10000),
    }
    cohort = COURSES.changed("courses", used)
    return Variant(english(written={"crp_mg_l": low, "cga_ug_l": high}), cohort=cohort, signs=signs)


def _two_chromogranins(folder):
    rows = ENGLISH.rows(COURSES)
    place = rows[0].index(EN["cga_ug_l"])
    later = [[*row, "" if number % 3 else "55"] for number, row in enumerate(rows)]
    later[0] = [*rows[0], EN["cga_ug_l"]]
    assert place < len(rows[0])
    return save(folder, delimited(later))


def _grades(value: object) -> str:
    return {"1": "G1", "2": "Grade II (OMS)", "3": "G 3"}[str(value)]


def _coded(name: str, codes: dict[object, str]) -> Style:
    return replace(ENGLISH, written={name: lambda value: codes[value]})


def _ready(headers: dict[str, str], factors=None, **changes):
    style = Style(headers={**EN, **headers}, factors=factors or {}, **changes)
    return text(style.rows(without(READY, "course")))


_MONTHS_READY = READY.changed(
    "courses",
    lambda row: {
        **{name: one for name, one in row.items() if not name.endswith("_days")},
        "os_months": round(float(str(row["os_days"])) / 30.4375, 1),
        "pfs_months": round(float(str(row["pfs_days"])) / 30.4375, 1),
    },
)
_EVENT = {"os_event": lambda value: "2" if value else "1", "pfs_event": lambda value: "2" if value else "1"}
EARLY = early_days(COURSES)

VALUES: dict[str, Variant] = {
    "dates_day_month_name_english": Variant(english(date=named(EN_MONTHS))),
    "dates_day_month_name_french": Variant(french(date=named(FR_MONTHS))),
    "dates_day_month_name_dutch": Variant(text(replace(DUTCH, date=named(NL_MONTHS)).rows(COURSES), delimiter=";")),
    "dates_month_name_joined": Variant(english(date=lambda one: one.strftime("%d%b%Y").upper())),
    "dates_in_words": Variant(english(date=lambda one: f"{one:%B} {one.day}, {one.year}")),
    "dates_with_midnight": Variant(english(date="%Y-%m-%d 00:00:00")),
    "dates_with_time": Variant(french(date="%d/%m/%Y 09:30")),
    "dates_iso_with_zone": Variant(english(date="%Y-%m-%dT08:15:00Z")),
    "dates_two_digit_years": Variant(french(date="%d/%m/%y")),
    "dates_with_points": Variant(french(date="%d.%m.%Y")),
    "dates_compact": Variant(english(date="%Y%m%d")),
    "dates_month_first": Variant(english(date="%m/%d/%Y")),
    "dates_either_way_day_first": Variant(
        text(replace(FRENCH, date="%d/%m/%Y").rows(EARLY), delimiter=";"), cohort=EARLY, asks={"dates": "day first"},
        warns=frozenset({"ambiguous_dates"}),
    ),
    "dates_either_way_month_first": Variant(
        text(replace(ENGLISH, date="%m/%d/%Y").rows(EARLY)), cohort=EARLY, asks={"dates": "month first"},
        warns=frozenset({"ambiguous_dates"}),
    ),
    "dates_excel_numbers_as_text": Variant(english(date=serial)),
    "numbers_comma_thousands": Variant(text(replace(ENGLISH, thousands=",").rows(THOUSANDS)), cohort=THOUSANDS),
    "numbers_point_thousands": Variant(
        text(replace(FRENCH, thousands=".").rows(THOUSANDS), delimiter=";"), cohort=THOUSANDS
    ),
    "numbers_no_break_spaces": Variant(
        text(replace(FRENCH, thousands="\u00a0").rows(THOUSANDS), delimiter=";"), cohort=THOUSANDS
    ),
    "numbers_narrow_no_break_spaces": Variant(
        text(replace(FRENCH, thousands="\u202f").rows(THOUSANDS), delimiter=";"), cohort=THOUSANDS
    ),
    "numbers_spaces": Variant(text(replace(DUTCH, thousands=" ").rows(THOUSANDS), delimiter="\t"), cohort=THOUSANDS),
    "numbers_either_way": Variant(
        text(replace(ENGLISH, thousands=".").rows(WHOLE), delimiter="\t"), cohort=WHOLE,
        asks={"decimal": "thousands"},
        warns=frozenset({"no_times"}),
    ),
    "percent_signs": Variant(english(written={"ki67_percent": lambda value: f"{value:g} %"})),
    "units_in_headers": Variant(french(headers={**FR, **UNIT_HEADERS}, factors=UNITS)),
    "units_by_range": Variant(
        french(headers={**FR, **BY_RANGE}, factors={name: UNITS[name] for name in BY_RANGE}),
    ),
    "units_haemoglobin_mmol": Variant(
        english(headers={**EN, "haemoglobin_g_dl": "Hb (mmol/L)"}, factors={"haemoglobin_g_dl": Fraction(10000, 16114)})
    ),
    "times_in_days": Variant(_ready({}), cohort=READY),
    "times_in_weeks": Variant(
        _ready(
            {"os_days": "OS (weeks)", "pfs_days": "PFS (weeks)"},
            {"os_days": Fraction(1, 7), "pfs_days": Fraction(1, 7)},
        ),
        cohort=READY,
    ),
    "times_in_months": Variant(
        text(Style(headers={**EN, "os_months": "Survie globale (mois)", "pfs_months": "PFS (mois)"},
                   decimal=",").rows(without(_MONTHS_READY, "course")), delimiter=";"),
        cohort=_MONTHS_READY,
    ),
    "events_coded_1_2": Variant(_ready({}, written=_EVENT), cohort=READY, asks={"os|OS|event": "2", "pfs|PFS": "2"}),
    "events_coded_0_1": Variant(_ready({}, yes_no=("0", "1")), cohort=READY),
    "events_in_french": Variant(
        _ready(
            {name: FR[name] for name in ("os_event", "pfs_event")},
            written={
                "os_event": lambda value: "Décédé" if value else "Vivant",
                "pfs_event": lambda value: "oui" if value else "non",
            },
        ),
        cohort=READY,
    ),
    "yes_no_in_french": Variant(french(yes_no=("non", "OUI"))),
    "yes_no_in_dutch": Variant(text(replace(DUTCH, yes_no=("neen", "ja")).rows(COURSES), delimiter=";")),
    "yes_no_zero_one": Variant(english(yes_no=("0", "1"))),
    "yes_no_excel_french": Variant(french(yes_no=("FAUX", "VRAI"))),
    "levels_in_capitals_and_plurals": Variant(english(words=PLURAL_WORDS)),
    "grades_in_roman": Variant(french(written={"grade": _grades})),
    "sex_coded": Variant(
        text(_coded("sex", {"male": "1", "female": "2"}).rows(COURSES)), asks={"Sex": "1 male"}
    ),
    "missing_codes_french": Variant(french(missing="n.d.")),
    "missing_codes_mixed": Variant(english(missing="?")),
    "missing_words_dutch": Variant(text(replace(DUTCH, missing="onbekend").rows(COURSES), delimiter=";")),
    "missing_999": Variant(
        english(written={"albumin_g_l": lambda value: "999" if value is None else f"{value:g}"}),
        asks={"999|albumin|missing": "missing"},
    ),
    "limits_of_detection": _limits(),
    "headers_misspelt": Variant(english(headers={**EN, **MISSPELT})),
    "headers_twice": Variant(
        _two_chromogranins,
        extras={"Chromogranin A (ug/L) (column 35)": tuple(55 if n % 3 == 0 else None for n in range(1, 31))},
        asks={"cga_ug_l.column": EN["cga_ug_l"]},
        warns=frozenset({"duplicate_header", "ambiguous_header"}),
    ),
    "counts_as_decimals": Variant(
        english(written={"course": lambda value: f"{value}.0", "n_cycles": lambda value: f"{value}.0"})
    ),
    "course_in_words": Variant(english(written={"course": lambda value: f"PRRT-{value}"})),
    "trial_dates_before_2000": Variant(
        text(replace(ENGLISH, date="%d-%b-%Y").rows(rounded(COURSES))), cohort=rounded(COURSES)
    ),
}  # fmt: skip
DAY = timedelta(days=1)
