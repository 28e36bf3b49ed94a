"""The desk's page where a list is brought into the roll."""

from dataclasses import dataclass
from typing import Any, Literal

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from app.core.clock import day_of
from app.core.database import transaction
from app.core.refusal import Refusal
from app.people.roll import RollRefused, import_roll
from app.people.roll_check import CheckedRoll, check_roll
from app.places.queries import settlements
from app.web.doors import Clerk
from app.web.forms import Day, Filled, Form, blank, fill
from app.web.render import file, page, see_other
from app.web.roll import my_name
from app.web.visit import Visit
from app.words.catalogue import N_, translations

router = APIRouter()
SHOWN_PROBLEMS = 100


@dataclass(frozen=True, slots=True)
class ProblemRow:
    """A row of the file that is not right."""

    row: int
    why: Refusal


@dataclass(frozen=True, slots=True)
class Reading:
    """What a file would do to the roll."""

    rows: int
    new: int
    already: int
    sha256: str
    problems: tuple[ProblemRow, ...]
    more: int  # problems that are not shown


class ImportForm(BaseModel):
    """Where a list comes from; the file itself comes beside it."""

    source: str = Field(min_length=3, max_length=200)
    source_date: Day
    act: Literal["check", "import"] = "check"


@router.get("/{lang}/{slug}/desk/roll/template.csv")
def template(visit: Clerk) -> Response:
    """An empty list with its captions, and one line that shows how (an impossible number)."""
    say = translations(visit.lang).gettext
    first = settlements(visit.session, district_id=visit.district.id)
    place = visit.in_lang(first[0], "name") if first else visit.district.kato
    captions = (say(N_("Name")), say(N_("IIN")), say(N_("Settlement")))
    example = ("Сейітова Айгерім Бақытқызы", "000000000000", place)
    text = "\ufeff" + "".join(";".join(line) + "\r\n" for line in (captions, example))
    return file(text.encode(), "text/csv; charset=utf-8", name="roll.csv", public=False)


@router.get("/{lang}/{slug}/desk/roll/import")
def ask_import(visit: Clerk) -> Response:
    """The page where a list is brought in."""
    return _import_page(visit, blank())


@router.post("/{lang}/{slug}/desk/roll/import")
def bring_in(visit: Clerk, posted: Form) -> Response:
    """Checks a list, or brings it in: all of it or nothing."""
    form = fill(ImportForm, posted)
    files = posted.files.get("list", [])
    if not files:
        form = form.refused(Refusal("people.no_file", field="list"))
    if form.value is None or not files:
        return _import_page(visit, form, status=422)
    typed, data = form.value, files[0].data
    try:
        if typed.act == "check":
            checked = check_roll(
                visit.session,
                keyring=visit.keyring,
                district_id=visit.district.id,
                text=data,
                now=visit.now,
            )
            return _import_page(visit, form, reading=_reading(checked))
        with transaction(visit.session):
            import_roll(
                visit.session,
                keyring=visit.keyring,
                district_id=visit.district.id,
                text=data,
                source=typed.source,
                source_date=typed.source_date,
                by_name=my_name(visit),
                now=visit.clock.now(),
            )
    except RollRefused as why:
        form = form.refused(why.at("list"))
        return _import_page(visit, form, reading=_reading(why.checked), status=422)
    except Refusal as why:
        return _import_page(visit, form.refused(why if why.field else why.at("list")), status=422)
    return see_other(visit, f"{visit.here}/desk/roll#lists")


def _import_page(
    visit: Visit, form: Filled[Any], *, reading: Reading | None = None, status: int = 200
) -> Response:
    return page(
        visit,
        "people/roll_import.html",
        status=status,
        form=form,
        reading=reading,
        today=day_of(visit.now).isoformat(),
    )


def _reading(checked: CheckedRoll) -> Reading:
    rows = tuple(ProblemRow(one.row, one.why) for one in checked.problems[:SHOWN_PROBLEMS])
    return Reading(
        checked.rows,
        len(checked.new),
        checked.already,
        checked.sha256,
        rows,
        len(checked.problems) - len(rows),
    )
