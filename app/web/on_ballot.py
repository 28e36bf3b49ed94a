"""What the pages of the assembly, the akim and the maslikhat share: the projects voted on."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from app.decisions.models import Body, Word
from app.decisions.queries import counted_rounds, newest_words, voted_on
from app.decisions.rules import BudgetState, budget_state
from app.proposals.models import Proposal, Status
from app.rounds.models import Round
from app.web.forms import Posted
from app.web.frame import Link
from app.web.results_view import said_of
from app.web.visit import Visit
from app.words import formats, phrases
from app.words.catalogue import N_, translations


@dataclass(frozen=True, slots=True)
class OnBallot:
    """A project that was voted on, with what every body said so far."""

    number: str  # on the ballot
    title: str
    title_lang: str
    url: str
    desk_url: str
    votes: str
    price: str
    recommended: bool
    result: str
    said: tuple[str, ...]
    departs: bool
    state: str
    in_draft: bool
    heard: frozenset[str]  # the bodies that have spoken
    amount: int  # the newest sum that was said, else the price
    reason_kk: str
    reason_ru: str


def counted_round(visit: Visit, key: str | None = None) -> Round | None:
    """The district's own counted round with this key, or the newest."""
    found = counted_rounds(visit.session, district_id=visit.district.id)
    return next((one for one in found if key is None or one.key == key), None)


def round_links(visit: Visit, path: str, of: Round) -> tuple[Link, ...]:
    """Tabs to the same page of every counted round; none where there is one only."""
    say = translations(visit.lang).gettext
    found = counted_rounds(visit.session, district_id=visit.district.id)
    if len(found) < 2:
        return ()
    return tuple(
        Link(
            f"{visit.here}/{path}/{one.key}",
            say(N_("Round %(key)s")) % {"key": one.key},
            one.key == of.key,
        )
        for one in found
    )


def lines_of(visit: Visit, of: Round) -> tuple[OnBallot, ...]:
    """The projects of a round, those with the most votes first."""
    projects = voted_on(visit.session, district_id=visit.district.id, round_id=of.id)
    words = newest_words(visit.session, district_id=visit.district.id, round_id=of.id)
    order = sorted(
        (one for one in projects.values() if one.status != Status.WITHDRAWN),
        key=lambda one: (one.status != Status.RECOMMENDED, -(one.votes or 0), one.ballot_number),
    )
    return tuple(line_of(visit, one, words.get(one.id, {})) for one in order)


def line_of(visit: Visit, proposal: Proposal, words: Mapping[Body, Word]) -> OnBallot:
    """One project with the newest word of each body."""
    state = budget_state(words)
    recommended = proposal.status == Status.RECOMMENDED
    said = [words[body] for body in Body if body in words]
    # What the bodies before said is offered to the next one as it stands.
    before = next((one for one in reversed(said) if one.departs), None)
    amounts = [one.amount for one in said if one.amount]
    return OnBallot(
        number=str(proposal.ballot_number),
        title=visit.in_lang(proposal, "title") or proposal.title,
        title_lang="kk" if visit.lang == "kk" else "ru",
        url=f"{visit.here}/proposals/{proposal.number}",
        desk_url=f"{visit.here}/desk/decisions/{proposal.number}",
        votes=formats.number(proposal.votes or 0),
        price=formats.tenge(proposal.price or 0),
        recommended=recommended,
        result=phrases.label(
            "entry.decisions.recommended" if recommended else "entry.decisions.not_recommended",
            visit.lang,
        ),
        said=tuple(said_of(visit, word) for word in said),
        departs=before is not None,
        state=phrases.label(f"budget_state.{state}", visit.lang),
        in_draft=state not in (BudgetState.OPEN, BudgetState.OUT),
        heard=frozenset(word.body for word in said),
        amount=amounts[-1] if amounts else proposal.price or 0,
        reason_kk=before.reason_kk if before else "",
        reason_ru=before.reason_ru if before else "",
    )


def rows_said(
    posted: Posted, projects: Mapping[str, Proposal]
) -> Iterator[tuple[str, str, str, str, str]]:
    """What a form says of each project: number on the ballot, said, reasons, amount as typed."""
    for number in projects:
        if said := posted.text(f"said-{number}"):
            yield (
                number,
                said,
                posted.text(f"reason_kk-{number}")[:4000],
                posted.text(f"reason_ru-{number}")[:4000],
                posted.text(f"amount-{number}"),
            )
