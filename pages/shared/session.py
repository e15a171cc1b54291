"""What a visitor's session holds: store, cohort, selection, options. The only state and the only cache."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any
from urllib.parse import unquote

import streamlit as st

from core import permissions
from core.contrast import REST, against_text, parse_against
from core.demo import DEMO_NAME, ensure_demo
from core.options import CONF_TYPES, EGFR_EQUATIONS, PFS_RULES, Options
from core.permissions import LOCAL_USER
from core.selection import Selection, parse_query
from core.small_groups import HIDDEN, rounded, withheld
from core.store import CohortVersion, Store

COHORT = "cohort"
VERSION = "version"
BY = "by"
AGAINST = "against"
TAU = "tau"
LANDMARK = "landmark"
SURVIVAL_VIEW = "show"
FACTORS = "factors"
FIXED = "fixed"
NOTION = "notion"
COMPARED = "compared"
PFS_RULE = "pfs_rule"
EGFR = "egfr_equation"
CONF_TYPE = "interval"
HIDE = "hide"
FILTERS = "filters"
FILTERS_OF_B = "filters_b"
MARKS = "marks"
PLACE = "place"
DECK = "deck"
SLIDE = "slide"
PARAMETERS = (
    *(COHORT, VERSION, BY, AGAINST, TAU, LANDMARK, SURVIVAL_VIEW, FACTORS, FIXED, NOTION, COMPARED),
    *(PFS_RULE, EGFR, CONF_TYPE, HIDE, FILTERS, FILTERS_OF_B, MARKS, PLACE, DECK, SLIDE),
)
"""Query parameters that are not fields of a cohort: which cohort, and how a page shows it."""

LEAST_MONTHS, MOST_MONTHS = 1.0, 1200.0
"""A horizon outside is nobody's."""

_SELECTION = "selection"
_SHOWN = "parameters"
_TOLD = "told"
_SAYING = "saying"
_VIEW = "view"
_LEVELS = "levels_of_the_cohort"


@dataclass(frozen=True)
class View:
    """What every page looks at: one selection of one version of one cohort.

    Parameters
    ----------
    n : courses selected, as it may be told; 0 where nothing of them may be
    sentence : the selection in words
    withheld : why nothing of the selection is shown while small groups are hidden; "" where it is
    """

    store: Store
    version: CohortVersion
    selection: Selection
    options: Options
    n: int
    sentence: str
    withheld: str = ""


@cache
def open_store() -> Store:
    """The product's store with the demo cohort in it."""
    store = Store()
    ensure_demo(store)
    return store


def start() -> None:
    """Take the selection from the address on a session's first run; later the session rules and the address follows.

    What `tell` was given before is said in this run, and in no later one.
    """
    st.session_state[_SAYING] = st.session_state.pop(_TOLD, None)
    if _SELECTION not in st.session_state:
        open_address(st.query_params.to_dict())


def open_address(query: Mapping[str, str]) -> None:
    """Put in view what an address says."""
    st.session_state[_SHOWN] = {name: query[name] for name in PARAMETERS if name in query}
    st.session_state[_SELECTION] = parse_query(query, version().fields, ignore=PARAMETERS)


def address() -> dict[str, str]:
    """What the address has to say of what is in view."""
    shown = dict(st.session_state[_SHOWN])
    if AGAINST in shown:  # as it is understood: what is not, such as a patient's id, is not passed on
        shown[AGAINST] = against_text(against())
    return {name: unquote(value) for name, value in selection().parameters().items()} | shown


def write_address() -> None:
    """Make the address say what is shown, so that it can be shared and opened again."""
    if st.query_params.to_dict() != address():
        st.query_params.from_dict(address())


def version() -> CohortVersion:
    """The cohort in view: the chosen version of the chosen one, else the newest, else that of the demo."""
    return _in_view()[0]


def gone() -> str:
    """Says that the cohort or the version that the address names is not there; "" when it is."""
    return _in_view()[1]


