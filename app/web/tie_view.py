"""Equal projects that a count waits for, as everybody sees them."""

from dataclasses import dataclass

from sqlmodel import col, select

from app.decisions.counting import on_ballot
from app.decisions.models import TieDecision
from app.decisions.ties import waiting_tie
from app.rounds.models import Round
from app.web.visit import Visit
from app.words import formats
from app.words.catalogue import N_, translations


@dataclass(frozen=True, slots=True)
class TiedProject:
    """One of the equal ones."""

    number: str  # on the ballot
    title: str
    lang: str
    price: str
    url: str


@dataclass(frozen=True, slots=True)
class OrderView:
    """What the commission decided once."""

    words: str  # its act, and the order by numbers on the ballot
    reason: str


def orders_of(visit: Visit, of: Round) -> tuple[OrderView, ...]:
    """The commission's orders in a round, the first one first."""
    words = translations(visit.lang).gettext(
        N_("Minutes No. %(number)s, %(day)s. Order: %(order)s")
    )
    rows = visit.session.exec(
        select(TieDecision)
        .where(TieDecision.district_id == of.district_id, TieDecision.round_id == of.id)
        .order_by(col(TieDecision.number))
    )
    return tuple(
        OrderView(
            words=words
            % {
                "number": row.act_number,
                "day": formats.day(row.act_date, visit.lang),
                "order": ", ".join(f"№ {number}" for number in row.ordered),
            },
            reason=visit.in_lang(row, "words"),
        )
        for row in rows
    )


def tied_projects(visit: Visit, of: Round) -> tuple[TiedProject, ...]:
    """The equal projects whose order the commission owes; none where no count waits."""
    waiting = waiting_tie(visit.session, of)
    if not waiting:
        return ()
    known = on_ballot(visit.session, of)
    return tuple(
        TiedProject(
            number=number,
            title=visit.in_lang(found, "title") or found.title,
            lang="kk" if visit.lang == "kk" else "ru",
            price=formats.tenge(found.price or 0),
            url=f"{visit.here}/proposals/{found.number}",
        )
        for number in sorted(waiting, key=int)
        if (found := known.get(int(number)))
    )
