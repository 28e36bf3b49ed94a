"""The deputy's desk: the whole raion, one's own constituency first."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from fastapi import APIRouter, Response

from app.core.clock import day_of
from app.core.workdays import WorkCalendar
from app.followup.models import QuestionState
from app.followup.overview import waiting_for_approval
from app.followup.queries import Asked, Pleaded, asked_of, open_pleas
from app.people.models import Role
from app.places.models import District
from app.places.queries import districts, work_calendar
from app.web.attention import KINDS, Item, attention
from app.web.doors import Oversight
from app.web.frame import Link
from app.web.front_works import title_of
from app.web.raion import raion_at
from app.web.render import page
from app.web.sheet import Pager, paged, sheet
from app.web.visit import Visit
from app.web.way import Mark
from app.web.works_panel import QuestionLine, days_of, question_line
from app.words import formats
from app.words.catalogue import N_, translations

router = APIRouter()
OWN_SHOWN = 20
COLUMNS = (
    *("kind", "district", "district_kato", "number", "title_kk", "title_ru"),
    *("day", "delay", "delay_unit", "amount", "departed", "url"),
)


@dataclass(frozen=True, slots=True)
class Tile:
    """A figure that leads to its rows."""

    number: str
    text: str
    url: str


@dataclass(frozen=True, slots=True)
class Row:
    """A matter that calls for attention."""

    url: str
    lead: str
    title: str
    lang: str
    district: str
    mark: Mark
    day_label: str
    day: str
    delay: str
    sum: str
    ask_url: str


@dataclass(frozen=True, slots=True)
class Group:
    """The matters of one's constituency, or of the others."""

    title: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Own:
    """A question of one's own."""

    line: QuestionLine
    district: str
    about: str
    about_lang: str
    judge: bool  # it waits for one's verdict


@dataclass(frozen=True, slots=True)
class PleaRow:
    """What a resident asks deputies to look at."""

    name: str
    day: str
    text: str
    lang: str
    about: Link
    about_lang: str
    district: str
    ask_url: str


@dataclass(frozen=True, slots=True)
class DeskView:
    """The desk."""

    raion: str
    raion_url: str
    tiles: tuple[Tile, ...]
    url: str
    districts: tuple[tuple[str, str], ...]
    kinds: tuple[tuple[str, str], ...]
    district: str
    kind: str
    groups: tuple[Group, ...]
    total: int
    pager: Pager
    own: tuple[Own, ...]
    to_judge: int  # answers that wait for one's verdict
    pleas: tuple[PleaRow, ...]
    approvals: tuple[Link, ...]
    office: bool  # the maslikhat's office: it records and does not ask
    csv: tuple[Link, ...]


@router.get("/{lang}/raions/{kato}/desk")
def show(visit: Oversight, kato: str, district: str = "", kind: str = "") -> Response:
    """What is overdue, late or against the vote in the raion; own questions; residents' pleas."""
    assert visit.who is not None
    place = raion_at(visit.session, kato)
    found = {one.id: one for one in districts(visit.session, raion_kato=kato)}
    calendar = work_calendar(visit.session)
    asked = asked_of(visit.session, district_ids=found)
    items = attention(visit, districts=found, asked=asked, calendar=calendar)
    office = visit.who.role == Role.MASLIKHAT_OFFICE
    pleas = [] if office else open_pleas(visit.session, district_ids=found)
    chosen = district if district in {one.slug for one in found.values()} else ""
    kind = kind if kind in KINDS else ""
    shown = [
        one
        for one in items
        if (not chosen or one.district.slug == chosen) and (not kind or one.kind == kind)
    ]
    say = translations(visit.lang).gettext
    here = f"{visit.root}/raions/{kato}/desk"
    tiles = [
        Tile(
            formats.number(sum(one.kind == name for one in items)),
            say(words),
            f"{here}?kind={name}#attention",
        )
        for name, words in KINDS.items()
    ]
    if not office:
        words = say(N_("Residents' pleas"))
        tiles.append(Tile(formats.number(len(pleas)), words, "#pleas" if pleas else ""))
    query = urlencode({name: v for name, v in (("district", chosen), ("kind", kind)) if v})
    constituency = visit.who.constituency
    shown.sort(key=lambda one: one.district.id not in constituency)
    rows, pager = paged(visit, shown, here, {"district": chosen, "kind": kind})
    own = [one for one in asked if one.question.asked_office_id == visit.who.office_id]
    waiting = (
        waiting_for_approval(visit.session, district_ids=found, now=visit.now) if office else []
    )
    view = DeskView(
        raion=visit.in_lang(place, "name"),
        raion_url=f"{visit.root}/raions/{kato}/",
        tiles=tuple(tiles),
        url=here,
        districts=(
            ("", say(N_("All districts: %(n)s")) % {"n": len(found)}),
            *((one.slug, visit.in_lang(one, "name")) for one in found.values()),
        ),
        kinds=(("", say(N_("Everything"))), *((name, say(text)) for name, text in KINDS.items())),
        district=chosen,
        kind=kind,
        groups=_groups(visit, rows, found),
        pager=pager,
        total=len(shown),
        own=tuple(_own(visit, one, found, calendar) for one in own[:OWN_SHOWN]),
        to_judge=sum(one.question.state == QuestionState.ANSWERED for one in own),
        pleas=tuple(_plea(visit, one, found[one.plea.district_id]) for one in pleas),
        approvals=tuple(
            Link(
                f"{visit.root}/{found[of.district_id].slug}/approval",
                f"{visit.in_lang(found[of.district_id], 'name')}, {of.budget_year}",
            )
            for of in waiting
        ),
        office=office,
        csv=(
            Link(f"{here}.csv{'?' + query if query else ''}", say(N_("Download the table (CSV)"))),
        ),
    )
    return page(visit, "followup/deputy_desk.html", view=view)


