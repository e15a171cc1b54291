"""Decks as files: what is in them, whether it fits, and that hostile text stays text."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import replace
from datetime import date
from functools import cache
from html.parser import HTMLParser

import docx
import pytest
from lxml import etree
from pptx import Presentation

from core.analysis import Request
from core.deck import fit, words
from core.deck.canvas import HEIGHT, WIDTH
from core.deck.full import CONTRAST, FULL, full_deck
from core.deck.slides import Slide
from core.deck.write import DECK_FORMATS, write
from core.definitions import definitions
from core.demo import DEMO_FOLDER, DEMO_NAME
from core.export.contents import CONTENTS, content
from core.export.look import Content, Look
from core.figures.figure import STAGE_WIDTH
from core.figures.portions import portions
from core.figures.theme import SMALL_SIZE
from core.ingest import read_source
from core.options import Options
from core.selection import Selection, parse_query
from core.store import Store
from core.strata import parse_strata
from core.tables import INDENT, Table
from tests.command import run
from tests.corpus_hostile.texts import HOSTILE

DAY = date(2026, 3, 5)
TITLE = "PRRT at our centre"
POINT = 12700
"""English metric units in a point."""


@pytest.fixture(scope="module")
def demo():
    with Store(":memory:") as store:
        version = store.commit(read_source(DEMO_FOLDER), DEMO_NAME)

        def look(query: str = "", strata: str = "") -> Look:
            selection = parse_query(query, version.fields) if query else Selection()
            request = Request(strata=parse_strata(strata, version.fields) if strata else None)
            return Look(store, version, selection, Options(), request, DAY)

        yield look


@pytest.fixture(scope="module")
def slides(demo) -> list[Slide]:
    return full_deck(demo("grade=2"))


@pytest.fixture(scope="module")
def written(slides):
    """The whole deck as a file of a kind, each written once."""
    return cache(lambda kind: write(TITLE, slides, kind))


@pytest.fixture(scope="module")
def shown(written):
    return Presentation(io.BytesIO(written("pptx")))


def words_of(found: bytes, kind: str) -> str:
    """All text of a deck."""
    if kind == "html":
        return found.decode()
    if kind == "docx":
        document = docx.Document(io.BytesIO(found))
        cells = [cell.text for table in document.tables for cell in table._cells]
        return "\n".join([*(one.text for one in document.paragraphs), *cells])
    said = []
    for slide in Presentation(io.BytesIO(found)).slides:
        said.append(slide.notes_slide.notes_text_frame.text)
        for shape in slide.shapes:
            if shape.has_text_frame:
                said.append(shape.text_frame.text)
            if shape.has_table:
                said += [cell.text for row in shape.table.rows for cell in row.cells]
    return "\n".join(said)


def test_progress_is_told_after_each_block(demo, slides):
    told: list[tuple[int, int]] = []
    write(TITLE, slides[:3], "html", lambda done, of: told.append((done, of)))
    assert told == [(1, 3), (2, 3), (3, 3)]
    assert len(slides) == len(FULL)


def test_presentation_is_wide_and_begins_with_who_was_looked_at(shown):
    assert (shown.slide_width / POINT, shown.slide_height / POINT) == (WIDTH, HEIGHT)
    first = "\n".join(one.text_frame.text for one in shown.slides[0].shapes if one.has_text_frame)
    for part in (TITLE, "62 of 110 patients: grade 2", "Synthetic data", "28 September 2024", "5 March 2026",
                 "not a medical device", "version 1"):  # fmt: skip
        assert part in first


def test_every_content_has_its_slide_in_clinical_order(shown):
    titles = [re.sub(r" \(\d+ of \d+\)$", "", one.shapes.title.text) for one in shown.slides][1:]
    order = list(dict.fromkeys(titles))
    expected = [
        *("Patient flow", "Baseline characteristics"),
        *("Progression-free survival", "Overall survival", "Time to next treatment"),
        *("Prognostic factors, progression-free survival", "Prognostic factors, progression-free survival, table"),
        *("Prognostic factors, overall survival", "Prognostic factors, overall survival, table"),
        *("Response by RECIST 1.1", "Adverse events by CTCAE grade", "Adverse events by CTCAE grade, table"),
        *("Delta highest grade of haematological toxicity", "Published series"),
    ]
    assert order[: len(expected)] == expected
    assert titles[-1] == words.METHODS


def test_each_slide_says_origin_and_query(shown):
    for slide in list(shown.slides)[1:]:
        foot = next(one for one in slide.shapes if one.name == "Footer").text_frame.text
        assert "not a medical device" in foot
        if not slide.shapes.title.text.startswith(words.METHODS):
            assert "62 of 110 patients: grade 2" in foot
            spoken = slide.notes_slide.notes_text_frame.text
            assert "Exact query: grade=2" in spoken
            assert "Demo cohort, version 1" in spoken


def test_pictures_have_words_and_a_vector_without_text(shown):
    pictures = [(slide, one) for slide in shown.slides for one in slide.shapes if one.shape_type == 13]
    assert len(pictures) >= 7
    for slide, one in pictures:
        assert len(one._element.nvPicPr.cNvPr.get("descr")) > 40
        relation = re.search(r'svgBlip[^>]*r:embed="(\w+)"', etree.tostring(one._element).decode())
        assert relation is not None
        vector = slide.part.related_part(relation[1])
        assert vector.content_type == "image/svg+xml"
        tree = etree.fromstring(vector.blob)
        assert {etree.QName(part).localname for part in tree.iter()} <= {"svg", "g", "rect", "path", "line"}


def test_nothing_leaves_its_slide_and_native_tables_are_readable(shown):
    tables = 0
    for slide in shown.slides:
        for one in slide.shapes:
            assert one.left >= 0
            assert one.top >= 0
            assert (one.left + one.width) / POINT <= WIDTH + 0.1
            assert (one.top + one.height) / POINT <= HEIGHT + 0.1
            if one.has_table:
                tables += 1
                grid = one.table
                assert sum(row.height for row in grid.rows) / POINT + one.top / POINT < 503
                sizes = {run.font.size.pt for row in grid.rows for cell in row.cells
                         for run in cell.text_frame.paragraphs[0].runs}  # fmt: skip
                assert min(sizes) >= 12
    assert tables >= 10


def test_text_boxes_hold_their_text_and_do_not_overlap(shown):
    for slide in shown.slides:
        boxes = []
        for one in slide.shapes:
            boxes.append((one.top / POINT, (one.top + one.height) / POINT, one.left, one.left + one.width, one.name))
            if one.has_text_frame and one.text_frame.text:
                paragraphs = one.text_frame.paragraphs
                need = sum(
                    fit.block([p.text], p.runs[0].font.size.pt, one.width / POINT, bool(p.runs[0].font.bold))
                    for p in paragraphs
                    if len(p.runs) == 1
                )
                assert need <= one.height / POINT + 1, (one.name, one.text_frame.text)
        for top, bottom, left, right, name in boxes:
            for other in boxes:
                if other[4] != name and left < other[3] and other[2] < right:
                    assert bottom <= other[0] + 1 or other[1] <= top + 1, (name, other[4])


def test_type_of_every_figure_is_28_px_of_720(shown):
    pictures = [one for slide in shown.slides for one in slide.shapes if one.shape_type == 13]
    for one in pictures:
        assert one.width / POINT * SMALL_SIZE / STAGE_WIDTH * 720 / HEIGHT >= 28, one._element.nvPicPr.cNvPr.get(
            "descr"
        )


@pytest.mark.parametrize("groups", ["grade", "primary_site"])
def test_divided_curves_are_as_wide_as_the_slide_and_high_enough(demo, groups):
    found = content("km-os", demo(strata=groups))
    deck = Presentation(io.BytesIO(write(TITLE, [Slide("", found)], "pptx")))
    picture = next(one for one in deck.slides[1].shapes if one.shape_type == 13)
    assert picture.width / POINT == pytest.approx(900, abs=1)
    assert picture.height / POINT > 0.6 * HEIGHT


def test_parts_are_counted_in_their_titles(shown):
    counts: dict[str, list[str]] = {}
    for slide in shown.slides:
        title, counted = re.fullmatch(r"(.*?)(?: \((\d+ of \d+)\))?", slide.shapes.title.text).groups()
        counts.setdefault(title, []).append(counted or "1 of 1")
    assert len(counts["Prognostic factors, progression-free survival"]) > 1
    for title, found in counts.items():
        assert found == [f"{place} of {len(found)}" for place in range(1, len(found) + 1)], title


def test_package_is_sound(written):
    for kind in ("pptx", "docx"):
        with zipfile.ZipFile(io.BytesIO(written(kind))) as package:
            names = package.namelist()
            assert len(names) == len(set(names))
            types = etree.fromstring(package.read("[Content_Types].xml"))
            known = {one.get("Extension") or one.get("PartName") for one in types}
            for name in names:
                if name.endswith((".xml", ".rels", ".svg")):
                    tree = etree.fromstring(package.read(name))
                    if "/slides/slide" in name:
                        ids = [one.get("id") for one in tree.iter() if etree.QName(one).localname == "cNvPr"]
                        assert len(ids) == len(set(ids)), name
                if name.endswith(".rels"):
                    folder = name.split("_rels/")[0]
                    for one in tree:
                        if one.get("TargetMode") != "External":
                            target = one.get("Target")
                            parts = (target.lstrip("/") if target.startswith("/") else folder + target).split("/")
                            while ".." in parts:
                                place = parts.index("..")
                                del parts[place - 1 : place + 1]
                            assert "/".join(parts) in names, target
                elif name != "[Content_Types].xml":
                    assert f"/{name}" in known or name.rpartition(".")[2] in known, name


def test_report_has_headings_captions_alternatives_and_repeated_heads(written):
    document = docx.Document(io.BytesIO(written("docx")))
    heads = [one.text for one in document.paragraphs if one.style.name == "Heading 1"]
    assert heads[0] == "Patient flow"
    assert heads[-1] == words.METHODS
    assert len(document.inline_shapes) >= 7
    for one in document.inline_shapes:
        assert len(one._inline.docPr.get("descr")) > 40
    xml = etree.tostring(document.element).decode()
    assert xml.count("w:tblHeader") >= len(document.tables)
    foot = etree.tostring(document.sections[0].footer._element).decode()
    assert "PAGE" in foot
    assert "not a medical device" in foot


class _Asked(HTMLParser):
    """What a page would load or run."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, str]] = []

    def handle_starttag(self, tag, attrs):
        if tag in ("script", "link", "iframe", "object", "embed", "img", "form", "base", "a", "video", "audio"):
            self.found.append((tag, str(attrs)))
        self.found += [(tag, name) for name, _ in attrs if name.startswith("on") or name in ("src", "href")]


