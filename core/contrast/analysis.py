"""Everything that stands side by side of two groups: endpoints, baseline, response, toxicity."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from core import cox
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
from core.counts import EventCounts, align_ties
from core.cox_tests import ChiSquared, wald_interval, wald_p
from core.logrank import LogRank, log_rank
from core.notice import Notice
from core.options import DAYS_PER_MONTH, ENDPOINTS, Options
from core.outcome import NOBODY, Group
from core.response import ResponseTable, response
from core.sentence import short_label
from core.store import Store
from core.strata import CONTRAST_LEVELS
from core.survival import FollowUp, follow_up, kaplan_meier
from core.toxicity import Toxicity, toxicity
from core.zph import zph


@dataclass(frozen=True)
class Hazard:
    """Hazard of A relative to that of B.

    Parameters
    ----------
    hr, lower, upper, p : float or None
        Cox model with Efron ties, B as reference; Wald.
    proportional : ChiSquared or None
        Test of proportional hazards.
    reason : str or None
        Why there is no ratio.
    """

    hr: float | None
    lower: float | None
    upper: float | None
    p: float | None
    proportional: ChiSquared | None
    reason: str | None = None


@dataclass(frozen=True, eq=False)
class ContrastOutcome:
    """One endpoint of A and of B.

    Parameters
    ----------
    endpoint, label : key and name of `core.options.ENDPOINTS`
    groups : A and B, with their curves; patients with a usable time
    without_time : compared courses of A and of B that have none
    milestones : (month, difference of survival), as `Options.months`
    restricted : restricted means, days
    log_rank, hazard : tests
    follow_up : of A and of B by the overall-survival clock; None where the cohort has none
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
        level = self.options.conf_level
        return {
            name: newcombe(one.n, one.total, other.n, other.total, level)
            for name, one, other in (("orr", a.orr, b.orr), ("dcr", a.dcr, b.dcr))
        }

    @cached_property
    def toxicity(self) -> Toxicity:
        """Grades by group."""
        return toxicity(self.store, self.version, self.compared.a, self.options, self.compared.strata)

    def outcomes(self, endpoints: Sequence[str], tau_months: float | None = None) -> dict[str, ContrastOutcome]:
        """
        Compare endpoints.

        Parameters
        ----------
        endpoints : sequence of str
            Keys of `ENDPOINTS`, among those the version has.
        tau_months : float, optional
            Horizon of the restricted means; by default the smaller of the groups' longest times, down to a whole month.

        Raises
        ------
        ValueError
            For an endpoint that the version does not have, or a horizon that is not above zero.
        """
        if tau_months is not None and not 0 < tau_months < float("inf"):
            raise ValueError(f"A horizon of {tau_months:g} months is not possible; give more than zero.")
        for one in endpoints:
            if one not in self.version.endpoints:
                label = ENDPOINTS.get(one, f"'{one[:60]}'")
                raise ValueError(f"{label}: the cohort holds neither its dates nor its times.")
        counted = {one: self._counts(one) for one in endpoints}
        clock = counted.get("os") or (self._counts("os") if "os" in self.version.endpoints else None)
        followed = None
        if clock is not None:
            a, b = (follow_up(one, self.options.conf_type, self.options.conf_level) for one in clock)
            followed = a, b
        return {one: self._outcome(one, counts, followed, tau_months) for one, counts in counted.items()}

    @cached_property
    def notices(self) -> tuple[Notice, ...]:
        """What is known only later makes survival from the start unfair, in A or in B."""
        told = []
        for name, one in (("A", self.compared.a), ("B", self.compared.b)):
            for condition in one.conditions if one is not None else ():
                field = self.version.fields.get(condition.field)
                if field is not None and field.known_later:
                    text = (
                        f"{name} uses {short_label(field)}, which is known only after the start of the course: these "
                        "patients had to reach that day (immortal time), which favours them."
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
    ) -> ContrastOutcome:
        options, label = self.options, ENDPOINTS[endpoint]
        refusal = self.compared.repeated(label) or _too_few(counts, label, options.min_cell)
        if refusal:
            counts = NOBODY, NOBODY
        a, b = (kaplan_meier(one, options.conf_type, options.conf_level) for one in counts)
        tau = default_horizon(a, b) if tau_months is None else tau_months * DAYS_PER_MONTH
        n_a, n_b = self.compared.n
        return ContrastOutcome(
            endpoint=endpoint,
            label=label,
            groups=(Group("A", counts[0], a), Group("B", counts[1], b)),
            without_time=(0, 0) if refusal else (n_a - a.n, n_b - b.n),
            milestones=tuple((month, milestone_difference(a, b, month * DAYS_PER_MONTH)) for month in options.months),
            restricted=restricted_mean_difference(a, b, tau),
            log_rank=log_rank(counts),
            hazard=hazard(counts, options.conf_level),
            follow_up=None if refusal else followed,
            refusal=refusal,
        )


def contrast(store: Store, version: CohortVersion, compared: Compared, options: Options) -> Contrast:
    """A against B. Raises ValueError with the sentence of a comparison that is refused."""
    if compared.refusal:
        raise ValueError(compared.refusal)
    return Contrast(store, version, compared, options)


def hazard(counts: tuple[EventCounts, EventCounts], conf_level: float = 0.95) -> Hazard:
    """
    Cox model of one covariate: A (1) against B (0).

    Parameters
    ----------
    counts : (EventCounts, EventCounts)
        Of A and of B.
    conf_level : float
    """
    reason = _no_ratio(counts)
    if reason:
        return Hazard(None, None, None, None, None, reason)
    rows = [_rows(one) for one in counts]
    x = np.concatenate([np.full(time.size, value) for value, (time, _) in zip((1.0, 0.0), rows, strict=True)])[:, None]
    time, event = (np.concatenate([one[part] for one in rows]) for part in (0, 1))
    fit = cox.fit(x, time, event)
    if fit.status[0] != cox.ESTIMATED or not fit.converged:
        return Hazard(None, None, None, None, None, "Not estimable: only one group is at risk where events happen.")
    lower, upper = wald_interval(fit.coef, fit.standard_error, conf_level)
    tested = zph(fit, x, time, event, {"A": (0,)}).terms["A"]
    p = float(wald_p(fit.coef, fit.standard_error)[0])
    return Hazard(float(np.exp(fit.coef[0])), float(lower[0]), float(upper[0]), p, tested)


def _no_ratio(counts: tuple[EventCounts, EventCounts]) -> str:
    for name, one in zip(CONTRAST_LEVELS, counts, strict=True):
        if not one.n:
            return f"{name} has no patient with a known time."
    none = [name for name, one in zip(CONTRAST_LEVELS, counts, strict=True) if not one.n_events]
    if none:
        return f"Not estimable: no events in {' and '.join(none)}."
    return ""


def _rows(counts: EventCounts) -> tuple[np.ndarray, np.ndarray]:
    """One time and event a patient."""
    time = np.concatenate([np.repeat(counts.time, counts.events), np.repeat(counts.time, counts.censored)])
    return time, np.arange(time.size) < counts.n_events


def _too_few(counts: tuple[EventCounts, EventCounts], label: str, min_cell: int) -> str:
    if any(0 < one.n < min_cell for one in counts):
        return f"{label}: a group has fewer than {min_cell} patients with a known time; the comparison is not shown."
    return ""
