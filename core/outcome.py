"""One endpoint of one selection: counts from the store, curves, groups, log-rank and follow-up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from core.counts import EventCounts
from core.curve import Curve
from core.endpoints import (
    CLINICAL_PROGRESSION,
    DEATH,
    IMAGING_TREATMENT,
    LAST_CONTACT,
    NEW_TREATMENT,
    NEXT_COURSE,
    PROGRESSION,
    RECIST_PROGRESSION,
    STATED_CENSORING,
    STATED_EVENT,
)
from core.logrank import LogRank, Pairwise, log_rank, pairwise_log_rank
from core.notice import Notice
from core.options import DAYS_PER_MONTH, ENDPOINTS, Options
from core.remarks import MAX_GROUPS, about_groups, about_selection
from core.selection import Selection, mixed_courses_refusal
from core.small_groups import coarse, hides, rounded, rounded_pairs, told_quantile, whole_months, withheld
from core.store import CohortVersion, Store
from core.strata import SELECTION, Strata
from core.survival import FollowUp, follow_up, kaplan_meier

LANDMARK_DAYS = 12 * DAYS_PER_MONTH
"""Default landmark: one day for everybody, so that nobody's own treatment decides when his time begins. Four standard
cycles at most 14 weeks apart end by day 294; 70 days later is day 364, about 12 months."""

TIMED_REASONS = frozenset(
    {
        RECIST_PROGRESSION,
        CLINICAL_PROGRESSION,
        PROGRESSION,
        DEATH,
        IMAGING_TREATMENT,
        NEW_TREATMENT,
        NEXT_COURSE,
        LAST_CONTACT,
        STATED_EVENT,
        STATED_CENSORING,
    }
)
"""Reasons that come with a time; every other says why there is none."""
NOBODY = EventCounts(np.empty(0), np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64))


@dataclass(frozen=True, eq=False)
class Group:
    """Patients of one group: their counts per day and their curve. `level` is "" for everybody."""

    level: str
    counts: EventCounts
    curve: Curve


@dataclass(frozen=True, eq=False)
class Outcome:
    """One endpoint of one selection.

    Parameters
    ----------
    endpoint, label : key and name of `core.options.ENDPOINTS`
    n : courses selected that have a usable time; those of the landmark analysis are in `overall`
    without_time : courses selected that have none
    reasons : why a time ended, most frequent first: (reason, courses)
    no_time : why there is none, most frequent first: (reason, courses)
    overall : everybody selected (of a selection against the rest: the selection)
    groups : the strata, in display order; empty without strata
    strata, strata_label : what divides them, with its cut-offs; None and "" without
    strata_missing : courses with a time and without a group
    withheld : groups left out because they, or what would give them away, are smaller than `Options.min_cell`
    log_rank : over all groups; None without strata
    pairwise : between each two, for three to ten groups
    follow_up : of everybody selected by the overall-survival clock; None where the cohort has none
    landmark : day of the landmark analysis, None = none. Its curves keep the clock from the start of the course and are
        conditional on reaching the landmark: they begin there at 1, on the axis of the other figures.
    before_landmark : events and censorings before the landmark, left out
    refusal : why there is nothing to show; None = there is
    notices : what the reader should know
    """

    endpoint: str
    label: str
    n: int
    without_time: int
    reasons: tuple[tuple[str, int], ...]
    no_time: tuple[tuple[str, int], ...]
    overall: Group
    groups: tuple[Group, ...] = ()
    strata: Strata | None = None
    strata_label: str = ""
    strata_missing: int = 0
    withheld: tuple[str, ...] = ()
    log_rank: LogRank | None = None
    pairwise: tuple[Pairwise, ...] = ()
    follow_up: FollowUp | None = None
    landmark: float | None = None
    before_landmark: tuple[int, int] = (0, 0)
    refusal: str | None = None
    notices: tuple[Notice, ...] = ()

    @property
    def warnings(self) -> tuple[str, ...]:
        """The notices' sentences."""
        return tuple(one.message for one in self.notices)


def outcome(
    store: Store,
    version: CohortVersion,
    selection: Selection,
    endpoint: str,
    options: Options,
    strata: Strata | None = None,
    landmark_days: float | None = None,
) -> Outcome:
    """Estimate one endpoint of a selection; parameters as of `outcomes`."""
    return outcomes(store, version, selection, (endpoint,), options, strata, landmark_days)[endpoint]


