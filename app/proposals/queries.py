"""Reading proposals. Loading one includes the right to see it: a foreign one is not there."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, or_
from sqlalchemy.orm import defer
from sqlmodel import Session, col, func, select

from app.core.text import fold
from app.people.models import Role, RollEntry
from app.people.queries import Who
from app.proposals.models import VOTED, Photo, Proposal, Status
from app.proposals.rules import What, Where

PAGE = 20  # proposals on a page of a list


def is_author(proposal: Proposal, who: Who | None) -> bool:
    """Whether this is the resident whose proposal it is."""
    return who is not None and who.person_id is not None and who.person_id == proposal.person_id


def is_desk(proposal: Proposal, who: Who | None) -> bool:
    """Whether this is somebody of the office that answers it."""
    return (
        who is not None
        and who.role in (Role.CLERK, Role.AKIM)
        and who.district_id == proposal.district_id
    )


def may_write(proposal: Proposal, who: Who | None) -> bool:
    """Its author; and the clerk, for whoever handed it in at the office."""
    if is_author(proposal, who):
        return True
    if not proposal.filed_by or who is None:
        return False
    return who.role == Role.CLERK and is_desk(proposal, who)


def proposal_for(
    session: Session, *, district_id: str, number: str, who: Who | None, lock: bool = False
) -> Proposal | None:
    """The proposal with this number, which is public: a draft has none. `lock` to write it."""
    return _one(session, lock, Proposal.district_id == district_id, Proposal.number == number)


def draft_for(
    session: Session, *, district_id: str, proposal_id: str, who: Who | None, lock: bool = False
) -> Proposal | None:
    """A draft, or a proposal that was one, for whoever may write on it; None for others."""
    found = _one(session, lock, Proposal.district_id == district_id, Proposal.id == proposal_id)
    return found if found is not None and may_write(found, who) else None


def _one(session: Session, lock: bool, *conditions: Any) -> Proposal | None:
    query = select(Proposal).where(*conditions)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    return session.exec(query).first()


def drafts_of(session: Session, *, district_id: str, person_id: str) -> Sequence[Proposal]:
    """A person's drafts and what came back to them for correction, the newest first."""
    return session.exec(
        select(Proposal)
        .where(
            Proposal.district_id == district_id,
            Proposal.person_id == person_id,
            col(Proposal.status).in_((Status.DRAFT, Status.RETURNED)),
        )
        .order_by(col(Proposal.started_at).desc(), col(Proposal.id))
    ).all()


def sent_by(session: Session, *, district_id: str, person_id: str) -> Sequence[Proposal]:
    """What a person handed in, the newest first."""
    return session.exec(
        select(Proposal)
        .where(
            Proposal.district_id == district_id,
            Proposal.person_id == person_id,
            Proposal.status != Status.DRAFT,
        )
        .order_by(col(Proposal.number).desc())
    ).all()


def drafts_begun(session: Session, *, round_id: str, person_id: str) -> int:
    """How many drafts a person has in a round."""
    return session.exec(
        select(func.count())
        .select_from(Proposal)
        .where(
            Proposal.round_id == round_id,
            Proposal.person_id == person_id,
            Proposal.status == Status.DRAFT,
        )
    ).one()


def stands_on_roll(session: Session, *, district_id: str, person_id: str) -> bool:
    """Whether a person stands on this district's roll now."""
    return (
        session.exec(
            select(RollEntry.id).where(
                RollEntry.district_id == district_id,
                RollEntry.person_id == person_id,
                col(RollEntry.removed_on).is_(None),
            )
        ).first()
        is not None
    )


def as_written(proposal: Proposal) -> tuple[What, Where]:
    """Both steps as their author last left them, with corrections not sent yet."""
    row: dict[str, Any] = {
        name: getattr(proposal, name)
        for name in (
            *("lang", "title", "body", "direction"),
            *("settlement_id", "place", "estimate", "contribution"),
        )
    } | (proposal.correction or {})
    return (
        What(row["lang"], row["title"], row["body"], row["direction"]),
        Where(row["settlement_id"], row["place"], row["estimate"], row["contribution"]),
    )


def title_in(proposal: Proposal, lang: str) -> tuple[str, str]:
    """The title and its language: as admitted in the reader's, else in the resident's words."""
    if lang == "kk" and proposal.title_kk:
        return proposal.title_kk, "kk"
    if lang != "kk" and proposal.title_ru:
        return proposal.title_ru, "ru"
    return proposal.title, proposal.lang


@dataclass(frozen=True, slots=True)
class PhotoLine:
    """A photo without its bytes. `new` was added in a correction that is not sent yet."""

    id: str
    width: int
    height: int
    size: int  # bytes
    sha256: str
    new: bool = False


def photos_of(session: Session, *, proposal: Proposal, writing: bool) -> list[PhotoLine]:
    """A proposal's photos, as its author left them or as the public sees them."""
    rows = session.exec(
        select(Photo)
        .where(
            Photo.district_id == proposal.district_id,
            Photo.proposal_id == proposal.id,
            Photo.kind == "proposal",
        )
        .options(defer(Photo.data))  # type: ignore[arg-type]
        .order_by(col(Photo.at), col(Photo.id))
    ).all()
    change = proposal.correction or {}
    added, dropped = change.get("added", []), change.get("dropped", [])
    hidden = dropped if writing else added
    return [
        PhotoLine(row.id, row.width, row.height, row.size, row.sha256, row.id in added)
        for row in rows
        if row.id not in hidden
    ]


