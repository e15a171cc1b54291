"""Direct identifiers of a person: recognised by header or by value, so that they are never stored.

Source: the Belgian national number has 11 digits: birth date (two-digit year, month, day), a serial number of three
digits and a check of two, 97 - (first nine mod 97), computed with a 2 in front for births from 2000 on; of a bis number
the month is raised by 20 or 40.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from core.ingest.headers import plain

NAME, MAIL, PHONE = "a name", "an e-mail address", "a telephone number"
BIRTH, NATIONAL, ADDRESS = "a birth date", "a national number", "an address"


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split("|"))


_WORDS: dict[str, frozenset[str]] = {
    NAME: _set("name|naam|nom|prenom|prenoms|noms|voornaam|surname|firstname|lastname|achternaam|familienaam|initials"),
    MAIL: _set("email|mail|courriel|mailadres|emailadres"),
    PHONE: _set("phone|telephone|tel|gsm|telefoon|mobiel|telefoonnummer|gsmnummer|portable"),
    NATIONAL: _set("rijksregisternummer|rijksregister|niss|insz|inss|nrn|rrn|ssn"),
    ADDRESS: _set("address|adresse|adres|street|rue|straat"),
    BIRTH: _set("birthdate|birthday|dob|geboortedatum|naissance|geboren|geboorte|birth"),
}
_FILLERS = _set(
    "patient|patients|patiente|du|de|la|le|l|des|d|of|the|van|full|first|last|family|maiden|given|middle|jeune|fille|"
    "famille|complet|volledige|et|and|en|e|number|numero|no|nr|nummer|date|datum|dat|home|mobile|private|ne"
)
_NATIONAL_HEADERS = _set(
    "registre national|numero national|numero de registre national|numero registre national|national number|"
    "national register number|social security number|no national|nr national"
)
_BIRTH_HEADERS = _set("ne le|nee le|geboren op|geb datum|date naiss")

_NATIONAL = re.compile(r"(?<![0-9])([0-9]{2})[. ]?([0-9]{2})[. ]?([0-9]{2})[- ./]?([0-9]{3})[. -]?([0-9]{2})(?![0-9])")
_MAIL = re.compile(r"[^\s@<>,;]{1,64}@[^\s@<>,;]{1,255}\.[A-Za-z]{2,}")
_PHONE = re.compile(r"(?:\+|00|0)[1-9][0-9 /.()\-]{7,}")
_LONGEST_NAME = 80
_FULL_NAME = re.compile(r"[^\W\d_]{2,}(?:[-' ][^\W\d_]{1,})*,? [^\W\d_]{2,}(?:[-' ][^\W\d_]{2,})*")


def national_number(text: str) -> bool:
    """Whether a cell holds a valid Belgian national number, separators or not, alone or within other text."""
    return any(_checks(match) for match in _NATIONAL.finditer(text))


def _checks(match: re.Match[str]) -> bool:
    year, month, day, serial, check = (int(part) for part in match.groups())
    month = month - 40 if month >= 40 else month - 20 if month >= 20 else month
    if month > 12 or day > 31:
        return False
    nine = int(f"{year:02d}{int(match[2]):02d}{day:02d}{serial:03d}")
    return check in (97 - nine % 97, 97 - (2_000_000_000 + nine) % 97)


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
    tests = ((NATIONAL, _is_national), (MAIL, _is_mail), (PHONE, _is_phone))
    for kind, test in tests:
        if total and sum(count for value, count in zip(values, counts, strict=True) if test(value)) * 2 >= total:
            return kind
    return ""


def in_patient_ids(values: Sequence[str]) -> tuple[int, str] | None:
    """The first patient id that is no pseudonym, and what it is; None when all are.

    A national number with separators always counts. Eleven bare digits may be one by chance, so they count when at
    least half of such ids pass its check. Two words of letters are a name when most ids are such.
    """
    bare = [place for place, value in enumerate(values) if re.fullmatch("[0-9]{11}", value)]
    passing = [place for place in bare if national_number(values[place])]
    if passing and 2 * len(passing) >= len(bare):
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
    match = _NATIONAL.fullmatch(text)
    return match is not None and _checks(match)


def _is_mail(text: str) -> bool:
    return _MAIL.fullmatch(text) is not None


def _is_phone(text: str) -> bool:
    return _PHONE.fullmatch(text) is not None and sum(character.isdigit() for character in text) in range(9, 15)
