"""The page of a round's money: from the statement to the last tenge, and the same as a table."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Query, Response
from sqlmodel import col, select

from app.budget.models import Origin
from app.core.clock import day_of
from app.followup.models import Spare, SpareMove
from app.followup.round_money import At, MoneyRow, RoundMoney, round_money
from app.proposals.models import Proposal
from app.rounds.models import EnvelopeKind, Round
from app.web.basis_view import RestsView, rests_view
from app.web.doors import Anyone
from app.web.frame import Link
from app.web.front_works import title_of
from app.web.render import page
from app.web.results_view import PAGE, said_of
from app.web.rounds import round_title, the_round
from app.web.sheet import page_asked, pager_of, sheet
from app.web.shrunk_view import ShrunkView, shrunk_words
from app.web.visit import Visit
from app.words import formats, phrases
from app.words.catalogue import N_, translations

router = APIRouter()
BASE = "/{lang}/{slug}/rounds/{key}/money"
COLUMNS = (
    *("number", "title_kk", "title_ru", "state", "dropped"),
    *("voted", "draft", "draft_version", "raion", "raion_reason_kk", "raion_reason_ru"),
    *("approved", "approved_version", "maslikhat_reason_kk", "maslikhat_reason_ru"),
    *("contracted", "paid", "ready_on", "invented", "url"),
)


@dataclass(frozen=True, slots=True)
class Cell:
    """A sum at one station, and where it is read."""

    text: str
    url: str = ""
    cut: bool = False


@dataclass(frozen=True, slots=True)
class Cut:
    """What a body reduced or removed, and why."""

    said: str
    reason: str
    lang: str


@dataclass(frozen=True, slots=True)
class RowView:
    """A project in the table."""

    title: str
    lang: str
    url: str
    state: str
    dropped: bool
    voted: str
    draft: Cell
    raion: Cell
    approved: Cell
    contracted: str
    paid: str
    cuts: tuple[Cut, ...]


@dataclass(frozen=True, slots=True)
class SpareRow:
    """Money that was saved, came back or was used."""

    day: str
    move: str
    kind: str
    amount: str
    words: str
    lang: str
    project: Link | None
    by: str


@dataclass(frozen=True, slots=True)
class MoneyView:
    """The whole page."""

    title: str
    back: Link
    results: Link | None
    our_money: Link
    confirmed: bool
    tiles: tuple[tuple[str, str, str], ...]
    rests: RestsView
    rows: tuple[RowView, ...]
    totals: tuple[str, ...]
    shrunk: ShrunkView | None
    spares: tuple[SpareRow, ...]
    spare_sums: tuple[tuple[str, str, bool], ...]
    left: str  # empty where nothing is left
    share: str
    whole: str
    plan: Link | None
    invented: bool
    csv: tuple[Link, ...]
    desk: Link | None


@router.get(BASE)
def show(visit: Anyone, key: str, page_: Annotated[str, Query(alias="page")] = "") -> Response:
    """All of a round's money."""
    one, of = the_round(visit, key)
    found = round_money(visit.session, of=one)
    rests = rests_view(visit, one, of)
    url = visit.request.url.path
    pager = pager_of(page_asked(page_), len(found.rows), url, {}, most=PAGE)
    rows = found.rows[(pager.page - 1) * PAGE : pager.page * PAGE]
    view = money_view(visit, one, found, rests, rows)
    return page(visit, "rounds/money.html", view=view, pager=pager)


@router.get(BASE + ".csv")
def download(visit: Anyone, key: str) -> Response:
    """The projects with every station's sum, as a table."""
    one, _ = the_round(visit, key)
    found = round_money(visit.session, of=one)
    rows = [_cells(visit, row) for row in found.rows]
    return sheet(f"{visit.district.slug}-{one.key}-money.csv", COLUMNS, rows)


def money_view(
    visit: Visit,
    one: Round,
    found: RoundMoney,
    rests: RestsView,
    rows: Sequence[MoneyRow] | None = None,
) -> MoneyView:
    """The page's view, with these rows of the table; the totals are of all of them."""
    say = translations(visit.lang).gettext
    base = f"{visit.here}/rounds/{one.key}"
    names = ("voted", "draft", "raion", "approved", "contracted", "paid")
    proposals = {row.proposal.id: row.proposal for row in found.rows}
    used_for = _projects(visit, found.spares)
    sure = one.confirmed_envelope
    share = found.share_of(sure if sure is not None else one.envelope)
    plan = found.plan
    desk = visit.who is not None and visit.who.district_id == one.district_id
    desk = desk and visit.who is not None and visit.who.role in ("clerk", "akim")
    return MoneyView(
        title=round_title(visit, one),
        back=Link(f"{base}/", say(N_("The round"))),
        results=Link(f"{base}/results", say(N_("Results"))) if one.counted_at else None,
        our_money=Link(f"{visit.here}/budget/{one.budget_year}", say(N_("Our money"))),
        confirmed=one.envelope_kind == EnvelopeKind.CONFIRMED,
        tiles=_tiles(visit, one, found),
        rests=rests,
        rows=tuple(_row(visit, row) for row in (found.rows if rows is None else rows)),
        totals=tuple(formats.tenge(found.total(name)) for name in names),
        shrunk=shrunk_words(visit, one, found.shrunk, proposals),
        spares=tuple(_spare(visit, each, used_for) for each in found.spares),
        spare_sums=(
            (say(N_("Money saved")), formats.tenge(found.sums.saved), False),
            (say(N_("Money returned")), formats.tenge(found.sums.returned), False),
            (say(N_("Money used")), formats.tenge(found.sums.used), False),
            (say(N_("Not used yet")), formats.tenge(found.sums.left), True),
        ),
        left=formats.tenge(found.sums.left) if found.sums.left else "",
        share=formats.percent(share, 1) if share is not None else "",
        whole=formats.tenge(found.whole) if found.whole is not None else "",
        plan=_plan_link(visit, one, plan.number) if plan else None,
        invented=plan is not None and plan.origin == Origin.INVENTED,
        csv=(Link(f"{base}/money.csv", say(N_("Download the table (CSV)"))),),
        desk=Link(f"{visit.here}/desk/round/{one.key}/money", say(N_("Open at the desk")))
        if desk
        else None,
    )


