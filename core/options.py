"""The choices an analysis makes, each with the default the paper or the field makes."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import inf

DAYS_PER_MONTH = 30.4375
"""Days in a month: 365.25 / 12. The one conversion between days and months."""

PFS_RULES: dict[str, str] = {
    "paper": "A new treatment after imaging-only progression censors at its start (the paper's rule)",
    "event": "A new treatment after imaging-only progression counts as progression at its start",
    "ignore": "A new treatment after imaging-only progression is ignored",
    "censor-any": "Any new treatment before progression censors at its start",
}
EGFR_EQUATIONS: dict[str, str] = {
    "ckd-epi-2009": "CKD-EPI creatinine 2009, without race coefficient",
    "ckd-epi-2021": "CKD-EPI creatinine 2021",
}
CONF_TYPES: dict[str, str] = {
    "log-log": "log(-log) interval (SAS and lifelines default)",
    "log": "log interval (R survival default)",
    "plain": "plain (linear) interval",
}
ENDPOINTS: dict[str, str] = {
    "pfs": "Progression-free survival",
    "os": "Overall survival",
    "ttnt": "Time to next treatment",
}
PAPER_FACTORS = (
    "grade",
    "primary_site",
    "functional",
    "cga_ug_l>=1000",
    "alp_u_l>=130",
    "sodium_mmol_l",
    "albumin_g_l",
    "nlr",
    "fdg_pet",
    "prior_modalities>3",
)
"""The ten candidate factors of the paper's Tables 4 and 5, in their order."""


@dataclass(frozen=True)
class Options:
    """What an analysis may be asked to do differently; checks itself.

    Parameters
    ----------
    pfs_rule : key of `PFS_RULES`
    egfr : key of `EGFR_EQUATIONS`
    conf_type : key of `CONF_TYPES`
    conf_level : float in (0, 1)
    months : milestones, months >= 0
    entry_p : univariable overall p below which a factor enters the multivariable model
    min_cell : counts below this are suppressed; 0 shows all
    round_to : every count is told to the nearest multiple of it, a smaller one as "<5"; 0 tells them exactly
    levels : field -> its levels in order, the first is the reference
    categorical : numeric fields to treat as categories

    Raises
    ------
    ValueError
        Naming the option, its value and what is allowed.
    """

    pfs_rule: str = "paper"
    egfr: str = "ckd-epi-2009"
    conf_type: str = "log-log"
    conf_level: float = 0.95
    months: tuple[float, ...] = (12, 24, 36, 60)
    entry_p: float = 0.1
    min_cell: int = 0
    round_to: int = 0
    levels: tuple[tuple[str, tuple[str, ...]], ...] = field(default=())
    categorical: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for name, allowed in (("pfs_rule", PFS_RULES), ("egfr", EGFR_EQUATIONS), ("conf_type", CONF_TYPES)):
            if getattr(self, name) not in allowed:
                raise ValueError(f"{name}: '{getattr(self, name)}' is not one of {', '.join(allowed)}.")
        if not 0 < self.conf_level < 1:
            raise ValueError(f"conf_level: {self.conf_level} is not between 0 and 1.")
        if not 0 < self.entry_p <= 1:
            raise ValueError(f"entry_p: {self.entry_p} is not between 0 and 1.")
        if self.min_cell < 0:
            raise ValueError(f"min_cell: {self.min_cell} is negative; 0 shows every count.")
        if self.round_to < 0:
            raise ValueError(f"round_to: {self.round_to} is negative; 0 tells every count exactly.")
        if not all(0 <= month < inf for month in self.months):
            raise ValueError("months: a milestone is a number of zero or more.")

    def levels_of(self, name: str) -> tuple[str, ...] | None:
        """The order of levels asked for field `name`, or None."""
        return dict(self.levels).get(name)
