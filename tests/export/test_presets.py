"""What goes to slides and journals: its size, its type, its greys, and the line that says where it comes from."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date
from itertools import combinations

import numpy as np
import pytest
from PIL import Image
from pypdf import PdfReader

from core import arguments
from core.analysis import Request
from core.demo import DEMO_FOLDER, DEMO_NAME
from core.export import CONTENTS, PRESETS, RESOLUTIONS, Label, Look, content, file, in_parts, sized
from core.export.files import files, zipped
from core.export.picture import ON_SLIDE, drawn, grey, png, svg
from core.figures.figure import STAGE_WIDTH, Figure
from core.figures.provenance import Provenance
from core.figures.survival import survival_figure
from core.figures.theme import CATEGORICAL
from core.ingest import read_source
from core.options import Options
from core.selection import Selection
from core.store import Store
from core.strata import parse_strata
from tests.command import run
from tests.figures import samples
from tests.figures.boxes import boxes, faults, smallest
from tests.figures.vision import lightness

DAY = date(2026, 3, 5)
FIGURES = ("km-pfs", "forest-pfs", "flow", "response", "toxicity", "assumptions-pfs")
LABEL = Label("Curves", Provenance(cohort="Demo"), DAY)
STROKE = re.compile(r'<path[^>]*stroke="(#[0-9a-f]{6})"[^>]*stroke-dasharray="([\d.,]+)"')


@pytest.fixture(scope="module")
def demo():
    store = Store(":memory:")
    version = store.commit(read_source(DEMO_FOLDER), DEMO_NAME)

    def look(strata: str = "", **more) -> Look:
        request = Request(strata=parse_strata(strata, version.fields) if strata else None)
        return Look(store, version, Selection(), Options(), request, DAY, **more)

    yield look
    store.close()


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


@pytest.mark.parametrize("what", FIGURES)
def test_slide_is_sixteen_to_nine_in_every_format(demo, what):
    found = content(what, demo())
    made = files(found, "png", sized("slide", "2x"))
    assert {opened(one).size for one in made} == {(2560, 1440)}
    pages = PdfReader(io.BytesIO(file(found, "pdf", sized("slide")))).pages
    assert len(pages) == len(made)
    for page in pages:
        assert (float(page.mediabox.width), float(page.mediabox.height)) == pytest.approx((960, 540), abs=0.5)
    for one in files(found, "svg", sized("slide")):
        assert b'width="13.33in" height="7.5in"' in one


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_ground_fills_the_slide(demo, theme):
    picture = opened(file(content("km-os", demo(theme=theme)), "png", sized("slide", "2x"))).convert("RGB")
    width, height = picture.size
    corners = {picture.getpixel(at) for at in ((1, 1), (width - 2, 1), (1, height - 2), (width - 2, height - 2))}
    assert corners == {(255, 255, 255) if theme == "light" else (0x12, 0x16, 0x1B)}


def test_figure_in_several_parts_is_a_numbered_picture_for_each(demo, tmp_path):
    found, size = content("forest-pfs", demo()), sized("slide", "2x")
    made = files(found, "png", size)
    assert len(made) > 1
    with pytest.raises(ValueError, match=f"takes {len(made)} slides; take a PDF, or a file for each"):
        file(found, "png", size)
    with zipfile.ZipFile(io.BytesIO(zipped(found, "png", size, "forest-pfs"))) as package:
        assert package.namelist() == [f"forest-pfs-{place}.png" for place in range(1, len(made) + 1)]
        assert tuple(package.read(name) for name in package.namelist()) == made
    answer = run("export", "--what", "forest-pfs", "--preset", "slide", "--output", tmp_path / "forest.svg")
    assert answer.status == 0
    first, last = tmp_path / "forest-1.svg", f"forest-{len(made)}.svg"
    assert f"forest-pfs written as {len(made)} slides, '{first}' to '{last}'." in answer.out
    assert len(list(tmp_path.glob("forest-*.svg"))) == len(made)


@pytest.mark.parametrize("strata", ["", "primary_site"])
@pytest.mark.parametrize("what", CONTENTS)
def test_type_of_every_slide_is_28_px_of_720_and_nothing_is_cut(demo, what, strata):
    found = content(what, demo(strata))
    if found.figure is None:
        return
    for one in files(found, "svg", sized("slide")):
        text = one.decode().replace('width="13.33in" height="7.5in"', 'width="1280" height="720"')
        left, top, wide, high = (float(one) for one in re.search(r'viewBox="([^"]+)"', text)[1].split())
        assert smallest(text) * 1280 / wide >= 28
        for box in boxes(text)[0]:
            assert left <= box.left
            assert box.right <= left + wide
            assert top <= box.top
            assert box.bottom <= top + high
    for part in found.parts(ON_SLIDE):
        assert faults(drawn(part, STAGE_WIDTH)) == []


@pytest.mark.parametrize(("what", "method"), [("km-pfs", "Kaplan-Meier, 95% CI log-log"), ("forest-pfs", "Efron")])
@pytest.mark.parametrize("preset", PRESETS)
def test_methods_stand_in_the_metadata_of_every_preset(demo, what, method, preset):
    told = opened(files(content(what, demo()), "png", sized(preset))[0]).info["Description"]
    assert method in told
    assert told.count("these patients do not exist") == 1


@pytest.mark.parametrize("what", CONTENTS)
def test_what_takes_several_slides_is_known_before_it_is_computed(demo, what):
    for strata in ("", "grade"):
        look = demo(strata)
        found = content(what, look)
        if found.figure is not None:
            assert len(found.parts(ON_SLIDE)) == 1 or in_parts(what, look)


@pytest.mark.parametrize(("preset", "mm"), [("single-column", 90), ("double-column", 180)])
def test_column_of_a_journal_has_its_width_and_text_of_eight_points(demo, preset, mm):
    found = content("km-pfs", demo("grade"))
    page = PdfReader(io.BytesIO(file(found, "pdf", sized(preset)))).pages[0]
    assert float(page.mediabox.width) / 72 * 25.4 == pytest.approx(mm, abs=0.5)
    points_of_a_px = float(page.mediabox.width) / sized(preset).width
    assert 12 * points_of_a_px == pytest.approx(8, abs=0.02)
    picture = opened(file(found, "png", sized(preset, "600")))
    assert picture.width == pytest.approx(mm / 25.4 * 600, abs=6)
    assert round(picture.info["dpi"][0]) == 600


@pytest.mark.parametrize("resolution", RESOLUTIONS)
@pytest.mark.parametrize("preset", PRESETS)
def test_every_preset_is_drawn_at_every_resolution(demo, preset, resolution):
    size = sized(preset, resolution)
    picture = opened(file(content("response", demo()), "png", size))
    nominal = 1280 if preset == "slide" else size.width
    assert picture.width == pytest.approx(nominal * size.scale, abs=6)


@pytest.mark.parametrize("what", FIGURES)
def test_journal_is_drawn_in_greys_alone(demo, what):
    pixels = np.asarray(opened(file(content(what, demo("grade")), "png", sized("single-column", "2x"))).convert("RGB"))
    assert np.array_equal(pixels[..., 0], pixels[..., 1])
    assert np.array_equal(pixels[..., 0], pixels[..., 2])


@pytest.mark.parametrize("n", range(2, 7))
def test_groups_are_told_apart_in_grey(n):
    """By dashes, or by a lightness that differs by 10 or more of 100."""
    sizes = [(name, 20, 10.0 + 8 * place) for place, name in enumerate("ABCDEF"[:n])]
    made = survival_figure(samples.survival(sizes, exact=True), samples.SOURCE)
    assert isinstance(made, Figure)
    drawn = svg(made, LABEL, sized("double-column")).decode()
    lines = set(STROKE.findall(drawn))
    assert len(lines) == n
    for (one, dash), (other, other_dash) in combinations(lines, 2):
        assert dash != other_dash or abs(lightness(one) - lightness(other)) >= 10
    pixels = np.asarray(opened(png(made, LABEL, sized("double-column", "300"))).convert("RGB")).astype(int)
    for grey_of_line, _ in lines:
        assert (np.abs(pixels - int(grey_of_line[1:3], 16)).max(axis=2) == 0).sum() > 100


def test_grey_keeps_the_lightness_of_a_colour():
    for colour in CATEGORICAL:
        assert lightness(grey(colour)) == pytest.approx(lightness(colour), abs=0.5)


@pytest.mark.parametrize("what", ["km-pfs", "toxicity"])
def test_source_line_can_be_left_out_but_stays_in_the_metadata(demo, what):
    with_line = content(what, demo())
    without = content(what, demo(source_line=False))
    told = file(without, "svg").decode()
    shown = re.sub(r"<(title|desc|metadata).*?</\1>", "", told, flags=re.S)
    assert "Synthetic data" in re.sub(
        r"<(title|desc|metadata).*?</\1>", "", file(with_line, "svg").decode(), flags=re.S
    )
    assert "Synthetic data" not in shown
    assert "Synthetic data" in re.search(r"<metadata>.*</metadata>", told, flags=re.S)[0]
    assert "Synthetic" not in file(without, "csv").decode("utf-8-sig")
    assert "Synthetic" in file(with_line, "csv").decode("utf-8-sig")


def test_command_line_knows_the_presets(tmp_path):
    assert tuple(PRESETS) == arguments.PRESETS
    target = tmp_path / "slide.png"
    answer = run("export", "--what", "response", "--preset", "slide", "--theme", "dark", "--output", target)
    assert answer.status == 0
    assert Image.open(target).size == (3840, 2160)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (("--preset", "poster"), "preset: 'poster' is not one of screen, slide"),
        (("--preset", "slide", "--resolution", "7x"), "resolution: '7x' is not one of 2x"),
        (("--preset", "slide", "--width", "700"), "leave out --width"),
        (("--preset", "single-column", "--theme", "dark"), "no dark ground"),
    ],
)
def test_preset_that_cannot_be_is_refused_in_a_sentence(tmp_path, given, said):
    answer = run("export", "--what", "response", "--output", tmp_path / "a.png", *given)
    assert answer.status == 2
    assert said in answer.err
