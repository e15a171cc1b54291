"""The files with which anyone can print a result's numbers again: data, a Python and an R script, what to expect."""

from __future__ import annotations

import io
import textwrap
import zipfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

from core.export.contents import CONTENTS, Look
from core.export.label import stamp
from core.figures.provenance import provenance
from core.options import ENDPOINTS
from core.reproduce.counts import characteristics, patient_flow, responses, toxicities
from core.reproduce.curves import curves
from core.reproduce.factors import assumptions, factors
from core.reproduce.literals import Literal, comment, comment_lines, python_literal, r_literal
from core.reproduce.recipe import Numbers, Recipe
from core.reproduce.tidy import tidy_file
from core.small_groups import hides

DATA = "analysis.csv"
NUMBERS = "numbers.tsv"
SCRIPTS = Path(__file__).with_name("scripts")
RECIPES: dict[str, Callable[[Look], Recipe]] = {
    **{f"km-{key}": partial(curves, key) for key in ENDPOINTS},
    **{f"{kind}-{key}": partial(factors, key) for kind in ("forest", "cox") for key in ("pfs", "os")},
    **{f"assumptions-{key}": partial(assumptions, key) for key in ("pfs", "os")},
    "flow": patient_flow,
    "baseline": characteristics,
    "response": responses,
    "toxicity": toxicities,
    "delta": partial(toxicities, delta=True),
}
"""Name of `core.export.contents.CONTENTS` -> how it is recomputed."""
_TOGETHER = "there is no script, as it is put together from other results; take theirs: {}."
WITHOUT = {
    "treatment": "there is no script; it counts n_cycles and stop_reason of the analysis file.",
    "toxicity-groups": "there is no script; take that of the toxicity table, with one group selected.",
    **dict.fromkeys(
        (one for one in CONTENTS if one.startswith("shift-")),
        "there is no script; it counts the columns of baseline and highest grade of the analysis file.",
    ),
    **dict.fromkeys(
        (one for one in CONTENTS if one.startswith("contrast-")),
        "there is no script of two selections; take those of each, from its own page.",
    ),
    "malignancies": "there is no script, as it lists single patients.",
    "series": _TOGETHER.format("survival, response and toxicity"),
    "compare": _TOGETHER.format("survival, prognostic factors, response and toxicity"),
}
"""Name of `core.export.contents.CONTENTS` -> why it has no script."""
_SMALL = (
    "The files to reproduce a result hold one row for each course, and small groups are hidden: "
    "show all counts to get them."
)
_PACKAGES = {"curves": "pandas, scipy, lifelines", "factors": "pandas, scipy, lifelines", "response": "pandas, scipy"}
_WIDTH = 118


def recipe(what: str, look: Look) -> Recipe:
    """
    How one content is recomputed.

    Parameters
    ----------
    what : key of `core.export.contents.CONTENTS`
    look : Look

    Raises
    ------
    ValueError
        A sentence: small counts are suppressed, there is nothing to show, or this content has no script.
    """
    if look.options.min_cell > 1 or hides(look.options):
        raise ValueError(_SMALL)
    title = CONTENTS[what][0]
    if what in WITHOUT:
        raise ValueError(f"{title}: {WITHOUT[what]}")
    if not look.store.size(look.version, look.selection, look.options).n_courses:
        raise ValueError(f"{title}: no patient fits this selection.")
    return RECIPES[what](look)


def files(what: str, look: Look) -> dict[str, bytes]:
    """
    The files that print one content's numbers again without this product.

    Parameters
    ----------
    what : key of `core.export.contents.CONTENTS`
    look : Look

    Returns
    -------
    dict
        Name -> bytes: `analysis.csv`, WHAT`.py`, WHAT`.R`, `numbers.tsv` (what both print), `README.txt`. The same look
        gives the same bytes, on any day but for the day in `README.txt`.

    Raises
    ------
    ValueError
        As `recipe`.
    """
    made = recipe(what, look)
    return {
        DATA: tidy_file(made, look),
        f"{what}.py": _script(what, look, made, "py").encode(),
        f"{what}.R": _script(what, look, made, "R").encode(),
        NUMBERS: numbers_text(made.numbers).encode(),
        "README.txt": _readme(what, look, made).encode(),
    }


