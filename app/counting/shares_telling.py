"""What an Equal Shares run tells of every project: replayed in whole numbers from its prices."""

from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import field as field_of
from math import lcm

from app.counting.backing import BANDS, MOST_TAKERS, Backing
from app.counting.shares_field import Field
from app.counting.shares_run import Run


@dataclass(slots=True)
class _Loser:
    """Money in units of one denominator for the whole replay."""

    had: int
    short_after: int | None
    taken: list[tuple[int, int]] = field_of(default_factory=list)  # candidate, by how much


def tell(field: Field, run: Run) -> dict[str, Backing]:
    """Candidate's id → what its supporters had and paid."""
    unit = lcm(run.share.denominator, *(one.price.denominator for one in run.rounds))
    share = run.share.numerator * (unit // run.share.denominator)
    money = [share] * len(field.people)
    costs = [project.cost * unit for project in field.projects]
    losers = {
        at: _Loser(had=share * field.backers[at], short_after=None)
        for at in range(len(field.projects))
    }
    for at, loser in losers.items():
        if loser.had < costs[at]:
            loser.short_after = 0
    told: dict[int, Backing] = {}
    for turn, bought in enumerate(run.rounds, start=1):
        at = bought.candidate
        price = bought.price.numerator * (unit // bought.price.denominator)
        had = losers.pop(at).had
        people, paid = _pay(field, at, price, money, losers)
        told[at] = Backing(
            had=had // unit,
            turn=turn,
            price=bought.price,
            payers=tuple(zip(people, _rounded(paid, unit, field.projects[at].cost), strict=True)),
        )
        for rival in field.rivals[at]:
            if rival in losers:
                told[rival] = _lost(field, losers.pop(rival), unit)
        for other, loser in losers.items():
            if loser.short_after is None and loser.had < costs[other]:
                loser.short_after = turn
    for at, loser in losers.items():
        told[at] = _lost(field, loser, unit)
    return {field.projects[at].id: backing for at, backing in sorted(told.items())}


def _lost(field: Field, loser: _Loser, unit: int) -> Backing:
    takers = sorted(loser.taken, key=lambda pair: (-pair[1], pair[0]))[:MOST_TAKERS]
    return Backing(
        had=loser.had // unit,
        short_after=loser.short_after,
        takers=tuple((field.projects[at].id, taken // unit) for at, taken in takers),
    )


def _pay(
    field: Field, at: int, price: int, money: list[int], losers: dict[int, _Loser]
) -> tuple[list[int], list[int]]:
    """Everybody pays; how many people and how much money in each band."""
    people, paid = [0] * BANDS, [0] * BANDS
    full = [0] * len(field.projects)  # how many full prices were taken from their supporters
    less = [0] * len(field.projects)
    points = None if field.points is None else field.points[at]
    for place, kind in enumerate(field.kinds[at]):
        given = 1 if points is None else points[place]
        asked, has, many = price * given, money[kind], field.people[kind]
        pays = min(asked, has)
        money[kind] = has - pays
        band = 0 if pays == asked else BANDS - 1 if not pays else 4 - 4 * pays // asked
        people[band] += many
        paid[band] += pays * many
        for other in field.chosen[kind]:
            if pays == asked:
                full[other] += many * given
            else:
                less[other] += many * pays
    for other, loser in losers.items():
        # What is told of a loser is told of the moment when it fell short.
        if loser.short_after is None and (full[other] or less[other]):
            taken = price * full[other] + less[other]
            loser.had -= taken
            loser.taken.append((at, taken))
    return people, paid


def _rounded(parts: Sequence[int], unit: int, total: int) -> list[int]:
    """Parts in whole units that add up to the total: the largest remainders are rounded up."""
    whole = [part // unit for part in parts]
    by_rest = sorted(range(len(parts)), key=lambda at: (-(parts[at] % unit), at))
    for at in by_rest[: total - sum(whole)]:
        whole[at] += 1
    return whole
