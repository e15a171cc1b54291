"""A deck as one HTML file that asks nothing of any other: figures as vectors, tables as tables, fonts inside."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from core.deck import words
from core.deck.fit import is_head
from core.deck.slides import Progress, Slide
from core.export.picture import drawn, fonts
from core.export.sheet import spans
from core.figures.figure import Figure
from core.figures.provenance import USE
from core.figures.theme import FONT_STACK, LIGHT
from core.tables import Table

WIDTH = 900.0
"""Of figures, px."""
_POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; font-src data:"
_STYLE = f"""
:root {{ color-scheme: light; }}
body {{ margin: 2rem auto; max-width: 920px; padding: 0 16px; background: {LIGHT.ground}; color: {LIGHT.ink};
  font: 16px/1.5 {FONT_STACK}; overflow-wrap: anywhere; }}
h1 {{ font-size: 1.9rem; line-height: 1.2; }} h2 {{ font-size: 1.35rem; margin-top: 2.5rem; }}
h3 {{ font-size: 1rem; }} .origin, .remark, figcaption {{ color: {LIGHT.muted}; font-size: .85rem; }}
figure {{ margin: 1rem 0; }} figure svg {{ max-width: 100%; height: auto; }}
.wide {{ overflow-x: auto; }}
table {{ border-collapse: collapse; border-top: 1px solid; border-bottom: 1px solid; font-size: .9rem; }}
th, td {{ padding: 2px 10px 2px 0; vertical-align: top; text-align: left; overflow-wrap: normal; }}
thead th {{ border-bottom: 1px solid; vertical-align: bottom; }} .number {{ text-align: right; }}
.within {{ padding-left: 1.2em; font-weight: 400; }} tbody th {{ font-weight: 400; }} .group {{ font-weight: 600; }}
.over {{ text-align: center; }}
@media print {{ body {{ max-width: none; font-size: 10pt; }} h2 {{ break-after: avoid; }}
  figure, tr {{ break-inside: avoid; }} section {{ break-before: page; }} }}
"""


def html_deck(title: str, slides: Sequence[Slide], progress: Progress | None = None) -> bytes:
    """
    Write a deck as one HTML file, UTF-8; it is light, as its figures are.

    Parameters
    ----------
    title : of the deck
    slides : its blocks in order
    progress : called after each block, optional

    Returns
    -------
    bytes
    """
    shown = _said(title)
    out = [
        '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{shown}</title><style>{fonts()}{_STYLE}</style></head><body><main><h1>{shown}</h1>",
        *(f"<p>{_said(one)}</p>" for one in words.each(slides, words.selection)),
        *(f'<p class="origin">{_said(one)}</p>' for one in words.each(slides, words.cohort)),
        f'<p class="origin">{_said(words.product(slides))}. {_said(USE)}.</p>',
    ]
    for done, slide in enumerate(slides, start=1):
        out.append(_block(slide))
        if progress is not None:
            progress(done, len(slides))
    told = "".join(f"<p><strong>{_said(head)}.</strong> {_said(text)}</p>" for head, text in words.methods(slides))
    out.append(f"<section><h2>{words.METHODS}</h2>{told}</section></main></body></html>\n")
    return "".join(out).encode()


def _said(text: str) -> str:
    return escape(words.clean(text))


def _block(slide: Slide) -> str:
    shown = slide.content
    out = [f"<section><h2>{_said(words.title(slide))}</h2>"]
    out += [f"<p>{_said(one)}</p>" for one in (*words.facts(slide), slide.note, shown.reason) if one]
    if shown.figure is not None:
        notes = " ".join(words.notes(slide))
        out.append(f"<figure>{_vector(shown.figure)}<figcaption>{_said(notes)}</figcaption></figure>")
    for table in shown.tables:
        out.append(_table(table))
    query = slide.query or "none; the default selection"
    out.append(f'<p class="origin">{_said(words.foot(slide))}<br>Exact query: {_said(query)}</p></section>')
    return "".join(out)


def _vector(figure: Figure) -> str:
    """The figure's SVG with its sentence as its accessible name."""
    found = drawn(figure.bare(), WIDTH)
    return found.replace("<svg ", f'<svg role="img" aria-label="{_said(figure.alt_text)}" ', 1)


def _table(table: Table) -> str:
    columns = range(len(table.columns))
    right = [' class="number"' if table.numeric(column) else "" for column in columns]
    out = [f'<h3>{_said(table.title)}</h3><div class="wide"><table><thead>']
    if table.spanners:
        over = (f'<th colspan="{span}" class="over">{_said(said)}</th>' for said, span in spans(table))
        out.append(f"<tr>{''.join(over)}</tr>")
    heads = "".join(
        f'<th scope="col"{mark}>{_said(head)}</th>' for head, mark in zip(table.columns, right, strict=True)
    )
    out.append(f"<tr>{heads}</tr></thead><tbody>")
    for row in table.rows:
        said, within = words.cell(row[0])
        kind = "within" if within else "group" if is_head(row) else ""
        cells = "".join(f"<td{mark}>{_said(one)}</td>" for one, mark in zip(row[1:], right[1:], strict=True))
        out.append(f'<tr><th scope="row" class="{kind}">{escape(said)}</th>{cells}</tr>')
    out.append("</tbody></table></div>")
    out += [f'<p class="remark">{_said(note)}</p>' for note in table.notes]
    return "".join(out)
