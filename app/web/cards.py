"""The desk's pages of sign-in cards: choosing, the printed sheets, the list to sign."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any

import segno
from fastapi import APIRouter, HTTPException, Query, Response
from markupsafe import Markup

from app.core.database import transaction
from app.core.refusal import Refusal
from app.core.text import clean
from app.people.card_text import grouped
from app.people.cards import MOST_AT_ONCE, IssuedCard, issue_card, issue_cards
from app.people.roll_queries import RollLine, roll_line, roll_lines
from app.places.models import Settlement
from app.web.doors import Clerk
from app.web.forms import Filled, Form, blank
from app.web.render import page
from app.web.roll import (
    PER_PAGE,
    page_number,
    pager,
    person_page,
    person_row,
    settlement_options,
)
from app.web.visit import Visit
from app.words.catalogue import N_, translations

router = APIRouter()


@dataclass(frozen=True, slots=True)
class PrintedCard:
    """A card on the sheet."""

    name: str
    settlement: str
    number: str
    code: str
    qr: Markup


@dataclass(frozen=True, slots=True)
class CardWords:
    """What stands on every card, in Kazakh and Russian."""

    title: str
    number: str
    code: str
    fold: str
    how: tuple[str, str]


@dataclass(frozen=True, slots=True)
class ListLine:
    """A line of the list that residents sign when they take their card."""

    place: int
    name: str
    settlement: str
    number: str


@router.get("/{lang}/{slug}/desk/cards")
def show(
    visit: Clerk,
    name: str = "",
    settlement: str = "",
    page_: Annotated[str, Query(alias="page")] = "",
) -> Response:
    """Whoever has no card yet, to choose from."""
    return _choose(
        visit,
        blank(),
        name=clean(name)[:100],
        settlement=clean(settlement)[:9],
        number=page_number(page_),
    )


def _choose(
    visit: Visit,
    form: Filled[Any],
    *,
    name: str = "",
    settlement: str = "",
    number: int = 1,
    status: int = 200,
) -> Response:
    lines, total = roll_lines(
        visit.session,
        district_id=visit.district.id,
        name=name,
        settlement_id=settlement,
        with_card=False,
        first=(number - 1) * PER_PAGE,
        most=PER_PAGE,
    )
    _, handed = roll_lines(visit.session, district_id=visit.district.id, with_card=True, most=1)
    return page(
        visit,
        "people/cards.html",
        status=status,
        form=form,
        people=[person_row(visit, line) for line in lines],
        without=total,
        handed=handed,
        name=name,
        settlement=settlement,
        places=settlement_options(visit),
        pager=pager(f"{visit.here}/desk/cards", number, total, name=name, settlement=settlement),
    )


@router.post("/{lang}/{slug}/desk/cards")
def issue(visit: Clerk, posted: Form) -> Response:
    """Makes cards for the chosen and answers with the sheets, this once."""
    try:
        with transaction(visit.session):
            issued = issue_cards(
                visit.session,
                keyring=visit.keyring,
                district_id=visit.district.id,
                person_ids=posted.all("person")[: MOST_AT_ONCE + 1],
                replace=False,
                by_name=visit.who.name if visit.who else "",
                now=visit.clock.now(),
            )
    except Refusal as why:
        return _choose(visit, blank().refused(why), status=422)
    return _sheets(visit, issued)


@router.post("/{lang}/{slug}/desk/roll/people/{person_id}/card")
def issue_one(visit: Clerk, person_id: str, posted: Form) -> Response:
    """A card for one person; the one they had stops working. Answers with its sheet, this once."""
    if roll_line(visit.session, district_id=visit.district.id, person_id=person_id) is None:
        raise HTTPException(404)
    try:
        with transaction(visit.session):
            issued = issue_card(
                visit.session,
                keyring=visit.keyring,
                district_id=visit.district.id,
                person_id=person_id,
                by_name=visit.who.name if visit.who else "",
                now=visit.clock.now(),
            )
    except Refusal as why:
        return person_page(visit, person_id, blank().refused(why), status=422)
    return _sheets(visit, [issued])


@router.get("/{lang}/{slug}/desk/cards/list")
def list_to_sign(visit: Clerk, settlement: str = "") -> Response:
    """Whoever has a card, with a place for the signature. No codes."""
    lines, _ = roll_lines(
        visit.session,
        district_id=visit.district.id,
        settlement_id=clean(settlement)[:9],
        with_card=True,
        most=60_000,
    )
    return page(visit, "people/card_list.html", lines=_lines(visit, lines))


def _sheets(visit: Visit, issued: Sequence[IssuedCard]) -> Response:
    base = visit.settings.public_url.rstrip("/") or str(visit.request.base_url).rstrip("/")
    cards = [_printed(visit, one, base) for one in issued]
    rows = [
        ListLine(place, card.name, card.settlement, card.number)
        for place, card in enumerate(cards, 1)
    ]
    response = page(
        visit,
        "people/card_sheets.html",
        words=_words(visit),
        cards=cards,
        lines=rows,
    )
    response.headers["cache-control"] = "no-store"
    return response


def _printed(visit: Visit, one: IssuedCard, base: str) -> PrintedCard:
    place = visit.session.get_one(Settlement, (visit.district.id, one.settlement_id))
    drawn = segno.make(
        f"{base}/kk/sign-in/card/{one.number}/{one.code}", error="m", micro=False
    ).svg_inline(scale=1, border=2, omitsize=True, svgclass=None, lineclass=None)
    return PrintedCard(
        name=one.name,
        settlement=both(place.name_kk, place.name_ru),
        number=grouped(one.number),
        code=grouped(one.code),
        qr=Markup(drawn),
    )


def _words(visit: Visit) -> CardWords:
    kk, ru = translations("kk").gettext, translations("ru").gettext

    def say(message: str) -> str:
        return both(kk(message), ru(message))

    how = N_(
        "Point the camera at the square, or type the number and the code. Show the code to nobody."
    )
    return CardWords(
        title=both(visit.district.name_kk, visit.district.name_ru),
        number=say(N_("Card number")),
        code=say(N_("Card code")),
        fold=say(N_("Fold here")),
        how=(kk(how), ru(how)),
    )


def both(kk: str, ru: str) -> str:
    """The same in Kazakh and Russian, once where they are alike."""
    return kk if kk == ru else f"{kk} / {ru}"


def _lines(visit: Visit, lines: Sequence[RollLine]) -> list[ListLine]:
    return [
        ListLine(place, line.name, visit.in_lang(line, "settlement"), grouped(line.card_number))
        for place, line in enumerate(lines, 1)
        if line.card_number
    ]
