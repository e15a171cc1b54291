"""The live cross-check: what is shown, computed again by lifelines, with the largest difference of each.

lifelines is imported at the first check only: importing it takes longer than any page.
"""

from core.crosscheck.comparison import CrossCheck
from core.crosscheck.models import check_models, check_prognosis
from core.crosscheck.survival import check_outcome

__all__ = ["CrossCheck", "check_models", "check_outcome", "check_prognosis"]
