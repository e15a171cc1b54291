"""Words around the blocks of a deck: clean text, where it comes from, what was done."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from core.deck.slides import Slide
from core.definitions import definitions
from core.export.contents import shift_name
from core.export.label import PRODUCT, VERSION
from core.fields import TERMS
from core.figures.provenance import USE
from core.formats import day, sentences
from core.tables import INDENT

METHODS = "Methods and definitions"
_UNFIT = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]"
    "|[\\U0001fffe\\U0001ffff\\U0010fffe\\U0010ffff]"
)
"""What XML forbids, what steers a terminal or a browser, what turns the direction of a text."""
_ALWAYS = ("Unit of analysis",)
_SURVIVAL = ("Survival curves", "Follow-up", "Comparison of groups", "Groups known only later")
_ENDPOINT = {"pfs": "Progression-free survival", "os": "Overall survival", "ttnt": "Time to next treatment"}
_CONTRAST = "Comparing two groups (A and B)"
_MODELS = ("Prognostic factors", "Proportional hazards")
_GRADES = ("Toxicity", "Laboratory grading")
_BASELINE = ("Values that cannot be right",)
DEFINED = {
    **{f"km-{key}": (name, *_SURVIVAL) for key, name in _ENDPOINT.items()},
    **{f"contrast-{key}": (name, *_SURVIVAL, _CONTRAST) for key, name in _ENDPOINT.items()},
    **{
        f"{kind}-{key}": (_ENDPOINT[key], *_MODELS)
        for kind in ("forest", "cox", "assumptions")
        for key in ("pfs", "os")
    },
    "response": ("Response",),
    "contrast-response": ("Response", _CONTRAST),
    **dict.fromkeys(("toxicity", "toxicity-groups", "delta"), _GRADES),
    **{shift_name(one): _GRADES for one in TERMS},
    "contrast-toxicity": (*_GRADES, _CONTRAST),
    "series": ("Response", "Malignancies"),
    "malignancies": ("Malignancies",),
    "compare": (),
    "treatment": (),
    "flow": ("Eligibility",),
    "baseline": _BASELINE,
    "contrast-baseline": (*_BASELINE, _CONTRAST),
}
"""Key of `core.export.CONTENTS` -> heads of the definitions that it needs."""


HIDDEN = "Counts under 5 are hidden, others rounded."
"""The rule of `core.small_groups` in the foot of a slide; the whole of it stands in the notes and the methods."""


def clean(text: str) -> str:
    """A text as any XML may hold it: on one line, without control characters or marks of direction."""
    shown = re.sub(r"[\t\r\n\x0b\x0c\x85\u2028\u2029]+", " ", text)
    return _UNFIT.sub("", shown)


def cell(text: str) -> tuple[str, bool]:
    """A cell of a table without its indent, and whether it has one."""
    return clean(text).strip(f"{INDENT} "), text.startswith(INDENT)


def title(slide: Slide) -> str:
    """Heading of a block: its own, else the content's."""
    return clean(slide.title).strip() or slide.content.label.title


def cohort(slide: Slide) -> str:
    """Cohort, version, "synthetic" and cut-off of a block."""
    return clean(replace(slide.content.label.source, stamp="").sentence())


def selection(slide: Slide) -> str:
    """The selection of a block in words, with its n."""
    return clean(sentences([slide.content.label.source.selection]))


def product(slides: Sequence[Slide]) -> str:
    """Product and version, day of the export."""
    made_on = max((one.content.label.made_on for one in slides), default=None)
    return f"{PRODUCT} {VERSION}" + (f", {day(made_on)}" if made_on else "")


def metadata(title: str, slides: Sequence[Slide]) -> dict[str, str]:
    """What a deck's file carries in its properties, by the names of `Label.metadata`."""
    return {
        "title": clean(title),
        "description": " ".join(each(slides, foot)) or USE,
        "creator": f"{PRODUCT} {VERSION}",
        "rights": f"{USE}.",
    }


def foot(slide: Slide) -> str:
    """What stands below a block: in whom, of which cohort, made by what and when, what for."""
    source = slide.content.label.source
    brief = clean(replace(source, stamp="", hidden=HIDDEN if source.hidden else "").sentence())
    return " ".join(one for one in (selection(slide), brief, f"{product([slide])}. {USE}.") if one)


def facts(slide: Slide) -> list[str]:
    """The answer in numbers, as the figure's head says it."""
    figure = slide.content.figure
    return [clean(one) for one in figure.words("fact")] if figure is not None else []


def notes(slide: Slide) -> list[str]:
    """Method and remarks of what is shown: the figure's or the tables' own notes; each once."""
    found = slide.content
    said = list(found.figure.words("note")) if found.figure is not None else []
    origin = found.label.source.sentence()
    if found.figure is None or not said:
        said += [note for table in found.tables for note in table.notes]
    said.append(found.label.method)
    return list(dict.fromkeys(clean(sentences([one])) for one in said if one and one != origin))


def speech(slide: Slide) -> str:
    """Notes for the speaker: everything that a question from the room may need."""
    parts = [
        slide.note and f"Note: {clean(slide.note)}",
        f"Selection: {selection(slide)}",
        f"Exact query: {clean(slide.query) or 'none; the default selection'}",
        f"Source: {cohort(slide)}",
        *(f"Result: {one}" for one in facts(slide)),
        *(f"Method: {one}" for one in notes(slide)),
        f"Made with {product([slide])}. {USE}.",
    ]
    return "\n".join(part for part in parts if part)


def methods(slides: Sequence[Slide]) -> list[tuple[str, str]]:
    """What the last pages say: definitions of what was shown, then the notes of each block, the same note once."""
    said: dict[str, list[str]] = {}
    for slide in slides:
        for note in notes(slide):
            names = said.setdefault(note, [])
            if title(slide) not in names:
                names.append(title(slide))
    return [*definitions_of(slides), *(("; ".join(names), note) for note, names in said.items())]


def each(slides: Sequence[Slide], of: Callable[[Slide], str]) -> list[str]:
    """What the blocks say, each once."""
    return [one for one in dict.fromkeys(of(slide) for slide in slides) if one]


def definitions_of(slides: Sequence[Slide]) -> list[tuple[str, str]]:
    """Head and text of each definition that the shown blocks need, in the order of the methods; all where unknown."""
    needed = set(_ALWAYS)
    for slide in slides:
        needed |= set(DEFINED.get(slide.what, definitions()))
    return [(head, text) for head, text in definitions().items() if head in needed]
