"""Methods: how every number is made, the conventions in force, the data dictionary, and a live cross-check."""

from __future__ import annotations

import platform
from importlib.metadata import version as package_version

import streamlit as st

from core.definitions import definitions_markdown
from core.dictionary import ROLES
from core.options import CONF_TYPES, EGFR_EQUATIONS, PFS_RULES
from core.tables import Table
from pages.shared import control, crosscheck, looks, reproduction, session, show

PACKAGES = ("numpy", "scipy", "pandas", "duckdb", "lifelines", "altair", "streamlit")


def main() -> None:
    """The page."""
    view = session.view()
    show.header("Methods", view)
    st.markdown(
        "For research and education on pseudonymised cohorts. The product describes groups; it does not predict for, "
        "rank or advise on a single patient. It is not a medical device."
    )
    st.header("Conventions in force", anchor=False)
    _conventions()
    st.header("Definitions", anchor=False)
    st.markdown(definitions_markdown())
    st.header("Methods text", anchor=False)
    _text(view)
    st.header("Cross-check with lifelines", anchor=False)
    crosscheck.draw(view)
    st.header("Data dictionary", anchor=False)
    _dictionary(view)
    st.header("Versions", anchor=False)
    versions = (("Python", platform.python_version()), *((one, package_version(one)) for one in PACKAGES))
    show.table(Table("Versions", ("Software", "Version"), versions))


def _conventions() -> None:
    """The choices that change numbers, on every page at once; they stand in the address."""
    for name, label, choices, default in (
        (session.PFS_RULE, "How a new treatment counts in progression-free survival", PFS_RULES, "paper"),
        (session.CONF_TYPE, "Interval of the survival curve", CONF_TYPES, "log-log"),
        (session.EGFR, "Equation of the eGFR", EGFR_EQUATIONS, "ckd-epi-2009"),
    ):
        control.one(st.selectbox, label, list(choices), name, default, format_func=choices.__getitem__)


def _text(view: session.View) -> None:
    """What a paper on this selection says of its methods; written when it is opened."""
    show.note("Each figure and table offers its own, with its groups and factors, under Take away.")
    panel = st.expander("For a paper on this selection", key="methods-text", on_change="rerun")
    if panel.open:
        with panel:
            reproduction.methods("", looks.look(view), "all")


def _dictionary(view: session.View) -> None:
    """The fields that this cohort has; drawn when it is opened."""
    panel = st.expander(f"{len(view.version.fields)} fields of this cohort", key="dictionary", on_change="rerun")
    if not panel.open:
        return
    rows = tuple(
        (
            one.name,
            one.label,
            one.unit,
            one.type.replace("_", "/"),
            ", ".join(one.levels) if one.type != "yes_no" else "",
            ROLES[one.role],
            one.derived,
        )
        for one in view.version.fields.values()
    )
    with panel:
        show.table(Table("Data dictionary", ("Field", "Label", "Unit", "Type", "Levels", "Role", "Derived"), rows))


main()
