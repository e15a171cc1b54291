"""What a page looks at, as `core.export` takes it: the view with the page's groups, landmark, factors and notion."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from core.analysis import Request
from core.export.look import Look
from core.factors import Factor
from core.selection import Selection
from core.strata import Strata
from pages.shared import session


def look(
    view: session.View,
    strata: Strata | None = None,
    landmark: float | None = None,
    factors: Sequence[Factor] | None = None,
    fixed: Sequence[Factor] | None = None,
    notion: str = "paper",
    against: Selection | None = None,
    tau_months: float | None = None,
) -> Look:
    """The look of the page that is shown, so that what is taken away is what stands on the screen.

    Parameters
    ----------
    view : View
    strata, landmark : as `groups.choose` gives them; landmark in days
    factors, fixed : as `factors.choose` gives them
    notion : key of `core.tables.toxicity.NOTIONS`
    against, tau_months : B of a comparison of groups, horizon of its restricted means
    """
    request = Request(
        strata=strata,
        factors=None if factors is None else [one.key for one in factors],
        multivariable=None if fixed is None else [one.key for one in fixed],
        landmark_days=landmark,
    )
    return Look(
        *(view.store, view.version, view.selection, view.options, request, date.today(), notion, session.theme()),
        against=against,
        tau_months=tau_months,
    )
