"""What only the person who brings a file can say: asked once, with a reason, an example and what each answer does.

A question never stops the reading: until it is answered the answer that does least harm is in force, and is said.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Choice:
    """One answer.

    Parameters
    ----------
    value : what an answer says, short and stable: "day first"
    effect : what it does: "03/04/2020 is read as 3 April 2020"
    label : what a screen calls it, "" = its value
    """

    value: str
    effect: str
    label: str = ""


@dataclass(frozen=True)
class Question:
    """One question about a file.

    Parameters
    ----------
    key : names it in `--answer KEY=VALUE`, stable for the same file: "courses.dates", "courses.CgA.decimal"
    table, column : what it concerns; the column's header, "" for more than one column
    example : a cell as it stands, "" without one
    text : the question in one sentence
    why : why it has to be asked
    choices : the answers
    answer : the value in force, "" when what it concerns is not used until it is answered
    given : a person has said so
    """

    key: str
    table: str
    column: str
    example: str
    text: str
    why: str
    choices: tuple[Choice, ...]
    answer: str
    given: bool
