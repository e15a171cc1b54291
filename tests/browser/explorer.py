"""Starts the real explorer on a free port with a store of its own, and finds a Chromium to look at it with."""

from __future__ import annotations

import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).parents[2]
FLAGS = [
    "--no-sandbox",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


@dataclass(frozen=True)
class Explorer:
    """A running explorer: its address, the seconds from start to the first healthy answer, and what it logs."""

    address: str
    started_in: float
    pid: int
    log: Path


def free_port() -> int:
    """A TCP port that nobody listens on.

    It lies below those that the system gives to whoever connects: one of these could be taken before it is used.
    """
    while True:
        port = 20_000 + secrets.randbelow(12_000)
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(f"{address}/_stcore/health", timeout=2) as reply:
            return bool(reply.status == 200)
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return False


@contextmanager
def explorer(store: Path, *, module: str = "streamlit", script: str = "app.py") -> Iterator[Explorer]:
    """The product as a user starts it, with the DuckDB file `store` (made on first run).

    Parameters
    ----------
    store : its folder also gets the server's log
    module, script : what runs what; benchmarks name others
    """
    port = free_port()
    address = f"http://localhost:{port}"
    begun = time.perf_counter()
    written = store.parent / "explorer.log"
    with written.open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", module, "run", script, "--server.port", str(port)],
            cwd=ROOT,
            env={**os.environ, "PRRT_STORE": str(store)},
            stdout=log,
            stderr=log,
        )
        try:
            while not _answers(address):
                if process.poll() is not None or time.perf_counter() - begun > 60:
                    raise RuntimeError(f"The explorer did not start: {written.read_text()}")
                time.sleep(0.05)
            yield Explorer(address, time.perf_counter() - begun, process.pid, written)
        finally:
            process.terminate()
            process.wait(10)


@contextmanager
def chromium() -> Iterator[Browser]:
    """A headless Chromium: the system's where there is one, else Playwright's own."""
    names = ("chromium", "chromium-browser", "google-chrome")
    found = next((path for path in map(shutil.which, names) if path), None)
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=found, args=FLAGS)
        yield browser
        browser.close()


SETTLED = """() => {
    const app = document.querySelector('[data-testid="stApp"]');
    const drawn = app && app.getAttribute('data-test-script-state') === 'notRunning'
        && !document.querySelector('[data-stale="true"], [data-testid="stSkeleton"]')
        && document.querySelector('[data-testid="stMain"] h1');
    const now = performance.now();
    if (!drawn) window.drawnSince = undefined;
    else window.drawnSince ??= now;
    return drawn && now - window.drawnSince > 250;
}"""
"""The script has run, nothing is stale, and it has stayed so for a quarter of a second."""


def settle(page: Page) -> None:
    """Wait until the script has run and everything it sent is drawn."""
    page.wait_for_function(SETTLED, polling=50, timeout=30_000)
