"""Widths as the font files have them, and lines that fit."""

from __future__ import annotations

import pytest
from fontTools.ttLib import TTFont

from core.figures import text
from core.figures.theme import FONT, FONT_DIRECTORY


@pytest.mark.parametrize(("bold", "name"), [(False, "Regular"), (True, "SemiBold")])
def test_width_of_every_letter_is_the_font_s(bold: bool, name: str) -> None:
    font = TTFont(FONT_DIRECTORY / f"IBMPlexSans-{name}.ttf")
    shapes, widths = font.getBestCmap(), font["hmtx"]
    for code in range(32, 127):
        assert text.width(chr(code), 1000, bold) == widths[shapes[code]][0]


def test_fonts_have_equal_figures_and_the_signs_that_are_printed() -> None:
    for name in ("Regular", "SemiBold"):
        font = TTFont(FONT_DIRECTORY / f"IBMPlexSans-{name}.ttf")
        shapes = font.getBestCmap()
        assert {font["hmtx"][shapes[ord(figure)]][0] for figure in "0123456789"} == {600}
        assert all(ord(sign) in shapes for sign in "–—·≥≤×µΔ±²³⁹¹←→…éèçëüñ")
        assert (font["name"].getDebugName(16) or font["name"].getDebugName(1)) == FONT
        assert (FONT_DIRECTORY / f"IBMPlexSans-{name}.woff2").read_bytes()[:4] == b"wOF2"
    assert "SIL Open Font License" in (FONT_DIRECTORY / "OFL.txt").read_text(encoding="utf-8")


def test_accented_letter_has_its_base_letter_s_width() -> None:
    assert text.width("é", 12) == text.width("e", 12)
    assert text.width("漢", 10) == 10


def test_wrap_keeps_every_word_and_every_line_within_the_limit() -> None:
    sentence = "47 of 110 patients: grade 2; small intestine, pancreas or colon or rectum; CgA at least 1000 ug/L"
    lines = text.wrap(sentence, 12, 180)
    assert " ".join(lines) == sentence
    assert all(text.width(line, 12) <= 180 for line in lines)
    assert len(lines) > 2


def test_wrap_never_leaves_a_number_at_the_end_of_a_line() -> None:
    for limit in range(110, 400, 7):
        for line in text.wrap("Log-rank p < 0.001, 110 patients, 82 events, median 24.3 months", 12, limit)[:-1]:
            assert not line.endswith(("p", "<", "110", "82", "24.3"))


def test_wrap_breaks_a_long_word_after_a_hyphen() -> None:
    assert text.wrap("Neutrophil-to-lymphocyte ratio", 12, 100) == ("Neutrophil-to-", "lymphocyte ratio")
    assert all(text.width(line, 12) <= 40 for line in text.wrap("a" * 90, 12, 40))


def test_wrap_keeps_line_breaks() -> None:
    assert text.wrap("one\ntwo three", 12, 500) == ("one", "two three")


def test_shorten_ends_in_an_ellipsis_only_where_needed() -> None:
    assert text.shorten("Grade 1", 12, 100) == "Grade 1"
    short = text.shorten("Treatment centre of a long name", 12, 100)
    assert short.endswith("…")
    assert text.width(short, 12) <= 100