def _plan_link(visit: Visit, one: Round, number: int) -> Link:
    words = translations(visit.lang).gettext(N_("Budget of %(year)s, version %(number)s"))
    url = f"{visit.here}/budget/{one.budget_year}/plan/{number}"
    return Link(url, words % {"year": one.budget_year, "number": number})


def _tiles(visit: Visit, one: Round, found: RoundMoney) -> tuple[tuple[str, str, str], ...]:
    say = translations(visit.lang).gettext
    sure = one.confirmed_envelope
    tiles = [(formats.tenge(one.envelope), say(N_("the vote was about")), "")]
    if one.counted_at is None:
        tiles = [(formats.tenge(one.envelope), say(N_("the vote is about")), "")]
    if sure is not None:
        tiles.append((formats.tenge(sure), say(N_("confirmed in the approved budget")), ""))
    if found.rows:
        tiles.append((formats.tenge(found.total("paid")), say(N_("paid so far")), ""))
    if found.sums.left:
        tiles.append((formats.tenge(found.sums.left), say(N_("saved or returned, not used")), ""))
    return tuple(tiles)


def _row(visit: Visit, row: MoneyRow) -> RowView:
    title, lang = title_of(visit, row.proposal)
    return RowView(
        title=title,
        lang=lang,
        url=f"{visit.here}/proposals/{row.proposal.number}",
        state=phrases.label(f"budget_state.{row.state}", visit.lang),
        dropped=row.dropped,
        voted=formats.tenge(row.voted),
        draft=_cell(visit, row.draft),
        raion=_cell(visit, row.raion),
        approved=_cell(visit, row.approved),
        contracted=formats.tenge(row.contracted) if row.contracted is not None else "",
        paid=formats.tenge(row.paid) if row.works else "",
        cuts=tuple(
            Cut(
                said_of(visit, at.word),
                visit.in_lang(at.word, "reason"),
                "kk" if visit.lang == "kk" else "ru",
            )
            for at in (row.raion, row.approved)
            if at.word is not None and at.cut
        ),
    )


def _cell(visit: Visit, at: At) -> Cell:
    if at.amount is None:
        return Cell("")
    url = ""
    if at.version is not None:
        url = f"{visit.here}/budget/{at.version.year}/plan/{at.version.number}"
    return Cell(formats.tenge(at.amount), url, at.cut)


def _projects(visit: Visit, spares: tuple[Spare, ...]) -> dict[str, Proposal]:
    ids = [one.proposal_id for one in spares if one.proposal_id]
    rows = visit.session.exec(
        select(Proposal).where(Proposal.district_id == visit.district.id, col(Proposal.id).in_(ids))
    )
    return {one.id: one for one in rows}


def _spare(visit: Visit, one: Spare, projects: dict[str, Proposal]) -> SpareRow:
    project = projects.get(one.proposal_id or "")
    link = None
    if project is not None:
        title, _ = title_of(visit, project)
        link = Link(f"{visit.here}/proposals/{project.number}", title)
    return SpareRow(
        day=formats.day(one.moved_on, visit.lang),
        move=phrases.label(f"spare.{one.move}", visit.lang),
        kind="plain" if one.move == SpareMove.USED else "ok",
        amount=formats.tenge(one.amount),
        words=visit.in_lang(one, "words"),
        lang="kk" if visit.lang == "kk" else "ru",
        project=link,
        by=f"{one.by_name}, {formats.day(day_of(one.at), visit.lang)}",
    )


def _cells(visit: Visit, row: MoneyRow) -> list[object]:
    one, raion, approved = row.proposal, row.raion, row.approved
    versions = [at.version for at in (row.draft, raion, approved) if at.version]

    def why(at: At, lang: str) -> str:
        return getattr(at.word, f"reason_{lang}") if at.word is not None and at.cut else ""

    def number(at: At) -> int | None:
        return at.version.number if at.version else None

    return [
        *(one.number, one.title_kk or one.title, one.title_ru or one.title),
        *(str(row.state), int(row.dropped), row.voted),
        *(row.draft.amount, number(row.draft)),
        *(raion.amount, why(raion, "kk"), why(raion, "ru")),
        *(approved.amount, number(approved), why(approved, "kk"), why(approved, "ru")),
        *(row.contracted, row.paid if row.works else None),
        row.works.ready_on if row.works else None,
        int(any(version.origin == Origin.INVENTED for version in versions)),
        f"{visit.here}/proposals/{one.number}",
    ]
