"""What each column was read as: headers of real Belgian exports, how sure, by whom; and the key of a file's headers."""

from dataclasses import replace

import pytest

from core.fields import TABLE_FIELDS
from core.ingest import ColumnRead, headers_key, read_source, try_source
from core.ingest.columns import columns_text
from core.ingest.headers import candidates, loosely
from core.ingest.similar import similar
from core.problems import CohortError
from tests.ingest.files import TODAY, cells, read, write

BELGIAN = {
    "patient_id": "N° patient|N° Patient|Numéro de patient|Nº inclusion|Patiëntnummer|Studienummer|Code patient|"
    "Pat. nr.|Identifiant|Patiënt ID|Subject ID",
    "sex": "Sexe|Geslacht|Sexe (M/F)|Geslacht (m/v)|Gender|Sex",
    "age_years": "Âge|Age (ans)|Âge à la première cure|Leeftijd (jaar)|Leeftijd bij start PRRT|Age at first cycle|"
    "Âge au début du traitement",
    "birth_year": "Année de naissance|Geboortejaar|Year of birth",
    "hypertension": "HTA|Hypertension artérielle|Arteriële hypertensie|HTA (O/N)",
    "diabetes": "Diabète|Diabetes mellitus|Suikerziekte",
    "ki67_percent": "Ki67|Ki-67 (%)|Ki 67 %|Indice Ki-67|Ki-67 index (%)|Index de prolifération|MIB-1",
    "mitoses_per_2mm2": "Mitoses/2mm²|Index mitotique|Mitosen|Mitoses (/2 mm2)|Nombre de mitoses",
    "grade": "Grade OMS|WHO grade|Graad|Grade histologique|Tumorgraad|Grade (WHO 2019)",
    "primary_site": "Tumeur primitive|Site primitif|Primaire tumor|Lokalisatie primaire tumor|Primary site|"
    "Localisation du primitif|Oorsprong",
    "functional": "Fonctionnelle|Functioneel|Tumeur fonctionnelle|Syndrome carcinoïde|Functionele tumor",
    "cga_ug_l": "Chromogranine A (µg/L)|CgA (ng/mL)|CgA baseline|Chromogranine A|CgA avant PRRT (µg/l)|CgA [µg/L]",
    "alp_u_l": "Phosphatases alcalines (U/L)|PAL|Alkalische fosfatase|ALP (IU/L)|Alk. fosfatase",
    "sodium_mmol_l": "Natrium|Sodium (mmol/L)|Na|Natrémie|Na+",
    "albumin_g_l": "Albumine (g/L)|Albumine|Alb|Albuminémie",
    "crp_mg_l": "CRP (mg/L)|CRP|Protéine C réactive",
    "haemoglobin_g_dl": "Hb|Hb (g/dL)|Hémoglobine|Hemoglobine|Hgb|Hb pré-PRRT",
    "leukocytes_1e9_l": "GB|Globules blancs|WBC|Leukocyten|Leuco's|Witte bloedcellen|GB (10³/µL)|Leucocytes",
    "platelets_1e9_l": "Plaquettes|Trombo's|Bloedplaatjes|Trombocyten|PLT|Plaquettes (10^3/µL)|Thrombo's",
    "neutrophils_1e9_l": "Neutrophiles|Neutrofielen|PNN|Neutro",
    "lymphocytes_1e9_l": "Lymphocytes|Lymfocyten|Lympho",
    "creatinine_mg_dl": "Créatinine (mg/dL)|Creatinine|Créat|Créatinine (µmol/L)|Kreatinine",
    "egfr": "DFG|eGFR (CKD-EPI)|DFGe|eGFR",
    "bilirubin_mg_dl": "Bilirubine totale|Bili|Bilirubine (mg/dL)|Totale bilirubine",
    "ast_u_l": "ASAT|AST (GOT)|GOT|ASAT (U/L)",
    "alt_u_l": "ALAT|ALT (GPT)|GPT",
    "ggt_u_l": "GGT|Gamma-GT",
    "fdg_pet": "FDG PET|TEP-FDG|PET-FDG|FDG-PET/CT|TEP FDG",
    "metastasis_liver": "Méta foie|Métastases hépatiques|Levermetastasen|Liver mets|Levermeta",
    "metastasis_bone": "Méta os|Métastases osseuses|Botmetastasen|Bone metastases",
    "metastasis_lymph_node": "Métastases ganglionnaires|Lymfekliermetastasen|Méta ganglions",
    "metastasis_peritoneum": "Métastases péritonéales|Peritoneum metastasen",
    "prior_surgery": "Chirurgie|Chirurgie antérieure|Heelkunde|Prior surgery",
    "prior_chemotherapy": "Chimiothérapie|Chimio avant PRRT|Chemotherapie|Eerdere chemotherapie",
    "prior_somatostatin_analogs": "Analogues somatostatine|SSA|Somatostatine-analogen",
    "prior_modalities": "Nb de lignes|Aantal eerdere behandelingen|Number of prior treatments",
    "first_cycle_date": "Date première cure|Date 1ère cure|Datum eerste behandeling|Datum eerste kuur|Date début PRRT|"
    "Date de la première cure|Startdatum|Datum 1e cyclus|Date of first PRRT|C1 date|Date C1|Datum start PRRT",
    "last_cycle_date": "Date dernière cure|Datum laatste kuur|Date dernier cycle|Date of last cycle|"
    "Datum laatste cyclus|Date de la dernière cure",
    "n_cycles": "Nombre de cycles|Nb cures|Aantal cycli|Aantal kuren|Number of cycles|Nbre de cycles",
    "total_activity_gbq": "Activité totale (GBq)|Totale activiteit (GBq)|Activité cumulée|Total activity (GBq)",
    "stop_reason": "Raison d'arrêt|Motif d'arrêt|Reden stopzetting|Reason for stopping",
    "recist_response": "Réponse RECIST|RECIST|Beste respons|Best response|Meilleure réponse",
    "progression_date": "Date de progression|Date progression|Datum progressie|Progression date|Datum PD",
    "new_treatment_date": "Date nouveau traitement|Datum nieuwe behandeling|Next treatment date",
    "death_date": "Date de décès|Date du décès|Datum overlijden|Overlijdensdatum|Date of death|DOD",
    "last_contact_date": "Laatste contact|Dernières nouvelles|Date dernières nouvelles|Datum laatste contact|"
    "Date des dernières nouvelles|Last follow-up|Dernier contact|Datum laatste raadpleging|DDN",
    "pfs_months": "PFS (mois)|Survie sans progression (mois)|PFS (maanden)|PFS months|SSP (mois)",
    "pfs_event": "PFS status|PFS event|Statut PFS|Progressiestatus",
    "os_months": "Survie globale (mois)|OS (mois)|OS (maanden)|Algehele overleving (maanden)|Overall survival (months)",
    "os_event": "Statut vital|OS status|Vitale status|Vital status|Décédé (O/N)|Overleden (j/n)",
}  # fmt: skip
HEADERS = [(name, header) for name, many in BELGIAN.items() for header in many.split("|")]
PLAUSIBLE = {"date": "25/03/2021", "yes_no": "1", "text": "P-17"}


