"""A proposal written down at the office for a resident, and the receipt that is printed."""

import re
from dataclasses import dataclass
from datetime import date, datetime

from fastapi import APIRouter, HTTPException, Response
from pydantic import BaseModel
from sqlmodel import col, select

from app.core.database import transaction
from app.core.ids import new_id
from app.core.refusal import Refusal
from app.people.card_text import number_of
from app.people.models import Card, Person
from app.people.roll_queries import RollLine, roll_line, roll_lines
from app.places.queries import settlements
from app.proposals import rules
from app.proposals.actions import file_for
from app.proposals.photos import Picture, remake
from app.proposals.queries import WHOLE, proposal_for
from app.proposals.rules import What, Where
from app.rounds.calendar import Act, why_not_now
from app.rounds.models import Round
from app.rounds.queries import lock_round
from app.web.desk import places_of
from app.web.doors import Clerk, Desk
from app.web.draft_steps import WhatView, what_view
from app.web.forms import Filled, Form, Posted, Tenge, blank, fill
from app.web.frame import current_round
from app.web.render import page, see_other
from app.web.visit import Visit
from app.words import phrases
from app.words.catalogue import N_, translations

router = APIRouter()
SHOWN = 20  # people found at once
ID = re.compile(r"[0-9a-f]{20}")
OFFICIAL = ("kk", "ru")


class FileForm(BaseModel):
    """What the resident says and the clerk types."""

    person: str
    consent: bool = False
    text_lang: str = ""
    title: str = ""
    body: str = ""
    direction: int | None = None
    settlement: str
    place: str = ""
    estimate: Tenge | None = None
    contribution: str = ""

    def what(self) -> What:
        """The first step, as the room takes it."""
        return What(self.text_lang, self.title, self.body, self.direction)

    def where(self) -> Where:
        """The second step, as the room takes it."""
        settlement = None if self.settlement == WHOLE else self.settlement
        return Where(settlement, self.place, self.estimate, self.contribution)


@dataclass(frozen=True, slots=True)
class Found:
    """A person of the roll."""

    url: str
    name: str
    place: str
    card: str


@dataclass(frozen=True, slots=True)
class FileView:
    """The page: first the person, then the form."""

    why_not: Refusal | None
    asked: str
    found: tuple[Found, ...]
    more: bool
    person: Found | None
    person_id: str
    draft_id: str
    step: WhatView
    settlements: tuple[tuple[str, str], ...]
    price_cap: int | None
    photos_most: int


@dataclass(frozen=True, slots=True)
class ReceiptSide:
    """The receipt in one language: pairs of a label and a value."""

    lang: str
    title: str
    rows: tuple[tuple[str, str], ...]
    law: str
    signature: str
    office: str
    address: str


@dataclass(frozen=True, slots=True)
class ReceiptView:
    """A receipt, in Kazakh and Russian side by side (APPC article 64)."""

    number: str
    sides: tuple[ReceiptSide, ...]
    back_url: str


@router.get("/{lang}/{slug}/desk/file")
def show(visit: Clerk, q: str = "", person: str = "") -> Response:
    """Finds the resident on the roll; then the form."""
    chosen = _person(visit, person) if person else None
    if person and chosen is None:
        raise HTTPException(404)
    form: Filled[FileForm] = blank(text_lang="ru" if visit.lang == "ru" else "kk")
    if chosen is not None:
        form = blank(**{**form.typed, "settlement": chosen.settlement_id})
    return _page(visit, form, chosen, asked=q, draft_id=new_id())


@router.post("/{lang}/{slug}/desk/file")
def send(visit: Clerk, posted: Form) -> Response:
    """Files it by the same rules as the resident would; the receipt follows."""
    assert visit.who is not None
    draft_id = posted.text("draft")
    chosen = _person(visit, posted.text("person"))
    if chosen is None or not ID.fullmatch(draft_id):
        raise HTTPException(404)
    form = _read(visit, posted)
    pictures: list[Picture] = []
    try:
        pictures = _pictures(posted)
    except Refusal as why:
        form = form.refused(why.at("photos"))
    current = _round(visit)
    if form.value is not None and not form.problems and current is not None:
        try:
            with transaction(visit.session):
                lock_round(visit.session, round_id=current.id)
                filed = file_for(
                    visit.session,
                    district_id=visit.district.id,
                    round_id=current.id,
                    person_id=chosen.person_id,
                    what=form.value.what(),
                    where=form.value.where(),
                    clerk=visit.who.name,
                    now=visit.clock.now(),
                    pictures=pictures,
                    draft_id=draft_id,
                )
            return see_other(visit, f"{visit.here}/desk/receipts/{filed.number}")
        except Refusal as why:
            form = form.refused(why)
    return _page(visit, form, chosen, draft_id=draft_id)