def outcomes(
    store: Store,
    version: CohortVersion,
    selection: Selection,
    endpoints: Sequence[str],
    options: Options,
    strata: Strata | None = None,
    landmark_days: float | None = None,
) -> dict[str, Outcome]:
    """
    Estimate endpoints of a selection, in all and by group.

    Parameters
    ----------
    store, version, selection, options
    endpoints : sequence of str
        Keys of `ENDPOINTS`, among those the version has.
    strata : Strata, optional
        What divides the selection; a median or quartiles are taken from the selection here.
    landmark_days : float, optional
        Leave out who had the event or was censored before this day; None = everybody counts from the start.

    Returns
    -------
    dict
        Endpoint -> Outcome, in the order asked.

    Raises
    ------
    ValueError
        For strata, a condition or an endpoint that the version does not have, or a negative landmark.
    """
    for one in endpoints:
        if one not in version.endpoints:
            label = ENDPOINTS.get(one, f"'{one}'")
            raise ValueError(
                f"{label} cannot be derived from this cohort; it has neither the dates nor ready-made times."
            )
    if landmark_days is not None and not 0 <= landmark_days < np.inf:
        raise ValueError(f"A landmark at day {landmark_days:g} is not possible; give zero or more days.")
    if strata is not None:
        strata = store.resolve_strata(version, selection, strata, options)
    everybody = selection.population if strata is not None and strata.field == SELECTION else selection
    repeated = store.repeated_patients(version, everybody, options)
    if repeated:
        told = {one: mixed_courses_refusal(repeated, ENDPOINTS[one]) for one in endpoints}
        return {one: _refused(one, Notice("mixed_courses", text)) for one, text in told.items()}
    if hides(options):
        size = store.size(version, selection, options)
        told_why = withheld(size.n_courses, size.total, options)
        if told_why:
            return {one: _refused(one, Notice("too_few_patients", told_why)) for one in endpoints}
    found: dict[str, Outcome] = {}
    counted = {one: store.event_counts(version, selection, one, None, options)[None] for one in endpoints}
    followed = _follow_up(store, version, selection, options, counted.get("os"))
    for one, counts in counted.items():
        reasons = store.value_counts(version, selection, f"{one}_reason", options)
        found[one] = _outcome(one, version, selection, options, landmark_days, counts, reasons, followed)
        if strata is not None and not found[one].refusal:
            found[one] = _divided(found[one], counts, store, version, selection, options, strata)
    return found


def _refused(endpoint: str, why: Notice) -> Outcome:
    nobody = Group("", NOBODY, kaplan_meier(NOBODY))
    return Outcome(endpoint, ENDPOINTS[endpoint], 0, 0, (), (), nobody, refusal=why.message, notices=(why,))


def _follow_up(
    store: Store, version: CohortVersion, selection: Selection, options: Options, counts: EventCounts | None
) -> FollowUp | None:
    """Follow-up by the overall-survival clock, whose counts may be at hand."""
    if counts is None:
        if "os" not in version.endpoints:
            return None
        counts = store.event_counts(version, selection, "os", None, options)[None]
    return told_follow_up(counts, options)


def told_follow_up(os_counts: EventCounts, options: Options) -> FollowUp:
    """Follow-up as it may be told: the shortest and the longest time are single patients'."""
    found = follow_up(os_counts, options.conf_type, options.conf_level)
    if not hides(options):
        return found
    n, reverse = rounded(found.n, options), told_quantile(found.reverse_median, found.n, options)
    observed = None if reverse.hidden else whole_months(found.median_observed)
    return replace(found, n=n, median_observed=observed, min=None, max=None, reverse_median=reverse)


