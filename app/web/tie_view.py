"""Equal projects that a count waits for, as everybody sees them."""

from dataclasses import dataclass

from app.decisions.counting import on_ballot
from app.decisions.ties import waiting_tie
from app.rounds.models import Round
from app.web.visit import Visit
from app.words import formats


@dataclass(frozen=True, slots=True)
class TiedProject:
    """One of the equal ones."""

    number: str  # on the ballot
    title: str
    lang: str
    price: str
    url: str


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
