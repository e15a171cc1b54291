"""The pages under AppTest, on a store of their own that is opened afresh for each module."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from streamlit.testing.v1 import AppTest

from core.ingest import read_source
from core.store import Store
from pages.shared import session

FRAME = Path(__file__).parents[2] / "pages" / "frame.py"
Open = Callable[..., AppTest]


@pytest.fixture(scope="module")
def store_file(tmp_path_factory: pytest.TempPathFactory, demo_file: Path) -> Iterator[Path]:
    """A store with the demo cohort, one without dates or laboratory values, and one without any event."""
    folder = tmp_path_factory.mktemp("pages")
    path = folder / "cohorts.duckdb"
    bare = folder / "bare.csv"
    bare.write_text("patient,age,sex\nA,60,male\nB,70,female\n", encoding="utf-8")
    calm = folder / "calm.csv"
    calm.write_text(
        "patient_id,os_days,os_event,grade\n" + "".join(f"P{i},{100 + i},0,{1 + i % 2}\n" for i in range(12)),
        encoding="utf-8",
    )
    shutil.copyfile(demo_file, path)
    with Store(path) as store:
        store.commit(read_source(bare), "Bare")
        store.commit(read_source(calm), "Calm")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PRRT_STORE", str(path))
        session.open_store.cache_clear()
        yield path
        session.open_store().close()
        session.open_store.cache_clear()


def visit(name: str, parameters: Mapping[str, Any], timeout: float = 60) -> AppTest:
    """Open a page at its own address, as a new visitor does; a page's file has the name that its address has."""
    at = AppTest.from_file(str(FRAME), default_timeout=timeout)
    for key, value in parameters.items():
        at.query_params[key] = value
    if name != "overview":
        at.switch_page(f"{name}.py")
    return at.run()


@pytest.fixture
def open_page(store_file: Path) -> Open:
    """Open a page with query parameters, as a new visitor of the one server that holds the store."""

    def opened(name: str, **parameters: str) -> AppTest:
        return visit(name, parameters)

    return opened


def text(at: AppTest) -> str:
    """Everything said in words on the page."""
    shown = [*at.title, *at.header, *at.subheader, *at.markdown, *at.caption, *at.info, *at.warning]
    return "\n".join(str(one.value) for one in shown).replace("\\", "")


def shown_texts(at: AppTest) -> list[str]:
    """Everything told on the page: words, key figures, tables, figures with their data and text alternatives."""
    found = [*text(at).split("\n"), *(f"{one.label} {one.value}" for one in at.metric)]
    for one in at.main:
        proto = getattr(one, "proto", None)
        if one.type == "bidi_component":
            found += list(strings(json.loads(proto.json)))
        elif one.type == "vega_lite_chart":
            found.append(proto.alt)
            for data in proto.datasets:
                columns = pa.ipc.open_stream(data.data.data).read_all().to_pydict()
                found += list(strings([*columns.values()]))
    return found


def strings(value: Any) -> Iterator[str]:
    """Every text in lists and dicts."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from strings(one)
    elif isinstance(value, list):
        for one in value:
            yield from strings(one)
