"""What is kept about a person beside their ballots, which are anonymous and stay."""

from datetime import datetime
from typing import Any

from sqlalchemy import delete, update
from sqlmodel import Session, col, select

from app.core.keys import Keyring
from app.core.refusal import Refusal
from app.notices.models import NoticeChoice
from app.voting.disputes import own_disputes
from app.voting.list_models import DeskQuestion, Dispute, Voter
from app.voting.mine import asked_about, my_votes


def kept_of_person(
    session: Session, *, keyring: Keyring, district_id: str, person_id: str, now: datetime
) -> dict[str, Any]:
    """How they want to be told, whether their right was used, disputes, questions at the desk.

    Never what was chosen: a file that says so could be demanded by whoever buys votes.
    """
    choice = session.get(NoticeChoice, person_id)
    return {
        "notices": None
        if choice is None
        else {"channel": choice.channel, "shared_too": choice.shared_too, "lang": choice.lang},
        "votes_in_my_name": [
            {"round": one.of.key, "answer": one.answer.value}
            for one in my_votes(
                session, keyring=keyring, district_id=district_id, person_id=person_id, now=now
            )
        ],
        "on_closed_lists": list(
            session.exec(select(Voter.round_id).where(Voter.person_id == person_id))
        ),
        "disputes": [
            {
                "text": one.text,
                "opened_at": one.opened_at,
                "outcome": one.outcome,
                "why": one.why,
                "settled_at": one.settled_at,
            }
            for one in own_disputes(session, person_id=person_id)
        ],
        "asked_at_desk": [
            {"by_name": one.by_name, "at": one.at}
            for one in asked_about(session, person_id=person_id)
        ],
    }


def why_not_erase(session: Session, *, person_id: str) -> Refusal | None:
    """A dispute about their own vote waits for a second official."""
    if any(one.settled_at is None for one in own_disputes(session, person_id=person_id)):
        return Refusal("voting.erase_dispute")
    return None


def erase_person(session: Session, *, person_id: str) -> None:
    """The choice of notices and the desk's questions go; a settled dispute stays as a number."""
    session.execute(delete(NoticeChoice).where(col(NoticeChoice.person_id) == person_id))
    session.execute(delete(DeskQuestion).where(col(DeskQuestion.person_id) == person_id))
    session.execute(
        update(Dispute)
        .where(col(Dispute.person_id) == person_id)
        .values(person_id=None, text="", why="")
    )
    session.flush()
