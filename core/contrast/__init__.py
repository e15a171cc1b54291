"""Two selections side by side: A, the selection in view, against B, another one or the rest of A's population.

Both are of one version of one cohort. A patient belongs to one group only: who is in both is left out of both.
"""

from core.contrast.analysis import Contrast, ContrastOutcome, contrast
from core.contrast.groups import REST, Compared, against_text, compared, parse_against

__all__ = [
    "REST",
    "Compared",
    "Contrast",
    "ContrastOutcome",
    "against_text",
    "compared",
    "contrast",
    "parse_against",
]
