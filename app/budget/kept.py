"""What is kept of a resident's contributions, and what becomes of them when the account ends."""

from typing import Any

from sqlmodel import Session, select

from app.budget.giving_models import Contribution, ContributionMove


def kept_of_person(session: Session, *, person_id: str) -> list[dict[str, Any]]:
    """What a person promised, and what came of it."""
    names = (
        *("number", "given_as", "worth", "what_kk", "what_ru", "named", "name"),
        *("at", "confirmed_at"),
    )
    moved = ("move", "moved_on", "amount", "words_kk", "words_ru")
    return [
        {name: getattr(one, name) for name in names}
        | {
            "moves": [
                {name: getattr(step, name) for name in moved}
                for step in session.exec(
                    select(ContributionMove).where(ContributionMove.contribution_id == one.id)
                )
            ]
        }
        for one in session.exec(select(Contribution).where(Contribution.person_id == person_id))
    ]


def erase_person(session: Session, *, person_id: str) -> None:
    """The sums stay without a name; words that nobody has confirmed go too.

    What the record tells of them never named anybody.
    """
    for one in session.exec(
        select(Contribution).where(Contribution.person_id == person_id).with_for_update()
    ).all():
        one.person_id, one.named, one.name = None, False, ""
        if one.confirmed_at is None:
            one.what_kk = one.what_ru = ""
        session.add(one)
    session.flush()
