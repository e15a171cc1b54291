"""What a living patient's blood, or a treatment, can hold at all: beyond it a number is a typing error or another unit.

Wider than the plausible ranges of the data dictionary by far: the highest values ever published lie within.
"""

from __future__ import annotations

PHYSICAL: dict[str, tuple[float, float]] = {
    "haemoglobin_g_dl": (1, 30),
    "leukocytes_1e9_l": (0, 2000),
    "neutrophils_1e9_l": (0, 1000),
    "lymphocytes_1e9_l": (0, 2000),
    "platelets_1e9_l": (0, 10_000),
    "ast_u_l": (0, 100_000),
    "alt_u_l": (0, 100_000),
    "ggt_u_l": (0, 50_000),
    "alp_u_l": (0, 50_000),
    "bilirubin_mg_dl": (0, 100),
    "albumin_g_l": (1, 100),
    "creatinine_mg_dl": (0, 75),
    "egfr": (0, 400),
    "cga_ug_l": (0, 100_000_000),
    "sodium_mmol_l": (60, 250),
    "crp_mg_l": (0, 2000),
    "activity_gbq": (0, 50),
    "total_activity_gbq": (0, 400),
}
"""Field -> closed interval, in the field's unit."""
