"""Add1: the equal shares grow step by step until one more step would cost more than there is.

The k-th share is exactly first + k·step, never a rounded one carried on. The count ends before the
first k at which all that is bought costs more than the budget; or as soon as every project with
votes is in, for otherwise it might never end; or, where that is asked, as soon as nothing that is
left fits into the rest of the budget.

**Steps that need not be run.** Let a run at share a buy w₁ … wₘ in this order, and a run at share
b > a the same in the same order. Let ρₚᵗ(s) be what decides in round t at share s: the price of p
through its utility, lowest first. Claim: if for every round t every other candidate p still there
has ρₚᵗ(b) > ρʷᵗ(a), where w is what is bought in t (or equal, and ties go to w), then every share s
between buys w₁ … wₘ in this order.

Proof, by induction over the rounds; the claim for rounds before t, and after them everybody's money
is at share a at most what it is at s, and at s at most what it is at b. It holds before round 1:
a ≤ s ≤ b. A price is the lowest q at which payments min(money, q·u) add up to the cost, so it never
rises when somebody has more money: ρₚᵗ(b) ≤ ρₚᵗ(s) ≤ ρₚᵗ(a) for every p. With the premise
ρʷᵗ(s) ≤ ρʷᵗ(a) < ρₚᵗ(b) ≤ ρₚᵗ(s), so w is bought at s too (with equality: it ties at most, and ties
go to w by cost, votes, lot or what a commission said of the two, which do not depend on the share).
Its price is the lower the more money there is, so what a supporter has left, max(0, money − q·u),
keeps the order of a, s and b; who does not support it keeps what they had. Rivals that leave are
the same. After round m nothing is affordable at b, and supporters who have no more at s than at b
cannot afford it at s either. ∎

So all steps between a and b buy the same, cost the same and leave the same out: none of them can be
the one at which the count ends, unless a was. The steps leap twice as far each time this holds and
fall back when it does not; no step is passed over without it. This is no bisection: it never infers
from an outcome that lies beyond.
"""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from app.counting.backing import Ended
from app.counting.commission import Commission
from app.counting.shares_field import Field
from app.counting.shares_run import Run, run


@dataclass(frozen=True, slots=True)
class Grown:
    """The run that decides, after how many increases, and why there was not one more.

    `runs`: how many runs it took, for those who measure.
    """

    run: Run
    increases: int
    ended: Ended
    runs: int


def grow(
    field: Field,
    first: Fraction,
    step: Fraction,
    *,
    budget: int,
    fits: Callable[[Run], bool] | None = None,
    commission: Commission | None = None,
    leaps: bool = True,
) -> Grown:
    """Add1 from `first` in steps of `step`, both in smallest units.

    `fits`: whether something that was not bought still fits, where the count stops when nothing
    does. `leaps`: False to run every single step, which tests hold against this.
    """
    supported = frozenset(field.supported)

    def ended(now: Run) -> Ended | None:
        bought = set(now.order)
        out = {rival for at in bought for rival in field.rivals[at]}
        if supported <= bought | out:
            return "all_in"
        return None if fits is None or fits(now) else "exhaustive"

    now = run(field, first, budget=budget, commission=commission)
    assert now is not None
    increases, leap, runs = 0, 1, 1
    while (why := ended(now)) is None:
        next_one = run(
            field,
            first + (increases + leap) * step,
            budget=budget,
            commission=commission,
            like=now,
            only_if_alike=leap > 1,
        )
        runs += 1
        if next_one is None:
            leap = max(1, leap // 4)
            continue
        if next_one.over:
            return Grown(now, increases, "over", runs)
        now, increases = next_one, increases + leap
        leap = leap * 2 if next_one.alike and leaps else 1
    return Grown(now, increases, why, runs)
