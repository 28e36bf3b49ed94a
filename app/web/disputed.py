"""What the public reads of a round's disputed votes: numbers, and whether they weigh."""

from dataclasses import dataclass

from app.counting.outcome import Outcome
from app.decisions.disputed import margin
from app.rounds.models import Round
from app.rounds.queries import calendar_of
from app.voting.disputes import numbers, until
from app.web.visit import Visit
from app.words import formats
from app.words.catalogue import N_, translations


@dataclass(frozen=True, slots=True)
class DisputedView:
    """Numbers by how they ended; `foreign` and `margin` are empty where nothing weighs."""

    rows: tuple[tuple[str, str], ...]
    until: str
    still_open: bool  # more may come
    foreign: str
    margin: str


def disputed_view(visit: Visit, of: Round, outcome: Outcome | None = None) -> DisputedView | None:
    """The disputes of a round in numbers; None where nobody disputed anything."""
    found = numbers(visit.session, district_id=of.district_id, round_id=of.id)
    if not found.all:
        return None
    say = translations(visit.lang).gettext
    last = until(of, calendar_of(visit.session, round_id=of.id))
    gap = margin(outcome) if outcome is not None else None
    weighs = gap is not None and found.foreign >= gap and found.foreign > 0
    return DisputedView(
        rows=(
            (say(N_("People who said that a vote in their name was not theirs")), str(found.all)),
            (say(N_("They voted again, and only that vote counts")), str(found.replaced)),
            (say(N_("It was their own vote after all")), str(found.own)),
            (say(N_("Somebody else's vote that stays counted")), str(found.foreign)),
            (say(N_("Being looked into")), str(found.open)),
        ),
        until=formats.moment(last, visit.lang),
        still_open=visit.now < last,
        foreign=formats.number(found.foreign) if weighs else "",
        margin=formats.number(gap) if weighs and gap is not None else "",
    )
