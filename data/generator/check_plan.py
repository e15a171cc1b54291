"""Check the plan against Tables 4 and 5: `python data/generator/check_plan.py [folder]`.

Every model is fitted again with lifelines, independently of the search. Prints each published figure beside the one
that the plan gives, then the counts and the rules of coherence, then how many agree; exits with 1 if the acceptance
limits of the demo cohort are not met.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from coherence import all_checks
from lifelines import CoxPHFitter
from scipy.stats import chi2, norm
from targets import ENTERED, LEVELS, OVERALL_P, PARAMETERS, Z_975, levels, printed_range

HERE = Path(__file__).resolve().parent
COLUMNS = {
    "grade": "grade",
    "site": "primary_site",
    "functional": "functional",
    "cga": "cga_ug_l",
    "alp": "alp_u_l",
    "sodium": "sodium_mmol_l",
    "albumin": "albumin_g_l",
    "nlr": "nlr",
    "fdg": "fdg_pet",
    "modalities": "prior_modalities",
}
ENTRY_P, RELATIVE = 0.1, 0.05
"""Overall p below which a factor enters; relative distance allowed for a p-value that does not print as published."""
NEAR = 0.01
"""Distance allowed for hazard ratios and limits, absolute or relative."""


@dataclass(frozen=True)
class Fit:
    """A Cox model: per factor log HR, SE, and the overall Wald p; patients and events used."""

    beta: dict[str, np.ndarray]
    error: dict[str, np.ndarray]
    overall: dict[str, float]
    n: int
    n_events: int


@dataclass(frozen=True)
class Line:
    """A published figure beside the derived one: where, both as printed, the derived value, agreement."""

    where: str
    kind: str
    published: str
    derived: str
    value: float
    same: bool
    near: bool


def design(plan: pd.DataFrame, factor: str) -> pd.DataFrame:
    """Columns of a factor as the paper codes it: references grade 1, small intestine, below the cut-off, per unit."""
    column = plan[COLUMNS[factor]]
    if factor == "grade":
        return pd.DataFrame({"grade_0": column == 2, "grade_1": column == 3}).astype(float)
    if factor == "site":
        return pd.DataFrame({f"site_{i}": column == site for i, site in enumerate(LEVELS["site"])}).astype(float)
    if factor in ("sodium", "albumin", "nlr"):
        return (column - column.mean()).to_frame(f"{factor}_0")
    cut = {
        "functional": column == "yes",
        "fdg": column == "positive",
        "cga": column >= 1000 if factor == "cga" else None,
        "alp": column >= 130 if factor == "alp" else None,
        "modalities": column > 3 if factor == "modalities" else None,
    }
    return cut[factor].astype(float).where(column.notna()).to_frame(f"{factor}_0")


def fit(plan: pd.DataFrame, endpoint: str, factors: tuple[str, ...]) -> Fit:
    """Cox model on complete cases; Efron ties (there are none), Newton to 1e-10."""
    parts = {factor: design(plan, factor) for factor in factors}
    data = pd.concat([*parts.values(), plan[[f"{endpoint}_days", f"{endpoint}_event"]]], axis=1).dropna()
    model = CoxPHFitter().fit(data, f"{endpoint}_days", f"{endpoint}_event", fit_options={"precision": 1e-10})
    beta, error, overall = {}, {}, {}
    for factor, part in parts.items():
        names = list(part.columns)
        beta[factor], error[factor] = model.params_[names].to_numpy(), model.standard_errors_[names].to_numpy()
        covariance = model.variance_matrix_.loc[names, names].to_numpy()
        overall[factor] = float(chi2.sf(beta[factor] @ np.linalg.solve(covariance, beta[factor]), len(names)))
    return Fit(beta, error, overall, len(data), int(data[f"{endpoint}_event"].sum()))


def all_fits(plan: pd.DataFrame) -> dict[tuple[str, str, str], Fit]:
    """Ten univariable fits and the multivariable one for each endpoint, by endpoint, model and factor."""
    fits = {}
    for endpoint, entered in ENTERED.items():
        for factor in PARAMETERS:
            fits[endpoint, "uni", factor] = fit(plan, endpoint, (factor,))
        multivariable = fit(plan, endpoint, entered)
        fits.update({(endpoint, "multi", factor): multivariable for factor in entered})
    return fits


def p_line(where: str, kind: str, published: str, value: float) -> Line:
    """Compare a p-value: as printed, or within 5 % of the published value."""
    derived = "<.0001" if value < 0.0001 else f"{value:.4f}"
    _, high = printed_range(published)
    near = value < high if published.startswith("<") else abs(value / float(published) - 1) <= RELATIVE
    return Line(where, kind, published, derived, value, derived == published, near or derived == published)


def ratio_line(where: str, kind: str, published: str, value: float) -> Line:
    """Compare a hazard ratio or limit: as printed, or within 0.01 or 1 %."""
    distance = abs(value - float(published))
    return Line(
        where,
        kind,
        published,
        f"{value:.2f}",
        value,
        f"{value:.2f}" == published,
        distance <= NEAR or distance <= NEAR * float(published),
    )


def compare(fits: dict[tuple[str, str, str], Fit]) -> list[Line]:
    """All figures of Tables 4 and 5: 40 hazard ratios, 80 limits, 40 level p and 5 overall p."""
    lines = []
    for level in levels():
        key = level.endpoint, level.model, level.factor
        beta, error = fits[key].beta[level.factor][level.index], fits[key].error[level.factor][level.index]
        where = f"{level.endpoint} {level.model} {level.factor} {LEVELS[level.factor][level.index]}"
        lines.append(ratio_line(where, "HR", level.hazard_ratio, np.exp(beta)))
        lines.append(ratio_line(where, "limit", level.lower, np.exp(beta - Z_975 * error)))
        lines.append(ratio_line(where, "limit", level.upper, np.exp(beta + Z_975 * error)))
        lines.append(p_line(where, "level p", level.p, 2 * norm.sf(abs(beta / error))))
    for (endpoint, model, factor), published in OVERALL_P.items():
        value = fits[endpoint, model, factor].overall[factor]
        lines.append(p_line(f"{endpoint} {model} {factor}", "overall p", published, value))
    return lines


def entered(fits: dict[tuple[str, str, str], Fit], endpoint: str) -> tuple[str, ...]:
    """Factors whose univariable overall p is below 0.1, in the paper's order."""
    return tuple(factor for factor in PARAMETERS if fits[endpoint, "uni", factor].overall[factor] < ENTRY_P)


