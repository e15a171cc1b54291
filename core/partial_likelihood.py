"""Efron's partial likelihood, its gradient and information, for many models over the same patients at once.

Sums over risk sets are cumulative sums at the distinct event times (rows stand latest first, `core.risk_sets`). The
information is X' diag(c) X minus outer products at the event times, so its cost is linear in the number of rows.

Source: Efron, JASA 1977; Therneau & Grambsch, Modeling Survival Data, 2000, section 3.3; R survival, `coxfit6.c`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from core.risk_sets import Bools, Floats, Ints, RiskSets

WIDEST = 600.0
"""Largest spread of log hazards within a model that is evaluated: exp(-600) is still a number whose inverse is one."""


@dataclass(frozen=True)
class Batch:
    """b models over the same risk sets, each with its own rows and up to p columns.

    Parameters
    ----------
    risk : RiskSets
    x : (b, 1 + p, n) in the order of `risk.rows`; x[:, 0] is 1 where the row belongs to the model, else 0; the columns
        are centred and scaled, and 0 where the row does not belong
    fraction : (b, m) Efron's l / d of each event: its rank among the events tied with it in this model
    used : (b, m) whether the event belongs to the model; None where all do
    event_sums : (b, 1 + p) sum of x over the model's events
    """

    risk: RiskSets
    x: Floats
    fraction: Floats
    used: Bools | None
    event_sums: Floats

    def subset(self, models: Ints) -> Batch:
        """The same for some of the models."""
        return replace(
            self,
            x=self.x[models],
            fraction=self.fraction[models],
            used=None if self.used is None else self.used[models],
            event_sums=self.event_sums[models],
        )


def batch(risk: RiskSets, x: Floats) -> Batch:
    """Prepare the parts of the likelihood that do not depend on the coefficients.

    Parameters
    ----------
    risk : RiskSets
    x : (b, 1 + p, n) as in `Batch`
    """
    own = x[:, 0].take(risk.events, axis=1)
    died = np.zeros(risk.rows.size)
    died[risk.events] = 1.0
    ends = np.cumsum(own, axis=1)
    before = (ends - own).take(risk.event_starts, axis=1)
    tied = np.add.reduceat(own, risk.event_starts, axis=1) if risk.events.size else own
    fraction = ends - own - before.take(risk.event_group, axis=1)
    fraction /= np.maximum(tied, 1.0).take(risk.event_group, axis=1)
    used = own > 0
    return Batch(risk=risk, x=x, fraction=fraction, used=None if used.all() else used, event_sums=np.matmul(x, died))


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
    rest, outside = x[:, 1:], None
    if np.isnan(rest.sum()) or b > 1:
        outside = ~_members(rest, risk)
        # The rows outside stand at one of the model's own values until they are set to 0.
        own = np.take_along_axis(rest, outside.argmin(axis=1)[:, None, None], axis=2)
        np.copyto(rest, np.nan_to_num(own), where=outside[:, None])
        left_out = outside.sum(axis=1)[:, None]
        mean = (rest.sum(axis=2) - left_out * np.nan_to_num(own)[:, :, 0]) / np.maximum(n - left_out, 1)
        x[:, 0] = ~outside
    else:
        mean = rest.mean(axis=2)
        x[:, 0] = 1.0
    span = np.ptp(rest, axis=2)
    constant = span == 0
    rest -= mean[:, :, None]
    if outside is not None:
        np.copyto(rest, 0.0, where=outside[:, None])
    scale = np.sqrt(np.einsum("bpn,bpn->bp", rest, rest) / np.maximum(x[:, 0].sum(axis=1), 1.0)[:, None])
    scale[constant] = 1.0
    rest *= (1.0 / scale)[:, :, None]
    rest[constant] = 0.0
    return Scaled(batch(risk, x), scale, span / scale, constant)


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
    hazard : (b, n) relative hazards; 0 where the row does not belong to the model
    total : (b, 1, k) sum of `hazard` over each risk set
    means : (b, 1 + p, 2, k) sum of x times `hazard` over each risk set and over the events of each event time, both
        divided by `total`
    first : (b, 2, k) sums over the events of each event time of 1/q and -f/q, where f = l/d and q is the Efron
        denominator divided by `total`
    second : (b, 2, k) the same of 1/q^2 and f^2/q^2
    cross : (b, 1, k) the same of f/q^2
    """

    loglik: Floats
    hazard: Floats
    total: Floats
    means: Floats
    first: Floats
    second: Floats
    cross: Floats


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
    hazard = np.exp(eta - shift[:, None])
    hazard *= x[:, 0]
    means = np.empty((*x.shape[:2], 2, risk.starts.size))
    for rows, events, blocks in risk.spans():
        weighted = x[:, :, rows] * hazard[:, None, rows]
        np.add.reduceat(weighted, risk.starts[blocks] - rows.start, axis=2, out=means[:, :, 0, blocks])
        died = weighted.take(risk.events[events] - rows.start, axis=2)
        np.add.reduceat(died, risk.event_starts[blocks] - events.start, axis=2, out=means[:, :, 1, blocks])
    np.cumsum(means[:, :, 0], axis=2, out=means[:, :, 0])
    # Divided by the total of each risk set, every sum stays in range however small the hazards of its members are.
    total = means[:, :1, 0].copy()
    if models.used is not None:
        total[total == 0] = 1.0
    means /= total[:, :, None]
    share = 1.0 - fraction * means[:, 0, 1].take(risk.event_group, axis=1)
    denominator = share * total[:, 0].take(risk.event_group, axis=1)
    terms = np.empty((len(beta), 5, risk.events.size))
    if models.used is None:
        np.divide(1.0, share, out=terms[:, 0])
    else:
        share[~models.used] = denominator[~models.used] = 1.0
        np.divide(models.used, share, out=terms[:, 0])
    np.multiply(terms[:, 0], -fraction, out=terms[:, 1])
    np.multiply(terms[:, :2], terms[:, :2], out=terms[:, 2:4])
    np.multiply(terms[:, 0], -terms[:, 1], out=terms[:, 4])
    sums = np.add.reduceat(terms, risk.event_starts, axis=2)
    own, log_denominator = models.event_sums, np.log(denominator).sum(axis=1)
    loglik = (own[:, 1:] * beta).sum(axis=1) - own[:, 0] * shift - log_denominator
    loglik[shift - eta.min(axis=1) > WIDEST] = -np.inf
    return Moments(loglik, hazard, total, means, sums[:, :2], sums[:, 2:4], sums[:, 4:])