def archive(what: str, look: Look) -> bytes:
    """The files of one content in a zip. Parameters and errors as of `files`."""
    found = io.BytesIO()
    with zipfile.ZipFile(found, "w", zipfile.ZIP_DEFLATED) as written:
        for name, data in files(what, look).items():
            day = look.made_on
            entry = zipfile.ZipInfo(f"{what}/{name}", (day.year, day.month, day.day, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            written.writestr(entry, data)
    return found.getvalue()


def numbers_text(numbers: Numbers) -> str:
    """Numbers as the scripts print them: a name, a tab, a value a line; NA where there is none."""
    return "".join(f"{name}\t{'NA' if value is None else format(value, '.15g')}\n" for name, value in numbers.items())


def _sentence(look: Look) -> str:
    size = look.store.size(look.version, look.selection, look.options)
    return look.selection.sentence(look.version.fields, size.n_courses, size.total, size.n_patients)


def _script(what: str, look: Look, made: Recipe, language: str) -> str:
    """A program with its settings on top. The first lines are fixed: Python looks there for an encoding."""
    packages = _PACKAGES.get(made.program, "pandas") if language == "py" else "survival"
    needs = f"# It needs {packages}." if language == "py" or made.program in ("curves", "factors") else "# It needs R."
    sentence = _sentence(look)
    head = [
        "# Prints the numbers of one result again, from the file beside this script: name, tab, value; NA = none.",
        needs,
        *comment_lines(f"{CONTENTS[what][0]}. {sentence}"),
        *comment_lines(provenance(look.version, sentence).sentence()),
    ]
    program = (SCRIPTS / f"{made.program}.{language}.txt").read_text(encoding="utf-8")
    grouping = (SCRIPTS / f"groups.{language}.txt").read_text(encoding="utf-8").rstrip("\n")
    settings = _settings({"FILE": DATA, **made.settings}, language)
    # In this order: nothing that stands in the settings is taken for a place to fill.
    program = program.replace("{groups}", grouping, 1).replace("{settings}", settings, 1)
    return "\n".join(head) + "\n" + program


def _settings(settings: dict[str, Literal], language: str) -> str:
    """One assignment a setting; a list of things with one thing a line."""
    literal, sign = (python_literal, "=") if language == "py" else (r_literal, "<-")
    lines = []
    for name, value in settings.items():
        if isinstance(value, list) and value and isinstance(value[0], dict):
            open_, close = ("[", "]") if language == "py" else ("list(", ")")
            inner = [f"    {literal(one)}" for one in value]
            lines.append(f"{name} {sign} {open_}\n" + ",\n".join(inner) + f"\n{close}")
        else:
            lines.append(f"{name} {sign} {literal(value)}")
    return "\n".join(lines)


def _readme(what: str, look: Look, made: Recipe) -> str:
    sentence = _sentence(look)
    row = "patient's course" if made.program == "flow" else "course"
    paragraphs = [
        f"{CONTENTS[what][0]}. {sentence}",
        provenance(look.version, sentence).sentence(),
        f"{DATA} holds one row per {row}, with the columns that this result needs: times in days, yes and no, CTCAE "
        "grades; an empty cell is a missing value. Courses carry a running number, no pseudonym and no date. A text "
        "that a spreadsheet would take for a formula has a leading quote. Under the same names these columns stand in "
        "the analysis file, too.",
        f"python {what}.py and Rscript {what}.R print the same numbers as {NUMBERS}, which the product wrote: a name, "
        "a tab and a value a line, months where it is a time, NA where there is no estimate. Equal means to 1e-8 of "
        "the value, of Cox models to 1e-6.",
        "Where events and no events are separated, a hazard ratio has no finite estimate: all three print NA; "
        "lifelines may then print NA for the other factors of that model too.",
        "The rows are patients of a cohort, each on its own: pass the file on only where the data may go.",
        stamp(look.made_on),
    ]
    return "\n\n".join("\n".join(textwrap.wrap(comment(one), _WIDTH)) for one in paragraphs) + "\n"
