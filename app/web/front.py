"""The front of the installation: its districts, and what is going on in each."""

from collections import defaultdict
from dataclasses import dataclass

from fastapi import APIRouter, Response
from sqlmodel import col, select

from app.core.clock import day_of
from app.core.text import clean, fold
from app.places.models import District
from app.places.queries import districts
from app.rounds.calendar import Calendar, Start, calendar
from app.rounds.models import Round, Stage, StageStart
from app.web.doors import Anyone
from app.web.frame import Link, time_left
from app.web.now import COUNTS_DOWN, TITLES, stage_now
from app.web.render import page
from app.web.visit import Visit
from app.words.catalogue import N_, translations

router = APIRouter()
MOST = 60  # districts on a page; above it one chooses a raion first


@dataclass(frozen=True, slots=True)
class DistrictRow:
    """A district, what is going on in it, and the one next thing to do."""

    name: str
    url: str
    stage: str
    left: str
    open: bool
    action: Link


@dataclass(frozen=True, slots=True)
class RaionGroup:
    """A raion with its districts."""

    title: str
    url: str
    rows: tuple[DistrictRow, ...]


@dataclass(frozen=True, slots=True)
class FrontView:
    """The list of districts, or of raions where there are too many."""

    groups: tuple[RaionGroup, ...]
    raions: tuple[tuple[str, tuple[Link, ...]], ...]
    count: int
    searched: str
    search: bool
    home: Link | None


@router.get("/{lang}/")
def front(visit: Anyone, raion: str = "", q: str = "") -> Response:
    """The districts by raion and oblast."""
    return page(visit, "places/front.html", view=front_view(visit, raion[:9], clean(q)[:60]))


def front_view(visit: Visit, raion: str, searched: str) -> FrontView:
    """The front page, in three queries."""
    everything = districts(visit.session)
    chosen = [one for one in everything if not raion or one.raion_kato == raion]
    if searched:
        wanted = fold(searched)
        chosen = [one for one in chosen if wanted in _searchable(one)]
    home = next((one for one in everything if visit.who and visit.who.district_id == one.id), None)
    too_many = len(chosen) > MOST
    return FrontView(
        groups=() if too_many else _groups(visit, chosen),
        raions=_raions(visit, chosen) if too_many else (),
        count=len(chosen),
        searched=searched,
        search=len(everything) > 12,
        home=Link(f"{visit.root}/{home.slug}/", visit.in_lang(home, "name")) if home else None,
    )


def _searchable(one: District) -> str:
    return fold(
        f"{one.name_kk} {one.name_ru} {one.raion_kk} {one.raion_ru} {one.oblast_kk} {one.slug}"
    )


def _place(visit: Visit, one: District) -> str:
    return f"{visit.in_lang(one, 'raion')}, {visit.in_lang(one, 'oblast')}"


def _groups(visit: Visit, chosen: list[District]) -> tuple[RaionGroup, ...]:
    now = _rounds(visit, [one.id for one in chosen])
    by_raion: dict[str, list[District]] = defaultdict(list)
    for one in chosen:
        by_raion[one.raion_kato].append(one)
    return tuple(
        RaionGroup(
            title=_place(visit, members[0]),
            url=f"{visit.root}/raions/{kato}/",
            rows=tuple(_row(visit, one, now.get(one.id)) for one in members),
        )
        for kato, members in by_raion.items()
    )


def _raions(visit: Visit, chosen: list[District]) -> tuple[tuple[str, tuple[Link, ...]], ...]:
    by_oblast: dict[str, dict[str, str]] = defaultdict(dict)
    for one in chosen:
        by_oblast[visit.in_lang(one, "oblast")][one.raion_kato] = visit.in_lang(one, "raion")
    return tuple(
        (
            oblast,
            tuple(Link(f"{visit.root}/?raion={kato}", name) for kato, name in raions.items()),
        )
        for oblast, raions in sorted(by_oblast.items())
    )


def _rounds(visit: Visit, ids: list[str]) -> dict[str, tuple[Round, Calendar]]:
    """The round that is under way in each district, else its newest."""
    starts: dict[str, list[Start]] = defaultdict(list)
    wanted = select(StageStart).where(col(StageStart.district_id).in_(ids))
    for row in visit.session.exec(wanted):
        starts[row.round_id].append(Start(Stage(row.stage), row.starts_at))
    found: dict[str, tuple[Round, Calendar]] = {}
    rounds = visit.session.exec(
        select(Round).where(Round.imported_from == "", col(Round.district_id).in_(ids))
    ).all()
    for one in sorted(rounds, key=lambda one: one.key, reverse=True):
        if one.id not in starts:
            continue
        of = calendar(starts[one.id], cancelled_at=one.cancelled_at)
        running = of.stage(visit.now) not in (None, Stage.WORKS, Stage.EVALUATED)
        if one.district_id not in found or (
            running
            and found[one.district_id][1].stage(visit.now) in (None, Stage.WORKS, Stage.EVALUATED)
        ):
            found[one.district_id] = (one, of)
    return found


def _row(visit: Visit, one: District, found: tuple[Round, Calendar] | None) -> DistrictRow:
    say = translations(visit.lang).gettext
    here = f"{visit.root}/{one.slug}"
    name = visit.in_lang(one, "name")
    stage = stage_now(visit, *found) if found else None
    if found is not None and found[0].cancelled_at is not None:
        why = Link(f"{here}/rounds/{found[0].key}/", say(N_("Why, and by whom")))
        return DistrictRow(name, f"{here}/", say(N_("The round was called off")), "", False, why)
    if found is None or stage is None:
        return DistrictRow(
            name, f"{here}/", say(N_("No round yet")), "", False, Link(f"{here}/", say(N_("Open")))
        )
    current, of = found
    base = f"{here}/rounds/{current.key}"
    action = {
        Stage.PROPOSALS: Link(f"{base}/proposals/new", say(N_("Propose"))),
        Stage.REVIEW: Link(f"{base}/proposals", say(N_("See the proposals"))),
        Stage.VOTING: Link(f"{base}/ballot", say(N_("Vote"))),
        Stage.WORKS: Link(f"{here}/works", say(N_("See the works"))),
        Stage.EVALUATED: Link(f"{here}/works", say(N_("See the works"))),
    }.get(stage)
    if action is None:
        if current.counted_at is None:
            action = Link(f"{base}/rules", say(N_("Rules of the round")))
        else:
            action = Link(f"{base}/results", say(N_("See the results")))
    end = of.ends(stage)
    left = ""
    if end and stage in COUNTS_DOWN:
        left = time_left(visit, (day_of(end) - day_of(visit.now)).days)
    return DistrictRow(name, f"{here}/", say(TITLES[stage]), left, stage in COUNTS_DOWN, action)
