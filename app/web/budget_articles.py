"""The classification as the district has it: as shipped, or as the office corrected and added."""

from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, HTTPException, Response
from pydantic import BaseModel, Field

from app.budget.articles import Words, add_article, correct_article
from app.budget.classification import OWN_KEY, Classification, classification
from app.budget.models import Article, Level, Side
from app.budget.rules import FIRST_YEAR
from app.core.clock import day_of
from app.core.database import transaction
from app.core.refusal import Refusal
from app.ledger.queries import entries_about
from app.web.budget_steps import asked_year
from app.web.doors import Clerk
from app.web.forms import Filled, Form, Posted, blank, fill
from app.web.frame import Link
from app.web.render import page, see_other
from app.web.visit import Visit
from app.web.way_steps import Step, step_of
from app.words import phrases
from app.words.catalogue import N_, translations

router = APIRouter()


class ArticleForm(BaseModel):
    """What an office says of an entry."""

    name_kk: str = Field(max_length=300)
    name_ru: str = Field(max_length=300)
    code: str = Field(default="", max_length=20)
    code_verified: bool = False
    law: str = Field(default="", max_length=100)
    until: int | None = Field(default=None, ge=FIRST_YEAR, le=2100)

    def words(self, same_law: tuple[str, str] = ("", "")) -> Words:
        """As the room takes them. `same_law`: the law as it was shown, and as it is kept."""
        law = same_law[1] if self.law == same_law[0] else self.law
        return Words(self.name_kk, self.name_ru, self.code, self.code_verified, law, self.until)


class NewForm(ArticleForm):
    """An article of the district's own, and the part it stands under."""

    part: str


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry in the list."""

    url: str
    name: str
    code: str
    verified: bool
    law: str
    years: str
    ours: str  # "": as shipped; else what the office did
    part: bool
    own_revenue: bool


@dataclass(frozen=True, slots=True)
class ListPage:
    """The classification of a year."""

    year: int
    years: tuple[Link, ...]
    sides: tuple[tuple[str, tuple[Entry, ...]], ...]
    parts: tuple[tuple[str, str], ...]  # of the form
    action: str
    back: Link
    saved: bool


@dataclass(frozen=True, slots=True)
class EntryPage:
    """One entry, to be said anew."""

    name: str
    year: int
    action: str
    back: Link
    shipped: Entry | None  # as it is without the office's word
    ours: bool
    history: tuple[Step, ...]
    ends: bool  # whether its last year can be said


@router.get("/{lang}/{slug}/desk/budget/classification")
def show(visit: Clerk, year: str = "", saved: str = "") -> Response:
    """The classification of a year, and the form for an article of one's own."""
    asked = asked_year(visit, year, usual=day_of(visit.now).year)
    return _list(visit, asked, blank(), saved=bool(saved))


@router.post("/{lang}/{slug}/desk/budget/classification")
def add(visit: Clerk, posted: Form) -> Response:
    """Adds an article of the district's own."""
    year = _year(visit, posted)
    form = fill(NewForm, posted)
    if form.value is not None:
        side, _, part = form.value.part.partition(":")
        try:
            with transaction(visit.session):
                add_article(
                    visit.session,
                    district_id=visit.district.id,
                    year=year,
                    side=side,
                    part=part,
                    words=form.value.words(),
                    by_name=visit.by_name,
                    now=visit.now,
                )
            return see_other(visit, f"{_here(visit)}?year={year}&saved=1")
        except Refusal as why:
            form = form.refused(why)
    return _list(visit, year, form, status=422)


@router.get("/{lang}/{slug}/desk/budget/classification/{article_id}")
def show_one(visit: Clerk, article_id: str, year: str = "") -> Response:
    """One entry as it holds in a year."""
    asked = asked_year(visit, year, usual=day_of(visit.now).year)
    one = _entry(visit, article_id, asked)
    form = blank(
        name_kk=one.name_kk,
        name_ru=one.name_ru,
        code=one.code,
        code_verified="1" if one.code_verified else "",
        law=_law(visit, one.law),
        until=one.until,
    )
    return _one(visit, one, asked, form)


