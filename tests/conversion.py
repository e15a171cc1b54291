"""The full deck opened by LibreOffice: `make conversion` (needs `soffice` and `pdftoppm`; no part of the tests).

    apt-get install --no-install-recommends libreoffice-impress-nogui libreoffice-writer-nogui \\
        libreoffice-calc-nogui poppler-utils
    python -m tests.conversion FOLDER

Writes deck.pptx, deck.docx and a table as XLSX, converts each to PDF and every page to PNG in FOLDER, to be looked at.
Fails where a file is not opened, or where its PDF lacks the words that it must hold.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from datetime import date
from pathlib import Path

from pypdf import PdfReader

from core.analysis import Request
from core.deck.full import full_deck
from core.deck.write import write
from core.demo import DEMO_FOLDER, DEMO_NAME
from core.export import Look, content, file
from core.ingest import read_source
from core.options import Options
from core.selection import Selection
from core.store import Store

MUST_HOLD = ("All 110 patients", "not a medical device", "Neutrophil-to-lymphocyte ratio")


def main(folder: Path) -> int:
    """Write, convert and check; 1 where something is missing."""
    folder.mkdir(parents=True, exist_ok=True)
    with Store(":memory:") as store:
        version = store.commit(read_source(DEMO_FOLDER), DEMO_NAME)
        look = Look(store, version, Selection(), Options(), Request(), date(2026, 3, 5))
        slides = full_deck(look)
        for kind in ("pptx", "docx"):
            (folder / f"deck.{kind}").write_bytes(write("Demo cohort", slides, kind))
        (folder / "table.xlsx").write_bytes(file(content("cox-os", look), "xlsx"))
    missed = 0
    for name in ("deck.pptx", "deck.docx", "table.xlsx"):
        with tempfile.TemporaryDirectory() as profile:
            command = ["soffice", f"-env:UserInstallation=file://{profile}", "--headless", "--convert-to", "pdf"]
            subprocess.run([*command, "--outdir", folder, folder / name], check=True, capture_output=True)
        made = (folder / name).with_suffix(".pdf").rename(folder / f"{name}.pdf")
        pages = PdfReader(made).pages
        told = " ".join(" ".join(page.extract_text().split()) for page in pages)
        lacking = [one for one in MUST_HOLD if one not in told]
        missed += bool(lacking)
        subprocess.run(["pdftoppm", "-r", "60", "-png", made, folder / name], check=True)
        print(f"{name}: {len(pages)} pages" + (f", without {lacking}" if lacking else ""))
    return int(bool(missed))


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
