"""How the same fields and values stand in English, French and Dutch files."""

from __future__ import annotations

from collections.abc import Mapping

_HEADERS = """
patient_id | Patient ID | N° patient | Patiëntnummer
course | PRRT course | Numéro de cure | Kuurnummer
sex | Sex | Sexe | Geslacht
age_years | Age (years) | Âge (ans) | Leeftijd (jaar)
ki67_percent | Ki-67 (%) | Ki-67 (%) | Ki67 (%)
grade | WHO grade | Grade OMS | WHO-graad
primary_site | Primary tumour | Tumeur primitive | Primaire tumor
functional | Functional | Fonctionnel | Functioneel
hypertension | Arterial hypertension | HTA | Hypertensie
diabetes | Diabetes | Diabète | Suikerziekte
metastasis_liver | Liver metastases | Métastases hépatiques | Levermetastasen
metastasis_bone | Bone metastases | Métastases osseuses | Botmetastasen
prior_surgery | Prior surgery | Chirurgie antérieure | Eerdere heelkunde
prior_somatostatin_analogs | Prior SSA | Analogues de la somatostatine | Eerdere SSA
cga_ug_l | Chromogranin A (ug/L) | Chromogranine A (µg/L) | CgA (µg/L)
alp_u_l | ALP (U/L) | PAL (UI/L) | AF (U/L)
sodium_mmol_l | Sodium (mmol/L) | Natrémie (mmol/L) | Natrium (mmol/L)
albumin_g_l | Albumin (g/L) | Albumine (g/L) | Albumine (g/L)
crp_mg_l | CRP (mg/L) | CRP (mg/L) | CRP (mg/L)
haemoglobin_g_dl | Haemoglobin (g/dL) | Hémoglobine (g/dL) | Hemoglobine (g/dL)
leukocytes_1e9_l | WBC (10^9/L) | Leucocytes (10^9/L) | Leukocyten (10^9/L)
platelets_1e9_l | Platelets (10^9/L) | Plaquettes (10^9/L) | Bloedplaatjes (10^9/L)
creatinine_mg_dl | Creatinine (mg/dL) | Créatinine (mg/dL) | Creatinine (mg/dL)
bilirubin_mg_dl | Bilirubin (mg/dL) | Bilirubine totale (mg/dL) | Bilirubine (mg/dL)
fdg_pet | FDG PET | TEP-FDG | FDG-PET
first_cycle_date | First cycle | Date première cure | Datum eerste kuur
last_cycle_date | Last cycle | Date dernière cure | Laatste cyclus
n_cycles | Number of cycles | Nombre de cures | Aantal kuren
stop_reason | Reason for stopping | Motif d'arrêt | Reden stop
recist_response | RECIST response | Réponse RECIST | RECIST-respons
progression_date | Date of progression | Date de progression | Datum progressie
progression_basis | Type of progression | Type de progression | Type progressie
death_date | Date of death | Date de décès | Datum overlijden
last_contact_date | Last contact | Date des dernières nouvelles | Laatste contact
os_days | OS (days) | Survie globale (jours) | Algehele overleving (dagen)
os_event | OS status | Statut vital | Vitale status
pfs_days | PFS (days) | PFS (jours) | PFS (dagen)
pfs_event | PFS status | Statut PFS | Progressiestatus
cycles.course | PRRT course | PRRT numéro | PRRT kuur
cycle | Cycle number | Numéro de cycle | Cyclusnummer
date | Date | Date | Datum
activity_gbq | Activity (GBq) | Activité (GBq) | Activiteit (GBq)
analyte | Test | Analyse | Analyse
value | Result | Résultat | Resultaat
unit | Units | Unité | Eenheid
lln | Lower limit | Limite inférieure | Ondergrens
uln | Upper limit | Limite supérieure | Bovengrens
adverse_events.grade | CTCAE grade | Grade CTCAE | Graad CTCAE
term | Adverse event | Effet indésirable | Bijwerking
onset_date | Onset | Début | Datum begin
end_date | Resolved | Fin | Einddatum
related | Relation to PRRT | Lié au traitement | Gerelateerd
"""
_COLUMNS = [[cell.strip() for cell in line.split("|")] for line in _HEADERS.strip().splitlines()]
EN, FR, NL = ({line[0]: line[place] for line in _COLUMNS} for place in (1, 2, 3))
"""Field -> header as a department writes it; "cycles.course" where a table has another one."""

Words = Mapping[str, Mapping[str, str]]
"""Field -> level -> how the file says it."""

FR_WORDS: Words = {
    "sex": {"male": "Homme", "female": "Femme"},
    "primary_site": {
        "small intestine": "Intestin grêle",
        "pancreas": "Pancréas",
        "colon or rectum": "Côlon",
        "stomach": "Estomac",
        "other": "Autre",
    },
    "fdg_pet": {"positive": "Positif", "negative": "Négatif"},
    "stop_reason": {
        "completed": "Traitement complet",
        "radiologic progression": "Progression radiologique",
        "myelotoxicity": "Toxicité hématologique",
    },
    "recist_response": {
        "PR": "Réponse partielle",
        "SD": "Maladie stable",
        "PD": "Maladie progressive",
        "not evaluable": "Non évaluable",
    },
    "progression_basis": {"RECIST": "Radiologique", "clinical": "Clinique"},
    "analyte": {"haemoglobin": "Hémoglobine", "platelets": "Plaquettes", "creatinine": "Créatinine"},
    "term": {
        "fatigue": "Asthénie",
        "diarrhoea": "Diarrhée",
        "nausea": "Nausées",
        "abdominal pain": "Douleurs abdominales",
        "vomiting": "Vomissements",
    },
}
NL_WORDS: Words = {
    "sex": {"male": "Man", "female": "Vrouw"},
    "primary_site": {
        "small intestine": "Dunne darm",
        "pancreas": "Alvleesklier",
        "colon or rectum": "Dikke darm",
        "stomach": "Maag",
        "other": "Andere",
    },
    "fdg_pet": {"positive": "Positief", "negative": "Negatief"},
    "stop_reason": {
        "completed": "Voltooid",
        "radiologic progression": "Radiologische progressie",
        "myelotoxicity": "Myelotoxiciteit",
    },
    "recist_response": {
        "PR": "Partiële respons",
        "SD": "Stabiele ziekte",
        "PD": "Progressieve ziekte",
        "not evaluable": "Niet evalueerbaar",
    },
    "progression_basis": {"RECIST": "Radiologisch", "clinical": "Klinisch"},
    "analyte": {"haemoglobin": "Hemoglobine", "platelets": "Bloedplaatjes", "creatinine": "Creatinine"},
    "term": {
        "fatigue": "Vermoeidheid",
        "diarrhoea": "Diarree",
        "nausea": "Misselijkheid",
        "abdominal pain": "Buikpijn",
        "vomiting": "Braken",
    },
}
PLURAL_WORDS: Words = {
    "sex": {"male": "Hommes", "female": "Femmes"},
    "primary_site": {
        "small intestine": "INTESTINS GRÊLES",
        "pancreas": "pancréas ",
        "colon or rectum": "Côlon / rectum",
        "stomach": "estomacs",
        "other": "Autres",
    },
    "fdg_pet": {"positive": "POSITIVE", "negative": "négative"},
    "recist_response": {"PR": "pr", "SD": "Sd", "PD": "pd", "not evaluable": "N.E."},
}