def test_page_stands_alone(written):
    found = written("html").decode()
    asked = _Asked()
    asked.feed(found)
    assert asked.found == []
    assert "default-src 'none'" in found
    assert set(re.findall(r"url\(([^),;]+)", found)) == {"data:font/woff2"}
    assert found.count("<h1>") == 1
    assert found.count('role="img"') >= 7
    assert all(re.findall(r'role="img" aria-label="([^"]{40,})"', found))


@pytest.mark.parametrize("kind", DECK_FORMATS)
def test_reason_stands_in_place_of_a_block(demo, kind):
    empty = content("km-os", demo("grade=2&cga_ug_l=1000000..2000000"))
    assert empty.reason
    assert empty.reason in words_of(write(TITLE, [Slide("Gone", empty)], kind), kind)


@pytest.mark.parametrize("kind", DECK_FORMATS)
def test_hostile_texts_stay_text(demo, kind):
    label = content("flow", demo()).label
    for start in range(0, len(HOSTILE), 60):
        some = HOSTILE[start : start + 60]
        rows = tuple((text, "1") for text in some)
        hostile = Content(
            replace(label, title=some[0]), tables=(Table(some[1], ("a", some[2]), rows, notes=some[3:5]),)
        )
        deck = [Slide(some[5], hostile, note=some[6], query=some[7])]
        found = write(some[8], deck, kind)
        if kind == "html":
            asked = _Asked()
            asked.feed(found.decode())
            assert asked.found == []
        assert words.clean(some[7]) in (words_of(found, kind) if kind != "html" else words.clean(some[7]))


