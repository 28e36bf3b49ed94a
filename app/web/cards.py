"""The desk's pages of sign-in cards: first cards, new ones for old ones, the sheets, the list."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Query, Response
from pydantic import BaseModel, Field

from app.core.database import transaction
from app.core.refusal import Refusal
from app.core.text import clean
from app.people import consent
from app.people.cards import (
    HANDFUL,
    MOST_AT_ONCE,
    IssuedCard,
    issue_card,
    issue_cards,
    left_today,
)
from app.people.cards_agreed import ask_anew, issue_agreed, open_requests
from app.people.consent import Act, actor_of
from app.people.office_models import Consent, ConsentState
from app.people.roll_queries import roll_line, roll_lines
from app.web import card_pdf
from app.web.card_sheets import card_words, groups_of_cards, groups_of_lines, printed_cards
from app.web.doors import Clerk
from app.web.forms import Filled, Form, Posted, blank, fill
from app.web.render import file, page, see_other
from app.web.roll import (
    PER_PAGE,
    my_name,
    page_number,
    pager,
    person_row,
    settlement_options,
)
from app.web.roll_person import person_page
from app.web.visit import Visit
from app.words import phrases
from app.words.catalogue import N_, translations

router = APIRouter()
LIST_TITLE = N_("Cards handed out against a document")
LIST_HEADS = ("№", N_("Name"), N_("Card number"), N_("Date"), N_("Signature"))


class WhyForm(BaseModel):
    """Why so many cards are issued anew: for the second official."""

    why: str = Field(min_length=1, max_length=500)


@dataclass(frozen=True, slots=True)
class RequestRow:
    """New cards that a second official was asked for."""

    cards: int
    by_name: str
    asked_at: datetime
    ends_at: datetime
    state: str
    print_url: str  # only for whoever asked, once it is agreed


@router.get("/{lang}/{slug}/desk/cards")
def show(
    visit: Clerk,
    name: str = "",
    settlement: str = "",
    page_: Annotated[str, Query(alias="page")] = "",
) -> Response:
    """Whoever has no card yet, to choose from."""
    return _choose(visit, blank(), name=name, settlement=settlement, number=page_number(page_))


@router.get("/{lang}/{slug}/desk/cards/anew")
def show_anew(
    visit: Clerk,
    name: str = "",
    settlement: str = "",
    page_: Annotated[str, Query(alias="page")] = "",
) -> Response:
    """Whoever has a card, to choose for whom it is issued anew."""
    number = page_number(page_)
    return _choose(visit, blank(), name=name, settlement=settlement, number=number, anew=True)


def _choose(
    visit: Visit,
    form: Filled[Any],
    *,
    name: str = "",
    settlement: str = "",
    number: int = 1,
    anew: bool = False,
    status: int = 200,
) -> Response:
    here, name, settlement = visit.district.id, clean(name)[:100], clean(settlement)[:9]
    lines, total = roll_lines(
        visit.session,
        district_id=here,
        name=name,
        settlement_id=settlement,
        with_card=anew,
        first=(number - 1) * PER_PAGE,
        most=PER_PAGE,
    )
    _, handed = roll_lines(visit.session, district_id=here, with_card=True, most=1)
    url = f"{visit.here}/desk/cards{'/anew' if anew else ''}"
    return page(
        visit,
        "people/cards_anew.html" if anew else "people/cards.html",
        status=status,
        form=form,
        people=[person_row(visit, line) for line in lines],
        found=total,
        handed=handed,
        name=name,
        settlement=settlement,
        places=settlement_options(visit),
        pager=pager(url, number, total, name=name, settlement=settlement),
        pdf=card_pdf.offered(),
        handful=HANDFUL,
        left=left_today(visit.session, district_id=here, now=visit.now),
        requests=[
            _request_row(visit, one)
            for one in open_requests(visit.session, district_id=here, now=visit.now)
        ],
    )


def _request_row(visit: Visit, asked: Consent) -> RequestRow:
    mine = visit.who is not None and visit.who.official_id == asked.first_id
    agreed = asked.state == ConsentState.AGREED
    return RequestRow(
        cards=int(asked.facts.get("cards", 0)),
        by_name=asked.first_name,
        asked_at=asked.asked_at,
        ends_at=asked.ends_at,
        state=phrases.label(f"consent.state.{asked.state}", visit.lang),
        print_url=f"{visit.here}/desk/cards/agreed/{asked.id}" if mine and agreed else "",
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
                person_ids=_chosen(posted),
                replace=False,
                by_name=my_name(visit),
                now=visit.clock.now(),
            )
    except Refusal as why:
        return _choose(visit, blank().refused(why), status=422)
    return _sheets(visit, issued, posted)


@router.post("/{lang}/{slug}/desk/cards/anew")
def issue_anew(visit: Clerk, posted: Form) -> Response:
    """A handful of new cards at once; for more, asks a second official."""
    chosen = _chosen(posted)
    form: Filled[Any] = blank(why=posted.text("why"))
    try:
        with transaction(visit.session):
            issued = issue_cards(
                visit.session,
                keyring=visit.keyring,
                district_id=visit.district.id,
                person_ids=chosen,
                replace=True,
                by_name=my_name(visit),
                now=visit.clock.now(),
            )
        return _sheets(visit, issued, posted)
    except Refusal as why:
        if why.code != "people.cards_want_second":
            return _choose_again(visit, form.refused(why), posted)
        too_many = why
    reason = fill(WhyForm, posted)
    if reason.value is None:
        return _choose_again(visit, reason.refused(too_many), posted)
    assert visit.who is not None
    try:
        with transaction(visit.session):
            ask_anew(
                visit.session,
                keyring=visit.keyring,
                district_id=visit.district.id,
                person_ids=chosen,
                why=reason.value.why,
                first=actor_of(visit.who),
                now=visit.clock.now(),
            )
    except Refusal as why:
        return _choose_again(visit, reason.refused(why), posted)
    return see_other(visit, f"{visit.here}/desk/cards")


def _choose_again(visit: Visit, form: Filled[Any], posted: Posted) -> Response:
    """The page of new cards as it was filled in: the same people, chosen again."""
    kept: Filled[Any] = Filled(
        form.typed, {**form.many, "person": _chosen(posted)}, None, form.problems
    )
    return _choose(
        visit,
        kept,
        name=posted.text("name"),
        settlement=posted.text("settlement"),
        number=page_number(posted.text("page")),
        anew=True,
        status=422,
    )


@router.post("/{lang}/{slug}/desk/cards/agreed/{asked_id}")
def print_agreed(visit: Clerk, asked_id: str, posted: Form) -> Response:
    """The sheets that a second official agreed to, once, for whoever asked."""
    assert visit.who is not None
    try:
        with transaction(visit.session):
            asked = consent.load(
                visit.session, district_id=visit.district.id, consent_id=asked_id, lock=True
            )
            if asked.act != Act.REISSUE_CARDS:
                raise LookupError(asked_id)
            issued = issue_agreed(
                visit.session,
                keyring=visit.keyring,
                asked=asked,
                first=actor_of(visit.who),
                now=visit.clock.now(),
            )
    except LookupError:
        raise HTTPException(404) from None
    except Refusal as why:
        return _choose(visit, blank().refused(why), status=422)
    return _sheets(visit, issued, posted)


@router.post("/{lang}/{slug}/desk/roll/people/{person_id}/card")
def issue_one(visit: Clerk, person_id: str, posted: Form) -> Response:
    """A card for one person; the one they had stops working. Answers with its sheet, this once."""
    line = roll_line(visit.session, district_id=visit.district.id, person_id=person_id)
    if line is None:
        raise HTTPException(404)
    try:
        with transaction(visit.session):
            issued = issue_card(
                visit.session,
                keyring=visit.keyring,
                district_id=visit.district.id,
                person_id=person_id,
                by_name=my_name(visit),
                now=visit.clock.now(),
            )
    except Refusal as why:
        form: Filled[Any] = Filled(many={"person": [person_id]}).refused(why)
        if why.code == "people.cards_want_second":  # there one asks for them
            return _choose(visit, form, name=line.name, anew=True, status=422)
        return person_page(visit, person_id, form, status=422)
    return _sheets(visit, [issued], posted)


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
    return page(
        visit,
        "people/card_list.html",
        groups=groups_of_lines(visit, lines),
        title=translations(visit.lang).gettext(LIST_TITLE),
        heads=_heads(visit),
    )


def _chosen(posted: Posted) -> list[str]:
    return posted.all("person")[: MOST_AT_ONCE + 1]


def _heads(visit: Visit) -> list[str]:
    return [translations(visit.lang).gettext(head) for head in LIST_HEADS]


def _sheets(visit: Visit, issued: Sequence[IssuedCard], posted: Posted) -> Response:
    words, cards = card_words(visit), printed_cards(visit, issued)
    groups, heads = groups_of_cards(visit, issued), _heads(visit)
    title = translations(visit.lang).gettext(LIST_TITLE)
    if posted.text("as") == "pdf" and card_pdf.offered():
        made = card_pdf.sheets_pdf(words, cards, groups, heads=heads, title=title, lang=visit.lang)
        return file(made, "application/pdf", name="cards.pdf", public=False)
    response = page(
        visit,
        "people/card_sheets.html",
        words=words,
        cards=cards,
        groups=groups,
        heads=heads,
        title=title,
    )
    response.headers["cache-control"] = "no-store"
    return response
