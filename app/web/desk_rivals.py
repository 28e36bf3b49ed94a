"""The desk's page where projects of a round are named that exclude each other."""

from dataclasses import dataclass

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from app.core.database import transaction
from app.core.refusal import Refusal
from app.proposals.queries import title_in
from app.proposals.rivals import GROUPS, WORDS_MOST, groupable, set_rivals, why_not_set_rivals
from app.rounds.calendar import Calendar
from app.rounds.models import Round
from app.web.doors import Clerk
from app.web.forms import Filled, Form, blank, fill
from app.web.frame import Link
from app.web.render import page, see_other
from app.web.rounds import round_title, the_round
from app.web.visit import Visit
from app.words import formats
from app.words.catalogue import N_, translations

router = APIRouter()
ADDRESS = "/{lang}/{slug}/desk/round/{key}/rivals"
PREFIX = "group-"


class WhyForm(BaseModel):
    """The reason; the groups come beside it, one field for each project."""

    words_kk: str = Field(default="", max_length=WORDS_MOST)
    words_ru: str = Field(default="", max_length=WORDS_MOST)


@dataclass(frozen=True, slots=True)
class RivalRow:
    """A project and the field of its group."""

    field: str
    label: str
    price: str


@dataclass(frozen=True, slots=True)
class RivalsView:
    """The page of groups."""

    title: str
    action: str
    back: Link
    rules: Link
    rows: tuple[RivalRow, ...]
    groups: tuple[tuple[str, str], ...]
    most: int
    why: Refusal | None  # why nothing can be named now


@router.get(ADDRESS)
def rivals(visit: Clerk, key: str) -> Response:
    """The admitted projects, each with its group."""
    one, of = the_round(visit, key)
    projects = groupable(visit.session, district_id=visit.district.id, round_id=one.id)
    form = blank(**{f"{PREFIX}{found.number}": found.rival_group for found in projects})
    return _page(visit, one, of, form)


@router.post(ADDRESS)
def name_rivals(visit: Clerk, key: str, posted: Form) -> Response:
    """Names the groups; each project's entry of the record says with which others."""
    one, _ = the_round(visit, key)
    form = fill(WhyForm, posted)
    groups = {
        name.removeprefix(PREFIX): values[0]
        for name, values in posted.many.items()
        if name.startswith(PREFIX)
    }
    if form.value is not None:
        try:
            with transaction(visit.session):
                set_rivals(
                    visit.session,
                    district_id=visit.district.id,
                    round_id=one.id,
                    groups=groups,
                    words_kk=form.value.words_kk,
                    words_ru=form.value.words_ru,
                    by_name=visit.by_name,
                    now=visit.clock.now(),
                )
        except Refusal as why:
            form = form.refused(why)
        else:
            return see_other(visit, f"{visit.here}/rounds/{key}/rules")
    return _page(visit, *the_round(visit, key), form)


def _page(visit: Visit, one: Round, of: Calendar, form: Filled[WhyForm]) -> Response:
    say = translations(visit.lang).gettext
    projects = groupable(visit.session, district_id=visit.district.id, round_id=one.id)
    words = say(N_("Group %(name)s"))
    view = RivalsView(
        title=round_title(visit, one),
        action=visit.request.url.path,
        back=Link(f"{visit.here}/desk/round", say(N_("Rounds"))),
        rules=Link(f"{visit.here}/rounds/{one.key}/rules", say(N_("Rules of the round"))),
        rows=tuple(
            RivalRow(
                f"{PREFIX}{found.number}",
                f"{found.number}. {title_in(found, visit.lang)[0]}",
                formats.tenge(found.price) if found.price else "",
            )
            for found in projects
        ),
        groups=(
            ("", say(N_("goes with all others"))),
            *((name, words % {"name": name}) for name in GROUPS),
        ),
        most=WORDS_MOST,
        why=why_not_set_rivals(one, of, visit.now),
    )
    status = 422 if form.problems else 200
    return page(visit, "rounds/desk_rivals.html", status=status, form=form, view=view)