def gradient(models: Batch, at: Moments) -> Floats:
    """First derivative of the log partial likelihood, (b, p)."""
    b, q = at.means.shape[:2]
    return models.event_sums[:, 1:] - np.matmul(at.means.reshape(b, q, -1), at.first.reshape(b, -1, 1))[:, 1:, 0]


def information(models: Batch, at: Moments, weights: Floats | None = None) -> Floats:
    """Minus the second derivative, (b, p, p), each event time counted `weights` (k,) times (once when None)."""
    risk, first, second, cross = models.risk, at.first, at.second, at.cross
    if weights is not None:
        first, second, cross = first * weights, second * weights, cross * weights
    # A row counts at every event time up to its own; at its own as an event only with Efron's share.
    own = first / at.total
    share = own[:, 0, ::-1].cumsum(axis=1)[:, ::-1].take(risk.group, axis=1)
    share[:, risk.events] += own[:, 1].take(risk.event_group, axis=1)
    share *= at.hazard
    means = at.means[:, 1:]
    b, p = means.shape[:2]
    outer = means * second[:, None] - means[:, :, ::-1] * cross[:, None]
    result = np.matmul(outer.reshape(b, p, -1), -means.reshape(b, p, -1).transpose(0, 2, 1))
    for rows, _, _ in risk.spans():
        x = models.x[:, 1:, rows]
        result += np.matmul(x * share[:, None, rows], x.transpose(0, 2, 1))
    return result
