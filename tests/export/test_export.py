"""Files that people take away: they open, say what they are, and hold what the screen shows."""

from __future__ import annotations

import csv
import io
import re
import tomllib
from datetime import date
from pathlib import Path
from xml.etree import ElementTree

import docx
import pytest
from PIL import Image
from pypdf import PdfReader
from python_calamine import CalamineWorkbook

from core import arguments
from core.analysis import Request
from core.demo import DEMO_FOLDER, DEMO_NAME
from core.export import CONTENTS, FIGURE_FORMATS, TABLE_FORMATS, Look, Size, content, file
from core.export.label import VERSION
from core.ingest import read_source
from core.options import Options
from core.selection import Selection, parse_query
from core.store import Store
from core.strata import parse_strata
from tests.command import run

ROOT = Path(__file__).parents[2]
DAY = date(2026, 3, 5)
EACH = (*(one for one in CONTENTS if not one.startswith("shift-")), "shift-lymphopenia")
"""Every kind; of the shift of each term one."""
FIGURES = ("km-pfs", "km-os", "km-ttnt", "forest-pfs", "forest-os", "flow", "response", "toxicity")
CONTRASTS = ("contrast-pfs", "contrast-os", "contrast-ttnt")


@pytest.fixture(scope="module")
def demo():
    store = Store(":memory:")
    version = store.commit(read_source(DEMO_FOLDER), DEMO_NAME)

    def look(query: str = "", strata: str = "", **options) -> Look:
        selection = parse_query(query, version.fields) if query else Selection()
        request = Request(strata=parse_strata(strata, version.fields) if strata else None)
        return Look(store, version, selection, Options(**options), request, DAY)

    yield look
    store.close()


def words(found: bytes, kind: str) -> str:
    """All text of a file."""
    if kind == "pdf":
        return " ".join(page.extract_text() for page in PdfReader(io.BytesIO(found)).pages)
    if kind == "docx":
        document = docx.Document(io.BytesIO(found))
        cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
        return "\n".join([*(one.text for one in document.paragraphs), *cells])
    if kind == "xlsx":
        book = CalamineWorkbook.from_filelike(io.BytesIO(found))
        rows = [row for name in book.sheet_names for row in book.get_sheet_by_name(name).to_python()]
        return "\n".join(str(cell) for row in rows for cell in row if cell != "")
    return found.decode("utf-8-sig")


def test_command_line_offers_every_content():
    others = {arguments.ANALYSIS_FILE, arguments.METHODS_TEXT, "deck"}
    assert {*arguments.EXPORTS, *arguments.SHIFTS} == {*CONTENTS, *others}


@pytest.mark.parametrize("what", EACH)
def test_content_has_a_figure_or_tables_and_says_where_it_comes_from(demo, what):
    contrast = what.startswith("contrast")
    found = content(what, demo("grade=3" if contrast else "", strata="grade" if what == "toxicity-groups" else ""))
    assert found.reason == ""
    assert found.tables
    drawn = what in (*FIGURES, *CONTRASTS) or what.startswith(("cox", "assumptions", "shift"))
    assert (found.figure is not None) == drawn
    told = " ".join(found.label.lines())
    whom = "A: 10 of 110 patients: grade 3. B: Everyone else of the same courses: 100 patients" if contrast else ""
    for part in (whom or "All 110 patients.", "Demo cohort, version", "Synthetic data",
                 "Data cut-off 28 September 2024",
                 f"PRRT Cohort Explorer {VERSION}, 5 March 2026.", "not a medical device"):  # fmt: skip
        assert part in told


@pytest.mark.parametrize("what", FIGURES)
def test_figure_as_pdf_has_the_shipped_fonts_and_its_words_as_text(demo, what):
    found = file(content(what, demo("grade=2")), "pdf")
    page = PdfReader(io.BytesIO(found)).pages[0]
    fonts = {str(font.get_object()["/BaseFont"]).partition("+")[2] for font in page["/Resources"]["/Font"].values()}
    assert fonts == {"IBMPlexSans", "IBMPlexSans-SmBld"}
    told = re.sub(r"\s+", " ", words(found, "pdf"))
    assert "62 of 110 patients: grade 2" in told
    assert "not a medical device" in told
    assert "5 March 2026" in told


def test_picture_has_the_size_asked_for_and_says_what_it_is(demo):
    found = content("km-os", demo())
    one = Image.open(io.BytesIO(file(found, "png", Size(width=700, scale=2))))
    other = Image.open(io.BytesIO(file(found, "png", Size(width=700, scale=4, dpi=600))))
    assert one.width == 1400
    assert (other.width, other.height) == (2 * one.width, 2 * one.height)
    assert [round(part) for part in other.info["dpi"]] == [600, 600]
    assert one.info["Title"] == "Overall survival"
    assert "All 110 patients." in one.info["Description"]
    assert "Synthetic data" in one.info["Description"]


