"""A proposal's page, which is its way; its receipt, its text to take along, and taking it back."""

from dataclasses import dataclass

from fastapi import APIRouter, HTTPException, Response

from app.core.clock import day_of
from app.decisions.models import Body
from app.decisions.queries import words_about
from app.followup.models import Works
from app.ledger.queries import entries_about
from app.people.models import Role
from app.places.queries import settlements, work_calendar
from app.proposals import rules
from app.proposals.directions import direction
from app.proposals.models import Proposal, Status
from app.proposals.queries import (
    is_author,
    is_desk,
    may_write,
    photos_of,
    proposal_for,
    title_in,
)
from app.rounds.models import Round
from app.rounds.queries import calendar_of, round_of
from app.web.called_off import called_off
from app.web.doors import Anyone, SignedIn, may_ask
from app.web.frame import Link
from app.web.panels import panels_for
from app.web.proposals import money, names_of, place_of, term_of
from app.web.render import file, page
from app.web.visit import Visit
from app.web.way import ENDED, Mark, Standing, Way, build_way, mark_of
from app.web.word_view import in_budget
from app.words import formats
from app.words.catalogue import N_, translations

router = APIRouter()


@dataclass(frozen=True, slots=True)
class PhotoView:
    """A photo on a page."""

    url: str
    width: int
    height: int
    alt: str


@dataclass(frozen=True, slots=True)
class ProposalView:
    """A proposal's page."""

    number: str
    title: str
    title_lang: str
    place: str
    direction: str
    direction_law: str
    by: str
    lang: str
    body: str
    contribution: str
    sums: tuple[tuple[str, str, bool], ...]
    state_number: str
    mark: Mark | None
    photos: tuple[PhotoView, ...]
    photos_size: str
    way: Way
    list_link: Link
    own: tuple[Link, ...]
    ask: Link | None


@dataclass(frozen=True, slots=True)
class Receipt:
    """What somebody who handed in a proposal takes along."""

    number: str
    title: str
    lang: str
    author: str
    handed_in: str
    due: str
    working_days: int
    proposal: Link
    text: Link


def proposal_here(visit: Visit, number: str, *, lock: bool = False) -> Proposal:
    """The proposal of this address; 404 without one."""
    found = proposal_for(
        visit.session, district_id=visit.district.id, number=number, who=visit.who, lock=lock
    )
    if found is None:
        raise HTTPException(404)
    return found


@router.get("/{lang}/{slug}/proposals/{number}")
def show(visit: Anyone, number: str) -> Response:
    """The proposal and its way."""
    proposal = proposal_here(visit, number)
    of = round_of(visit.session, district_id=visit.district.id, round_id=proposal.round_id)
    assert of is not None
    view = _view(visit, proposal, of)
    return page(visit, "proposals/show.html", proposal=view, panels=panels_for(visit, proposal))


def _view(visit: Visit, proposal: Proposal, of: Round) -> ProposalView:
    session = visit.session
    say = translations(visit.lang).gettext
    term = term_of(proposal, visit.now, work_calendar(session))
    words = words_about(session, district_id=proposal.district_id, proposal_id=proposal.id)
    standing = Standing(
        proposal=proposal,
        calendar=calendar_of(session, round_id=of.id),
        term=term,
        entries=entries_about(session, district_id=proposal.district_id, subject=proposal.id),
        words={Body(word.body): word for word in words},
        works=session.get(Works, proposal.id),
        elsewhere=bool(of.imported_from),
        off=called_off(visit, of) if proposal.status not in ENDED else None,
        in_budget=in_budget(visit, proposal)[:1],
    )
    way = build_way(visit, standing)
    mark = way.now.mark or mark_of(visit, proposal, term)
    title, title_lang = title_in(proposal, visit.lang)
    here = f"{visit.here}/proposals/{proposal.number}"
    photos = photos_of(session, proposal=proposal, writing=False)
    names = names_of(visit, list(settlements(session, district_id=proposal.district_id)))
    about = direction(proposal.direction) if proposal.direction else None
    asks = way.now.late and may_ask(visit)
    ask = Link(f"{here}/ask", say(N_("Ask a deputy"))) if asks else None
    return ProposalView(
        number=proposal.number or "",
        title=title,
        title_lang=title_lang,
        place="" if of.imported_from else place_of(visit, proposal, names),
        direction=about.name(visit.lang) if about else "",
        direction_law=about.law if about else "",
        by=_by(visit, proposal),
        lang=proposal.lang,
        body=proposal.body,
        contribution=proposal.contribution,
        sums=_sums(visit, proposal, of),
        state_number=proposal.state_number,
        mark=mark if mark.text != way.now.title and standing.off is None else None,
        photos=tuple(
            PhotoView(
                url=f"{visit.here}/photos/{one.id}",
                width=one.width,
                height=one.height,
                alt=say(N_("Photo %(n)s of %(all)s")) % {"n": place, "all": len(photos)},
            )
            for place, one in enumerate(photos, start=1)
        ),
        photos_size=size(sum(one.size for one in photos), visit.lang),
        way=way,
        list_link=Link(
            f"{visit.here}/rounds/{of.key}/proposals", say(N_("All proposals of this round"))
        ),
        own=_own(visit, proposal, standing, here),
        ask=ask,
    )


