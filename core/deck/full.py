"""The full deck of a selection: all contents of all pages, in clinical order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from core.cohort import CohortVersion
from core.compare import MARKS
from core.contrast import against_text
from core.deck.slides import Progress, Slide
from core.export.contents import content
from core.export.look import Content, Look
from core.options import ENDPOINTS
from core.tables import Table
from core.tables.benchmarks import part_of

FULL = (
    *("flow", "baseline", "km-pfs", "km-os", "km-ttnt", "forest-pfs", "cox-pfs", "forest-os", "cox-os"),
    *("response", "toxicity", "toxicity-table", "delta", "series", "compare"),
)
"""Blocks of the full deck in clinical order: who, survival, prognosis, response, toxicity, benchmarks."""
CONTRAST = (
    *("contrast-baseline", "contrast-pfs", "contrast-pfs-table", "contrast-os", "contrast-os-table"),
    *("contrast-response", "contrast-toxicity"),
)
"""Blocks that follow when the selection is compared with another one."""
AS_TABLE = "-table"
"""End of the name of a block that shows the tables of a content which also has a figure."""


def full_deck(look: Look, progress: Progress | None = None, *, contrast: bool = False) -> list[Slide]:
    """
    All contents of all pages for one selection.

    Parameters
    ----------
    look : Look
    progress : called after each content, optional
    contrast : compare the selection with `look.against` too

    Returns
    -------
    list of Slide
        In the order of `FULL`, then of `CONTRAST`. The models of a pair such as `forest-pfs` and `cox-pfs` are fitted
        once.
    """
    made: dict[str, Content] = {}
    slides = []
    blocks = FULL + CONTRAST if contrast else FULL
    for done, what in enumerate(blocks, start=1):
        name = content_name(what).replace("cox-", "forest-")
        if name not in made:
            made[name] = content(name, look)
        one = shown(what, made[name])
        slides.append(Slide(one.label.title, one, query=exact_query(what, look), what=content_name(what)))
        if progress is not None:
            progress(done, len(blocks))
    return slides


def whole(version: CohortVersion, *, contrast: bool = False) -> tuple[str, ...]:
    """The blocks of `FULL`, and of `CONTRAST` if asked, that a cohort can have: of the endpoints that it holds."""
    absent = ENDPOINTS.keys() - set(version.endpoints)
    blocks = FULL + CONTRAST if contrast else FULL
    return tuple(what for what in blocks if content_name(what).rpartition("-")[2] not in absent)


def exact_query(what: str, look: Look) -> str:
    """The selection of a block as the page's address has it; of a comparison both."""
    query = look.selection.query()
    return f"A: {query or '(default)'}; B: {against_text(look.against)}" if what in CONTRAST else query


def content_name(what: str) -> str:
    """The key of `core.export.CONTENTS` that a block shows."""
    return what.removesuffix(AS_TABLE)


def shown(what: str, found: Content) -> Content:
    """What a block shows of a content that has a figure and tables: the tables of `cox-...` and `...-table`, else the
    figure; of the comparison how much agrees, and what does not."""
    if (what.endswith(AS_TABLE) or what.startswith("cox-")) and found.tables:
        return replace(found, figure=None, label=replace(found.label, title=f"{found.label.title}, table"))
    if what in ("toxicity", "forest-pfs", "forest-os", "contrast-pfs", "contrast-os") and found.figure is not None:
        return replace(found, tables=())
    if what == "compare" and found.tables:
        compared = found.tables[0]
        return replace(found, tables=(agreement_table(compared), *differing_table(compared)))
    return found


def agreement_table(compared: Table) -> Table:
    """Published numbers by place and mark, counted.

    Parameters
    ----------
    compared : `core.tables.benchmarks.comparison_table`, whose columns hold the place and the mark
    """
    place, mark = compared.columns.index("Place"), compared.columns.index("Mark")
    found = Counter((part_of(row[place]), row[mark]) for row in compared.rows)
    places = list(dict.fromkeys(part_of(row[place]) for row in compared.rows))
    marks = [one for one in MARKS if any(found[where, one] for where in places)]
    rows = [(where, *_counted([found[where, one] for one in marks])) for where in places]
    total = ("All", *_counted([sum(found[where, one] for where in places) for one in marks]))
    heads = ("Place in the paper", "Numbers", *(one[:1].upper() + one[1:] for one in marks))
    return Table("Published numbers and those derived from this selection", heads, (*rows, total))


def differing_table(compared: Table) -> tuple[Table, ...]:
    """The published numbers that are not exactly as printed; () where there is none."""
    mark = compared.columns.index("Mark")
    rows = tuple(row for row in compared.rows if row[mark] != MARKS[0])
    as_printed = len(compared.rows) - len(rows)
    note = f"The other {as_printed} numbers are as printed; the page Benchmarks lists them all."
    return (Table("Numbers that are not as printed", compared.columns, rows, notes=(note,)),) if rows else ()


def _counted(numbers: Sequence[int]) -> tuple[str, ...]:
    return tuple(str(one) for one in (sum(numbers), *numbers))
