"""Controls whose value stands in the address, so that a link opens what they show."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st

from pages.shared import session


def one(widget: Callable[..., Any], label: str, choices: Sequence[str], name: str, default: str, **more: Any) -> str:
    """A choice whose value stands in the address under `name`; one not on offer falls back to the default."""
    key = f"parameter-{name}"
    current = session.parameter(name, default)
    session.keep_widget(key, current if current in choices else default)

    def keep() -> None:
        session.set_parameter(name, session.widget_value(key) or default, default)

    widget(label, choices, key=key, on_change=keep, **more)
    return session.widget_value(key) or default


def several(widget: Callable[..., Any], label: str, choices: Sequence[str], name: str, **more: Any) -> list[str]:
    """Several choices that stand in the address under `name`, divided by commas; those not on offer are left out."""
    key = f"parameter-{name}"
    session.keep_widget(key, [one for one in session.parameter(name).split(",") if one in choices])

    def keep() -> None:
        session.set_parameter(name, ",".join(session.widget_value(key)))

    widget(label, choices, key=key, on_change=keep, **more)
    return list(session.widget_value(key))


def switch(label: str, name: str, on: str, **more: Any) -> bool:
    """A switch that stands in the address under `name` as `on`, and not at all while it is off."""
    key = f"parameter-{name}"
    session.keep_widget(key, session.parameter(name) == on)

    def keep() -> None:
        session.set_parameter(name, on if session.widget_value(key) else "")

    return st.toggle(label, key=key, on_change=keep, **more)
