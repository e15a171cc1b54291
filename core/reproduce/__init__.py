"""Results that anyone can print again with Python or R, and the Methods paragraph of what was done."""

from core.reproduce.archive import RECIPES, WITHOUT, archive, files, recipe
from core.reproduce.methods_text import methods_file, methods_markdown, methods_text

__all__ = ["RECIPES", "WITHOUT", "archive", "files", "methods_file", "methods_markdown", "methods_text", "recipe"]