def photo_for(
    session: Session, *, district_id: str, photo_id: str, who: Who | None
) -> Photo | None:
    """A picture or scan of this district, if this person may see it now."""
    photo = session.exec(
        select(Photo).where(Photo.district_id == district_id, Photo.id == photo_id)
    ).first()
    if photo is None or photo.proposal_id is None or photo.kind == "scan":
        return photo
    proposal = session.exec(
        select(Proposal).where(
            Proposal.district_id == district_id, Proposal.id == photo.proposal_id
        )
    ).one()
    pending = photo.id in (proposal.correction or {}).get("added", [])
    if proposal.status != Status.DRAFT and not pending:
        return photo
    return photo if is_author(proposal, who) or is_desk(proposal, who) else None


@dataclass(frozen=True, slots=True)
class Found:
    """A page of a list."""

    rows: Sequence[Proposal]
    total: int
    page: int
    pages: int


# Beginnings of words that most titles have: to repair, to build, to set up, a street, a village.
COMMON = tuple(fold("жөнде салу орнат ремонт строит установ улиц көше ауыл село").split())
SOFT = {"к": "г", "п": "б"}  # what a Kazakh word's last letter becomes before a vowel, folded
WHOLE = "whole"  # stands for "the whole district" among settlements


def search(
    session: Session,
    *,
    district_id: str,
    round_id: str,
    text: str = "",
    settlement: str = "",
    direction: int | None = None,
    status: str = "",
    page: int = 1,
) -> Found:
    """Public proposals of a round: every word of the text found, letters folded; newest first."""
    where = _public(district_id, round_id)
    where += [_has(word) for word in fold(text).split()]
    if settlement == WHOLE:
        where.append(col(Proposal.settlement_id).is_(None))
    elif settlement:
        where.append(col(Proposal.settlement_id) == settlement)
    if direction is not None:
        where.append(col(Proposal.direction) == direction)
    if status:
        where.append(col(Proposal.status) == status)
    total = session.exec(select(func.count()).select_from(Proposal).where(*where)).one()
    pages = max(1, -(-total // PAGE))
    page = min(max(page, 1), pages)
    rows = session.exec(
        select(Proposal)
        .where(*where)
        .order_by(col(Proposal.submitted_at).desc(), col(Proposal.number).desc())
        .offset((page - 1) * PAGE)
        .limit(PAGE)
    ).all()
    return Found(rows, total, page, pages)


def _has(word: str) -> ColumnElement[bool]:
    """Whether the folded text has this word; «құдық» also in «құдығы», where its end is soft."""
    found = col(Proposal.search).contains(word, autoescape=True)
    if len(word) < 4 or word[-1] not in SOFT:
        return found
    softened = word[:-1] + SOFT[word[-1]]
    return or_(found, col(Proposal.search).contains(softened, autoescape=True))


def public_proposals(session: Session, *, district_id: str, round_id: str) -> Sequence[Proposal]:
    """All public proposals of a round, by number."""
    return session.exec(
        select(Proposal)
        .where(*_public(district_id, round_id))
        .order_by(col(Proposal.submitted_at), col(Proposal.number))
    ).all()


def _public(district_id: str, round_id: str) -> list[ColumnElement[bool]]:
    return [
        col(Proposal.district_id) == district_id,
        col(Proposal.round_id) == round_id,
        col(Proposal.status) != Status.DRAFT,
    ]


def ballot_projects(session: Session, *, district_id: str, round_id: str) -> list[Proposal]:
    """What is, or was, voted on in a round, by its number on the ballot."""
    return list(
        session.exec(
            select(Proposal)
            .where(
                Proposal.district_id == district_id,
                Proposal.round_id == round_id,
                col(Proposal.status).in_(VOTED),
                col(Proposal.ballot_number).is_not(None),
            )
            .order_by(col(Proposal.ballot_number))
        ).all()
    )


def similar_to(session: Session, *, proposal: Proposal, most: int = 3) -> list[Proposal]:
    """Proposals of the round whose titles share words with this one, its own settlement first."""
    what, where = as_written(proposal)
    ours = _stems(what.title)
    if not ours:
        return []
    others = session.exec(
        select(Proposal).where(
            *_public(proposal.district_id, proposal.round_id),
            Proposal.id != proposal.id,
            Proposal.status != Status.WITHDRAWN,
        )
    ).all()
    scored = [
        (len(ours & _stems(one.title)), one.settlement_id == where.settlement_id, one)
        for one in others
    ]
    # Two shared words, or one where the place is the same too.
    near = [one for one in scored if one[0] + one[1] >= 2 and one[0] > 0]
    near.sort(key=lambda one: (-one[0], not one[1], one[2].number))
    return [one[2] for one in near[:most]]


def _stems(title: str) -> set[str]:
    """The beginnings of its longer words; endings differ in Kazakh and in Russian."""
    words = "".join(sign if sign.isalnum() else " " for sign in fold(title)).split()
    return {word[:5] for word in words if len(word) >= 4 and not word.startswith(COMMON)}
