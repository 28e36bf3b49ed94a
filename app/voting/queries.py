"""Reading about a vote. Nothing here tells a count per project before the close."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func
from sqlmodel import Session, col, select

from app.core.keys import Keyring
from app.core.refusal import Refusal
from app.core.text import fold
from app.people.models import Person, RollEntry
from app.people.queries import may_vote_on
from app.places.models import Settlement
from app.proposals.models import VOTED, Proposal
from app.rounds.models import BallotMethod, Round
from app.voting import envelopes, rules, voters
from app.voting.list_models import Voter
from app.voting.models import Ballot, Channel, CountedBallot, PaperEntry, Turnout
from app.voting.rules import Paper


@dataclass(frozen=True, slots=True)
class OnBallot:
    """A project on the ballot. The price is in tenge."""

    number: int
    proposal_number: str
    title_kk: str
    title_ru: str
    short_kk: str
    short_ru: str
    price: int
    settlement_kk: str
    settlement_ru: str
    cofinanced: int = 0  # what neighbours give beside the price, in tenge


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A person of the roll as the desk tells them from their namesakes."""

    person_id: str
    full_name: str
    born: int  # the year
    settlement_kk: str
    settlement_ru: str


def projects(session: Session, *, district_id: str, round_id: str) -> list[OnBallot]:
    """The projects on the ballot, by their numbers."""
    places = {
        place.id: place
        for place in session.exec(select(Settlement).where(Settlement.district_id == district_id))
    }
    rows = session.exec(
        select(Proposal)
        .where(Proposal.district_id == district_id, Proposal.round_id == round_id)
        .where(col(Proposal.status).in_(VOTED), col(Proposal.ballot_number).is_not(None))
        .order_by(col(Proposal.ballot_number))
    ).all()
    return [
        OnBallot(
            number=proposal.ballot_number or 0,
            proposal_number=proposal.number or "",
            title_kk=proposal.title_kk or proposal.title,
            title_ru=proposal.title_ru or proposal.title,
            short_kk=proposal.short_kk,
            short_ru=proposal.short_ru,
            price=proposal.price or 0,
            settlement_kk=place.name_kk if place else "",
            settlement_ru=place.name_ru if place else "",
            cofinanced=proposal.cofinanced,
        )
        for proposal in rows
        for place in [places.get(proposal.settlement_id or "")]
    ]


def paper_of(session: Session, *, of: Round) -> Paper:
    """What a ballot of this round is made of."""
    found = session.exec(
        select(Proposal.ballot_number, Proposal.price)
        .where(Proposal.district_id == of.district_id, Proposal.round_id == of.id)
        .where(col(Proposal.status).in_(VOTED), col(Proposal.ballot_number).is_not(None))
    ).all()
    numbers = frozenset(number for number, _ in found if number is not None)
    if of.method != BallotMethod.KNAPSACK:
        return Paper(numbers, of.most_choices)
    prices = {number: price or 0 for number, price in found if number is not None}
    # The frozen list is what people read and what is counted.
    for line in (of.rules or {}).get("projects", ()):
        prices[int(line["number"])] = int(line["price"])
    return Paper(numbers, len(numbers), prices, of.envelope)


def why_no_right(session: Session, *, of: Round, person_id: str) -> Refusal | None:
    """Why a person has no right in a round: by its closed list; in rounds of before by the roll."""
    if voters.on_list(session, of=of, person_id=person_id):
        return None
    closed = voters.closing_of(session, of=of) is not None
    if not closed and may_vote_on(
        session,
        district_id=of.district_id,
        of_age_on=of.of_age_on,
        person_id=person_id,
        listed_by=of.roll_closes_on,
    ):
        return None
    found = session.exec(
        select(RollEntry, Person)
        .join(Person, col(Person.id) == col(RollEntry.person_id))
        .where(RollEntry.district_id == of.district_id, RollEntry.person_id == person_id)
        .where(col(RollEntry.removed_on).is_(None))
    ).first()
    missing = "voting.not_on_list" if closed and found else "voting.not_on_roll"
    return rules.why_no_right(
        listed_on=found[0].added_on if found else None,
        of_age_on=found[1].of_age_on if found else date.max,
        roll_closes_on=of.roll_closes_on,
        adult_by=of.of_age_on,
    ) or Refusal(missing)