def _groups(visit: Visit, items: Sequence[Item], found: dict[str, District]) -> tuple[Group, ...]:
    assert visit.who is not None
    say = translations(visit.lang).gettext
    own = [found[i] for i in visit.who.constituency if i in found]
    rows: dict[bool, list[Row]] = {True: [], False: []}
    for item in items:
        rows[item.district in own].append(_row(visit, item))
    if not own:
        return (Group("", tuple(rows[False])),) if items else ()
    names = ", ".join(visit.in_lang(one, "short") for one in own)
    groups = (
        Group(say(N_("My constituency: %(names)s")) % {"names": names}, tuple(rows[True])),
        Group(say(N_("Other districts")), tuple(rows[False])),
    )
    return tuple(group for group in groups if group.rows)


def _row(visit: Visit, item: Item) -> Row:
    catalogue = translations(visit.lang)
    delay = ""
    if item.delay and item.kind == "works":
        delay = days_of(visit, item.delay)
    elif item.delay:
        words = catalogue.ngettext("%(n)s working day", "%(n)s working days", item.delay)
        delay = words % {"n": item.delay}
    say = catalogue.gettext
    office = visit.who is not None and visit.who.role == Role.MASLIKHAT_OFFICE
    here = f"{visit.root}/{item.district.slug}"
    return Row(
        url=f"{here}/{item.path}",
        lead=item.lead,
        title=item.title,
        lang=item.lang,
        district=visit.in_lang(item.district, "short"),
        mark=item.mark,
        day_label=say(N_("Date of the decision")) if item.kind == "departure" else say(N_("Due")),
        day=formats.day(item.day, visit.lang),
        delay=delay,
        sum=formats.tenge(item.sum) if item.sum is not None else "",
        ask_url=f"{here}/{item.ask_path}" if item.ask_path and not office else "",
    )


def _own(visit: Visit, one: Asked, found: dict[str, District], calendar: WorkCalendar) -> Own:
    district = found[one.question.district_id]
    here = f"{visit.root}/{district.slug}"
    line = question_line(visit, one.question, calendar, here=here)
    about, lang = title_of(visit, one.proposal) if one.proposal else ("", visit.lang)
    return Own(
        line=line,
        district=visit.in_lang(district, "short"),
        about=about,
        about_lang=lang,
        judge=one.question.state == QuestionState.ANSWERED,
    )


def _plea(visit: Visit, one: Pleaded, district: District) -> PleaRow:
    title, lang = title_of(visit, one.proposal)
    url = f"{visit.root}/{district.slug}/proposals/{one.proposal.number}"
    return PleaRow(
        name=one.name,
        day=formats.day(day_of(one.plea.at), visit.lang),
        text=one.plea.text,
        lang=one.plea.lang,
        about=Link(url, title),
        about_lang=lang,
        district=visit.in_lang(district, "short"),
        ask_url=f"{url}/ask?plea={one.plea.id}",
    )


@router.get("/{lang}/raions/{kato}/desk.csv")
def download(visit: Oversight, kato: str, district: str = "", kind: str = "") -> Response:
    """The same rows to take away."""
    raion_at(visit.session, kato)
    found = {one.id: one for one in districts(visit.session, raion_kato=kato)}
    items = attention(
        visit,
        districts=found,
        asked=asked_of(visit.session, district_ids=found),
        calendar=work_calendar(visit.session),
    )
    slugs = {one.slug for one in found.values()}
    shown = [
        one
        for one in items
        if (district not in slugs or one.district.slug == district)
        and (kind not in KINDS or one.kind == kind)
    ]
    rows = [_cells(visit, one) for one in shown]
    return sheet(f"raion-{kato}-attention.csv", COLUMNS, rows, public=False)


def _cells(visit: Visit, item: Item) -> list[object]:
    unit = {"works": "day", "departure": None}.get(item.kind, "working_day")
    return [
        *(item.kind, item.district.slug, item.district.kato, item.number),
        *(item.title_kk, item.title_ru, item.day, item.delay or None, unit, item.sum),
        *(item.body, f"{visit.root}/{item.district.slug}/{item.path}"),
    ]
