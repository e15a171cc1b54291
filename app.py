"""The server: `streamlit run app.py`. The frame that every page stands in is `pages/frame.py`."""

from __future__ import annotations

import asyncio
import gc
import os
import sys
from collections.abc import AsyncIterator, MutableMapping
from contextlib import asynccontextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

import streamlit as st
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from pages.shared.titles import HIDDEN, PAGES

ROOT = Path(__file__).parent
ICON = ROOT / "core" / "fonts" / "icon.png"
FIRST = (
    "core.analysis",
    "core.export",
    "core.ingest",
    "core.models",
    "core.toxicity",
    "core.figures",
    "core.tables",
    "pandas",
    "pyarrow",
)
LATER = ("lifelines", "vl_convert", "pypdf")
"""What only a button needs; imported when the first visitor has had his first page."""
LATER_SECONDS = 20.0
HEADERS = {
    b"x-content-type-options": b"nosniff",
    b"referrer-policy": b"no-referrer",
    b"x-frame-options": b"SAMEORIGIN",
    b"permissions-policy": b"camera=(), microphone=(), geolocation=()",
}
opened = asyncio.Event()
"""Set when the store is open."""


class SecurityHeaders:
    """ASGI middleware that adds `HEADERS` to every response."""

    def __init__(self, app: Any) -> None:
        self.app = app

    async def __call__(self, scope: MutableMapping[str, Any], receive: Any, send: Any) -> None:
        async def send_with_headers(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *HEADERS.items()]
            await send(message)

        await self.app(scope, receive, send_with_headers)


def index(_: Request) -> Response:
    """Streamlit's page, told where its server is.

    Opened at a page's own address it would look for the server below that address first, and fail once, before it
    looks at the root.
    """
    page = (Path(st.__file__).parent / "static" / "index.html").read_text(encoding="utf-8")
    base = st.get_option("server.baseUrlPath").strip("/")
    where = f'window.location.origin + "/{base}"' if base else "window.location.origin"
    told = f"<head><script>window.__streamlit = {{ BACKEND_BASE_URL: {where} }}</script>"
    return HTMLResponse(page.replace("<head>", told, 1), headers={"cache-control": "no-cache"})


def first_page(request: Request) -> Response:
    """The first page is the root; its name leads there too, selection included."""
    base = st.get_option("server.baseUrlPath").strip("/")
    return RedirectResponse(f"{base and '/' + base}/?{request.url.query}".rstrip("?"))


def icon(_: Request) -> Response:
    """The product's own favicon."""
    return FileResponse(ICON)


class WaitForStore:
    """ASGI middleware: a session waits until the store is open; the page's own files are served meanwhile."""

    def __init__(self, app: Any) -> None:
        self.app = app

    async def __call__(self, scope: MutableMapping[str, Any], receive: Any, send: Any) -> None:
        if scope["type"] == "websocket" or scope.get("path", "").endswith("script-health-check"):
            await opened.wait()
        await self.app(scope, receive, send)


@asynccontextmanager
async def warm_up(_: Any) -> AsyncIterator[None]:
    """Import what the first visitor would wait for and open the store, while his browser loads the page's files."""
    opening = asyncio.create_task(_open())
    yield
    opening.cancel()


async def _open() -> None:
    try:
        await asyncio.to_thread(_import_first)
    except Exception as error:
        print(f"The explorer cannot start. {error}", file=sys.stderr, flush=True)
        os._exit(1)  # nothing is open yet, and a server without store would look alive
    opened.set()
    await asyncio.sleep(LATER_SECONDS)
    await asyncio.to_thread(_import_later)


def _import_first() -> None:
    """Streamlit collects the whole heap after every run: frozen objects are not looked at again, which halves a run."""
    for name in FIRST:
        import_module(name)
    import_module("pages.shared.session").open_store()
    gc.freeze()


def _import_later() -> None:
    for name in LATER:
        import_module(name)
    gc.collect()
    gc.freeze()


def say_what_happened(_: Exception) -> bool:
    """In place of Streamlit's own words, which name neither what to do nor where the details are."""
    st.error(
        "Something went wrong on this page; the cohorts are unchanged. Reset the selection or open another page. "
        "The details are in the server's log."
    )
    return True


app = st.App(
    ROOT / "pages" / "frame.py",
    lifespan=warm_up,
    routes=[
        Route("/", index),
        *(Route(f"/{name}", index if place else first_page) for place, name in enumerate((*PAGES, *HIDDEN))),
        Route("/favicon.png", icon),
        Mount("/fonts", StaticFiles(directory=ROOT / "core" / "fonts")),
    ],
    middleware=[Middleware(SecurityHeaders), Middleware(WaitForStore)],
    on_script_error=say_what_happened,
)