def test_every_content_has_its_definitions_whatever_it_is_called(demo):
    assert set(words.DEFINED) == set(CONTENTS)
    assert {head for heads in words.DEFINED.values() for head in heads} <= set(definitions())
    found = content("km-os", demo())
    renamed = replace(found, label=replace(found.label, title="Response in our centre"))
    told = [head for head, _ in words.definitions_of([Slide("Response", renamed, what="km-os")])]
    assert "Overall survival" in told
    assert "Response" not in told
    assert len(words.definitions_of([Slide("", found)])) == len(definitions())


def test_clean_text_holds_nothing_that_xml_forbids():
    for text in HOSTILE:
        etree.fromstring(f"<a>{re.sub('[&<>]', '', words.clean(text))}</a>")
    assert words.clean("a\x01b\u202ec\nd") == "abc d"


def test_long_table_is_cut_with_repeated_group_and_no_type_below_twelve():
    rows = [("Group", "")] + [(f"{INDENT}level {i}", "1") for i in range(60)]
    cut = fit.parts(Table("T", ("Name", "n"), tuple(rows)), 880, 400)
    assert len(cut) >= 3
    assert all(part.points >= 12 for part in cut)
    assert all(sum(part.heights) <= 400 for part in cut)
    assert [part.rows[0][0] for part in cut[1:]] == ["Group (continued)"] * (len(cut) - 1)
    told = [row[0] for part in cut for row in part.rows if row[0].startswith(INDENT)]
    assert told == [row[0] for row in rows[1:]]


