"""The Methods passage of a comparison of two selections: who they are, and how they were compared."""

from __future__ import annotations

from core.contrast import Contrast, compared
from core.export.look import Look
from core.figures.contrast import both_sentences
from core.formats import number, sentences
from core.options import DAYS_PER_MONTH, ENDPOINTS
from core.reproduce.references import Citations


def contrasted(kind: str, look: Look, cite: Citations) -> str:
    """
    How A and B were compared.

    Parameters
    ----------
    kind : key of `ENDPOINTS`, or "baseline", "response", "toxicity"
    look : Look
    cite : Citations

    Returns
    -------
    str

    Raises
    ------
    ValueError
        A sentence: why there is nothing to compare.
    """
    found = compared(look.store, look.version, look.selection, look.against, look.options)
    if found.refusal:
        raise ValueError(found.refusal)
    said = [f"Two groups were compared, without adjustment for other factors. {both_sentences(found)}"]
    if kind in ENDPOINTS:
        said += _outcome(kind, Contrast(look.store, look.version, found, look.options), look, cite)
    elif kind == "baseline":
        said.append(
            "Baseline characteristics are compared by standardised differences among the patients with a known value "
            f"{cite('austin', 'yang')}"
        )
    elif kind == "response":
        said.append(f"Responses are compared by their difference, with Newcombe's 95% interval {cite('newcombe')}")
    else:
        said.append(
            "Adverse events of both stand beside each other, with the difference of grade 3 or more and Newcombe's 95% "
            f"interval {cite('newcombe')}, not corrected for the number of terms; they were not tested"
        )
    return sentences(said)


def _outcome(endpoint: str, contrast: Contrast, look: Look, cite: Citations) -> list[str]:
    found = contrast.outcomes((endpoint,), look.tau_months, look.request.landmark_days)[endpoint]
    if found.refusal:
        raise ValueError(found.refusal)
    said = [
        f"The two curves are compared by the log-rank test {cite('mantel')} and by a Cox model {cite('cox')} of A "
        f"against B with Efron's handling of ties {cite('efron')}, whose proportional hazards were examined by the "
        f"score test on scaled Schoenfeld residuals {cite('grambsch')}; survival at fixed times by the difference "
        f"A - B, with an interval from those of the two curves {cite('zou')}"
    ]
    if found.restricted.tau is not None:
        months = number(found.restricted.tau / DAYS_PER_MONTH, 1).removesuffix(".0")
        said.append(f"Restricted mean survival time {cite('royston')} is the area under each curve to {months} months")
    return said
