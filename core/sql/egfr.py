"""CKD-EPI in SQL, with the coefficients of `core/grading.py`."""

from __future__ import annotations

from core.grading import EGFR


def egfr_expression(equation: str, creatinine: str, age: str, sex: str) -> str:
    """
    The estimated glomerular filtration rate as an SQL expression.

    Parameters
    ----------
    equation : str
        Key of `core.options.EGFR_EQUATIONS`.
    creatinine, age, sex : str
        Expressions: mg/dL, years, ``male`` or ``female``.

    Returns
    -------
    str
        Gives mL/min/1.73 m2, unrounded; NULL where an input is missing or the creatinine is not above 0.

    Source
    ------
    Levey 2009 (without race coefficient), Inker 2021.
    """
    whens = " ".join(
        f"WHEN {sex} = '{one.sex}' THEN {one.scale!r} * pow(least({creatinine} / {one.kappa!r}, 1), {one.low!r})"
        f" * pow(greatest({creatinine} / {one.kappa!r}, 1), {one.high!r}) * pow({one.age_base!r}, {age})"
        for one in EGFR
        if one.name == equation
    )
    return f"CASE WHEN {creatinine} IS NULL OR {creatinine} <= 0 OR {age} IS NULL THEN NULL {whens} END"
