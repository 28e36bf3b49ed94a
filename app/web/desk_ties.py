"""The desk's page where the commission's order of equal projects goes on the record."""

from collections.abc import Mapping
from dataclasses import dataclass

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from app.core.clock import day_of
from app.core.database import transaction
from app.core.refusal import Refusal
from app.decisions.ties import decide_tie, waiting_tie
from app.rounds.calendar import Act, Calendar, why_not_now
from app.rounds.models import Round
from app.web.doors import Clerk
from app.web.forms import Day, Filled, Form, blank, fill
from app.web.frame import Link
from app.web.render import page, see_other
from app.web.rounds import round_title, the_round
from app.web.tie_view import TiedProject, tied_projects
from app.web.visit import Visit
from app.words.catalogue import N_, translations

router = APIRouter()
ADDRESS = "/{lang}/{slug}/desk/round/{key}/tie"
PREFIX = "place-"


class TieForm(BaseModel):
    """The commission's act; the places come beside it, one field for each project."""

    act_number: str = Field(max_length=60)
    act_date: Day
    words_kk: str = Field(default="", max_length=2000)
    words_ru: str = Field(default="", max_length=2000)


@dataclass(frozen=True, slots=True)
class TieView:
    """The page of one tie."""

    title: str
    action: str
    back: Link
    tied: tuple[TiedProject, ...]
    places: tuple[tuple[str, str], ...]
    why: Refusal | None  # why nothing can be recorded now


@router.get(ADDRESS)
def tie(visit: Clerk, key: str) -> Response:
    """The equal projects, and the fields of the commission's word."""
    one, of = the_round(visit, key)
    return _page(visit, one, of, blank(act_date=day_of(visit.now)))


@router.post(ADDRESS)
def record_order(visit: Clerk, key: str, posted: Form) -> Response:
    """Records the order; the next tick counts with it."""
    one, _ = the_round(visit, key)
    form = fill(TieForm, posted)
    tied = waiting_tie(visit.session, one)
    ordered, wrong = _ordered(posted.many, tied)
    form = form.refused(*wrong)
    if form.value is not None and not form.problems:
        typed = form.value
        try:
            with transaction(visit.session):
                decide_tie(
                    visit.session,
                    district_id=visit.district.id,
                    round_id=one.id,
                    ordered=ordered,
                    act_number=typed.act_number,
                    act_date=typed.act_date,
                    words_kk=typed.words_kk,
                    words_ru=typed.words_ru,
                    by_name=visit.by_name,
                    now=visit.clock.now(),
                )
        except Refusal as why:
            form = form.refused(why.at("") if why.field == "ordered" else why)
        else:
            return see_other(visit, f"{visit.here}/rounds/{key}/")
    return _page(visit, *the_round(visit, key), form)


def _ordered(
    posted: Mapping[str, list[str]], tied: tuple[str, ...]
) -> tuple[list[str], list[Refusal]]:
    """The projects by the places they were given; what is wrong with these."""
    places: dict[str, str] = {}
    wrong = []
    for number in tied:
        place = (posted.get(f"{PREFIX}{number}") or [""])[0]
        if not place:
            wrong.append(Refusal("form.missing", field=f"{PREFIX}{number}"))
        elif place not in {str(n) for n in range(1, len(tied) + 1)}:
            wrong.append(Refusal("form.choice", field=f"{PREFIX}{number}"))
        elif place in places:
            wrong.append(Refusal("decisions.tie_order", field=f"{PREFIX}{number}"))
        else:
            places[place] = number
    return [places[place] for place in sorted(places, key=int)], wrong


def _page(visit: Visit, one: Round, of: Calendar, form: Filled[TieForm]) -> Response:
    say = translations(visit.lang).gettext
    tied = tied_projects(visit, one)
    why = why_not_now(Act.DECIDE_TIE, of, visit.now)
    if why is None and not tied:
        why = Refusal("decisions.no_tie")
    view = TieView(
        title=round_title(visit, one),
        action=visit.request.url.path,
        back=Link(f"{visit.here}/desk/round", say(N_("Rounds"))),
        tied=tied,
        places=tuple((str(n), str(n)) for n in range(1, len(tied) + 1)),
        why=why,
    )
    status = 422 if form.problems else 200
    return page(visit, "rounds/desk_tie.html", status=status, form=form, view=view)
