"""The server: `streamlit run app.py`. The frame that every page stands in is `pages/frame.py`."""

from __future__ import annotations

import gc
from collections.abc import AsyncIterator, MutableMapping
from contextlib import asynccontextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

import streamlit as st
from starlette.middleware import Middleware
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

ROOT = Path(__file__).parent
WARM = ("lifelines", "scipy.special", "altair", "pandas", "core.analysis")
HEADERS = {
    b"x-content-type-options": b"nosniff",
    b"referrer-policy": b"no-referrer",
    b"x-frame-options": b"SAMEORIGIN",
    b"permissions-policy": b"camera=(), microphone=(), geolocation=()",
}


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


@asynccontextmanager
async def warm_up(_: Any) -> AsyncIterator[None]:
    """Import what the first visitor would wait for, load the demo cohort, and take all of it out of the garbage collector's way.

    Streamlit collects the whole heap after every run; frozen objects are not looked at again, which halves a run.
    """
    for name in WARM:
        import_module(name)
    from pages.shared.session import open_store

    open_store()
    gc.collect()
    gc.freeze()
    yield


app = st.App(
    ROOT / "pages" / "frame.py",
    lifespan=warm_up,
    routes=[Mount("/fonts", StaticFiles(directory=ROOT / "core" / "fonts"))],
    middleware=[Middleware(SecurityHeaders)],
)