def cell_of(name: str) -> str:
    """A cell that the field can hold."""
    field = TABLE_FIELDS["courses"][name]
    if field.levels:
        return field.levels[0]
    if field.numeric:
        low, high = field.plausible or (0, 10)
        return f"{(low or 0) + 0.25 * ((high or 0) - (low or 0)):.0f}"
    return PLAUSIBLE[field.type]


@pytest.mark.parametrize(("name", "header"), HEADERS)
def test_column_of_a_belgian_export_is_known(tmp_path, name, header):
    ingested = read(tmp_path, f'"{header}";trial\n{cell_of(name)};NETTER\n')
    assert ingested.columns[0].field == name, ingested.columns[0]
    assert ingested.columns[0].confidence >= 0.85
    assert ingested.questions == ()


def test_belgian_headers_together_ask_nothing(tmp_path):
    """One header of each field, as one export: no question, every column its field."""
    first = {name: many.split("|")[0] for name, many in BELGIAN.items()}
    text = ";".join(first.values()) + "\n" + ";".join(cell_of(name) for name in first) + "\n"
    ingested = read(tmp_path, text)
    assert ingested.questions == ()
    assert ingested.mapping == first


@pytest.mark.parametrize(
    ("table", "header", "name"),
    [
        ("cycles", "Date d'administration", "date"),
        ("cycles", "Activité administrée (GBq)", "activity_gbq"),
        ("cycles", "N° cure", "cycle"),
        ("cycles", "Toedieningsdatum", "date"),
        ("labs", "Paramètre", "analyte"),
        ("labs", "Bepaling", "analyte"),
        ("labs", "Résultat", "value"),
        ("labs", "Uitslag", "value"),
        ("labs", "Datum afname", "date"),
        ("labs", "Date du prélèvement", "date"),
        ("labs", "Limite inférieure", "lln"),
        ("labs", "Bovengrens", "uln"),
        ("adverse_events", "Effet indésirable", "term"),
        ("adverse_events", "Bijwerking", "term"),
        ("adverse_events", "Grade CTCAE", "grade"),
        ("adverse_events", "Date de début", "onset_date"),
        ("adverse_events", "Einddatum", "end_date"),
        ("adverse_events", "Imputabilité", "related"),
    ],
)
def test_header_of_another_table(table, header, name):
    base = header.split("(")[0]
    found = candidates(table, header) or candidates(table, base) or loosely(table, header)
    assert [field.name for field, _ in found] == [name]


