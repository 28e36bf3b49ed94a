"""What may become of a contribution. Pure: whole tenge.

A pledge is a word given; it counts in public once the office has confirmed it. What came of it are
moves: received, spent, taken back, returned. A mistake is mended by a move of the opposite sign,
and after every move the sums still have to make sense.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from app.budget.giving_models import GivenAs, Move
from app.budget.rules import FIRST_YEAR
from app.core.money import MOST
from app.core.refusal import Refusal

WHAT_LEAST, WHAT_MOST = 3, 300  # characters
NAME_MOST = 120
WHY_LEAST, WORDS_MOST = 5, 500
# Why a resident takes a pledge back: ready words, so that nothing personal is kept for good.
WHY_BACK = {
    "cannot": ("Қазір беруге мүмкіндігім болмай қалды.", "Сейчас дать не могу."),
    "otherwise": ("Көмекті басқа жолмен бердім.", "Помог по-другому."),
    "changed": ("Басқаша шештім.", "Решил по-другому."),
}


@dataclass(frozen=True, slots=True)
class Pledge:
    """What somebody promises. `worth` in tenge; of labour and machines, what they would cost."""

    given_as: GivenAs
    worth: int
    what_kk: str = ""
    what_ru: str = ""
    named: bool = False
    name: str = ""


@dataclass(frozen=True, slots=True)
class Sums:
    """A contribution in tenge: what was promised, and what came of it."""

    worth: int
    received: int = 0
    spent: int = 0
    taken_back: int = 0
    returned: int = 0

    @property
    def pledged(self) -> int:
        """What still stands as promised: what was taken back is no promise any more."""
        return self.worth - self.taken_back

    @property
    def coming(self) -> int:
        """What was promised and has not come yet."""
        return self.pledged - self.received

    @property
    def unspent(self) -> int:
        """What came and lies there."""
        return self.received - self.spent - self.returned

    @property
    def towards(self) -> int:
        """What a project may count on: what stands as promised, without what was given back."""
        return self.pledged - self.returned


def sums_of(worth: int, moves: Iterable[tuple[str, int]]) -> Sums:
    """The sums of a contribution from its moves: (what, tenge)."""
    found = dict.fromkeys(Move, 0)
    for move, amount in moves:
        found[Move(move)] += amount
    return Sums(
        worth,
        received=found[Move.RECEIVED],
        spent=found[Move.SPENT],
        taken_back=found[Move.TAKEN_BACK],
        returned=found[Move.RETURNED],
    )


def why_not_pledge(pledge: Pledge) -> Refusal | None:
    """Why a pledge cannot be written down so."""
    if not 0 < pledge.worth <= MOST:
        return Refusal("form.too_small", field="worth", least=1)
    if pledge.given_as is not GivenAs.MONEY:
        longest = max(len(pledge.what_kk), len(pledge.what_ru))
        if longest < WHAT_LEAST:
            return Refusal("giving.what", field="what")
    if max(len(pledge.what_kk), len(pledge.what_ru)) > WHAT_MOST:
        return Refusal("form.too_long", field="what", most=WHAT_MOST)
    if pledge.named and not pledge.name:
        return Refusal("giving.name", field="name")
    if pledge.name and not pledge.named:
        return Refusal("giving.consent", field="named")
    return None


def why_not_confirm(*, confirmed: bool, sums: Sums, worth: int, given_as: str) -> Refusal | None:
    """Why the office cannot confirm a pledge. Of labour and machines it may set the worth."""
    if confirmed:
        return Refusal("giving.confirmed")
    if sums.coming <= 0:
        return Refusal("giving.nothing_coming")
    if not 0 < worth <= MOST:
        return Refusal("form.too_small", field="worth", least=1)
    if worth != sums.worth and given_as == GivenAs.MONEY:
        return Refusal("giving.money_as_promised", field="worth")
    return None


def why_not_move(
    move: Move,
    *,
    amount: int,
    moved_on: date,
    words_kk: str,
    words_ru: str,
    sums: Sums,
    confirmed: bool,
    today: date,
) -> Refusal | None:
    """Why this cannot be said of a contribution. A negative amount takes a mistake back."""
    if not confirmed and move is not Move.TAKEN_BACK:
        return Refusal("giving.not_confirmed")
    if amount == 0 or abs(amount) > MOST:
        return Refusal("giving.amount", field="amount")
    if moved_on.year < FIRST_YEAR or moved_on > today:
        return Refusal("giving.day", field="moved_on")
    if move in (Move.SPENT, Move.TAKEN_BACK, Move.RETURNED) or amount < 0:
        for field, text in (("words_kk", words_kk), ("words_ru", words_ru)):
            if len(text) < WHY_LEAST:
                return Refusal("giving.words", field=field, least=WHY_LEAST)
    return _why_not_sums(move, amount, sums)


def _why_not_sums(move: Move, amount: int, sums: Sums) -> Refusal | None:
    so_far = {
        Move.RECEIVED: sums.received,
        Move.SPENT: sums.spent,
        Move.TAKEN_BACK: sums.taken_back,
        Move.RETURNED: sums.returned,
    }[move]
    if so_far + amount < 0:
        return Refusal("giving.below_zero", field="amount", so_far_tenge=so_far)
    if move in (Move.RECEIVED, Move.TAKEN_BACK) and amount > sums.coming:
        return Refusal("giving.more_than_coming", field="amount", coming_tenge=sums.coming)
    if move in (Move.SPENT, Move.RETURNED) and amount > sums.unspent:
        return Refusal("giving.more_than_received", field="amount", unspent_tenge=sums.unspent)
    if move is Move.RECEIVED and -amount > sums.unspent:  # what is spent has been received
        return Refusal("giving.already_used", field="amount", unspent_tenge=sums.unspent)
    return None