def _outcome(
    endpoint: str,
    version: CohortVersion,
    selection: Selection,
    options: Options,
    landmark: float | None,
    counts: EventCounts,
    reasons: Sequence[tuple[str | None, int]],
    followed: FollowUp | None,
) -> Outcome:
    """The outcome of everybody selected."""
    least = max(options.min_cell, options.round_to)
    if 0 < counts.n < least:
        text = f"Fewer than {least} patients are selected: their results are not shown."
        return _refused(endpoint, Notice("too_few_patients", text))
    by_size = sorted(reasons, key=lambda one: -one[1])
    no_time = tuple((reason or "not stated", n) for reason, n in by_size if reason not in TIMED_REASONS)
    result = Outcome(
        endpoint=endpoint,
        label=ENDPOINTS[endpoint],
        n=rounded(counts.n, options),
        without_time=rounded(sum(n for _, n in no_time), options),
        reasons=rounded_pairs(((str(reason), n) for reason, n in by_size if reason in TIMED_REASONS), options),
        no_time=rounded_pairs(no_time, options),
        overall=told_group("", from_landmark(counts, landmark), options),
        follow_up=followed,
        landmark=landmark,
        before_landmark=_before(counts, landmark, options),
    )
    return replace(result, notices=about_selection(result, version, selection))


def _divided(
    result: Outcome,
    counts: EventCounts,
    store: Store,
    version: CohortVersion,
    selection: Selection,
    options: Options,
    strata: Strata,
) -> Outcome:
    """The outcome with its groups and their tests."""
    by_level = store.event_counts(version, selection, result.endpoint, strata, options)
    filled = {str(level): from_landmark(one, result.landmark) for level, one in by_level.items()}
    filled = {level: one for level, one in filled.items() if one.n}
    missing = from_landmark(counts, result.landmark).n - sum(one.n for one in filled.values())
    if strata.field == SELECTION:
        sizes = dict(store.strata_counts(version, selection, strata, options, endpoint=result.endpoint))
        missing = sizes.get(None, 0)
    sizes_of = {level: one.n for level, one in filled.items()}
    hidden = _withheld(sizes_of, options.min_cell)
    hidden += tuple(level for level, n in sizes_of.items() if n < options.round_to and level not in hidden)
    order = [level for level in filled if level not in hidden]
    shown = [filled[level] for level in order]
    divided = replace(
        result,
        groups=tuple(told_group(level, one, options) for level, one in zip(order, shown, strict=True)),
        strata=strata,
        strata_label=strata.label(version.fields),
        strata_missing=rounded(missing, options),
        withheld=tuple(level for level in filled if level in hidden),
        log_rank=log_rank(shown),
        pairwise=pairwise_log_rank(shown, order) if 2 < len(shown) <= MAX_GROUPS else (),
    )
    return replace(divided, notices=(*divided.notices, *about_groups(divided, version)))


def told_group(level: str, counts: EventCounts, options: Options) -> Group:
    """A group's curve; with rounded counts that of `core.small_groups.coarse`, beside the median in whole months."""
    exact = kaplan_meier(counts, options.conf_type, options.conf_level)
    if not hides(options):
        return Group(level, counts, exact)
    told = coarse(counts, options)
    curve = kaplan_meier(told, options.conf_type, options.conf_level)
    n, n_events = rounded(exact.n, options), rounded(exact.n_events, options)
    median = told_quantile(exact.median, exact.n, options)
    return Group(level, told, replace(curve, n=n, n_events=n_events, median=median))


def from_landmark(counts: EventCounts, landmark: float | None) -> EventCounts:
    """Who is still at risk on the landmark day."""
    if landmark is None:
        return counts
    later = counts.time >= landmark
    return EventCounts(counts.time[later], counts.events[later], counts.censored[later])


def _before(counts: EventCounts, landmark: float | None, options: Options) -> tuple[int, int]:
    """Events and censorings before the landmark day."""
    if landmark is None:
        return 0, 0
    earlier = counts.time < landmark
    events, censored = counts.events[earlier].sum(), counts.censored[earlier].sum()
    return rounded(int(events), options), rounded(int(censored), options)


def _withheld(sizes: Mapping[str, int], min_cell: int) -> tuple[str, ...]:
    """Groups below `min_cell`, and the smallest others until those not shown reach it.

    Who has no group cannot cover for one: how many they are follows from the number in a model of the same field.
    """
    small = [level for level, n in sizes.items() if n < min_cell]
    hidden = [sizes[level] for level in small]
    for n, level in sorted((n, level) for level, n in sizes.items() if n >= min_cell):
        if not small or (len(hidden) > 1 and sum(hidden) >= min_cell):
            break
        small.append(level)
        hidden.append(n)
    return tuple(small)
