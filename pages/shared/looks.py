"""What a page looks at, as `core.export` takes it: the view with the page's groups, landmark, factors and notion."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from core.analysis import Request
from core.export.look import Look
from core.factors import Factor
from core.strata import Strata
from pages.shared import session


def look(
    view: session.View,
    strata: Strata | None = None,
    landmark: float | None = None,
    factors: Sequence[Factor] | None = None,
    fixed: Sequence[Factor] | None = None,
    notion: str = "paper",
) -> Look:
    """The look of the page that is shown, so that what is taken away is what stands on the screen.

    Parameters
    ----------
    view : View
    strata, landmark : as `groups.choose` gives them; landmark in days
    factors, fixed : as `factors.choose` gives them
    notion : key of `core.tables.toxicity.NOTIONS`
    """
    request = Request(
        strata=strata,
        factors=None if factors is None else [one.key for one in factors],
        multivariable=None if fixed is None else [one.key for one in fixed],
        landmark_days=landmark,
    )
    return Look(view.store, view.version, view.selection, view.options, request, date.today(), notion, session.theme())
