"""The options of the command line, the same for every command (see `python -m core --help`)."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from datetime import date
from pathlib import Path

from core.fields import TERMS
from core.options import CONF_TYPES, EGFR_EQUATIONS, ENDPOINTS, PFS_RULES, Options

ANALYSIS_FILE = "analysis-file"
METHODS_TEXT = "methods-text"
SHIFTS = tuple(f"shift-{one.lower().replace(' ', '-')}" for one in TERMS)
EXPORTS = (
    *("km-pfs", "km-os", "km-ttnt", "forest-pfs", "forest-os", "flow", "baseline", "response", "toxicity", "delta"),
    *("cox-pfs", "cox-os", "assumptions-pfs", "assumptions-os", "treatment", "toxicity-groups", "malignancies"),
    *("contrast-pfs", "contrast-os", "contrast-ttnt", "contrast-baseline", "contrast-response", "contrast-toxicity"),
    *("series", "compare", ANALYSIS_FILE, METHODS_TEXT, "deck"),
)
"""What `export` is asked for, beside `SHIFTS`; a test compares both with `core.export.CONTENTS`."""
PRESETS = ("screen", "slide", "single-column", "double-column")
"""Where an exported figure goes, see `core.export.presets`; a test compares the two."""


def _pair(text: str) -> tuple[str, str]:
    left, sign, right = text.partition("=")
    if not sign or not left or not right:
        raise argparse.ArgumentTypeError(f"'{text}' is not of the form FIELD=VALUE.")
    return left.strip(), right.strip()


def _levels(text: str) -> tuple[str, tuple[str, ...]]:
    field, levels = _pair(text)
    return field, tuple(level.strip() for level in levels.split(","))


def _names(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split(",") if name.strip())


def _months(text: str) -> tuple[float, ...]:
    try:
        return tuple(float(month) for month in _names(text))
    except ValueError:
        raise argparse.ArgumentTypeError(f"'{text}' is not a list of months, such as 12,24,36.") from None


def _endpoints(text: str) -> tuple[str, ...]:
    names = _names(text.lower())
    for name in names:
        if name not in ENDPOINTS:
            raise argparse.ArgumentTypeError(f"'{name}' is not an endpoint; choose from {', '.join(ENDPOINTS)}.")
    return names


def _cutoff(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"'{text}' is not a date; write it as 2023-07-23.") from None


def _source_options() -> argparse.ArgumentParser:
    group = argparse.ArgumentParser(add_help=False)
    group.add_argument(
        "--map", type=_pair, action="append", default=[], metavar="FIELD=HEADER", help="column of a field"
    )
    group.add_argument("--mapping", type=Path, metavar="FILE", help="a saved mapping (JSON: field -> header)")
    group.add_argument(
        "--answer", type=_pair, action="append", default=[], metavar="KEY=VALUE", help="answer to a question of `check`"
    )
    group.add_argument("--cutoff", type=_cutoff, metavar="DATE", help="data cut-off, YYYY-MM-DD (default: latest date)")
    group.add_argument("--db", type=Path, metavar="FILE", help="the DuckDB file (default: the product's own)")
    return group


def _analysis_options() -> argparse.ArgumentParser:
    group = argparse.ArgumentParser(add_help=False)
    add = group.add_argument
    add("--select", default="", metavar="QUERY", help="the selection, as in the page's URL: course=1&grade=1,2")
    add("--endpoint", type=_endpoints, default=None, metavar="LIST", help="pfs,os,ttnt (default: all derivable)")
    add("--strata", metavar="FIELD", help="groups for curves and log-rank: a field, or 'cga_ug_l>=1000'")
    add("--factors", type=_names, default=None, metavar="LIST", help="Cox factors (default: the paper's ten)")
    add("--levels", type=_levels, action="append", default=[], metavar="FIELD=a,b,c", help="first is the reference")
    add("--categorical", action="append", default=[], metavar="FIELD", help="treat a number as categories")
    add("--entry-p", type=float, default=0.1, metavar="P", help="univariable p to enter the multivariable model")
    add("--multivariable", type=_names, default=None, metavar="LIST", help="fix the multivariable factors instead")
    add("--pfs-rule", choices=PFS_RULES, default="paper", help="how a new treatment counts")
    add("--egfr", choices=EGFR_EQUATIONS, default="ckd-epi-2009", help="equation of the eGFR")
    add("--min-cell", type=int, default=0, metavar="N", help="suppress counts below N")
    add("--round-to", type=int, default=0, metavar="N", help="every count to the nearest N, smaller ones as <N")
    add("--months", type=_months, default=(12, 24, 36, 60), metavar="LIST", help="milestones (12,24,36,60)")
    add("--conf-type", choices=CONF_TYPES, default="log-log", help="interval of the survival curve")
    add("--landmark", type=float, metavar="MONTHS", help="only who reached this month without event or censoring")
    add("--cross-check", action="store_true", help="recompute every curve, test and model with lifelines")
    return group


def parser() -> argparse.ArgumentParser:
    """The whole command line."""
    top = argparse.ArgumentParser(
        prog="python -m core",
        description="PRRT Cohort Explorer without a browser. For research and education; not a medical device.",
    )
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")
    source, analysis = _source_options(), _analysis_options()

    def command(name: str, help_text: str, *parents: argparse.ArgumentParser) -> argparse.ArgumentParser:
        return commands.add_parser(name, help=help_text, description=help_text, parents=list(parents))

    command("analyse", "One selection's results as JSON on standard output.", source, analysis).add_argument(
        "source", nargs="?", help="folder, zip, file or stored cohort, as NAME or NAME@VERSION (default: the demo)"
    )
    check = command("check", "Read, map and validate a source; store nothing; print the problems.", source)
    check.add_argument("source")
    check.add_argument("--json", action="store_true", help="print JSON instead of sentences")
    imports = command("import", "Check a source and commit it as a new cohort or a new version.", source)
    imports.add_argument("source")
    imports.add_argument("--name", required=True, help="name of the cohort")
    imports.add_argument("--json", action="store_true", help="print JSON instead of sentences")
    cohorts = command("cohorts", "What the store holds.", source)
    cohorts.add_argument("--json", action="store_true")
    cohorts.add_argument("--versions", action="store_true", help="every version: who, when, which file, problems")
    _version_commands(command, source)
    compare = command("compare", "Each published number beside the one derived from this selection.", source, analysis)
    compare.add_argument("source", nargs="?")
    compare.add_argument("--json", action="store_true", help="print JSON instead of a table")
    contrast = command("contrast", "One selection (A) against another (B), as JSON.", source, analysis)
    contrast.add_argument("source", nargs="?")
    _against(contrast)
    command("template", "Empty template files and the data dictionary.").add_argument("directory", type=Path)
    command("dictionary", "The data dictionary as it stands in the README.")
    export = command(
        "export",
        "One figure, table or deck as a file; its ending chooses: png, svg, pdf; csv, xlsx, docx, html; pptx; "
        "zip: Python and R scripts with their data; the methods text: txt, md.",
        source,
        analysis,
    )
    export.add_argument("source", nargs="?")
    export.add_argument(
        "--what", required=True, choices=(*EXPORTS, *SHIFTS), metavar="WHAT", help=", ".join((*EXPORTS, "shift-TERM"))
    )
    export.add_argument("--output", required=True, type=Path, metavar="FILE", help="its ending chooses the format")
    _against(export)
    export.add_argument("--preset", metavar="NAME", help=f"where a figure goes: {', '.join(PRESETS)}")
    export.add_argument("--resolution", default="3x", metavar="N", help="of a preset's PNG: 2x, 3x; 300, 600 dpi (3x)")
    export.add_argument("--theme", choices=("light", "dark"), default="light", help="ground of a figure (light)")
    export.add_argument("--no-source-line", action="store_true", help="say the origin in the file's metadata alone")
    export.add_argument("--width", type=float, metavar="PX", help="width of a figure, without a preset (900)")
    export.add_argument("--scale", type=float, metavar="N", help="pixels of a PNG for each px (3)")
    export.add_argument("--dpi", type=float, metavar="N", help="what a PNG says of its resolution (72 x scale)")
    return top


def _against(command: argparse.ArgumentParser) -> None:
    """What a contrast needs beside `--select`, which is A."""
    command.add_argument(
        "--against", metavar="QUERY", help="B: a selection as --select, or 'rest', everyone else (rest)"
    )
    command.add_argument(
        "--tau", type=float, metavar="MONTHS", help="horizon of restricted means (default: the shorter follow-up)"
    )


def _version_commands(command: Callable[..., argparse.ArgumentParser], source: argparse.ArgumentParser) -> None:
    """Commands on what the store holds; COHORT is NAME, its newest version, or NAME@VERSION."""
    meant = "NAME, or NAME@3 for its version 3"
    changes = command("difference", "What is different in a version against the one before, or another.", source)
    changes.add_argument("cohort", metavar="COHORT", help=meant)
    changes.add_argument("other", nargs="?", metavar="EARLIER", help="compare with this one (default: the one before)")
    changes.add_argument("--json", action="store_true", help="print JSON instead of sentences")
    command("restore", "Make an older version the newest again.", source).add_argument(
        "cohort", metavar="COHORT", help=meant
    )
    rename = command("rename", "Give a cohort another name.", source)
    rename.add_argument("cohort", metavar="NAME")
    rename.add_argument("name", metavar="NEW")
    delete = command("delete", "Delete a cohort or one version of it, so that no value is left in the file.", source)
    delete.add_argument("cohort", metavar="COHORT", help=meant)
    delete.add_argument("--yes", action="store_true", help="do it; without, only what would be deleted is said")
    download = command("download", "A version as clean files that import again to the identical cohort.", source)
    download.add_argument("cohort", metavar="COHORT", help=meant)
    download.add_argument("output", type=Path, metavar="OUTPUT", help="a new folder, or a file that ends with .zip")


def options(arguments: argparse.Namespace) -> Options:
    """The analysis options of parsed arguments. Raises ValueError naming the option that cannot be."""
    return Options(
        pfs_rule=arguments.pfs_rule,
        egfr=arguments.egfr,
        conf_type=arguments.conf_type,
        months=arguments.months,
        entry_p=arguments.entry_p,
        min_cell=arguments.min_cell,
        round_to=arguments.round_to,
        levels=tuple(arguments.levels),
        categorical=tuple(arguments.categorical),
    )
