"""Concordance between predicted risk and observed order of events (Harrell's C), in n log n."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from core.risk_sets import time_codes

RISK_DECIMALS = 8
"""Log hazards that agree to this many decimals are tied: the same covariates can differ in the last bit."""


@dataclass(frozen=True)
class Concordance:
    """Pairs of patients of whom it is known who had the event first.

    Parameters
    ----------
    concordance : (concordant + tied_risk / 2) / (concordant + discordant + tied_risk); None without such pairs
    concordant, discordant : pairs in which the patient at higher (lower) risk had the event first
    tied_risk : pairs at the same risk
    tied_time : pairs with events at the same time, which are not compared
    """

    concordance: float | None
    concordant: int
    discordant: int
    tied_risk: int
    tied_time: int
    method: str = "Harrell's C; ties in risk count one half, ties in time are not compared"


def concordance(risk: ArrayLike, time: ArrayLike, event: ArrayLike) -> Concordance:
    """Count concordant pairs. A patient censored at the time of another's event is taken to outlive it.

    Parameters
    ----------
    risk : (n,) log hazards
    time : (n,) times, any unit
    event : (n,) bool

    Returns
    -------
    Concordance

    Source: R survival 3, `concordance.coxph`; the counts by a wavelet matrix (Claude, Navarro & Ordonez, 2015).
    """
    times, events = np.asarray(time, dtype=float), np.asarray(event, dtype=bool)
    scores = np.unique(np.round(np.asarray(risk, dtype=float), RISK_DECIMALS), return_inverse=True)[1]
    ascending = np.argsort(times, kind="stable")
    code = np.empty(times.size, dtype=np.intp)
    code[ascending] = time_codes(times[ascending])
    # Latest first; at one time the censored stand before the events, so that they count as later.
    key = 2 * code + ~events
    order = np.argsort(-key, kind="stable")
    sequence = scores[order]
    happened = events[order]
    later = np.searchsorted(-key[order], -key[order][happened])
    concordant, tied = _count_below_and_equal(sequence, later, sequence[happened])
    discordant = int(later.sum()) - concordant - tied
    pairs = concordant + discordant + tied
    same_time = np.bincount(code[events]) if events.any() else np.zeros(1, dtype=np.intp)
    return Concordance(
        concordance=(concordant + tied / 2) / pairs if pairs else None,
        concordant=concordant,
        discordant=discordant,
        tied_risk=tied,
        tied_time=int((same_time * (same_time - 1) // 2).sum()),
    )


def _count_below_and_equal(
    sequence: NDArray[np.intp], length: NDArray[np.intp], value: NDArray[np.intp]
) -> tuple[int, int]:
    """Over all queries, how many of the first `length` entries of `sequence` are below `value`, and equal to it."""
    below = 0
    start, stop = np.zeros_like(length), length
    level = sequence
    for bit in reversed(range(int(sequence.max(initial=0)).bit_length())):
        ones = (level >> bit) & 1
        zeros_before = np.concatenate(([0], np.cumsum(1 - ones)))
        zeros_start, zeros_stop = zeros_before.take(start), zeros_before.take(stop)
        right = ((value >> bit) & 1).astype(bool)
        below += int((zeros_stop - zeros_start)[right].sum())
        zeros = zeros_before[-1]
        start = np.where(right, zeros + start - zeros_start, zeros_start)
        stop = np.where(right, zeros + stop - zeros_stop, zeros_stop)
        level = np.concatenate((level[ones == 0], level[ones == 1]))
    return below, int((stop - start).sum())
