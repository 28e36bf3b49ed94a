"""Every template compiles, names its title, and holds nothing inline."""

import re
from pathlib import Path

import pytest

from app.web.render import environment

TEMPLATES = Path(__file__).parents[2] / "templates"
ALL = sorted(TEMPLATES.rglob("*.html"))
PAGES = [path for path in ALL if not path.name.startswith("_")]
INLINE = re.compile(r"<style|\sstyle=|\son\w+=|hx-on|<script(?![^>]*\ssrc=)|javascript:|[\"'\s]js:")


def test_there_are_templates() -> None:
    assert len(PAGES) > 25


@pytest.mark.parametrize("path", ALL, ids=lambda path: str(path.relative_to(TEMPLATES)))
def test_it_compiles_and_holds_nothing_inline(path: Path) -> None:
    environment().get_template(str(path.relative_to(TEMPLATES)))
    text = re.sub(r"{#.*?#}", "", path.read_text(), flags=re.DOTALL)
    assert INLINE.findall(text) == []
    if path.name != "_icons.html":  # our own drawings, constants of that file
        assert "|safe" not in text.replace(" ", "")


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(TEMPLATES)))
def test_a_page_names_its_title_and_its_heading(path: Path) -> None:
    text = path.read_text()
    if path.name in ("base.html", "print.html"):
        return
    assert "{% block title %}" in text
    assert "{% extends" in text


@pytest.mark.parametrize("path", ALL, ids=lambda path: str(path.relative_to(TEMPLATES)))
def test_a_form_that_writes_carries_its_token(path: Path) -> None:
    text = path.read_text()
    for form in re.findall(r"<form\b.*?</form>", text, flags=re.DOTALL):
        if 'method="post"' in form.split(">")[0]:
            assert "_token" in form or "token" in form, form[:120]
