"""Results as formatted tables: strings by the conventions of oncology journals."""

from core.tables.baseline import baseline_in_brief, baseline_table, treatment_table
from core.tables.hazards import assumption_table, hazard_table
from core.tables.response import proportion, response_table
from core.tables.survival import follow_up_sentence, logrank_table, median_table
from core.tables.table import INDENT, Table
from core.tables.toxicity import (
    compared_table,
    delta_table,
    malignancy_table,
    pattern_sentence,
    shift_table,
    toxicity_table,
)

__all__ = [
    "INDENT",
    "Table",
    "assumption_table",
    "baseline_in_brief",
    "baseline_table",
    "compared_table",
    "delta_table",
    "follow_up_sentence",
    "hazard_table",
    "logrank_table",
    "malignancy_table",
    "median_table",
    "pattern_sentence",
    "proportion",
    "response_table",
    "shift_table",
    "toxicity_table",
    "treatment_table",
]