def test_wide_table_is_cut_by_columns_with_the_first_repeated():
    heads = ("Name", *(f"Column{i}columnword" for i in range(30)))
    cut = fit.parts(Table("T", heads, (tuple("x" for _ in heads),)), 880, 400)
    assert len(cut) > 1
    assert all(part.columns[0] == 0 for part in cut)
    assert all(sum(part.widths) <= 881 for part in cut)
    assert sorted(place for part in cut for place in part.columns[1:]) == list(range(1, 31))


def test_portions_are_few_and_alike():
    assert portions([10] * 10, 60) == [range(5), range(5, 10)]
    assert portions([], 5) == []
    assert portions([9, 1], 5) == [range(1), range(1, 2)]


def test_command_line_writes_the_deck_and_refuses_other_endings(tmp_path):
    output = tmp_path / "deck.html"
    answer = run("export", "--what", "deck", "--output", str(output), "--select", "grade=3")
    assert answer.status == 0
    assert f"computed {len(FULL)} of {len(FULL)}" in answer.err
    assert "grade 3" in output.read_text(encoding="utf-8")
    assert "A against B" not in output.read_text(encoding="utf-8")
    beside = run("export", "--what", "deck", "--output", str(output), "--select", "grade=3", "--against", "grade=1")
    assert f"computed {len(FULL + CONTRAST)} of {len(FULL + CONTRAST)}" in beside.err
    assert "Adverse events: A against B" in output.read_text(encoding="utf-8")
    refused = run("export", "--what", "deck", "--output", str(tmp_path / "deck.xlsx"))
    assert refused.status == 2
    assert ".pptx, .docx, .html" in refused.err


def test_a_selection_beside_another_follows_when_it_is_asked_for(demo, monkeypatch):
    monkeypatch.setattr("core.deck.full.FULL", ("flow",))
    look = demo("grade=3")
    against = parse_query("grade=1", look.version.fields)
    slides = full_deck(replace(look, against=against), contrast=True)[1:]
    assert len(slides) == len(CONTRAST)
    for what, slide in zip(CONTRAST, slides, strict=True):
        assert slide.content.reason == ""
        assert slide.query == "A: grade=3; B: grade=1"
        assert "A: 10 of 110 patients: grade 3. B: 38 of 110 patients: grade 1" in slide.content.label.source.selection
        assert (slide.content.figure is not None) == (what in ("contrast-pfs", "contrast-os"))
        assert bool(slide.content.tables) == (slide.content.figure is None)
    shown = Presentation(io.BytesIO(write("Demo", slides[3:4], "pptx")))
    told = " ".join(one.text_frame.text for page in shown.slides for one in page.shapes if one.has_text_frame)
    assert "Overall survival: A against B" in told