def _in_view() -> tuple[CohortVersion, str]:
    name, number = parameter(COHORT, DEMO_NAME), parameter(VERSION)
    versions = open_store().versions(name)
    if not versions:
        newest = open_store().version(DEMO_NAME)
        return newest, f"There is no cohort '{name}': it was renamed or deleted. The {DEMO_NAME.lower()} is shown."
    chosen = next((one for one in versions if str(one.version) == number), None)
    if chosen is None and number:
        return versions[0], (
            f"There is no version {number} of '{name}': it was deleted, or never was. Version {versions[0].version}, "
            "the newest, is shown."
        )
    return chosen or versions[0], ""


def selection() -> Selection:
    """The selection in view."""
    return st.session_state[_SELECTION]


def select(new: Selection) -> None:
    """Put another selection in view."""
    st.session_state[_SELECTION] = replace(new, problems=())


def reset() -> None:
    """Back to the default selection, with no filter added."""
    select(Selection())
    set_parameter(FILTERS, "")


def select_first() -> None:
    """Keep of each patient only the first selected course."""
    select(replace(selection(), first=True))


def choose_cohort(name: str, number: int | None = None) -> None:
    """Put another cohort, or another version, in view, with the default selection; the newest when left out."""
    newest = next((one.version for one in open_store().versions(name)), None)
    set_parameter(COHORT, name, DEMO_NAME)
    set_parameter(VERSION, "" if number in (None, newest) else str(number))
    set_against(None)
    reset()


def follow_rename(name: str) -> None:
    """The cohort in view has another name now; the selection stays."""
    set_parameter(COHORT, name, DEMO_NAME)


def levels(names: Sequence[str]) -> Mapping[str, Sequence[str | None]]:
    """Values of fields in any course of the default selection's patients, None = missing; read once a session."""
    current = version()
    kept, known = st.session_state.get(_LEVELS, (None, {}))
    if kept is not current:
        known = {}
    unread = [name for name in names if name not in known]
    if unread:
        counts = open_store().level_counts(current, Selection().without("course"), unread, options())
        known = known | {name: tuple(value for value, n in counts[name] if n) for name in unread}
        st.session_state[_LEVELS] = (current, known)
    return known


def added_filters(parameter_name: str = FILTERS) -> tuple[str, ...]:
    """Fields whose filter the visitor added by search, in that order; they stand in the address."""
    known = version().fields
    return tuple(one for one in parameter(parameter_name).split(",") if one in known and known[one].filterable)


def add_filter(name: str, parameter_name: str = FILTERS) -> None:
    """Show the filter of a field."""
    added = added_filters(parameter_name)
    if name not in added:
        set_parameter(parameter_name, ",".join((*added, name)))


def remove_filter(name: str, parameter_name: str = FILTERS) -> None:
    """Take the filter of a field away; its condition stays."""
    set_parameter(parameter_name, ",".join(one for one in added_filters(parameter_name) if one != name))


def parameter(name: str, default: str = "") -> str:
    """A page's own query parameter, one of `PARAMETERS`."""
    return st.session_state.get(_SHOWN, {}).get(name, default)


def set_parameter(name: str, value: str, default: str = "") -> None:
    """Change a page's own query parameter; a default value is not written to the address."""
    shown = {key: old for key, old in st.session_state.get(_SHOWN, {}).items() if key != name}
    st.session_state[_SHOWN] = shown if value == default else {**shown, name: value}


def against() -> Selection | None:
    """B of a comparison of groups; None = everyone else, also where the address says it in a way not understood."""
    found = parse_against(parameter(AGAINST, REST), version().fields, PARAMETERS)
    return None if found is not None and found.problems else found


def set_against(b: Selection | None, filters: Sequence[str] = ()) -> None:
    """Compare with another B, None = everyone else; `filters` are those of B that were added by search."""
    set_parameter(AGAINST, against_text(b), REST)
    set_parameter(FILTERS_OF_B, ",".join(filters))


def b() -> Selection:
    """B as its filters show it; without a B of its own everybody, whom the first filter narrows."""
    return against() or Selection()


