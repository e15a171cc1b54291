"""Prognostic factors of a selection: values from the store, models of each endpoint, or why there are none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.factors import Factor
from core.options import ENDPOINTS, Options
from core.prognosis import Prognosis, analyse
from core.selection import Selection, mixed_courses_refusal
from core.small_groups import hides, withheld
from core.small_models import told_prognosis
from core.store import CohortVersion, Store


@dataclass(frozen=True, eq=False)
class Models:
    """The Cox models of one endpoint of one selection.

    Parameters
    ----------
    endpoint, label : key and name of `core.options.ENDPOINTS`
    prognosis : univariable and multivariable models; None when refused
    refusal : why there is nothing to show; None = there is
    """

    endpoint: str
    label: str
    prognosis: Prognosis | None = None
    refusal: str | None = None


def models(
    store: Store,
    version: CohortVersion,
    selection: Selection,
    endpoints: Sequence[str],
    factors: Sequence[Factor],
    options: Options,
    multivariable: Sequence[Factor] | None = None,
    drop_one: bool = True,
) -> dict[str, Models]:
    """
    Fit each factor alone and together, for each endpoint.

    Parameters
    ----------
    store, version, selection, options
    endpoints : sequence of str
        Among those that the version has.
    factors : sequence of Factor
        Candidates, in display order.
    multivariable : sequence of Factor, optional
        Factors of the multivariable model instead of those that enter by their p.
    drop_one : bool
        As of `core.multivariable.fit_multivariable`: a page shows Wald's tests and does not wait for the others.

    Returns
    -------
    dict
        Endpoint -> Models, in the order asked.
    """
    repeated = 0 if selection.single_course else store.repeated_patients(version, selection, options)
    if repeated:
        return {
            one: Models(one, ENDPOINTS[one], refusal=mixed_courses_refusal(repeated, ENDPOINTS[one]))
            for one in endpoints
        }
    if hides(options):
        size = store.size(version, selection, options)
        why = withheld(size.n_courses, size.total, options)
        if why:
            return {one: Models(one, ENDPOINTS[one], refusal=why) for one in endpoints}
    names = {one.field for one in (*factors, *(multivariable or ()))}
    names |= {f"{one}_{part}" for one in endpoints for part in ("days", "event")}
    data = store.columns(version, selection, names, options)
    found = {
        one: analyse(
            data,
            data[f"{one}_days"],
            data[f"{one}_event"],
            factors,
            version.fields,
            options,
            multivariable=multivariable,
            drop_one=drop_one,
        )
        for one in endpoints
    }
    return {one: Models(one, ENDPOINTS[one], told_prognosis(result, options)) for one, result in found.items()}
