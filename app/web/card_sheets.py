"""What the printed sheets of cards hold: the cards themselves, and the list to sign."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

import segno
from markupsafe import Markup

from app.core.text import in_order
from app.people.card_text import GROUP, grouped
from app.people.cards import IssuedCard
from app.people.roll_queries import RollLine
from app.places.models import Settlement
from app.web.visit import Visit
from app.words.catalogue import N_, translations


@dataclass(frozen=True, slots=True)
class PrintedCard:
    """A card on the sheet."""

    name: str
    settlement: str
    number: str
    code: str  # two groups
    qr: Markup  # the square, drawn


@dataclass(frozen=True, slots=True)
class CardWords:
    """What stands on every card, in Kazakh and Russian."""

    title: str
    number: str
    code: str
    fold: str
    outside: tuple[tuple[str, str], ...]  # sentences, in Kazakh and Russian
    inside: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class ListLine:
    """A line of the list that residents sign when they take their card."""

    place: int
    name: str
    number: str


@dataclass(frozen=True, slots=True)
class ListGroup:
    """A settlement of the list, its people by the alphabet."""

    settlement: str
    lines: tuple[ListLine, ...]


OUTSIDE = (
    N_("Handed over in person, for one's own signature and never for a whole family."),
    N_("Lost it? The akim's office gives you a new card, and this one stops working at once."),
)
INSIDE = (
    N_("Point the camera at the square, or type the number and the code. Show the code to nobody."),
    N_(
        "Until the vote closes, a paper ballot given at the polling place counts instead of"
        " an online vote."
    ),
)


def printed_cards(visit: Visit, issued: Iterable[IssuedCard]) -> list[PrintedCard]:
    """The cards as they are printed. Their squares lead to this installation's public address."""
    base = visit.settings.public_url.rstrip("/") or str(visit.request.base_url).rstrip("/")
    return [_printed(visit, one, base) for one in issued]


def _printed(visit: Visit, one: IssuedCard, base: str) -> PrintedCard:
    place = visit.session.get_one(Settlement, (visit.district.id, one.settlement_id))
    drawn = segno.make(
        f"{base}/kk/sign-in/card/{one.number}/{one.secret}", error="m", micro=False
    ).svg_inline(scale=1, border=2, omitsize=True, svgclass=None, lineclass=None)
    return PrintedCard(
        name=one.name,
        settlement=both(place.name_kk, place.name_ru),
        number=grouped(one.number),
        code=grouped(one.code, GROUP),
        qr=Markup(drawn),
    )


def card_words(visit: Visit) -> CardWords:
    """What stands on every card of this district."""
    kk, ru = translations("kk").gettext, translations("ru").gettext

    def say(message: str) -> str:
        return both(kk(message), ru(message))

    return CardWords(
        title=both(visit.district.name_kk, visit.district.name_ru),
        number=say(N_("Card number")),
        code=say(N_("Card code")),
        fold=say(N_("Fold here")),
        outside=tuple((kk(one), ru(one)) for one in OUTSIDE),
        inside=tuple((kk(one), ru(one)) for one in INSIDE),
    )


def groups_of_cards(visit: Visit, issued: Sequence[IssuedCard]) -> list[ListGroup]:
    """The list to sign for cards that were just made."""
    named = {
        one: visit.in_lang(visit.session.get_one(Settlement, (visit.district.id, one)), "name")
        for one in {card.settlement_id for card in issued}
    }
    return _groups([(named[one.settlement_id], one.name, one.number) for one in issued])


def groups_of_lines(visit: Visit, lines: Sequence[RollLine]) -> list[ListGroup]:
    """The list to sign for everybody who has a card."""
    return _groups(
        [
            (visit.in_lang(line, "settlement"), line.name, line.card_number)
            for line in lines
            if line.card_number
        ]
    )


def _groups(rows: list[tuple[str, str, str]]) -> list[ListGroup]:
    ordered = sorted(rows, key=lambda row: (in_order(row[0]), in_order(row[1]), row[2]))
    numbered = [(row, place) for place, row in enumerate(ordered, 1)]
    return [
        ListGroup(
            settlement,
            tuple(ListLine(place, name, grouped(number)) for (_, name, number), place in members),
        )
        for settlement, members in groupby(numbered, key=lambda one: one[0][0])
    ]


def both(kk: str, ru: str) -> str:
    """The same in Kazakh and Russian, once where they are alike."""
    return kk if kk == ru else f"{kk} / {ru}"
