"""Efron's partial likelihood, its gradient and information, for many models over the same patients at once.

Rows are sorted once by time, latest first, so that sums over risk sets are cumulative sums at the distinct event times.
The information is X' diag(c) X minus outer products at the event times, so its cost is linear in the number of rows.

Source: Efron, JASA 1977; Therneau & Grambsch, Modeling Survival Data, 2000, section 3.3; R survival, `coxfit6.c`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from core.counts import tie_starts

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]
Bools = NDArray[np.bool_]

WIDEST = 600.0
"""Largest spread of log hazards within a model that is evaluated: exp(-600) is still a number whose inverse is one."""


@dataclass(frozen=True)
class RiskSets:
    """Who is at risk when.

    Parameters
    ----------
    rows : (n,) input rows, latest time first, without those who left before the first event (they never count)
    starts : (k,) first position in `rows` of each event time's block; block j adds the rows that join its risk set
    group : (n,) block of each row
    events : (m,) positions in `rows` of the events, in order
    event_starts : (k,) first position in `events` of each event time
    event_group : (m,) block of each event
    """

    rows: Ints
    starts: Ints
    group: Ints
    events: Ints
    event_starts: Ints
    event_group: Ints


def risk_sets(time: Floats, event: Bools) -> RiskSets:
    """Sort patients into the risk sets of the distinct event times.

    Parameters
    ----------
    time : (n,) finite times, any unit
    event : (n,) True where the event happened

    Returns
    -------
    RiskSets
    """
    ascending = np.argsort(time, kind="stable")
    code = time_codes(time[ascending])
    happened = event[ascending]
    has_event = np.zeros(code[-1] + 1 if code.size else 0, dtype=bool)
    has_event[code[happened]] = True
    # The block of a row is the last event time not after it; -1: left before the first event.
    block = (np.cumsum(has_event) - 1)[code] if code.size else code
    first = int(np.searchsorted(block, 0))
    last = block[-1] if code.size else -1
    rows, group = ascending[first:][::-1], last - block[first:][::-1]
    events = np.flatnonzero(happened[first:][::-1])
    event_group = group[events]
    blocks = np.arange(last + 1)
    return RiskSets(
        rows=rows,
        starts=np.searchsorted(group, blocks),
        group=group,
        events=events,
        event_starts=np.searchsorted(event_group, blocks),
        event_group=event_group,
    )


def time_codes(ascending: Floats) -> Ints:
    """Number the distinct times of sorted times from 0, nearly equal ones (R's `aeqSurv`) alike."""
    new = np.zeros(ascending.size, dtype=np.intp)
    new[tie_starts(ascending)[1:]] = 1
    return new.cumsum()


@dataclass(frozen=True)
class Batch:
    """b models over the same risk sets, each with its own rows and up to p columns.

    Parameters
    ----------
    risk : RiskSets
    x : (b, 1 + p, n) in the order of `risk.rows`; x[:, 0] is 1 where the row belongs to the model, else 0; the columns
        are centred and scaled, and 0 where the row does not belong
    fraction : (b, m) Efron's l / d of each event: its rank among the events tied with it in this model
    used : (b, m) whether the event belongs to the model
    event_sums : (b, 1 + p) sum of x over the model's events
    """

    risk: RiskSets
    x: Floats
    fraction: Floats
    used: Bools
    event_sums: Floats

    def subset(self, models: Ints) -> Batch:
        """The same for some of the models."""
        return replace(
            self,
            x=self.x[models],
            fraction=self.fraction[models],
            used=self.used[models],
            event_sums=self.event_sums[models],
        )


def batch(risk: RiskSets, x: Floats) -> Batch:
    """Prepare the parts of the likelihood that do not depend on the coefficients.

    Parameters
    ----------
    risk : RiskSets
    x : (b, 1 + p, n) as in `Batch`
    """
    at_events = x[:, :, risk.events]
    own = at_events[:, 0]
    ends = np.cumsum(own, axis=1)
    before = (ends - own)[:, risk.event_starts]
    tied = np.add.reduceat(own, risk.event_starts, axis=1) if risk.events.size else own
    fraction = (ends - own - before[:, risk.event_group]) / np.maximum(tied, 1.0)[:, risk.event_group]
    return Batch(risk=risk, x=x, fraction=fraction, used=own > 0, event_sums=at_events.sum(axis=2))


@dataclass(frozen=True)
class Scaled:
    """Columns centred and scaled on the rows each model uses, ready for the likelihood.

    Parameters
    ----------
    models : Batch
    scale : (b, p) standard deviation of each column; 1 for a constant or padding column
    span : (b, p) range of each scaled column
    constant : (b, p) whether a column takes one value only; padding columns too
    """

    models: Batch
    scale: Floats
    span: Floats
    constant: Bools


def scaled_columns(columns: Sequence[Floats], risk: RiskSets) -> Scaled:
    """Lay out the columns of several models over the risk sets, each on the rows where all its columns are present.

    Parameters
    ----------
    columns : covariates of each model, (rows, p) with any p; NaN = missing
    risk : RiskSets with at least one event
    """
    b, p, n = len(columns), max(x.shape[1] for x in columns), risk.rows.size
    x = np.zeros((b, p + 1, n))
    for model, values in enumerate(columns):
        x[model, 1 : values.shape[1] + 1] = values[risk.rows].T
    rest = x[:, 1:]
    member = _members(rest, risk)
    x[:, 0] = member
    if not member.all():
        np.copyto(rest, 0.0, where=~member[:, None])
    rows = np.maximum(member.sum(axis=1), 1)[:, None]
    # Measured from one of its own values a constant column is exactly zero.
    origin = np.take_along_axis(rest, member.argmax(axis=1)[:, None, None], axis=2)
    rest -= origin * x[:, :1]
    constant = np.logical_not(np.any(rest, axis=2))
    rest -= (rest.sum(axis=2) / rows)[:, :, None] * x[:, :1]
    scale = np.sqrt(np.einsum("bpn,bpn->bp", rest, rest) / rows)
    scale[constant] = 1.0
    rest /= scale[:, :, None]
    rest[constant] = 0.0
    return Scaled(batch(risk, x), scale, np.ptp(rest, axis=2), constant)


def _members(rest: Floats, risk: RiskSets) -> Bools:
    """(b, n) rows that count in each model: complete, and still there at the model's own first event."""
    member = np.logical_not(np.any(np.isnan(rest), axis=1))
    own_events = member[:, risk.events]
    first_event = risk.events.size - 1 - own_events[:, ::-1].argmax(axis=1)
    member &= risk.group <= risk.event_group[first_event][:, None]
    member &= np.any(own_events, axis=1, keepdims=True)
    return member


@dataclass(frozen=True)
class Moments:
    """Sums at one value of the coefficients, b models.

    Parameters
    ----------
    loglik : (b,) log partial likelihood; -inf where log hazards spread over more than `WIDEST`
    weighted : (b, 1 + p, n) x times relative hazard
    total : (b, 1, k) sum of relative hazards of each risk set
    at_risk : (b, 1 + p, k) mean of x over each risk set, weighted by relative hazard
    tied : (b, 1 + p, k) sum of `weighted` over the events of each event time, divided by `total`
    inverse : (b, 5, k) sums over the events of each event time of 1/q, f/q, 1/q^2, f/q^2, f^2/q^2 with f = l/d and q = the
        Efron denominator divided by `total`
    """

    loglik: Floats
    weighted: Floats
    total: Floats
    at_risk: Floats
    tied: Floats
    inverse: Floats


def moments(models: Batch, beta: Floats) -> Moments:
    """Evaluate the log partial likelihood and the sums its derivatives need.

    Parameters
    ----------
    models : Batch
    beta : (b, p) coefficients of the scaled columns
    """
    risk, x, fraction = models.risk, models.x, models.fraction
    eta = np.matmul(beta[:, None, :], x[:, 1:])[:, 0]
    shift = eta.max(axis=1)
    weighted = x * np.exp(eta - shift[:, None])[:, None]
    at_risk = np.add.reduceat(weighted, risk.starts, axis=2).cumsum(axis=2)
    tied = np.add.reduceat(weighted[:, :, risk.events], risk.event_starts, axis=2)
    # Divided by the total of each risk set, every sum stays in range however small the hazards of its members are.
    total = at_risk[:, :1].copy()
    total[total == 0] = 1.0
    at_risk /= total
    tied /= total
    share = np.where(models.used, 1.0 - fraction * tied[:, 0][:, risk.event_group], 1.0)
    log_denominator = np.log(share * np.where(models.used, total[:, 0][:, risk.event_group], 1.0)).sum(axis=1)
    loglik = (models.event_sums[:, 1:] * beta).sum(axis=1) - models.event_sums[:, 0] * shift - log_denominator
    loglik[shift - eta.min(axis=1) > WIDEST] = -np.inf
    terms = np.empty((len(beta), 5, risk.events.size))
    terms[:, 0] = models.used / share
    terms[:, 1] = fraction * terms[:, 0]
    terms[:, 2] = terms[:, 0] ** 2
    terms[:, 3] = terms[:, 0] * terms[:, 1]
    terms[:, 4] = terms[:, 1] ** 2
    inverse = np.add.reduceat(terms, risk.event_starts, axis=2)
    return Moments(loglik, weighted, total, at_risk, tied, inverse)


def gradient(models: Batch, at: Moments) -> Floats:
    """First derivative of the log partial likelihood, (b, p)."""
    expected = np.matmul(at.at_risk[:, 1:], at.inverse[:, 0, :, None])
    expected -= np.matmul(at.tied[:, 1:], at.inverse[:, 1, :, None])
    return models.event_sums[:, 1:] - expected[:, :, 0]


def information(models: Batch, at: Moments, weights: Floats | None = None) -> Floats:
    """Minus the second derivative, (b, p, p), each event time counted `weights` (k,) times (once when None)."""
    risk, inverse = models.risk, at.inverse
    if weights is not None:
        inverse = inverse * weights
    # A row counts at every event time up to its own; at its own as an event only with Efron's share.
    own = inverse[:, :2] / at.total
    share = own[:, 0, ::-1].cumsum(axis=1)[:, ::-1][:, risk.group]
    share[:, risk.events] -= own[:, 1, risk.event_group]
    at_risk, tied = at.at_risk[:, 1:], at.tied[:, 1:]
    twice, cross, square = inverse[:, 2, None], inverse[:, 3, None], inverse[:, 4, None]
    result = np.matmul(at.weighted[:, 1:] * share[:, None], models.x[:, 1:].transpose(0, 2, 1))
    result -= np.matmul(at_risk * twice - tied * cross, at_risk.transpose(0, 2, 1))
    result -= np.matmul(tied * square - at_risk * cross, tied.transpose(0, 2, 1))
    return result