def size(count: int, lang: str) -> str:
    """`184 КБ`."""
    kilo = translations(lang).gettext(N_("%(n)s KB"))
    return kilo % {"n": formats.number(max(1, round(count / 1000)))}


def _by(visit: Visit, proposal: Proposal) -> str:
    say = translations(visit.lang).gettext
    if not proposal.author:
        return say(N_("a resident; the name was taken off at their wish"))
    if not proposal.filed_by:
        return proposal.author
    return say(N_("%(author)s, written down at the akim's office")) % {"author": proposal.author}


def _sums(visit: Visit, proposal: Proposal, of: Round) -> tuple[tuple[str, str, bool], ...]:
    say = translations(visit.lang).gettext
    rows: list[tuple[str, str, bool]] = []
    if proposal.price:
        if proposal.cofinanced:
            whole = proposal.price + proposal.cofinanced
            rows.append((say(N_("Costs in all")), money(of, whole), False))
            rows.append((say(N_("Neighbours give")), money(of, proposal.cofinanced), False))
            rows.append((say(N_("From the budget: the price")), money(of, proposal.price), True))
        else:
            rows.append((say(N_("Price")), money(of, proposal.price), True))
    if proposal.estimate is not None:
        rows.append((say(N_("Author's estimate")), money(of, proposal.estimate), False))
    if proposal.votes is not None:
        rows.append((say(N_("Votes")), formats.number(proposal.votes), True))
    if proposal.ballot_number is not None:
        rows.append((say(N_("Number on the ballot")), str(proposal.ballot_number), False))
    return tuple(rows)


def _own(visit: Visit, proposal: Proposal, at: Standing, here: str) -> tuple[Link, ...]:
    """What its author, or the office, may do with it now."""
    say = translations(visit.lang).gettext
    links = []
    status, now = proposal.status, visit.now
    if may_write(proposal, visit.who):
        if status == Status.RETURNED and not rules.why_not_edit(
            status=status, of=at.calendar, now=now
        ):
            url = f"{visit.here}/drafts/{proposal.id}/what"
            links.append(Link(url, say(N_("Correct and send again"))))
        if not rules.why_not_withdraw(status=status, of=at.calendar, now=now):
            links.append(Link(f"{here}/withdraw", say(N_("Withdraw it"))))
    if is_author(proposal, visit.who) or is_desk(proposal, visit.who):
        links.append(Link(f"{here}/text", say(N_("As text, for the state register (e-Otinish)"))))
    if is_author(proposal, visit.who):
        links.append(Link(f"{here}/receipt", say(N_("Receipt"))))
    if is_desk(proposal, visit.who):
        url = f"{visit.here}/desk/proposals/{proposal.number}"
        links.append(Link(url, say(N_("Open at the desk"))))
    return tuple(links)


@router.get("/{lang}/{slug}/proposals/{number}/receipt")
def receipt(visit: SignedIn, number: str) -> Response:
    """The receipt: number, day, and by when an answer is owed (APPC articles 64 and 76)."""
    proposal = proposal_here(visit, number)
    if not (is_author(proposal, visit.who) or is_desk(proposal, visit.who)):
        raise HTTPException(404)
    assert proposal.submitted_at is not None
    assert proposal.due is not None
    here = f"{visit.here}/proposals/{proposal.number}"
    say = translations(visit.lang).gettext
    today, due = day_of(visit.now), proposal.extended_until or proposal.due
    view = Receipt(
        number=number,
        title=proposal.title,
        lang=proposal.lang,
        author=proposal.author or "–",
        handed_in=formats.moment(proposal.submitted_at, visit.lang),
        due=formats.day(due, visit.lang),
        working_days=work_calendar(visit.session).between(today, due),
        proposal=Link(here, say(N_("The proposal's page"))),
        text=Link(f"{here}/text", say(N_("As text, for the state register (e-Otinish)"))),
    )
    return page(visit, "proposals/receipt.html", receipt=view)


@router.get("/{lang}/{slug}/proposals/{number}/text")
def text(visit: SignedIn, number: str) -> Response:
    """The proposal as plain text to paste into the state register, so nobody types twice."""
    proposal = proposal_here(visit, number)
    if not (is_author(proposal, visit.who) or is_desk(proposal, visit.who)):
        raise HTTPException(404)
    say = translations(visit.lang).gettext
    names = names_of(visit, list(settlements(visit.session, district_id=visit.district.id)))
    about = direction(proposal.direction) if proposal.direction else None
    rows = [
        (say(N_("Place")), place_of(visit, proposal, names)),
        (say(N_("Direction of spending")), about.name(visit.lang) if about else ""),
        (
            say(N_("Author's estimate")),
            formats.tenge(proposal.estimate) if proposal.estimate is not None else "",
        ),
        (say(N_("What the neighbours give")), proposal.contribution),
        (say(N_("Author")), proposal.author),
        (say(N_("Number in Asar")), proposal.number or ""),
        (say(N_("Page")), f"{visit.settings.public_url}{visit.here}/proposals/{number}"),
    ]
    lines = [proposal.title, "", proposal.body, ""]
    lines += [f"{name}: {value}" for name, value in rows if value]
    return file("\n".join(lines) + "\n", "text/plain; charset=utf-8", public=False)


def clerk_of(visit: Visit, proposal: Proposal) -> str:
    """The clerk's name, where a clerk acts in the resident's name."""
    who = visit.who
    return who.name if who and who.role == Role.CLERK and not is_author(proposal, who) else ""
