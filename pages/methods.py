"""Methods: how every number is made, the conventions in force, the data dictionary, and a live cross-check."""

from __future__ import annotations

import platform
from importlib.metadata import version as package_version

import pandas as pd
import streamlit as st

from core.dictionary import ROLES
from core.options import CONF_TYPES, EGFR_EQUATIONS, PFS_RULES
from pages.shared import crosscheck, session, show

PACKAGES = ("numpy", "scipy", "pandas", "duckdb", "lifelines", "altair", "streamlit")
DEFINITIONS = {
    "Unit of analysis": "The PRRT course. The default selection is the first course of patients who were PRRT-naive at this centre "
    "and have a complete histology; retreatment is the same analysis with another course selected. Every clock starts on the "
    "first day of the course. Months are days / 30.4375.",
    "Progression-free survival": "To the earliest of RECIST or clinical progression and death from any cause; on the same day the event "
    "wins. A new treatment after imaging-only progression censors at its start, unless chosen otherwise below.",
    "Overall survival": "To death from any cause; else censored at last contact.",
    "Time to next treatment": "To the start of the next systemic treatment (the next PRRT course counts) or death.",
    "Follow-up": "Two notions, both named: the plain median of observed time (the paper's), and the reverse Kaplan-Meier median.",
    "Survival curves": "Kaplan-Meier with Greenwood's variance. Median and quartiles after Brookmeyer and Crowley; where the curve is flat at "
    "exactly 0.5, the middle of the flat stretch, as R. At risk at a time: everybody whose own time is not shorter.",
    "Comparison of groups": "Log-rank test over all groups; pairwise with Holm's adjustment when there are more than two.",
    "Prognostic factors": "Cox proportional hazards, Efron ties. A factor's own p is the Wald test of all its levels; the likelihood-ratio p "
    "is in the command line's output. Factors with a univariable p below 0.1 enter the multivariable model on complete cases; "
    "p below 0.05 there is called independent. Constant, collinear and event-free terms are named before the fit, never fitted.",
    "Proportional hazards": "The score test of R's cox.zph (survival 3) on Kaplan-Meier time, per factor and overall.",
    "Response": "RECIST 1.1 among evaluable courses; ORR = CR + PR, DCR = CR + PR + SD, Clopper-Pearson 95 % intervals.",
    "Toxicity": "CTCAE v5.0 from laboratory values and dated events, from the first day of the course to 70 days after its last cycle or "
    "the day before the next course. Laboratory values count from day 1; the last value on or before day 0 is the baseline. "
    "Highest grade: the worst in the window. Delta: highest minus baseline where positive, else 0; without a baseline it is "
    "missing. A value exactly on a limit belongs to the milder grade; no value is missing, not grade 0.",
    "Malignancies": "Myelodysplastic syndrome and leukaemia are collected without end, with months since the first cycle.",
    "Eligibility": "GFR above 30, leukocytes at least 2 x 10⁹/L and platelets above 70 x 10⁹/L are reported as flags; no row is dropped.",
}


def main() -> None:
    """The page."""
    view = session.view()
    show.header("Methods", view)
    st.markdown(
        "For research and education on pseudonymised cohorts. The product describes groups; it does not predict for, rank or advise "
        "on a single patient. It is not a medical device."
    )
    st.subheader("Conventions in force", anchor=False)
    _conventions()
    st.subheader("Definitions", anchor=False)
    for term, text in DEFINITIONS.items():
        st.markdown(f"**{term}.** {show.escape(text)}")
    st.subheader("Cross-check with lifelines", anchor=False)
    crosscheck.draw(view)
    st.subheader("Data dictionary", anchor=False)
    _dictionary(view)
    st.subheader("Versions", anchor=False)
    st.table(
        pd.DataFrame(
            [("Python", platform.python_version()), *((one, package_version(one)) for one in PACKAGES)],
            columns=["Software", "Version"],
        ),
        hide_index=True,
        border="horizontal",
        width="content",
    )


def _conventions() -> None:
    """The choices that change numbers, on every page at once; they stand in the address."""
    for name, label, choices, default in (
        (session.PFS_RULE, "How a new treatment counts in progression-free survival", PFS_RULES, "paper"),
        (session.CONF_TYPE, "Interval of the survival curve", CONF_TYPES, "log-log"),
        (session.EGFR, "Equation of the eGFR", EGFR_EQUATIONS, "ckd-epi-2009"),
    ):
        session.remembered(st.selectbox, label, list(choices), name, default, format_func=choices.__getitem__)


def _dictionary(view: session.View) -> None:
    """The fields that this cohort has."""
    fields = view.version.fields.values()
    frame = pd.DataFrame(
        {
            "Field": [one.name for one in fields],
            "Label": [one.label for one in fields],
            "Unit": [one.unit for one in fields],
            "Type": [one.type.replace("_", "/") for one in fields],
            "Levels": [", ".join(one.levels) for one in fields],
            "Role": [ROLES[one.role] for one in fields],
            "Derived": [one.derived for one in fields],
        }
    )
    st.dataframe(frame, hide_index=True, height=320, key="dictionary")


main()
