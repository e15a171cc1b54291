"""Questions about a file: asked once, answered by key, and never a stray answer."""

import json

import pytest

from core.ingest.findings import Findings
from core.ingest.questions import Choice
from core.ingest.stated import Stated, read_stated
from core.problems import CohortError

CHOICES = (Choice("day first", "03/04/2020 is 3 April 2020"), Choice("month first", "03/04/2020 is 4 March 2020"))


def ask(findings: Findings, default: str = "day first") -> str:
    return findings.ask(
        "courses.dates", "courses", example="03/04/2020", text="Which?", why="Both.", choices=CHOICES, default=default
    )


def test_question_without_an_answer_goes_on_with_the_default():
    findings = Findings()
    assert ask(findings) == "day first"
    assert ask(findings, "month first") == "day first"
    (asked,) = findings.questions
    assert (asked.answer, asked.given, asked.example) == ("day first", False, "03/04/2020")


def test_question_with_an_answer_goes_on_with_it():
    findings = Findings({"courses.dates": "month first"})
    assert ask(findings) == "month first"
    assert findings.questions[0].given
    findings.refuse_stray_answers()


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ({"courses.times": "days"}, "Nothing is asked under 'courses.times'"),
        ({"courses.dates": "year first"}, "'year first' is no answer to 'courses.dates'"),
    ],
)
def test_stray_answer_is_refused_and_the_questions_come_back(answers, said):
    findings = Findings(answers)
    ask(findings)
    with pytest.raises(CohortError) as refused:
        findings.refuse_stray_answers()
    assert said in refused.value.problems[-1].message
    assert [one.key for one in refused.value.questions] == ["courses.dates"]


def test_saved_mapping_with_its_answers_is_read_again(tmp_path):
    stated = Stated({"os_days": "time"}, {"courses.dates": "month first"})
    file = tmp_path / "mapping.json"
    file.write_text(stated.text(), encoding="utf-8")
    assert read_stated(file, [], []) == stated
    assert read_stated(file, [("os_days", "days")], []).mapping == {"os_days": "days"}


@pytest.mark.parametrize("text", ["[", "[1]", json.dumps({"mapping": {"os_days": 3}}), "[" * 100_000])
def test_mapping_file_of_another_form_is_refused_in_a_sentence(tmp_path, text):
    file = tmp_path / "mapping.json"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match="mapping file"):
        read_stated(file, [], [])
