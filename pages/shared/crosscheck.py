"""The cross-check on the page Methods: what is shown, computed again by lifelines."""

from __future__ import annotations
