"""Results as formatted tables: strings by the conventions of oncology journals."""

from core.tables.hazards import assumption_table, hazard_table
from core.tables.survival import follow_up_sentence, logrank_table, median_table
from core.tables.table import INDENT, Table

__all__ = [
    "INDENT",
    "Table",
    "assumption_table",
    "follow_up_sentence",
    "hazard_table",
    "logrank_table",
    "median_table",
]
