"""What the server promises about data: it answers this machine only, sets its headers, and logs no patient."""

from __future__ import annotations

import csv
import http.client
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Page, expect

from tests.browser.explorer import Explorer, settle

DEMO = Path(__file__).parents[2] / "data" / "demo" / "courses.csv"


def answer(address: str, path: str, host: str | None = None) -> http.client.HTTPResponse:
    """One GET, with another Host header where one is given."""
    where = urlsplit(address)
    connection = http.client.HTTPConnection(str(where.hostname), where.port, timeout=10)
    connection.request("GET", path, headers={"Host": host or where.netloc})
    return connection.getresponse()


def test_every_answer_carries_the_security_headers(product: Explorer) -> None:
    for path in ("/", "/survival", "/_stcore/health", "/fonts/IBMPlexSans-Regular.woff2"):
        reply = answer(product.address, path)
        assert reply.status == 200
        assert reply.headers["x-content-type-options"] == "nosniff"
        assert reply.headers["referrer-policy"] == "no-referrer"
        assert reply.headers["x-frame-options"] == "SAMEORIGIN"


def test_server_listens_on_this_machine_only(product: Explorer) -> None:
    port = urlsplit(product.address).port
    listening = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    listening += [line.split() for line in Path("/proc/net/tcp6").read_text().splitlines()[1:]]
    bound = {
        parts[1].split(":")[0] for parts in listening if parts[3] == "0A" and int(parts[1].split(":")[1], 16) == port
    }
    assert bound
    assert bound <= {"0100007F", "00000000000000000000000001000000"}


def test_log_holds_no_patient(page: Page, product: Explorer) -> None:
    page.goto(f"{product.address}/toxicity?sex=nobody&grade=9")
    expect(page.get_by_role("heading", level=1, name="Toxicity")).to_be_visible()
    settle(page)
    with DEMO.open(encoding="utf-8", newline="") as file:
        patients = {row["patient_id"] for row in csv.DictReader(file)}
    logged = product.log.read_text()
    assert len(patients) == 117
    assert not [one for one in patients if one in logged]
    assert "Traceback" not in logged