def test_columns_say_field_confidence_type_example_and_fate(tmp_path):
    text = (
        "patient_id;Nom;Ki67;Albumine (g/dL);frist_cycle_date;ddn;hair\nP1;Dupont;3;3,9;2020-01-01;1950-03-01;brown\n"
    )
    ingested = read(tmp_path, text, mapping={"age_years": "hair"})
    assert ingested.columns[:5] == (
        ColumnRead("courses", "patient_id", "patient_id", "Read as Patient.", 1.0, "name", "text", "P1"),
        ColumnRead("courses", "Nom", "", "Left out: it holds a name.", 0.0, "", "", ""),
        ColumnRead("courses", "Ki67", "ki67_percent", "Read as Ki-67, %.", 0.93, "synonym", "number", "3"),
        ColumnRead("courses", "Albumine (g/dL)", "albumin_g_l", "Read as Albumin, g/L; converted from g/dL.",
                   0.93, "synonym", "number", "3,9"),
        ColumnRead("courses", "frist_cycle_date", "first_cycle_date", "Read as First cycle.", 0.89, "similar", "date",
                   "2020-01-01"),
    )  # fmt: skip
    assert ingested.columns[6] == ColumnRead(
        "courses", "hair", "age_years", "Read as Age, years.", 1.0, "stated", "number", "brown"
    )


def test_columns_of_birth_dates_show_no_example(tmp_path):
    (born,) = [
        one
        for one in read(tmp_path, "patient_id,dob,first_cycle_date\nP1,1950-03-01,2020-01-01\n").columns
        if one.header == "dob"
    ]
    assert (born.field, born.example) == ("age_years", "")
    assert born.fate == "Made into Age, years: the birth date itself is not kept."


def test_columns_of_their_own_and_of_long_tables(tmp_path):
    write(tmp_path, "patient_id,eye colour,sex\n" + "".join(f"P{n},blue,{n % 2 + 1}\n" for n in range(6)))
    write(tmp_path, "patient_id,cycle,date,nurse\nP1,1,2020-01-01,A\n", "cycles.csv")
    ingested = read_source(tmp_path, today=TODAY)
    fates = {(one.table, one.header): one.fate for one in ingested.columns}
    assert fates["courses", "eye colour"] == "Kept under its own name, eye_colour."
    assert fates["courses", "sex"] == "Kept under its own name, sex_in_file: most of its cells cannot be read as Sex."
    assert fates["cycles", "nurse"] == "Not used: no field of this table."
    assert [one.table for one in ingested.columns] == ["courses"] * 3 + ["cycles"] * 4


