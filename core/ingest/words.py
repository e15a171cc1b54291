"""Words that stand for a value: missing markers, yes and no, months - in English, French and Dutch."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from core.ingest.headers import plain

_MISSING = (
    "|na|n/a|n.a.|n.a|#n/a|nan|null|nd|n.d.|n.d|n/d|nb|n.b.|n.b|n/b|nvt|n.v.t.|n.v.t|-|--|---|–|—|.|..|...|…|?|??|/|//|"
    "unknown|unk|not known|not done|not available|not applicable|not assessed|not reported|no data|missing|"
    "inconnu|inconnue|inconnus|non connu|non connue|non fait|non faite|non réalisé|non réalisée|non disponible|"
    "non renseigné|non renseignée|non applicable|non précisé|non précisée|pas fait|pas de données|indisponible|"
    "manquant|manquante|donnée manquante|sans objet|"
    "onbekend|ongekend|niet bekend|niet gekend|niet gedaan|niet uitgevoerd|niet beschikbaar|niet van toepassing|"
    "niet bepaald|ontbreekt|ontbrekend|geen|geen gegevens"
)
MISSING = frozenset(_MISSING.split("|"))
"""Cells that mean "no value", lower case."""

_YES = (
    "yes|y|true|t|1|1.0|oui|o|vrai|ja|j|waar|x|present|presente|aanwezig|+|++|+++|✓|✔|☑|positive|positif|positief|pos"
)
_NO = "no|n|none|false|f|0|0.0|non|faux|nee|neen|onwaar|absent|absente|afwezig|☐|negative|negatif|negatief|neg"
MARKS = frozenset(("x", "✓", "✔", "☑", "*"))
"""What is put beside a statement that holds, where nothing is put beside one that does not."""
MISSING_CODES = frozenset(("9999", "999", "99", "-9", "-99", "-999", "-9999"))
"""Numbers that may stand for "no value", only where a person says so."""
ANSWER_CODES = MISSING_CODES | {"9"}
"""The same in a column of answers or levels."""
_MORE_YES = {
    "_event": "event|dead|died|death|deceased|decede|decedee|deces|overleden|dood|evenement|gebeurtenis|progressed|"
    "progression|progressie|mort|morte",
    "os_event": "dcd|dc|ddc|defunt|defunte|gestorven|exitus|dod|doc|dead of disease|dead of other cause",
    "functional": "functional|functioning|secreting|fonctionnel|fonctionnelle|secretant|secretante|functioneel|"
    "functionerend|secreterend",
    "related": "related|possible|probable|definite|possibly related|probably related|lie|liee|probablement lie|"
    "gerelateerd|mogelijk|waarschijnlijk|zeker|certain",
}
_MORE_NO = {
    "_event": "censored|censor|alive|living|vivant|vivante|en vie|censure|censuree|levend|in leven|leeft|gecensureerd|"
    "no event|sans evenement|geen gebeurtenis",
    "os_event": "vivants|awd|ned|alive with disease|no evidence of disease|lost to follow up|ltfu|perdu de vue|"
    "perdue de vue|pdv",
    "functional": "non functional|nonfunctional|non functioning|non secreting|non fonctionnel|non fonctionnelle|"
    "non secretant|niet functioneel|niet functionerend|niet secreterend",
    "related": "unrelated|not related|unlikely|non lie|non liee|improbable|niet gerelateerd|onwaarschijnlijk",
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
"""Analyte of a laboratory value -> field of the courses that measures the same."""
_LAST_SIGNS = {"+": "+", "-": "-", "−": "-", "⊕": "+", "⊖": "-"}


def key(text: str) -> str:
    """A cell as looked up among words: plain, or as it stands when nothing but signs is in it; "FDG-" is not "FDG+"."""
    bare = plain(text)
    if bare and text[-1] in _LAST_SIGNS:
        return f"{bare} {_LAST_SIGNS[text[-1]]}"
    return bare or text


@cache
def yes_no_words(field: str) -> Mapping[str, bool]:
    """Words of a yes/no field, as `key` writes them -> True or False."""
    words: dict[str, bool] = {}
    for answer, common, more in ((True, _YES, _MORE_YES), (False, _NO, _MORE_NO)):
        own = [text for suffix, text in more.items() if field.endswith(suffix)]
        words |= {key(word): answer for text in (common, *own) for word in text.split("|")}
    return words
