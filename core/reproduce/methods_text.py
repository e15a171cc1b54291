"""The paragraph that a paper's Methods section has on a result: what was done, in whom, with which software."""

from __future__ import annotations

import platform
import re
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from importlib.metadata import version as package_version

from core.export.contents import CONTENTS, NO_PATIENT
from core.export.label import PRODUCT, VERSION
from core.export.look import Look
from core.figures.provenance import provenance
from core.options import ENDPOINTS
from core.reproduce import passages
from core.reproduce.contrasted import contrasted
from core.reproduce.literals import comment
from core.reproduce.references import Citations
from core.small_groups import RULE, hides, rounded, withheld

Passage = Callable[[Look, Citations], str]
_SMALL = (
    "The methods text prints every count, so counts below a minimum cannot be suppressed in it; "
    "let counts be rounded instead (--round-to 5)."
)
_MARKS = re.compile(r"([\\`*_\[\]<>#|~$&])")


def methods_text(look: Look, what: str = "") -> str:
    """
    Write the Methods paragraph of a result, from what was done for it.

    Parameters
    ----------
    look : Look
    what : key of `core.export.contents.CONTENTS`; "" = everything that the cohort can be asked

    Returns
    -------
    str
        Plain text: paragraphs with an empty line between them, references at the end. Counts are as the results tell
        them: exact, or rounded while small groups are hidden.

    Raises
    ------
    ValueError
        A sentence: nobody is selected, or counts are to be suppressed that stand in the text.
    """
    if look.options.min_cell > 1:
        raise ValueError(_SMALL)
    size = look.store.size(look.version, look.selection, look.options)
    why = withheld(size.n_courses, size.total, look.options)
    if why or not size.n_courses:
        raise ValueError(why or NO_PATIENT)
    cite = Citations()
    said = [_in_whom(look), *(make(look, cite) for make in _asked(what, look)), _software(look, cite)]
    return "\n\n".join([*(comment(one) for one in said if one), "References", "\n".join(cite.listed())]) + "\n"


def methods_markdown(look: Look, what: str = "") -> str:
    """The same as Markdown, in which nothing that a cohort says is markup. Parameters and errors as `methods_text`."""
    escaped = _MARKS.sub(r"\\\1", methods_text(look, what))
    return "## Methods\n\n" + escaped.replace("\n\nReferences\n\n", "\n\n### References\n\n", 1)


def methods_file(kind: str, look: Look, what: str = "") -> bytes:
    """The text as a file, `kind` "txt" or "md". Raises ValueError as `methods_text`, and for another kind."""
    written = {"txt": methods_text, "md": methods_markdown}
    if kind not in written:
        raise ValueError("The methods text is plain text; give it a name that ends with .txt or .md.")
    return written[kind](look, what).encode()


def _asked(what: str, look: Look) -> list[Passage]:
    """The passages of one content."""
    kind, _, endpoint = what.partition("-")
    about_one = kind in ("km", "forest", "cox", "assumptions") or (kind == "contrast" and endpoint in ENDPOINTS)
    if about_one and endpoint not in look.version.endpoints:
        raise ValueError(f"{CONTENTS[what][0]}: the cohort holds neither its dates nor its times.")
    followed = [endpoint] if about_one else [one for one in ENDPOINTS if one in look.version.endpoints]
    modelled = [endpoint] if about_one else [one for one in ("pfs", "os") if one in followed]
    everything: dict[str, list[Passage]] = {
        "baseline": [passages.characteristics],
        "endpoints": [partial(passages.endpoints, followed)],
        "curves": [partial(passages.curves, followed)],
        "factors": [partial(passages.factors, modelled)] if modelled else [],
        "response": [passages.responses] if "recist_response" in look.version.fields else [],
        "toxicity": [passages.safety],
        "contrast": [partial(contrasted, endpoint)],
    }
    whole = tuple(one for one in everything if one != "contrast")
    parts = {
        "": whole,
        "km": ("endpoints", "curves"),
        **dict.fromkeys(("forest", "cox", "assumptions"), ("endpoints", "factors")),
        "flow": (),
        "baseline": ("baseline",),
        "treatment": ("baseline",),
        "response": ("response",),
        "series": ("endpoints", "curves", "response", "toxicity"),
        "compare": whole,
        "contrast": (*(("endpoints", "curves") if endpoint in ENDPOINTS else ()), "contrast"),
        **dict.fromkeys(("toxicity", "delta", "malignancies", "shift"), ("toxicity",)),
    }
    return [one for part in parts[kind] for one in everything[part]]


def _in_whom(look: Look) -> str:
    """Cohort, unit of analysis, population and selection."""
    options, fields = look.options, look.version.fields
    size = look.store.size(look.version, look.selection, options)
    n, total, patients = (rounded(one, options) for one in (size.n_courses, size.total, size.n_patients))
    course, histology = look.selection.condition("course"), look.selection.condition("histology_complete")
    said = look.selection.sentence(fields, n, total, patients)
    only = "first PRRT courses (PRRT-1)" if "course" in fields and course and course.values == ("1",) else ""
    if "histology_complete" in fields and histology and histology.values == ("yes",):
        only = f"{only or 'courses'} of patients with complete histology"
    only += " (what the file does not say counts as such)" if only else ""
    source = replace(provenance(look.version, said), hidden=RULE if hides(options) else "")
    return (
        f"{source.sentence()} The unit of analysis was the PRRT course. "
        f"{f'Eligible were {only}. ' if only else ''}"
        f"The analysis included {said[:1].lower()}{said[1:].rstrip('.')}."
    )


def _software(look: Look, cite: Citations) -> str:
    python, numpy, scipy = platform.python_version(), package_version("numpy"), package_version("scipy")
    return (
        f"Analyses were made with {PRODUCT} {VERSION} (Python {python}, NumPy {numpy}, SciPy {scipy}; data in DuckDB "
        f"{package_version('duckdb')} {cite('duckdb')}). Its estimators are tested against R's survival package and "
        f"can be recomputed with lifelines {package_version('lifelines')} {cite('lifelines')}. p-values are two-sided "
        "and, unless said otherwise, not adjusted for multiple testing."
    )
