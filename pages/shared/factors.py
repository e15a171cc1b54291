"""Which Cox factors a visitor models: the paper's ten, or any field."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from core.dictionary import Field
from core.factors import Factor, parse_factors
from core.formats import plural
from core.options import PAPER_FACTORS
from pages.shared import session

_SIGNS = {">=": "\u2265", ">": ">"}


def choose(view: session.View) -> tuple[tuple[Factor, ...], tuple[Factor, ...] | None]:
    """Candidates, and the fixed multivariable factors (None: those that enter by their p)."""
    fields = view.version.fields
    offered = _offered(fields)
    default = [one for one in PAPER_FACTORS if one in offered] or offered[:10]
    asked = [one for one in session.parameter(session.FACTORS).split(",") if one]
    current = [one for one in asked if _readable(one, view)] or default
    offered = list(dict.fromkeys([*offered, *current]))
    fixed = [one for one in session.parameter(session.FIXED).split(",") if one and _readable(one, view)]
    entry = f"{plural(len(fixed), 'fixed factor')} together" if fixed else "those with p < 0.1 alone enter together"
    session.keep_open("factors")
    panel = st.expander(f"{plural(len(current), 'factor')}; {entry}", key="factors", on_change="rerun")
    picked, together = current, fixed
    if panel.open:  # two long lists that few visitors open are not drawn again at every click
        with panel:
            picked = _pick("Factors", offered, current, session.FACTORS, default, view)
            together = _pick(
                "Multivariable model; empty: every factor with a univariable overall p below 0.1",
                offered,
                fixed,
                session.FIXED,
                [],
                view,
            )
    candidates = parse_factors(picked, fields, view.options)
    return candidates, parse_factors(together, fields, view.options) if together else None


def _pick(
    label: str, offered: list[str], current: list[str], name: str, default: list[str], view: session.View
) -> list[str]:
    key = f"factors-{name}"
    session.keep_widget(key, current)

    def keep() -> None:
        session.set_parameter(name, ",".join(session.widget_value(key)), ",".join(default))

    return st.multiselect(
        label,
        offered,
        key=key,
        on_change=keep,
        format_func=lambda one: _say(one, view),
        placeholder="Choose factors",
    )


def _offered(fields: Mapping[str, Field]) -> list[str]:
    """The paper's factors first, then every field that can be one; a number also at its usual cut-off."""
    names = [one for one in PAPER_FACTORS if _field_of(one) in fields]
    for name, field in fields.items():
        if not field.covariate or not field.filterable or field.type in ("date", "text"):
            continue
        names.append(name)
        if field.numeric and field.cut is not None:
            names.append(f"{name}>={field.cut:g}")
    return list(dict.fromkeys(names))


def _field_of(key: str) -> str:
    return key.split(">")[0]


def _readable(key: str, view: session.View) -> bool:
    try:
        parse_factors((key,), view.version.fields, view.options)
    except ValueError:
        return False
    return True


def _say(key: str, view: session.View) -> str:
    factor = parse_factors((key,), view.version.fields, view.options)[0]
    field = view.version.fields[factor.field]
    return (
        f"{field.label} {_SIGNS[factor.op]} {factor.cut:g} {field.unit}".strip()
        if factor.cut is not None
        else field.label
    )
