"""Bytes -> text table -> mapped columns -> typed cells and problems.

Text first: every file is read as text, and each distinct value is converted once, by the field it belongs to.
Nothing is guessed or repaired silently: what changes is listed, what cannot be read is a problem with its line.
"""

from core.ingest.columns import ColumnRead, headers_key
from core.ingest.headers import resolve
from core.ingest.outcome import check_source, report, status, try_source
from core.ingest.questions import Choice, Question
from core.ingest.source import Ingested, fingerprint, read_source
from core.ingest.tabular import Limits

__all__ = [
    "Choice",
    "ColumnRead",
    "Ingested",
    "Limits",
    "Question",
    "check_source",
    "fingerprint",
    "headers_key",
    "read_source",
    "report",
    "resolve",
    "status",
    "try_source",
]