@router.post("/{lang}/{slug}/desk/budget/classification/{article_id}")
def correct(visit: Clerk, article_id: str, posted: Form) -> Response:
    """Says an entry anew, from a year on."""
    year = _year(visit, posted)
    one = _entry(visit, article_id, year)
    form = fill(ArticleForm, posted)
    if form.value is not None:
        try:
            with transaction(visit.session):
                correct_article(
                    visit.session,
                    district_id=visit.district.id,
                    year=year,
                    side=one.side,
                    level=one.level,
                    key=one.key,
                    # What was not touched stays as it is kept, not as this language words it.
                    words=form.value.words(same_law=(_law(visit, one.law), one.law)),
                    by_name=visit.by_name,
                    now=visit.now,
                )
            return see_other(visit, f"{_here(visit)}?year={year}&saved=1")
        except Refusal as why:
            form = form.refused(why)
    return _one(visit, one, year, form, status=422)


def _here(visit: Visit) -> str:
    return f"{visit.here}/desk/budget/classification"


def _year(visit: Visit, posted: Posted) -> int:
    return asked_year(visit, posted.text("year"), usual=day_of(visit.now).year)


def _entry(visit: Visit, article_id: str, year: int) -> Article:
    """The entry that holds in this year where that one stands; another district's is not there."""
    row = visit.session.get(Article, article_id)
    if row is None or row.district_id not in (None, visit.district.id):
        raise HTTPException(404)
    entries = classification(visit.session, district_id=visit.district.id, year=year)
    for one in entries.entries:
        if (one.side, one.level, one.key) == (row.side, row.level, row.key):
            return one
    raise HTTPException(404)


def _name(visit: Visit, one: Article) -> str:
    return (visit.lang == "en" and one.name_en) or visit.in_lang(one, "name")


def _law(visit: Visit, law: str) -> str:
    """As an office wrote it; a shipped article is the Budget Code's."""
    if not law.startswith("art."):
        return law
    words = translations(visit.lang).gettext(N_("Budget Code, %(article)s"))
    return words % {"article": law.removeprefix("art.").strip()}


def _view(visit: Visit, one: Article, year: int) -> Entry:
    say = translations(visit.lang).gettext
    ours = ""
    if one.district_id is not None:
        ours = say(N_("Added here")) if one.key.startswith(OWN_KEY) else say(N_("Corrected here"))
    return Entry(
        url=f"{_here(visit)}/{one.id}?year={year}",
        name=_name(visit, one),
        code=one.code,
        verified=one.code_verified,
        law=_law(visit, one.law),
        years=f"{one.since}–{one.until}" if one.until else f"{one.since} →",
        ours=ours,
        part=one.level == Level.PART,
        own_revenue=one.own,
    )


def _in_order(entries: Classification, side: Side) -> list[Article]:
    found = []
    for part in entries.parts(side):
        found += [part, *entries.articles(side, part.key)]
    return found


def _list(
    visit: Visit, year: int, form: Filled[Any], *, status: int = 200, saved: bool = False
) -> Response:
    say = translations(visit.lang).gettext
    entries = classification(visit.session, district_id=visit.district.id, year=year)
    this = day_of(visit.now).year
    years = sorted({year, *range(this - 1, this + 3)})
    view = ListPage(
        year=year,
        years=tuple(Link(f"{_here(visit)}?year={one}", str(one), one == year) for one in years),
        sides=tuple(
            (
                phrases.label(f"budget.side.{side}", visit.lang),
                tuple(_view(visit, one, year) for one in _in_order(entries, side)),
            )
            for side in Side
        ),
        parts=tuple(
            (f"{side}:{one.key}", _name(visit, one)) for side in Side for one in entries.parts(side)
        ),
        action=_here(visit),
        back=Link(f"{visit.here}/desk/budget?year={year}", say(N_("The month's work"))),
        saved=saved,
    )
    return page(visit, "budget/desk_articles.html", status=status, form=form, view=view)


def _one(
    visit: Visit, one: Article, year: int, form: Filled[Any], *, status: int = 200
) -> Response:
    ours = one.district_id is not None
    shipped = None
    if ours:
        without = classification(visit.session, district_id=None, year=year)
        found = [
            row
            for row in without.entries
            if (row.side, row.level, row.key) == (one.side, one.level, one.key)
        ]
        shipped = _view(visit, found[0], year) if found else None
    history = (
        entries_about(visit.session, district_id=visit.district.id, subject=one.id) if ours else ()
    )
    view = EntryPage(
        name=_name(visit, one),
        year=year,
        action=f"{_here(visit)}/{one.id}",
        back=Link(
            f"{_here(visit)}?year={year}", translations(visit.lang).gettext(N_("Classification"))
        ),
        shipped=shipped,
        ours=ours,
        history=tuple(step_of(visit, entry) for entry in history),
        ends=one.key.startswith(OWN_KEY),
    )
    return page(visit, "budget/desk_article.html", status=status, form=form, view=view)
