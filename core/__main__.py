"""The command line: `python -m core COMMAND`. See `core.arguments` for the options.

Results go to standard output; sentences about what is wrong go to standard error, without tracebacks and without cells
of a cohort. Exit status: 0 done, nothing to report; 1 usable, with problems (`check`, `import`); 2 refused.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import sys
import traceback
from collections.abc import Callable, Sequence
from contextlib import contextmanager
from datetime import date
from typing import TYPE_CHECKING, Any

from core import arguments
from core.cohort import CohortVersion, StoreError
from core.problems import CohortError, Problem

if TYPE_CHECKING:
    from core.analysis import Request
    from core.difference import Difference
    from core.ingest.stated import Stated
    from core.options import Options
    from core.selection import Selection
    from core.sources import Names
    from core.store import Store

DONE, WITH_PROBLEMS, REFUSED = 0, 1, 2
SHOWN_PROBLEMS = 10
INTENDED_USE = "For research and education on pseudonymised cohorts; not a medical device."


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command. Returns the exit status."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8")
    parser = arguments.parser()
    asked = parser.parse_args(argv)
    try:
        status = COMMANDS[asked.command](asked)
        sys.stdout.flush()
        return status
    except CohortError as refusal:
        _say("The source was refused:", *(_without_cell(one) for one in refusal.problems[:SHOWN_PROBLEMS]))
        _say_more(len(refusal.problems))
    except (StoreError, ValueError) as refusal:
        _say(str(refusal))
    except BrokenPipeError:  # the reader, such as `head`, has seen enough; there is nothing left to flush into
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except Exception as fault:
        # A fault's text could quote a cell, so only its kind and place are said.
        last = traceback.extract_tb(fault.__traceback__)[-1]
        place = f"{os.path.basename(last.filename)}:{last.lineno}"
        _say(f"The explorer failed ({type(fault).__name__}, {place}); this is a bug.")
    return REFUSED


def _analyse(asked: argparse.Namespace) -> int:
    from core.analysis import analyse

    with _opened(asked) as (store, version):
        names, selection, options = _chosen(asked, version)
        result = analyse(store, version, selection, options, _request(asked, names, version))
        _rename(result, names.as_written)
        _print_json(result)
        found = len(store.problems(version))
    if found and asked.source:
        _say(f"{found} problem(s) were found in the source; `python -m core check` lists them.")
    return DONE


def _request(asked: argparse.Namespace, names: Names, version: CohortVersion) -> Request:
    """What the arguments ask of a selection."""
    from core.analysis import Request
    from core.options import DAYS_PER_MONTH
    from core.strata import parse_strata

    return Request(
        endpoints=asked.endpoint,
        strata=parse_strata(names.expression(asked.strata), version.fields) if asked.strata else None,
        factors=None if asked.factors is None else [names.expression(one) for one in asked.factors],
        multivariable=None if asked.multivariable is None else [names.expression(one) for one in asked.multivariable],
        landmark_days=None if asked.landmark is None else asked.landmark * DAYS_PER_MONTH,
        cross_check=asked.cross_check,
    )


def _rename(result: dict[str, Any], as_written: Callable[[str], str]) -> None:
    """Call factors and strata what the person called them."""
    if result["strata"]["by"]:
        result["strata"]["by"] = as_written(result["strata"]["by"])
    for models in result["cox"].values():
        together = models["multivariable"]
        for factor in (*models["univariable"], *together["factors"]):
            factor["factor"] = as_written(factor["factor"])
        for test in together["proportional_hazards"]:
            test["term"] = as_written(test["term"])
        if "independent" in together:
            together["independent"] = [as_written(one) for one in together["independent"]]


def _check(asked: argparse.Namespace) -> int:
    from core.ingest import report, status, try_source
    from core.ingest.columns import columns_text

    read = try_source(asked.source, **_stated(asked).arguments())
    found = report(read)
    if asked.json:
        _print_json(found)
    else:
        print(*columns_text(read.columns), sep="\n")
        _print_report(found, read.problems)
    return status(read)


def _import(asked: argparse.Namespace) -> int:
    from core.ingest import report, status, try_source
    from core.report.selection import cohort_json
    from core.store import Store
    from core.version_commands import difference_json

    read = try_source(asked.source, **_stated(asked).arguments())
    found = report(read)
    version: CohortVersion | None = None
    changed: Difference | None = None
    if not isinstance(read, CohortError):
        with Store(asked.db) as store:
            before = store.versions(" ".join(asked.name.split()))
            version = store.commit(read, asked.name)
            if before and not version.already_stored:
                changed = store.difference_between(before[0], version)
    if asked.json:
        against = difference_json(changed) if changed else None
        _print_json({**found, "cohort": cohort_json(version) if version else None, "difference": against})
    else:
        _print_report(found, read.problems)
        if version is None:
            print("Refused; the store is as it was.")
        else:
            done = "is stored already as" if version.already_stored else "stored as"
            size = f"{version.n_patients} patients, {version.n_courses} courses"
            print(f"{size} {done} '{version.name}' version {version.version}.")
        if changed is not None:
            print("Against the version before:", *changed.sentences(), sep="\n")
    return status(read)


def _compare(asked: argparse.Namespace) -> int:
    from core.compare import compare, counts
    from core.report.comparison import comparison_text
    from core.report.selection import cohort_json, selection_json

    with _opened(asked) as (store, version):
        _, selection, options = _chosen(asked, version)
        found = compare(store, version, selection, options)
        if not asked.json:
            print(comparison_text(found))
            return DONE
        size = store.size(version, selection, options)
        head = {"cohort": cohort_json(version), "selection": selection_json(selection, version, size, options)}
        _print_json({**head, "counts": counts(found), "numbers": [one.as_dict() for one in found]})
    return DONE


def _contrast(asked: argparse.Namespace) -> int:
    from core.contrast_command import result

    with _opened(asked) as (store, version):
        names, selection, options = _chosen(asked, version)
        _print_json(result(store, version, selection, _against(asked, names, version), options, asked))
    return DONE


def _against(asked: argparse.Namespace, names: Names, version: CohortVersion) -> Selection | None:
    from core.contrast_command import against

    return against(asked.against, names, version)


def _template(asked: argparse.Namespace) -> int:
    from core.template import write_template

    for file in write_template(asked.directory):
        print(file)
    return DONE


def _dictionary(asked: argparse.Namespace) -> int:
    from core.documentation import dictionary_markdown

    print(dictionary_markdown(), end="")
    return DONE


def _export(asked: argparse.Namespace) -> int:
    with _opened(asked) as (store, version):
        names, selection, options = _chosen(asked, version)
        try:
            if asked.what == arguments.ANALYSIS_FILE:
                said = _analysis_file(asked, store, version, selection, options)
            else:
                from core.export import Look
                from core.export_command import export

                look = Look(
                    *(store, version, selection, options, _request(asked, names, version), date.today()),
                    theme=asked.theme,
                    source_line=not asked.no_source_line,
                    against=_against(asked, names, version),
                    tau_months=asked.tau,
                )
                said = export(asked, look, _say)
        except OSError as fault:
            raise ValueError(f"'{asked.output}' cannot be written: {fault.strerror}.") from None
    synthetic = "Synthetic patients. " if version.synthetic else ""
    print(f"{said}. {synthetic}{INTENDED_USE}")
    return DONE


def _analysis_file(
    asked: argparse.Namespace, store: Store, version: CohortVersion, selection: Selection, options: Options
) -> str:
    from core.analysis_file import analysis_file

    if asked.output.suffix.lower() != ".csv":
        raise ValueError("The analysis file is a CSV file; give --output a name that ends with .csv.")
    found = analysis_file(store, version, selection, options)
    found.write(asked.output)
    return f"{found.n} courses written to '{asked.output}'"


def _of_versions(asked: argparse.Namespace) -> int:
    from core.version_commands import COMMANDS as OF_VERSIONS

    found = OF_VERSIONS[asked.command](asked)
    if isinstance(found, str):
        print(found)
    else:
        _print_json(found)
    return DONE


COMMANDS: dict[str, Callable[[argparse.Namespace], int]] = {
    "analyse": _analyse,
    "check": _check,
    "import": _import,
    "compare": _compare,
    "contrast": _contrast,
    "template": _template,
    "dictionary": _dictionary,
    "export": _export,
    **dict.fromkeys(("cohorts", "difference", "restore", "rename", "delete", "download"), _of_versions),
}


@contextmanager
def _opened(asked: argparse.Namespace):
    from core.sources import opened

    with opened(asked.source, asked.db, _stated(asked)) as found:
        yield found


def _chosen(asked: argparse.Namespace, version: CohortVersion):
    """The names, the selection and the options that the arguments mean for a version."""
    from core.selection import parse_query, refused
    from core.sources import Names

    names = Names(version.fields)
    selection = parse_query(names.query(asked.select), version.fields)
    if selection.problems:
        raise ValueError("\n".join(refused(one) for one in selection.problems))
    asked.levels = [(names.field(name), levels) for name, levels in asked.levels]
    asked.categorical = [names.field(name) for name in asked.categorical]
    for name in (*dict(asked.levels), *asked.categorical):
        if name not in version.fields:
            raise ValueError(f"This cohort has no field '{name}'.")
    return names, selection, arguments.options(asked)


def _stated(asked: argparse.Namespace) -> Stated:
    from core.ingest.stated import read_stated

    return read_stated(asked.mapping, asked.map, asked.answer, asked.cutoff)


def _print_json(found: Any) -> None:
    json.dump(found, sys.stdout, ensure_ascii=False, allow_nan=False)
    print()


def _print_report(found: dict[str, Any], problems: Sequence[Problem]) -> None:
    """What was read, changed and found, for people: `check` and `import` are asked for the cells that are wrong."""
    for change in found["changes"]:
        print(f"changed: {change}")
    for question in found["questions"]:
        state = "answered" if question["given"] else "asked"
        print(f"{state}: {question['text']} {question['why']}")
        for choice in question["choices"]:
            mark = "*" if choice["value"] == question["answer"] else " "
            print(f"  {mark} --answer '{question['key']}={choice['value']}': {choice['effect']}")
    for one in problems[:SHOWN_PROBLEMS]:
        print(f"{one.severity}: {one.sentence()}")
    if len(problems) > SHOWN_PROBLEMS:
        print(f"and {len(problems) - SHOWN_PROBLEMS} more problems (--json lists all).")
    print(f"{found['rows_kept']} of {found['rows_read']} rows kept, {len(problems)} problem(s).")


def _without_cell(problem: Problem) -> str:
    """A problem in one line; where it concerns a cell, its place and kind without what stands there."""
    if not problem.value:
        return problem.sentence()
    line = f"line {problem.line}" if problem.line else ""
    place = ", ".join(part for part in (problem.table, line, f"'{problem.column}'") if part)
    return f"{place}: {problem.code.replace('_', ' ')}. {problem.remedy}"


def _say(*sentences: str) -> None:
    for sentence in sentences:
        print(sentence, file=sys.stderr)


def _say_more(total: int) -> None:
    if total > SHOWN_PROBLEMS:
        _say(f"and {total - SHOWN_PROBLEMS} more; `python -m core check` lists all.")


if __name__ == "__main__":
    sys.exit(main())
