"""Direct identifiers of a person: recognised by header or by value, so that they are never stored.

Source: the Belgian national number has 11 digits: birth date (two-digit year, month, day), a serial number of three
digits and a check of two, 97 - (first nine mod 97), computed with a 2 in front for births from 2000 on; of a bis number
the month is raised by 20 or 40. A spreadsheet that took the number for one has lost its leading zeros.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date

from core.ingest.headers import plain

NAME, MAIL, PHONE = "a name", "an e-mail address", "a telephone number"
BIRTH, NATIONAL, ADDRESS = "a birth date", "a national number", "an address"


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split("|"))


_WORDS: dict[str, frozenset[str]] = {
    NAME: _set(
        "name|naam|nom|prenom|prenoms|noms|voornaam|surname|firstname|lastname|achternaam|familienaam|initials|initialen|initiales|naamvoornaam|nomprenom"
    ),
    MAIL: _set("email|mail|courriel|mailadres|emailadres"),
    PHONE: _set("phone|telephone|tel|gsm|telefoon|mobiel|telefoonnummer|gsmnummer|gsmnr|telnr|mobile|portable"),
    NATIONAL: _set(
        "rijksregisternummer|rijksregister|niss|insz|inss|nrn|rrn|ssn|rijksregisternr|rrnr|nissnummer|insznummer"
    ),
    ADDRESS: _set(
        "address|adresse|adres|street|rue|straat|domicile|woonplaats|huisadres|thuisadres|postadres|straatnaam"
    ),
    BIRTH: _set(
        "birthdate|birthday|dob|geboortedatum|naissance|geboren|geboorte|birth|gebdatum|gebdat|datenaissance|datenaiss|birthdt"
    ),
}
_FILLERS = _set(
    "patient|patients|patiente|du|de|la|le|l|des|d|of|the|van|full|first|last|family|maiden|given|middle|jeune|fille|"
    "famille|complet|volledige|et|and|en|e|number|numero|no|nr|nummer|date|datum|dat|home|private|ne|n"
)
_NATIONAL_HEADERS = _set(
    "registre national|numero national|numero de registre national|numero registre national|national number|"
    "national register number|social security number|no national|nr national|n national|n registre national|"
    "no registre national|n de registre national|rijksregister nr|rijksregister nummer|n de securite sociale|"
    "numero de securite sociale"
)
_NAME_HEADERS = _set("nom de naissance|birth name|geboortenaam|name at birth")
_BIRTH_HEADERS = _set("ne le|nee le|ne e le|geboren op|geb datum|geb dat|date naiss|date de nais|date nais|d o b")
_HOSPITAL_HEADERS = _set(
    "n dossier|no dossier|no de dossier|nr dossier|num dossier|numero du dossier|numero dossier|"
    "numero de dossier|n de dossier|dossier|dossiernummer|dossiernr|dossier nummer|"
    "mrn|hospital number|file number|medical record number"
)

_APART = r"[ \u00a0\u202f._/\-\u2013]{0,3}"
_NATIONAL = re.compile(
    rf"(?<![0-9])(?<![0-9][.,])([0-9]{{2}}){_APART}([0-9]{{2}}){_APART}([0-9]{{2}}){_APART}([0-9]{{3}}){_APART}([0-9]{{2}})"
    r"(?![0-9])"
)
_BARE = re.compile(r"([0-9]{8,11})(?:\.0)?")
_MAIL = re.compile(r"[^\s@<>,;]{1,64}@[^\s@<>,;]{1,255}\.[A-Za-z]{2,}")
_PHONE = re.compile(r"(?:\+|00|0)[1-9][0-9 /.()\-]{7,}")
_MOBILE = re.compile(r"(?:32)?4[5-9][0-9]{7}(?:\.0)?")
_STREET = re.compile(
    r"\b(?:rue|avenue|chauss[ée]e|boulevard|place|all[ée]e|quai|\w*straat|\w*laan|\w*steenweg|\w*plein|\w*dreef|\w*weg|"
    r"street|road)\b[^0-9]{0,40}[0-9]",
    re.IGNORECASE,
)
_SEVERAL, _SOME, _MOST = 3, 0.1, 0.8
_SHORTEST_ADDRESS, _LONGEST_NUMBER = 8, 27
_LONGEST_NAME = 80
_SPREAD = 2_000
_FULL_NAME = re.compile(r"[^\W\d_]{2,}(?:[-' ][^\W\d_]{1,})*,? [^\W\d_]{2,}(?:[-' ][^\W\d_]{2,})*")


def national_number(text: str) -> bool:
    """Whether a cell holds a valid Belgian national number, separators or not, alone or within other text."""
    return any(_checks(match) for match in _NATIONAL.finditer(text))


def _checks(match: re.Match[str]) -> bool:
    return _valid("".join(match.groups()))


def _valid(digits: str) -> bool:
    """Whether eleven digits are a national or bis number; an unknown month is 0, and its day then only counts."""
    year, month, day = int(digits[:2]), int(digits[2:4]), int(digits[4:6])
    if month >= 60 or month % 20 > 12 or (month % 20 and day > 31):
        return False
    nine, check = int(digits[:9]), int(digits[9:])
    born_since_2000 = 2000 + year <= date.today().year and check == 97 - (2_000_000_000 + nine) % 97
    return born_since_2000 or check == 97 - nine % 97


def bare_national(text: str) -> bool:
    """Whether a cell of nothing but digits is a national number, its leading zeros perhaps lost to a spreadsheet.

    Two in a hundred numbers of eight to eleven digits pass by chance: only a whole column of such cells tells.
    """
    match = _BARE.fullmatch(text)
    return match is not None and _valid(match[1].zfill(11))


def identifies(text: str) -> bool:
    """Whether a cell holds an e-mail address or a national number."""
    return ("@" in text and _MAIL.search(text) is not None) or (len(text) >= 11 and national_number(text))


def by_header(header: str) -> str:
    """What a column holds, told by its header ("Nom du patient" -> a name); "" when no identifier."""
    name = plain(header)
    words = name.split()
    if name in _NATIONAL_HEADERS:
        return NATIONAL
    if name in _BIRTH_HEADERS:
        return BIRTH
    if name in _NAME_HEADERS:
        return NAME
    for kind, known in _WORDS.items():
        if any(word in known for word in words) and all(word in known or word in _FILLERS for word in words):
            return kind
    return MAIL if name in ("e mail", "e mail address", "e mailadres") else ""


def by_values(values: Sequence[str], counts: Sequence[int]) -> str:
    """What a column holds, told by most of its cells that are not empty; "" when no identifier.

    Parameters
    ----------
    values : distinct cells that are not missing
    counts : rows of each
    """
    total = sum(counts)
    if not total:
        return ""
    several = len(values) >= _SEVERAL
    numbers = _rows(_is_national, values, counts)
    if 2 * numbers >= total or (several and numbers >= max(_SEVERAL, _SOME * total)):
        return NATIONAL
    if _rows(bare_national, values, counts) >= _MOST * total:
        return NATIONAL
    for kind, test, share in (
        (MAIL, _is_mail, 0.5),
        (PHONE, _is_phone, 0.5),
        (PHONE, _is_bare_mobile, _MOST if several else 2),
        (ADDRESS, _is_address, 0.5),
        (NAME, _is_full_name, _MOST if len(values) >= max(5, 0.9 * total) else 2),
    ):
        if _rows(test, values, counts) >= share * total:
            return kind
    return ""


def _rows(test: Callable[[str], bool], values: Sequence[str], counts: Sequence[int]) -> int:
    """Rows whose cell passes a test; 0 when of 2,000 cells spread over many more not one does."""
    if len(values) > 2 * _SPREAD and not any(map(test, values[:: len(values) // _SPREAD])):
        return 0
    return sum(count for value, count in zip(values, counts, strict=True) if test(value))


def hospital_number(header: str) -> bool:
    """Whether a header is that of the number under which a hospital keeps a patient's file."""
    return plain(header) in _HOSPITAL_HEADERS


