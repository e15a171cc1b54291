"""What the page Prognosis would be without `core`: pandas, lifelines' CoxPHFitter, and Altair charts built at each run.

    PRRT_STORE=... streamlit run tests/bench/naive/page.py

It shows the numbers of the product's page (ten factors alone, those with p < 0.1 together, progression-free and overall
survival) in a table and a forest plot each, for the same filters. The values come from the store once, into a frame.
"""

from __future__ import annotations

import warnings

import altair as alt
import numpy as np
import pandas as pd
import streamlit as st
from lifelines import CoxPHFitter
from scipy.stats import chi2

from core.demo import DEMO_NAME
from core.fields import FIELDS
from core.formats import p_value, ratio_with_interval
from core.options import PAPER_FACTORS
from core.selection import Selection
from core.store import Store

ENDPOINTS = {"pfs": "Progression-free survival", "os": "Overall survival"}
FILTERS = ("grade", "primary_site", "functional", "fdg_pet")
PRECISE = {"precision": 1e-9}
"""lifelines' own stopping rule leaves errors that show in the second decimal."""


@st.cache_resource
def cohort() -> pd.DataFrame:
    """The population of the demo cohort, one row a patient."""
    names = {"cga_ug_l", *FILTERS, *(one.split(">")[0] for one in PAPER_FACTORS)}
    names |= {f"{endpoint}_{part}" for endpoint in ENDPOINTS for part in ("days", "event")}
    with Store(read_only=True) as store:
        return pd.DataFrame(store.columns(store.version(DEMO_NAME), Selection(), sorted(names)))


def selected(data: pd.DataFrame) -> pd.DataFrame:
    """The sidebar, and the rows it leaves."""
    kept = pd.Series(True, index=data.index)
    for name in FILTERS:
        column = data[name].map({True: "yes", False: "no"}.get) if FIELDS[name].type == "yes_no" else data[name]
        counts = column.value_counts()
        chosen = st.sidebar.pills(
            FIELDS[name].label,
            sorted(counts.index),
            selection_mode="multi",
            format_func=lambda level, counts=counts: f"{level} · {counts[level]}",
        )
        if chosen:
            kept &= column.isin(chosen)
    least = st.sidebar.number_input("CgA at least, ug/L", min_value=0.0, value=None)
    return data[kept & (data["cga_ug_l"] >= least)] if least is not None else data[kept]


def columns(factor: str, data: pd.DataFrame, event: pd.Series) -> pd.DataFrame:
    """Model columns of a factor; missing where the value is, or where its level has no event."""
    name, _, cut = factor.replace(">=", ">").partition(">")
    field, values = FIELDS[name], data[name]
    if cut:
        above = values >= float(cut) if ">=" in factor else values > float(cut)
        values = above.map({True: "above", False: "below"}).where(values.notna())
        levels, reference = ["below", "above"], "below"
    elif field.numeric:
        return values.to_frame(factor)
    else:
        levels = [False, True] if field.type == "yes_no" else list(field.levels)
        reference = field.reference if field.reference in levels else levels[0]
    for level in levels:
        if not event[values == level].any():
            values = values.where(values != level)
    shown = [level for level in levels if level != reference and (values == level).any()]
    found = {f"{factor} {level}": (values == level).astype(float).where(values.notna()) for level in shown}
    return pd.DataFrame(found, index=data.index)


def fit(
    parts: dict[str, pd.DataFrame], time: pd.Series, event: pd.Series
) -> tuple[pd.DataFrame, dict[str, float], int]:
    """One Cox model: a row a column, the overall Wald p of each factor, and patients."""
    table = pd.concat([*parts.values(), time.rename("time"), event.rename("event")], axis=1).dropna()
    model = CoxPHFitter().fit(table, "time", "event", fit_options=PRECISE)
    rows = pd.DataFrame(
        {
            "hr": np.exp(model.params_),
            "lower": np.exp(model.confidence_intervals_.iloc[:, 0]),
            "upper": np.exp(model.confidence_intervals_.iloc[:, 1]),
            "p": model.summary["p"],
        }
    )
    overall = {}
    for factor, part in parts.items():
        own = list(part.columns)
        beta, covariance = model.params_[own].to_numpy(), model.variance_matrix_.loc[own, own].to_numpy()
        overall[factor] = float(chi2.sf(beta @ np.linalg.solve(covariance, beta), len(own)))
    return rows, overall, len(table)


def analyse(endpoint: str, data: pd.DataFrame) -> pd.DataFrame:
    """Each factor alone, then those with p < 0.1 together."""
    known = data.dropna(subset=[f"{endpoint}_days"])
    time, event = known[f"{endpoint}_days"], known[f"{endpoint}_event"].astype(bool)
    alone, parts, entering = [], {}, []
    for factor in PAPER_FACTORS:
        part = columns(factor, known, event)
        if part.empty or part.dropna().nunique().min() < 2:
            continue
        rows, overall, n = fit({factor: part}, time, event)
        alone.append(rows.assign(n=n))
        parts[factor] = part
        if overall[factor] < 0.1:
            entering.append(factor)
    table = pd.concat(alone).assign(model="Univariable")
    if not entering:
        return table
    together, _, n = fit({factor: parts[factor] for factor in entering}, time, event)
    return pd.concat([table, together.assign(n=n, model="Multivariable")])


def forest(table: pd.DataFrame, title: str) -> alt.LayerChart:
    """Hazard ratios on a log axis."""
    data = table.reset_index(names="factor")
    base = alt.Chart(data).encode(y=alt.Y("factor:N", sort=None, title=None), yOffset="model:N", color="model:N")
    scale = alt.Scale(type="log", domain=[1 / 32, 32], clamp=True)
    interval = base.mark_rule().encode(x=alt.X("lower:Q", scale=scale, title="Hazard ratio"), x2="upper:Q")
    point = base.mark_square(size=60).encode(
        x=alt.X("hr:Q", scale=scale), tooltip=["factor", "model", "hr", "lower", "upper"]
    )
    one = alt.Chart(pd.DataFrame({"x": [1.0]})).mark_rule(strokeDash=[4, 4]).encode(x=alt.X("x:Q", scale=scale))
    text = base.mark_text(align="left", x="width").encode(text=alt.Text("hr:Q", format=".2f"))
    return (one + interval + point + text).properties(title=title, height=420)


def main() -> None:
    """The page."""
    warnings.simplefilter("ignore")
    everybody = cohort()
    data = selected(everybody)
    st.title("Prognosis")
    st.markdown(f"**{len(data)} of {len(everybody)} patients**")
    for endpoint, label in ENDPOINTS.items():
        table = analyse(endpoint, data)
        st.subheader(label)
        st.altair_chart(forest(table, label), width="stretch")
        shown = table.assign(
            hazard_ratio=[
                ratio_with_interval(*one) for one in zip(table["hr"], table["lower"], table["upper"], strict=True)
            ],
            p=[p_value(one) for one in table["p"]],
        )
        st.table(shown[["model", "n", "hazard_ratio", "p"]])


main()
