"""Imports go one way, and each promise about places (state, SQL, published numbers) is kept where it was made."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
CORE = sorted((ROOT / "core").rglob("*.py"))
PAGES = sorted((ROOT / "pages").rglob("*.py"))


def imported(path: Path) -> set[str]:
    """Every module that a file imports, at any depth of its code."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {one.name for one in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
    return found


def attributes(path: Path) -> set[str]:
    """Every `name.attribute` that a file uses."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    pairs = [one for one in ast.walk(tree) if isinstance(one, ast.Attribute) and isinstance(one.value, ast.Name)]
    return {f"{one.value.id}.{one.attr}" for one in pairs if isinstance(one.value, ast.Name)}


def test_core_is_there_to_be_checked() -> None:
    assert len(CORE) > 40
    assert len(PAGES) > 10


@pytest.mark.parametrize("path", CORE, ids=lambda path: str(path.relative_to(ROOT)))
def test_core_imports_neither_streamlit_nor_pages(path: Path) -> None:
    roots = {one.split(".")[0] for one in imported(path)}
    assert not roots & {"streamlit", "pages", "app", "tests", "data", "pickle"}


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_state_and_cache_stand_in_one_file_and_no_page_writes_markup(path: Path) -> None:
    used = attributes(path)
    if path.name != "session.py":
        assert not used & {"st.session_state", "st.cache_data", "st.cache_resource", "st.query_params"}
    assert "unsafe_allow_html" not in path.read_text(encoding="utf-8")


def test_only_the_style_sheet_reaches_the_page_as_it_is() -> None:
    written = [line.strip() for path in PAGES for line in path.read_text(encoding="utf-8").splitlines()]
    assert [line for line in written if "st.html(" in line or "st.iframe(" in line] == ["st.html(LOOK)"]
    for path in sorted((ROOT / "pages").rglob("*.js")):
        drawing = path.read_text(encoding="utf-8")
        assert "textContent" in drawing
        assert not any(word in drawing for word in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write"))


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_pages_write_no_sql(path: Path) -> None:
    assert "duckdb" not in {one.split(".")[0] for one in imported(path)}


def test_only_the_comparison_reads_the_published_numbers() -> None:
    readers = [path.name for path in CORE + PAGES if "published.csv" in path.read_text(encoding="utf-8")]
    assert readers == ["compare.py"]
