"""Everything that stands side by side of two groups: endpoints, baseline, response, toxicity."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from core.baseline import Baseline, baseline
from core.cohort import CohortVersion
from core.contrast.balance import Balance, standardised_difference
from core.contrast.differences import (
    Difference,
    MeanDifference,
    default_horizon,
    milestone_difference,
    newcombe,
    restricted_mean_difference,
)
from core.contrast.groups import Compared
from core.contrast.hazard import Hazard, hazard
from core.counts import EventCounts, align_ties
from core.curve import Curve
from core.logrank import LogRank, log_rank
from core.notice import Notice
from core.options import DAYS_PER_MONTH, ENDPOINTS, Options
from core.outcome import NOBODY, Group, from_landmark, told_follow_up, told_group
from core.response import ResponseTable, response
from core.sentence import short_label
from core.small_groups import Below, hides, rounded
from core.store import Store
from core.strata import CONTRAST_LEVELS
from core.survival import FollowUp
from core.toxicity import Toxicity, toxicity


@dataclass(frozen=True, eq=False)
class ContrastOutcome:
    """One endpoint of A and of B.

    Parameters
    ----------
    endpoint, label : key and name of `core.options.ENDPOINTS`
    groups : A and B, with their curves; patients with a usable time who reached the landmark
    without_time : compared courses of A and of B that have none
    before_landmark : patients of A and of B with the event or censored before it
    milestones : (month, difference of survival), as `Options.months`
    restricted : restricted means, days
    log_rank, hazard : tests
    follow_up : of A and of B by the overall-survival clock; None where the cohort has none
    landmark : day from which both are compared; None = from the start of the course
    notices : what to know before using it
    refusal : why there is nothing to show; "" = there is
    """

    endpoint: str
    label: str
    groups: tuple[Group, Group]
    without_time: tuple[int, int]
    milestones: tuple[tuple[float, Difference], ...]
    restricted: MeanDifference
    log_rank: LogRank
    hazard: Hazard
    follow_up: tuple[FollowUp, FollowUp] | None = None
    landmark: float | None = None
    before_landmark: tuple[int, int] = (0, 0)
    notices: tuple[Notice, ...] = ()
    refusal: str = ""


class Contrast:
    """A against B; each part is computed once, when first asked for.

    Parameters
    ----------
    store, version, options
    compared : Compared
        Without a refusal.
    """

    def __init__(self, store: Store, version: CohortVersion, compared: Compared, options: Options) -> None:
        self.store, self.version, self.compared, self.options = store, version, compared, options

    @cached_property
    def baseline(self) -> Baseline:
        """Table 1 by group."""
        return baseline(self.store, self.version, self.compared.a, self.options, by=self.compared.strata)

    @cached_property
    def balance(self) -> tuple[Balance, ...]:
        """Standardised difference of each characteristic of `baseline`, in its order."""
        a, b = (self.baseline.groups[level] for level in CONTRAST_LEVELS)
        return tuple(standardised_difference(one, other) for one, other in zip(a, b, strict=True))

    @cached_property
    def response(self) -> ResponseTable:
        """RECIST responses by group."""
        return response(self.store, self.version, self.compared.a, self.options, self.compared.strata)

    @cached_property
    def rates(self) -> dict[str, Difference]:
        """Difference of objective response ("orr") and of disease control ("dcr"), shares."""
        a, b = self.response.groups
        pairs = {"orr": (a.orr, b.orr), "dcr": (a.dcr, b.dcr)}
        return {
            name: _not_shown(self.options)  # a rate that is not told is not told by its difference either
            if any(one.total and one.percent is None for one in (a, b))
            else self._shares(a.n, a.total, b.n, b.total)
            for name, (a, b) in pairs.items()
        }

    def _shares(self, n_a: int, total_a: int, n_b: int, total_b: int) -> Difference:
        """Difference of two shares; none of a few patients while small groups are hidden."""
        if any(isinstance(n, Below) for n in (n_a, total_a, n_b, total_b)):
            return _not_shown(self.options)
        return newcombe(n_a, total_a, n_b, total_b, self.options.conf_level)

    @cached_property
    def toxicity(self) -> Toxicity:
        """Grades by group."""
        return toxicity(self.store, self.version, self.compared.a, self.options, self.compared.strata)

    @cached_property
    def harms(self) -> dict[str, Difference]:
        """Difference of grade 3 or more of each term, shares of the courses assessed for it."""
        pairs = zip(*(self.toxicity.of(level) for level in CONTRAST_LEVELS), strict=True)
        return {a.term: self._shares(a.grade_3_up, a.assessed, b.grade_3_up, b.assessed) for a, b in pairs}

    def outcomes(
        self, endpoints: Sequence[str], tau_months: float | None = None, landmark_days: float | None = None
    ) -> dict[str, ContrastOutcome]:
        """
        Compare endpoints.

        Parameters
        ----------
        endpoints : sequence of str
            Keys of `ENDPOINTS`, among those the version has.
        tau_months : float, optional
            Horizon of the restricted means; by default the smaller of the groups' longest times, down to a whole month.

        landmark_days : float, optional
            Leave out who had the event or was censored before this day; None = everybody counts from the start.

        Raises
        ------
        ValueError
            For an endpoint that the version does not have, a horizon that is not above zero, or a negative landmark.
        """
        if tau_months is not None and not 0 < tau_months < float("inf"):
            raise ValueError(f"A horizon of {tau_months:g} months is not possible; give more than zero.")
        if landmark_days is not None and not 0 <= landmark_days < float("inf"):
            raise ValueError(f"A landmark at day {landmark_days:g} is not possible; give zero or more days.")
        for one in endpoints:
            if one not in self.version.endpoints:
                label = ENDPOINTS.get(one, f"'{one[:60]}'")
                raise ValueError(f"{label}: the cohort holds neither its dates nor its times.")
        counted = {one: self._counts(one) for one in endpoints}
        clock = counted.get("os") or (self._counts("os") if "os" in self.version.endpoints else None)
        followed = None
        if clock is not None:
            a, b = (told_follow_up(one, self.options) for one in clock)
            followed = a, b
        return {one: self._outcome(one, counts, followed, tau_months, landmark_days) for one, counts in counted.items()}

    @cached_property
    def known_later(self) -> tuple[Notice, ...]:
        """What is known only later makes survival from the start unfair, in A or in B; a landmark avoids it."""
        told = []
        for name, one in (("A", self.compared.a), ("B", self.compared.b)):
            for condition in one.conditions if one is not None else ():
                field = self.version.fields.get(condition.field)
                if field is not None and field.known_later:
                    text = (
                        f"{name} uses {short_label(field)}, which is known only after the start of the course: these "
                        "patients had to reach that day (immortal time), which favours them. A landmark avoids it."
                    )
                    told.append(Notice("immortal_time", text))
        return tuple(told)

    def _counts(self, endpoint: str) -> tuple[EventCounts, EventCounts]:
        strata = self.compared.strata
        found = self.store.event_counts(self.version, self.compared.a, endpoint, strata, self.options)
        a, b = align_ties([found.get(level, NOBODY) for level in CONTRAST_LEVELS])
        return a, b

    def _outcome(
        self,
        endpoint: str,
        counts: tuple[EventCounts, EventCounts],
        followed: tuple[FollowUp, FollowUp] | None,
        tau_months: float | None,
        landmark: float | None,
    ) -> ContrastOutcome:
        options, label = self.options, ENDPOINTS[endpoint]
        from_start, size = counts, self.compared.size
        a, b = (from_landmark(one, landmark) for one in counts)
        counts = a, b
        refusal = self.compared.repeated(label) or _too_few(counts, label, max(options.min_cell, options.round_to))
        if refusal:
            counts = from_start = NOBODY, NOBODY
        left, right = (told_group(name, one, options) for name, one in zip(CONTRAST_LEVELS, counts, strict=True))
        # What is read off the curves is read off those that are told, else it would tell the exact ones.
        curves = left.curve, right.curve
        tau = default_horizon(*curves) if tau_months is None else tau_months * DAYS_PER_MONTH
        return ContrastOutcome(
            endpoint=endpoint,
            label=label,
            groups=(left, right),
            without_time=(0, 0) if refusal else self._lost((size.a_left, size.b_left), from_start),
            milestones=tuple((month, _at(*curves, month, landmark)) for month in options.months),
            restricted=restricted_mean_difference(*curves, tau),
            log_rank=log_rank(counts),
            hazard=self._hazard(counts),
            follow_up=None if refusal else followed,
            landmark=landmark,
            before_landmark=self._lost((from_start[0].n, from_start[1].n), counts),
            notices=self.known_later if landmark is None else (),
            refusal=refusal,
        )

    def _lost(self, of: tuple[int, int], counts: tuple[EventCounts, EventCounts]) -> tuple[int, int]:
        """How many of A and of B are not in these counts."""
        a, b = (rounded(n - one.n, self.options) for n, one in zip(of, counts, strict=True))
        return a, b

    def _hazard(self, counts: tuple[EventCounts, EventCounts]) -> Hazard:
        """The ratio; while small groups are hidden none of a group with a few patients, with or without the event."""
        parts = [part for one in counts for part in (one.n, one.n_events, one.n - one.n_events)]
        if hides(self.options) and any(isinstance(rounded(n, self.options), Below) for n in parts):
            reason = f"Fewer than {self.options.round_to} patients of a group, with or without the event: not shown."
            return Hazard(None, None, None, None, None, reason)
        return hazard(counts, self.options.conf_level)


def contrast(store: Store, version: CohortVersion, compared: Compared, options: Options) -> Contrast:
    """A against B. Raises ValueError with the sentence of a comparison that is refused."""
    if compared.refusal:
        raise ValueError(compared.refusal)
    return Contrast(store, version, compared, options)


def _at(a: Curve, b: Curve, month: float, landmark: float | None) -> Difference:
    """Difference of survival at a milestone; before the landmark everybody is event-free by choice."""
    if landmark is not None and month * DAYS_PER_MONTH < landmark:
        return Difference(None, None, reason="It lies before the landmark.")
    return milestone_difference(a, b, month * DAYS_PER_MONTH)


def _not_shown(options: Options) -> Difference:
    return Difference(None, None, reason=f"Fewer than {options.round_to}: not shown.")


def _too_few(counts: tuple[EventCounts, EventCounts], label: str, least: int) -> str:
    if any(0 < one.n < least for one in counts):
        return f"{label}: a group has fewer than {least} patients with a known time; the comparison is not shown."
    return ""
