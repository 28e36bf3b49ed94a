"""Lines and what they come to. Pure: whole tenge in, whole tenge out.

Totals are named by *keys*: `receipt`, `receipt:tax` (a part), `receipt:tax:fines` (an article),
likewise `spending:8:p008` and `financing:balances`; `balance` is receipts less spending.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from hashlib import sha256
from typing import Any

from app.budget.models import Side

BALANCE = "balance"
TRANSFERS = "transfers"


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a budget before it is a row. See `models.BudgetLine` for what the sums are."""

    side: str
    amount: int
    part: str = ""
    article: str = ""
    code: str = ""
    name_kk: str = ""
    name_ru: str = ""
    amount_1: int | None = None
    amount_2: int | None = None
    planned: int | None = None
    proposal_id: str | None = None
    round_id: str | None = None

    @property
    def key(self) -> str:
        """The total it belongs to, as deep as the line goes."""
        return ":".join(one for one in (self.side, self.part, self.article) if one)


@dataclass(frozen=True, slots=True)
class Gap:
    """A total of the paper that its lines do not come to."""

    key: str
    stated: int
    found: int


@dataclass(frozen=True, slots=True)
class Figures:
    """What pages compare. None: cannot be known from these lines."""

    receipts: int | None
    own: int | None
    transfers: int | None
    spending: int | None
    financing: int

    @property
    def balance(self) -> int | None:
        """Receipts less spending."""
        if self.receipts is None or self.spending is None:
            return None
        return self.receipts - self.spending

    @property
    def own_share(self) -> float | None:
        """The district's own money in its receipts, 0..1."""
        return share(self.own, self.receipts)


def share(part: int | None, whole: int | None) -> float | None:
    """`part` of `whole`, 0..1; None where there is nothing to divide."""
    return part / whole if part is not None and whole else None


def totals(lines: Iterable[Line], column: str = "amount") -> dict[str, int]:
    """Every total that these lines come to, by its key; `balance` where both sides are there."""
    found: dict[str, int] = {}
    for line in lines:
        amount = getattr(line, column)
        if amount is None:
            continue
        key = ""
        for one in (line.side, line.part, line.article):
            if not one:
                break
            key = f"{key}:{one}" if key else one
            found[key] = found.get(key, 0) + amount
    if Side.RECEIPT in found and Side.SPENDING in found:
        found[BALANCE] = found[Side.RECEIPT] - found[Side.SPENDING]
    return found


def gaps(
    lines: Iterable[Line],
    stated: Mapping[str, int],
    column: str = "amount",
    *,
    balanced: bool = True,
) -> tuple[Gap, ...]:
    """Where the paper's own totals differ from its lines, in the paper's order.

    Where a plan names financing at all, it must be what the balance lacks. Execution in the middle
    of a year need not be `balanced`: what is left lies on the account.
    """
    found = totals(lines, column)
    wrong = [
        Gap(key, said, found.get(key, 0))
        for key, said in stated.items()
        if found.get(key, 0) != said
    ]
    if BALANCE in {gap.key for gap in wrong} or not {Side.FINANCING, BALANCE} <= found.keys():
        return tuple(wrong)
    if not balanced:
        return tuple(wrong)
    if found[BALANCE] + found[Side.FINANCING] != 0:
        wrong.append(Gap(Side.FINANCING, -found[BALANCE], found[Side.FINANCING]))
    return tuple(wrong)


def figures(lines: Iterable[Line], own_parts: Iterable[str], column: str = "amount") -> Figures:
    """The figures that are compared. Own money is only known where all receipts are divided."""
    found = totals(lines, column)
    own_keys = {f"{Side.RECEIPT}:{part}" for part in own_parts}
    by_part = {
        key: amount
        for key, amount in found.items()
        if key.startswith(f"{Side.RECEIPT}:") and key.count(":") == 1
    }
    receipts = found.get(Side.RECEIPT)
    divided = receipts is not None and sum(by_part.values()) == receipts
    return Figures(
        receipts=receipts,
        own=sum(v for key, v in by_part.items() if key in own_keys) if divided else None,
        transfers=by_part.get(f"{Side.RECEIPT}:{TRANSFERS}", 0) if divided else None,
        spending=found.get(Side.SPENDING),
        financing=found.get(Side.FINANCING, 0),
    )


def canonical(lines: Iterable[Line]) -> list[dict[str, Any]]:
    """The lines as plain values, what is empty left out: for files, drafts and digests."""
    return [
        {name: value for name, value in asdict(line).items() if value not in ("", None)}
        for line in lines
    ]


def lines_of(content: Iterable[Mapping[str, Any]]) -> tuple[Line, ...]:
    """The lines that `canonical` wrote down."""
    return tuple(Line(**one) for one in content)


def lines_sha256(lines: Iterable[Line]) -> str:
    """What names a version's content: SHA-256 of the canonical JSON of its lines, in order."""
    text = json.dumps(canonical(lines), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return sha256(text.encode()).hexdigest()
