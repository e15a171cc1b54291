"""Prognosis: which factors go with progression and death in this selection, alone and together."""

from __future__ import annotations

import streamlit as st

from core.export import Look
from core.factors import Factor
from core.figures import forest_figure, schoenfeld_figure
from core.figures.provenance import provenance
from core.models import models
from core.options import ENDPOINTS
from core.prognosis import Prognosis
from core.tables import assumption_table, hazard_table
from pages.shared import factors, session, show, take_away
from pages.shared.looks import look

MODELLED = ("pfs", "os")


def main() -> None:
    """The page."""
    view = session.view()
    endpoints = tuple(one for one in view.version.endpoints if one in MODELLED)
    top = st.container()
    chosen, fixed = factors.choose(view)
    if not endpoints or view.n == 0 or not chosen:
        with top:
            show.header("Prognosis", view)
        _nothing(view, endpoints, chosen)
        return
    found = models(view.store, view.version, view.selection, endpoints, chosen, view.options, fixed, drop_one=False)
    with top:
        fitted = {key: one.prognosis for key, one in found.items() if one.prognosis}
        show.header("Prognosis", view, show.events({key: prognosis.events for key, prognosis in fitted.items()}))
        for key, prognosis in fitted.items():
            _answer(key, prognosis)
    if not fitted:
        key, first = next(iter(found.items()))
        show.refusal(first.refusal or "", key)
        return
    for key, one in found.items():
        st.header(ENDPOINTS[key], anchor=False)
        if one.prognosis is None:
            show.refusal(one.refusal or "", key)
        else:
            _endpoint(view, key, one.prognosis, look(view, factors=chosen, fixed=fixed))


def _nothing(view: session.View, endpoints: tuple[str, ...], chosen: tuple[Factor, ...]) -> None:
    if not endpoints:
        show.sentence(
            "This cohort has no progression-free or overall survival to model.", "Load dates or ready-made times."
        )
    elif view.n == 0:
        show.empty(view)
    elif not chosen:
        show.sentence("No factor is chosen.", "Choose at least one above.")


def _answer(key: str, found: Prognosis) -> None:
    """The answer first: which factors are independent."""
    together = found.multivariable
    labels = {one.factor: one.label for one in together.factors}
    endpoint = _lower(ENDPOINTS[key])
    if together.independent:
        names = ", ".join(labels[one] for one in together.independent)
        st.markdown(f"Independent factors of {endpoint} (p < 0.05 together): **{show.escape(names)}**")
    elif together.factors:
        st.markdown(f"No independent factor of {endpoint} (p < 0.05 together).")
    else:
        st.markdown(f"{ENDPOINTS[key]}: {show.escape(_lower(together.reason or ''))}")


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]


def _endpoint(view: session.View, key: str, found: Prognosis, shown: Look) -> None:
    """Warnings before the numbers they are about; forest plot, table, assumptions."""
    source = provenance(view.version, view.sentence)
    show.warning(*found.warnings, *found.multivariable.warnings)
    drawn = forest_figure(found, ENDPOINTS[key], source, session.theme())
    show.figure(drawn, key=f"forest-{key}")
    if not isinstance(drawn, str):
        take_away.offer(f"forest-{key}", shown, part=take_away.FIGURE)
    show.table(hazard_table(found, ENDPOINTS[key]))
    take_away.offer(f"cox-{key}", shown, part=take_away.TABLES)
    tested = assumption_table(found)
    if tested is not None:
        panel = st.expander("Proportional hazards", key=f"assumptions-{key}", on_change="rerun")
        if panel.open:
            with panel:
                show.table(tested)
                show.figure(schoenfeld_figure(found, source, session.theme()), key=f"schoenfeld-{key}")
                take_away.offer(f"assumptions-{key}", shown)


main()