def test_columns_of_a_refused_source_are_listed(tmp_path):
    refusal = try_source(write(tmp_path, "alpha,beta\n1,2\n"), today=TODAY)
    assert isinstance(refusal, CohortError)
    assert [(one.header, one.field, one.example) for one in refusal.columns] == [("alpha", "", "1"), ("beta", "", "2")]


def test_columns_in_words(tmp_path):
    ingested = read(tmp_path, "patient_id,Ki67,hair\nP1,3,brown\n")
    assert columns_text(ingested.columns) == [
        "courses: 'patient_id' -> patient_id (name, 100% sure), such as 'P1'",
        "courses: 'Ki67' -> ki67_percent (synonym, 93% sure), such as '3'",
        "courses: 'hair' -> kept under its own name, hair, such as 'brown'",
    ]


def test_answer_that_a_column_is_no_field(tmp_path):
    ingested = read(tmp_path, "patient_id,Ki67\nP1,3\n", answers={"courses.Ki67.field": "none"})
    assert "ki67_percent" not in ingested.mapping
    assert cells(ingested, "ki67") == [3]
    assert ingested.questions == ()


def test_answer_that_a_column_is_a_field_converts_from_its_unit(tmp_path):
    ingested = read(
        tmp_path, "patient_id,blood A (g/dL)\nP1,3.9\n", answers={"courses.blood A (g/dL).field": "albumin_g_l"}
    )
    assert cells(ingested, "albumin_g_l") == [pytest.approx(39.0)]
    assert any(one.startswith("courses: 'blood A (g/dL)': converted from g/dL to g/L") for one in ingested.changes)


@pytest.mark.parametrize(
    "answers",
    [
        {"courses.Ki67.field": "hair_colour"},
        {"courses.Ki68.field": "none"},
        {"courses.Ki67.field": "sex", "courses.x.field": "sex"},
    ],
)
def test_answer_that_cannot_be_is_refused(tmp_path, answers):
    refusal = try_source(write(tmp_path, "patient_id,Ki67,x\nP1,3,4\n"), answers=answers, today=TODAY)
    assert isinstance(refusal, CohortError)
    assert refusal.problems[-1].code == "unknown_answer"


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ("Date premiere curre", "first_cycle_date"),
        ("Haemoglobine", "haemoglobin_g_dl"),
        ("Contact laatste datum", "last_contact_date"),
        ("Métastases hépatiqes", "metastasis_liver"),
    ],
)
def test_similar_header(header, name):
    found = similar("courses", header)
    assert [one.field.name for one in found] == [name]
    assert found[0].score >= 0.9


@pytest.mark.parametrize(
    "header",
    [
        "date dernière cure bis", "cycle 3 date", "CgA 2", "meal.cal", "wt.loss", "ph.karno", "pat.karno", "inst",
        "status",
        "institution", "menostat", "tumour size", "pnodes", "progrec", "estrec", "week", "arrest", "centre",
        "commentaire",
        "opmerking", "médecin", "arts", "poids", "gewicht", "taille", "date inclusion", "datum scan", "OS metastases 2",
        "albumin week 12", "Ki-68", "PFS2 event",
    ],
)  # fmt: skip
def test_similar_to_nothing(header):
    assert similar("courses", header) == ()


def test_similar_header_in_between_is_asked_about(tmp_path):
    text = "patient_id,Meilleur reponsse\nP1,CR\nP2,PD\n"
    assert 0.84 <= similar("courses", "Meilleur reponsse")[0].score < 0.95
    ingested = read(tmp_path, "patient_id,Dat dernier contct\nP1,2020-01-01\n")
    asked = ingested.questions or read(tmp_path, text).questions
    assert all(one.answer == "none" for one in asked)


def test_headers_key_knows_the_headers_only(tmp_path):
    columns = read(tmp_path, "patient_id,Ki67\nP1,3\n").columns
    same = read(tmp_path, "Ki67,patient_id\n8,P2\n").columns
    other = read(tmp_path, "patient_id,Ki 67\nP1,3\n").columns
    assert headers_key(columns) == headers_key(same) == headers_key([*columns, replace(columns[0], field="sex")])
    assert headers_key(columns) != headers_key(other)