def in_patient_ids(values: Sequence[str]) -> tuple[int, str] | None:
    """The first patient id that is no pseudonym, and what it is; None when all are.

    A national number with separators always counts. Eleven bare digits may be one by chance, so they count when at
    least half of such ids pass its check, or three and a tenth; ids of which some have fewer digits, when four of five
    do. Two words of letters are a name when most ids are such.
    """
    bare = [place for place, value in enumerate(values) if re.fullmatch("[0-9]{11}", value)]
    passing = [place for place in bare if national_number(values[place])]
    if passing and (2 * len(passing) >= len(bare) or len(passing) >= max(_SEVERAL, _SOME * len(bare))):
        return passing[0], NATIONAL
    digits = [place for place, value in enumerate(values) if _BARE.fullmatch(value)]
    passing = [place for place in digits if bare_national(values[place])]
    if passing and len(passing) >= _MOST * len(digits):
        return passing[0], NATIONAL
    names = []
    for place, value in enumerate(values):
        if "@" in value and _MAIL.search(value):
            return place, MAIL
        if place not in bare and len(value) > 11 and national_number(value):
            return place, NATIONAL
        if len(value) <= _LONGEST_NAME and _FULL_NAME.fullmatch(value):
            names.append(place)
    return (names[0], NAME) if names and 2 * len(names) > len(values) else None


def _is_national(text: str) -> bool:
    if not 11 <= len(text) <= _LONGEST_NUMBER or not text[0].isdigit():
        return False
    match = _NATIONAL.fullmatch(text.removesuffix(".0"))
    return match is not None and _checks(match)


def _is_bare_mobile(text: str) -> bool:
    return _MOBILE.fullmatch(text) is not None


def _is_address(text: str) -> bool:
    return len(text) > _SHORTEST_ADDRESS and _STREET.search(text) is not None


def _is_full_name(text: str) -> bool:
    return (
        len(text) <= _LONGEST_NAME
        and text[:1].isupper()
        and text.title() != text.lower()
        and bool(
            _FULL_NAME.fullmatch(text)
            and all(word[:1].isupper() or len(word) <= 3 for word in re.split("[-,' ]+", text))
        )
    )


def _is_mail(text: str) -> bool:
    return _MAIL.fullmatch(text) is not None


def _is_phone(text: str) -> bool:
    return _PHONE.fullmatch(text) is not None and sum(character.isdigit() for character in text) in range(9, 15)