def used_right(session: Session, *, keyring: Keyring, of: Round, person_id: str) -> Channel | None:
    """By which way this person used their right; None when they did not."""
    channel = session.exec(
        select(Ballot.channel).where(
            Ballot.district_id == of.district_id,
            Ballot.round_id == of.id,
            Ballot.ballot_key == envelopes.ballot_key(keyring, round_id=of.id, person_id=person_id),
        )
    ).first()
    return None if channel is None else Channel(channel)


def my_choices(
    session: Session, *, keyring: Keyring, of: Round, person_id: str
) -> tuple[int, ...] | None:
    """What is counted for this person now; None without a ballot online, and after sealing.

    Raises Refusal("voting.envelope_broken") where it cannot be read.
    """
    key = envelopes.ballot_key(keyring, round_id=of.id, person_id=person_id)
    row = session.exec(
        select(Ballot.channel, Ballot.envelope).where(
            Ballot.district_id == of.district_id,
            Ballot.round_id == of.id,
            Ballot.ballot_key == key,
        )
    ).first()
    if row is None or row[0] != Channel.ONLINE or of.sealed_at is not None:
        return None
    if of.cancelled_at is not None:
        return None  # the ballots of a round that was called off are never opened
    try:
        return envelopes.open_(keyring, round_id=of.id, ballot_key=key, sealed=row[1])
    except envelopes.EnvelopeBroken:
        raise Refusal("voting.envelope_broken") from None


def rights_used(session: Session, *, of: Round, channel: Channel | None = None) -> int:
    """How many rights were used, altogether or by one way. Not for a page while the vote runs."""
    query = select(func.count()).where(
        Ballot.district_id == of.district_id, Ballot.round_id == of.id
    )
    if channel is not None:
        query = query.where(Ballot.channel == channel)
    return int(session.exec(query).one())


def turnout_so_far(session: Session, *, of: Round) -> int | None:
    """One figure for the district, where the round's rules show it; else None."""
    return rights_used(session, of=of) if of.show_turnout else None


def turnout(session: Session, *, district_id: str, round_id: str) -> Turnout | None:
    """The balance of a closed round; None before its paper was closed."""
    return session.exec(
        select(Turnout).where(Turnout.district_id == district_id, Turnout.round_id == round_id)
    ).first()


def counted(session: Session, *, round_id: str) -> list[tuple[tuple[int, ...], int]]:
    """The counted ballots of a closed round, choices and how often, in an order without meaning."""
    rows = session.exec(
        select(CountedBallot.choices, CountedBallot.times)
        .where(CountedBallot.round_id == round_id)
        .order_by(col(CountedBallot.id))
    ).all()
    return [(tuple(choices), times) for choices, times in rows]


def is_entered(session: Session, *, of: Round, number: str) -> bool:
    """Whether anybody read this sheet."""
    return (
        session.exec(
            select(PaperEntry.reading).where(
                PaperEntry.district_id == of.district_id,
                PaperEntry.round_id == of.id,
                PaperEntry.number == number,
            )
        ).first()
        is not None
    )


def neighbours(session: Session, *, of: Round, named: str, most: int = 20) -> list[Neighbour]:
    """The people who may vote whose names have all these words in them, however they are typed.

    Those of the closed list; in rounds of before, those of the roll.
    """
    words = fold(named).split()
    if not words:
        return []
    query = select(Person, Settlement)
    if voters.closing_of(session, of=of) is not None:
        query = query.join(Voter, col(Voter.person_id) == col(Person.id)).where(
            Voter.district_id == of.district_id,
            Voter.round_id == of.id,
            Settlement.district_id == Voter.district_id,
            Settlement.id == Voter.settlement_id,
        )
    else:
        query = query.join(RollEntry, col(RollEntry.person_id) == col(Person.id)).where(
            RollEntry.district_id == of.district_id,
            col(RollEntry.removed_on).is_(None),
            Settlement.district_id == RollEntry.district_id,
            Settlement.id == RollEntry.settlement_id,
        )
    rows = session.exec(query.order_by(col(Person.full_name), col(Person.id))).all()
    found = [
        Neighbour(
            person.id,
            person.full_name,
            person.of_age_on.year - 18,
            place.name_kk,
            place.name_ru,
        )
        for person, place in rows
        if all(word in fold(person.full_name) for word in words)
    ]
    return found[:most]