def select_b(new: Selection) -> None:
    """Compare with another B; the filters added by search stay."""
    set_against(new, added_filters(FILTERS_OF_B))


def swap() -> None:
    """A becomes B, and B, which is a selection of its own, A; the filters added by search go with them."""
    a, added = selection(), added_filters()
    other, of_b = b(), added_filters(FILTERS_OF_B)
    set_against(a, added)
    select(other)
    set_parameter(FILTERS, ",".join(of_b))


def select_first_of_both() -> None:
    """Keep only the first selected course of each patient, in A and in B."""
    if against() is not None:
        select_b(replace(b(), first=True))
    select_first()


def months(name: str) -> float | None:
    """A page's own number of months above zero; None without one, or where the address does not hold a number."""
    try:
        value = float(parameter(name))
    except ValueError:
        return None
    return value if LEAST_MONTHS <= value <= MOST_MONTHS else None


def options() -> Options:
    """The options in view; what the address says wrongly is the default."""
    default = Options()
    return Options(
        pfs_rule=_allowed(PFS_RULE, PFS_RULES, default.pfs_rule),
        egfr=_allowed(EGFR, EGFR_EQUATIONS, default.egfr),
        conf_type=_allowed(CONF_TYPE, CONF_TYPES, default.conf_type),
        round_to=HIDDEN if parameter(HIDE) == str(HIDDEN) else 0,
    )


def _allowed(name: str, choices: Container[str], default: str) -> str:
    value = parameter(name, default)
    return value if value in choices else default


def view() -> View:
    """What every page looks at, counted once for the frame and the page in it."""
    store, current, chosen, asked = open_store(), version(), selection(), options()
    kept: View | None = st.session_state.get(_VIEW)
    if kept and kept.version is current and kept.selection is chosen and kept.options == asked:
        return kept
    size = store.size(current, chosen, asked)
    why = withheld(size.n_courses, size.total, asked)
    n, total, patients = (rounded(one, asked) for one in (size.n_courses, size.total, size.n_patients))
    words = chosen.sentence(current.fields, n, total, patients)
    st.session_state[_VIEW] = View(store, current, chosen, asked, 0 if why else n, words, why)
    return st.session_state[_VIEW]


@dataclass(frozen=True)
class Told:
    """What came of a click, said until the next one.

    Parameters
    ----------
    place : the part of the page where it was clicked; "" = that page is left
    failed : nothing was done
    """

    sentence: str
    place: str = ""
    failed: bool = False


def tell(sentence: str, place: str = "", *, failed: bool = False) -> None:
    """Say something on the next run, on whichever page is open then."""
    st.session_state[_TOLD] = Told(sentence, place, failed)


def told() -> Told | None:
    """What is to be said in this run."""
    return st.session_state.get(_SAYING)


def keep(name: str, value: Any) -> None:
    """Keep something for this session; None forgets it."""
    st.session_state[f"kept-{name}"] = value


def kept(name: str) -> Any:
    """What `keep` was given; None without it."""
    return st.session_state.get(f"kept-{name}")


def keep_widget(key: str, value: Any) -> None:
    """Give a widget the value that the selection says, before it is drawn."""
    st.session_state[key] = value


def keep_choice(key: str, choices: Container[Any], default: Any) -> None:
    """Let a choice stay as the visitor left it, as long as it is on offer."""
    if st.session_state.get(key) not in choices:
        st.session_state[key] = default


def actor() -> str:
    """Who is at the screen; there is no login."""
    return LOCAL_USER


def may(action: str) -> bool:
    """Whether this visitor may do something to the store."""
    return not open_store().read_only and permissions.may(action, actor())


def widget_value(key: str) -> Any:
    """What a visitor has just set."""
    return st.session_state[key]


def keep_open(key: str) -> None:
    """Let an expander stay as the visitor left it when its label changes."""
    st.session_state[key] = bool(st.session_state.get(key, False))


def theme() -> str:
    """ "dark" or "light", as the reader's screen has it."""
    return "dark" if st.context.theme.type == "dark" else "light"
