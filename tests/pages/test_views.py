"""Named views: what is shown is kept under a name, found again by everybody, and comes back exactly."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core.permissions import READ_ONLY_VARIABLE
from core.saved import SavedView
from core.store import StoreError
from pages.shared import session, views
from tests.pages.conftest import Open, shown_texts, text
from tests.pages.test_address import START, address, values


def panel(at: AppTest) -> AppTest:
    """The views, opened."""
    at.session_state["views"] = True
    return at.run()


def save(at: AppTest, name: str) -> None:
    panel(at)
    next(one for one in at.text_input if one.label == "Save this view as").set_value(name)
    next(one for one in at.button if one.label == "Save").click().run()
    assert not at.exception


def opened(at: AppTest, name: str, page: str) -> AppTest:
    """A view opened from the list; under AppTest the page is switched by hand."""
    panel(at)
    at.selectbox(key="view-chosen").set_value(name).run()
    at.button(key="view-open").click().run()
    at.session_state["views"] = False
    return at.switch_page(f"{page}.py").run()


def forget_all() -> None:
    for one in session.open_store().views():
        session.open_store().delete_view(one.name)


@pytest.mark.parametrize(
    ("page", "query"),
    [
        ("survival", START | {"hide": "5", "interval": "log", "cga_ug_l": "1000..", "grade": "2,~"}),
        ("toxicity", {"notion": "delta", "by": "primary_site", "first": "yes", "course": "all"}),
        ("prognosis", {"factors": "grade,cga_ug_l>=1000", "fixed": "grade", "pfs_rule": "event"}),
        ("survival", {"cohort": "Calm", "grade": "1"}),
    ],
)
def test_saved_view_comes_back_exactly(open_page: Open, page: str, query: dict[str, str]) -> None:
    forget_all()
    at = open_page(page, **query)
    save(at, "Mine")
    assert "Saved: Mine." in text(at)
    assert at.selectbox(key="view-chosen").options == ["Mine"]
    other = opened(open_page("response", grade="3", notion="delta", deck="x"), "Mine", page)
    del other.session_state["parameters"]["deck"]
    fresh = open_page(page, **query)
    shown = other.run()
    assert address(shown) == address(fresh)
    assert values(shown) == values(fresh)
    assert sorted(set(shown_texts(shown))) == sorted(set(shown_texts(fresh)))


def test_views_are_renamed_deleted_and_a_taken_name_is_refused(open_page: Open) -> None:
    forget_all()
    at = open_page("survival", grade="2")
    save(at, "First")
    save(at, "First")
    assert "There is a view 'First' already" in text(at)
    at.text_input(key="view-new-name").set_value("Second *x*").run()
    assert at.selectbox(key="view-chosen").options == ["Second *x*"]
    at.button(key="view-delete").click().run()
    assert "Deleted: Second" in text(at)
    assert not session.open_store().views()


def test_deck_and_slide_are_no_part_of_a_view(open_page: Open) -> None:
    forget_all()
    save(open_page("survival", grade="2", deck="some", cohort="Calm"), "Plain")
    found = session.open_store().views()[0]
    assert (found.cohort, found.version, found.page, found.query) == ("Calm", 1, "survival", "grade=2")


def test_view_whose_version_is_gone_says_so(open_page: Open) -> None:
    forget_all()
    at = open_page("survival", grade="2")
    save(at, "Old")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(session.open_store(), "versions", lambda _: ())
        assert views.open_view(SavedView("Old", "Demo cohort", 1, "survival", "")) == ""


def test_deleted_cohort_takes_its_views_along(store_file: Path, open_page: Open) -> None:
    forget_all()
    save(open_page("survival", cohort="Bare"), "Of bare")
    save(open_page("survival"), "Of the demo")
    session.open_store().delete("Bare")
    at = panel(open_page("survival"))
    assert at.selectbox(key="view-chosen").options == ["Of the demo"]
    with pytest.raises(StoreError):
        session.open_store().version("Bare")


def test_read_only_explorer_opens_views_and_changes_none(open_page: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    forget_all()
    save(open_page("survival", grade="2"), "Kept")
    monkeypatch.setenv(READ_ONLY_VARIABLE, "1")
    at = panel(open_page("response"))
    assert at.selectbox(key="view-chosen").options == ["Kept"]
    assert not [one for one in at.button if one.key in ("view-delete",) or one.label == "Save"]
