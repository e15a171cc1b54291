"""What a script needs to print a result again: its program, its settings, the file's columns, the numbers to expect."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from core.analysis_file import number_cell
from core.dictionary import Field
from core.reproduce.literals import Literal, comment
from core.spreadsheet import guarded
from core.strata import REST_LEVELS, SELECTION, Strata

ROW = "row"
Numbers = dict[str, float | None]


@dataclass(frozen=True)
class Recipe:
    """How a result is recomputed.

    Parameters
    ----------
    program : name of the programs in `scripts`
    settings : names in capitals -> values, written at the top of both scripts
    columns : of the file beside the scripts, in order
    numbers : what the product prints, under the names that the scripts print; None = not reached, not estimable
    against_rest : the file holds the rest too, and a column `selection` that tells them apart
    """

    program: str
    settings: Mapping[str, Literal]
    columns: Sequence[str]
    numbers: Numbers = field(default_factory=dict)
    against_rest: bool = False


def level_names(levels: Iterable[str]) -> dict[str, str]:
    """Level -> its name in what the scripts print: one line of printable text, no two the same."""
    names: dict[str, str] = {}
    for level in levels:
        name = plain = comment(level) or "(blank)"
        place = 1
        while name in names.values():
            place += 1
            name = f"{plain} ({place})"
        names[level] = name
    return names


def level_cell(level: str, described: Field) -> str:
    """A level as it stands in the analysis file."""
    if described.numeric:
        return number_cell(float(level))
    return level if described.type == "yes_no" else one_kind_of_line(guarded(level))


def one_kind_of_line(cell: str) -> str:
    """A cell without carriage returns, each of which is shown as its sign: R reads every kind of line end as one."""
    return cell.replace("\r", "\u240d")


@dataclass(frozen=True)
class Groups:
    """What divides the patients of a file.

    Parameters
    ----------
    settings : of the scripts
    names : level -> name in what they print
    column : of the file; None = nothing divides them
    against_rest : whether the groups are the selection and the rest
    """

    settings: Mapping[str, Literal]
    names: Mapping[str, str]
    column: str | None
    against_rest: bool


def groups(strata: Strata | None, levels: Iterable[str], fields: Mapping[str, Field]) -> Groups:
    """The groups of resolved strata; `levels` that were found, in their order."""
    against_rest = strata is not None and strata.field == SELECTION
    cuts = () if strata is None else strata.cut_offs
    shown = REST_LEVELS if against_rest else strata.all_levels(fields) if strata is not None and cuts else tuple(levels)
    names = level_names(shown)
    column = None if strata is None else strata.field
    known = {} if column is None or against_rest or cuts else {one: level_cell(one, fields[column]) for one in shown}
    settings: dict[str, Literal] = {
        "GROUP_COLUMN": column,
        "GROUP_CUTS": list(cuts),
        "CUT_BELONGS_ABOVE": strata is None or strata.op == ">=",
        "GROUP_VALUES": [] if cuts else [known.get(one, one) for one in shown],
        "GROUP_NAMES": list(names.values()),
        "AGAINST_REST": against_rest,
    }
    return Groups(settings, names, column, against_rest)