def read(folder: Path = HERE) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The plan and the retreatment plan of a folder."""
    return pd.read_csv(folder / "plan.csv"), pd.read_csv(folder / "plan_retreatment.csv")


def accepted(lines: list[Line], rules: list[tuple[str, str, str, bool]]) -> bool:
    """Whether the plan is good enough: see the README of the demo cohort for the limits."""
    same = {kind: sum(line.same for line in lines if line.kind == kind) for kind in ("HR", "limit")}
    near_p = sum(line.near for line in lines if line.kind == "level p")
    return (
        same["HR"] >= 38
        and same["limit"] >= 76
        and near_p >= 36
        and all(line.near for line in lines if line.kind != "level p")
        and all(rule[3] for rule in rules)
    )


def main(folder: Path) -> int:
    """Print the comparison; returns 0 if the plan is accepted, else 1."""
    plan, second = read(folder)
    fits = all_fits(plan)
    lines, rules = compare(fits), all_checks(plan, second)
    for endpoint, wanted in ENTERED.items():
        model = fits[endpoint, "multi", "cga"]
        found = entered(fits, endpoint)
        rules.append((f"{endpoint} factors with p < 0.1", " ".join(found), " ".join(wanted), found == wanted))
        n_wanted = {"pfs": 99, "os": 102}[endpoint]
        rules.append(
            (f"{endpoint} multivariable n ({model.n_events} events)", str(model.n), str(n_wanted), model.n == n_wanted)
        )
    for line in lines:
        mark = "=" if line.same else ("~" if line.near else "X")
        print(f"{mark} {line.where:42} {line.kind:10} {line.published:>7} {line.derived:>7}  {line.value:.6f}")
    for what, found, wanted, holds in rules:
        print(f"{'=' if holds else 'X'} {what}: {found} (wanted {wanted})")
    for kind in ("HR", "limit", "level p", "overall p"):
        of_kind = [line for line in lines if line.kind == kind]
        print(
            f"{kind}: {sum(line.same for line in of_kind)} of {len(of_kind)} as printed, "
            f"{sum(line.near for line in of_kind)} within tolerance"
        )
    print(f"rules: {sum(rule[3] for rule in rules)} of {len(rules)} hold")
    return 0 if accepted(lines, rules) else 1


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE))
