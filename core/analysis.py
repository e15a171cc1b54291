"""All results of one selection as one object, as `python -m core analyse` prints it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

from core.baseline import DEFAULT_FIELDS, baseline
from core.cohort import CohortVersion
from core.factors import Factor, parse_factors
from core.flow import flow
from core.malignancies import malignancies
from core.models import Models, models
from core.notice import Notice
from core.options import PAPER_FACTORS, Options
from core.outcome import Outcome, outcomes
from core.report.cells import count
from core.report.description import characteristic_json, flow_json, response_json, treatment_json
from core.report.models import models_json
from core.report.safety import malignancy_json, term_json
from core.report.selection import cohort_json, selection_json
from core.report.survival import endpoint_json, strata_json
from core.response import response
from core.selection import Selection
from core.small_groups import hides, rounded, without_hidden
from core.store import Size, Store
from core.strata import Strata
from core.toxicity import Toxicity, toxicity
from core.treatment import treatment

Json = dict[str, Any]


@dataclass(frozen=True)
class Request:
    """What is asked of a selection.

    Parameters
    ----------
    endpoints : keys of `ENDPOINTS`; None = all that the cohort has
    strata : what divides the curves; None = nothing
    factors : Cox factors as written; None = the paper's ten, those of them that the cohort has
    multivariable : factors of the multivariable model, as written; None = those that enter by their p
    landmark_days : None = everybody counts from the start
    cross_check : recompute every curve, test and model with lifelines
    """

    endpoints: Sequence[str] | None = None
    strata: Strata | None = None
    factors: Sequence[str] | None = None
    multivariable: Sequence[str] | None = None
    landmark_days: float | None = None
    cross_check: bool = False


def analyse(
    store: Store,
    version: CohortVersion,
    selection: Selection,
    options: Options,
    request: Request | None = None,
    sections: frozenset[str] | None = None,
) -> Json:
    """
    Compute the results of a selection.

    Parameters
    ----------
    store, version, selection, options
    request : Request, optional
    sections : frozenset of str, optional
        Names of `SECTIONS` to compute; None = all.

    Returns
    -------
    dict
        Plain types; numbers unrounded, times in months; what cannot be estimated is None with a `reason` beside it.

    Raises
    ------
    ValueError
        A sentence, for a field, factor or endpoint that the cohort does not have.
    """
    run = _Run(store, version, selection, options, request or Request())
    found = {name: part(run) for name, part in SECTIONS.items() if sections is None or name in sections}
    result = {"cohort": cohort_json(version, options), "selection": run.selected, **found, "warnings": run.warnings()}
    if run.request.cross_check:
        result["cross_check"] = run.cross_check()
    return without_hidden(result) if hides(options) else result


class _Run:
    """One analysis; each part is computed once, when first asked for."""

    def __init__(
        self, store: Store, version: CohortVersion, selection: Selection, options: Options, request: Request
    ) -> None:
        self.store, self.version, self.selection, self.options, self.request = (
            store,
            version,
            selection,
            options,
            request,
        )
        self.size = store.size(version, selection, options)
        if hides(options) and request.cross_check:
            raise ValueError("A cross-check compares exact numbers; ask for it without --round-to.")
        told = (rounded(n, options) for n in (self.size.n_courses, self.size.n_patients, self.size.total))
        self.size = Size(*told)
        self.selected = selection_json(selection, version, self.size, options)
        self.endpoints = tuple(request.endpoints) if request.endpoints is not None else version.endpoints
        self.notices: list[Notice] = [Notice("selection", one) for one in selection.problems]
        found = rounded(len(store.problems(version)), options)
        if found:
            text = f"{found:,} problem(s) were found in the file; values that cannot be used are left out where needed."
            self.notices.append(Notice("source_problems", text, found))
        self.factors = self._factors()
        fixed = request.multivariable
        self.multivariable = None if fixed is None else parse_factors(fixed, version.fields, options)

    def _factors(self) -> tuple[Factor, ...]:
        """The factors asked for; of the default ones those that the cohort has."""
        fields = self.version.fields
        if self.request.factors is not None:
            return parse_factors(self.request.factors, fields, self.options)
        known = [one for one in PAPER_FACTORS if one.partition(">")[0] in fields]
        absent = [one for one in PAPER_FACTORS if one not in known]
        if absent:
            told = f"Of the default factors this cohort lacks {', '.join(absent)}."
            self.notices.append(Notice("factors_absent", told))
        return parse_factors(known, fields, self.options)

    @cached_property
    def outcomes(self) -> dict[str, Outcome]:
        request = self.request
        found = outcomes(
            self.store,
            self.version,
            self.selection,
            self.endpoints,
            self.options,
            request.strata,
            request.landmark_days,
        )
        for one in found.values():
            self.notices += one.notices
        return found

    @cached_property
    def models(self) -> dict[str, Models]:
        found = models(
            self.store, self.version, self.selection, self.endpoints, self.factors, self.options, self.multivariable
        )
        for one in found.values():
            if one.prognosis is not None:
                told = (*one.prognosis.warnings, *one.prognosis.multivariable.warnings)
                self.notices += [Notice("model", f"{one.label}: {text}") for text in told]
        return found

    @cached_property
    def toxicity(self) -> Toxicity:
        found = toxicity(self.store, self.version, self.selection, self.options)
        self.notices += found.warnings
        return found

    def flow(self) -> list[Json]:
        """Patients on their way to the selection."""
        return flow_json(flow(self.store, self.version, self.selection, self.options), self.options)

    def baseline(self) -> list[Json]:
        """Table 1, and the cohort's own columns."""
        fields = self.version.fields
        names = [name for name in DEFAULT_FIELDS if name in fields]
        names += [name for name, one in fields.items() if one.role == "other" and one.covariate]
        found = baseline(self.store, self.version, self.selection, self.options, names)
        self.notices += found.warnings
        return [characteristic_json(one, self.options) for one in found.overall]

    def treatment(self) -> Json:
        """Cycles, reasons to stop, activity, intervals."""
        return treatment_json(treatment(self.store, self.version, self.selection, self.options), self.options)

    def response(self) -> Json:
        """RECIST responses."""
        found = response(self.store, self.version, self.selection, self.options)
        self.notices += found.warnings
        return response_json(found.overall, self.options)

    def malignancies(self) -> list[Json]:
        """MDS and leukaemia."""
        found = malignancies(self.store, self.version, self.selection, self.options)
        return [malignancy_json(one, self.options) for one in found]

    def strata(self) -> Json:
        """By endpoint, what divides it and its groups."""
        asked = self.request.strata
        label = next((one.strata_label for one in self.outcomes.values() if one.strata_label), None)
        shown: Json = {"by": asked.key if asked else None, "label": label}
        if asked is not None:
            shown |= {name: strata_json(one, self.options) for name, one in self.outcomes.items()}
        return shown

    def warnings(self) -> list[Json]:
        """Every notice once, in order."""
        return [asdict(_without_counts(one, self.options)) for one in dict.fromkeys(self.notices)]

    def cross_check(self) -> list[Json]:
        """Every curve, test and model again by lifelines, which is imported here only: that takes a second."""
        from core.crosscheck import check_models, check_outcome

        found = [check for one in self.outcomes.values() for check in check_outcome(one)]
        found += check_models(
            self.store,
            self.version,
            self.selection,
            self.models,
            self.factors,
            self.options,
            self.multivariable,
        )
        return [one.as_dict() for one in found]


def _without_counts(notice: Notice, options: Options) -> Notice:
    """With small counts suppressed, a notice that counts keeps its kind alone: its text could give them away."""
    if options.min_cell <= 1 or (notice.rows is None and notice.code != "model"):
        return notice
    kind = notice.code.replace("_", " ")
    text = f"There is a remark of the kind '{kind}'; its text is not shown, as counts below {options.min_cell} are not."
    return Notice(notice.code, text, None if notice.rows is None else count(notice.rows, options))


SECTIONS: dict[str, Callable[[_Run], Any]] = {
    "flow": _Run.flow,
    "baseline": _Run.baseline,
    "treatment": _Run.treatment,
    "endpoints": lambda run: {name: endpoint_json(one, run.options) for name, one in run.outcomes.items()},
    "strata": _Run.strata,
    "cox": lambda run: {name: models_json(one, run.options) for name, one in run.models.items()},
    "response": _Run.response,
    "toxicity": lambda run: [term_json(row, run.options) for row in run.toxicity.of()],
    "malignancies": _Run.malignancies,
}
"""The parts of the object that are computed, in order: name -> how."""
