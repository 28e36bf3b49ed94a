"""What a round's sum rests on, in words: on its rules, its money page, and at the desk."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.budget import queries as budgets
from app.budget.classification import classification
from app.budget.models import Origin
from app.core.clock import day_of
from app.rounds.calendar import Calendar
from app.rounds.envelope_basis import Citable, Resting, bases_of, owed
from app.rounds.models import BasisKind, Round, Stage
from app.web.budget_view import Names, version_title
from app.web.visit import Visit
from app.words import formats, phrases
from app.words.catalogue import N_, translations


@dataclass(frozen=True, slots=True)
class BasisView:
    """One paper: which, of when, what it says, and where it is read."""

    title: str
    act: str  # its number and date
    amount: str
    words: str
    line: str  # the line's name
    url: str
    url_label: str
    sha256: str = ""
    invented: bool = False
    holds: bool = True
    late: bool = False  # said after the rules were frozen
    by: str = ""


@dataclass(frozen=True, slots=True)
class RestsView:
    """Everything a sum rested on, the newest first, or that a paper is missing."""

    papers: tuple[BasisView, ...]
    text: str  # what was written in words, before papers were kept
    owed: bool  # a paper has to be named before voting opens
    owed_by: str
    missing: bool  # the rules froze without one


def rests_view(visit: Visit, one: Round, of: Calendar) -> RestsView:
    """What the sum of a round rests on now, and what it rested on before."""
    found = bases_of(visit.session, district_id=one.district_id, round_id=one.id)
    frozen = one.frozen_at is not None
    return RestsView(
        papers=tuple(
            _paper(visit, one, resting, holds=place == 0) for place, resting in enumerate(found)
        ),
        text=visit.in_lang(one, "envelope_basis"),
        owed=owed(one, of, found[0] if found else None, visit.now),
        owed_by=formats.day(day_of(of.begins(Stage.VOTING)), visit.lang),
        missing=frozen and not found and not one.envelope_basis_kk,
    )


def _paper(visit: Visit, one: Round, resting: Resting, *, holds: bool) -> BasisView:
    basis, version = resting.basis, resting.version
    url = label = line = ""
    if version is not None:
        url, label = _link(visit, version.year, version.number)
        if basis.line is not None:
            lines = budgets.lines(visit.session, district_id=one.district_id, version_id=version.id)
            entries = classification(visit.session, district_id=one.district_id, year=version.year)
            if 0 < basis.line <= len(lines):
                line = Names(visit.lang, entries).line(lines[basis.line - 1])
        else:
            line = _of_round(visit)
    return BasisView(
        title=phrases.label(f"basis.{basis.kind}", visit.lang),
        act=act_words(visit, basis.act_number, basis.said_on),
        amount=formats.tenge(basis.amount),
        words=visit.in_lang(basis, "words") or basis.words_kk or basis.words_ru,
        line=line,
        url=url,
        url_label=label,
        invented=version is not None and version.origin == Origin.INVENTED,
        holds=holds,
        late=_late(one, resting),
        by=basis.by_name if version is None else "",
    )


def _late(one: Round, resting: Resting) -> bool:
    basis = resting.basis
    confirms = basis.kind == BasisKind.APPROVED_LINE  # always comes after the vote
    return not confirms and one.frozen_at is not None and basis.at > one.frozen_at


def rests_in_rules(visit: Visit, told: Mapping[str, Any] | None) -> BasisView | None:
    """The paper as the frozen rules name it, from their own content alone."""
    if told is None:
        return None
    version = told.get("version")
    url, label = _link(visit, version["year"], version["number"]) if version else ("", "")
    official = "kk" if visit.lang == "kk" else "ru"
    return BasisView(
        title=phrases.label(f"basis.{told['kind']}", visit.lang),
        act=act_words(visit, told.get("act_number", ""), date.fromisoformat(told["date"])),
        amount=formats.tenge(told["amount"]),
        words=told.get(f"words_{official}", ""),
        line="",
        url=url,
        url_label=label,
        sha256=version["sha256"] if version else "",
    )


def act_words(visit: Visit, number: str, on: date) -> str:
    """`№ 3, 10 қаңтар 2026`."""
    said = f"№ {number.removeprefix('№').strip()}" if number else ""
    return ", ".join(part for part in (said, formats.day(on, visit.lang)) if part)


def line_options(visit: Visit, found: Sequence[Citable]) -> tuple[tuple[str, str], ...]:
    """The lines to choose from, as a form's options: the sum first, as narrow screens cut."""
    known: dict[int, Names] = {}
    options = []
    for one in found:
        name = _line_name(visit, one, known)
        which = f"{one.version.year} № {one.version.number}"
        options.append((one.code, f"{formats.tenge(one.amount)} · {name} · {which}"))
    return tuple(options)


def line_words(visit: Visit, one: Citable) -> str:
    """One line in full: its sum, its name, and the paper it stands in."""
    head = _version(visit, one.version.year, one.version.number)
    told = (formats.tenge(one.amount), _line_name(visit, one, {}), head)
    return " · ".join((*told, version_title(one.version, visit.lang)))


def _line_name(visit: Visit, one: Citable, known: dict[int, Names]) -> str:
    if one.named is None:
        return _of_round(visit)
    year = one.version.year
    if year not in known:
        entries = classification(visit.session, district_id=one.version.district_id, year=year)
        known[year] = Names(visit.lang, entries)
    return known[year].line(one.named)


def _of_round(visit: Visit) -> str:
    return translations(visit.lang).gettext(N_("All projects of this round together"))


def _version(visit: Visit, year: int, number: int) -> str:
    words = translations(visit.lang).gettext(N_("Budget of %(year)s, version %(number)s"))
    return words % {"year": year, "number": number}


def _link(visit: Visit, year: int, number: int) -> tuple[str, str]:
    return f"{visit.here}/budget/{year}/plan/{number}", _version(visit, year, number)
