"""Results that anyone can print again with Python or R, and the Methods paragraph of what was done."""

from core.reproduce.archive import RECIPES, WITHOUT, archive, files, recipe

__all__ = ["RECIPES", "WITHOUT", "archive", "files", "recipe"]
