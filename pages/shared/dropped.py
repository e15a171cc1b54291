"""What a visitor has dropped on the page Cohorts, kept from run to run: the upload and the name given to it."""

from __future__ import annotations

from typing import Any

from pages.shared import session

_UPLOAD, _STORED, _NAME = "upload", "uploads-stored", "upload-name"


def upload() -> Any:
    """The upload that this session is looking at, as `keep` left it; None without one."""
    return session.kept(_UPLOAD)


def keep(found: Any) -> None:
    """Keep what the session knows of its upload."""
    session.keep(_UPLOAD, found)


def key() -> str:
    """Key of the uploader; a new one empties it."""
    return f"upload-{session.kept(_STORED) or 0}"


def clear() -> None:
    """Forget the files and what was read from them; the uploader is empty again."""
    session.keep(_STORED, (session.kept(_STORED) or 0) + 1)
    session.keep(_UPLOAD, None)
    session.keep(_NAME, None)


def forget() -> None:
    """Nothing is uploaded: forget what was read before, which also removes it from the disk."""
    found = upload()
    if found is not None:
        found.job.cancel()
        session.keep(_UPLOAD, None)
        session.keep(_NAME, None)


def take_name(widget: str) -> None:
    """Keep the name that a visitor typed into the widget of this key."""
    session.keep(_NAME, session.widget_value(widget))


def put_name(name: str) -> None:
    """Give the upload a name."""
    session.keep(_NAME, name)


def name() -> str | None:
    """The name that the visitor has given to the upload; None as long as he has not."""
    return session.kept(_NAME)
