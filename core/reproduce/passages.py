"""The passages of a Methods paragraph: each says what was done for one kind of result, with the counts it rests on.

Every count comes from the results themselves, so it is told as they tell it while small groups are hidden.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from core.baseline import baseline
from core.endpoints import STATED_CENSORING, STATED_EVENT
from core.export.contents import look_models
from core.export.look import Look
from core.figures.names import factor_unit, level_label, plain_level, typeset
from core.formats import count, median_months, months, p_equation, plural, sentences, span
from core.multivariable import ENOUGH_EVENTS
from core.options import DAYS_PER_MONTH, EGFR_EQUATIONS
from core.outcome import Outcome, outcomes
from core.prognosis import Prognosis
from core.reproduce.references import Citations
from core.response import response
from core.small_groups import Below, hides, together
from core.strata import Strata
from core.terms import FactorResult
from core.toxicity import toxicity
from core.toxicity_preset import ABOVE_PERCENT

_FROM = "from the first day of the PRRT course"
_DEFINITIONS = {
    "pfs": f"{_FROM} to the earliest of RECIST or clinical progression and death from any cause",
    "os": f"{_FROM} to death from any cause",
    "ttnt": f"{_FROM} to the start of the next systemic treatment, another PRRT course included, or death",
}
_NEW_TREATMENT = {
    "paper": "A new treatment after imaging-only progression censored the patient at its start.",
    "event": "A new treatment after imaging-only progression counted as progression at its start.",
    "ignore": "A new treatment after imaging-only progression was ignored.",
    "censor-any": "Any new treatment before progression censored the patient at its start.",
}
_TRANSFORMED = {
    "log-log": "on the log(-log) scale",
    "log": "on the log scale",
    "plain": "on the scale of survival itself",
}
_NOTIONS = {
    "highest": "Any grade is a highest grade of 1 or more.",
    "delta": "Any grade is a delta of 1 or more; for terms without a delta, a highest grade of 1 or more.",
    "paper": "Any grade is a delta of 1 or more for blood counts, albumin and kidney function, and a highest grade of "
    f"1 or more for all other terms; terms seen in over {ABOVE_PERCENT:g}% of those assessed are listed.",
}


def endpoints(keys: Sequence[str], look: Look, cite: Citations) -> str:
    """What each endpoint is, and of whom it is known."""
    return sentences(one for found in _outcomes(keys, look) for one in _defined(found, look))


def curves(keys: Sequence[str], look: Look, cite: Citations) -> str:
    """Estimator, landmark, follow-up and comparison of groups."""
    shown = [one for one in _outcomes(keys, look) if not one.refusal]
    if not shown:
        return ""
    said = [
        f"Survival was estimated by the Kaplan-Meier method {cite('kaplan')} with {_level(look)} confidence intervals "
        f"from Greenwood's variance {cite('greenwood')}, {_TRANSFORMED[look.options.conf_type]}; the interval of a "
        f"median is that of Brookmeyer and Crowley {cite('brookmeyer')}",
        *_landmark(shown, cite),
        *_followed(shown[0], look, cite),
    ]
    return sentences([*said, *_compared([one for one in shown if one.groups], look, cite)])


def factors(keys: Sequence[str], look: Look, cite: Citations) -> str:
    """Cox models of each endpoint: candidates, how they entered together, on whom, and their assumption."""
    found = [one for key in keys if (one := look_models(key, look)) is not None]
    fitted = [(one.label, one.prognosis) for one in found if one.prognosis is not None]
    refused = sorted({one.refusal for one in found if one.refusal})
    if not fitted:
        return sentences(["Prognostic factors were not analysed", *refused])
    alone = fitted[0][1].univariable
    entry = f"factors with a univariable p below {look.options.entry_p:g} entered the multivariable model"
    if look.request.multivariable is not None:
        entry = "the factors of the multivariable model were chosen beforehand"
    said = [
        f"Prognostic factors were analysed by Cox proportional-hazards models {cite('cox')} with Efron's handling of "
        f"ties {cite('efron')}; hazard ratios have Wald {_level(look)} confidence intervals, and the p-value of a "
        "factor is that of the Wald test of all its levels",
        f"The candidates were {_named(map(_described, alone))}" if alone else "",
        f"Univariable models were fitted to patients with a known value; {entry}, which was fitted to complete cases",
    ]
    if any(prognosis.multivariable.proportional_hazards for _, prognosis in fitted):
        said.append(
            "Proportional hazards were examined by the score test on scaled Schoenfeld residuals "
            f"{cite('grambsch', 'therneau')} with time on the Kaplan-Meier scale"
        )
    for label, prognosis in fitted:
        said += _modelled(label, prognosis)
    return sentences(said)


def _modelled(label: str, prognosis: Prognosis) -> list[str]:
    """Who is in the models of one endpoint, and which factors."""
    found = prognosis.multivariable
    unknown = (
        f"; {_left_out(prognosis.without_outcome, 'without a known outcome')}" if prognosis.without_outcome else ""
    )
    said = [f"{label}: {_patients(prognosis.n, prognosis.events)}{unknown}"]
    failed = [_first_small(one.label) for one in prognosis.univariable if one.reason is not None]
    if failed:
        said.append(f"Alone, {_named(failed)} could not be estimated")
    if found.reason is not None or not found.factors:
        return [*said, f"There was no multivariable model. {found.reason or ''}"]
    missing = f"; {_left_out(found.missing, 'for a missing value')}" if found.missing else ""
    said.append(
        f"The multivariable model holds {_named(_first_small(one.label) for one in found.factors)}, in "
        f"{_patients(found.n, found.events)}{missing}"
    )
    per = found.events_per_parameter
    if per is not None and per < ENOUGH_EVENTS:
        said.append(f"With {per:.1f} events per coefficient, fewer than {ENOUGH_EVENTS}, it may be overfitted")
    tested = found.proportional_hazards.overall if found.proportional_hazards else None
    if tested is not None:
        said.append(f"Proportional hazards, all its factors together: {p_equation(tested.p)}")
    return said


def characteristics(look: Look, cite: Citations) -> str:
    """What the baseline table holds."""
    found = baseline(look.store, look.version, look.selection, look.options, by=look.request.strata)
    spread = "median and quartiles" if hides(look.options) else "median, quartiles and range"
    by = f", also by {_first_small(found.by.label(look.version.fields))}" if found.by is not None else ""
    return (
        f"Baseline characteristics are given as number and percentage of the patients with a known value, or as "
        f"{spread}{by}; missing values are counted apart."
    )


def responses(look: Look, cite: Citations) -> str:
    """Who was evaluable, and how rates are estimated."""
    found = response(look.store, look.version, look.selection, look.options, look.request.strata)
    one = found.overall
    if not one.evaluable:
        return "No response could be evaluated."
    said = [
        f"Response at the end of the course was assessed by RECIST 1.1 {cite('recist')} in {count(one.evaluable)} "
        f"evaluable of {plural(one.n, 'course')} ({count(one.not_evaluable)} not evaluable, {count(one.missing)} not "
        "stated)",
        "Objective response is complete or partial response, disease control also stable disease, each among evaluable "
        f"courses with its exact {_level(look)} interval after Clopper and Pearson {cite('clopper')}",
    ]
    if found.groups:
        said.append(
            _groups(found.by, ((each.level, f"{count(each.evaluable)} evaluable") for each in found.groups), look)
        )
    return sentences(said)


def safety(look: Look, cite: Citations) -> str:
    """How adverse events are graded and counted."""
    found = toxicity(look.store, look.version, look.selection, look.options)
    rows = [one for one in found.of() if one.assessed]
    if not rows:
        return "No adverse events could be graded."
    sizes = sorted((one.assessed for one in rows), key=lambda n: (not isinstance(n, Below), n))
    fewest, most = count(sizes[0]), count(sizes[-1])
    said = [
        f"Adverse events were graded by CTCAE v5.0 {cite('ctcae')} from the first day of the course to 70 days after "
        "its last cycle or the day before the next course, laboratory values from day 1 on; the baseline grade is "
        "that of the last value up to the first day",
        "A course counts once for each term, at its highest grade, among those assessed for that term: "
        f"{most if fewest == most else f'{fewest} to {most}'} of {plural(found.n, 'course')}",
        "Delta is the highest minus the baseline grade where positive, else 0",
        _NOTIONS[look.notion],
    ]
    if any(one.term == "chronic kidney disease" for one in rows):
        equation = look.options.egfr
        said.append(f"eGFR, where not stated, follows {EGFR_EQUATIONS[equation]} {cite(equation)}")
    return sentences(said)


def _outcomes(keys: Sequence[str], look: Look) -> list[Outcome]:
    request = look.request
    found = outcomes(
        look.store, look.version, look.selection, keys, look.options, request.strata, request.landmark_days
    )
    return [*found.values()]


def _defined(found: Outcome, look: Look) -> list[str]:
    """What the endpoint is, and of whom it is known."""
    if found.refusal:
        return [f"{found.label} was not analysed", found.refusal]
    stated = [n for reason, n in found.reasons if reason in (STATED_EVENT, STATED_CENSORING)]
    said = []
    if len(stated) < len(found.reasons):
        said.append(
            f"{found.label} was measured {_DEFINITIONS[found.endpoint]}; all others were censored at last contact"
        )
        said += [_NEW_TREATMENT[look.options.pfs_rule]] if found.endpoint == "pfs" else []
        said += [f"{plural(together(stated), 'time')} stood ready-made in the cohort's file"] if stated else []
    else:
        said.append(f"{found.label} was taken as it stands in the cohort's file, time and event")
    events = "" if found.landmark is not None else f", with {plural(found.overall.curve.n_events, 'event')}"
    missing = f"; {_left_out(found.without_time, 'without a usable time')}" if found.without_time else ""
    return [*said, f"It was known of {plural(found.n, 'patient')}{events}{missing}"]


def _landmark(shown: Sequence[Outcome], cite: Citations) -> list[str]:
    if shown[0].landmark is None:
        return []
    said = [
        f"In a landmark analysis {cite('anderson')} who had the event or was censored before "
        f"{shown[0].landmark / DAYS_PER_MONTH:.3g} months was left out; the clock runs from the first day of the course"
    ]
    for one in shown:
        curve, (events, censored) = one.overall.curve, one.before_landmark
        said.append(
            f"{one.label}: {plural(events, 'event')} and {count(censored)} censored before it, "
            f"{_patients(curve.n, curve.n_events)} after it"
        )
    return said


def _followed(found: Outcome, look: Look, cite: Citations) -> list[str]:
    one = found.follow_up
    if one is None or not one.n or one.reverse_median.hidden:
        return []
    middle = median_months(one.reverse_median)
    spread = "" if one.min is None else f" (range {span(months(one.min), months(one.max))})"
    return [
        f"Median follow-up by the reverse Kaplan-Meier method {cite('schemper')} was {middle} months "
        f"({_level(look)} confidence interval), the median observed time {months(one.median_observed)} months{spread}"
    ]


def _compared(divided: Sequence[Outcome], look: Look, cite: Citations) -> list[str]:
    """Groups of each endpoint, and how they are compared."""
    said = []
    for one in divided:
        sizes = ((group.level, _numbers(group.curve.n, group.curve.n_events)) for group in one.groups)
        said.append(f"{one.label}, {_first_small(_groups(one.strata, sizes, look))}")
        if one.strata_missing:
            said.append(_first_big(_left_out(one.strata_missing, "of the groups for a missing value")))
        if one.withheld:
            said.append("Groups too small to show were left out")
    if any(one.log_rank is not None and one.log_rank.p is not None for one in divided):
        tested = f"Groups were compared by the two-sided log-rank test {cite('mantel')}"
        pairs = any(one.pairwise for one in divided)
        said.append(f"{tested}, and each two of them with Holm's adjustment {cite('holm')}" if pairs else tested)
    return said


def _groups(strata: Strata | None, sizes: Iterable[tuple[str, str]], look: Look) -> str:
    """The groups with their sizes: "Groups by grade: Grade 1 (n = 30), Grade 2 (n = 70)"."""
    if strata is None:
        return ""
    field = look.version.fields.get(strata.field)
    named = _named(f"{level_label(level, field)} ({size})" for level, size in sizes)
    return f"Groups by {_first_small(typeset(strata.label(look.version.fields)))}: {named}"


def _described(one: FactorResult) -> str:
    """A factor with its reference, or per unit."""
    reference, unit = next((level.level for level in one.levels if level.reference), None), factor_unit(one.factor)
    name = _first_small(one.label)
    if reference is None:
        return f"{name} (per {unit or 'unit'})"
    return f"{name} (reference: {_first_small(plain_level(reference))}{f' {unit}' if unit else ''})"


def _patients(n: int, events: int) -> str:
    return f"{plural(n, 'patient')} with {plural(events, 'event')}"


def _numbers(n: int, events: int) -> str:
    return f"n = {count(n)}, {plural(events, 'event')}"


def _left_out(n: int, why: str) -> str:
    return f"{count(n) if n else 'nobody'} {'were' if n > 1 or isinstance(n, Below) else 'was'} left out {why}"


def _level(look: Look) -> str:
    return f"{100 * look.options.conf_level:g}%"


def _named(names: Iterable[str]) -> str:
    """Names as a sentence lists them."""
    *others, last = [*names]
    return f"{', '.join(others)} and {last}" if others else last


def _first_small(text: str) -> str:
    """The first letter as within a sentence, unless the word is an abbreviation such as CgA or Ki-67."""
    word = text.partition(" ")[0].rstrip(",")
    return text[:1].lower() + text[1:] if word[1:].replace("-", "").isalpha() and word[1:].islower() else text


def _first_big(text: str) -> str:
    return text[:1].upper() + text[1:]