@router.get("/{lang}/{slug}/desk/receipts/{number}")
def receipt(visit: Desk, number: str) -> Response:
    """The printed receipt: number, day, hour, and by when an answer is owed."""
    proposal = proposal_for(
        visit.session, district_id=visit.district.id, number=number, who=visit.who
    )
    if proposal is None or proposal.submitted_at is None or proposal.due is None:
        raise HTTPException(404)
    person = visit.session.get(Person, proposal.person_id) if proposal.person_id else None
    places = {one.id: one for one in settlements(visit.session, district_id=visit.district.id)}
    settlement = places.get(proposal.settlement_id or "")

    def side(lang: str) -> ReceiptSide:
        assert proposal is not None
        assert proposal.submitted_at is not None
        assert proposal.due is not None
        name = getattr(settlement, f"name_{lang}") if settlement else ""
        rows: list[tuple[str, str | datetime | date]] = [
            ("number", number),
            ("handed_in", proposal.submitted_at),
            ("due", proposal.due),
            ("author", person.full_name if person else proposal.author),
            ("what", proposal.title),
            ("where", ", ".join(part for part in (name, proposal.place) if part)),
            ("taken_by", proposal.filed_by),
            ("state_number", proposal.state_number),
        ]
        return ReceiptSide(
            lang=lang,
            title=phrases.label("receipt.title", lang),
            rows=tuple(
                (phrases.label(f"receipt.{code}", lang), phrases.fact(code, value, lang))
                for code, value in rows
                if value
            ),
            law=phrases.label("receipt.law", lang),
            signature=phrases.label("receipt.signature", lang),
            office=getattr(visit.district, f"name_{lang}"),
            address=", ".join(
                part
                for part in (getattr(visit.district, f"address_{lang}"), visit.district.phone)
                if part
            ),
        )

    view = ReceiptView(
        number=number,
        sides=tuple(side(lang) for lang in OFFICIAL),
        back_url=f"{visit.here}/desk/proposals/{number}",
    )
    return page(visit, "desk/receipt.html", view=view)


def _read(visit: Visit, posted: Posted) -> Filled[FileForm]:
    form = fill(FileForm, posted)
    if form.value is None:
        return form
    known = {one.id for one in settlements(visit.session, district_id=visit.district.id)}
    form = form.refused(
        *rules.wrong_in_what(form.value.what()),
        *rules.wrong_in_where(form.value.where(), settlements=known),
    )
    if not form.value or not form.value.consent:
        form = form.refused(Refusal("review.no_consent", field="consent"))
    return form


def _pictures(posted: Posted) -> list[Picture]:
    files = posted.files.get("photos", [])
    if len(files) > rules.MOST_PHOTOS:
        raise Refusal("photos.too_many", most=rules.MOST_PHOTOS)
    return [remake(one.data) for one in files]


def _round(visit: Visit) -> Round | None:
    found = current_round(visit, visit.district)
    return found[0] if found else None


def _person(visit: Visit, person_id: str) -> RollLine | None:
    return roll_line(visit.session, district_id=visit.district.id, person_id=person_id)


def _search(visit: Visit, asked: str) -> tuple[list[RollLine], int]:
    """By a card's number, or by any part of a name."""
    if not asked.strip():
        return [], 0
    number = number_of(asked)
    if number.isascii() and number.isdigit():
        holders = visit.session.exec(
            select(Card.person_id).where(
                Card.district_id == visit.district.id,
                Card.number == number,
                col(Card.replaced_at).is_(None),
            )
        ).all()
        return roll_lines(visit.session, district_id=visit.district.id, person_ids=holders)
    return roll_lines(visit.session, district_id=visit.district.id, name=asked, most=SHOWN)


def _page(
    visit: Visit,
    form: Filled[FileForm],
    chosen: RollLine | None,
    *,
    asked: str = "",
    draft_id: str,
) -> Response:
    here = f"{visit.here}/desk/file"
    current = current_round(visit, visit.district)
    why_not: Refusal | None = Refusal("review.no_round")
    if current is not None:
        why_not = why_not_now(Act.PROPOSE, current[1], visit.now)

    def found(line: RollLine) -> Found:
        return Found(
            url=f"{here}?person={line.person_id}",
            name=line.name,
            place=visit.in_lang(line, "settlement"),
            card=line.card_number or "",
        )

    lines, total = _search(visit, asked[:100]) if chosen is None else ([], 0)
    whole = translations(visit.lang).gettext(N_("The whole district"))
    view = FileView(
        why_not=why_not,
        asked=asked[:100],
        found=tuple(found(line) for line in lines),
        more=total > len(lines),
        person=found(chosen) if chosen else None,
        person_id=chosen.person_id if chosen else "",
        draft_id=draft_id,
        step=what_view(visit, here),
        settlements=(*places_of(visit).items(), (WHOLE, whole)),
        price_cap=current[0].price_cap if current else None,
        photos_most=rules.MOST_PHOTOS,
    )
    return page(visit, "desk/file.html", status=422 if form.problems else 200, form=form, view=view)
