"""Levels and missing words by what departments write; limits in the tables beside the courses."""

import pytest

from core.ingest import read_source
from core.ingest.levels import level_of
from core.ingest.words import key
from tests.ingest.files import TODAY, cells, read, write
from tests.ingest.test_doubts import column

SPELLINGS = [
    ("primary_site", "small intestine", "Intestin grêle|INTESTINS GRÊLES|grêle|SI-NET|dunne darm|Ileum|iléon|midgut|"
     "Tumeur primitive : grêle|jéjuno-iléal|jejunum/ileum|small bowels"),
    ("primary_site", "pancreas", "Pancréas|alvleesklier|pNET|pancreatic NET|tumeur du pancréas|PANCREAS"),
    ("primary_site", "colon or rectum", "Côlon / rectum|rectum|dikke darm|colo-rectal|Colorectal|caecum"),
    ("primary_site", "stomach", "estomacs|maag|gastric NET"),
    ("primary_site", "other", "Autres|poumon|CUP|longen|Overige"),
    ("sex", "male", "M|m.|homme|Hommes|man|MAN|h"),
    ("sex", "female", "F|V|vrouw|Vrouwen|femmes|Féminin"),
    ("grade", "1", "G1|Grade I|graad 1|1.0|NET G1|G 1"),
    ("grade", "2", "G2|grade II|Grade II (OMS)|G2 (WHO 2019)|WHO grade 2"),
    ("recist_response", "CR", "RC|réponse complète|complete remission|volledige respons"),
    ("recist_response", "PR", "RP|Réponse partielle|Partiële respons|pr"),
    ("recist_response", "SD", "MS|maladie stable|stabiele ziekte|Stabiel"),
    ("recist_response", "PD", "MP|ziekteprogressie|maladie progressive|progression"),
    ("recist_response", "not evaluable", "NE|N.E.|non évaluable|niet evalueerbaar"),
    ("fdg_pet", "positive", "Positif|POS|FDG+|TEP +|positief|+"),
    ("fdg_pet", "negative", "négatif|Négative|FDG-|TEP -|negatief|neg."),
    ("stop_reason", "completed", "terminé|Traitement complet|voltooid|as planned"),
    ("stop_reason", "radiologic progression", "ziekteprogressie|PD|progression radiologique"),
    ("stop_reason", "myelotoxicity", "Toxicité hématologique|hematologische toxiciteit|myélotoxicité"),
    ("stop_reason", "patient decision or lost", "perdu de vue|refus|uit het oog verloren|lost to follow-up"),
    ("progression_basis", "RECIST", "Radiologique|radiologisch"),
    ("progression_basis", "clinical", "clinique|Klinisch"),
]  # fmt: skip


@pytest.mark.parametrize(("field", "level", "words"), SPELLINGS)
def test_level_by_its_spellings(field, level, words):
    assert {word: level_of("courses", field, word) for word in words.split("|")} == dict.fromkeys(
        words.split("|"), level
    )


@pytest.mark.parametrize(
    ("field", "word"), [("primary_site", "heart"), ("primary_site", "net"), ("grade", "G4"), ("sex", "x"), ("sex", "")]
)
def test_level_that_is_none(field, word):
    assert level_of("courses", field, word) is None


def test_key_keeps_the_sign_at_the_end():
    assert (key("FDG+"), key("FDG-"), key("+"), key("Négatif")) == ("fdg +", "fdg -", "+", "negatif")


@pytest.mark.parametrize(
    "word",
    ["n.b.", "geen", "/", "not done", "niet gedaan", "Non fait", "non réalisé", "NVT", "??", "--", "indisponible", "…"],
)
def test_missing_words_of_three_languages(tmp_path, word):
    ingested = read(tmp_path, f"patient_id\tsex\tage_years\tmds_date\nP1\t{word}\t{word}\t{word}\n")
    assert [cells(ingested, name) for name in ("sex", "age_years", "mds_date")] == [[None]] * 3
    assert [one.severity for one in ingested.problems if one.code != "no_times"] == []


@pytest.mark.parametrize(
    ("name", "yes", "no"),
    [
        ("diabetes", "présent", "afwezig"),
        ("diabetes", "✓", "non"),
        ("diabetes", "+", "-"),
        ("diabetes", "ja", "neen"),
        ("os_event", "décès", "en vie"),
        ("os_event", "Overleden", "in leven"),
        ("pfs_event", "progression", "censuré"),
        ("functional", "sécrétante", "niet functioneel"),
        ("metastasis_liver", "positif", "négatif"),
    ],
)
def test_yes_and_no_of_three_languages(tmp_path, name, yes, no):
    assert cells(read(tmp_path, column(name, [yes, no])), name) == [True, False]


def test_year_of_birth_of_two_digits_is_never_ahead_nor_a_childs(tmp_path):
    ingested = read(tmp_path, column("birth_year", ["48", "1950", "05", "12", "99"]))
    assert cells(ingested, "birth_year") == [1948, 1950, 2005, 1912, 1999]
    (listed,) = [one for one in ingested.changes if "birth_year" in one]
    assert listed.startswith("courses: 'birth_year': '48' read as 1948 (1 cell), '05' read as 2005 (1 cell)")


def test_limits_of_every_table_are_kept_by_line(tmp_path):
    write(tmp_path, "patient_id;CRP;n_cycles\nP1;<0,5;4\nP2;> 200;>3\n")
    write(
        tmp_path,
        "patient_id,date,analyte,value,unit\nP1,2020-01-25,CRP,<5,mg/L\nP1,2020-02-25,CRP,12,mg/L\n",
        "labs.csv",
    )
    ingested = read_source(tmp_path, today=TODAY)
    assert ingested.signs == {"crp_mg_l": {2: "<", 3: ">"}, "labs.value": {2: "<"}}
    assert (cells(ingested, "crp_mg_l"), cells(ingested, "value", "labs")) == ([0.5, 200.0], [5.0, 12.0])
    listed = (
        "courses: 'CRP': limits such as '<0,5' are kept with their sign, and the limit is the number used (2 cells)."
    )
    assert listed in ingested.changes
    failed = next(one for one in ingested.problems if one.code == "wrong_type")
    assert (failed.line, failed.message) == (3, "'>3' is a limit of detection, not a number.")


def test_limits_of_rows_left_out_are_left_out(tmp_path):
    ingested = read(tmp_path, "patient_id,course,CRP\nP1,1,<5\nP1,1,<6\nP2,1,<7\n")
    assert ingested.signs == {"crp_mg_l": {2: "<", 4: "<"}}
