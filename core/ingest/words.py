"""Words that stand for a value: missing markers, yes and no, months, levels - in English, French and Dutch."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from core.fields import TABLE_FIELDS
from core.ingest.headers import plain

_MISSING = (
    "|na|n/a|n.a.|n.a|#n/a|nan|null|nd|n.d.|n.d|-|--|–|—|.|?|unknown|unk|inconnu|inconnue|onbekend|missing|manquant|"
    "ontbreekt"
)
MISSING = frozenset(_MISSING.split("|"))
"""Cells that mean "no value", lower case."""

_YES = "yes|y|true|t|1|1.0|oui|o|vrai|ja|j|waar|x|present|+|positive"
_NO = "no|n|false|f|0|0.0|non|faux|nee|neen|onwaar|absent|negative"
_MORE_YES = {
    "_event": "event|dead|died|death|deceased|decede|decedee|overleden|evenement",
    "functional": "functional|functioning|fonctionnel|fonctionnelle|functioneel",
}
_MORE_NO = {
    "_event": "censored|censor|alive|living|vivant|vivante|censure|levend|gecensureerd",
    "functional": "non functional|nonfunctional|non functioning|non fonctionnel|non fonctionnelle|niet functioneel",
}

_MONTH_NAMES = (
    ("january", "janvier", "januari", "jan", "janv"),
    ("february", "fevrier", "februari", "feb", "fev", "fevr"),
    ("march", "mars", "maart", "mar", "mrt"),
    ("april", "avril", "apr", "avr"),
    ("may", "mai", "mei"),
    ("june", "juin", "juni", "jun"),
    ("july", "juillet", "juli", "jul", "juil"),
    ("august", "aout", "augustus", "aug"),
    ("september", "septembre", "sep", "sept"),
    ("october", "octobre", "oktober", "oct", "okt"),
    ("november", "novembre", "nov"),
    ("december", "decembre", "dec"),
)
MONTHS = {name: number for number, names in enumerate(_MONTH_NAMES, start=1) for name in names}
"""Plain name of a month -> 1 to 12."""

_ROMAN = {"i": "1", "ii": "2", "iii": "3"}
_GRADE_PREFIXES = ("", "g", "g ", "grade ", "grade g", "graad ", "who grade ", "net g")

_LEVELS: dict[str, dict[str, str]] = {
    "sex": {
        "male": "m|man|men|h|homme|hommes|masculin|mannelijk",
        "female": "f|femme|femmes|woman|women|feminin|v|vrouw|vrouwelijk",
    },
    "primary_site": {
        "small intestine": "small bowel|midgut|jejunum|ileum|jejunum ileum|ileal|jejunal|terminal ileum|si|"
        "intestin grele|grele|dunne darm|ileon|ileon terminal",
        "pancreas": "pancreatic|pnet|pancreatique|alvleesklier|pancreas nos",
        "colon or rectum": "colon|rectum|colorectal|colorectum|rectal|colon rectum|hindgut|colon et rectum|"
        "colon ou rectum|dikke darm|endeldarm|colon of rectum|large intestine|large bowel",
        "stomach": "gastric|estomac|gastrique|maag",
        "other": "others|autre|autres|andere|overige|ander",
    },
    "fdg_pet": {
        "positive": "pos|positif|positive|positief|+|fdg positive|fdg+|avid",
        "negative": "neg|negatif|negative|negatief|fdg negative|non avid",
    },
    "stop_reason": {
        "completed": "complete|completed as planned|termine|traitement complet|voltooid|afgewerkt",
        "radiologic progression": "radiological progression|progression|pd|progression radiologique|"
        "radiologische progressie",
        "myelotoxicity": "haematotoxicity|hematotoxicity|haematological toxicity|hematological toxicity|myelotoxicite|"
        "toxicite hematologique|myelotoxiciteit",
        "clinical deterioration": "clinical progression|deterioration clinique|klinische achteruitgang",
        "death unrelated to PRRT": "death|unrelated death|deces|deces non lie a la prrt|overlijden",
        "partial response": "pr|reponse partielle|partiele respons",
        "patient decision or lost": "patient decision|lost to follow up|lost|patient choice|decision du patient|"
        "perdu de vue|beslissing patient|uit het oog verloren",
    },
    "recist_response": {
        "CR": "complete response|rc|reponse complete|complete respons|complete remission",
        "PR": "partial response|rp|reponse partielle|partiele respons|partial remission",
        "SD": "stable disease|stable|ms|maladie stable|stabiele ziekte|stabiel",
        "PD": "progressive disease|progression|progressive|mp|maladie progressive|progressieve ziekte|progressie",
        "not evaluable": "ne|not evaluated|non evaluable|non evalue|niet evalueerbaar",
    },
    "progression_basis": {
        "RECIST": "radiologic|radiological|radiologique|radiologisch|recist 1 1|imaging",
        "clinical": "clinique|klinisch",
    },
    "new_treatment_basis": {
        "RECIST progression": "recist|radiologic progression|radiological progression|progression radiologique",
        "clinical progression": "clinical|clinique|klinisch|progression clinique|klinische progressie",
        "imaging-only progression": "imaging only|imaging|pet progression|progression en imagerie seule",
        "other": "autre|andere",
    },
    "pattern": {
        "single": "single episode|episode unique|unique|eenmalig",
        "transient": "transitory|transitoire|voorbijgaand",
        "chronic": "chronique|chronisch|permanent",
    },
    "term": {
        "anaemia": "anemia|anemie|bloedarmoede",
        "leukopenia": "leucopenia|leucopenie|leukopenie|white blood cell decreased",
        "lymphopenia": "lymphocytopenia|lymphopenie|lymfopenie|lymphocyte count decreased",
        "neutropenia": "neutropenie|neutrophil count decreased",
        "thrombocytopenia": "thrombopenia|thrombopenie|thrombocytopenie|trombopenie|trombocytopenie|"
        "platelet count decreased",
        "ALT increased": "alt|alat|alanine aminotransferase increased|elevated alt",
        "AST increased": "ast|asat|aspartate aminotransferase increased|elevated ast",
        "GGT increased": "ggt|gamma gt|elevated ggt",
        "ALP increased": "alp|alkaline phosphatase increased|elevated alp",
        "bilirubin increased": "blood bilirubin increased|bilirubin|hyperbilirubinaemia|hyperbilirubinemia|"
        "hyperbilirubinemie",
        "hypoalbuminaemia": "hypoalbuminemia|hypoalbuminemie",
        "creatinine increased": "elevated creatinine|creatinine",
        "chronic kidney disease": "ckd|renal insufficiency|insuffisance renale|nierinsufficientie",
        "fatigue": "asthenia|asthenie|vermoeidheid",
        "diarrhoea": "diarrhea|diarrhee|diarree",
        "abdominal pain": "douleur abdominale|douleurs abdominales|buikpijn",
        "alopecia": "alopecie|hair loss|haaruitval",
        "nausea": "nausee|nausees|misselijkheid",
        "flush": "flushing|flushes|bouffees|opvliegers",
        "weight loss": "perte de poids|gewichtsverlies",
        "vomiting": "emesis|vomissement|vomissements|braken",
        "inappetence": "anorexia|loss of appetite|decreased appetite|anorexie|inappetentie|perte d appetit|"
        "verminderde eetlust",
        "sub-occlusion": "subocclusion|sub occlusion",
        "bowel obstruction": "intestinal obstruction|obstruction|occlusion|occlusion intestinale|darmobstructie|ileus",
        "acute pancreatitis": "pancreatitis|pancreatite|pancreatite aigue|acute pancreatite|pancreatitis acuta",
    },
}  # fmt: skip

ANALYTE_FIELDS = {
    "haemoglobin": "haemoglobin_g_dl",
    "leukocytes": "leukocytes_1e9_l",
    "lymphocytes": "lymphocytes_1e9_l",
    "neutrophils": "neutrophils_1e9_l",
    "platelets": "platelets_1e9_l",
    "ALT": "alt_u_l",
    "AST": "ast_u_l",
    "GGT": "ggt_u_l",
    "ALP": "alp_u_l",
    "bilirubin": "bilirubin_mg_dl",
    "albumin": "albumin_g_l",
    "creatinine": "creatinine_mg_dl",
    "eGFR": "egfr",
    "CgA": "cga_ug_l",
    "sodium": "sodium_mmol_l",
    "CRP": "crp_mg_l",
}


def key(text: str) -> str:
    """A cell as looked up among words: plain, or as it stands when nothing but signs is in it."""
    return plain(text) or text


@cache
def yes_no_words(field: str) -> Mapping[str, bool]:
    """Words of a yes/no field, as `key` writes them -> True or False."""
    words: dict[str, bool] = {}
    for answer, common, more in ((True, _YES, _MORE_YES), (False, _NO, _MORE_NO)):
        own = [text for suffix, text in more.items() if field.endswith(suffix)]
        words |= {key(word): answer for text in (common, *own) for word in text.split("|")}
    return words


@cache
def level_words(table: str, field: str) -> Mapping[str, str]:
    """Plain word -> level of a category: its levels, and what else they are called."""
    levels = TABLE_FIELDS[table][field].levels
    words = {key(level): level for level in levels}
    for level, text in _LEVELS.get(field, {}).items():
        for word in text.split("|"):
            words.setdefault(key(word), level)
    if field == "grade":
        for level in levels:
            forms = (level, next((roman for roman, number in _ROMAN.items() if number == level), level), f"{level}.0")
            words |= {plain(prefix + form): level for prefix in _GRADE_PREFIXES for form in forms}
    if field == "analyte":
        for level, course_field in ANALYTE_FIELDS.items():
            known = TABLE_FIELDS["courses"][course_field]
            names = [known.label, *(one for many in known.synonyms.values() for one in many)]
            words |= {plain(name): level for name in names if plain(name) not in words}
    return words
