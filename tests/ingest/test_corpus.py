"""Malformed files with their golden messages: `python -m tests.ingest.test_corpus` writes what the files give now."""

import json
from pathlib import Path

import pytest

from core.ingest import report, status, try_source
from tests.ingest.files import TODAY

CORPUS = Path(__file__).parents[1] / "corpus"
CASES = sorted(path.name for path in (CORPUS / "input").iterdir())


def outcome(case: str) -> dict:
    """What `check --json` prints of a case, and its exit status."""
    found = try_source(CORPUS / "input" / case, today=TODAY)
    said = report(found)
    del said["columns"]  # `test_columns` holds what is said of each column
    return json.loads(json.dumps({"status": status(found), **said}))


@pytest.mark.parametrize("case", CASES)
def test_corpus_gives_its_golden_messages(case):
    golden = json.loads((CORPUS / "expected" / f"{case}.json").read_text(encoding="utf-8"))
    assert json.loads(json.dumps(outcome(case))) == golden


def test_corpus_every_problem_says_what_where_and_how_to_mend():
    problems = [problem for case in CASES for problem in outcome(case)["problems"]]
    assert len(problems) > 100
    for problem in problems:
        assert problem["message"].endswith("."), problem
        assert problem["remedy"].endswith((".", "?")), problem
        assert problem["severity"] in ("error", "warning"), problem


def test_corpus_has_a_golden_file_for_each_case():
    assert sorted(path.name for path in (CORPUS / "expected").iterdir()) == [f"{case}.json" for case in CASES]


if __name__ == "__main__":
    for name in CASES:
        text = json.dumps(outcome(name), indent=1, ensure_ascii=False)
        (CORPUS / "expected" / f"{name}.json").write_text(text + "\n", encoding="utf-8")