def test_vector_file_stands_alone(demo):
    found = file(content("km-pfs", demo(strata="grade")), "svg").decode()
    tree = ElementTree.fromstring(found)
    space = "{http://www.w3.org/2000/svg}"
    assert tree.find(f"{space}title").text == "Progression-free survival by grade"
    assert "Grade 2" in tree.find(f"{space}desc").text
    addresses = set(re.findall(r"""(?:href|src|url)\s*[=(]\s*["']?([^"')]+)""", found))
    assert {one for one in addresses if not one.startswith(("data:font/woff2;base64,", "#"))} == set()
    assert found.count("@font-face") == 2
    families = set(re.findall(r'font-family="([^"]+)"', found))
    assert families
    assert all(family.startswith("IBM Plex Sans") for family in families)


@pytest.mark.parametrize("kind", TABLE_FORMATS)
@pytest.mark.parametrize("what", ["cox-os", "toxicity", "baseline", "delta"])
def test_table_holds_every_cell_that_the_screen_shows(demo, what, kind):
    found = content(what, demo())
    told = words(file(found, kind), kind).replace("&lt;", "<").replace("&gt;", ">").replace("&emsp;", "")
    for table in found.tables:
        for cell in {cell.strip() for row in (table.columns, *table.rows) for cell in row} - {""}:
            assert cell in told, cell
        assert all(note in told for note in table.notes) or kind in ("csv", "html")
    assert "not a medical device" in told


def test_spanned_heads_of_a_table_stay_together(demo):
    found = file(content("cox-pfs", demo()), "csv").decode("utf-8-sig")
    heads = next(csv.reader(io.StringIO(found)))
    assert heads[0] == "Factor"
    assert heads[3] == "Univariable (n = 110, 86 events): HR (95% CI)"
    assert heads[5] == "Multivariable (n = 99, 77 events): HR (95% CI)"


def test_levels_that_look_like_formulas_are_neutralised(tmp_path):
    rows = "".join(f"P{i},{100 * i},1,{'=1+1' if i % 2 else '@SUM(A1)'}\n" for i in range(1, 13))
    source = tmp_path / "own.csv"
    source.write_text(f"patient_id,os_days,os_event,arm\n{rows}", encoding="utf-8")
    for kind in TABLE_FORMATS:
        target = tmp_path / f"out.{kind}"
        assert run("export", source, "--what", "km-os", "--strata", "arm", "--output", target).status == 0
        told = words(target.read_bytes(), kind)
        assert "=1+1" in told
    with (tmp_path / "out.csv").open(encoding="utf-8-sig", newline="") as written:
        cells = [cell for row in csv.reader(written) for cell in row]
    assert not [cell for cell in cells if cell.startswith(("=", "@", "+"))]
    sheet = CalamineWorkbook.from_path(str(tmp_path / "out.xlsx")).get_sheet_by_index(0).to_python()
    assert not [cell for row in sheet for cell in row if str(cell).startswith(("=", "@", "+"))]


@pytest.mark.parametrize("what", EACH)
def test_empty_selection_is_a_sentence_and_no_file(demo, what):
    found = content(what, demo("ki67_percent=99.."))
    assert (found.figure, found.tables) == (None, ())
    with pytest.raises(ValueError, match="No patient fits this selection"):
        file(found, "csv")


@pytest.mark.parametrize("what", ["km-pfs", "forest-os"])
def test_courses_of_one_patient_twice_are_refused(demo, what):
    found = content(what, demo("course=all"))
    assert "first selected course" in found.reason
    with pytest.raises(ValueError, match="first selected course"):
        file(found, "pdf")


def test_format_that_does_not_fit_names_those_that_do(demo):
    with pytest.raises(ValueError, match=r"ends with \.csv, \.xlsx, \.docx, \.html"):
        file(content("baseline", demo()), "png")
    with pytest.raises(ValueError, match=r"\.png, \.svg, \.pdf, \.csv"):
        file(content("flow", demo()), "gif")


def test_small_counts_are_withheld_in_files_too(demo):
    found = content("response", demo(min_cell=5))
    assert found.tables[0].rows[0][3] == "<5"
    assert "suppressed" in content("compare", demo(min_cell=5)).reason


@pytest.mark.parametrize(("given", "said"), [({"width": 10}, "width"), ({"scale": 0}, "scale"), ({"dpi": 1}, "dpi")])
def test_size_out_of_range_is_named(given, said):
    with pytest.raises(ValueError, match=said):
        Size(**given)


def test_version_is_the_projects():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["version"] == VERSION


def test_command_line_writes_what_it_is_asked_for(tmp_path):
    for kind in FIGURE_FORMATS:
        target = tmp_path / f"curve.{kind}"
        answer = run("export", "--what", "km-pfs", "--select", "grade=2", "--strata", "sex", "--output", target)
        assert answer.status == 0
        assert "Synthetic patients." in answer.out
        assert target.stat().st_size > 5_000


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("km-pfs", "curve.gif"), "ends with"),
        (("km-pfs", "no/such/folder/curve.png"), "cannot be written"),
        (("km-pfs", "curve.png", "--width", "5"), "width: 5 px"),
        (("forest-pfs", "forest.png", "--factors", "shoe_size"), "shoe_size"),
    ],
)
def test_export_that_cannot_be_is_refused_in_a_sentence(tmp_path, arguments, said):
    what, name, *more = arguments
    answer = run("export", "--what", what, "--output", tmp_path / name, *more)
    assert answer.status == 2
    assert said in answer.err
    assert not (tmp_path / name).exists()
