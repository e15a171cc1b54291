"""A Kaplan-Meier curve and what is read off it: quantiles and survival at chosen times, with their intervals."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.counts import TIE_TOLERANCE, Floats, Ints


@dataclass(frozen=True)
class Quantile:
    """Time by which a given share has had the event, with its confidence interval.

    Parameters
    ----------
    time, lower, upper : float or None
        Days; None: not reached (prints "NR").
    reason : str or None
        Why the time, else why a limit, is None.
    hidden : bool
        It is known, but of too few patients to be told (`core.small_groups`); all three are None.
    """

    time: float | None
    lower: float | None
    upper: float | None
    reason: str | None
    hidden: bool = False


@dataclass(frozen=True)
class Milestones:
    """Survival at chosen times; one entry per time in each field, None where it cannot be estimated.

    Parameters
    ----------
    time : tuple of float
        Days.
    survival, lower, upper : tuple of float or None
        Share without the event at that time (events at that very time counted), and its interval.
    at_risk : tuple of int
        Patients with a time equal to or later.
    reason : tuple of str or None
        Why a number is None.
    """

    time: tuple[float, ...]
    survival: tuple[float | None, ...]
    lower: tuple[float | None, ...]
    upper: tuple[float | None, ...]
    at_risk: tuple[int, ...]
    reason: tuple[str | None, ...]


@dataclass(frozen=True, eq=False)
class Curve:
    """A Kaplan-Meier curve; arrays have one entry per distinct observed time, as R's ``survfit``.

    Parameters
    ----------
    n, n_events : int
    time : float64, shape (k,)
        Days, ascending. The curve starts at (0, 1), which is not repeated here.
    survival : float64, shape (k,)
        Share without the event just after each time.
    lower, upper : float64, shape (k,)
        Pointwise interval. Both are 1 before the first event. Both are NaN where survival is 0 (no variance exists
        there, R: NA), hence at the last time at most; `lists` writes None.
    at_risk, events, censored : int64, shape (k,)
        At risk: patients with a time equal to or later.
    median : Quantile
    conf_type, conf_level : str, float
    method : str
        Estimator and interval in words, for captions.
    """

    n: int
    n_events: int
    time: Floats
    survival: Floats
    lower: Floats
    upper: Floats
    at_risk: Ints
    events: Ints
    censored: Ints
    median: Quantile
    conf_type: str
    conf_level: float
    method: str

    def quantile(self, p: float) -> Quantile:
        """Time by which a share `p` has had the event (0.5: the median; 0.25 where S falls to 0.75).

        Parameters
        ----------
        p : float
            Between 0 and 1, both excluded.

        Returns
        -------
        Quantile

        Raises
        ------
        ValueError
            Naming `p`.

        Source
        ------
        Brookmeyer and Crowley 1982 on the curve's own interval; R ``quantile.survfit``.
        """
        if not 0 < p < 1:
            raise ValueError(f"`p` must lie between 0 and 1, not {p}.")
        return quantile(self.time, self.survival, self.lower, self.upper, p)

    def at(self, times: Sequence[float]) -> Milestones:
        """Survival, its interval and the number at risk at chosen times.

        Parameters
        ----------
        times : sequence of float
            Days, zero or more, in any order.

        Returns
        -------
        Milestones
            None beyond the last observed time, unless survival has reached 0 by then and stays there.

        Raises
        ------
        ValueError
            Naming `times`.

        Source
        ------
        R ``summary.survfit(times =, extend = FALSE)``.
        """
        wanted = np.asarray(times, dtype=np.float64)
        if wanted.ndim != 1 or not ((wanted >= 0) & (wanted < np.inf)).all():
            raise ValueError("`times` must be finite times of zero or more.")
        at_risk = np.append(self.at_risk, 0)[np.searchsorted(self.time, wanted, side="left")]
        position = np.searchsorted(self.time, wanted, side="right") - 1
        rows = [self._milestone(float(t), int(i)) for t, i in zip(wanted, position, strict=True)]
        survival, lower, upper, reason = zip(*rows, strict=True) if rows else ((), (), (), ())
        return Milestones(tuple(wanted.tolist()), survival, lower, upper, tuple(at_risk.tolist()), reason)

    def lists(self) -> dict[str, list]:
        """The curve as plain lists for JSON and figures: days, None instead of NaN."""
        return {
            "time": self.time.tolist(),
            "survival": self.survival.tolist(),
            "lower": [None if limit != limit else limit for limit in self.lower.tolist()],
            "upper": [None if limit != limit else limit for limit in self.upper.tolist()],
            "at_risk": self.at_risk.tolist(),
            "events": self.events.tolist(),
            "censored": self.censored.tolist(),
        }

    def _milestone(self, t: float, i: int) -> tuple[float | None, float | None, float | None, str | None]:
        if not self.time.size:
            return None, None, None, "Too few patients to show a curve." if self.n else "There are no patients."
        if i < 0:
            return 1.0, 1.0, 1.0, None
        survival = float(self.survival[i])
        if survival == 0:
            return 0.0, None, None, "Survival is 0, where no interval exists."
        if t > self.time[-1]:
            return None, None, None, "The time lies beyond the last observed time."
        return survival, float(self.lower[i]), float(self.upper[i]), None


def quantile(time: Floats, survival: Floats, lower: Floats, upper: Floats, p: float) -> Quantile:
    """Time by which a share `p` has had the event, from a curve and its interval (see `Curve.quantile`)."""
    level = f"{100 * (1 - p):g} %"
    if not time.size:
        return Quantile(None, None, None, "There are no patients.")
    found = _crossing(time, survival, p)
    first, last = _crossing(time, lower, p), _crossing(time, upper, p)
    reason = None
    if found is None:
        reason = f"Not reached: survival stays above {level}."
    elif first is None:
        reason = f"Interval not estimable: its lower curve does not reach {level} while survival is above 0."
    elif last is None:
        reason = f"Upper limit not reached: the upper curve of the interval stays above {level}."
    return Quantile(found, first, last, reason)


def _crossing(time: Floats, curve: Floats, p: float) -> float | None:
    """Where a curve has fallen by `p`, by the midpoint rule of R's ``quantile.survfit`` (``findq``).

    On a stretch at exactly 1 - p it is the middle of the stretch; of a curve that ends there, the middle between the
    start of the stretch and the last observed time. An interval's limit can turn back in small samples; as in R the
    value nearest beyond `p` then decides, not the first one.
    """
    fallen = 1 - curve
    reached = fallen + TIE_TOLERANCE >= p  # False for NaN
    if not reached.any():
        return None
    start = time[np.where(reached, fallen, np.inf).argmin()]
    if abs(p - fallen[-1]) < TIE_TOLERANCE:
        return float(start + time[-1]) / 2
    beyond = fallen - TIE_TOLERANCE >= p
    if not beyond.any():
        return None
    return float(start + time[np.where(beyond, fallen, np.inf).argmin()]) / 2
