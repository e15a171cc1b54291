"""What a person has said about a file, kept as a small JSON file: which column is which field, and answers."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Stated:
    """What `read_source` is told besides the file.

    Parameters
    ----------
    mapping : field -> header; of another table than courses "labs.value"
    answers : key of a question -> value of one of its choices
    cutoff : the data cut-off; None = the latest date in the data
    """

    mapping: Mapping[str, str] = field(default_factory=dict)
    answers: Mapping[str, str] = field(default_factory=dict)
    cutoff: date | None = None

    def __bool__(self) -> bool:
        return bool(self.mapping or self.answers or self.cutoff)

    def arguments(self) -> dict[str, Any]:
        """As keyword arguments of `read_source`."""
        return {"mapping": self.mapping, "answers": self.answers, "cutoff": self.cutoff}

    def text(self) -> str:
        """The mapping and the answers as the JSON that `read_stated` reads; the cut-off belongs to one file."""
        return json.dumps({"mapping": dict(self.mapping), "answers": dict(self.answers)}, ensure_ascii=False, indent=1)


def read_stated(
    file: Path | None,
    pairs: Sequence[tuple[str, str]],
    answers: Sequence[tuple[str, str]],
    cutoff: date | None = None,
) -> Stated:
    """
    What a mapping file and options state; single options win over the file.

    Parameters
    ----------
    file : JSON object of field -> header, or {"mapping": ..., "answers": ...}; the output of `check --json` serves too
    pairs : (field, header)
    answers : (key of a question, value)
    cutoff

    Raises
    ------
    ValueError
        A sentence, for a file that cannot be read or is of another form, or a field or question stated twice.
    """
    saved_mapping: Any = {}
    saved_answers: Any = {}
    if file is not None:
        try:
            saved_mapping = json.loads(file.read_text(encoding="utf-8-sig"))
        except OSError:
            raise ValueError(f"The mapping file '{file}' cannot be read.") from None
        except (ValueError, RecursionError):
            raise ValueError(f"The mapping file '{file}' is not JSON.") from None
        if isinstance(saved_mapping, dict) and isinstance(saved_mapping.get("mapping"), dict):
            saved_answers = saved_mapping.get("answers", {})
            saved_mapping = saved_mapping["mapping"]
        for saved in (saved_mapping, saved_answers):
            if not isinstance(saved, dict) or not all(isinstance(one, str) for one in saved.values()):
                raise ValueError(f"The mapping file '{file}' is not a JSON object of field and header.")
    for stated, option in ((pairs, "--map names one field"), (answers, "--answer names one question")):
        if len(dict(stated)) < len(stated):
            raise ValueError(f"{option} twice.")
    return Stated({**saved_mapping, **dict(pairs)}, {**saved_answers, **dict(answers)}, cutoff)
